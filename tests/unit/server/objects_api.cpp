#include <neptune/server/objects_api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>

using namespace server_test;

namespace {

Json value(const Fixture& server, const std::string& id, const std::string& path,
           const std::string& type = "strings") {
    const auto answer =
        server.get(attributes + "/" + type + "?experimentId=" + id + "&attribute=" + path);
    return answer.status == 200 ? answer.json.at("value") : Json(answer.status);
}

std::string state(const Fixture& server, const std::string& id) {
    const auto all = server.get(attributes + "?experimentId=" + id).json;
    for (const auto& attribute : all.at("attributes"))
        if (attribute.at("name") == "sys/state")
            return attribute.at("experimentStateProperties").at("value");
    return "";
}

const std::string ping = "/api/leaderboard/v1/attributes/ping?experimentId=";
const std::string no_object = "11111111-2222-4333-8444-555555555555";

}  // namespace

TEST_CASE("objects_api: a run is created with all that clients read") {
    const Fixture server;
    const auto answer =
        server.create({{"type", "run"}, {"parentId", server.project.id}, {"cliVersion", "1.14.1"}});
    REQUIRE(answer.status == 200);
    const auto id = answer.json.at("id").get<std::string>();
    CHECK(answer.json == Json{{"id", id},
                              {"shortId", "CLS-1"},
                              {"type", "run"},
                              {"parentId", server.project.id},
                              {"projectId", server.project.id},
                              {"projectName", "classification"},
                              {"organizationId", server.project.workspace_id},
                              {"organizationName", "ml-team"},
                              {"trashed", false},
                              {"created", true}});
    CHECK(value(server, id, "sys/owner") == "ada");
    CHECK(value(server, id, "sys/name") == "Untitled");
}

TEST_CASE("objects_api: without a type it is a run, and the project may be named") {
    const Fixture server;
    const auto answer = server.create({{"projectIdentifier", "ml-team/classification"}});
    CHECK(answer.json.at("type") == "run");
    CHECK(answer.json.at("shortId") == "CLS-1");
}

TEST_CASE("objects_api: a known custom ID gives the run that has it") {
    const Fixture server;
    const auto first = server.create({{"type", "run"}, {"customId", "exp-7"}});
    const auto second = server.create({{"type", "run"}, {"customId", "exp-7"}});
    CHECK(second.status == 200);
    CHECK(second.json.at("id") == first.json.at("id"));
    CHECK(first.json.at("created") == true);
    CHECK(second.json.at("created") == false);
    CHECK(value(server, first.json.at("id"), "sys/custom_run_id") == "exp-7");
    CHECK(server.create({{"type", "run"}}).json.at("shortId") == "CLS-2");
}

TEST_CASE("objects_api: a custom ID may have 36 characters, and an empty one is none") {
    const Fixture server;
    std::string longest;
    for (int i = 0; i < 36; ++i) longest += "é";
    CHECK(server.create({{"customId", longest}}).status == 200);
    const auto refused = server.create({{"customId", longest + "x"}});
    CHECK(refused.status == 422);
    CHECK(refused.json.at("message").get<std::string>().find("36 characters") != std::string::npos);
    const auto one = server.create({{"customId", ""}}), two = server.create({{"customId", ""}});
    CHECK(one.json.at("id") != two.json.at("id"));
}

TEST_CASE("objects_api: models have keys, their versions are counted") {
    const Fixture server;
    const auto model =
        server.create({{"type", "model"}, {"parentId", server.project.id}, {"key", "PRE"}});
    REQUIRE(model.status == 200);
    CHECK(model.json.at("shortId") == "CLS-PRE");
    for (const std::string id : {"CLS-PRE-1", "CLS-PRE-2"}) {
        const auto made =
            server.create({{"type", "modelVersion"}, {"parentId", model.json.at("id")}});
        REQUIRE(made.status == 200);
        CHECK(made.json.at("shortId") == id);
        CHECK(made.json.at("type") == "modelVersion");
        CHECK(made.json.at("parentId") == model.json.at("id"));
        CHECK(value(server, made.json.at("id"), "sys/model_id") == "CLS-PRE");
        CHECK(value(server, made.json.at("id"), "sys/stage") == "none");
    }
}

