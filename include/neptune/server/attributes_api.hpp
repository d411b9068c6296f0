#ifndef NEPTUNE_SERVER_ATTRIBUTES_API_HPP
#define NEPTUNE_SERVER_ATTRIBUTES_API_HPP

// Endpoints that read fields. None of their 404s carries EXPERIMENT_NOT_FOUND: clients would take a
// missing field for a missing object (wire protocol §7.2).

#include <neptune/core/path.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/attributes.hpp>
#include <neptune/wire/attributes_json.hpp>
#include <neptune/wire/endpoints.hpp>
#include <neptune/wire/limits.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace neptune::server {

namespace detail {

inline wire::ExperimentAttributes all_attributes(
    const Context& context, const Caller& caller,
    const wire::GetExperimentAttributes::Request& request) {
    const auto object = context.gate.object(caller, request.experiment_id, Action::see);
    wire::ExperimentAttributes result;
    result.id = object.id;
    result.project_id = object.project_id;
    result.project_name = object.project_name;
    result.organization_id = object.workspace_id;
    result.organization_name = object.workspace_name;
    result.trashed = object.trashed;
    result.attributes = context.store.attributes(object.id, context.clock.now());
    return result;
}

inline Refusal no_such_field(const std::string& path, FieldType type) {
    return not_found("Field not found", "The object has no " + std::string(display_name(type)) +
                                            " at " + in_quotes(path));
}

template <FieldType Type>
using RequestOf = typename wire::GetAttribute<Type>::Request;

template <FieldType Type>
wire::SingleAttribute<Type> one_attribute(const Context& context, const Caller& caller,
                                          const RequestOf<Type>& request) {
    const auto object = context.gate.object(caller, request.experiment_id, Action::see);
    const auto path = core::normalize_path(request.attribute);
    auto attribute = context.store.attribute(object.id, path, context.clock.now());
    if (!attribute || attribute->type != Type) throw no_such_field(path, Type);
    return {*std::move(attribute)};
}

/// Offset and number of the points asked for. Errors: throws Refusal (400) outside of the limits.
struct Page {
    explicit Page(const wire::SeriesRequest& request)
        : offset(request.offset.value_or(0)),
          limit(request.limit.value_or(wire::limits::default_points_per_page)) {
        if (offset < 0) throw bad_request("Query parameter 'offset' must not be negative");
        if (limit < 0 || limit > wire::limits::points_per_page)
            throw bad_request("Query parameter 'limit' must be 0 to " +
                              std::to_string(wire::limits::points_per_page) +
                              " (limit points_per_page), not " + std::to_string(limit));
    }
    std::int64_t offset, limit;
};

/// `Dto` is a structure of wire/objects.hpp; `page` what the storage gave, nothing if there is no
/// such series.
template <class Dto, class Value>
Dto to_dto(const wire::SeriesRequest& request, FieldType type,
           std::optional<wire::SeriesPage<Value>> page) {
    if (!page) throw no_such_field(request.attribute, type);
    Dto result;
    result.total_item_count = page->total;
    result.values.reserve(page->points.size());
    for (auto& point : page->points)
        result.values.push_back({point.timestamp_ms, point.step, std::move(point.value)});
    return result;
}

inline wire::FloatSeriesValues float_points(const Context& context, const Caller& caller,
                                            const wire::SeriesRequest& request) {
    const auto object = context.gate.object(caller, request.experiment_id, Action::see);
    const Page page(request);
    return to_dto<wire::FloatSeriesValues>(
        request, FieldType::float_series,
        context.store.float_points(object.id, core::normalize_path(request.attribute), page.offset,
                                   page.limit));
}

inline wire::StringSeriesValues string_points(const Context& context, const Caller& caller,
                                              const wire::SeriesRequest& request) {
    const auto object = context.gate.object(caller, request.experiment_id, Action::see);
    const Page page(request);
    return to_dto<wire::StringSeriesValues>(
        request, FieldType::string_series,
        context.store.string_points(object.id, core::normalize_path(request.attribute), page.offset,
                                    page.limit));
}

template <FieldType... Types>
void add_getters(Router& api, const Context& context) {
    (api.on<wire::GetAttribute<Types>>(
         [&context](const Caller& caller, const RequestOf<Types>& request) {
             return one_attribute<Types>(context, caller, request);
         }),
     ...);
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_attributes_api(Router& api, const Context& context) {
    api.on<wire::GetExperimentAttributes>(
        [&context](const Caller& caller, const wire::GetExperimentAttributes::Request& request) {
            return detail::all_attributes(context, caller, request);
        });
    detail::add_getters<FieldType::float_number, FieldType::integer, FieldType::boolean,
                        FieldType::string, FieldType::datetime, FieldType::float_series,
                        FieldType::string_series, FieldType::string_set, FieldType::artifact,
                        FieldType::file>(api, context);
    api.on<wire::GetFloatSeriesValues>(
        [&context](const Caller& caller, const wire::SeriesRequest& request) {
            return detail::float_points(context, caller, request);
        });
    api.on<wire::GetStringSeriesValues>(
        [&context](const Caller& caller, const wire::SeriesRequest& request) {
            return detail::string_points(context, caller, request);
        });
}

}  // namespace neptune::server

#endif
