#ifndef NEPTUNE_SERVER_WORKSPACES_API_HPP
#define NEPTUNE_SERVER_WORKSPACES_API_HPP

// People, service accounts, invitations and state of a workspace (wire protocol §11.5-11.8).

#include <neptune/core/time.hpp>
#include <neptune/core/utf8.hpp>
#include <neptune/server/access.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/members_api.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/endpoints_management.hpp>
#include <neptune/wire/limits.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace neptune::server {

namespace detail {

inline std::string role_word(storage::WorkspaceRole role) {
    return std::string(storage::workspace_role_names[static_cast<std::size_t>(role)]);
}

inline wire::OrganizationInvitation to_dto(const storage::Invitation& invitation,
                                           const storage::Workspace& workspace) {
    wire::OrganizationInvitation dto;
    if (!invitation.id.empty()) dto.id = invitation.id;
    dto.invitee = invitation.invitee;
    dto.invitation_type = invitation.by_email ? "emailRecipient" : "user";
    dto.invited_by = invitation.invited_by;
    dto.organization_name = workspace.name;
    dto.role_grant = role_word(invitation.role);
    dto.status = "pending";
    dto.created_at = core::to_iso8601(invitation.created);
    return dto;
}

/// Those who have joined, then those who are invited.
inline std::vector<wire::OrganizationMember> list_workspace_members(
    const Context& context, const storage::Workspace& workspace) {
    std::vector<wire::OrganizationMember> result;
    for (const auto& user : context.store.users(workspace.id)) {
        if (user.kind != storage::UserKind::person) continue;
        wire::OrganizationMember dto;
        dto.role = role_word(user.workspace_role);
        dto.registered_member_info = to_registered_member(user);
        dto.joined_at = core::to_iso8601(user.created);
        result.push_back(std::move(dto));
    }
    for (const auto& invitation : context.store.invitations(workspace.id)) {
        wire::OrganizationMember dto;
        dto.role = role_word(invitation.role);
        dto.invitation_info = to_dto(invitation, workspace);
        result.push_back(std::move(dto));
    }
    return result;
}

inline std::vector<wire::ServiceAccount> list_service_accounts(
    const Context& context, const storage::Workspace& workspace) {
    std::vector<wire::ServiceAccount> result;
    for (const auto& user : context.store.users(workspace.id))
        if (user.kind == storage::UserKind::service_account)
            result.push_back(to_service_account(user));
    return result;
}

inline Refusal invited_already(const std::string& invitee, const storage::Workspace& workspace) {
    return conflict("User is invited already", in_quotes(invitee) + " belongs to workspace " +
                                                   in_quotes(workspace.name) +
                                                   ", or is invited already");
}

/// Users can only be members already: this server knows nobody outside of its workspaces.
inline storage::Invitation read_invitation(const Context& context, const Caller& caller,
                                           const storage::Workspace& workspace,
                                           const wire::NewInvitation& given) {
    storage::Invitation wanted;
    wanted.workspace_id = workspace.id;
    wanted.invitee = given.invitee;
    wanted.by_email = given.invitation_type == "emailRecipient";
    wanted.add_to_all_projects = given.add_to_all_projects.value_or(false);
    wanted.invited_by = caller.user.name;
    wanted.created = context.clock.now();
    const auto& roles = storage::workspace_role_names;
    const auto role = std::find(roles.begin(), roles.end(), given.role_grant);
    if (role == roles.end())
        throw bad_request("The role must be member or owner, not " + in_quotes(given.role_grant));
    wanted.role = static_cast<storage::WorkspaceRole>(role - roles.begin());
    if (!wanted.by_email && given.invitation_type != "user")
        throw bad_request("The invitation type must be user or emailRecipient, not " +
                          in_quotes(given.invitation_type));

    const auto user = context.store.find_user(given.invitee);
    if (user && user->workspace_id == workspace.id) throw invited_already(given.invitee, workspace);
    if (!wanted.by_email)
        throw not_found("User not found", "There is no user " + in_quotes(given.invitee) +
                                              "; invite somebody new by e-mail address");
    const bool is_address = core::is_valid(given.invitee) &&
                            given.invitee.find('@') != std::string::npos &&
                            given.invitee.find_first_of("/ \t\r\n") == std::string::npos;
    if (!is_address || given.invitee.size() > wire::limits::invitee_characters)
        throw bad_request(in_quotes(given.invitee) + " is no e-mail address of at most " +
                          std::to_string(wire::limits::invitee_characters) +
                          " bytes (limit invitee_characters)");
    return wanted;
}

inline wire::Invitations invite(const Context& context, const Caller& caller,
                                const wire::NewInvitations& given) {
    const auto workspace =
        context.gate.workspace(caller, given.organization_identifier, Action::manage_workspace);
    const auto& entries = given.invitations_entries;
    if (entries.size() > wire::limits::invitations_per_request)
        throw bad_request("A request may hold " +
                          std::to_string(wire::limits::invitations_per_request) +
                          " invitations (limit invitations_per_request)");
    std::vector<storage::Invitation> wanted;
    wire::Invitations result;
    auto& list = result.invitations.emplace();
    for (const auto& entry : entries) {
        wanted.push_back(read_invitation(context, caller, workspace, entry));
        list.push_back(to_dto(wanted.back(), workspace));
    }
    if (!context.store.invite(wanted))
        throw invited_already(wanted.size() == 1 ? wanted.front().invitee : "One of them",
                              workspace);
    return result;
}

inline wire::WorkspaceStatus workspace_status(const Context& context,
                                              const storage::Workspace& workspace) {
    wire::WorkspaceStatus status;
    const auto disk = context.store.disk_space();
    status.storage_bytes_limit = disk.used + disk.available;
    status.storage_bytes_available = disk.available;
    const auto projects = context.store.projects();
    status.active_projects_usage =
        std::count_if(projects.begin(), projects.end(),
                      [&](const auto& project) { return project.workspace_id == workspace.id; });
    status.active_projects_limit = static_cast<std::int64_t>(context.projects_per_workspace);
    const auto users = context.store.users(workspace.id);
    status.members_count = std::count_if(users.begin(), users.end(), [](const auto& user) {
        return user.kind == storage::UserKind::person;
    });
    return status;
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_workspaces_api(Router& api, const Context& context) {
    api.on<wire::ListOrganizationMembers>([&context](const Caller& caller,
                                                     const wire::OfWorkspace& request) {
        return detail::list_workspace_members(
            context,
            context.gate.workspace(caller, request.organization_identifier, Action::see_workspace));
    });
    api.on<wire::ListServiceAccounts>(
        [&context](const Caller& caller, const wire::ListServiceAccounts::Request& request) {
            const auto workspace = context.gate.workspace(caller, request.organization_identifier,
                                                          Action::see_workspace);
            // Accounts cannot be deactivated here, only their tokens can be revoked.
            if (request.deactivated.value_or(false)) return std::vector<wire::ServiceAccount>{};
            return detail::list_service_accounts(context, workspace);
        });
    api.on<wire::CreateOrganizationInvitations>(
        [&context](const Caller& caller,
                   const wire::CreateOrganizationInvitations::Request& request) {
            return detail::invite(context, caller, request.invitations);
        });
    api.on<wire::GetWorkspaceStatus>([&context](const Caller& caller,
                                                const wire::OfWorkspace& request) {
        return detail::workspace_status(
            context,
            context.gate.workspace(caller, request.organization_identifier, Action::see_workspace));
    });
}

}  // namespace neptune::server

#endif
