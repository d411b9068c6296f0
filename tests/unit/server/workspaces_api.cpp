#include <neptune/server/workspaces_api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>

using namespace server_test;

namespace {

const std::string members_of = "/api/backend/v1/organizations2/ml-team/members";
const std::string invitations = "/api/backend/v1/invitations/organization";

Answer invite(const Fixture& server, Json entries, const std::string& who = "ada",
              const std::string& workspace = "ml-team") {
    return server.call(
        "POST", invitations,
        {{"organizationIdentifier", workspace}, {"invitationsEntries", std::move(entries)}}, who);
}

Json entry(const std::string& invitee, const std::string& type, const std::string& role) {
    return {{"invitee", invitee}, {"invitationType", type}, {"roleGrant", role}};
}

}  // namespace

TEST_CASE("workspaces_api: people of a workspace see each other, strangers see no workspace") {
    Fixture server;
    server.add("ci@ml-team", storage::UserKind::service_account);
    const auto list = server.get(members_of, "mia");
    REQUIRE(list.status == 200);
    REQUIRE(list.json.size() == 2);
    CHECK(list.json.at(0) == Json{{"role", "owner"},
                                  {"editableRole", false},
                                  {"registeredMemberInfo",
                                   {{"username", "ada"},
                                    {"firstName", "ada"},
                                    {"lastName", ""},
                                    {"avatarUrl", ""},
                                    {"avatarSource", "default"}}},
                                  {"joinedAt", "2023-11-14T22:13:20.000Z"}});
    CHECK(list.json.at(1).at("role") == "member");
    CHECK(server.get("/api/backend/v1/organizations2/" + server.project.workspace_id + "/members")
              .json == list.json);

    const auto hidden = server.get(members_of, "eve");
    const auto missing = server.get("/api/backend/v1/organizations2/nothing/members", "eve");
    CHECK(hidden.status == 404);
    CHECK(missing.status == 404);
    CHECK(hidden.json.at("title") == missing.json.at("title"));
}

TEST_CASE("workspaces_api: service accounts are listed; none can be deactivated") {
    Fixture server;
    const auto bot = server.add("ci@ml-team", storage::UserKind::service_account);
    const std::string list = "/api/backend/v1/serviceAccounts?organizationIdentifier=ml-team";
    const auto all = server.get(list + "&deactivated=false", "mia");
    REQUIRE(all.json.size() == 1);
    CHECK(all.json.at(0).at("id") == bot.id);
    CHECK(all.json.at(0).at("displayName") == "ci@ml-team");
    CHECK(server.get(list).json == all.json);
    CHECK(server.get(list + "&deactivated=true").json.empty());
    CHECK(server.get(list, "eve").status == 404);
}

TEST_CASE("workspaces_api: an invitation by e-mail waits in the list of members") {
    const Fixture server;
    const auto made =
        invite(server, Json::array({entry("new@example.com", "emailRecipient", "member")}));
    REQUIRE(made.status == 200);
    CHECK(made.json.at("invitations").at(0).at("invitee") == "new@example.com");
    CHECK(made.json.at("invitations").at(0).at("status") == "pending");
    const auto last = server.get(members_of).json.back();
    CHECK(last.at("role") == "member");
    CHECK_FALSE(last.contains("registeredMemberInfo"));
    CHECK(last.at("invitationInfo").at("invitedBy") == "ada");
    CHECK(
        invite(server, Json::array({entry("new@example.com", "emailRecipient", "owner")})).status ==
        409);
}

TEST_CASE("workspaces_api: members are there already, and unknown users cannot be invited") {
    const Fixture server;
    CHECK(invite(server, Json::array({entry("mia", "user", "member")})).status == 409);
    CHECK(invite(server, Json::array({entry("mia", "user", "owner")})).status == 409);
    CHECK(invite(server, Json::array({entry("nobody", "user", "member")})).status == 404);
    CHECK(invite(server, Json::array({entry("eve", "user", "member")})).status == 404);
    CHECK(invite(server, Json::array({entry("mia", "user", "member")}), "ada", "nothing").status ==
          404);
    CHECK(invite(server, Json::array({entry("mia", "user", "member")}), "ada", "others").status ==
          404);
    CHECK(
        invite(server, Json::array({entry("a@x.org", "emailRecipient", "member")}), "mia").status ==
        403);
}

TEST_CASE("workspaces_api: invitations that make no sense are refused in words") {
    const Fixture server;
    const auto refused = [&](const Json& entries, const std::string& words) {
        const auto answer = invite(server, entries);
        CHECK(answer.status == 400);
        CHECK(answer.json.at("message").get<std::string>().find(words) != std::string::npos);
    };
    refused(Json::array({entry("a@x.org", "emailRecipient", "admin")}), "member or owner");
    refused(Json::array({entry("a@x.org", "pigeon", "member")}), "user or emailRecipient");
    refused(Json::array({entry("nobody", "emailRecipient", "member")}), "no e-mail address");
    refused(Json::array({entry("a@" + std::string(300, 'x'), "emailRecipient", "member")}),
            "invitee_characters");
    refused(Json(Json::array_t(101, entry("a@x.org", "emailRecipient", "member"))),
            "invitations_per_request");
    CHECK(server.get(members_of).json.size() == 2);
}

TEST_CASE("workspaces_api: the state of a workspace counts people, projects and bytes") {
    Settings settings;
    settings.projects_per_workspace = 7;
    Fixture server(settings);
    server.add("ci@ml-team", storage::UserKind::service_account);
    const auto status = server.get("/api/backend/v1/payments/ml-team/status", "mia");
    REQUIRE(status.status == 200);
    CHECK(status.json.at("mode") == "normal");
    CHECK(status.json.at("activeProjectsUsage") == 1);
    CHECK(status.json.at("activeProjectsLimit") == 7);
    CHECK(status.json.at("membersCount") == 2);
    const auto limit = status.json.at("storageBytesLimit").get<std::int64_t>();
    const auto available = status.json.at("storageBytesAvailable").get<std::int64_t>();
    CHECK(available > 0);
    CHECK(limit > available);
    CHECK(server.get("/api/backend/v1/payments/nothing/status").status == 404);
    CHECK(server.get("/api/backend/v1/payments/ml-team/status", "eve").status == 404);
}
