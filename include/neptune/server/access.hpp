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
    /// Create objects and change what is in them.
    write,
    /// Members and settings of the project.
    manage,
};

/// The role that counts in a project; nothing if the project does not exist for this user. Owners
/// of the workspace manage all its projects; `workspace` makes all its members managers, `pub`
/// makes everybody a viewer.
[[nodiscard]] constexpr std::optional<storage::ProjectRole> role_in(
    const storage::Membership& membership, storage::Visibility visibility) {
    using storage::ProjectRole;
    using storage::Visibility;
    if (membership.workspace_role == storage::WorkspaceRole::owner) return ProjectRole::manager;
    if (visibility == Visibility::workspace && membership.workspace_role)
        return ProjectRole::manager;
    if (membership.project_role) return membership.project_role;
    if (visibility == Visibility::pub) return ProjectRole::viewer;
    return std::nullopt;
}

/// The decision.
[[nodiscard]] constexpr bool may(Action action, const storage::Membership& membership,
                                 storage::Visibility visibility) {
    const auto role = role_in(membership, visibility);
    if (!role) return false;
    switch (action) {
        case Action::see:
            return true;
        case Action::write:
            return *role != storage::ProjectRole::viewer;
        case Action::manage:
            return *role == storage::ProjectRole::manager;
    }
    return false;
}

}  // namespace neptune::server

#endif
