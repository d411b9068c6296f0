#ifndef NEPTUNE_STORAGE_TABLE_ORDER_HPP
#define NEPTUNE_STORAGE_TABLE_ORDER_HPP

// Order of the rows of a table, as far as a page needs it.

#include <neptune/storage/table_filter.hpp>
#include <neptune/storage/tables.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace neptune::storage {

namespace detail {

/// The row's value for this order; nothing if it has none. Key: double, int64 or string.
template <class Key>
std::optional<Key> sort_key(const Cell& cell, const SortBy& by) {
    if (!cell.type) return std::nullopt;
    if constexpr (std::is_same_v<Key, double>) {
        if (by.type == FieldType::float_number && cell.type == FieldType::integer)
            return static_cast<double>(std::get<std::int64_t>(cell.value));
    }
    if (*cell.type != by.type) return std::nullopt;
    if constexpr (std::is_same_v<Key, double>) {
        if (const auto* series = std::get_if<SeriesCell>(&cell.value))
            return (*series)[by.aggregate];
    }
    if constexpr (std::is_same_v<Key, std::string>) {
        if (const auto* members = std::get_if<std::vector<std::string>>(&cell.value)) {
            std::string text;
            for (const auto& member : *members) text += (text.empty() ? "" : ",") + member;
            return text;
        }
    }
    const auto* const value = std::get_if<Key>(&cell.value);
    return value ? std::optional(*value) : std::nullopt;
}

/// Leaves what stands at `first` … `last - 1` of the ordered rows.
template <class Key, class Newer>
void sort_rows_by(std::vector<std::size_t>& rows, std::size_t first, std::size_t last,
                  const Column* column, const SortBy& by, const Newer& newer) {
    using Entry = std::pair<std::optional<Key>, std::size_t>;
    std::vector<Entry> entries;
    entries.reserve(rows.size());
    for (const std::size_t row : rows)
        entries.emplace_back(column ? sort_key<Key>((*column)[row], by) : std::nullopt, row);
    const auto before = [&](const Entry& a, const Entry& b) {
        if (a.first.has_value() != b.first.has_value()) return a.first.has_value();
        if (a.first && *a.first != *b.first)
            return by.descending ? *b.first < *a.first : *a.first < *b.first;
        return newer(a.second, b.second);
    };
    // Only the page itself is ordered, so that a late one costs no more than the first.
    const auto at = [&](std::size_t i) { return entries.begin() + static_cast<std::ptrdiff_t>(i); };
    if (first > 0 && first < entries.size())
        std::nth_element(entries.begin(), at(first), entries.end(), before);
    if (last < entries.size()) std::nth_element(at(first), at(last), entries.end(), before);
    std::sort(at(first), at(last), before);
    rows.clear();
    for (std::size_t i = first; i < last; ++i) rows.push_back(entries[i].second);
}

}  // namespace detail

/// Leaves of `rows` what stands at `offset` … `offset + limit - 1` when they are in order.
/// `column`: the one sorted by, null if no object has it; `newer(a, b)`: whether row a was created
/// after row b, a strict order of all rows.
template <class Newer>
void sort_rows(std::vector<std::size_t>& rows, std::size_t offset, std::size_t limit,
               const Column* column, const SortBy& by, const Newer& newer) {
    const std::size_t first = (std::min)(offset, rows.size());
    const std::size_t last = first + (std::min)(limit, rows.size() - first);
    switch (by.type) {
        case FieldType::float_number:
        case FieldType::float_series:
            return detail::sort_rows_by<double>(rows, first, last, column, by, newer);
        case FieldType::integer:
        case FieldType::boolean:
        case FieldType::datetime:
        case FieldType::run_state:
            return detail::sort_rows_by<std::int64_t>(rows, first, last, column, by, newer);
        default:
            return detail::sort_rows_by<std::string>(rows, first, last, column, by, newer);
    }
}

}  // namespace neptune::storage

#endif
