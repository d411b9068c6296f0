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
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
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

/// What a query may use up.
class Budget {
public:
    explicit Budget(const TableQuery& query)
        : fields_(query.most_fields), deadline_(Clock::now() + query.most_time) {}
    [[nodiscard]] bool has_time() const { return Clock::now() < deadline_; }
    /// False if there are not so many left.
    [[nodiscard]] bool take(std::size_t fields) {
        if (fields > fields_) return false;
        fields_ -= fields;
        return true;
    }

private:
    using Clock = std::chrono::steady_clock;
    std::size_t fields_;
    Clock::time_point deadline_;
};

/// Nothing if time runs out.
inline std::optional<std::vector<std::size_t>> matching_rows(const TableObjects& objects,
                                                             const TableQuery& query,
                                                             const Filter& filter,
                                                             const Budget& budget) {
    // Ten hard regular expressions take 50 ms for a text of 1,000 bytes, a look at the clock 25 ns.
    constexpr std::size_t rows_per_look = 4;
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < objects.size(); ++row) {
        if (row % rows_per_look == 0 && !budget.has_time()) return std::nullopt;
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

/// Rows in the order in which the table shows them: those of the page are in their places.
inline void order(std::vector<std::size_t>& rows, const TableObjects& objects,
                  const TableQuery& query, const Column* column) {
    const auto newer = [&objects](std::size_t a, std::size_t b) {
        if (objects[a].created != objects[b].created)
            return objects[a].created > objects[b].created;
        return a > b;
    };
    if (query.limit > 0)
        sort_rows(rows, static_cast<std::size_t>(query.offset),
                  static_cast<std::size_t>(query.limit), column, query.sort, newer);
    else
        rows.clear();
}

inline TablePage find_page(Database& database, TableColumns& columns, const TableQuery& query,
                           Millis now) {
    if (!columns.refresh(database, query.project_id)) return {};
    const auto& objects = columns.objects();
    QueryColumns column_of(database, columns, query, now);
    const Filter filter(query.filter, column_of);
    const Column* sort_column = query.limit > 0 ? column_of(query.sort.path) : nullptr;
    Budget budget(query);
    auto rows = matching_rows(objects, query, filter, budget);
    if (!rows) return {TableEnd::out_of_time, 0, {}};
    TablePage page{TableEnd::complete, static_cast<std::int64_t>(rows->size()), {}};
    order(*rows, objects, query, sort_column);
    for (const std::size_t row : *rows) {
        if (!budget.has_time()) return {TableEnd::out_of_time, page.matching, {}};
        page.rows.push_back(
            {objects[row].id, objects[row].kind, read_row(database, objects[row].id, query, now)});
        if (!budget.take(page.rows.back().attributes.size()))
            return {TableEnd::too_many_fields, page.matching, {}};
    }
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
                auto page = detail::find_page(database, project->columns, query, now);
                project->columns.make_room();
                return page;
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
