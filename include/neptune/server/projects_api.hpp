#ifndef NEPTUNE_SERVER_PROJECTS_API_HPP
#define NEPTUNE_SERVER_PROJECTS_API_HPP

// Making, changing and deleting projects (wire protocol §11.3, §11.4).

#include <neptune/core/utf8.hpp>
#include <neptune/server/access.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/project_list.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/keys.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/endpoints_management.hpp>
#include <neptune/wire/limits.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::server {

namespace detail {

/// The Python client reads `validationErrors` of every 400 that answers the making of a project,
/// and takes ERR_NOT_UNIQUE for a name that is taken.
inline Refusal invalid_project(std::string_view member, std::string_view code,
                               const std::string& problem) {
    const wire::Json error = {{"errorCode", {{"name", code}}}, {"context", problem}};
    return Refusal(
        {400,
         "Invalid project",
         problem,
         wire::ErrorType::none,
         {{"validationErrors", wire::Json::array({{{"path", wire::Json::array({member})},
                                                   {"errors", wire::Json::array({error})}}})}}});
}

/// Errors: throws Refusal. Source: the documentation of create_project; no slash and no space at
/// an end, because the name stands in identifiers.
inline void check_project_name(const std::string& name) {
    namespace limits = wire::limits;
    const auto characters = core::count_code_points(name);
    if (characters < limits::project_name_min_characters ||
        characters > limits::project_name_max_characters)
        throw invalid_project("name", "ERR_WRONG_LENGTH",
                              "The project name " + in_quotes(name) + " must have " +
                                  std::to_string(limits::project_name_min_characters) + " to " +
                                  std::to_string(limits::project_name_max_characters) +
                                  " characters (limit project_name_max_characters)");
    const auto is_wrong = [](char c) { return c == '/' || (c >= 0 && c < 0x20) || c == 0x7F; };
    if (!core::is_valid(name) || std::any_of(name.begin(), name.end(), is_wrong) ||
        name.front() == ' ' || name.back() == ' ')
        throw invalid_project("name", "ERR_WRONG_CHARACTERS",
                              "The project name " + in_quotes(name) +
                                  " may hold neither slashes nor control characters, and neither "
                                  "begin nor end with a space");
}

inline void check_project_description(const std::optional<std::string>& description) {
    if (description && core::count_code_points(*description) > wire::limits::string_code_points)
        throw invalid_project("description", "ERR_WRONG_LENGTH",
                              "The description of a project may have " +
                                  std::to_string(wire::limits::string_code_points) +
                                  " characters (limit string_code_points)");
}

inline void check_project_key(const std::string& key) {
    if (key.empty() || storage::is_valid_key(key)) return;
    const std::string reason = "it must have 1 to " + std::to_string(storage::max_key_characters) +
                               " upper-case letters or digits, one letter at least";
    throw Refusal({400,
                   "Invalid project key",
                   "The project key " + in_quotes(key) + " is invalid: " + reason,
                   wire::ErrorType::project_key_invalid,
                   {{"key", core::replace_invalid(key)}, {"reason", reason}}});
}

inline storage::Visibility read_visibility(const Context& context, const std::string& word) {
    const auto& names = storage::visibility_names;
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end())
        throw invalid_project(
            "visibility", "ERR_UNKNOWN_VALUE",
            "The visibility must be priv, workspace or pub, not " + in_quotes(word));
    const auto visibility = static_cast<storage::Visibility>(found - names.begin());
    if (visibility == storage::Visibility::pub && !context.public_projects)
        throw Refusal({422,
                       "Visibility is restricted",
                       "This server has no public projects; its keeper can allow them, by the "
                       "option public_projects",
                       wire::ErrorType::visibility_restricted,
                       {{"requestedValue", word}, {"allowedValues", {"priv", "workspace"}}}});
    return visibility;
}

