#ifndef NEPTUNE_STORAGE_FIELD_NAMES_HPP
#define NEPTUNE_STORAGE_FIELD_NAMES_HPP

// Which fields the objects of a project have: the columns that a table may show.

#include <neptune/storage/sqlite.hpp>
#include <neptune/wire/attributes.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::storage {

namespace detail {

/// Fields of `sys` that there are without any object, by kind (wire protocol §5.5).
struct SysName {
    std::string_view path;
    FieldType type;
    bool run = true, model = true, version = true;
};
inline constexpr std::array<SysName, 19> sys_names{{
    {"sys/creation_time", FieldType::datetime},
    {"sys/custom_run_id", FieldType::string, true, false, false},
    {"sys/description", FieldType::string},
    {"sys/failed", FieldType::boolean, true, false, false},
    {"sys/group_tags", FieldType::string_set},
    {"sys/hostname", FieldType::string, true, false, false},
    {"sys/id", FieldType::string},
    {"sys/model_id", FieldType::string, false, false, true},
    {"sys/modification_time", FieldType::datetime},
    {"sys/monitoring_time", FieldType::integer},
    {"sys/name", FieldType::string},
    {"sys/owner", FieldType::string},
    {"sys/ping_time", FieldType::datetime},
    {"sys/running_time", FieldType::float_number},
    {"sys/size", FieldType::float_number},
    {"sys/stage", FieldType::string, false, false, true},
    {"sys/state", FieldType::run_state},
    {"sys/tags", FieldType::string_set},
    {"sys/trashed", FieldType::boolean},
}};

}  // namespace detail

/// See Store::field_names.
[[nodiscard]] inline std::vector<wire::AttributeDefinition> find_field_names(
    Database& database, std::string_view project_id, const std::vector<ObjectKind>& kinds) {
    const auto has = [&](ObjectKind kind) {
        return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    };
    std::vector<wire::AttributeDefinition> names;
    for (const auto& name : detail::sys_names)
        if ((name.run && has(ObjectKind::run)) || (name.model && has(ObjectKind::model)) ||
            (name.version && has(ObjectKind::model_version)))
            names.push_back({std::string(name.path), name.type});
    Statement row = database.query(
        "SELECT path, type, kind FROM field_names WHERE project = (SELECT number FROM objects "
        "WHERE id = ?) AND count > 0",
        project_id);
    while (row.step())
        if (has(row.enumerator<ObjectKind>(2)))
            names.push_back({row.text(0), row.enumerator<FieldType>(1)});
    const auto key = [](const auto& a) { return std::pair(std::string_view(a.name), a.type); };
    std::sort(names.begin(), names.end(),
              [&](const auto& a, const auto& b) { return key(a) < key(b); });
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace neptune::storage

#endif
