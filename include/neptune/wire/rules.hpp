#ifndef NEPTUNE_WIRE_RULES_HPP
#define NEPTUNE_WIRE_RULES_HPP

// The rules by which one operation is accepted or refused, free of any storage: the server applies
// them to what it has stored, debug mode to what it keeps in memory. Words of the step error are
// those that third-party tools parse.

#include <neptune/core/field_type.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/path.hpp>
#include <neptune/core/time.hpp>
#include <neptune/core/utf8.hpp>
#include <neptune/core/words.hpp>
#include <neptune/wire/artifacts.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/operations.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace neptune::wire::rules {

/// A field below `sys/` that clients may write, and on which kinds of object.
struct WritableSysField {
    std::string_view path;
    FieldType type;
    bool on_run, on_model, on_model_version, on_project;
};
inline constexpr std::array<WritableSysField, 7> writable_sys_fields{{
    {"sys/name", FieldType::string, true, true, true, true},
    {"sys/description", FieldType::string, true, true, true, false},
    {"sys/hostname", FieldType::string, true, false, false, false},
    {"sys/failed", FieldType::boolean, true, false, false, false},
    {"sys/tags", FieldType::string_set, true, true, true, true},
    {"sys/group_tags", FieldType::string_set, true, true, true, true},
    {"sys/stage", FieldType::string, false, false, true, false},
}};

[[nodiscard]] constexpr bool is_on(const WritableSysField& field, ObjectKind kind) {
    switch (kind) {
        case ObjectKind::run:
            return field.on_run;
        case ObjectKind::model:
            return field.on_model;
        case ObjectKind::model_version:
            return field.on_model_version;
        case ObjectKind::project:
            return field.on_project;
    }
    return false;
}

/// Sets exist at these two paths only (as on the hosted service).
[[nodiscard]] constexpr bool may_hold_string_set(std::string_view path) {
    return path == "sys/tags" || path == "sys/group_tags";
}

[[nodiscard]] inline OperationError inconsistency(std::string description) {
    return {OperationErrorType::metadata_inconsistency, std::move(description), 0, {}};
}

/// Why the text is no path of a field, wherever it is; nothing if it is one.
[[nodiscard]] inline std::optional<OperationError> check_form(std::string_view path) {
    if (path.empty()) return inconsistency("An empty path names the object itself, not a field");
    if (const auto problem = core::path_problem(path))
        return inconsistency("The path '" + core::replace_invalid(path.substr(0, 80)) + "' " +
                             *problem);
    return std::nullopt;
}

[[nodiscard]] inline OperationError read_only(std::string_view path) {
    return inconsistency("Field '" + std::string(path) +
                         "' belongs to the read-only part of the sys namespace");
}

/// Why no file can be stored at the path; nothing if one can.
[[nodiscard]] inline std::optional<OperationError> check_file_field(std::string_view path) {
    if (auto error = check_form(path)) return error;
    if (core::is_sys_path(path)) return read_only(path);
    return std::nullopt;
}

/// Why the path itself cannot be written on an object of this kind; nothing if it can.
[[nodiscard]] inline std::optional<OperationError> check_path(std::string_view path,
                                                              const Payload& payload,
                                                              ObjectKind kind) {
    if (auto error = check_form(path)) return error;
    if (core::is_sys_path(path)) {
        const auto field = std::find_if(
            writable_sys_fields.begin(), writable_sys_fields.end(),
            [&](const auto& entry) { return entry.path == path && is_on(entry, kind); });
        if (field == writable_sys_fields.end() || std::holds_alternative<DeleteAttribute>(payload))
            return read_only(path);
        if (const auto type = type_of(payload); type && *type != field->type)
            return inconsistency("Field '" + std::string(path) + "' is " +
                                 core::with_article(display_name(field->type)) + ", cannot apply " +
                                 std::string(name_of(payload)));
    } else if (type_of(payload) == FieldType::string_set) {
        return inconsistency("A StringSet exists only at sys/tags and sys/group_tags, not at '" +
                             std::string(path) + "'");
    }
    return std::nullopt;
}