inline Refusal project_name_taken(const std::string& workspace, const std::string& name) {
    return invalid_project("name", "ERR_NOT_UNIQUE",
                           "There is a project " + in_quotes(workspace + "/" + name) + " already");
}

inline void check_number_of_projects(const Context& context, const storage::Workspace& workspace) {
    const auto projects = context.store.projects();
    const auto number = std::count_if(projects.begin(), projects.end(), [&](const auto& project) {
        return project.workspace_id == workspace.id;
    });
    if (static_cast<std::size_t>(number) < context.projects_per_workspace) return;
    throw Refusal({422,
                   "Too many projects",
                   "The workspace " + in_quotes(workspace.name) + " may have " +
                       std::to_string(context.projects_per_workspace) +
                       " projects (limit projects_per_workspace); delete one first",
                   wire::ErrorType::limit_of_active_projects_reached,
                   {{"currentQuota", context.projects_per_workspace}}});
}

inline wire::ProjectWithRole create_project(const Context& context, const Caller& caller,
                                            const wire::NewProject& given) {
    const auto& organization =
        given.organization_id ? given.organization_id : given.organization_identifier;
    if (!organization)
        throw invalid_project("organizationId", "ERR_MISSING",
                              "projectToCreate.organizationId is missing");
    const auto workspace = context.gate.workspace(caller, *organization, Action::create_project);
    storage::NewProject wanted;
    wanted.workspace_id = workspace.id;
    wanted.name = given.name;
    wanted.key = given.project_key.value_or("");
    wanted.description = given.description;
    wanted.owner_id = caller.user.id;
    check_project_name(wanted.name);
    check_project_description(wanted.description);
    check_project_key(wanted.key);
    wanted.visibility = read_visibility(context, given.visibility.value_or("priv"));
    check_number_of_projects(context, workspace);

    auto created = context.store.create_project(wanted, context.clock.now());
    if (!created.project) {
        if (created.conflict == storage::ProjectConflict::name_taken)
            throw project_name_taken(workspace.name, wanted.name);
        throw Refusal({409,
                       "Project key is taken",
                       "Another project of the workspace has the key " + in_quotes(wanted.key) +
                           "; choose another one",
                       wire::ErrorType::project_key_collision,
                       {{"key", wanted.key}}});
    }
    const auto users = count_users(context.store, *created.project);
    return to_dto({*std::move(created.project), storage::ProjectRole::manager}, users);
}

inline wire::ProjectWithRole update_project(const Context& context, const Caller& caller,
                                            const wire::UpdateProject::Request& request) {
    const auto project = context.gate.project(caller, request.project_identifier, Action::manage);
    storage::ProjectChange change;
    change.name = request.project.name;
    change.description = request.project.description;
    if (change.name) check_project_name(*change.name);
    check_project_description(change.description);
    if (request.project.visibility)
        change.visibility = read_visibility(context, *request.project.visibility);
    if (!context.store.update_project(project.id, change))
        throw project_name_taken(project.workspace_name, *change.name);
    auto updated = context.store.find_project(project.id);
    if (!updated) throw not_found("Project not found", "The project was deleted");
    const auto users = count_users(context.store, *updated);
    return to_dto({*std::move(updated), storage::ProjectRole::manager}, users);
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_projects_api(Router& api, const Context& context) {
    api.on<wire::CreateProject>(
        [&context](const Caller& caller, const wire::CreateProject::Request& request) {
            return detail::create_project(context, caller, request.project);
        });
    api.on<wire::UpdateProject>(
        [&context](const Caller& caller, const wire::UpdateProject::Request& request) {
            return detail::update_project(context, caller, request);
        });
    api.on<wire::DeleteProject>([&context](const Caller& caller, const wire::OfProject& request) {
        const auto project =
            context.gate.project(caller, request.project_identifier, Action::delete_project);
        if (!context.store.delete_project(project.id))
            throw not_found("Project not found", "The project was deleted");
        return wire::Nothing{};
    });
}

}  // namespace neptune::server

#endif
