#ifndef NEPTUNE_SERVER_OBJECTS_API_HPP
#define NEPTUNE_SERVER_OBJECTS_API_HPP

// Endpoints about objects as a whole: create, get, ping.

#include <neptune/core/utf8.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/identifiers.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/keys.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/attributes_json.hpp>
#include <neptune/wire/endpoints.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/objects.hpp>

#include <optional>
#include <string>
#include <utility>

namespace neptune::server {

/// Value of the header X-Neptune-Producer; empty for clients that have none. Errors: throws Refusal
/// (400).
[[nodiscard]] inline std::string read_producer(const std::optional<std::string>& header) {
    if (!header) return {};
    auto producer = parse_uuid(*header);
    if (!producer)
        throw bad_request("Header 'X-Neptune-Producer' must be a UUID, not " + in_quotes(*header));
    return std::move(producer->id);
}

namespace detail {

inline wire::Experiment to_dto(const storage::Object& object) {
    wire::Experiment dto;
    dto.id = object.id;
    dto.short_id = object.sys_id;
    dto.type = wire_name(object.kind);
    dto.parent_id = object.parent_id;
    dto.project_id = object.project_id;
    dto.project_name = object.project_name;
    dto.organization_id = object.workspace_id;
    dto.organization_name = object.workspace_name;
    dto.trashed = object.trashed;
    return dto;
}

inline ObjectKind read_kind(const wire::ExperimentCreationParams& params) {
    const auto word = params.type.value_or("run");
    const auto kind = object_kind_from_wire(word);
    if (!kind || *kind == ObjectKind::project)
        throw bad_request("experimentCreationParams.type must be run, model or modelVersion, not " +
                          in_quotes(word));
    return *kind;
}

inline void check_custom_id(const std::string& custom_id) {
    if (core::count_code_points(custom_id) > wire::limits::custom_id_characters)
        throw unprocessable("Custom ID too long",
                            "The custom ID " + in_quotes(custom_id) +
                                " is longer than the limit of " +
                                std::to_string(wire::limits::custom_id_characters) + " characters");
}

inline void check_model_key(const std::string& key) {
    if (!storage::is_valid_key(key))
        throw unprocessable(
            "Invalid model key",
            "The model key " + in_quotes(key) +
                " must have 1 to 10 upper-case letters or digits, one letter at least");
}

/// Runs and models are made below the project, model versions below one of its models.
inline std::string read_parent(const Context& context, const Caller& caller,
                               const storage::Project& project, ObjectKind kind,
                               const std::optional<std::string>& given) {
    const auto unknown = [&](const std::string& what) {
        return not_found("Parent not found",
                         "There is no " + what + " " + in_quotes(given.value_or("")) +
                             " in project " +
                             in_quotes(project.workspace_name + "/" + project.name));
    };
    if (kind != ObjectKind::model_version) {
        if (given && parse_uuid(*given) != ById{project.id}) throw unknown("parent");
        return project.id;
    }
    if (!given)
        throw bad_request(
            "experimentCreationParams.parentId is missing: a model version needs a model");
    const auto model = context.gate.object(caller, *given, Action::write);
    if (model.kind != ObjectKind::model || model.project_id != project.id) throw unknown("model");
    return model.id;
}

inline wire::Experiment create_object(const Context& context, const Caller& caller,
                                      const wire::ExperimentCreationParams& params) {
    const auto project = context.gate.project(caller, params.project_identifier, Action::write);
    storage::NewObject wanted;
    wanted.kind = read_kind(params);
    wanted.project_id = project.id;
    wanted.parent_id = read_parent(context, caller, project, wanted.kind, params.parent_id);
    wanted.owner = caller.user.name;
    if (wanted.kind == ObjectKind::run) {
        // An empty text, as an empty environment variable gives it, is no name that runs could
        // share.
        if (params.custom_id && !params.custom_id->empty()) wanted.custom_id = params.custom_id;
        if (wanted.custom_id) check_custom_id(*wanted.custom_id);
        if (params.git_info)
            wanted.git = wire::git_ref_from(*params.git_info, "experimentCreationParams.gitInfo");
        if (params.creation_time) {
            wanted.created = core::parse_iso8601(*params.creation_time);
            if (!wanted.created)
                throw bad_request(
                    "experimentCreationParams.creationTime must be a date and time, "
                    "not " +
                    in_quotes(*params.creation_time));
        }
    }
    if (wanted.kind == ObjectKind::model) {
        wanted.model_key = params.key.value_or("");
        check_model_key(wanted.model_key);
    }
    const auto result = context.store.create_object(wanted, context.clock.now());
    if (!result.object)
        throw conflict("Model key already exists",
                       "The model key " + in_quotes(wanted.model_key) +
                           " is in use in this project, in its trash perhaps; choose another one");
    auto dto = to_dto(*result.object);
    dto.created = result.created;
    return dto;
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_objects_api(Router& api, const Context& context) {
    api.on<wire::CreateExperiment>(
        [&context](const Caller& caller, const wire::CreateExperiment::Request& request) {
            return detail::create_object(context, caller, request.params);
        });
    api.on<wire::GetExperiment>(
        [&context](const Caller& caller, const wire::GetExperiment::Request& request) {
            return detail::to_dto(context.gate.object(caller, request.experiment_id, Action::see,
                                                      wire::ErrorType::experiment_not_found));
        });
    // Nobody can make a notebook here, so none exists.
    api.on<wire::CreateEmptyCheckpoint>(
        [](const Caller&, const wire::CreateEmptyCheckpoint::Request& request) -> wire::Checkpoint {
            throw not_found("Notebook not found",
                            "There is no notebook " + in_quotes(request.notebook_id));
        });
    api.on<wire::Ping>([&context](const Caller& caller, const wire::Ping::Request& request) {
        const auto object = context.gate.object(caller, request.experiment_id, Action::keep_alive);
        const auto producer = read_producer(request.producer);
        const bool closing = request.closing.value_or(false);
        const auto now = context.clock.now();
        if (!context.store.ping(object.id, producer, closing, now))
            throw not_found("Object not found", "The object was deleted");
        wire::PingReply reply;
        if (request.producer)
            reply.signals = context.signals->take(object.id, producer, closing, now);
        return reply;
    });
}

}  // namespace neptune::server

#endif
