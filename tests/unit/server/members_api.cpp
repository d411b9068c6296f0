#include <neptune/server/members_api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <map>
#include <string>

using namespace server_test;

namespace {

const std::string project_query = "?projectIdentifier=ml-team%2Fclassification";
const std::string members = "/api/backend/v1/projects/members";
const std::string accounts = "/api/backend/v1/projects/service_accounts";
using Roles = std::map<std::string, std::string>;

Roles people(const Fixture& server, const std::string& who = "ada") {
    Roles roles;
    for (const auto& member :
         server.get("/api/backend/v1/projects/membersOf" + project_query, who).json)
        roles[member.at("registeredMemberInfo").at("username")] = member.at("role");
    return roles;
}

Roles robots(const Fixture& server) {
    Roles roles;
    for (const auto& account : server.get(accounts + project_query).json)
        roles[account.at("serviceAccountInfo").at("displayName")] = account.at("role");
    return roles;
}

Answer add(const Fixture& server, const std::string& name, const std::string& role,
           const std::string& who = "ada") {
    return server.call("POST", members + project_query, {{"userId", name}, {"role", role}}, who);
}

Answer remove(const Fixture& server, const std::string& name, const std::string& who = "ada") {
    return server.call("DELETE", members + "/" + name + project_query, nullptr, who);
}

Answer change(const Fixture& server, const std::string& name, const std::string& role) {
    return server.call("PATCH", members + "/" + name + project_query, {{"role", role}});
}

void set_visibility(Fixture& server, storage::Visibility visibility) {
    server.store().update_project(server.project.id, {std::nullopt, visibility, std::nullopt});
}

}  // namespace

TEST_CASE("members_api: a member is added, changed and removed, and that counts at once") {
    Fixture server;
    const auto run = experiments + "?experimentId=" + server.new_run();
    CHECK(people(server) == Roles{{"ada", "manager"}});
    CHECK(server.get(run, "mia").status == 404);

    const auto added = add(server, "mia", "viewer");
    REQUIRE(added.status == 200);
    CHECK(added.json == Json{{"role", "viewer"},
                             {"editableRole", true},
                             {"canLeaveProject", true},
                             {"registeredMemberInfo",
                              {{"username", "mia"},
                               {"firstName", "mia"},
                               {"lastName", ""},
                               {"avatarUrl", ""},
                               {"avatarSource", "default"}}}});
    CHECK(people(server, "mia") == Roles{{"ada", "manager"}, {"mia", "viewer"}});
    CHECK(server.get(run, "mia").status == 200);
    CHECK(server.create({{"type", "run"}}, "mia").status == 403);

    CHECK(change(server, "mia", "member").json.at("role") == "member");
    CHECK(server.create({{"type", "run"}}, "mia").status == 200);
    CHECK(remove(server, "mia").status == 200);
    CHECK(server.get(run, "mia").status == 404);
    CHECK(people(server) == Roles{{"ada", "manager"}});
}

TEST_CASE("members_api: a second time, an unknown name and an unknown role are refused") {
    Fixture server;
    add(server, "mia", "viewer");
    CHECK(add(server, "mia", "manager").status == 409);
    CHECK(people(server).at("mia") == "viewer");
    CHECK(add(server, "ada", "viewer").status == 409);
    const auto stranger = add(server, "eve", "viewer");
    const auto nobody = add(server, "nobody", "viewer");
    CHECK(stranger.status == 404);
    CHECK(nobody.status == 404);
    CHECK(stranger.json.at("title") == nobody.json.at("title"));
    CHECK(add(server, "mia", "boss").status == 400);
    CHECK(change(server, "mia", "boss").status == 400);
    CHECK(change(server, "nobody", "viewer").status == 422);
    CHECK(remove(server, "nobody").status == 422);
}

TEST_CASE("members_api: owners of the workspace cannot be removed or made less") {
    Fixture server;
    CHECK(remove(server, "ada").status == 403);
    CHECK(change(server, "ada", "viewer").status == 403);
    add(server, "mia", "manager");
    CHECK(remove(server, "ada", "mia").status == 403);
    CHECK(people(server).at("ada") == "manager");
}

