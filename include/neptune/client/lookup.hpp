#ifndef NEPTUNE_CLIENT_LOOKUP_HPP
#define NEPTUNE_CLIENT_LOOKUP_HPP

// Finding and making the object that an init function asks for.

#include <neptune/client/object.hpp>
#include <neptune/client/remote_fields.hpp>
#include <neptune/client/session.hpp>
#include <neptune/client/value_get.hpp>
#include <neptune/core/environment.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace neptune::client {

using neptune::detail::OpenRequest;

/// The object on the server that was found or made.
struct Found {
    wire::Experiment object;
    /// Made just now; false also for a custom run ID that existed.
    bool is_new = false;
};

namespace detail {

/// "Known projects: ml/a, ml/b. Workspaces: ml": for errors about a project.
inline std::string known_projects(Session& session, const std::string& term) {
    wire::ListProjects::Request request;
    request.limit = 5;
    if (!term.empty()) request.search_term = term;
    request.user_relation = "memberOrHigher";
    request.sort_by = {"lastViewed"};
    request.sort_direction = {"descending"};
    std::string projects, workspaces;
    for (const auto& project : session.call<wire::ListProjects>(request).entries)
        projects += (projects.empty() ? "" : ", ") + project.organization_name + "/" + project.name;
    for (const auto& workspace : session.call<wire::ListOrganizations>({}))
        workspaces += (workspaces.empty() ? "" : ", ") + workspace.name;
    if (projects.empty() && !term.empty()) return known_projects(session, "");
    return "projects you know: " + (projects.empty() ? "none" : projects) +
           "; workspaces: " + (workspaces.empty() ? "none" : workspaces);
}

inline std::string full_project_name(Session& session, const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    wire::ListProjects::Request request;
    request.limit = 5;
    request.search_term = name;
    request.user_relation = "memberOrHigher";
    request.sort_by = {"lastViewed"};
    request.sort_direction = {"descending"};
    std::vector<std::string> hits;
    for (const auto& project : session.call<wire::ListProjects>(request).entries)
        if (project.name == name) hits.push_back(project.organization_name + "/" + name);
    if (hits.size() == 1) return hits.front();
    if (hits.empty())
        throw ProjectNotFound(ErrorCode::project_not_found, "there is no project " + name,
                              known_projects(session, name));
    std::string list;
    for (const auto& hit : hits) list += (list.empty() ? "" : ", ") + hit;
    throw AmbiguousProjectName(ErrorCode::ambiguous_project_name,
                               "several projects are called " + name + ": " + list,
                               "give the project as workspace/name");
}

}  // namespace detail

/// The project of the argument, else of NEPTUNE_PROJECT. Errors: MissingProjectName,
/// ProjectNotFound, AmbiguousProjectName.
[[nodiscard]] inline wire::ProjectDto find_project(Session& session,
                                                   const std::optional<std::string>& argument) {
    const auto name = argument ? *argument : core::environment("NEPTUNE_PROJECT").value_or("");
    if (name.empty())
        throw MissingProjectName(ErrorCode::missing_project_name, "no project was given",
                                 "pass .project = \"workspace/name\", or export NEPTUNE_PROJECT; " +
                                     detail::known_projects(session, ""));
    const auto full = detail::full_project_name(session, name);
    try {
        return session.call<wire::GetProject>({full});
    } catch (const RemoteNotFound&) {
        throw ProjectNotFound(ErrorCode::project_not_found,
                              "there is no project " + full + ", or you may not see it",
                              detail::known_projects(session, full.substr(full.find('/') + 1)));
    }
}

class ObjectFinder {
public:
    /// `git_reference` is asked when a run is made, and not otherwise.
    ObjectFinder(Session& session, const wire::ProjectDto& project, const OpenRequest& request,
                 std::function<std::optional<wire::GitInfoDto>()> git_reference)
        : session_(session),
          project_(project),
          request_(request),
          git_reference_(std::move(git_reference)) {}

    /// Errors: those of the init functions, see client/objects.hpp.
    Found find_or_create(bool read_only) {
        if (request_.kind == ObjectKind::project) return {project_as_object(), false};
        if (request_.with_id) return {get(request_.kind, qualified(*request_.with_id)), false};
        if (read_only) return {open_read_only(), false};
        switch (request_.kind) {
            case ObjectKind::run:
                return create_run();
            case ObjectKind::model:
                return create_model();
            default:
                return create_version();
        }
    }

private:
    [[nodiscard]] std::string qualified(const std::string& sys_id) const {
        return project_.organization_name + "/" + project_.name + "/" + sys_id;
    }

