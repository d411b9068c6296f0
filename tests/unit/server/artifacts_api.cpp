#include <neptune/server/artifacts_api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace server_test;

namespace {

using Catch::Matchers::ContainsSubstring;

const std::string one_artifact = "/api/artifacts/v1/artifact",
                  artifact_files = "/api/artifacts/v1/artifact/files";

wire::ArtifactFileDto file(const std::string& path, std::int64_t size = 4) {
    return {path,
            "13ab9f4291943d24149ff0a6b80050ce822cf627",
            "Local",
            size,
            {{"file_path", "file:///data/" + path}, {"last_modified", "2026-11-23 10:02:40"}}};
}

/// A project with a run, and the requests of a client that tracks files.
struct Tracked : Fixture {
    Tracked() : run(new_run()) {}

    [[nodiscard]] std::string parameters(const std::string& hash) const {
        return "?projectIdentifier=" + project.id + "&hash=" + hash;
    }
    [[nodiscard]] Answer put(const std::string& target, const std::string& body,
                             const std::string& who = "ada") const {
        http::Request request;
        request.method = "PUT";
        request.target = target;
        request.body = body;
        if (!body.empty()) request.headers.add("Content-Type", "application/json");
        request.headers.add("X-Neptune-Artifact-Api-Version", "2");
        if (!who.empty()) request.headers.add("Authorization", authorization(who));
        return send(request);
    }
    [[nodiscard]] Answer announce(const std::string& hash, const std::string& who = "ada") const {
        return put(one_artifact + parameters(hash) + "&size=8&parentIdentifier=" + run, "", who);
    }
    [[nodiscard]] Answer upload(const std::string& hash,
                                const std::vector<wire::ArtifactFileDto>& files,
                                const std::string& who = "ada") const {
        return put(artifact_files + parameters(hash), wire::encode_text(wire::ArtifactFiles{files}),
                   who);
    }
    [[nodiscard]] Answer add(const std::string& hash,
                             const std::vector<wire::ArtifactFileDto>& files,
                             const std::string& who = "ada") const {
        return post_text(one_artifact + parameters(hash) + "&parentIdentifier=" + run,
                         wire::encode_text(wire::ArtifactFiles{files}), "application/json", who);
    }
    [[nodiscard]] Answer list(const std::string& hash, const std::string& who = "ada") const {
        return get(artifact_files + parameters(hash), who);
    }
    std::string run;
};

std::vector<std::string> paths(const Answer& answer) {
    std::vector<std::string> result;
    for (const auto& element : answer.json.at("files"))
        result.push_back(element.at("filePath").get<std::string>());
    return result;
}

const std::string two = wire::artifact_hash({file("a.csv"), file("sub/b.csv")}),
                  first = wire::artifact_hash({file("a.csv")});

}  // namespace

TEST_CASE("artifacts_api: an artifact is announced, delivered, listed, and then known") {
    const Tracked server;
    const auto announced = server.announce(two);
    REQUIRE(announced.status == 200);
    CHECK(announced.json == Json{{"artifactHash", two},
                                 {"projectId", server.project.id},
                                 {"receivedMetadata", false},
                                 {"size", 8}});
    CHECK(server.list(two).status == 404);
    const auto delivered = server.upload(two, {file("sub/b.csv"), file("a.csv")});
    REQUIRE(delivered.status == 200);
    CHECK(delivered.json.at("receivedMetadata") == true);
    const auto listed = server.list(two);
    CHECK(listed.status == 200);
    CHECK(paths(listed) == std::vector<std::string>{"a.csv", "sub/b.csv"});
    CHECK(listed.json.at("files")[0] ==
          Json{{"filePath", "a.csv"},
               {"fileHash", "13ab9f4291943d24149ff0a6b80050ce822cf627"},
               {"type", "Local"},
               {"size", 4},
               {"metadata",
                {{{"key", "file_path"}, {"value", "file:///data/a.csv"}},
                 {{"key", "last_modified"}, {"value", "2026-11-23 10:02:40"}}}}});
    CHECK(server.announce(two).json.at("receivedMetadata") == true);
    CHECK(server.get(one_artifact + server.parameters(two)).json.at("size") == 8);
}

TEST_CASE("artifacts_api: adding a file gives the hash and list of tracking both at once") {
    const Tracked server;
    REQUIRE(server.announce(first).status == 200);
    REQUIRE(server.upload(first, {file("a.csv")}).status == 200);
    const auto added = server.add(first, {file("sub/b.csv")});
    REQUIRE(added.status == 200);
    CHECK(added.json.at("artifactHash") == two);
    CHECK(added.json.at("receivedMetadata") == true);
    CHECK(paths(server.list(two)) == std::vector<std::string>{"a.csv", "sub/b.csv"});
    CHECK(paths(server.list(first)) == std::vector<std::string>{"a.csv"});
    // A file of the same path takes the place of the old one.
    const auto replaced = server.add(two, {file("a.csv", 99)});
    CHECK(replaced.json.at("size") == 103);
    CHECK(server.add(two, {file("a.csv", 99)}).json == replaced.json);
    // The artifact without files is in every project.
    const auto empty = std::string(wire::empty_artifact_hash);
    CHECK(server.add(empty, {file("a.csv")}).json.at("artifactHash") == first);
    CHECK(server.list(empty).json == Json{{"files", Json::array()}});
}