TEST_CASE("members_api: only managers change members, but everybody may leave") {
    Fixture server;
    server.add("vic");
    add(server, "mia", "member");
    add(server, "vic", "viewer");
    CHECK(add(server, "ada", "viewer", "mia").status == 403);
    CHECK(remove(server, "vic", "mia").status == 403);
    CHECK(remove(server, "mia", "mia").status == 200);
    CHECK(remove(server, "mia", "mia").status == 404);
    CHECK(remove(server, "vic", "vic").status == 200);
    CHECK(add(server, "mia", "manager").status == 200);
    CHECK(add(server, "vic", "viewer", "mia").status == 200);
}

TEST_CASE("members_api: where the workspace has access all of its people are managers") {
    Fixture server;
    set_visibility(server, storage::Visibility::workspace);
    CHECK(people(server) == Roles{{"ada", "manager"}, {"mia", "manager"}});
    CHECK(add(server, "mia", "viewer").status == 409);
    CHECK(remove(server, "mia").status == 422);
    CHECK(change(server, "mia", "viewer").status == 422);
    CHECK(add(server, "ada", "viewer", "mia").status == 409);
    set_visibility(server, storage::Visibility::priv);
    CHECK(people(server) == Roles{{"ada", "manager"}});
}

TEST_CASE("members_api: a public project has members like a private one") {
    Fixture server;
    set_visibility(server, storage::Visibility::pub);
    CHECK(people(server, "eve") == Roles{{"ada", "manager"}});
    CHECK(add(server, "mia", "member").status == 200);
    CHECK(people(server).at("mia") == "member");
    CHECK(remove(server, "mia").status == 200);
}

TEST_CASE("members_api: service accounts are added by id, seen apart from people, and removed") {
    Fixture server;
    const auto bot = server.add("ci@ml-team", storage::UserKind::service_account);
    const auto run = experiments + "?experimentId=" + server.new_run();
    const auto add_account = [&](const std::string& id, const std::string& role) {
        return server.call("POST", accounts + project_query,
                           {{"serviceAccountId", id}, {"role", role}});
    };
    const auto account = accounts + "/" + bot.id + project_query;

    CHECK(server.get(run, "ci@ml-team").status == 404);
    CHECK(add_account("no id", "member").status == 404);
    CHECK(add_account(server.user("mia").id, "member").status == 404);
    const auto added = add_account(bot.id, "member");
    REQUIRE(added.status == 200);
    CHECK(added.json == Json{{"serviceAccountInfo",
                              {{"id", bot.id},
                               {"name", "ci@ml-team"},
                               {"displayName", "ci@ml-team"},
                               {"organizationId", server.project.workspace_id},
                               {"created", "2023-11-14T22:13:20.000Z"},
                               {"createdBy", ""}}},
                             {"role", "member"}});
    CHECK(robots(server) == Roles{{"ci@ml-team", "member"}});
    CHECK(people(server) == Roles{{"ada", "manager"}});
    CHECK(server.create({{"type", "run"}}, "ci@ml-team").status == 200);

    CHECK(add_account(bot.id, "viewer").status == 409);
    CHECK(server.call("PATCH", account, {{"role", "viewer"}}).json.at("role") == "viewer");
    CHECK(server.create({{"type", "run"}}, "ci@ml-team").status == 403);
    CHECK(server.call("DELETE", account).status == 200);
    CHECK(server.call("DELETE", account).status == 422);
    CHECK(server.get(run, "ci@ml-team").status == 404);
    CHECK(add(server, "ci@ml-team", "member").status == 404);
}

TEST_CASE("members_api: access of the workspace is not access of its service accounts") {
    Fixture server;
    const auto bot = server.add("ci@ml-team", storage::UserKind::service_account);
    set_visibility(server, storage::Visibility::workspace);
    CHECK(robots(server).empty());
    CHECK(server.get(project_of + server.project.id, "ci@ml-team").status == 404);
    server.call("POST", accounts + project_query,
                {{"serviceAccountId", bot.id}, {"role", "member"}});
    CHECK(robots(server) == Roles{{"ci@ml-team", "member"}});
    CHECK(server.call("DELETE", accounts + "/" + bot.id + project_query).status == 200);
    CHECK(robots(server).empty());
}
