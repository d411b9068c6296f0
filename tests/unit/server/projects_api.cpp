#include <neptune/server/projects_api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>

using namespace server_test;

namespace {

const std::string projects = "/api/backend/v1/projects";
const std::string classification = projects + "?projectIdentifier=ml-team%2Fclassification";

/// A project with these members, in the workspace of ada.
Answer make(const Fixture& server, Json members, const std::string& who = "ada") {
    if (!members.contains("organizationId") && !members.contains("organizationIdentifier"))
        members["organizationId"] = server.project.workspace_id;
    return server.call("POST", projects, members, who);
}

Json first_error(const Answer& answer) {
    return answer.json.at("validationErrors").at(0).at("errors").at(0);
}

std::string code_of(const Answer& answer) {
    return first_error(answer).at("errorCode").at("name");
}

}  // namespace

TEST_CASE("projects_api: who makes a project manages it, and its key comes from its name") {
    Fixture server;
    const auto made = make(server, {{"name", "segmentation"}, {"description", "about"}}, "mia");
    REQUIRE(made.status == 200);
    CHECK(made.json.at("name") == "segmentation");
    CHECK(made.json.at("organizationName") == "ml-team");
    CHECK(made.json.at("projectKey") == "SEGM");
    CHECK(made.json.at("visibility") == "priv");
    CHECK(made.json.at("description") == "about");
    CHECK(made.json.at("userRoleInProject") == "manager");
    CHECK(made.json.at("userCount") == 2);  // mia, and ada who owns the workspace
    CHECK(server.get(project_of + "ml-team%2Fsegmentation", "mia").status == 200);
    CHECK(server.get(project_of + "ml-team%2Fsegmentation", "eve").status == 404);
}

TEST_CASE("projects_api: the workspace is given by id or by name, by the one or the other member") {
    const Fixture server;
    CHECK(make(server, {{"name", "one"}, {"organizationId", "ml-team"}}).status == 200);
    CHECK(make(server, {{"name", "two"}, {"organizationIdentifier", "ml-team"}}).status == 200);
    CHECK(make(server, {{"name", "three"}, {"organizationId", "others"}}).status == 404);
    CHECK(make(server, {{"name", "three"}, {"organizationId", "nothing"}}).status == 404);
    const auto none = server.call("POST", projects, {{"name", "four"}});
    CHECK(none.status == 400);
    CHECK(code_of(none) == "ERR_MISSING");
}

TEST_CASE("projects_api: a taken name is a 400 that the Python client understands") {
    const Fixture server;
    const auto taken = make(server, {{"name", "classification"}, {"projectKey", "NEW"}});
    CHECK(taken.status == 400);
    CHECK(code_of(taken) == "ERR_NOT_UNIQUE");
    CHECK(first_error(taken).at("context").get<std::string>().find("ml-team/classification") !=
          std::string::npos);
    CHECK(taken.json.at("validationErrors").at(0).at("path") == Json{"name"});
    CHECK(taken.error_type().empty());
}

TEST_CASE("projects_api: names that identifiers cannot hold are refused") {
    const Fixture server;
    for (const auto& name :
         {std::string("ab"), std::string(129, 'x'), std::string("a/b/c"), std::string(" abc"),
          std::string("abc "), std::string("a\nb\nc"), std::string()}) {
        INFO(name);
        const auto answer = make(server, {{"name", name}});
        CHECK(answer.status == 400);
        CHECK(code_of(answer).substr(0, 10) == "ERR_WRONG_");
    }
    CHECK(make(server, {{"name", std::string(128, 'x')}}).status == 200);
    CHECK(make(server, {{"name", "ÄÖÜ"}}).status == 200);
}

TEST_CASE("projects_api: keys follow their rule and are taken once") {
    const Fixture server;
    for (const std::string key : {"lower", "ELEVENLETTE", "123", "A-B", "Ä"}) {
        INFO(key);
        const auto answer = make(server, {{"name", "other"}, {"projectKey", key}});
        CHECK(answer.status == 400);
        CHECK(answer.error_type() == "PROJECT_KEY_INVALID");
        CHECK(answer.json.at("key") == key);
        CHECK_FALSE(answer.json.at("reason").get<std::string>().empty());
    }
    const auto taken = make(server, {{"name", "other"}, {"projectKey", "CLS"}});
    CHECK(taken.status == 409);
    CHECK(taken.error_type() == "PROJECT_KEY_COLLISION");
    CHECK(taken.json.at("key") == "CLS");
    CHECK(make(server, {{"name", "other"}, {"projectKey", ""}}).status == 200);
}

