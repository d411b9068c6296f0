#ifndef NEPTUNE_SERVER_SIGNALS_API_HPP
#define NEPTUNE_SERVER_SIGNALS_API_HPP

// Stopping runs from outside (wire protocol §12.4). The processes get the signals with their pings,
// see objects_api.hpp.

#include <neptune/server/context.hpp>
#include <neptune/server/gate.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/wire/signals.hpp>

#include <string>
#include <variant>

namespace neptune::server {

namespace detail {

/// Whether some process has the object open.
inline bool is_active(const Context& context, const std::string& object_id) {
    const auto state = context.store.attribute(object_id, "sys/state", context.clock.now());
    const auto* value = state ? std::get_if<RunState>(&state->value) : nullptr;
    return value && *value == RunState::active;
}

inline wire::BulkResult signal_runs(const Context& context, const Caller& caller,
                                    const wire::SignalRuns::Request& request) {
    const auto& signal = request.signal;
    if (!signal.body.is_object())
        throw bad_request("signal.body must be an object, which may have the member seconds");
    if (const auto seconds = signal.body.find("seconds");
        seconds != signal.body.end() && !seconds->is_null() &&
        !(seconds->is_number() && seconds->get<double>() >= 0))
        throw bad_request("signal.body.seconds must be a number, not negative");
    if (signal.experiment_identifiers.size() > wire::limits::runs_per_signal)
        throw bad_request("One request may signal " +
                          std::to_string(wire::limits::runs_per_signal) +
                          " runs (limit runs_per_signal)");
    if (signal.type.size() > wire::limits::signal_type_bytes)
        throw bad_request("signal.type has more than " +
                          std::to_string(wire::limits::signal_type_bytes) +
                          " bytes (limit signal_type_bytes)");
    // What the protocol knows, and no more: it is kept once for each run.
    auto body = wire::Json::object();
    if (const auto seconds = signal.body.find("seconds");
        seconds != signal.body.end() && !seconds->is_null())
        body["seconds"] = *seconds;
    const auto project = context.gate.project(caller, request.project_identifier, Action::write);
    wire::BulkResult result;
    for (const auto& identifier : signal.experiment_identifiers) {
        const auto refuse = [&](const char* reason, std::string message) {
            result.errors.push_back({identifier, reason, std::move(message)});
        };
        try {
            const auto run = context.gate.object(caller, identifier, Action::write);
            if (run.project_id != project.id || run.kind != ObjectKind::run) {
                refuse("NOT_EXISTS", "It is no run of the project");
            } else if (!is_active(context, run.id)) {
                refuse("ALREADY_FINISHED", "No process has the run open");
            } else {
                context.signals->send(run.id, {signal.type, body}, context.clock.now());
                result.updated_experiment_identifiers.push_back(identifier);
            }
        } catch (const Refusal& refusal) {
            refuse("NOT_EXISTS", refusal.reply().message);
        }
    }
    return result;
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_signals_api(Router& api, const Context& context) {
    api.on<wire::SignalRuns>(
        [&context](const Caller& caller, const wire::SignalRuns::Request& request) {
            return detail::signal_runs(context, caller, request);
        });
}

}  // namespace neptune::server

#endif
