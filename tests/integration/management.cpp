// neptune::management against a server: every function, and what each of them refuses.
#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

using namespace support;
namespace management = neptune::management;
using management::MemberRole, management::MemberRoles;
using Names = std::vector<std::string>;

namespace {

/// The failure that a call ends with.
template <class Expected, class Call>
Expected failure_of(Call&& call) {
    try {
        call();
    } catch (const Expected& failure) {
        return failure;
    }
    throw std::runtime_error("the call was not refused");
}

using Details = management::Failure::Details;

}  // namespace

TEST_CASE("management: projects are listed, made and deleted") {
    World world;
    auto m = world.manager();
    CHECK(m->run(management::CreateProject{
              .name = "vision", .key = "VIS", .workspace = "team", .description = "about"}) ==
          "team/vision");
    CHECK(m->run(management::CreateProject{
              .name = "team/speech", .visibility = management::ProjectVisibility::workspace}) ==
          "team/speech");
    auto list = m->run(management::GetProjectList{});
    std::sort(list.begin(), list.end());
    CHECK(list == Names{"team/speech", "team/test", "team/vision"});
    CHECK(world.manager(world.server.make_user("mia"))->run(management::GetProjectList{}) ==
          Names{"team/speech"});
    const auto run = world.run({.project = "team/vision"});
    CHECK(id_of(run) == "VIS-1");

    m->run(management::DeleteProject{.project = "team/speech"});
    CHECK(m->run(management::GetProjectList{}).size() == 2);
    const auto gone = failure_of<management::ProjectNotFound>(
        [&] { m->run(management::DeleteProject{.project = "team/speech"}); });
    CHECK(gone.details() == Details{{"name", "team/speech"}});
    CHECK(gone.number() == 4);
}

TEST_CASE("management: a project that cannot be made says why") {
    World world({.projects_per_workspace = 2});
    auto m = world.manager();
    using management::CreateProject;
    CHECK(failure_of<management::ProjectAlreadyExists>([&] {
              m->run(CreateProject{.name = "team/test"});
          }).details() == Details{{"name", "team/test"}});
    CHECK(failure_of<management::ProjectKeyCollision>([&] {
              m->run(CreateProject{.name = "team/other", .key = "TEST"});
          }).details() == Details{{"key", "TEST"}});
    CHECK(failure_of<management::ProjectKeyInvalid>(
              [&] { m->run(CreateProject{.name = "team/other", .key = "lower"}); })
              .details()
              .at("key") == "lower");
    const auto restricted = failure_of<management::ProjectPrivacyRestricted>([&] {
        m->run(
            CreateProject{.name = "team/other", .visibility = management::ProjectVisibility::pub});
    });
    CHECK(restricted.details() ==
          Details{{"requested", "pub"}, {"allowed", R"(["priv","workspace"])"}});
    CHECK(failure_of<management::BadRequest>([&] { m->run(CreateProject{.name = "team/x"}); })
              .details()
              .at("validation_errors")
              .find("ERR_WRONG_LENGTH") == 0);
    CHECK(failure_of<management::WorkspaceNotFound>([&] {
              m->run(CreateProject{.name = "nobody/other"});
          }).details() == Details{{"workspace", "nobody"}});
    m->run(CreateProject{.name = "team/second"});
    CHECK(failure_of<management::ActiveProjectsLimitReached>([&] {
              m->run(CreateProject{.name = "team/third"});
          }).details() == Details{{"currentQuota", "2"}});
}

TEST_CASE("management: only an admin of the workspace deletes projects") {
    World world;
    auto mia = world.manager(world.server.make_user("mia"));
    CHECK(mia->run(management::CreateProject{.name = "team/mine"}) == "team/mine");
    const auto refused = failure_of<management::AccessRevokedOnDeletion>(
        [&] { mia->run(management::DeleteProject{.project = "mine", .workspace = "team"}); });
    CHECK(refused.details() == Details{{"name", "team/mine"}});
    CHECK_THROWS_AS(mia->run(management::DeleteProject{.project = "team/test"}),
                    management::ProjectNotFound);
}

