#include <neptune/storage/members.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;

namespace {

Invitation invitation_of(const Fixture& f, std::string invitee) {
    Invitation invitation;
    invitation.workspace_id = f.workspace.id;
    invitation.invitee = std::move(invitee);
    invitation.by_email = true;
    invitation.role = WorkspaceRole::owner;
    invitation.add_to_all_projects = true;
    invitation.invited_by = "jackie";
    invitation.created = start;
    return invitation;
}

}  // namespace

TEST_CASE("members: all of the workspace are listed, and those with a role from elsewhere",
          "[storage]") {
    Fixture f;
    const auto other = *f.store->create_workspace("other", start);
    f.store->create_user("ann", UserKind::person, f.workspace.id, WorkspaceRole::member, start);
    f.store->create_user("bot@ml-team", UserKind::service_account, f.workspace.id,
                         WorkspaceRole::member, start);
    f.store->create_user("eve", UserKind::person, other.id, WorkspaceRole::owner, start);
    const auto guest =
        *f.store->create_user("guest", UserKind::person, other.id, WorkspaceRole::owner, start);
    f.store->set_project_role(f.project.id, guest.id, ProjectRole::viewer);

    const auto members = f.store->project_members(f.project);
    REQUIRE(members.size() == 4);
    CHECK(members[0].user.name == "ann");
    CHECK(members[0].membership.workspace_role == WorkspaceRole::member);
    CHECK_FALSE(members[0].membership.project_role);
    CHECK(members[1].user.name == "bot@ml-team");
    CHECK(members[1].membership.is_service_account);
    CHECK(members[2].user.name == "guest");
    CHECK_FALSE(members[2].membership.workspace_role);
    CHECK(members[2].membership.project_role == ProjectRole::viewer);
    CHECK(members[3].user.name == "jackie");
    CHECK(members[3].membership.workspace_role == WorkspaceRole::owner);
    CHECK(members[3].membership.project_role == ProjectRole::manager);
    for (const auto& member : members) {
        const auto alone = f.store->membership(member.user.id, f.project);
        CHECK(alone.workspace_role == member.membership.workspace_role);
        CHECK(alone.project_role == member.membership.project_role);
        CHECK(alone.is_service_account == member.membership.is_service_account);
    }
}

TEST_CASE("members: a new account gets what its invitation says, once", "[storage]") {
    Fixture f;
    REQUIRE(f.store->invite({invitation_of(f, "new@example.com")}));
    REQUIRE(f.store->invitations(f.workspace.id).size() == 1);
    const auto user = f.store->create_user("new@example.com", UserKind::person, f.workspace.id,
                                           WorkspaceRole::member, start);
    REQUIRE(user);
    CHECK(user->workspace_role == WorkspaceRole::owner);
    CHECK(f.store->find_user("new@example.com")->workspace_role == WorkspaceRole::owner);
    CHECK(f.store->membership(user->id, f.project).project_role == ProjectRole::member);
    CHECK(f.store->invitations(f.workspace.id).empty());
}

TEST_CASE("members: of several invitations all are stored or none", "[storage]") {
    Fixture f;
    REQUIRE(f.store->invite({invitation_of(f, "a@x"), invitation_of(f, "b@x")}));
    CHECK_FALSE(f.store->invite({invitation_of(f, "c@x"), invitation_of(f, "a@x")}));
    const auto stored = f.store->invitations(f.workspace.id);
    REQUIRE(stored.size() == 2);
    CHECK(stored[0].invitee == "a@x");
    CHECK(stored[1].invitee == "b@x");
    CHECK(stored[0].invited_by == "jackie");
    CHECK(stored[0].role == WorkspaceRole::owner);
    CHECK(stored[0].by_email);
    CHECK(stored[0].add_to_all_projects);
    CHECK_FALSE(stored[0].id.empty());
}
