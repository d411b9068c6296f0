#ifndef NEPTUNE_CLIENT_REMOTE_MANAGER_HPP
#define NEPTUNE_CLIENT_REMOTE_MANAGER_HPP

// neptune::management by calls to a server (wire protocol §11).

#include <neptune/client/credentials.hpp>
#include <neptune/client/environment.hpp>
#include <neptune/client/management.hpp>
#include <neptune/client/management_refusals.hpp>
#include <neptune/client/project_name.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/client/session.hpp>
#include <neptune/wire/endpoints.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace neptune::client {

namespace detail {

/// Words of the wire, in the order of the enumeration.
inline std::string wire_word(management::MemberRole role) {
    constexpr const char* words[] = {"viewer", "member", "manager"};
    return words[static_cast<std::size_t>(role)];
}
inline std::string wire_word(management::WorkspaceMemberRole role) {
    return role == management::WorkspaceMemberRole::admin ? "owner" : "member";
}
/// A server may know further roles; the least of ours is the safe reading.
inline management::MemberRole member_role(const std::string& word) {
    if (word == "manager") return management::MemberRole::owner;
    return word == "member" ? management::MemberRole::contributor : management::MemberRole::viewer;
}
inline management::WorkspaceMemberRole workspace_role(const std::string& word) {
    return word == "owner" ? management::WorkspaceMemberRole::admin
                           : management::WorkspaceMemberRole::member;
}

}  // namespace detail

/// Threads: one.
class RemoteManager final : public management::detail::Manager {
public:
    /// Touches no network. Errors: MissingApiToken, InvalidApiToken.
    RemoteManager(const std::optional<std::string>& api_token, const Environment& environment)
        : reporter_({}), session_(read_credentials(api_token), {}, environment, reporter_) {
        reporter_.set_silent(environment.silent);
    }

    std::vector<std::string> run(const management::GetProjectList&) override {
        wire::ListProjects::Request request;
        request.user_relation = "viewerOrHigher";
        request.sort_by = {"lastViewed"};
        std::vector<std::string> result;
        for (const auto& project : call<wire::ListProjects>(request, Refusals()).entries)
            result.push_back(project.organization_name + "/" + project.name);
        return result;
    }

    std::string run(const management::CreateProject& options) override {
        const auto name = read_project_name(options.name, options.workspace);
        wire::CreateProject::Request request;
        request.project.name = name.project;
        request.project.organization_id = workspace_id(name.workspace);
        request.project.project_key = options.key;
        request.project.visibility = std::string(management::to_string(options.visibility));
        request.project.description = options.description;
        const auto made = call<wire::CreateProject>(request, Refusals().of_creation(name.full()));
        return made.organization_name + "/" + made.name;
    }

    void run(const management::DeleteProject& options) override {
        const auto name = read_project_name(options.project, options.workspace).full();
        call<wire::DeleteProject>({name}, Refusals().project(name).on(403, [&] {
            throw management::AccessRevokedOnDeletion(
                "you may not delete the project '" + name + "'", "an admin of the workspace can",
                {{"name", name}});
        }));
    }

    management::MemberRoles run(const management::GetProjectMemberList& options) override {
        return members(read_project_name(options.project, options.workspace).full());
    }

    void run(const management::AddProjectMember& options) override {
        const auto name = read_project_name(options.project, options.workspace).full();
        const wire::AddProjectMember::Request request{
            name, {options.username, detail::wire_word(options.role)}};
        call<wire::AddProjectMember>(request, Refusals().project(name).on(409, [&] {
            const auto role = role_of(members(name), options.username);
            throw management::UserAlreadyHasAccess(
                "user '" + options.username + "' has access to the project '" + name +
                    "' already, as " + role,
                "remove the member first to change the role",
                {{"user", options.username}, {"project", name}, {"role", role}});
        }));
    }

    void run(const management::RemoveProjectMember& options) override {
        const auto name = read_project_name(options.project, options.workspace).full();
        const management::Failure::Details details{{"user", options.username}, {"project", name}};
        call<wire::DeleteProjectMember>(
            {name, options.username},
            Refusals()
                .project(name)
                .on(422,
                    [&] {
                        throw management::UserNotExistsOrWithoutAccess(
                            "there is no user '" + options.username + "' in the project '" + name +
                                "'",
                            "where the whole workspace has access nobody can be removed", details);
                    })
                .on(403, [&] {
                    throw management::AccessRevokedOnMemberRemoval(
                        "you may not remove user '" + options.username + "' from the project '" +
                            name + "'",
                        "an owner of the project can; admins of the workspace stay", details);
                }));
    }

