#ifndef NEPTUNE_SERVER_ACCESS_HPP
#define NEPTUNE_SERVER_ACCESS_HPP

// Who may do what. `may` is the only place that decides; everything else asks it.

#include <neptune/storage/store.hpp>

#include <optional>
#include <string>

namespace neptune::server {

/// Who makes a request. `token_id` is the API token behind it.
struct Caller {
    storage::User user;
    std::string token_id;
};

enum class Action {
    /// Know that a project exists, read all that is in it.
    see,
    /// Create objects and change what is in them, trash and delete them.
    write,
    /// Show that an object is in use, which it may be in the trash too.
    keep_alive,
    /// Members and settings of the project.
    manage,
    /// Delete the project with all that is in it.
    delete_project,
    /// Know that a workspace exists, and who belongs to it.
    see_workspace,
    create_project,
    /// People of the workspace.
    manage_workspace,
};

/// The role that counts in a project; nothing if the project does not exist for this user. Owners
/// of the workspace manage all its projects; `workspace` makes all its people managers, `pub` makes
/// everybody a viewer. A service account has no access to a project until it is added.
[[nodiscard]] constexpr std::optional<storage::ProjectRole> role_in(
    const storage::Membership& membership, storage::Visibility visibility) {
    using storage::ProjectRole;
    using storage::Visibility;
    if (!membership.is_service_account && membership.workspace_role) {
        if (*membership.workspace_role == storage::WorkspaceRole::owner)
            return ProjectRole::manager;
        if (visibility == Visibility::workspace) return ProjectRole::manager;
    }
    if (membership.project_role) return membership.project_role;
    if (visibility == Visibility::pub) return ProjectRole::viewer;
    return std::nullopt;
}

/// The role that a list of members shows: nobody is a member because everybody may look.
[[nodiscard]] constexpr std::optional<storage::ProjectRole> member_role(
    const storage::Membership& membership, storage::Visibility visibility) {
    using storage::Visibility;
    return role_in(membership, visibility == Visibility::pub ? Visibility::priv : visibility);
}

/// Whether the role was given to this member in this project, so that it can be changed and taken
/// away again: those of workspace owners, and of all where the workspace has access, were not.
[[nodiscard]] constexpr bool is_given_role(const storage::Membership& membership,
                                           storage::Visibility visibility) {
    if (!membership.project_role) return false;
    if (membership.is_service_account || !membership.workspace_role) return true;
    return *membership.workspace_role != storage::WorkspaceRole::owner &&
           visibility != storage::Visibility::workspace;
}

/// The decision. The last three actions are about the workspace that `membership` speaks of; no
/// project plays a part in them.
[[nodiscard]] constexpr bool may(Action action, const storage::Membership& membership,
                                 storage::Visibility visibility = storage::Visibility::priv) {
    using storage::ProjectRole;
    const auto role = role_in(membership, visibility);
    const bool owns_workspace = !membership.is_service_account &&
                                membership.workspace_role == storage::WorkspaceRole::owner;
    switch (action) {
        case Action::see:
            return role.has_value();
        case Action::write:
        case Action::keep_alive:
            return role && *role != ProjectRole::viewer;
        case Action::manage:
            return role && *role == ProjectRole::manager;
        case Action::see_workspace:
        case Action::create_project:
            return membership.workspace_role.has_value();
        case Action::delete_project:
        case Action::manage_workspace:
            return owns_workspace;
    }
    return false;
}

}  // namespace neptune::server

#endif
