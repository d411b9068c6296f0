#ifndef NEPTUNE_CLIENT_TABLE_REQUEST_HPP
#define NEPTUNE_CLIENT_TABLE_REQUEST_HPP

// From the options of a table to what is sent: the query, the column it is sorted by, the columns
// it shows.

#include <neptune/client/reporter.hpp>
#include <neptune/client/session.hpp>
#include <neptune/client/table_query.hpp>
#include <neptune/core/words.hpp>
#include <neptune/wire/endpoints_search.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/nql_text.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::client {

/// Errors: InvalidArgument for options that contradict each other or make no sense.
inline void check_table_query(const RunsQuery& query) {
    const bool filters =
        !query.id.empty() || !query.state.empty() || !query.owner.empty() || !query.tag.empty();
    if (query.query && filters)
        throw InvalidArgument(ErrorCode::invalid_argument,
                              ".query was given together with .id, .state, .owner or .tag",
                              "use either, or write the conditions into the query");
    if (query.limit && *query.limit < 1)
        throw InvalidArgument(ErrorCode::invalid_argument,
                              ".limit is " + std::to_string(*query.limit),
                              "it must be at least 1; leave it out for all rows");
    if (query.columns && query.columns->size() > wire::limits::table_columns)
        throw InvalidArgument(ErrorCode::invalid_argument,
                              ".columns has " + std::to_string(query.columns->size()) +
                                  " paths; the limit table_columns is " +
                                  std::to_string(wire::limits::table_columns),
                              "leave it out for all columns");
}

/// The query as text. `model_id`: sys/id of the model whose versions are wanted, or empty.
[[nodiscard]] inline std::string table_nql(const RunsQuery& query, const std::string& model_id) {
    namespace nql = wire::nql;
    const auto any_of = [](const auto& values, auto condition_of) {
        std::vector<std::string> conditions;
        for (const auto& value : values) conditions.push_back(condition_of(value));
        return conditions;
    };
    const auto text_is = [](std::string_view path) {
        return [path](const std::string& value) {
            return nql::condition(path, "string", "=", nql::in_quotes(value));
        };
    };
    const std::string trashed = query.trashed ? nql::condition("sys/trashed", "bool", "=",
                                                               *query.trashed ? "true" : "false")
                                              : "";
    std::string result;
    if (query.query) {
        result = nql::join("AND", {*query.query, trashed});
    } else {
        const auto states = any_of(query.state, [](RunState state) {
            return nql::condition("sys/state", "experimentState", "=",
                                  nql::in_quotes(wire_name(state)));
        });
        const auto tags = any_of(query.tag, [](const std::string& tag) {
            return nql::condition("sys/tags", "stringSet", "CONTAINS", nql::in_quotes(tag));
        });
        result = nql::join(
            "AND",
            {trashed, nql::join("OR", any_of(query.id, text_is("sys/id"))), nql::join("OR", states),
             nql::join("OR", any_of(query.owner, text_is("sys/owner"))), nql::join("AND", tags)});
    }
    if (model_id.empty()) return result;
    return nql::join("AND", {result, text_is("sys/model_id")(model_id)});
}

namespace detail {

inline bool is_sortable(FieldType type) {
    return is_atom(type) || type == FieldType::run_state;
}

inline InvalidArgument unknown_column(const std::string& path,
                                      const std::vector<wire::AttributeDefinitionDto>& found) {
    std::string others;
    for (std::size_t i = 0; i < found.size() && i < 5; ++i)
        others += (others.empty() ? "" : ", ") + found[i].name;
    return InvalidArgument(
        ErrorCode::invalid_argument, "no object has the column " + path + " to sort by",
        others.empty() ? "check .sort_by" : "check .sort_by; similar columns are " + others);
}

}  // namespace detail

/// Type of the column to sort by, asked of the server; one that is an Integer in some objects and a
/// Float in others is sorted as numbers, any other mixture as text, with a warning. Errors:
/// InvalidArgument if no object has the column, or if it is no single value.
[[nodiscard]] inline FieldType find_sort_type(Session& session, const std::string& project_id,
                                              ObjectKind rows, const std::string& path,
                                              Reporter& reporter) {
    if (path == "sys/id") return FieldType::string;
    const auto found =
        session
            .call<wire::SearchAttributes>(
                {project_id, path, std::vector<std::string>{std::string(wire_name(rows))}, {}, {}})
            .entries;
    std::vector<FieldType> types;
    for (const auto& entry : found) {
        const auto type = field_type_from_wire(entry.type);
        if (entry.name != path) continue;
        if (!type || !detail::is_sortable(*type))
            throw InvalidArgument(
                ErrorCode::invalid_argument,
                "cannot sort by " + path + ": it is " +
                    core::with_article(type ? display_name(*type) : std::string_view(entry.type)),
                "sort by a field with a single value");
        types.push_back(*type);
    }
    if (types.empty()) throw detail::unknown_column(path, found);
    if (types.size() == 1) return types.front();
    const bool numbers = std::all_of(types.begin(), types.end(), [](FieldType type) {
        return type == FieldType::integer || type == FieldType::float_number;
    });
    if (numbers) return FieldType::float_number;
    reporter.warning("the column " + path +
                     " has different types in different objects; rows are sorted as text");
    return FieldType::string;
}

/// `columns` with what every row needs, each once.
[[nodiscard]] inline std::optional<std::vector<wire::AttributeFilterDto>> table_columns(
    const RunsQuery& query) {
    if (!query.columns) return std::nullopt;
    auto paths = *query.columns;
    paths.push_back("sys/id");
    paths.push_back(query.sort_by);
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    std::vector<wire::AttributeFilterDto> result;
    for (auto& path : paths) result.push_back({std::move(path)});
    return result;
}

}  // namespace neptune::client

#endif