/// Why the value cannot be stored, whatever the field is; points of series are checked one by one
/// by `check_point`.
[[nodiscard]] inline std::optional<OperationError> check_value(std::string_view path,
                                                               const Payload& payload) {
    const auto field = "Field '" + std::string(path) + "': ";
    if (const auto* malformed = std::get_if<Malformed>(&payload))
        return inconsistency(field + malformed->problem);
    if (const auto* number = std::get_if<AssignFloat>(&payload);
        number && !core::is_finite(number->value))
        return OperationError{OperationErrorType::assign_float_value,
                              field + "a Float must be finite, not NaN or infinite",
                              0,
                              {}};
    if (const auto* text = std::get_if<AssignString>(&payload)) {
        if (text->value.size() > limits::string_code_points &&
            core::count_code_points(text->value) > limits::string_code_points)
            return inconsistency(field + "Max string attribute length (" +
                                 std::to_string(limits::string_code_points) + ") exceeded");
        if (path == "sys/stage" && !stage_from_string(text->value))
            return inconsistency(field + "'" + text->value +
                                 "' is no stage; use none, staging, production or archived");
    }
    if (const auto* moment = std::get_if<AssignDatetime>(&payload);
        moment && (moment->value_ms < core::earliest_time || moment->value_ms > core::latest_time))
        return inconsistency(field + "a Datetime must lie within the years 0000 to 9999");
    if (const auto* artifact = std::get_if<AssignArtifact>(&payload);
        artifact && !is_artifact_hash(artifact->hash))
        return inconsistency(field + "the hash of an Artifact has 64 hexadecimal digits");
    if (const auto* config = std::get_if<ConfigFloatSeries>(&payload))
        if ((config->min && !core::is_finite(*config->min)) ||
            (config->max && !core::is_finite(*config->max)))
            return inconsistency(field + "min and max of a FloatSeries must be finite");
    if (const auto* insert = std::get_if<InsertStrings>(&payload))
        for (const auto& value : insert->values)
            if (value.size() > limits::string_set_member_code_points &&
                core::count_code_points(value) > limits::string_set_member_code_points)
                return inconsistency(field + "a tag is longer than " +
                                     std::to_string(limits::string_set_member_code_points) +
                                     " characters");
    return std::nullopt;
}

/// "Attribute 'a' is a Float, cannot apply assignString", for a field that exists with another
/// type.
[[nodiscard]] inline OperationError type_conflict(std::string_view path, FieldType existing,
                                                  std::string_view operation) {
    return inconsistency("Attribute '" + std::string(path) + "' is " +
                         core::with_article(display_name(existing)) + ", cannot apply " +
                         std::string(operation));
}
[[nodiscard]] inline OperationError type_conflict(std::string_view path, FieldType existing,
                                                  const Payload& payload) {
    return type_conflict(path, existing, name_of(payload));
}

/// For a new field `path` when `ancestor` is already a field.
[[nodiscard]] inline OperationError below_a_field(std::string_view path,
                                                  std::string_view ancestor) {
    return inconsistency("Cannot create '" + std::string(path) + "': '" + std::string(ancestor) +
                         "' is a field, not a namespace");
}

/// For a new field `path` when there are fields below it.
[[nodiscard]] inline OperationError is_a_namespace(std::string_view path) {
    return inconsistency("Cannot create '" + std::string(path) + "': it is a namespace");
}

[[nodiscard]] inline OperationError too_many_members(std::string_view path) {
    return inconsistency("Field '" + std::string(path) + "': a StringSet holds at most " +
                         std::to_string(limits::string_set_members) + " members");
}

/// Where a series stands: the step of its last point.
struct SeriesEnd {
    std::optional<double> last_step{};
};

/// Step that a point without one gets: last step + 1, from 0.
[[nodiscard]] inline double next_step(const SeriesEnd& end) {
    return end.last_step ? *end.last_step + 1 : 0.0;
}

[[nodiscard]] inline OperationError step_error(std::string_view path, double step) {
    return {OperationErrorType::log_series_value,
            "X-coordinates (step) must be strictly increasing for series attribute: " +
                std::string(path) + ". Invalid point: " + core::shortest(step),
            0,
            {}};
}

/// Why a point cannot be stored; the step rule is the caller's, who knows what is stored already.
template <class Value>
[[nodiscard]] std::optional<OperationError> check_point(std::string_view path,
                                                        const LogEntry<Value>& entry) {
    const auto refuse = [&](const std::string& why) {
        return OperationError{OperationErrorType::log_series_value,
                              "Series attribute '" + std::string(path) + "': " + why,
                              0,
                              {}};
    };
    if (entry.step && !core::is_finite(*entry.step)) return refuse("a step must be finite");
    if constexpr (std::is_same_v<Value, double>) {
        if (!core::is_finite(entry.value))
            return refuse("a value must be finite, not NaN or infinite");
    } else if constexpr (std::is_same_v<Value, Image>) {
        if (entry.value.data.size() > limits::image_bytes)
            return refuse("an image has " + std::to_string(entry.value.data.size()) +
                          " bytes, more than the limit image_bytes of " +
                          std::to_string(limits::image_bytes));
        for (const auto* text : {&entry.value.name, &entry.value.description})
            if (*text && (*text)->size() > limits::string_code_points &&
                core::count_code_points(**text) > limits::string_code_points)
                return refuse("the name or description of an image is longer than " +
                              std::to_string(limits::string_code_points) + " characters");
    } else {
        if (entry.value.size() > limits::string_point_code_points &&
            core::count_code_points(entry.value) > limits::string_point_code_points)
            return refuse("a text is longer than " +
                          std::to_string(limits::string_point_code_points) + " characters");
    }
    return std::nullopt;
}

}  // namespace neptune::wire::rules

#endif
