#ifndef NEPTUNE_STORAGE_PROJECTS_HPP
#define NEPTUNE_STORAGE_PROJECTS_HPP

// Projects and their members in SQLite. Functions that write are called inside the writer's
// transaction.

#include <neptune/storage/accounts.hpp>
#include <neptune/storage/catalogue.hpp>
#include <neptune/storage/keys.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::storage::projects {

namespace detail {

inline Project read_project(const Statement& row) {
    return {row.text(0),          row.text(1),    row.text(2),
            row.text(3),          row.text(4),    row.enumerator<Visibility>(5),
            row.optional_text(6), row.integer(7), row.integer(8)};
}

inline std::optional<Project> named(Database& database, std::string_view workspace_id,
                                    std::string_view name) {
    return read_first(
        database.query(
            "SELECT id, workspace_id, workspace_name, name, key, visibility, description, "
            "created, last_activity FROM project_details WHERE workspace_id = ? AND name = ?",
            workspace_id, name),
        read_project);
}

}  // namespace detail

[[nodiscard]] inline std::optional<Project> find(Database& database, std::string_view id) {
    return read_first(
        database.query(
            "SELECT id, workspace_id, workspace_name, name, key, visibility, description, "
            "created, last_activity FROM project_details WHERE id = ?",
            id),
        detail::read_project);
}

/// `workspace`: name or id.
[[nodiscard]] inline std::optional<Project> find(Database& database, std::string_view workspace,
                                                 std::string_view name) {
    const auto found = accounts::find_workspace(database, workspace);
    return found ? detail::named(database, found->id, name) : std::nullopt;
}

[[nodiscard]] inline std::vector<Project> all(Database& database) {
    return read_all(
        database.query(
            "SELECT id, workspace_id, workspace_name, name, key, visibility, description, "
            "created, last_activity FROM project_details ORDER BY last_activity DESC, name"),
        detail::read_project);
}

[[nodiscard]] inline Membership membership(Database& database, std::string_view user_id,
                                           const Project& project) {
    Membership result;
    const auto user = accounts::find_user(database, user_id);
    if (!user) return result;
    if (user->workspace_id == project.workspace_id) result.workspace_role = user->workspace_role;
    result.is_service_account = user->kind == UserKind::service_account;
    result.project_role = read_first(
        database.query("SELECT m.role FROM project_members m JOIN objects o ON o.number = "
                       "m.project WHERE o.id = ? AND m.user = ?",
                       project.id, user_id),
        [](const Statement& row) { return row.enumerator<ProjectRole>(0); });
    return result;
}

/// Errors: StoreError if there is no such project or user.
inline void set_role(Database& database, std::string_view project_id, std::string_view user_id,
                     std::optional<ProjectRole> role) {
    if (role) {
        database.execute(
            "INSERT INTO project_members (project, user, role) "
            "SELECT p.object, ?, ? FROM projects p JOIN objects o ON o.number = p.object "
            "WHERE o.id = ? ON CONFLICT DO UPDATE SET role = excluded.role",
            user_id, *role, project_id);
        if (database.changed_rows() == 0)
            throw StoreError("storage: there is no project " + std::string(project_id), false);
    } else {
        database.execute(
            "DELETE FROM project_members WHERE user = ? AND project = "
            "(SELECT number FROM objects WHERE id = ?)",
            user_id, project_id);
    }
    accounts::note_change(database);
}

/// Errors: StoreError if workspace or owner do not exist, or a given key is malformed.
[[nodiscard]] inline CreatedProject create(Database& database, const NewProject& wanted,
                                           Millis now) {
    if (!wanted.key.empty() && !is_valid_key(wanted.key))
        throw StoreError("storage: '" + wanted.key + "' is no key of a project", false);
    if (detail::named(database, wanted.workspace_id, wanted.name))
        return {std::nullopt, ProjectConflict::name_taken};
    const auto is_taken = [&](std::string_view key) {
        return database
            .query("SELECT 1 FROM projects WHERE workspace = ? AND key = ?", wanted.workspace_id,
                   key)
            .step();
    };
    if (!wanted.key.empty() && is_taken(wanted.key))
        return {std::nullopt, ProjectConflict::key_taken};
    const std::string key =
        wanted.key.empty() ? make_unique_key(key_from_name(wanted.name), is_taken) : wanted.key;

    const std::string id = core::uuid4();
    database.execute(
        "INSERT INTO objects (number, id, kind, project, sys_id, created, modified, pinged, "
        "active_since, active_until) "
        "SELECT next, ?1, ?2, next, ?3, ?4, ?4, ?4, ?4, ?4 "
        "FROM (SELECT coalesce(max(number), 0) + 1 AS next FROM objects)",
        id, ObjectKind::project, key, now);
    const std::int64_t number = database.last_row();
    database.execute(
        "INSERT INTO projects (object, workspace, name, key, visibility, description, "
        "last_activity) VALUES (?, ?, ?, ?, ?, ?, ?)",
        number, wanted.workspace_id, wanted.name, key, wanted.visibility, wanted.description, now);
    insert_field(database, number, "sys/name", FieldType::string, wanted.name);
    insert_field(database, number, "sys/tags", FieldType::string_set, std::nullopt);
    insert_field(database, number, "sys/group_tags", FieldType::string_set, std::nullopt);
    if (!wanted.owner_id.empty()) set_role(database, id, wanted.owner_id, ProjectRole::manager);
    accounts::note_change(database);
    return {find(database, id), {}};
}

/// See Store::update_project.
[[nodiscard]] inline bool update(Database& database, std::string_view id,
                                 const ProjectChange& change) {
    const auto project = find(database, id);
    if (!project) throw StoreError("storage: there is no project " + std::string(id), false);
    const auto name = change.name.value_or(project->name);
    if (name != project->name && detail::named(database, project->workspace_id, name)) return false;
    database.execute(
        "UPDATE projects SET name = ?2, visibility = ?3, description = ?4 "
        "WHERE object = (SELECT number FROM objects WHERE id = ?1)",
        id, name, change.visibility.value_or(project->visibility),
        change.description ? change.description : project->description);
    accounts::note_change(database);
    return true;
}

/// See Store::delete_project. Everything that hangs on the project goes with its row.
[[nodiscard]] inline bool remove(Database& database, std::string_view id) {
    database.execute("DELETE FROM objects WHERE id = ? AND kind = ?", id, ObjectKind::project);
    if (database.changed_rows() == 0) return false;
    accounts::note_change(database);
    return true;
}

}  // namespace neptune::storage::projects

#endif