    management::WorkspaceMemberRoles run(
        const management::GetWorkspaceMemberList& options) override {
        management::WorkspaceMemberRoles result;
        for (const auto& member : call<wire::ListOrganizationMembers>(
                 {options.workspace}, Refusals().workspace(options.workspace)))
            if (member.registered_member_info)
                result[member.registered_member_info->username] =
                    detail::workspace_role(member.role);
        return result;
    }

    void run(const management::InviteToWorkspace& options) override {
        const bool by_name = options.username && !options.username->empty();
        const bool by_email = options.email && !options.email->empty();
        if (by_name == by_email)
            throw InvalidArgument(ErrorCode::invalid_argument,
                                  by_name ? "both a user name and an e-mail address were given"
                                          : "neither a user name nor an e-mail address was given",
                                  "give .username or .email");
        const std::string invitee = by_name ? *options.username : *options.email;
        wire::NewInvitation invitation;
        invitation.invitee = invitee;
        invitation.invitation_type = by_name ? "user" : "emailRecipient";
        invitation.role_grant = detail::wire_word(options.role);
        invitation.add_to_all_projects = options.add_to_all_projects;
        const management::Failure::Details details{{"workspace", options.workspace},
                                                   {"user", invitee}};
        call<wire::CreateOrganizationInvitations>(
            {{options.workspace, {std::move(invitation)}}},
            Refusals()
                .on(404,
                    [&] {
                        throw management::WorkspaceOrUserNotFound(
                            "there is no workspace '" + options.workspace + "' or no user '" +
                                invitee + "'",
                            "check both names", details);
                    })
                .on(409, [&] {
                    throw management::UserAlreadyInvited("'" + invitee +
                                                             "' was invited to the workspace '" +
                                                             options.workspace + "' already",
                                                         {}, details);
                }));
    }

    management::MemberRoles run(const management::GetProjectServiceAccountList& options) override {
        return service_accounts(read_project_name(options.project, options.workspace).full());
    }

    management::WorkspaceMemberRoles run(
        const management::GetWorkspaceServiceAccountList& options) override {
        management::WorkspaceMemberRoles result;
        for (const auto& account : workspace_accounts(options.workspace))
            result[account.display_name] = management::WorkspaceMemberRole::member;
        return result;
    }

    void run(const management::AddProjectServiceAccount& options) override {
        const auto name = read_project_name(options.project, options.workspace);
        const auto& account = options.service_account_name;
        const wire::AddProjectServiceAccount::Request request{
            name.full(), {account_id(name.workspace, account), detail::wire_word(options.role)}};
        call<wire::AddProjectServiceAccount>(request, Refusals().project(name.full()).on(409, [&] {
            const auto role = role_of(service_accounts(name.full()), account);
            throw management::ServiceAccountAlreadyHasAccess(
                "service account '" + account + "' has access to the project '" + name.full() +
                    "' already, as " + role,
                "remove it first to change the role",
                {{"service_account_name", account}, {"project", name.full()}, {"role", role}});
        }));
    }

    void run(const management::RemoveProjectServiceAccount& options) override {
        const auto name = read_project_name(options.project, options.workspace);
        const auto& account = options.service_account_name;
        const management::Failure::Details details{{"service_account_name", account},
                                                   {"project", name.full()}};
        call<wire::DeleteProjectServiceAccount>(
            {name.full(), account_id(name.workspace, account)},
            Refusals()
                .project(name.full())
                .on(422,
                    [&] {
                        throw management::ServiceAccountNotExistsOrWithoutAccess(
                            "there is no service account '" + account + "' in the project '" +
                                name.full() + "'",
                            {}, details);
                    })
                .on(403, [&] {
                    throw management::AccessRevokedOnServiceAccountRemoval(
                        "you may not remove service account '" + account + "' from the project '" +
                            name.full() + "'",
                        "an owner of the project can", details);
                }));
    }