TEST_CASE("objects_api: a model key that is taken is a conflict, a malformed one is refused") {
    const Fixture server;
    REQUIRE(server.create({{"type", "model"}, {"key", "PRE"}}).status == 200);
    CHECK(server.create({{"type", "model"}, {"key", "PRE"}}).status == 409);
    for (const std::string key : {"", "pre", "123", "A-B", "TOOLONGAKEY", "Ä", "A/B", "'; --"}) {
        INFO(key);
        CHECK(server.create({{"type", "model"}, {"key", key}}).status == 422);
    }
    CHECK(server.create({{"type", "model"}}).status == 422);
}

TEST_CASE("objects_api: an unknown project or parent is a 404, another type a 400") {
    const Fixture server;
    const auto run = server.new_run();
    CHECK(server.create({{"projectIdentifier", no_object}}).status == 404);
    CHECK(server.create({{"projectIdentifier", "ml-team/nothing"}}).status == 404);
    CHECK_FALSE(server.create({{"projectIdentifier", no_object}}).json.contains("errorType"));
    CHECK(server.create({{"projectIdentifier", "nothing"}}).error_type() == "INCORRECT_IDENTIFIER");
    CHECK(server.create({{"type", "run"}, {"parentId", no_object}}).status == 404);
    CHECK(server.create({{"type", "modelVersion"}, {"parentId", no_object}}).status == 404);
    CHECK(server.create({{"type", "modelVersion"}, {"parentId", run}}).status == 404);
    CHECK(server.create({{"type", "modelVersion"}, {"parentId", server.project.id}}).status == 404);
    CHECK(server.create({{"type", "modelVersion"}}).status == 400);
    CHECK(server.create({{"type", "project"}}).status == 400);
    CHECK(server.create({{"type", "notebook"}}).status == 400);
    CHECK(server.create({{"type", 7}}).status == 400);
}

TEST_CASE("objects_api: the state of the repository is kept as source_code/git") {
    const Fixture server;
    Json git = {{"commit",
                 {{"commitId", "9b2"},
                  {"message", "tune\n"},
                  {"authorName", "A"},
                  {"authorEmail", "a@x"},
                  {"commitDate", "2025-04-17T13:53:56+02:00"}}},
                {"repositoryDirty", true},
                {"currentBranch", "main"},
                {"remotes", {"git@host:r.git"}}};
    const auto run = server.create({{"type", "run"}, {"gitInfo", git}});
    REQUIRE(run.status == 200);
    const auto all =
        server.get(attributes + "?experimentId=" + run.json.at("id").get<std::string>()).json;
    Json found;
    for (const auto& attribute : all.at("attributes"))
        if (attribute.at("name") == "source_code/git") found = attribute.at("gitRefProperties");
    git["commit"]["commitDate"] = "2025-04-17T11:53:56.000Z";
    git["attributeName"] = "source_code/git";
    git["attributeType"] = "gitRef";
    CHECK(found == git);

    git["commit"]["commitDate"] = "yesterday";
    CHECK(server.create({{"type", "run"}, {"gitInfo", git}}).json.at("message") ==
          "experimentCreationParams.gitInfo.commit.commitDate must be an ISO 8601 date-time");
}

TEST_CASE("objects_api: a run may have begun before it is made, but not after") {
    const Fixture server;
    const auto create = [&](const std::string& time) {
        return server.create({{"projectIdentifier", server.project.id}, {"creationTime", time}});
    };
    const auto began = [&](const std::string& time) {
        return value(server, create(time).json.at("id").get<std::string>(), "sys/creation_time",
                     "datetimes");
    };
    CHECK(began("2020-03-01T12:00:00.123456+01:00") == "2020-03-01T11:00:00.123Z");
    CHECK(began("2999-01-01T00:00:00Z") < "2999");
    const auto refused = create("yesterday");
    CHECK(refused.status == 400);
    CHECK(refused.json.dump().find("creationTime must be a date and time, not") !=
          std::string::npos);
}

TEST_CASE("objects_api: an object is found by each form of its identifier") {
    const Fixture server;
    const auto run = server.create({{"type", "run"}, {"customId", "a/b"}}).json.at("id");
    const std::string project = "ml-team/classification/";
    for (const std::string& identifier :
         {run.get<std::string>(), project + "CLS-1", "CUSTOM/" + project + "a/b"}) {
        const auto answer = server.get(experiments + "?experimentId=" + identifier);
        REQUIRE(answer.status == 200);
        CHECK(answer.json.at("id") == run);
    }
}

