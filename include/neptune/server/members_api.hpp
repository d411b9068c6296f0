#ifndef NEPTUNE_SERVER_MEMBERS_API_HPP
#define NEPTUNE_SERVER_MEMBERS_API_HPP

// People and service accounts of a project (wire protocol §11.5, §11.6). People are named by their
// names, service accounts by their ids; apart from that the two are alike.

#include <neptune/core/time.hpp>
#include <neptune/server/access.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/endpoints_management.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::server {

namespace detail {

inline wire::RegisteredMember to_registered_member(const storage::User& user) {
    wire::RegisteredMember dto;
    dto.username = user.name;
    dto.first_name = user.name;
    return dto;
}

inline wire::ServiceAccount to_service_account(const storage::User& user) {
    wire::ServiceAccount dto;
    dto.id = user.id;
    dto.name = user.name;
    dto.display_name = user.name;
    dto.organization_id = user.workspace_id;
    dto.created = core::to_iso8601(user.created);
    return dto;
}

inline std::string role_word(storage::ProjectRole role) {
    return std::string(storage::project_role_names[static_cast<std::size_t>(role)]);
}

inline storage::ProjectRole read_project_role(const std::string& word) {
    const auto& names = storage::project_role_names;
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end())
        throw bad_request("The role must be viewer, member or manager, not " + in_quotes(word));
    return static_cast<storage::ProjectRole>(found - names.begin());
}

/// The members of one kind; `Dto` is made of a user and his role.
class Members {
public:
    Members(const Context& context, storage::Project project, storage::UserKind kind)
        : context_(context), project_(std::move(project)), kind_(kind) {}

    /// In the order of their names.
    [[nodiscard]] std::vector<storage::ProjectMember> all() const {
        auto members = context_.store.project_members(project_);
        std::erase_if(members, [&](const storage::ProjectMember& member) {
            return member.user.kind != kind_ || !role_of(member);
        });
        return members;
    }

    /// Errors: throws Refusal: 404 for somebody who is not of the workspace, 409 for a member.
    storage::ProjectMember add(std::string_view name_or_id, storage::ProjectRole role) const {
        const auto member = find(name_or_id);
        if (!member)
            throw not_found(title("not found"), "There is no " + who(name_or_id) +
                                                    " in workspace " +
                                                    in_quotes(project_.workspace_name));
        if (role_of(*member))
            throw conflict(title("is a member already"),
                           "The " + who(name_or_id) + " is a member of project " +
                               in_quotes(name()) + " already; change the role instead");
        return give(*member, role);
    }

    /// Errors: throws Refusal, see `given`.
    storage::ProjectMember change(std::string_view name_or_id, storage::ProjectRole role) const {
        return give(given(name_or_id), role);
    }

    /// Errors: throws Refusal, see `given`.
    void remove(std::string_view name_or_id) const {
        context_.store.set_project_role(project_.id, given(name_or_id).user.id, std::nullopt);
    }

    [[nodiscard]] std::optional<storage::ProjectRole> role_of(
        const storage::ProjectMember& member) const {
        return member_role(member.membership, project_.visibility);
    }
    [[nodiscard]] bool is_given(const storage::ProjectMember& member) const {
        return is_given_role(member.membership, project_.visibility);
    }

private:
    [[nodiscard]] std::optional<storage::ProjectMember> find(std::string_view name_or_id) const {
        for (auto& member : context_.store.project_members(project_))
            if (member.user.kind == kind_ &&
                (member.user.name == name_or_id || member.user.id == name_or_id))
                return std::move(member);
        return std::nullopt;
    }

    /// A member whose role was given in this project. Errors: throws Refusal: 422 for nobody of
    /// that name and for access that comes from the project's visibility, 403 for owners of the
    /// workspace, whom nobody can shut out.
    [[nodiscard]] storage::ProjectMember given(std::string_view name_or_id) const {
        auto member = find(name_or_id);
        if (!member || !role_of(*member))
            throw unprocessable(title("is no member"), "There is no " + who(name_or_id) +
                                                           " in project " + in_quotes(name()));
        if (is_given(*member)) return *std::move(member);
        if (member->membership.workspace_role == storage::WorkspaceRole::owner)
            throw forbidden("The " + who(name_or_id) + " owns the workspace " +
                            in_quotes(project_.workspace_name) +
                            " and with it all of its projects");
        throw unprocessable(title("has access by visibility"),
                            "All of the workspace have access to project " + in_quotes(name()) +
                                "; make it private to choose its members");
    }