TEST_CASE("management: people of a project are listed, added and removed") {
    World world;
    auto m = world.manager();
    auto mia = world.manager(world.server.make_user("mia"));
    using management::AddProjectMember, management::RemoveProjectMember;
    const management::GetProjectMemberList list{.project = "team/test"};
    CHECK_THROWS_AS(mia->run(list), management::ProjectNotFound);
    m->run(AddProjectMember{"team/test", "mia", MemberRole::contributor});
    CHECK(mia->run(list) ==
          MemberRoles{{"ada", MemberRole::owner}, {"mia", MemberRole::contributor}});

    CHECK(failure_of<management::UserAlreadyHasAccess>([&] {
              m->run(AddProjectMember{"team/test", "mia", MemberRole::owner});
          }).details() ==
          Details{{"user", "mia"}, {"project", "team/test"}, {"role", "contributor"}});
    CHECK_THROWS_AS(m->run(AddProjectMember{"team/test", "nobody", MemberRole::viewer}),
                    management::ProjectNotFound);
    CHECK_THROWS_AS(mia->run(RemoveProjectMember{"team/test", "ada"}),
                    management::AccessRevokedOnMemberRemoval);
    CHECK_THROWS_AS(m->run(RemoveProjectMember{"team/test", "ada"}),
                    management::AccessRevokedOnMemberRemoval);

    m->run(RemoveProjectMember{"team/test", "mia"});
    CHECK(m->run(list) == MemberRoles{{"ada", MemberRole::owner}});
    CHECK(failure_of<management::UserNotExistsOrWithoutAccess>([&] {
              m->run(RemoveProjectMember{"team/test", "mia"});
          }).details() == Details{{"user", "mia"}, {"project", "team/test"}});
    CHECK_THROWS_AS(m->run(RemoveProjectMember{"team/nothing", "mia"}),
                    management::ProjectNotFound);
}

TEST_CASE("management: service accounts are found by their names") {
    World world;
    auto m = world.manager();
    auto bot = world.manager(world.server.make_user("ci@team", true));
    using management::AddProjectServiceAccount, management::RemoveProjectServiceAccount;
    const management::GetProjectServiceAccountList list{.project = "team/test"};
    CHECK(m->run(management::GetWorkspaceServiceAccountList{.workspace = "team"}) ==
          management::WorkspaceMemberRoles{{"ci@team", management::WorkspaceMemberRole::member}});
    CHECK(m->run(list).empty());
    m->run(AddProjectServiceAccount{"team/test", "ci@team", MemberRole::viewer});
    CHECK(bot->run(list) == MemberRoles{{"ci@team", MemberRole::viewer}});
    CHECK(failure_of<management::ServiceAccountAlreadyHasAccess>([&] {
              m->run(AddProjectServiceAccount{"team/test", "ci@team", MemberRole::owner});
          })
              .details()
              .at("role") == "viewer");
    CHECK_THROWS_AS(bot->run(RemoveProjectServiceAccount{"team/test", "ci@team"}),
                    management::AccessRevokedOnServiceAccountRemoval);
    m->run(RemoveProjectServiceAccount{"team/test", "ci@team"});
    CHECK(m->run(list).empty());
    CHECK_THROWS_AS(m->run(RemoveProjectServiceAccount{"team/test", "ci@team"}),
                    management::ServiceAccountNotExistsOrWithoutAccess);
    CHECK(failure_of<management::ServiceAccountNotFound>([&] {
              m->run(AddProjectServiceAccount{"team/test", "no@team", MemberRole::viewer});
          }).details() == Details{{"service_account_name", "no@team"}, {"workspace", "team"}});
    CHECK_THROWS_AS(m->run(RemoveProjectServiceAccount{"team/test", "no@team"}),
                    management::ServiceAccountNotFound);
    CHECK_THROWS_AS(m->run(AddProjectServiceAccount{"team/no", "ci@team", MemberRole::viewer}),
                    management::ProjectNotFound);
    CHECK_THROWS_AS(m->run(management::GetWorkspaceServiceAccountList{.workspace = "no"}),
                    management::WorkspaceNotFound);
}