TEST_CASE("projects_api: public projects must be allowed by the server's keeper") {
    const auto refused = make(Fixture(), {{"name", "open"}, {"visibility", "pub"}});
    CHECK(refused.status == 422);
    CHECK(refused.error_type() == "VISIBILITY_RESTRICTED");
    CHECK(refused.json.at("requestedValue") == "pub");
    CHECK(refused.json.at("allowedValues") == Json{"priv", "workspace"});

    Settings settings;
    settings.public_projects = true;
    const Fixture server(settings);
    CHECK(make(server, {{"name", "open"}, {"visibility", "pub"}}).status == 200);
    const auto unknown = make(server, {{"name", "odd"}, {"visibility", "secret"}});
    CHECK(unknown.status == 400);
    CHECK(code_of(unknown) == "ERR_UNKNOWN_VALUE");
}

TEST_CASE("projects_api: a workspace has so many projects and no more") {
    Settings settings;
    settings.projects_per_workspace = 2;
    const Fixture server(settings);
    CHECK(make(server, {{"name", "second"}}).status == 200);
    const auto refused = make(server, {{"name", "third"}});
    CHECK(refused.status == 422);
    CHECK(refused.error_type() == "LIMIT_OF_ACTIVE_PROJECTS_REACHED");
    CHECK(refused.json.at("currentQuota") == 2);
    CHECK(refused.json.at("message").get<std::string>().find("projects_per_workspace") !=
          std::string::npos);
    CHECK(server.call("DELETE", projects + "?projectIdentifier=ml-team%2Fsecond").status == 200);
    CHECK(make(server, {{"name", "third"}}).status == 200);
}

TEST_CASE("projects_api: a description has a limit, which is named") {
    const Fixture server;
    const auto answer =
        make(server, {{"name", "wordy"}, {"description", std::string(16'385, 'x')}});
    CHECK(answer.status == 400);
    CHECK(answer.json.at("message").get<std::string>().find("string_code_points") !=
          std::string::npos);
}

TEST_CASE("projects_api: a deleted project is gone with its objects") {
    Fixture server;
    const auto run = server.new_run();
    CHECK(server.call("DELETE", classification, nullptr, "mia").status == 404);
    CHECK(server.call("DELETE", classification).status == 200);
    CHECK(server.call("DELETE", classification).status == 404);
    CHECK(server.get(experiments + "?experimentId=" + run).error_type() == "EXPERIMENT_NOT_FOUND");
    CHECK(make(server, {{"name", "classification"}, {"projectKey", "CLS"}}).status == 200);
}

TEST_CASE("projects_api: a change of visibility counts from the next request on") {
    Fixture server;
    const auto run = server.new_run();
    const auto target = experiments + "?experimentId=" + run;
    const auto change = [&](const Json& members, const std::string& who = "ada") {
        return server.call("PUT", classification, members, who);
    };
    CHECK(server.get(target, "mia").status == 404);
    const auto changed = change({{"visibility", "workspace"}});
    CHECK(changed.json.at("visibility") == "workspace");
    CHECK(changed.json.at("userCount") == 2);
    CHECK(server.get(target, "mia").status == 200);
    const auto visibility = server.get(attributes + "/strings?experimentId=" + server.project.id +
                                       "&attribute=sys%2Fvisibility");
    CHECK(visibility.json.at("value") == "workspace");
    CHECK(change({{"visibility", "priv"}, {"description", "back"}}, "mia").json.at("visibility") ==
          "priv");
    CHECK(server.get(target, "mia").status == 404);
    CHECK(change({{"name", "renamed"}}).status == 200);
    CHECK(server.get(target).json.at("projectName") == "renamed");
}

TEST_CASE("projects_api: a change is held to the rules of creation") {
    Fixture server;
    make(server, {{"name", "other"}});
    const auto change = [&](const Json& members) {
        return server.call("PUT", classification, members);
    };
    CHECK(code_of(change({{"name", "other"}})) == "ERR_NOT_UNIQUE");
    CHECK(code_of(change({{"name", "x"}})) == "ERR_WRONG_LENGTH");
    CHECK(change({{"visibility", "pub"}}).error_type() == "VISIBILITY_RESTRICTED");
    CHECK(change({{"name", "classification"}}).status == 200);
}
