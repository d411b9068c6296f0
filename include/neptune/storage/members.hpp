#ifndef NEPTUNE_STORAGE_MEMBERS_HPP
#define NEPTUNE_STORAGE_MEMBERS_HPP

// Who may have to do with a project, and who is invited to a workspace, in SQLite. Functions that
// write are called inside the writer's transaction.

#include <neptune/core/random.hpp>
#include <neptune/storage/accounts.hpp>
#include <neptune/storage/sqlite.hpp>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace neptune::storage::members {

/// See Store::project_members.
[[nodiscard]] inline std::vector<ProjectMember> of_project(Database& database,
                                                           const Project& project) {
    return read_all(
        database.query(
            "SELECT u.id, u.name, u.kind, u.workspace, u.workspace_role, u.created, m.role "
            "FROM users u LEFT JOIN project_members m ON m.user = u.id AND m.project = "
            "(SELECT number FROM objects WHERE id = ?1) "
            "WHERE u.workspace = ?2 OR m.role IS NOT NULL ORDER BY u.name",
            project.id, project.workspace_id),
        [&](const Statement& row) {
            ProjectMember member{accounts::detail::read_user(row), {}};
            if (member.user.workspace_id == project.workspace_id)
                member.membership.workspace_role = member.user.workspace_role;
            if (!row.is_null(6)) member.membership.project_role = row.enumerator<ProjectRole>(6);
            member.membership.is_service_account = member.user.kind == UserKind::service_account;
            return member;
        });
}

namespace detail {

inline Invitation read_invitation(const Statement& row) {
    return {row.text(0),
            row.text(1),
            row.text(2),
            row.boolean(3),
            row.enumerator<WorkspaceRole>(4),
            row.boolean(5),
            row.text(6),
            row.integer(7)};
}

}  // namespace detail

/// Oldest first.
[[nodiscard]] inline std::vector<Invitation> invitations(Database& database,
                                                         std::string_view workspace_id) {
    return read_all(
        database.query("SELECT id, workspace, invitee, by_email, role, add_to_all_projects, "
                       "invited_by, created FROM invitations WHERE workspace = ? "
                       "ORDER BY created, invitee",
                       workspace_id),
        detail::read_invitation);
}

/// Somebody is invited to that workspace already.
struct InvitedAlready {};

/// See Store::invite. Errors: throws InvitedAlready, after which the call must be undone.
inline void invite(Database& database, const std::vector<Invitation>& wanted) {
    for (const auto& invitation : wanted) {
        database.execute(
            "INSERT INTO invitations (id, workspace, invitee, by_email, role, "
            "add_to_all_projects, invited_by, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (workspace, invitee) DO NOTHING",
            core::uuid4(), invitation.workspace_id, invitation.invitee, invitation.by_email,
            invitation.role, invitation.add_to_all_projects, invitation.invited_by,
            invitation.created);
        if (database.changed_rows() == 0) throw InvitedAlready();
    }
}

/// A person whose name was invited gets what the invitation says: the higher one of the two
/// workspace roles, and its place in the projects that there are.
inline void accept_invitation(Database& database, User& user) {
    const auto invitation = read_first(
        database.query("SELECT id, workspace, invitee, by_email, role, add_to_all_projects, "
                       "invited_by, created FROM invitations WHERE workspace = ? AND invitee = ?",
                       user.workspace_id, user.name),
        detail::read_invitation);
    if (!invitation) return;
    user.workspace_role = (std::max)(user.workspace_role, invitation->role);
    database.execute("UPDATE users SET workspace_role = ? WHERE id = ?", user.workspace_role,
                     user.id);
    if (invitation->add_to_all_projects)
        database.execute(
            "INSERT INTO project_members (project, user, role) SELECT object, ?, ? FROM projects "
            "WHERE workspace = ?",
            user.id, ProjectRole::member, user.workspace_id);
    database.execute("DELETE FROM invitations WHERE id = ?", invitation->id);
}

}  // namespace neptune::storage::members

#endif