TEST_CASE("management: people are invited to a workspace, and listed once they have joined") {
    World world;
    auto m = world.manager();
    auto mia = world.manager(world.server.make_user("mia"));
    using management::InviteToWorkspace, management::WorkspaceMemberRole;
    const management::GetWorkspaceMemberList list{.workspace = "team"};
    const management::WorkspaceMemberRoles before{{"ada", WorkspaceMemberRole::admin},
                                                  {"mia", WorkspaceMemberRole::member}};
    CHECK(mia->run(list) == before);
    CHECK_THROWS_AS(m->run(management::GetWorkspaceMemberList{.workspace = "no"}),
                    management::WorkspaceNotFound);

    m->run(InviteToWorkspace{.email = "new@example.com",
                             .workspace = "team",
                             .role = WorkspaceMemberRole::admin,
                             .add_to_all_projects = true});
    CHECK(m->run(list) == before);
    CHECK_THROWS_AS(m->run(InviteToWorkspace{.email = "new@example.com", .workspace = "team"}),
                    management::UserAlreadyInvited);
    CHECK(failure_of<management::UserAlreadyInvited>([&] {
              m->run(InviteToWorkspace{.username = "mia", .workspace = "team"});
          }).details() == Details{{"user", "mia"}, {"workspace", "team"}});
    CHECK_THROWS_AS(m->run(InviteToWorkspace{.username = "nobody", .workspace = "team"}),
                    management::WorkspaceOrUserNotFound);
    CHECK_THROWS_AS(m->run(InviteToWorkspace{.username = "mia", .workspace = "no"}),
                    management::WorkspaceOrUserNotFound);
    CHECK_THROWS_AS(mia->run(InviteToWorkspace{.email = "a@x.org", .workspace = "team"}),
                    neptune::Forbidden);
    CHECK_THROWS_AS(m->run(InviteToWorkspace{.workspace = "team"}), neptune::InvalidArgument);
    CHECK_THROWS_AS(
        m->run(InviteToWorkspace{.username = "a", .email = "a@x.org", .workspace = "team"}),
        neptune::InvalidArgument);

    world.server.make_user("new@example.com");
    CHECK(m->run(list).at("new@example.com") == WorkspaceMemberRole::admin);
}

TEST_CASE("management: objects go to the trash, come back, and are deleted") {
    World world;
    auto m = world.manager();
    auto run = world.run();
    run["x"] = 1;
    run.wait();
    auto model = world.model({.key = "FOREST"});
    const auto version = world.version({.model = "TEST-FOREST"});
    const auto look = [&](const std::string& id) {
        return world.look_at(neptune::OpenRun{.with_id = id})["sys/trashed"].fetch<bool>();
    };

    const auto report =
        m->run(management::TrashObjects{"team/test", {id_of(run), "TEST-FOREST", "TEST-99"}});
    CHECK(report.succeeded == 2);
    REQUIRE(report.refused.size() == 1);
    CHECK(report.refused[0].id == "TEST-99");
    CHECK(report.refused[0].reason == "NOT_EXISTS");
    CHECK_THROWS_AS(world.model({.key = "FOREST"}), neptune::ModelKeyAlreadyExists);
    CHECK(look(id_of(run)));
    CHECK(world.look_at(neptune::OpenModelVersion{.with_id = id_of(version)})["sys/trashed"]
              .fetch<bool>());

    const auto restored =
        m->run(management::RestoreObjects{"team/test", {id_of(run), id_of(version)}});
    CHECK(restored.succeeded == 1);
    CHECK(restored.refused.at(0).reason == "TRASHED");
    CHECK_FALSE(look(id_of(run)));
    run["x"] = 2;
    run.wait();

    const auto deleted =
        m->run(management::DeleteObjectsFromTrash{"team/test", {id_of(run), "TEST-FOREST"}});
    CHECK(deleted.succeeded == 1);
    CHECK(deleted.refused.at(0).reason == "NOT_IN_TRASH");
    CHECK_THROWS_AS(world.look_at(neptune::OpenModel{.with_id = "TEST-FOREST"}),
                    neptune::ModelNotFound);
    run.stop();
    m->run(management::TrashObjects{"team/test", {id_of(run)}});
    CHECK(m->run(management::ClearTrash{"team/test"}).succeeded == 1);
    CHECK_THROWS_AS(look(id_of(run)), neptune::RunNotFound);
    CHECK_THROWS_AS(m->run(management::TrashObjects{"team/no", {"NO-1"}}),
                    management::ProjectNotFound);
    CHECK_THROWS_AS(m->run(management::ClearTrash{"team/no"}), management::ProjectNotFound);
}

