#ifndef NEPTUNE_CORE_FIELD_TYPE_HPP
#define NEPTUNE_CORE_FIELD_TYPE_HPP

// The closed lists that both sides share: types of fields, kinds of objects, stages, states.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace neptune {

/// Type of a field, fixed for its whole life. Source: `AttributeType` of the Python client.
enum class FieldType {
    float_number,
    integer,
    boolean,
    string,
    datetime,
    file,
    file_set,
    float_series,
    string_series,
    image_series,
    string_set,
    git_ref,
    run_state,
    notebook_ref,
    artifact,
};

/// The four kinds of objects.
enum class ObjectKind { run, model, model_version, project };

/// Lifecycle stage of a model version; any transition is allowed.
enum class Stage { none, staging, production, archived };

/// Whether some client has the object open: `running` and `idle` on the wire.
enum class RunState { active, inactive };

namespace core {

// Wire word and the word shown to users, in the order of the enumeration.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 15> field_type_names{{
    {"float", "Float"},
    {"int", "Integer"},
    {"bool", "Boolean"},
    {"string", "String"},
    {"datetime", "Datetime"},
    {"file", "File"},
    {"fileSet", "FileSet"},
    {"floatSeries", "FloatSeries"},
    {"stringSeries", "StringSeries"},
    {"imageSeries", "FileSeries"},
    {"stringSet", "StringSet"},
    {"gitRef", "GitRef"},
    {"experimentState", "RunState"},
    {"notebookRef", "NotebookRef"},
    {"artifact", "Artifact"},
}};

// Wire word and the word of directory names.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 4> object_kind_names{{
    {"run", "run"},
    {"model", "model"},
    {"modelVersion", "model_version"},
    {"project", "project"},
}};

inline constexpr std::array<std::string_view, 4> stage_names{"none", "staging", "production",
                                                             "archived"};

template <class Enum, class Table, class Word>
constexpr std::optional<Enum> find_word(const Table& table, std::string_view word, Word word_of) {
    for (std::size_t i = 0; i < table.size(); ++i)
        if (word_of(table[i]) == word) return static_cast<Enum>(i);
    return std::nullopt;
}

}  // namespace core

/// Word of the wire protocol, such as `floatSeries`.
[[nodiscard]] constexpr std::string_view wire_name(FieldType type) {
    return core::field_type_names[static_cast<std::size_t>(type)].first;
}
/// Word that users read, such as `FloatSeries`.
[[nodiscard]] constexpr std::string_view display_name(FieldType type) {
    return core::field_type_names[static_cast<std::size_t>(type)].second;
}
[[nodiscard]] constexpr std::optional<FieldType> field_type_from_wire(std::string_view word) {
    return core::find_word<FieldType>(core::field_type_names, word,
                                      [](const auto& entry) { return entry.first; });
}

/// `run`, `model`, `modelVersion`, `project`.
[[nodiscard]] constexpr std::string_view wire_name(ObjectKind kind) {
    return core::object_kind_names[static_cast<std::size_t>(kind)].first;
}
/// `run`, `model`, `model_version`, `project`: the words of directory names.
[[nodiscard]] constexpr std::string_view display_name(ObjectKind kind) {
    return core::object_kind_names[static_cast<std::size_t>(kind)].second;
}
/// The same for sentences: `model version`.
[[nodiscard]] constexpr std::string_view spoken_name(ObjectKind kind) {
    return kind == ObjectKind::model_version ? "model version" : display_name(kind);
}
[[nodiscard]] constexpr std::optional<ObjectKind> object_kind_from_wire(std::string_view word) {
    return core::find_word<ObjectKind>(core::object_kind_names, word,
                                       [](const auto& entry) { return entry.first; });
}

[[nodiscard]] constexpr std::string_view to_string(Stage stage) {
    return core::stage_names[static_cast<std::size_t>(stage)];
}
/// The stage of that name, or nothing for any other word.
[[nodiscard]] constexpr std::optional<Stage> stage_from_string(std::string_view word) {
    return core::find_word<Stage>(core::stage_names, word,
                                  [](std::string_view entry) { return entry; });
}

/// `running` and `idle`, as the wire protocol says it.
[[nodiscard]] constexpr std::string_view wire_name(RunState state) {
    return state == RunState::active ? "running" : "idle";
}

/// Types with one value that is assigned and fetched whole.
[[nodiscard]] constexpr bool is_atom(FieldType type) {
    return type == FieldType::float_number || type == FieldType::integer ||
           type == FieldType::boolean || type == FieldType::string || type == FieldType::datetime;
}
[[nodiscard]] constexpr bool is_series(FieldType type) {
    return type == FieldType::float_series || type == FieldType::string_series ||
           type == FieldType::image_series;
}

}  // namespace neptune

#endif
