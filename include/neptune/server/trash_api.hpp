#ifndef NEPTUNE_SERVER_TRASH_API_HPP
#define NEPTUNE_SERVER_TRASH_API_HPP

// The trash of a project: putting runs, models and model versions there, restoring them, deleting
// them (wire protocol §5.8). What cannot be done to one object is told, and done to the others.

#include <neptune/server/access.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/endpoints_management.hpp>
#include <neptune/wire/limits.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace neptune::server {

namespace detail {

struct TrashReason {
    const char* word;
    const char* explanation;
};

inline TrashReason reason_of(storage::TrashOutcome outcome) {
    using storage::TrashOutcome;
    switch (outcome) {
        case TrashOutcome::is_project:
            return {"IS_PROJECT", "is a project, which is deleted without the trash"};
        case TrashOutcome::already_trashed:
            return {"ALREADY_TRASHED", "is in the trash already"};
        case TrashOutcome::not_in_trash:
            return {"NOT_IN_TRASH", "is not in the trash"};
        case TrashOutcome::model_in_trash:
            return {"TRASHED", "belongs to a model that is in the trash; restore the model"};
        case TrashOutcome::not_exists:
        case TrashOutcome::done:
            break;
    }
    return {"NOT_EXISTS", "does not exist in this project"};
}

/// `act` takes the ids of the objects and gives their outcomes.
template <class Act>
wire::BulkResult act_on_objects(const Context& context, const storage::Project& project,
                                const std::vector<std::string>& identifiers, Act&& act) {
    if (identifiers.size() > wire::limits::objects_per_trash_request)
        throw bad_request("A request may name " +
                          std::to_string(wire::limits::objects_per_trash_request) +
                          " objects (limit objects_per_trash_request), not " +
                          std::to_string(identifiers.size()));
    std::vector<std::string> ids;
    for (const auto& identifier : identifiers) {
        // No object has an empty id.
        const auto object = context.gate.object_of(project, identifier);
        ids.push_back(object ? object->id : std::string());
    }
    const std::vector<storage::TrashOutcome> outcomes = act(ids);
    wire::BulkResult result;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (outcomes[i] == storage::TrashOutcome::done) {
            result.updated_experiment_identifiers.push_back(identifiers[i]);
            continue;
        }
        const auto reason = reason_of(outcomes[i]);
        result.errors.push_back(
            {identifiers[i], reason.word, in_quotes(identifiers[i]) + " " + reason.explanation});
    }
    return result;
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_trash_api(Router& api, const Context& context) {
    using Ids = std::vector<std::string>;
    using wire::ObjectsOfProject, wire::OfProject;
    const auto project_of = [&context](const Caller& caller, const auto& request) {
        return context.gate.project(caller, request.project_identifier, Action::write);
    };

    api.on<wire::TrashExperiments>([&context, project_of](const Caller& caller,
                                                          const ObjectsOfProject& request) {
        const auto project = project_of(caller, request);
        return detail::act_on_objects(
            context, project, request.experiment_identifiers, [&](const Ids& ids) {
                return context.store.trash(project.id, ids, caller.user.name, context.clock.now());
            });
    });
    api.on<wire::RestoreExperiments>(
        [&context, project_of](const Caller& caller, const ObjectsOfProject& request) {
            const auto project = project_of(caller, request);
            return detail::act_on_objects(
                context, project, request.experiment_identifiers,
                [&](const Ids& ids) { return context.store.restore(project.id, ids); });
        });
    api.on<wire::DeleteExperiments>(
        [&context, project_of](const Caller& caller, const ObjectsOfProject& request) {
            const auto project = project_of(caller, request);
            return detail::act_on_objects(
                context, project, request.experiment_identifiers,
                [&](const Ids& ids) { return context.store.delete_from_trash(project.id, ids); });
        });

    // Models come first in the list, so that a version may be gone with its model when its turn
    // comes; all of the list are out of the trash in the end.
    api.on<wire::RestoreAllExperiments>(
        [&context, project_of](const Caller& caller, const OfProject& request) {
            const auto project = project_of(caller, request);
            auto ids = context.store.trashed_objects(project.id);
            static_cast<void>(context.store.restore(project.id, ids));
            return wire::BulkResult{std::move(ids), {}};
        });
    api.on<wire::DeleteAllExperiments>(
        [&context, project_of](const Caller& caller, const OfProject& request) {
            const auto project = project_of(caller, request);
            auto ids = context.store.trashed_objects(project.id);
            static_cast<void>(context.store.delete_from_trash(project.id, ids));
            return wire::BulkResult{std::move(ids), {}};
        });
}

}  // namespace neptune::server

#endif