TEST_CASE("management: the data of a run in the trash wait on disk until it is restored") {
    World world;
    auto m = world.manager();
    auto run = world.run({.flush_period = std::chrono::milliseconds(1)});
    run.wait();
    m->run(management::TrashObjects{"team/test", {id_of(run)}});
    run["late"] = 7;
    world.errors.await(neptune::ErrorCode::synchronization_stopped);
    CHECK(world.errors.text(neptune::ErrorCode::synchronization_stopped).find("trash") !=
          std::string::npos);
    run.stop();
    m->run(management::RestoreObjects{"team/test", {id_of(run)}});
    auto again = world.run({.with_id = id_of(run)});
    again.wait();
    CHECK(world.look(again)["late"].fetch<int>() == 7);
}

TEST_CASE("management: more objects than one request may hold are sent in several") {
    World world;
    auto m = world.manager();
    std::vector<std::string> ids;
    for (int i = 0; i < 250; ++i) ids.push_back("TEST-" + std::to_string(1000 + i));
    const auto report = m->run(management::TrashObjects{"team/test", ids});
    CHECK(report.refused.size() == 250);
    CHECK(world.requests("/experiments/trash") == 3);
}

TEST_CASE("management: the state of a workspace adds up") {
    World world({.projects_per_workspace = 50});
    const auto status = world.manager()->run(management::GetWorkspaceStatus{.workspace = "team"});
    CHECK(status.storage_bytes_used.value() ==
          status.storage_bytes_limit.value() - status.storage_bytes_available.value());
    CHECK(status.storage_bytes_used.value() > 0);
    CHECK(status.active_projects_usage == 1);
    CHECK(status.active_projects_limit == 50);
    CHECK(status.members_count == 1);
    CHECK_THROWS_AS(world.manager()->run(management::GetWorkspaceStatus{.workspace = "no"}),
                    management::WorkspaceNotFound);
}

TEST_CASE("management: the functions reach a server over a socket, with the token of the caller") {
    TestServer server;
    server.listen();
    const Variable token("NEPTUNE_API_TOKEN", server.token().c_str());
    CHECK(management::create_project({.name = "vision", .workspace = "team"}) == "team/vision");
    CHECK(management::get_project_list().size() == 2);
    management::delete_project({.project = "team/vision"});
    CHECK(management::get_project_list() == Names{"team/test"});
    CHECK_THROWS_AS(management::get_project_list({.api_token = "nonsense"}),
                    neptune::InvalidApiToken);
}

TEST_CASE("management: what cannot be done to an object is printed") {
    World world;
    world.prints = true;
    CapturedStderr captured;
    world.manager()->run(management::TrashObjects{"team/test", {"TEST-99"}});
    const auto text = captured.text();
    CHECK(text.find("TEST-99") != std::string::npos);
    CHECK(text.find("(NOT_EXISTS)") != std::string::npos);
    CHECK(text.find("moved 0 objects to the trash; 1 could not be moved") != std::string::npos);
}

TEST_CASE("management: access tokens that live shorter than the client's margin are renewed") {
    World world({.access_token_lifetime = std::chrono::seconds(20)});
    const auto run = world.run();
    run["x"] = 1;
    run.wait();
    CHECK(world.look(run)["x"].fetch<int>() == 1);
    // Each request finds its token within 30 s of its end.
    CHECK(world.requests("/protocol/openid-connect/token") >= 3);
    CHECK(world.requests("/authorization/oauth-token") == 1);
}
