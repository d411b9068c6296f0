#ifndef NEPTUNE_STORAGE_OBJECTS_HPP
#define NEPTUNE_STORAGE_OBJECTS_HPP

// Runs, models and model versions in SQLite: creation with the `sys` namespace, and finding.

#include <neptune/core/random.hpp>
#include <neptune/storage/catalogue.hpp>
#include <neptune/storage/git_ref.hpp>
#include <neptune/storage/keys.hpp>
#include <neptune/storage/sqlite.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace neptune::storage::objects {

namespace detail {

inline Object read_object(const Statement& row) {
    return {row.text(0),          row.enumerator<ObjectKind>(1),
            row.text(2),          row.text(3),
            row.text(4),          row.text(5),
            row.text(6),          row.text(7),
            row.optional_text(8), row.boolean(9)};
}

/// Row number and sys_id of the object below which a new one is counted.
struct Parent {
    std::int64_t number, project;
    std::string sys_id;
};

inline Parent find_parent(Database& database, std::string_view id, ObjectKind kind) {
    auto parent = read_first(
        database.query("SELECT number, project, sys_id FROM objects WHERE id = ? AND kind = ?", id,
                       kind),
        [](const Statement& row) {
            return Parent{row.integer(0), row.integer(1), row.text(2)};
        });
    if (!parent)
        throw StoreError(
            "storage: there is no " + std::string(display_name(kind)) + " " + std::string(id),
            false);
    return *std::move(parent);
}

/// `<sys id of the parent>-<n>`; the number is never given twice, whatever is deleted.
inline std::string next_sys_id(Database& database, const Parent& parent) {
    Statement counter = database.query(
        "UPDATE objects SET last_child = last_child + 1 WHERE number = ? RETURNING last_child",
        parent.number);
    counter.step();
    return parent.sys_id + "-" + std::to_string(counter.integer(0));
}

inline void insert_initial_fields(Database& database, std::int64_t object,
                                  const NewObject& wanted) {
    insert_field(database, object, "sys/name", FieldType::string, "Untitled");
    insert_field(database, object, "sys/tags", FieldType::string_set, std::nullopt);
    insert_field(database, object, "sys/group_tags", FieldType::string_set, std::nullopt);
    if (wanted.kind == ObjectKind::run)
        insert_field(database, object, "sys/failed", FieldType::boolean, false);
    if (wanted.kind == ObjectKind::model_version)
        insert_field(database, object, "sys/stage", FieldType::string, to_string(Stage::none));
    if (wanted.git)
        insert_field(database, object, "source_code/git", FieldType::git_ref,
                     git_ref_to_text(*wanted.git));
}

}  // namespace detail

[[nodiscard]] inline std::optional<Object> find(Database& database, std::string_view id) {
    return read_first(
        database.query("SELECT id, kind, sys_id, project_id, project_name, workspace_id, "
                       "workspace_name, parent_id, custom_id, trashed "
                       "FROM object_details WHERE id = ?",
                       id),
        detail::read_object);
}

[[nodiscard]] inline std::optional<Object> find_by_sys_id(Database& database,
                                                          std::string_view project_id,
                                                          std::string_view sys_id) {
    return read_first(
        database.query("SELECT id, kind, sys_id, project_id, project_name, workspace_id, "
                       "workspace_name, parent_id, custom_id, trashed "
                       "FROM object_details WHERE project_id = ? AND sys_id = ?",
                       project_id, sys_id),
        detail::read_object);
}

/// Runs in the trash are found too.
[[nodiscard]] inline std::optional<Object> find_by_custom_id(Database& database,
                                                             std::string_view project_id,
                                                             std::string_view custom_id) {
    return read_first(
        database.query("SELECT id, kind, sys_id, project_id, project_name, workspace_id, "
                       "workspace_name, parent_id, custom_id, trashed "
                       "FROM object_details WHERE project_id = ? AND custom_id = ?",
                       project_id, custom_id),
        detail::read_object);
}

/// Errors: StoreError if the parent does not exist or the model key is malformed.
[[nodiscard]] inline CreatedObject create(Database& database, const NewObject& wanted, Millis now) {
    const bool is_run = wanted.kind == ObjectKind::run;
    const bool is_model = wanted.kind == ObjectKind::model;
    if (wanted.kind == ObjectKind::project)
        throw StoreError("storage: projects are made by create_project", false);
    if (is_model && !is_valid_key(wanted.model_key))
        throw StoreError("storage: '" + wanted.model_key + "' is no key of a model", false);
    const detail::Parent parent =
        is_run || is_model ? detail::find_parent(database, wanted.project_id, ObjectKind::project)
                           : detail::find_parent(database, wanted.parent_id, ObjectKind::model);
    const auto custom_id = is_run ? wanted.custom_id : std::nullopt;
    if (custom_id)
        if (auto existing = find_by_custom_id(database, wanted.project_id, *custom_id))
            return {std::move(existing), false};
    const std::string sys_id =
        is_model ? parent.sys_id + "-" + wanted.model_key : detail::next_sys_id(database, parent);
    if (is_model && find_by_sys_id(database, wanted.project_id, sys_id))
        return {std::nullopt, true};

    const std::string id = core::uuid4();
    database.execute(
        "INSERT INTO objects (id, kind, project, model, sys_id, custom_id, owner, created, "
        "modified, pinged, active_since, active_until) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?10, ?8, ?8, ?8, ?9)",
        id, wanted.kind, parent.project,
        is_run || is_model ? std::nullopt : std::optional(parent.number), sys_id, custom_id,
        wanted.owner, now, now + idle_after_ms, (std::min)(wanted.created.value_or(now), now));
    detail::insert_initial_fields(database, database.last_row(), wanted);
    database.execute("UPDATE projects SET last_activity = max(last_activity, ?) WHERE object = ?",
                     now, parent.project);
    return {find(database, id), true};
}

}  // namespace neptune::storage::objects

#endif