    storage::ProjectMember give(storage::ProjectMember member, storage::ProjectRole role) const {
        context_.store.set_project_role(project_.id, member.user.id, role);
        member.membership.project_role = role;
        return member;
    }

    [[nodiscard]] std::string name() const { return project_.workspace_name + "/" + project_.name; }
    [[nodiscard]] bool is_person() const { return kind_ == storage::UserKind::person; }
    [[nodiscard]] std::string title(const char* what) const {
        return (is_person() ? "User " : "Service account ") + std::string(what);
    }
    [[nodiscard]] std::string who(std::string_view name_or_id) const {
        return (is_person() ? "user " : "service account ") + in_quotes(name_or_id);
    }

    const Context& context_;
    storage::Project project_;
    storage::UserKind kind_;
};

inline wire::ProjectMember to_member_dto(const Members& members,
                                         const storage::ProjectMember& member) {
    wire::ProjectMember dto;
    dto.role = role_word(members.role_of(member).value());
    dto.editable_role = dto.can_leave_project = members.is_given(member);
    dto.registered_member_info = to_registered_member(member.user);
    return dto;
}

inline wire::ServiceAccountWithRole to_account_dto(const Members& members,
                                                   const storage::ProjectMember& member) {
    return {to_service_account(member.user), role_word(members.role_of(member).value())};
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_members_api(Router& api, const Context& context) {
    using detail::read_project_role, detail::to_account_dto, detail::to_member_dto;
    const auto of = [&context](const Caller& caller, std::string_view project, Action action,
                               storage::UserKind kind) {
        return detail::Members(context, context.gate.project(caller, project, action), kind);
    };
    const auto people = [of](const Caller& caller, std::string_view project, Action action) {
        return of(caller, project, action, storage::UserKind::person);
    };
    const auto accounts = [of](const Caller& caller, std::string_view project, Action action) {
        return of(caller, project, action, storage::UserKind::service_account);
    };

    api.on<wire::ListProjectMembers>(
        [people](const Caller& caller, const wire::OfProject& request) {
            const auto members = people(caller, request.project_identifier, Action::see);
            std::vector<wire::ProjectMember> result;
            for (const auto& member : members.all())
                result.push_back(to_member_dto(members, member));
            return result;
        });
    api.on<wire::AddProjectMember>(
        [people](const Caller& caller, const wire::AddProjectMember::Request& request) {
            const auto members = people(caller, request.project_identifier, Action::manage);
            const auto role = read_project_role(request.member.role);
            return to_member_dto(members, members.add(request.member.user_id, role));
        });
    api.on<wire::UpdateProjectMember>(
        [people](const Caller& caller, const wire::UpdateProjectMember::Request& request) {
            const auto members = people(caller, request.project_identifier, Action::manage);
            const auto role = read_project_role(request.member.role);
            return to_member_dto(members, members.change(request.user_id, role));
        });
    api.on<wire::DeleteProjectMember>(
        [people](const Caller& caller, const wire::DeleteProjectMember::Request& request) {
            // Whoever can see the project may leave it.
            const bool leaves = request.user_id == caller.user.name;
            people(caller, request.project_identifier, leaves ? Action::see : Action::manage)
                .remove(request.user_id);
            return wire::Nothing{};
        });

    api.on<wire::ListProjectServiceAccounts>(
        [accounts](const Caller& caller, const wire::OfProject& request) {
            const auto members = accounts(caller, request.project_identifier, Action::see);
            std::vector<wire::ServiceAccountWithRole> result;
            for (const auto& member : members.all())
                result.push_back(to_account_dto(members, member));
            return result;
        });
    api.on<wire::AddProjectServiceAccount>(
        [accounts](const Caller& caller, const wire::AddProjectServiceAccount::Request& request) {
            const auto members = accounts(caller, request.project_identifier, Action::manage);
            const auto role = read_project_role(request.account.role);
            return to_account_dto(members, members.add(request.account.service_account_id, role));
        });
    api.on<wire::UpdateProjectServiceAccount>(
        [accounts](const Caller& caller,
                   const wire::UpdateProjectServiceAccount::Request& request) {
            const auto members = accounts(caller, request.project_identifier, Action::manage);
            const auto role = read_project_role(request.member.role);
            return to_account_dto(members, members.change(request.service_account_id, role));
        });
    api.on<wire::DeleteProjectServiceAccount>(
        [accounts](const Caller& caller,
                   const wire::DeleteProjectServiceAccount::Request& request) {
            accounts(caller, request.project_identifier, Action::manage)
                .remove(request.service_account_id);
            return wire::Nothing{};
        });
}

}  // namespace neptune::server

#endif
