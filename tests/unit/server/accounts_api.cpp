#include <neptune/server/accounts_api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace server_test;

namespace {

/// A project of the workspace of ada, made at the fixture's time.
storage::Project make_project(Fixture& server, const std::string& name,
                              storage::Visibility visibility = storage::Visibility::priv) {
    return server.store()
        .create_project({server.project.workspace_id,
                         name,
                         {},
                         visibility,
                         "about " + name,
                         server.user("ada").id},
                        server.clock.now())
        .project.value();
}

std::vector<std::string> names(const Answer& answer) {
    std::vector<std::string> result;
    for (const auto& entry : answer.json.at("entries")) result.push_back(entry.at("name"));
    return result;
}

using Names = std::vector<std::string>;
const std::string list = "/api/backend/v1/projects";

}  // namespace

TEST_CASE("accounts_api: the client configuration is given to everybody, whatever the token") {
    const Fixture server;
    http::Request request;
    request.target = "/api/backend/v1/clients/config?alpha=true";
    if (GENERATE(true, false)) request.headers.add("X-Neptune-Api-Token", "nonsense");
    const auto config = server.send(request);
    REQUIRE(config.status == 200);
    CHECK(config.json == Json{{"apiUrl", "http://127.0.0.1:8080"},
                              {"applicationUrl", "http://127.0.0.1:8080"},
                              {"pyLibVersions", {{"minCompatibleVersion", "1.0.0"}}},
                              {"multiPartUpload",
                               {{"enabled", true},
                                {"minChunkSize", 5'242'880},
                                {"maxChunkSize", 1'073'741'824},
                                {"maxChunkCount", 1000},
                                {"maxSinglePartSize", 5'242'880}}},
                              {"artifacts", {{"enabled", true}, {"apiVersion", 2}}},
                              {"sysNameSetByBackend", true},
                              {"neptuneCpp",
                               {{"version", version},
                                {"features",
                                 {"producer", "closingPing", "created", "errorIndex",
                                  "creationTime", "pingSignals"}}}}});
}

TEST_CASE("accounts_api: a project is found by name and by UUID") {
    const Fixture server;
    for (const auto& identifier : {std::string("ml-team%2Fclassification"), server.project.id}) {
        const auto answer = server.get(project_of + identifier);
        REQUIRE(answer.status == 200);
        CHECK(answer.json == Json{{"id", server.project.id},
                                  {"name", "classification"},
                                  {"projectKey", "CLS"},
                                  {"organizationId", server.project.workspace_id},
                                  {"organizationName", "ml-team"},
                                  {"version", 2}});
    }
}

TEST_CASE("accounts_api: an unknown project and one that the caller may not see are the same 404") {
    const Fixture server;
    const auto unknown = server.get(project_of + "ml-team%2Fnothing");
    const auto hidden = server.get(project_of + "ml-team%2Fclassification", "eve");
    CHECK(unknown.status == 404);
    CHECK(hidden.status == 404);
    CHECK(unknown.json.size() == hidden.json.size());
    CHECK_FALSE(unknown.json.contains("errorType"));
    CHECK(server.get(project_of + "classification").error_type() == "INCORRECT_IDENTIFIER");
}

TEST_CASE("accounts_api: names that look like SQL are names") {
    Fixture server;
    const std::string name = "x'; DROP TABLE objects; --";
    make_project(server, name);
    const auto answer = server.get(project_of + "ml-team%2Fx'%3B+DROP+TABLE+objects%3B+--");
    CHECK(answer.json.at("name") == name);
    CHECK(server.get(project_of + "ml-team%2F'+OR+1%3D1").status == 404);
    CHECK(names(server.get(list + "?searchTerm=%25")).empty());
}

TEST_CASE("accounts_api: the list has what the caller may see, with the caller's role") {
    Fixture server;
    const auto open = make_project(server, "open to the team", storage::Visibility::workspace);
    const auto hidden = make_project(server, "hidden");
    make_project(server, "public", storage::Visibility::pub);
    server.store().set_project_role(server.project.id, server.user("mia").id,
                                    storage::ProjectRole::viewer);

    CHECK(server.get(list).json.at("totalItemCount") == 4);
    const auto mine = server.get(list + "?sortBy=name", "mia");
    CHECK(names(mine) == Names{"classification", "open to the team", "public"});
    CHECK(mine.json.at("entries").at(0).at("userRoleInProject") == "viewer");
    CHECK(mine.json.at("entries").at(1).at("userRoleInProject") == "manager");
    CHECK(mine.json.at("entries").at(2).at("userRoleInProject") == "viewer");
    CHECK(mine.json.at("entries").at(0).at("userCount") == 2);
    CHECK(names(server.get(list, "eve")) == Names{"public"});
    CHECK(names(server.get(list + "?userRelation=memberOrHigher", "mia")) ==
          Names{"open to the team"});
}

TEST_CASE("accounts_api: an entry of the list is complete") {
    const Fixture server;
    const auto entry = server.get(list).json.at("entries").at(0);
    CHECK(entry == Json{{"id", server.project.id},
                        {"name", "classification"},
                        {"projectKey", "CLS"},
                        {"organizationId", server.project.workspace_id},
                        {"organizationName", "ml-team"},
                        {"version", 2},
                        {"visibility", "priv"},
                        {"timeOfCreation", "2023-11-14T22:13:20.000Z"},
                        {"lastActivity", "2023-11-14T22:13:20.000Z"},
                        {"userCount", 1},
                        {"organizationType", "team"},
                        {"userRoleInProject", "manager"},
                        {"featured", false},
                        {"archived", false},
                        {"codeAccess", "default"},
                        {"avatarUrl", ""},
                        {"avatarSource", "default"}});
}

TEST_CASE("accounts_api: the list is filtered, ordered and cut, exact names first") {
    Fixture server;
    for (const char* name : {"Vision", "vision-2", "my vision", "speech"}) {
        server.clock.pass(1000);
        make_project(server, name);
    }
    CHECK(names(server.get(list)) ==
          Names{"speech", "my vision", "vision-2", "Vision", "classification"});
    CHECK(names(server.get(list + "?sortBy=lastViewed&sortDirection=ascending")).front() ==
          "classification");
    CHECK(names(server.get(list + "?sortBy=name&sortDirection=descending")).front() == "vision-2");
    CHECK(names(server.get(list + "?searchTerm=VISION")) ==
          Names{"my vision", "vision-2", "Vision"});
    const auto exact = server.get(list + "?searchTerm=Vision&limit=1");
    CHECK(names(exact) == Names{"Vision"});
    CHECK(exact.json.at("matchingItemCount") == 3);
    CHECK(exact.json.at("totalItemCount") == 5);
    CHECK(names(server.get(list + "?limit=0")).empty());
    CHECK(names(server.get(list + "?organizationIdentifier=others")).empty());
    CHECK(names(server.get(list + "?organizationIdentifier=ml-team")).size() == 5);
    CHECK(
        names(server.get(list + "?organizationIdentifier=" + server.project.workspace_id)).size() ==
        5);
}

TEST_CASE("accounts_api: parameters of the list that mean nothing are refused by name") {
    const Fixture server;
    for (const std::string query :
         {"limit=-1", "userRelation=friend", "sortBy=colour", "sortDirection=up", "limit=many"}) {
        const auto answer = server.get(list + "?" + query);
        CHECK(answer.status == 400);
        CHECK(answer.json.at("message").get<std::string>().find(query.substr(0, query.find('='))) !=
              std::string::npos);
    }
}

TEST_CASE("accounts_api: the list of workspaces holds the caller's own with the caller's role") {
    const Fixture server;
    const auto answer = server.get("/api/backend/v1/myOrganizations", "mia");
    CHECK(answer.json == Json::array({{{"id", server.project.workspace_id},
                                       {"name", "ml-team"},
                                       {"userRole", "member"},
                                       {"organizationType", "team"},
                                       {"created", "2023-11-14T22:13:20.000Z"}}}));
}
