#ifndef NEPTUNE_WIRE_ENDPOINTS_MANAGEMENT_HPP
#define NEPTUNE_WIRE_ENDPOINTS_MANAGEMENT_HPP

// Endpoints of the management API and the trash (wire protocol §5.8, §11).

#include <neptune/wire/accounts.hpp>
#include <neptune/wire/endpoint.hpp>
#include <neptune/wire/management.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace neptune::wire {

/// Request of the endpoints that need no more than the project's name or id.
struct OfProject {
    std::string project_identifier;
    static constexpr auto parameters() {
        return std::make_tuple(query("projectIdentifier", &OfProject::project_identifier));
    }
};

/// Request of the endpoints whose path names a workspace.
struct OfWorkspace {
    std::string organization_identifier;
    static constexpr auto parameters() {
        return std::make_tuple(
            in_path("organizationIdentifier", &OfWorkspace::organization_identifier));
    }
};

// --- backend document

struct CreateProject {
    static constexpr std::string_view operation_id = "createProject", method = "POST",
                                      path = "/api/backend/v1/projects";
    static constexpr Access access = Access::bearer;
    struct Request {
        NewProject project;
        static constexpr auto parameters() {
            return std::make_tuple(body("projectToCreate", &Request::project));
        }
    };
    using Response = ProjectWithRole;
};

struct UpdateProject {
    static constexpr std::string_view operation_id = "updateProject", method = "PUT",
                                      path = "/api/backend/v1/projects";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        ProjectUpdate project;
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   body("projectToUpdate", &Request::project));
        }
    };
    using Response = ProjectWithRole;
};

struct DeleteProject {
    static constexpr std::string_view operation_id = "deleteProject", method = "DELETE",
                                      path = "/api/backend/v1/projects";
    static constexpr Access access = Access::bearer;
    using Request = OfProject;
    using Response = Nothing;
};

struct ListProjectMembers {
    static constexpr std::string_view operation_id = "listProjectMembers", method = "GET",
                                      path = "/api/backend/v1/projects/membersOf";
    static constexpr Access access = Access::bearer;
    using Request = OfProject;
    using Response = std::vector<ProjectMember>;
};

struct AddProjectMember {
    static constexpr std::string_view operation_id = "addProjectMember", method = "POST",
                                      path = "/api/backend/v1/projects/members";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        NewProjectMember member;
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   body("member", &Request::member));
        }
    };
    using Response = ProjectMember;
};

struct UpdateProjectMember {
    static constexpr std::string_view operation_id = "updateProjectMember", method = "PATCH",
                                      path = "/api/backend/v1/projects/members/{userId}";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        std::string user_id;
        ProjectMemberUpdate member;
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   in_path("userId", &Request::user_id),
                                   body("member", &Request::member));
        }
    };
    using Response = ProjectMember;
};

struct DeleteProjectMember {
    static constexpr std::string_view operation_id = "deleteProjectMember", method = "DELETE",
                                      path = "/api/backend/v1/projects/members/{userId}";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        std::string user_id;
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   in_path("userId", &Request::user_id));
        }
    };
    using Response = Nothing;
};

struct ListProjectServiceAccounts {
    static constexpr std::string_view operation_id = "listProjectServiceAccounts", method = "GET",
                                      path = "/api/backend/v1/projects/service_accounts";
    static constexpr Access access = Access::bearer;
    using Request = OfProject;
    using Response = std::vector<ServiceAccountWithRole>;
};

struct AddProjectServiceAccount {
    static constexpr std::string_view operation_id = "addProjectServiceAccount", method = "POST",
                                      path = "/api/backend/v1/projects/service_accounts";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        NewProjectServiceAccount account;
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   body("account", &Request::account));
        }
    };
    using Response = ServiceAccountWithRole;
};

struct UpdateProjectServiceAccount {
    static constexpr std::string_view
        operation_id = "updateProjectServiceAccount",
        method = "PATCH", path = "/api/backend/v1/projects/service_accounts/{serviceAccountId}";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        std::string service_account_id;
        ProjectServiceAccountUpdate member;
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   in_path("serviceAccountId", &Request::service_account_id),
                                   body("member", &Request::member));
        }
    };
    using Response = ServiceAccountWithRole;
};

struct DeleteProjectServiceAccount {
    static constexpr std::string_view
        operation_id = "deleteProjectServiceAccount",
        method = "DELETE", path = "/api/backend/v1/projects/service_accounts/{serviceAccountId}";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        std::string service_account_id;
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   in_path("serviceAccountId", &Request::service_account_id));
        }
    };
    using Response = Nothing;
};

