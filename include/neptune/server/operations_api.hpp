#ifndef NEPTUNE_SERVER_OPERATIONS_API_HPP
#define NEPTUNE_SERVER_OPERATIONS_API_HPP

// `executeOperations`: the way in for all data.

#include <neptune/core/number.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/objects_api.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/endpoints.hpp>
#include <neptune/wire/operations_reader.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::server {

/// The two headers by which operations are applied exactly once: both or none. Errors: throws
/// Refusal (400).
[[nodiscard]] inline std::optional<wire::ProducerRange> read_range(
    const std::optional<std::string>& producer, const std::optional<std::string>& sequence) {
    if (producer.has_value() != sequence.has_value())
        throw bad_request("The headers X-Neptune-Producer and X-Neptune-Sequence go together");
    if (!producer) return std::nullopt;
    const std::string_view text = *sequence;
    const auto dash = text.find('-');
    const auto first = core::parse_int64(text.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? std::nullopt : core::parse_int64(text.substr(dash + 1));
    if (!first || !last || *first < 1 || *last < *first)
        throw bad_request(
            "Header 'X-Neptune-Sequence' must be <first>-<last>, counted from 1, not " +
            in_quotes(text));
    return wire::ProducerRange{read_producer(producer), *first, *last};
}

namespace detail {

inline std::vector<wire::OperationErrorDto> to_dtos(
    const std::vector<wire::OperationError>& errors) {
    std::vector<wire::OperationErrorDto> result;
    result.reserve(errors.size());
    for (const auto& error : errors)
        result.push_back(
            {std::string(wire::wire_name(error.type)), error.description, error.index, error.path});
    return result;
}

inline Refusal field_limit(const Context& context, const storage::Object& object) {
    const auto name = object.workspace_name + "/" + object.project_name + "/" + object.sys_id;
    return Refusal({422,
                    "Too many fields",
                    "The object " + in_quotes(name) + " may have " +
                        std::to_string(context.fields_per_object) +
                        " fields (limit fields_per_object); nothing was changed",
                    wire::ErrorType::attributes_per_experiment_limit_exceeded,
                    {{"limit", context.fields_per_object},
                     {"experimentType", wire_name(object.kind)},
                     {"experimentQualifiedName", name}}});
}

inline Refusal sequence_conflict(std::int64_t last_sequence) {
    return Refusal({409,
                    "Producer sequence conflict",
                    "Of this producer the records up to " + std::to_string(last_sequence) +
                        " are applied; go on with the next one",
                    wire::ErrorType::producer_sequence,
                    {{"lastSequence", last_sequence}}});
}

inline std::vector<wire::OperationErrorDto> execute_operations(
    const Context& context, const Caller& caller, const wire::ExecuteOperations::Request& request) {
    const auto range = read_range(request.producer, request.sequence);
    const auto object = context.gate.object(caller, request.experiment_id, Action::write);
    const auto applied = context.store.apply(object.id, wire::read_operations(request.operations),
                                             range, context.clock.now());
    using Outcome = storage::Applied::Outcome;
    switch (applied.outcome) {
        case Outcome::applied:
        case Outcome::repeated:
            break;
        case Outcome::sequence_conflict:
            throw sequence_conflict(applied.last_sequence);
        case Outcome::field_limit:
            throw field_limit(context, object);
        case Outcome::no_such_object:
            throw not_found("Object not found", "The object was deleted");
    }
    return to_dtos(applied.errors);
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_operations_api(Router& api, const Context& context) {
    api.on<wire::ExecuteOperations>(
        [&context](const Caller& caller, const wire::ExecuteOperations::Request& request) {
            return detail::execute_operations(context, caller, request);
        });
}

}  // namespace neptune::server

#endif