    wire::Experiment get(ObjectKind kind, const std::string& identifier) {
        try {
            auto object = session_.call<wire::GetExperiment>({identifier});
            if (object_kind_from_wire(object.type) == kind) return object;
        } catch (const RemoteNotFound&) {
            // Said below, as for an object of another kind.
        } catch (const ClientHttpError&) {
            throw_not_found(kind, identifier);
        }
        throw_not_found(kind, identifier);
    }
    [[noreturn]] static void throw_not_found(ObjectKind kind, const std::string& identifier) {
        const std::string what = "there is no " + std::string(spoken_name(kind)) + " " + identifier;
        const std::string advice = "check the ID and the project";
        switch (kind) {
            case ObjectKind::run:
                throw RunNotFound(ErrorCode::run_not_found, what, advice);
            case ObjectKind::model:
                throw ModelNotFound(ErrorCode::model_not_found, what, advice);
            case ObjectKind::model_version:
                throw ModelVersionNotFound(ErrorCode::model_version_not_found, what, advice);
            case ObjectKind::project:
                break;
        }
        throw NotFoundError(ErrorCode::object_not_found, what, advice);
    }

    wire::Experiment project_as_object() const {
        wire::Experiment object;
        object.id = object.project_id = project_.id;
        object.short_id = project_.project_key;
        object.type = std::string(wire_name(ObjectKind::project));
        object.project_name = project_.name;
        object.organization_id = project_.organization_id;
        object.organization_name = project_.organization_name;
        return object;
    }

    wire::Experiment open_read_only() {
        if (request_.kind == ObjectKind::run && request_.custom_run_id)
            return get(ObjectKind::run, "CUSTOM/" + qualified(*request_.custom_run_id));
        const std::string advice = "give the object's ID as .with_id";
        const std::string what =
            "read-only mode needs an existing " + std::string(spoken_name(request_.kind));
        const auto code = ErrorCode::need_existing_object_for_read_only;
        switch (request_.kind) {
            case ObjectKind::run:
                throw NeedExistingRunForReadOnlyMode(code, what, advice + ", or .custom_run_id");
            case ObjectKind::model:
                throw NeedExistingModelForReadOnlyMode(code, what, advice);
            default:
                throw NeedExistingModelVersionForReadOnlyMode(code, what, advice);
        }
    }

    wire::ExperimentCreationParams params(std::string parent) const {
        wire::ExperimentCreationParams result;
        result.project_identifier = project_.id;
        result.parent_id = std::move(parent);
        result.type = std::string(wire_name(request_.kind));
        result.cli_version = std::string(neptune::version);
        return result;
    }
    wire::Experiment create(wire::ExperimentCreationParams params) {
        wire::CreateExperiment::Request request;
        request.params = std::move(params);
        request.client_version = std::string(neptune::version);
        return session_.call<wire::CreateExperiment>(request);
    }

    Found create_run() {
        auto creation = params(project_.id);
        creation.custom_id = request_.custom_run_id;
        creation.git_info = git_reference_();
        auto object = create(std::move(creation));
        if (object.trashed)
            throw NotFoundError(ErrorCode::object_in_trash,
                                "the run " + object.short_id + " with the custom ID " +
                                    request_.custom_run_id.value_or("") + " is in the trash",
                                "restore it, or use another custom ID; it can be opened read-only");
        // Servers that do not tell make every answer look like a new run, as it does to the Python
        // client.
        const bool is_new = object.created.value_or(true);
        return {std::move(object), is_new};
    }
    Found create_model() {
        if (!request_.key) throw missing("init_model", "key");
        auto creation = params(project_.id);
        creation.key = request_.key;
        try {
            return {create(std::move(creation)), true};
        } catch (const ApiError& error) {
            if (error.status() != 409) throw;
            throw ModelKeyAlreadyExists(
                ErrorCode::model_key_already_exists,
                "the model key " + *request_.key + " is in use",
                "use another key, or resume with .with_id; it may also be in the trash: " +
                    session_.config().application_url + "/" + project_.organization_name + "/" +
                    project_.name + "/models");
        }
    }
    Found create_version() {
        if (!request_.model) throw missing("init_model_version", "model");
        const auto parent = get(ObjectKind::model, qualified(*request_.model));
        return {create(params(parent.id)), true};
    }
    static MissingRequiredInitParameter missing(const std::string& function,
                                                const std::string& parameter) {
        return MissingRequiredInitParameter(
            ErrorCode::missing_required_init_parameter,
            function + " needs ." + parameter + " to make a new object",
            "give ." + parameter + ", or .with_id to resume one");
    }

    Session& session_;
    const wire::ProjectDto& project_;
    const OpenRequest& request_;
    std::function<std::optional<wire::GitInfoDto>()> git_reference_;
};

/// Address of an object in the app.
[[nodiscard]] inline std::string object_url(Session& session, const wire::Experiment& object) {
    const std::string base = session.config().application_url + "/" + object.organization_name +
                             "/" + object.project_name + "/";
    const auto kind = object_kind_from_wire(object.type);
    if (kind == ObjectKind::run) return base + "e/" + object.short_id;
    if (kind == ObjectKind::model) return base + "m/" + object.short_id;
    if (kind == ObjectKind::model_version) {
        const auto model =
            read_value(session, object.id, "sys/model_id", FieldType::string).get<std::string>();
        return base + "m/" + model + "/v/" + object.short_id;
    }
    return base;
}

}  // namespace neptune::client

#endif
