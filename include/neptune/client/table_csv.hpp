#ifndef NEPTUNE_CLIENT_TABLE_CSV_HPP
#define NEPTUNE_CLIENT_TABLE_CSV_HPP

// Rows by column, and their text.

#include <neptune/client/table_source.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/time.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace neptune {

/// One column of a table, see Table::to_columns.
struct TableColumn {
    std::string path;
    std::vector<Value> values;
};

namespace detail {

/// Types whose content is downloaded, not shown.
[[nodiscard]] constexpr bool is_stored_as_files(FieldType type) {
    return type == FieldType::file || type == FieldType::file_set ||
           type == FieldType::image_series;
}

/// `sys/…` before the rest, `monitoring/…` behind it, each part in code-point order.
struct ColumnOrder {
    static int part(std::string_view path) {
        const auto first = path.substr(0, path.find('/'));
        return first == "sys" ? 0 : first == "monitoring" ? 2 : 1;
    }
    bool operator()(const std::string& a, const std::string& b) const {
        return part(a) != part(b) ? part(a) < part(b) : a < b;
    }
};

class ColumnBuilder {
public:
    void add(const RowData& row) {
        for (const auto& cell : row.cells) {
            if (cell.value.is<std::monostate>()) continue;
            auto& values = columns_[cell.path];
            values.resize(rows_);
            values.push_back(cell.value);
        }
        ++rows_;
    }
    [[nodiscard]] std::vector<TableColumn> take() {
        std::vector<TableColumn> result;
        for (auto& [path, values] : columns_) {
            values.resize(rows_);
            result.push_back({path, std::move(values)});
        }
        return result;
    }

private:
    std::map<std::string, std::vector<Value>, ColumnOrder> columns_;
    std::size_t rows_ = 0;
};

/// A value as one cell says it; nothing is the empty text. Rows hold no other alternatives.
[[nodiscard]] inline std::string cell_text(const Value& value) {
    const auto& storage = value.storage();
    if (const auto* v = std::get_if<bool>(&storage)) return *v ? "true" : "false";
    if (const auto* v = std::get_if<std::int64_t>(&storage)) return std::to_string(*v);
    if (const auto* v = std::get_if<double>(&storage)) return core::shortest(*v);
    if (const auto* v = std::get_if<std::string>(&storage)) return *v;
    if (const auto* v = std::get_if<Datetime>(&storage))
        return core::to_iso8601(v->time_since_epoch().count());
    if (const auto* v = std::get_if<RunState>(&storage))
        return *v == RunState::active ? "Active" : "Inactive";
    std::string text;
    if (const auto* v = std::get_if<StringSet>(&storage))
        for (const auto& member : v->values) text += (text.empty() ? "" : ",") + member;
    return text;
}

/// Quoted where it needs to be. An empty text is quoted too, so that it is no missing value.
[[nodiscard]] inline std::string csv_text(const std::string& text) {
    if (!text.empty() && text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + '"';
}

[[nodiscard]] inline std::size_t row_count(const std::vector<TableColumn>& columns) {
    return columns.empty() ? 0 : columns.front().values.size();
}

/// Line 0 has the paths. No columns: no lines.
[[nodiscard]] inline std::string csv_line(const std::vector<TableColumn>& columns,
                                          std::size_t line) {
    std::string result;
    for (const auto& column : columns) {
        if (&column != &columns.front()) result += ',';
        if (line == 0)
            result += csv_text(column.path);
        else if (const auto& value = column.values[line - 1]; !value.is<std::monostate>())
            result += csv_text(cell_text(value));
    }
    return columns.empty() ? result : result + "\r\n";
}

}  // namespace detail
}  // namespace neptune

#endif