TEST_CASE("artifacts_api: a list whose hash is another is refused, and nothing is stored") {
    const Tracked server;
    const auto answer = server.upload(two, {file("a.csv")});
    CHECK(answer.status == 400);
    CHECK_THAT(answer.json.at("message").get<std::string>(),
               ContainsSubstring(first) && ContainsSubstring(two));
    CHECK(server.list(two).status == 404);
    CHECK(server.list(first).status == 404);
}

TEST_CASE("artifacts_api: what does not exist is 404 without the type of a missing object") {
    const Tracked server;
    for (const auto& answer : {server.list(two), server.add(two, {file("x")}),
                               server.get(one_artifact + server.parameters(two))}) {
        CHECK(answer.status == 404);
        CHECK(answer.error_type().empty());
        CHECK(answer.json.at("title") == "Artifact not found");
    }
}

TEST_CASE("artifacts_api: roles decide, and other projects do not see an artifact") {
    Tracked server;
    REQUIRE(server.upload(two, {file("a.csv"), file("sub/b.csv")}).status == 200);
    for (const auto* who : {"eve", "mia"}) {
        CHECK(server.list(two, who).status == 404);
        CHECK(server.upload(first, {file("a.csv")}, who).status == 404);
    }
    server.store().set_project_role(server.project.id, server.user("mia").id,
                                    storage::ProjectRole::viewer);
    CHECK(server.list(two, "mia").status == 200);
    CHECK(server.upload(first, {file("a.csv")}, "mia").status == 403);
    CHECK(server.announce(first, "mia").status == 403);
    CHECK(server.add(two, {file("x")}, "mia").status == 403);
    server.store().set_project_role(server.project.id, server.user("mia").id,
                                    storage::ProjectRole::member);
    CHECK(server.upload(first, {file("a.csv")}, "mia").status == 200);
    CHECK(server.list(two, "").status == 401);
    CHECK(server.upload(two, {}, "").status == 401);
}

TEST_CASE("artifacts_api: the parent must be an object of the project") {
    Tracked server;
    const auto ada = server.user("ada");
    const auto other = *server.store()
                            .create_project({ada.workspace_id, "other", "OTH",
                                             storage::Visibility::priv, std::nullopt, ada.id},
                                            0)
                            .project;
    const auto target = one_artifact + server.parameters(two) + "&parentIdentifier=";
    CHECK(server.put(target + other.id, "").status == 400);
    CHECK(server.put(target + "00000000-0000-4000-8000-000000000000", "").status == 404);
    CHECK(server.put(target + server.project.id, "").status == 200);
}

TEST_CASE("artifacts_api: malformed requests are 400 and name what is wrong") {
    const Tracked server;
    const auto message = [](const Answer& answer) {
        CHECK(answer.status == 400);
        return answer.json.value("message", "");
    };
    CHECK_THAT(message(server.announce("0964")), ContainsSubstring("'hash'"));
    CHECK_THAT(message(server.upload("%00" + two.substr(1), {})), ContainsSubstring("'hash'"));
    CHECK_THAT(message(server.put(one_artifact + server.parameters(two), "")),
               ContainsSubstring("parentIdentifier"));
    CHECK_THAT(
        message(server.put(
            one_artifact + server.parameters(two) + "&size=-1&parentIdentifier=" + server.run, "")),
        ContainsSubstring("'size'"));
    CHECK_THAT(message(server.put(artifact_files + server.parameters(two), "{\"files\":[{}]}")),
               ContainsSubstring("files[0].filePath is missing"));
    CHECK_THAT(message(server.put(artifact_files + server.parameters(two), "")),
               ContainsSubstring("not valid JSON"));
    CHECK(server.log->empty());
}

TEST_CASE("artifacts_api: a body may have 256 MiB") {
    CHECK(wire::UploadArtifactFilesMetadata::body_limit == std::size_t{256} << 20);
    CHECK(wire::CreateArtifactVersion::body_limit == std::size_t{256} << 20);
}

TEST_CASE("artifacts_api: a field refers to an artifact by its hash") {
    const Tracked server;
    REQUIRE(server.execute(server.run, {{{"path", "data"}, {"assignArtifact", {{"hash", two}}}}})
                .text == "[]");
    const auto read = [&](const std::string& path) {
        return server.get(attributes + "/artifacts?experimentId=" + server.run +
                          "&attribute=" + path);
    };
    CHECK(read("data").json ==
          Json{{"attributeName", "data"}, {"attributeType", "artifact"}, {"hash", two}});
    CHECK(read("nothing").status == 404);
    CHECK(read("nothing").error_type().empty());
    REQUIRE(
        server.execute(server.run, {{{"path", "data"}, {"clearArtifact", Json::object()}}}).text ==
        "[]");
    CHECK(read("data").json.at("hash") == std::string(wire::empty_artifact_hash));
}
