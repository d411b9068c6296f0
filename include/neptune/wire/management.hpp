#ifndef NEPTUNE_WIRE_MANAGEMENT_HPP
#define NEPTUNE_WIRE_MANAGEMENT_HPP

// Structures of the management endpoints: making projects, people and service accounts of projects
// and workspaces, invitations, the state of a workspace, and the trash (wire protocol §5.8, §11).
// Roles travel as viewer, member, manager in projects and as member, owner in workspaces.

#include <neptune/wire/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace neptune::wire {

/// The workspace stands in one of the two members: earlier clients send its id, later ones either.
struct NewProject {
    static constexpr std::string_view definition = "NewProjectDTO";
    std::string name;
    std::optional<std::string> organization_id{}, organization_identifier{}, project_key{},
        visibility{}, description{};
    static constexpr auto members() {
        using P = NewProject;
        return std::make_tuple(
            member("name", &P::name), member("organizationId", &P::organization_id, "uuid"),
            member("organizationIdentifier", &P::organization_identifier),
            member("projectKey", &P::project_key), member("visibility", &P::visibility),
            member("description", &P::description));
    }
};

/// What is absent stays as it is.
struct ProjectUpdate {
    static constexpr std::string_view definition = "ProjectUpdateDTO";
    std::optional<std::string> name{}, visibility{}, description{};
    static constexpr auto members() {
        using P = ProjectUpdate;
        return std::make_tuple(member("name", &P::name), member("visibility", &P::visibility),
                               member("description", &P::description));
    }
};

struct RegisteredMember {
    static constexpr std::string_view definition = "RegisteredMemberInfoDTO";
    std::string username, first_name, last_name, avatar_url, avatar_source = "default";
    static constexpr auto members() {
        using M = RegisteredMember;
        return std::make_tuple(
            member("username", &M::username), member("firstName", &M::first_name),
            member("lastName", &M::last_name), member("avatarUrl", &M::avatar_url),
            member("avatarSource", &M::avatar_source));
    }
};

struct OrganizationInvitation {
    static constexpr std::string_view definition = "OrganizationInvitationDTO";
    std::optional<std::string> id{};
    /// `invitation_type`: user, emailRecipient. `status`: pending, accepted, rejected, revoked.
    std::string invitee, invitation_type, invited_by, organization_name, role_grant, status,
        created_at;
    static constexpr auto members() {
        using I = OrganizationInvitation;
        return std::make_tuple(
            member("id", &I::id, "uuid"), member("invitee", &I::invitee),
            member("invitationType", &I::invitation_type), member("invitedBy", &I::invited_by),
            member("organizationName", &I::organization_name), member("roleGrant", &I::role_grant),
            member("status", &I::status), member("createdAt", &I::created_at, "date-time"));
    }
};

/// `editable_role`: the role was given to the member, it does not follow from anything else.
struct ProjectMember {
    static constexpr std::string_view definition = "ProjectMemberDTO";
    std::string role;
    bool editable_role = false, can_leave_project = false;
    std::optional<RegisteredMember> registered_member_info{};
    static constexpr auto members() {
        using M = ProjectMember;
        return std::make_tuple(member("role", &M::role), member("editableRole", &M::editable_role),
                               member("canLeaveProject", &M::can_leave_project),
                               member("registeredMemberInfo", &M::registered_member_info));
    }
};

/// `user_id` is the user's name.
struct NewProjectMember {
    static constexpr std::string_view definition = "NewProjectMemberDTO";
    std::string user_id, role;
    static constexpr auto members() {
        using M = NewProjectMember;
        return std::make_tuple(member("userId", &M::user_id), member("role", &M::role));
    }
};

struct ProjectMemberUpdate {
    static constexpr std::string_view definition = "ProjectMemberUpdateDTO";
    std::string role;
    static constexpr auto members() {
        return std::make_tuple(member("role", &ProjectMemberUpdate::role));
    }
};

/// Either somebody who has joined, or somebody who is invited.
struct OrganizationMember {
    static constexpr std::string_view definition = "OrganizationMemberDTO";
    std::string role;
    bool editable_role = false;
    std::optional<RegisteredMember> registered_member_info{};
    std::optional<OrganizationInvitation> invitation_info{};
    std::optional<std::string> joined_at{};
    static constexpr auto members() {
        using M = OrganizationMember;
        return std::make_tuple(member("role", &M::role), member("editableRole", &M::editable_role),
                               member("registeredMemberInfo", &M::registered_member_info),
                               member("invitationInfo", &M::invitation_info),
                               member("joinedAt", &M::joined_at, "date-time"));
    }
};

