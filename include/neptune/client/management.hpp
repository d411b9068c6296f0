#ifndef NEPTUNE_CLIENT_MANAGEMENT_HPP
#define NEPTUNE_CLIENT_MANAGEMENT_HPP

// neptune::management: projects, their people and service accounts, workspaces, the trash. Source:
// `neptune.management` of the Python client, whose function names, defaults and failure numbers
// these are.
//
//     using namespace neptune;
//     const auto project = management::create_project({.name = "ml-team/classification"});
//     management::add_project_member({.project = project, .username = "jackie",
//                                     .role = management::MemberRole::contributor});
//
// Each function connects, asks, and disconnects; it blocks until the server has answered. Threads:
// any. Errors of all: MissingApiToken, InvalidApiToken, ConnectionLost, ApiError, and the failures
// below, which are Errors too. A project is `workspace/name`, or `name` beside a workspace.

#include <neptune/client/management_failure.hpp>
#include <neptune/client/object.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::management {

/// Who may read a project: its members only, all people of the workspace, or everybody.
enum class ProjectVisibility { priv, workspace, pub };
/// Roles in a project: sees; also changes content; also changes members and settings.
enum class MemberRole { viewer, contributor, owner };
/// Roles in a workspace.
enum class WorkspaceMemberRole { member, admin };

/// `priv`, `workspace`, `pub`. Errors: throws UnsupportedValue for other words.
[[nodiscard]] inline ProjectVisibility visibility_from_string(std::string_view word) {
    if (word == "priv") return ProjectVisibility::priv;
    if (word == "workspace") return ProjectVisibility::workspace;
    if (word == "pub") return ProjectVisibility::pub;
    throw UnsupportedValue("ProjectVisibility", word, "use priv, workspace or pub");
}
/// `viewer`, `contributor`, `owner`. Errors: throws UnsupportedValue for other words.
[[nodiscard]] inline MemberRole member_role_from_string(std::string_view word) {
    if (word == "viewer") return MemberRole::viewer;
    if (word == "contributor") return MemberRole::contributor;
    if (word == "owner") return MemberRole::owner;
    throw UnsupportedValue("MemberRole", word, "use viewer, contributor or owner");
}
/// `member`, `admin`. Errors: throws UnsupportedValue for other words.
[[nodiscard]] inline WorkspaceMemberRole workspace_member_role_from_string(std::string_view word) {
    if (word == "member") return WorkspaceMemberRole::member;
    if (word == "admin") return WorkspaceMemberRole::admin;
    throw UnsupportedValue("WorkspaceMemberRole", word, "use member or admin");
}
[[nodiscard]] constexpr std::string_view to_string(ProjectVisibility visibility) {
    constexpr std::string_view words[] = {"priv", "workspace", "pub"};
    return words[static_cast<std::size_t>(visibility)];
}
[[nodiscard]] constexpr std::string_view to_string(MemberRole role) {
    constexpr std::string_view words[] = {"viewer", "contributor", "owner"};
    return words[static_cast<std::size_t>(role)];
}
[[nodiscard]] constexpr std::string_view to_string(WorkspaceMemberRole role) {
    return role == WorkspaceMemberRole::admin ? "admin" : "member";
}

/// Name of a person or service account to role.
using MemberRoles = std::map<std::string, MemberRole>;
using WorkspaceMemberRoles = std::map<std::string, WorkspaceMemberRole>;

/// Bytes and numbers; a server tells some of them or all.
struct WorkspaceStatus {
    std::optional<std::int64_t> storage_bytes_available{}, storage_bytes_limit{},
        storage_bytes_used{}, active_projects_usage{}, active_projects_limit{}, members_count{};
};

/// An object that stays as it is. `reason`: NOT_EXISTS, ALREADY_TRASHED, NOT_IN_TRASH, …
struct RefusedObject {
    std::string id, reason, message;
};
/// What became of the objects of one call.
struct TrashReport {
    std::size_t succeeded = 0;
    std::vector<RefusedObject> refused{};
};

// --- options, in the order of the Python client's arguments. No token: NEPTUNE_API_TOKEN.

