#ifndef NEPTUNE_STORAGE_TABLE_ROWS_HPP
#define NEPTUNE_STORAGE_TABLE_ROWS_HPP

// What the objects table itself says about each object, in memory, and those fields of `sys` that
// follow from it.

#include <neptune/storage/activity.hpp>
#include <neptune/storage/sqlite.hpp>
#include <neptune/storage/table_cell.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::storage {

struct TableObject {
    std::int64_t number = 0, revision = 0;
    std::string id;
    ObjectKind kind = ObjectKind::run;
    std::string sys_id, owner;
    bool trashed = false;
    std::optional<std::string> custom_id{}, model_id{};
    Millis created = 0, modified = 0, pinged = 0;
    Activity activity{};
    std::int64_t size = 0;
};

namespace detail {
inline Cell text_cell(const std::optional<std::string>& text) {
    return text ? Cell{FieldType::string, *text} : Cell{};
}
}  // namespace detail

/// Gives the field of one object at one moment.
using SysCell = Cell (*)(const TableObject&, Millis now);

/// The fields of `sys` that no client writes, as read_sys_fields of attributes.hpp gives them for
/// one object. Null for any other path.
[[nodiscard]] inline SysCell find_sys_cell(std::string_view path) {
    using O = TableObject;
    static constexpr std::array<std::pair<std::string_view, SysCell>, 12> cells{{
        {"sys/id",
         [](const O& o, Millis) {
             return Cell{FieldType::string, o.sys_id};
         }},
        {"sys/owner",
         [](const O& o, Millis) {
             return Cell{FieldType::string, o.owner};
         }},
        {"sys/creation_time",
         [](const O& o, Millis) {
             return Cell{FieldType::datetime, o.created};
         }},
        {"sys/modification_time",
         [](const O& o, Millis) {
             return Cell{FieldType::datetime, o.modified};
         }},
        {"sys/ping_time",
         [](const O& o, Millis) {
             return Cell{FieldType::datetime, o.pinged};
         }},
        {"sys/running_time",
         [](const O& o, Millis now) {
             return Cell{FieldType::float_number,
                         static_cast<double>(o.activity.running_time(now)) / 1000};
         }},
        {"sys/monitoring_time",
         [](const O& o, Millis now) {
             return Cell{FieldType::integer, o.activity.running_time(now) / 1000};
         }},
        {"sys/size",
         [](const O& o, Millis) {
             return Cell{FieldType::float_number, static_cast<double>(o.size)};
         }},
        {"sys/state",
         [](const O& o, Millis now) {
             return Cell{FieldType::run_state, static_cast<std::int64_t>(o.activity.state(now))};
         }},
        {"sys/trashed",
         [](const O& o, Millis) {
             return Cell{FieldType::boolean, static_cast<std::int64_t>(o.trashed)};
         }},
        {"sys/custom_run_id", [](const O& o, Millis) { return detail::text_cell(o.custom_id); }},
        {"sys/model_id", [](const O& o, Millis) { return detail::text_cell(o.model_id); }},
    }};
    for (const auto& [name, cell] : cells)
        if (name == path) return cell;
    return nullptr;
}

/// The objects of one project, ordered by number, which is the order of their creation.
class TableObjects {
public:
    [[nodiscard]] std::size_t size() const { return objects_.size(); }
    [[nodiscard]] const TableObject& operator[](std::size_t row) const { return objects_[row]; }
    /// The revision up to which they are known.
    [[nodiscard]] std::int64_t revision() const { return revision_; }

    /// Reads what has changed. False: an object has gone, or the project; everything that was read
    /// before is void.
    [[nodiscard]] bool refresh(Database& database, std::string_view project_id) {
        Statement project = database.query(
            "SELECT p.object, p.removed FROM objects o JOIN projects p ON p.object = o.number "
            "WHERE o.id = ?",
            project_id);
        if (!project.step()) return false;
        const std::pair seen(project.integer(0), project.integer(1));
        if (seen_ && *seen_ != seen) return false;
        seen_ = seen;
        Statement changed = database.query(
            "SELECT o.number, o.revision, o.id, o.kind, o.sys_id, o.owner, o.trashed, o.custom_id, "
            "m.sys_id, o.created, o.modified, o.pinged, o.active_since, o.active_until, "
            "o.active_before, o.size FROM objects o LEFT JOIN objects m ON m.number = o.model "
            "WHERE o.project = ? AND o.revision > ? ORDER BY o.number",
            seen.first, revision_);
        while (changed.step()) {
            revision_ = (std::max)(revision_, changed.integer(1));
            if (changed.enumerator<ObjectKind>(3) == ObjectKind::project) continue;
            auto object = read(changed);
            if (objects_.empty() || objects_.back().number < object.number)
                objects_.push_back(std::move(object));
            else
                *find(object.number) = std::move(object);
        }
        return true;
    }

private:
    static TableObject read(const Statement& row) {
        TableObject object;
        object.number = row.integer(0);
        object.revision = row.integer(1);
        object.id = row.text(2);
        object.kind = row.enumerator<ObjectKind>(3);
        object.sys_id = row.text(4);
        object.owner = row.text(5);
        object.trashed = row.boolean(6);
        object.custom_id = row.optional_text(7);
        object.model_id = row.optional_text(8);
        object.created = row.integer(9);
        object.modified = row.integer(10);
        object.pinged = row.integer(11);
        object.activity = {row.integer(12), row.integer(13), row.integer(14)};
        object.size = row.integer(15);
        return object;
    }
    std::vector<TableObject>::iterator find(std::int64_t number) {
        return std::lower_bound(objects_.begin(), objects_.end(), number,
                                [](const TableObject& o, std::int64_t n) { return o.number < n; });
    }

    std::vector<TableObject> objects_;
    std::int64_t revision_ = -1;
    // Number of the project, and how many of its objects have gone.
    std::optional<std::pair<std::int64_t, std::int64_t>> seen_;
};

}  // namespace neptune::storage

#endif
