#ifndef NEPTUNE_SERVER_TABLES_API_HPP
#define NEPTUNE_SERVER_TABLES_API_HPP

// Endpoints of tables: which columns there are, and pages of rows (wire protocol §10).

#include <neptune/core/pattern.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/endpoints_search.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/nql_parser.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::server {

namespace detail {

/// Kinds of objects that the query parameter `type` names; all three without it.
inline std::vector<ObjectKind> read_kinds(const std::optional<std::vector<std::string>>& words) {
    if (!words || words->empty())
        return {ObjectKind::run, ObjectKind::model, ObjectKind::model_version};
    std::vector<ObjectKind> kinds;
    for (const auto& word : *words) {
        const auto kind = object_kind_from_wire(word);
        if (!kind || *kind == ObjectKind::project)
            throw bad_request("Query parameter 'type' must be run, model or modelVersion, not " +
                              in_quotes(word));
        kinds.push_back(*kind);
    }
    return kinds;
}

/// `value`, or `missing` if there is none. Errors: throws Refusal (400) outside of 0 … `most`,
/// where `limit` is the name of that limit.
inline std::int64_t read_number(const std::optional<std::int64_t>& value, std::int64_t missing,
                                std::int64_t most, const std::string& name, const char* limit) {
    if (!value) return missing;
    if (*value < 0 || *value > most)
        throw bad_request(name + " must be 0 to " + std::to_string(most) + " (limit " + limit +
                          "), not " + std::to_string(*value));
    return *value;
}

/// The title is what the Python client knows a mistake in the query by.
inline wire::nql::Expression read_query(const std::optional<wire::NqlQueryDto>& query,
                                        storage::Millis now) {
    if (!query) return {};
    try {
        return wire::nql::parse(query->query, now);
    } catch (const wire::nql::SyntaxError& error) {
        throw Refusal({400,
                       "Syntax error",
                       error.what(),
                       wire::ErrorType::none,
                       {{"position", error.position}}});
    }
}

inline storage::SortBy read_sorting(const std::optional<wire::SortingDto>& sorting) {
    storage::SortBy by;
    if (!sorting) return by;
    const auto& [path, type, mode] = sorting->sort_by;
    by.path = path;
    const auto known = field_type_from_wire(type == "integer" ? "int" : type);
    if (!known)
        throw bad_request("params.sorting.sortBy.type must be a type of fields, not " +
                          in_quotes(type));
    by.type = *known;
    const auto direction = sorting->dir.value_or("ascending");
    if (direction != "ascending" && direction != "descending")
        throw bad_request("params.sorting.dir must be ascending or descending, not " +
                          in_quotes(direction));
    by.descending = direction == "descending";
    if (!mode || *mode == "auto" || *mode == "none") return by;
    const auto& names = wire::aggregate_names;
    const auto found = std::find(names.begin(), names.end(), *mode);
    if (found == names.end())
        throw bad_request(
            "params.sorting.sortBy.aggregationMode must be last, min, max, average, "
            "variance or auto, not " +
            in_quotes(*mode));
    by.aggregate = static_cast<wire::Aggregate>(found - names.begin());
    return by;
}

inline std::optional<std::vector<std::string>> read_fields(
    const std::optional<std::vector<wire::AttributeFilterDto>>& filters) {
    if (!filters) return std::nullopt;
    if (filters->size() > wire::limits::table_columns)
        throw bad_request("params.attributeFilters must not have more than " +
                          std::to_string(wire::limits::table_columns) +
                          " elements (limit table_columns), not " +
                          std::to_string(filters->size()));
    std::vector<std::string> paths;
    for (const auto& filter : *filters) paths.push_back(filter.path);
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return paths;
}

inline void refuse_unless_complete(const storage::TablePage& page,
                                   const storage::TableQuery& query) {
    switch (page.end) {
        case storage::TableEnd::complete:
            return;
        case storage::TableEnd::too_many_fields:
            throw bad_request("The page would have more than " + std::to_string(query.most_fields) +
                              " fields (limit table_fields_per_page): ask for fewer rows, or for "
                              "columns by name");
        case storage::TableEnd::out_of_time:
            throw bad_request("The query takes longer than " +
                              std::to_string(query.most_time.count()) +
                              " ms (limit table_query_ms): ask for fewer rows, or with fewer "
                              "conditions and regular expressions");
    }
}

inline wire::TableEntries search_entries(const Context& context, const Caller& caller,
                                         const wire::SearchEntries::Request& request) {
    const auto project = context.gate.project(caller, request.project_identifier, Action::see);
    const storage::Millis now = context.clock.now();
    const auto& params = request.params;
    const auto pagination = params.pagination.value_or(wire::PaginationDto{});
    storage::TableQuery query;
    query.project_id = project.id;
    query.kinds = read_kinds(request.types);
    query.filter = read_query(params.query, now);
    query.sort = read_sorting(params.sorting);
    query.fields = read_fields(params.attribute_filters);
    query.offset = pagination.offset.value_or(0);
    if (query.offset < 0) throw bad_request("params.pagination.offset must not be negative");
    query.limit = read_number(pagination.limit, wire::limits::default_table_rows_per_page,
                              wire::limits::table_rows_per_page, "params.pagination.limit",
                              "table_rows_per_page");
    query.most_fields = context.table_fields_per_page;
    query.most_time = std::chrono::milliseconds(context.table_query_ms);
    auto page = context.store.table(query, now);
    refuse_unless_complete(page, query);
    wire::TableEntries result;
    result.matching_item_count = page.matching;
    result.entries.reserve(page.rows.size());
    for (auto& row : page.rows)
        result.entries.push_back({std::move(row.id),
                                  std::string(wire_name(row.kind)),
                                  project.id,
                                  project.name,
                                  project.workspace_id,
                                  project.workspace_name,
                                  std::move(row.attributes),
                                  {}});
    return result;
}

/// Whether a name is wanted: it holds the text, or the text is a pattern that it matches.
class NameSearch {
public:
    explicit NameSearch(std::string_view text) : text_(text) {
        try {
            pattern_.emplace(text);
        } catch (const core::PatternError&) {
            pattern_.reset();  // names such as "f(x" are no patterns, and need not be
        }
    }
    [[nodiscard]] bool wants(const std::string& name) const {
        return name.find(text_) != std::string::npos || (pattern_ && pattern_->search(name));
    }
    [[nodiscard]] bool is_exact(const std::string& name) const { return name == text_; }

private:
    std::string_view text_;
    std::optional<core::Pattern> pattern_;
};

inline wire::FoundAttributes search_attributes(const Context& context, const Caller& caller,
                                               const wire::SearchAttributes::Request& request) {
    const auto project = context.gate.project(caller, request.project_identifier, Action::see);
    const auto limit = read_number(request.limit, wire::limits::default_table_fields_found,
                                   wire::limits::table_fields_found, "Query parameter 'limit'",
                                   "table_fields_found");
    const auto text = request.search.value_or("");
    const NameSearch search(text);
    auto names = context.store.field_names(project.id, read_kinds(request.types));
    // Clients look for one name, and take what else there is for a mistake of the user's.
    std::stable_partition(names.begin(), names.end(),
                          [&](const auto& name) { return search.is_exact(name.name); });
    wire::FoundAttributes result;
    for (auto& name : names) {
        if (static_cast<std::int64_t>(result.entries.size()) == limit) break;
        if (search.wants(name.name))
            result.entries.push_back({std::move(name.name), std::string(wire_name(name.type))});
    }
    return result;
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_tables_api(Router& api, const Context& context) {
    api.on<wire::SearchAttributes>(
        [&context](const Caller& caller, const wire::SearchAttributes::Request& request) {
            return detail::search_attributes(context, caller, request);
        });
    api.on<wire::SearchEntries>(
        [&context](const Caller& caller, const wire::SearchEntries::Request& request) {
            return detail::search_entries(context, caller, request);
        });
}

}  // namespace neptune::server

#endif
