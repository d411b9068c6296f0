#ifndef NEPTUNE_STORAGE_TABLE_SEARCH_HPP
#define NEPTUNE_STORAGE_TABLE_SEARCH_HPP

// Answers table queries: from columns in memory which rows, in which order; from the database what
// is in them.

#include <neptune/storage/attributes.hpp>
#include <neptune/storage/readers.hpp>
#include <neptune/storage/table_columns.hpp>
#include <neptune/storage/table_order.hpp>
#include <neptune/storage/tables.hpp>

#include <algorithm>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace neptune::storage {

namespace detail {

/// Computed columns of one query beside those that are kept.
class QueryColumns {
public:
    QueryColumns(Database& database, TableColumns& kept, const TableQuery& query, Millis now)
        : database_(database), kept_(kept), query_(query), now_(now) {}

    const Column* operator()(const std::string& path) {
        const SysCell sys_cell = find_sys_cell(path);
        if (!sys_cell) return kept_.column(database_, query_.project_id, path);
        const auto [found, is_new] = computed_.try_emplace(path);
        if (is_new) {
            const auto& objects = kept_.objects();
            found->second.reserve(objects.size());
            for (std::size_t row = 0; row < objects.size(); ++row)
                found->second.push_back(sys_cell(objects[row], now_));
        }
        return &found->second;
    }

private:
    Database& database_;
    TableColumns& kept_;
    const TableQuery& query_;
    Millis now_;
    std::map<std::string, Column> computed_;
};

inline std::vector<std::size_t> matching_rows(const TableObjects& objects, const TableQuery& query,
                                              const Filter& filter) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < objects.size(); ++row) {
        const bool wanted = std::find(query.kinds.begin(), query.kinds.end(), objects[row].kind) !=
                            query.kinds.end();
        if (wanted && filter(row)) rows.push_back(row);
    }
    return rows;
}

inline std::vector<wire::Attribute> read_row(Database& database, const std::string& id,
                                             const TableQuery& query, Millis now) {
    if (query.fields) return attributes::some(database, id, *query.fields, now);
    return attributes::all(database, id, now);
}

inline TablePage find_page(Database& database, TableColumns& columns, const TableQuery& query,
                           Millis now) {
    if (!columns.refresh(database, query.project_id)) return {};
    const auto& objects = columns.objects();
    QueryColumns column_of(database, columns, query, now);
    auto rows = matching_rows(objects, query, Filter(query.filter, column_of));
    TablePage page;
    page.matching = static_cast<std::int64_t>(rows.size());
    const auto newer = [&objects](std::size_t a, std::size_t b) {
        if (objects[a].created != objects[b].created)
            return objects[a].created > objects[b].created;
        return a > b;
    };
    if (query.limit > 0)
        sort_rows(rows, static_cast<std::size_t>(query.offset),
                  static_cast<std::size_t>(query.limit), column_of(query.sort.path), query.sort,
                  newer);
    else
        rows.clear();
    std::size_t fields = 0;
    for (const std::size_t row : rows) {
        page.rows.push_back(
            {objects[row].id, objects[row].kind, read_row(database, objects[row].id, query, now)});
        fields += page.rows.back().attributes.size();
        if (fields <= query.most_fields) continue;
        page.is_too_large = true;
        page.rows.clear();
        break;
    }
    columns.make_room();
    return page;
}

}  // namespace detail

/// The columns of the projects that were asked for last. Threads: any; queries of one project wait
/// for each other.
class TableSearch {
public:
    /// `query.fields` must be in code-point order, each once; offset and limit must not be
    /// negative.
    [[nodiscard]] TablePage run(Readers& readers, const TableQuery& query, Millis now) {
        const auto project = find(query.project_id);
        const std::lock_guard lock(project->mutex);
        // Within the lock, so that no query sees an older snapshot than the one before it.
        return readers.run([&](Database& database) {
            try {
                return detail::find_page(database, project->columns, query, now);
            } catch (...) {
                project->columns = TableColumns(cells_per_project);  // half read
                throw;
            }
        });
    }

private:
    // 2 million cells of 56 bytes: 20 columns of 100,000 runs. All projects: half a gigabyte at
    // most.
    static constexpr std::size_t cells_per_project = 2'000'000, projects_kept = 4;

    struct Project {
        std::string id;
        std::mutex mutex{};
        TableColumns columns{cells_per_project};
    };

    std::shared_ptr<Project> find(const std::string& id) {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(recent_.begin(), recent_.end(),
                                        [&](const auto& project) { return project->id == id; });
        if (found != recent_.end()) {
            recent_.splice(recent_.begin(), recent_, found);
            return recent_.front();
        }
        recent_.push_front(std::make_shared<Project>());
        recent_.front()->id = id;
        if (recent_.size() > projects_kept) recent_.pop_back();
        return recent_.front();
    }

    std::mutex mutex_;
    std::list<std::shared_ptr<Project>> recent_;
};

}  // namespace neptune::storage

#endif
