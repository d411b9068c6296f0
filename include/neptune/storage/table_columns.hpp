#ifndef NEPTUNE_STORAGE_TABLE_COLUMNS_HPP
#define NEPTUNE_STORAGE_TABLE_COLUMNS_HPP

// A project's fields as columns in memory, one cell per object. A column is read from the database
// when a query first needs it; from then on only the objects that changed are read again.

#include <neptune/storage/sqlite.hpp>
#include <neptune/storage/table_filter.hpp>
#include <neptune/storage/table_rows.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::storage {

namespace detail {

/// Row of the query below.
inline Cell read_cell(Database& database, const Statement& row) {
    Cell cell{row.enumerator<FieldType>(1)};
    switch (*cell.type) {
        case FieldType::float_number:
            cell.value = row.real(2);
            break;
        case FieldType::integer:
        case FieldType::boolean:
        case FieldType::datetime:
            cell.value = row.integer(2);
            break;
        case FieldType::string:
        case FieldType::artifact:
            cell.value = row.text(2);
            break;
        case FieldType::float_series:
            if (const std::int64_t count = row.integer(3); count > 0)
                cell.value = SeriesCell{{row.real(4), row.real(5), row.real(6), row.real(7),
                                         row.real(8) / static_cast<double>(count)}};
            break;
        case FieldType::string_series:
            if (row.integer(3) > 0) cell.value = row.text(4);
            break;
        case FieldType::string_set:
            cell.value = read_all(
                database.query("SELECT value FROM set_members WHERE field = ? ORDER BY value",
                               row.integer(0)),
                [](const Statement& member) { return member.text(0); });
            break;
        default:  // these can only exist
            break;
    }
    return cell;
}

[[nodiscard]] inline std::size_t text_bytes(const Cell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell.value)) return text->size();
    std::size_t bytes = 0;
    if (const auto* members = std::get_if<std::vector<std::string>>(&cell.value))
        for (const auto& member : *members) bytes += sizeof member + member.size();
    return bytes;
}

}  // namespace detail

/// Threads: one at a time. Snapshots: each call's is no older than the one of the call before.
class TableColumns {
public:
    /// `capacity`: cells that are kept, 56 bytes each; 56 bytes of text count as one more.
    explicit TableColumns(std::size_t capacity) : capacity_(capacity) {}

    [[nodiscard]] const TableObjects& objects() const { return objects_; }

    /// Brings the objects to the state of the snapshot. False: there is no such project.
    [[nodiscard]] bool refresh(Database& database, std::string_view project_id) {
        if (objects_.refresh(database, project_id)) return true;
        objects_ = {};
        columns_.clear();
        return objects_.refresh(database, project_id);
    }

    /// The column of a stored field; null if no object of the project has it. Lifetime: until the
    /// next `refresh` or `make_room`.
    [[nodiscard]] const Column* column(Database& database, std::string_view project_id,
                                       const std::string& path) {
        auto found = columns_.find(path);
        if (found == columns_.end()) {
            if (!exists(database, project_id, path)) return nullptr;
            found = columns_.emplace(path, Kept{}).first;
        }
        found->second.used = ++uses_;
        update(database, path, found->second);
        return &found->second.cells;
    }

    /// Drops the columns that were not used for longest until the others fit.
    void make_room() {
        for (;;) {
            std::size_t cells = 0;
            for (const auto& [path, kept] : columns_)
                cells += kept.cells.size() + kept.text_bytes / sizeof(Cell);
            if (cells <= capacity_) return;
            auto oldest = columns_.begin();
            for (auto it = columns_.begin(); it != columns_.end(); ++it)
                if (it->second.used < oldest->second.used) oldest = it;
            columns_.erase(oldest);
        }
    }

    /// How many columns are in memory.
    [[nodiscard]] std::size_t size() const { return columns_.size(); }

private:
    struct Kept {
        Column cells{};
        std::size_t text_bytes = 0;
        /// Objects with a later revision have changed since the cells were read.
        std::int64_t revision = -1;
        std::uint64_t used = 0;
    };

    static bool exists(Database& database, std::string_view project_id, const std::string& path) {
        return database
            .query(
                "SELECT 1 FROM field_names WHERE project = (SELECT number FROM objects WHERE "
                "id = ?) AND path = ? AND count > 0 LIMIT 1",
                project_id, path)
            .step();
    }

    void update(Database& database, const std::string& path, Kept& kept) const {
        if (kept.revision == objects_.revision()) return;
        kept.cells.resize(objects_.size());
        Statement field = database.query(
            "SELECT f.id, f.type, f.value, s.count, s.last, s.min, s.max, s.mean, s.m2 "
            "FROM fields f LEFT JOIN series s ON s.field = f.id WHERE f.path = ? AND f.object = ?",
            path);
        for (std::size_t row = 0; row < objects_.size(); ++row) {
            if (objects_[row].revision <= kept.revision) continue;
            field.reset();
            field.bind(1, objects_[row].number);
            auto& cell = kept.cells[row];
            kept.text_bytes -= detail::text_bytes(cell);
            cell = field.step() ? detail::read_cell(database, field) : Cell{};
            kept.text_bytes += detail::text_bytes(cell);
        }
        kept.revision = objects_.revision();
    }

    std::size_t capacity_;
    TableObjects objects_;
    std::unordered_map<std::string, Kept> columns_;
    std::uint64_t uses_ = 0;
};

}  // namespace neptune::storage

#endif