struct GetProjectList {
    std::optional<std::string> api_token{};
};
/// `key`: 1 to 10 upper-case letters or digits, one letter at least; made from the name if absent.
struct CreateProject {
    std::string name;
    std::optional<std::string> key{}, workspace{};
    ProjectVisibility visibility = ProjectVisibility::priv;
    std::optional<std::string> description{}, api_token{};
};
struct DeleteProject {
    std::string project;
    std::optional<std::string> workspace{}, api_token{};
};
struct GetProjectMemberList {
    std::string project;
    std::optional<std::string> workspace{}, api_token{};
};
struct AddProjectMember {
    std::string project, username;
    MemberRole role;
    std::optional<std::string> workspace{}, api_token{};
};
struct RemoveProjectMember {
    std::string project, username;
    std::optional<std::string> workspace{}, api_token{};
};
struct GetWorkspaceMemberList {
    std::string workspace;
    std::optional<std::string> api_token{};
};
/// Either `username` or `email`.
struct InviteToWorkspace {
    std::optional<std::string> username{}, email{};
    std::string workspace;
    std::optional<std::string> api_token{};
    WorkspaceMemberRole role = WorkspaceMemberRole::member;
    bool add_to_all_projects = false;
};
struct GetProjectServiceAccountList {
    std::string project;
    std::optional<std::string> workspace{}, api_token{};
};
struct GetWorkspaceServiceAccountList {
    std::string workspace;
    std::optional<std::string> api_token{};
};
struct AddProjectServiceAccount {
    std::string project, service_account_name;
    MemberRole role;
    std::optional<std::string> workspace{}, api_token{};
};
struct RemoveProjectServiceAccount {
    std::string project, service_account_name;
    std::optional<std::string> workspace{}, api_token{};
};
/// `ids`: sys/id of runs, models and model versions.
struct TrashObjects {
    std::string project;
    std::vector<std::string> ids;
    std::optional<std::string> workspace{}, api_token{};
};
struct DeleteObjectsFromTrash {
    std::string project;
    std::vector<std::string> ids;
    std::optional<std::string> workspace{}, api_token{};
};
struct RestoreObjects {
    std::string project;
    std::vector<std::string> ids;
    std::optional<std::string> workspace{}, api_token{};
};
struct ClearTrash {
    std::string project;
    std::optional<std::string> workspace{}, api_token{};
};
struct GetWorkspaceStatus {
    std::string workspace;
    std::optional<std::string> api_token{};
};

namespace detail {

/// What the functions below ask. One form: client/remote_manager.hpp.
class Manager {
public:
    Manager() = default;
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;
    virtual ~Manager() = default;

    virtual std::vector<std::string> run(const GetProjectList&) = 0;
    virtual std::string run(const CreateProject&) = 0;
    virtual void run(const DeleteProject&) = 0;
    virtual MemberRoles run(const GetProjectMemberList&) = 0;
    virtual void run(const AddProjectMember&) = 0;
    virtual void run(const RemoveProjectMember&) = 0;
    virtual WorkspaceMemberRoles run(const GetWorkspaceMemberList&) = 0;
    virtual void run(const InviteToWorkspace&) = 0;
    virtual MemberRoles run(const GetProjectServiceAccountList&) = 0;
    virtual WorkspaceMemberRoles run(const GetWorkspaceServiceAccountList&) = 0;
    virtual void run(const AddProjectServiceAccount&) = 0;
    virtual void run(const RemoveProjectServiceAccount&) = 0;
    virtual TrashReport run(const TrashObjects&) = 0;
    virtual TrashReport run(const DeleteObjectsFromTrash&) = 0;
    virtual TrashReport run(const RestoreObjects&) = 0;
    virtual TrashReport run(const ClearTrash&) = 0;
    virtual WorkspaceStatus run(const GetWorkspaceStatus&) = 0;
};

/// The second door, as neptune::detail has one for objects.
template <class Door>
struct the_program_must_include_neptune_neptune_hpp_in_one_file {
    NEPTUNE_DETAIL_EXPORT static std::unique_ptr<Manager> open(
        const std::optional<std::string>& api_token);
};
extern template struct the_program_must_include_neptune_neptune_hpp_in_one_file<void>;

template <class Options>
decltype(auto) run(const Options& options) {
    return the_program_must_include_neptune_neptune_hpp_in_one_file<void>::open(options.api_token)
        ->run(options);
}

}  // namespace detail