struct ListServiceAccounts {
    static constexpr std::string_view operation_id = "listServiceAccounts", method = "GET",
                                      path = "/api/backend/v1/serviceAccounts";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string organization_identifier;
        std::optional<bool> deactivated{};
        static constexpr auto parameters() {
            return std::make_tuple(
                query("organizationIdentifier", &Request::organization_identifier),
                query("deactivated", &Request::deactivated));
        }
    };
    using Response = std::vector<ServiceAccount>;
};

struct ListOrganizationMembers {
    static constexpr std::string_view
        operation_id = "listOrganizationMembers",
        method = "GET", path = "/api/backend/v1/organizations2/{organizationIdentifier}/members";
    static constexpr Access access = Access::bearer;
    using Request = OfWorkspace;
    using Response = std::vector<OrganizationMember>;
};

struct CreateOrganizationInvitations {
    static constexpr std::string_view operation_id = "createOrganizationInvitations",
                                      method = "POST",
                                      path = "/api/backend/v1/invitations/organization";
    static constexpr Access access = Access::bearer;
    struct Request {
        NewInvitations invitations;
        static constexpr auto parameters() {
            return std::make_tuple(body("newOrganizationInvitations", &Request::invitations));
        }
    };
    using Response = Invitations;
};

struct GetWorkspaceStatus {
    static constexpr std::string_view
        operation_id = "workspaceStatus",
        method = "GET", path = "/api/backend/v1/payments/{organizationIdentifier}/status";
    static constexpr Access access = Access::bearer;
    using Request = OfWorkspace;
    using Response = WorkspaceStatus;
};

// --- leaderboard document

/// Objects of one project, as `workspace/project/SYS-ID` or by their ids.
struct ObjectsOfProject {
    std::string project_identifier;
    std::vector<std::string> experiment_identifiers;
    static constexpr auto parameters() {
        return std::make_tuple(
            query("projectIdentifier", &ObjectsOfProject::project_identifier),
            body("experimentIdentifiers", &ObjectsOfProject::experiment_identifiers));
    }
};

struct TrashExperiments {
    static constexpr std::string_view operation_id = "trashExperiments", method = "POST",
                                      path = "/api/leaderboard/v1/experiments/trash";
    static constexpr Access access = Access::bearer;
    using Request = ObjectsOfProject;
    using Response = BulkResult;
};

struct RestoreExperiments {
    static constexpr std::string_view operation_id = "restoreExperiments", method = "POST",
                                      path = "/api/leaderboard/v1/experiments/trash/restore";
    static constexpr Access access = Access::bearer;
    using Request = ObjectsOfProject;
    using Response = BulkResult;
};

struct RestoreAllExperiments {
    static constexpr std::string_view operation_id = "restoreAllExperiments", method = "POST",
                                      path = "/api/leaderboard/v1/experiments/trash/restoreAll";
    static constexpr Access access = Access::bearer;
    using Request = OfProject;
    using Response = BulkResult;
};

/// Only what is in the trash.
struct DeleteExperiments {
    static constexpr std::string_view operation_id = "deleteExperiments", method = "POST",
                                      path = "/api/leaderboard/v1/experiments/trash/delete";
    static constexpr Access access = Access::bearer;
    using Request = ObjectsOfProject;
    using Response = BulkResult;
};

struct DeleteAllExperiments {
    static constexpr std::string_view operation_id = "deleteAllExperiments", method = "POST",
                                      path = "/api/leaderboard/v1/experiments/trash/deleteAll";
    static constexpr Access access = Access::bearer;
    using Request = OfProject;
    using Response = BulkResult;
};

using ManagementEndpoints =
    std::tuple<CreateProject, UpdateProject, DeleteProject, ListProjectMembers, AddProjectMember,
               UpdateProjectMember, DeleteProjectMember, ListProjectServiceAccounts,
               AddProjectServiceAccount, UpdateProjectServiceAccount, DeleteProjectServiceAccount,
               ListServiceAccounts, ListOrganizationMembers, CreateOrganizationInvitations,
               GetWorkspaceStatus>;
using TrashEndpoints = std::tuple<TrashExperiments, RestoreExperiments, RestoreAllExperiments,
                                  DeleteExperiments, DeleteAllExperiments>;

}  // namespace neptune::wire

#endif
