#ifndef NEPTUNE_CLIENT_TABLE_QUERY_HPP
#define NEPTUNE_CLIENT_TABLE_QUERY_HPP

// What a table is asked for: options of `fetch_runs_table` and its sisters.

#include <neptune/client/progress.hpp>
#include <neptune/core/field_type.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace neptune {

/// Options of `project.fetch_runs_table`. Filters of different kinds are joined by AND.
/// Source: `Project.fetch_runs_table` of the Python client 1.14.
struct RunsQuery {
    /// NQL, such as `last(metrics/loss) < 0.1 AND params/lr:float > 0.01`. Not together with the
    /// next four.
    std::optional<std::string> query{};
    std::vector<std::string> id{};     ///< any of these IDs, such as "CLS-12"
    std::vector<RunState> state{};     ///< any of these states
    std::vector<std::string> owner{};  ///< any of these user names
    std::vector<std::string> tag{};    ///< all of these tags
    /// Paths to fetch; `sys/id` and the one sorted by always are. Not given: all, which costs most.
    std::optional<std::vector<std::string>> columns{};
    std::optional<bool> trashed = false;        ///< empty: in the trash or not
    std::optional<std::int64_t> limit{};        ///< rows, at least 1; not given: all
    std::string sort_by = "sys/creation_time";  ///< a field with a single value
    bool ascending = false;
    ProgressOption progress{};  ///< in rows; the bar shows from the second page on
};

/// Options of `project.fetch_models_table`; the meaning of the members is that of RunsQuery's.
struct ModelsQuery {
    std::optional<std::string> query{};
    std::optional<std::vector<std::string>> columns{};
    std::optional<bool> trashed = false;
    std::optional<std::int64_t> limit{};
    std::string sort_by = "sys/creation_time";
    bool ascending = false;
    ProgressOption progress{};
};

/// Options of `model.fetch_model_versions_table`, which never shows what is in the trash.
struct ModelVersionsQuery {
    std::optional<std::string> query{};
    std::optional<std::vector<std::string>> columns{};
    std::optional<std::int64_t> limit{};
    std::string sort_by = "sys/creation_time";
    bool ascending = false;
    ProgressOption progress{};
};

namespace detail {

/// All three as the most general of them.
inline RunsQuery runs_query(const ModelsQuery& given) {
    RunsQuery query;
    query.query = given.query;
    query.columns = given.columns;
    query.trashed = given.trashed;
    query.limit = given.limit;
    query.sort_by = given.sort_by;
    query.ascending = given.ascending;
    query.progress = given.progress;
    return query;
}
inline RunsQuery runs_query(const ModelVersionsQuery& given) {
    return runs_query(ModelsQuery{given.query, given.columns, false, given.limit, given.sort_by,
                                  given.ascending, given.progress});
}

}  // namespace detail
}  // namespace neptune

#endif