/// All projects that the account sees, as `workspace/name`, those of the latest activity first.
[[nodiscard]] inline std::vector<std::string> get_project_list(const GetProjectList& options = {}) {
    return detail::run(options);
}

/// Makes a project, whose owner the account becomes, and returns `workspace/name`. Errors:
/// WorkspaceNotFound, ProjectAlreadyExists, ProjectKeyCollision, ProjectKeyInvalid,
/// ProjectPrivacyRestricted, ProjectsLimitReached, ActiveProjectsLimitReached, BadRequest.
inline std::string create_project(const CreateProject& options) {
    return detail::run(options);
}

/// Deletes a project with everything in it, for ever; workspace admins may. Errors:
/// management::ProjectNotFound, AccessRevokedOnDeletion.
inline void delete_project(const DeleteProject& options) {
    detail::run(options);
}

/// People of a project. Errors: management::ProjectNotFound.
[[nodiscard]] inline MemberRoles get_project_member_list(const GetProjectMemberList& options) {
    return detail::run(options);
}

/// Errors: management::ProjectNotFound, also for an unknown person; UserAlreadyHasAccess, with the
/// role.
inline void add_project_member(const AddProjectMember& options) {
    detail::run(options);
}

/// Errors: management::ProjectNotFound, UserNotExistsOrWithoutAccess,
/// AccessRevokedOnMemberRemoval.
inline void remove_project_member(const RemoveProjectMember& options) {
    detail::run(options);
}

/// People of a workspace, without those who are only invited. Errors: WorkspaceNotFound.
[[nodiscard]] inline WorkspaceMemberRoles get_workspace_member_list(
    const GetWorkspaceMemberList& options) {
    return detail::run(options);
}

/// Errors: WorkspaceOrUserNotFound, UserAlreadyInvited, also for members; InvalidArgument unless
/// either a user name or an e-mail address is given.
inline void invite_to_workspace(const InviteToWorkspace& options) {
    detail::run(options);
}

/// Service accounts of a project. Errors: management::ProjectNotFound.
[[nodiscard]] inline MemberRoles get_project_service_account_list(
    const GetProjectServiceAccountList& options) {
    return detail::run(options);
}

/// Service accounts of a workspace, members all. Errors: WorkspaceNotFound.
[[nodiscard]] inline WorkspaceMemberRoles get_workspace_service_account_list(
    const GetWorkspaceServiceAccountList& options) {
    return detail::run(options);
}

/// Errors: ServiceAccountNotFound, management::ProjectNotFound, ServiceAccountAlreadyHasAccess,
/// with the role.
inline void add_project_service_account(const AddProjectServiceAccount& options) {
    detail::run(options);
}

/// Errors: ServiceAccountNotFound, management::ProjectNotFound,
/// ServiceAccountNotExistsOrWithoutAccess, AccessRevokedOnServiceAccountRemoval.
inline void remove_project_service_account(const RemoveProjectServiceAccount& options) {
    detail::run(options);
}

/// Moves objects to the trash, where they keep their data; a model takes its versions along. What
/// cannot be moved is printed as a warning and returned. Errors: management::ProjectNotFound.
inline TrashReport trash_objects(const TrashObjects& options) {
    return detail::run(options);
}

/// Brings objects back from the trash, and with a model those versions that it took along; the
/// Python client has no such function. Errors: management::ProjectNotFound.
inline TrashReport restore_objects(const RestoreObjects& options) {
    return detail::run(options);
}

/// Deletes objects of the trash, for ever. Errors: management::ProjectNotFound.
inline TrashReport delete_objects_from_trash(const DeleteObjectsFromTrash& options) {
    return detail::run(options);
}

/// Deletes all that is in the trash, for ever. Errors: management::ProjectNotFound.
inline TrashReport clear_trash(const ClearTrash& options) {
    return detail::run(options);
}

/// Errors: WorkspaceNotFound.
[[nodiscard]] inline WorkspaceStatus get_workspace_status(const GetWorkspaceStatus& options) {
    return detail::run(options);
}

}  // namespace neptune::management

#endif