    management::TrashReport run(const management::TrashObjects& options) override {
        auto report = in_batches<wire::TrashExperiments>(options);
        reporter_.info("moved " + std::to_string(report.succeeded) + " objects to the trash; " +
                       std::to_string(report.refused.size()) + " could not be moved");
        return report;
    }
    management::TrashReport run(const management::RestoreObjects& options) override {
        return in_batches<wire::RestoreExperiments>(options);
    }
    management::TrashReport run(const management::DeleteObjectsFromTrash& options) override {
        return in_batches<wire::DeleteExperiments>(options);
    }
    management::TrashReport run(const management::ClearTrash& options) override {
        const auto name = read_project_name(options.project, options.workspace).full();
        management::TrashReport report;
        take_result(report, call<wire::DeleteAllExperiments>({name}, Refusals().project(name)));
        return report;
    }

    management::WorkspaceStatus run(const management::GetWorkspaceStatus& options) override {
        const auto dto = call<wire::GetWorkspaceStatus>({options.workspace},
                                                        Refusals().workspace(options.workspace));
        management::WorkspaceStatus status{
            dto.storage_bytes_available, dto.storage_bytes_limit,   std::nullopt,
            dto.active_projects_usage,   dto.active_projects_limit, dto.members_count};
        if (dto.storage_bytes_limit && dto.storage_bytes_available)
            status.storage_bytes_used = *dto.storage_bytes_limit - *dto.storage_bytes_available;
        return status;
    }

private:
    // As the Python client: servers may take no more.
    static constexpr std::size_t batch_size = 100;

    template <class E>
    typename E::Response call(const typename E::Request& request, const Refusals& refusals) {
        return session_.call<E>(request,
                                [&](const wire::ErrorReply& reply) { refusals.explain(reply); });
    }

    std::string workspace_id(const std::string& name) {
        for (const auto& workspace : call<wire::ListOrganizations>({}, Refusals()))
            if (workspace.name == name) return workspace.id;
        Refusals::throw_workspace_not_found(name);
    }

    management::MemberRoles members(const std::string& project) {
        management::MemberRoles result;
        for (const auto& member :
             call<wire::ListProjectMembers>({project}, Refusals().project(project)))
            if (member.registered_member_info)
                result[member.registered_member_info->username] = detail::member_role(member.role);
        return result;
    }
    management::MemberRoles service_accounts(const std::string& project) {
        management::MemberRoles result;
        for (const auto& account :
             call<wire::ListProjectServiceAccounts>({project}, Refusals().project(project)))
            result[account.service_account_info.display_name] = detail::member_role(account.role);
        return result;
    }
    std::vector<wire::ServiceAccount> workspace_accounts(const std::string& workspace) {
        return call<wire::ListServiceAccounts>({workspace, false}, Refusals().workspace(workspace));
    }
    std::string account_id(const std::string& workspace, const std::string& name) {
        for (const auto& account : workspace_accounts(workspace))
            if (account.display_name == name) return account.id;
        throw management::ServiceAccountNotFound(
            "there is no service account '" + name + "' in the workspace '" + workspace + "'",
            "get_workspace_service_account_list names those that there are",
            {{"service_account_name", name}, {"workspace", workspace}});
    }
    static std::string role_of(const management::MemberRoles& roles, const std::string& name) {
        const auto found = roles.find(name);
        return found == roles.end() ? "member" : std::string(management::to_string(found->second));
    }

    template <class E, class Options>
    management::TrashReport in_batches(const Options& options) {
        const auto name = read_project_name(options.project, options.workspace).full();
        management::TrashReport report;
        for (std::size_t first = 0; first < options.ids.size(); first += batch_size) {
            typename E::Request request{name, {}};
            const auto last = (std::min)(first + batch_size, options.ids.size());
            for (std::size_t i = first; i < last; ++i)
                request.experiment_identifiers.push_back(name + "/" + options.ids[i]);
            take_result(report, call<E>(request, Refusals().project(name)));
        }
        return report;
    }
    void take_result(management::TrashReport& report, const wire::BulkResult& result) {
        report.succeeded += result.updated_experiment_identifiers.size();
        for (const auto& error : result.errors) {
            const auto& id = error.experiment_identifier;
            reporter_.warning(error.message + " (" + error.reason + ")");
            report.refused.push_back({id.substr(id.rfind('/') + 1), error.reason, error.message});
        }
    }

    Reporter reporter_;
    Session session_;
};

}  // namespace neptune::client

#endif
