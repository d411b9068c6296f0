#ifndef NEPTUNE_STORAGE_ATTRIBUTES_HPP
#define NEPTUNE_STORAGE_ATTRIBUTES_HPP

// Reading fields with their values: those that are stored, and those of `sys` that follow from the
// object's row.

#include <neptune/core/number.hpp>
#include <neptune/storage/activity.hpp>
#include <neptune/storage/file_fields.hpp>
#include <neptune/storage/git_ref.hpp>
#include <neptune/storage/sqlite.hpp>
#include <neptune/wire/attributes.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::storage::attributes {

namespace detail {

/// Aggregates of values near the limits of double may be none.
inline std::optional<double> finite(double value) {
    return core::is_finite(value) ? std::optional(value) : std::nullopt;
}

// Columns of the two queries below.
enum Column {
    id,
    path,
    type,
    value,
    count,
    last,
    last_step,
    min,
    max,
    mean,
    m2,
    config_min,
    config_max,
    config_unit
};

inline wire::FloatSeriesValue read_float_series(const Statement& row) {
    wire::FloatSeriesValue series;
    series.config = {row.optional_real(config_min), row.optional_real(config_max),
                     row.optional_text(config_unit)};
    if (row.integer(count) == 0) return series;
    series.last = row.real(last);
    series.last_step = row.real(last_step);
    series.min = row.real(min);
    series.max = row.real(max);
    series.average = row.real(mean);
    series.variance = finite(row.real(m2) / static_cast<double>(row.integer(count)));
    return series;
}

inline wire::FileValue read_file_value(Database& database, const Statement& row) {
    Statement file = database.query(
        "SELECT f.extension, b.size FROM files f JOIN blobs b ON b.id = f.blob WHERE f.field = ?",
        row.integer(id));
    file.step();
    const std::string extension = file.text(0);
    return {download_name(row.text(path), extension), extension, file.integer(1)};
}

inline wire::AttributeValue read_value(Database& database, const Statement& row) {
    switch (row.enumerator<FieldType>(type)) {
        case FieldType::float_number:
            return row.real(value);
        case FieldType::integer:
            return row.integer(value);
        case FieldType::boolean:
            return row.boolean(value);
        case FieldType::string:
            return row.text(value);
        case FieldType::datetime:
            return wire::DatetimeValue{row.integer(value)};
        case FieldType::float_series:
            return read_float_series(row);
        case FieldType::string_series:
            return wire::StringSeriesValue{row.optional_text(last), row.optional_real(last_step)};
        case FieldType::string_set:
            return wire::StringSetValue{read_all(
                database.query("SELECT value FROM set_members WHERE field = ? ORDER BY value",
                               row.integer(id)),
                [](const Statement& member) { return member.text(0); })};
        case FieldType::file:
            return read_file_value(database, row);
        case FieldType::file_set:
            return wire::FileSetValue{
                content_bytes(database, row.integer(id), FieldType::file_set)};
        case FieldType::image_series:
            return wire::ImageSeriesValue{channel_id(row.integer(id)),
                                          row.optional_real(last_step)};
        case FieldType::git_ref:
            return git_ref_from_text(row.text(value));
        case FieldType::artifact:
            return wire::ArtifactValue{row.text(value)};
        default:
            break;
    }
    throw StoreError("storage: field '" + row.text(path) + "' is of a type that is not stored",
                     false);
}

inline wire::Attribute read_attribute(Database& database, const Statement& row) {
    return {row.text(path), row.enumerator<FieldType>(type), read_value(database, row)};
}

/// The fields of `sys` that no client writes (wire protocol §5.5).
inline std::vector<wire::Attribute> read_sys_fields(const Statement& object, Millis now) {
    const auto kind = object.enumerator<ObjectKind>(1);
    const Activity activity{object.integer(10), object.integer(11), object.integer(12)};
    const Millis running = activity.running_time(now);
    std::vector<wire::Attribute> fields;
    const auto add = [&fields](const char* name, FieldType field_type,
                               wire::AttributeValue field_value) {
        fields.push_back({name, field_type, std::move(field_value)});
    };
    add("sys/id", FieldType::string, object.text(2));
    add("sys/creation_time", FieldType::datetime, wire::DatetimeValue{object.integer(7)});
    add("sys/modification_time", FieldType::datetime, wire::DatetimeValue{object.integer(8)});
    add("sys/ping_time", FieldType::datetime, wire::DatetimeValue{object.integer(9)});
    add("sys/running_time", FieldType::float_number, static_cast<double>(running) / 1000);
    add("sys/monitoring_time", FieldType::integer, std::int64_t{running / 1000});
    add("sys/size", FieldType::float_number, static_cast<double>(object.integer(13)));
    add("sys/state", FieldType::run_state, activity.state(now));
    if (kind == ObjectKind::project) {
        const auto visibility = static_cast<std::size_t>(object.integer(14));
        add("sys/visibility", FieldType::string, std::string(visibility_names[visibility]));
        return fields;
    }
    add("sys/owner", FieldType::string, object.text(3));
    add("sys/trashed", FieldType::boolean, object.boolean(4));
    if (!object.is_null(5)) add("sys/custom_run_id", FieldType::string, object.text(5));
    if (!object.is_null(6)) add("sys/model_id", FieldType::string, object.text(6));
    return fields;
}

/// The object's row as `read_sys_fields` wants it.
inline Statement find_object(Database& database, std::string_view object_id) {
    return database.query(
        "SELECT number, kind, sys_id, owner, trashed, custom_id, model_id, created, "
        "modified, pinged, active_since, active_until, active_before, size, visibility "
        "FROM object_details WHERE id = ?",
        object_id);
}

}  // namespace detail

