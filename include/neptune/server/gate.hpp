#ifndef NEPTUNE_SERVER_GATE_HPP
#define NEPTUNE_SERVER_GATE_HPP

// Turns what a request names into what is stored, if its caller may do to it what he asks for.
// Every endpoint that touches a project or an object goes through here. What a caller may not see
// is to him as if it did not exist.

#include <neptune/server/access.hpp>
#include <neptune/server/identifiers.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/storage/store.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace neptune::server {

/// Threads: any.
class Gate {
public:
    explicit Gate(storage::Store& store) : store_(store) {}

    /// Errors: throws Refusal: 400 for a malformed identifier, 404 for an unknown or invisible
    /// project, 403 if the caller's role does not allow the action.
    [[nodiscard]] storage::Project project(const Caller& caller, std::string_view identifier,
                                           Action action) const {
        auto found = find(parse_project_identifier(identifier));
        if (!found || !allows(caller, *found, Action::see))
            throw not_found("Project not found", "There is no project " + in_quotes(identifier) +
                                                     " that you have access to");
        demand(caller, *found, action);
        return *std::move(found);
    }

    /// The same for a workspace, given by name or id.
    [[nodiscard]] storage::Workspace workspace(const Caller& caller, std::string_view identifier,
                                               Action action) const {
        auto found = store_.find_workspace(identifier);
        storage::Membership membership;
        if (found && caller.user.workspace_id == found->id)
            membership.workspace_role = caller.user.workspace_role;
        membership.is_service_account = caller.user.kind == storage::UserKind::service_account;
        if (!may(Action::see_workspace, membership))
            throw not_found(
                "Workspace not found",
                "There is no workspace " + in_quotes(identifier) + " that you have access to");
        if (!may(action, membership))
            throw forbidden("Your role in workspace " + in_quotes(found->name) +
                            " does not allow this; an owner of the workspace can do it");
        return *std::move(found);
    }

    /// The same for an object; a project counts as one. `missing` is the errorType of the 404,
    /// which decides what the clients make of it. Errors: also Refusal (422) for a change of
    /// something that is in the trash.
    [[nodiscard]] storage::Object object(const Caller& caller, std::string_view identifier,
                                         Action action,
                                         wire::ErrorType missing = wire::ErrorType::none) const {
        auto found = find(parse_object_identifier(identifier));
        const auto project = found ? store_.find_project(found->project_id) : std::nullopt;
        if (!project || !allows(caller, *project, Action::see))
            throw not_found(
                "Object not found",
                "There is no object " + in_quotes(identifier) + " that you have access to",
                missing);
        demand(caller, *project, action);
        if (found->trashed && action == Action::write)
            throw unprocessable("Object is in the trash",
                                "The object " + in_quotes(identifier) +
                                    " is in the trash; restore it to change it");
        return *std::move(found);
    }

    /// An object of a project that the caller may see; nothing for everything else. A sign of life
    /// and the trash want objects that are in the trash too.
    [[nodiscard]] std::optional<storage::Object> object_of(const storage::Project& project,
                                                           std::string_view identifier) const {
        const auto parsed = read_object_identifier(identifier);
        auto found = parsed ? find(*parsed) : std::nullopt;
        return found && found->project_id == project.id ? found : std::nullopt;
    }

    [[nodiscard]] bool allows(const Caller& caller, const storage::Project& project,
                              Action action) const {
        return may(action, store_.membership(caller.user.id, project), project.visibility);
    }

private:
    void demand(const Caller& caller, const storage::Project& project, Action action) const {
        if (allows(caller, project, action)) return;
        throw forbidden("Your role in project " +
                        in_quotes(project.workspace_name + "/" + project.name) +
                        " does not allow this; ask an owner of the project for a higher one");
    }

    [[nodiscard]] std::optional<storage::Project> find(const ProjectIdentifier& identifier) const {
        if (const auto* by_id = std::get_if<ById>(&identifier))
            return store_.find_project(by_id->id);
        const auto& name = std::get<ProjectName>(identifier);
        return store_.find_project(name.workspace, name.project);
    }

    [[nodiscard]] std::optional<storage::Object> find(const ObjectIdentifier& identifier) const {
        if (const auto* by_id = std::get_if<ById>(&identifier))
            return store_.find_object(by_id->id);
        if (const auto* by_sys_id = std::get_if<BySysId>(&identifier)) {
            const auto project = find(ProjectIdentifier(by_sys_id->project));
            if (!project) return std::nullopt;
            if (by_sys_id->sys_id == project->key) return store_.find_object(project->id);
            return store_.find_object_by_sys_id(project->id, by_sys_id->sys_id);
        }
        const auto& by_custom_id = std::get<ByCustomId>(identifier);
        const auto project = find(ProjectIdentifier(by_custom_id.project));
        if (!project) return std::nullopt;
        return store_.find_run_by_custom_id(project->id, by_custom_id.custom_id);
    }

    storage::Store& store_;
};

}  // namespace neptune::server

#endif
