#ifndef NEPTUNE_STORAGE_TRASH_HPP
#define NEPTUNE_STORAGE_TRASH_HPP

// The trash in SQLite: objects in it keep all their data until they are deleted. A model takes its
// versions along, and brings those back that it took. Functions are called inside the writer's
// transaction, but for `in_trash`.

#include <neptune/storage/sqlite.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::storage::trash {

namespace detail {

struct Entry {
    std::int64_t number = 0;
    ObjectKind kind = ObjectKind::run;
    bool trashed = false, model_trashed = false;
};

inline std::optional<Entry> find(Database& database, std::string_view project_id,
                                 std::string_view object_id) {
    return read_first(
        database.query("SELECT o.number, o.kind, o.trashed, coalesce(m.trashed, 0) FROM objects o "
                       "JOIN objects p ON p.number = o.project "
                       "LEFT JOIN objects m ON m.number = o.model WHERE o.id = ? AND p.id = ?",
                       object_id, project_id),
        [](const Statement& row) {
            return Entry{row.integer(0), row.enumerator<ObjectKind>(1), row.boolean(2),
                         row.boolean(3)};
        });
}

}  // namespace detail

[[nodiscard]] inline TrashOutcome put(Database& database, std::string_view project_id,
                                      std::string_view object_id, std::string_view by, Millis now) {
    const auto entry = detail::find(database, project_id, object_id);
    if (!entry) return TrashOutcome::not_exists;
    if (entry->kind == ObjectKind::project) return TrashOutcome::is_project;
    if (entry->trashed) return TrashOutcome::already_trashed;
    database.execute(
        "UPDATE objects SET trashed = 1, trashed_at = ?2, trashed_by = ?3 WHERE number = ?1",
        entry->number, now, by);
    database.execute(
        "UPDATE objects SET trashed = 1, trashed_at = ?2, trashed_by = ?3, trashed_with_model = 1 "
        "WHERE model = ?1 AND NOT trashed",
        entry->number, now, by);
    return TrashOutcome::done;
}

[[nodiscard]] inline TrashOutcome restore(Database& database, std::string_view project_id,
                                          std::string_view object_id) {
    const auto entry = detail::find(database, project_id, object_id);
    if (!entry) return TrashOutcome::not_exists;
    if (entry->kind == ObjectKind::project) return TrashOutcome::is_project;
    if (!entry->trashed) return TrashOutcome::not_in_trash;
    if (entry->model_trashed) return TrashOutcome::model_in_trash;
    database.execute(
        "UPDATE objects SET trashed = 0, trashed_at = NULL, trashed_by = NULL, "
        "trashed_with_model = 0 WHERE number = ?1 OR (model = ?1 AND trashed_with_model)",
        entry->number);
    return TrashOutcome::done;
}

/// Everything that hangs on the object goes with its row.
[[nodiscard]] inline TrashOutcome remove(Database& database, std::string_view project_id,
                                         std::string_view object_id) {
    const auto entry = detail::find(database, project_id, object_id);
    if (!entry) return TrashOutcome::not_exists;
    if (entry->kind == ObjectKind::project) return TrashOutcome::is_project;
    if (!entry->trashed) return TrashOutcome::not_in_trash;
    database.execute("DELETE FROM objects WHERE number = ?", entry->number);
    return TrashOutcome::done;
}

/// See Store::trashed_objects.
[[nodiscard]] inline std::vector<std::string> in_trash(Database& database,
                                                       std::string_view project_id) {
    return read_all(database.query("SELECT o.id FROM objects o JOIN objects p "
                                   "ON p.number = o.project WHERE p.id = ? AND o.trashed "
                                   "ORDER BY o.model IS NOT NULL, o.number",
                                   project_id),
                    [](const Statement& row) { return row.text(0); });
}

}  // namespace neptune::storage::trash

#endif