/// See Store::attributes. Empty: no such object.
[[nodiscard]] inline std::vector<wire::Attribute> all(Database& database,
                                                      std::string_view object_id, Millis now) {
    Statement object = detail::find_object(database, object_id);
    if (!object.step()) return {};
    auto result = detail::read_sys_fields(object, now);
    Statement field = database.query(
        "SELECT f.id, f.path, f.type, f.value, s.count, s.last, s.last_step, s.min, s.max, s.mean, "
        "s.m2, "
        "s.config_min, s.config_max, s.config_unit FROM fields f LEFT JOIN series s ON s.field = "
        "f.id "
        "WHERE f.object = ?",
        object.integer(0));
    while (field.step()) result.push_back(detail::read_attribute(database, field));
    std::sort(result.begin(), result.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return result;
}

/// Those of the object's fields that stand at one of the paths. Shape: in the order of the paths,
/// each of which must be there once.
[[nodiscard]] inline std::vector<wire::Attribute> some(Database& database,
                                                       std::string_view object_id,
                                                       const std::vector<std::string>& paths,
                                                       Millis now) {
    Statement object = detail::find_object(database, object_id);
    if (!object.step()) return {};
    auto sys_fields = detail::read_sys_fields(object, now);
    Statement field = database.query(
        "SELECT f.id, f.path, f.type, f.value, s.count, s.last, s.last_step, s.min, s.max, s.mean, "
        "s.m2, "
        "s.config_min, s.config_max, s.config_unit FROM fields f LEFT JOIN series s ON s.field = "
        "f.id "
        "WHERE f.object = ? AND f.path = ?");
    std::vector<wire::Attribute> result;
    for (const auto& path : paths) {
        field.reset();
        field.bind_all(object.integer(0), path);
        if (field.step()) {
            result.push_back(detail::read_attribute(database, field));
            continue;
        }
        for (auto& sys_field : sys_fields)
            if (sys_field.name == path) result.push_back(std::move(sys_field));
    }
    return result;
}

/// See Store::attribute.
[[nodiscard]] inline std::optional<wire::Attribute> find(Database& database,
                                                         std::string_view object_id,
                                                         std::string_view path, Millis now) {
    auto found = some(database, object_id, {std::string(path)}, now);
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

}  // namespace neptune::storage::attributes

#endif