TEST_CASE("objects_api: a project is an object too") {
    const Fixture server;
    for (const std::string& identifier :
         {server.project.id, std::string("ml-team/classification/CLS")}) {
        const auto answer = server.get(experiments + "?experimentId=" + identifier);
        REQUIRE(answer.status == 200);
        CHECK(answer.json.at("type") == "project");
        CHECK(answer.json.at("shortId") == "CLS");
        CHECK(answer.json.at("id") == server.project.id);
    }
}

TEST_CASE(
    "objects_api: an object that is not there, or not for the caller, is EXPERIMENT_NOT_FOUND") {
    const Fixture server;
    const auto run = server.new_run();
    for (const std::string& identifier :
         {no_object, std::string("ml-team/classification/CLS-99"), std::string("no/project/CLS-1"),
          std::string("CUSTOM/ml-team/classification/none")}) {
        const auto answer = server.get(experiments + "?experimentId=" + identifier);
        CHECK(answer.status == 404);
        CHECK(answer.error_type() == "EXPERIMENT_NOT_FOUND");
    }
    CHECK(server.get(experiments + "?experimentId=" + run, "eve").error_type() ==
          "EXPERIMENT_NOT_FOUND");
    const auto malformed = server.get(experiments + "?experimentId=CLS-1");
    CHECK(malformed.status == 400);
    CHECK(malformed.error_type() == "INCORRECT_IDENTIFIER");
    CHECK(malformed.json.at("identifier") == "CLS-1");
    CHECK(server.get(experiments).status == 400);
}

TEST_CASE("objects_api: a ping keeps an object running, silence makes it idle") {
    Fixture server;
    const auto run = server.new_run();
    CHECK(state(server, run) == "running");
    server.clock.pass(30'001);
    CHECK(state(server, run) == "idle");
    const auto answer = server.post_text(ping + run, "", "");
    CHECK(answer.status == 200);
    CHECK(answer.text.empty());
    CHECK(state(server, run) == "running");
}

TEST_CASE("objects_api: a closing ping makes it idle at once, unless somebody else is there") {
    Fixture server;
    const auto run = server.new_run();
    server.clock.pass(60'000);
    const auto send = [&](const std::string& producer, bool closing) {
        http::Request request{"POST", ping + run + (closing ? "&closing=true" : ""), {}, ""};
        request.headers.add("Authorization", server.authorization("ada"));
        if (!producer.empty()) request.headers.add("X-Neptune-Producer", producer);
        return server.send(request).status;
    };
    const std::string one = "11111111-1111-4111-8111-111111111111";
    const std::string two = "22222222-2222-4222-8222-222222222222";
    REQUIRE(send(one, false) == 200);
    REQUIRE(send(one, true) == 200);
    CHECK(state(server, run) == "idle");
    REQUIRE(send(one, false) == 200);
    REQUIRE(send(two, false) == 200);
    REQUIRE(send(one, true) == 200);
    CHECK(state(server, run) == "running");
    CHECK(send("no UUID", false) == 400);
}

TEST_CASE("objects_api: a ping to nothing is a 404 without a type") {
    const Fixture server;
    const auto answer = server.post_text(ping + no_object, "", "");
    CHECK(answer.status == 404);
    CHECK_FALSE(answer.json.contains("errorType"));
}

TEST_CASE("objects_api: who may see an object may not for that reason write to it") {
    Fixture server;
    const auto run = server.new_run();
    const auto mia = server.user("mia").id;
    const auto statuses = [&](const std::string& who) {
        return std::vector<int>{server.get(experiments + "?experimentId=" + run, who).status,
                                server.get(attributes + "?experimentId=" + run, who).status,
                                server.post_text(ping + run, "", "", who).status,
                                server.execute(run, Json::array(), who).status,
                                server.create({{"type", "run"}}, who).status};
    };
    CHECK(statuses("mia") == std::vector<int>{404, 404, 404, 404, 404});
    server.store().set_project_role(server.project.id, mia, storage::ProjectRole::viewer);
    CHECK(statuses("mia") == std::vector<int>{200, 200, 403, 403, 403});
    server.store().set_project_role(server.project.id, mia, storage::ProjectRole::member);
    CHECK(statuses("mia") == std::vector<int>{200, 200, 200, 200, 200});
    server.store().set_project_role(server.project.id, mia, std::nullopt);
    CHECK(statuses("mia") == std::vector<int>{404, 404, 404, 404, 404});
}