struct ServiceAccount {
    static constexpr std::string_view definition = "ServiceAccountDTO";
    std::string id, name, display_name, organization_id, created, created_by;
    static constexpr auto members() {
        using A = ServiceAccount;
        return std::make_tuple(
            member("id", &A::id), member("name", &A::name), member("displayName", &A::display_name),
            member("organizationId", &A::organization_id, "uuid"),
            member("created", &A::created, "date-time"), member("createdBy", &A::created_by));
    }
};

struct ServiceAccountWithRole {
    static constexpr std::string_view definition = "ServiceAccountWithRoleDTO";
    ServiceAccount service_account_info;
    std::string role;
    static constexpr auto members() {
        using A = ServiceAccountWithRole;
        return std::make_tuple(member("serviceAccountInfo", &A::service_account_info),
                               member("role", &A::role));
    }
};

struct NewProjectServiceAccount {
    static constexpr std::string_view definition = "NewProjectServiceAccountDTO";
    std::string service_account_id, role;
    static constexpr auto members() {
        using A = NewProjectServiceAccount;
        return std::make_tuple(member("serviceAccountId", &A::service_account_id),
                               member("role", &A::role));
    }
};

struct ProjectServiceAccountUpdate {
    static constexpr std::string_view definition = "ProjectServiceAccountsUpdateDTO";
    std::string role;
    static constexpr auto members() {
        return std::make_tuple(member("role", &ProjectServiceAccountUpdate::role));
    }
};

struct NewInvitation {
    static constexpr std::string_view definition = "NewOrganizationInvitationEntryDTO";
    /// `invitation_type`: user, emailRecipient.
    std::string invitee, invitation_type, role_grant;
    std::optional<bool> add_to_all_projects{};
    static constexpr auto members() {
        using I = NewInvitation;
        return std::make_tuple(member("invitee", &I::invitee),
                               member("invitationType", &I::invitation_type),
                               member("roleGrant", &I::role_grant),
                               member("addToAllProjects", &I::add_to_all_projects));
    }
};

struct NewInvitations {
    static constexpr std::string_view definition = "NewOrganizationInvitationsDTO";
    std::string organization_identifier;
    std::vector<NewInvitation> invitations_entries;
    static constexpr auto members() {
        using I = NewInvitations;
        return std::make_tuple(member("organizationIdentifier", &I::organization_identifier),
                               member("invitationsEntries", &I::invitations_entries));
    }
};

struct Invitations {
    static constexpr std::string_view definition = "OrganizationInvitationsDTO";
    /// Optional, because a server may answer an empty object and no client reads more.
    std::optional<std::vector<OrganizationInvitation>> invitations{};
    static constexpr auto members() {
        return std::make_tuple(member("invitations", &Invitations::invitations));
    }
};

/// Sizes in bytes. Ours sends all members; the Python client shows those that are declared.
struct WorkspaceStatus {
    static constexpr std::string_view definition = "WorkspaceStatusDTO";
    /// normal, read_only
    std::string mode = "normal";
    std::optional<std::int64_t> storage_bytes_limit{}, storage_bytes_available{},
        active_projects_usage{}, active_projects_limit{}, members_count{};
    static constexpr auto members() {
        using S = WorkspaceStatus;
        return std::make_tuple(member("mode", &S::mode),
                               member("storageBytesLimit", &S::storage_bytes_limit),
                               member("storageBytesAvailable", &S::storage_bytes_available),
                               member("activeProjectsUsage", &S::active_projects_usage),
                               member("activeProjectsLimit", &S::active_projects_limit),
                               member("membersCount", &S::members_count));
    }
};

/// `reason`: TRASHED, ALREADY_TRASHED, NOT_EXISTS, NOT_IN_TRASH, IS_PROJECT. The identifier is as
/// the request has it.
struct BulkError {
    static constexpr std::string_view definition = "BulkOpErrorDTO";
    std::string experiment_identifier, reason, message;
    static constexpr auto members() {
        using E = BulkError;
        return std::make_tuple(member("experimentIdentifier", &E::experiment_identifier),
                               member("reason", &E::reason), member("message", &E::message));
    }
};

struct BulkResult {
    static constexpr std::string_view definition = "BulkOpResultDTO";
    std::vector<std::string> updated_experiment_identifiers;
    std::vector<BulkError> errors;
    static constexpr auto members() {
        using R = BulkResult;
        return std::make_tuple(
            member("updatedExperimentIdentifiers", &R::updated_experiment_identifiers),
            member("errors", &R::errors));
    }
};

}  // namespace neptune::wire

#endif
