#ifndef NEPTUNE_STORAGE_TABLE_CELL_HPP
#define NEPTUNE_STORAGE_TABLE_CELL_HPP

// A field of one object as filters and orders see it, and the criteria of a query about it.

#include <neptune/core/field_type.hpp>
#include <neptune/wire/nql.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::storage {

/// What a float series that has points comes to, in the order of wire::Aggregate.
struct SeriesCell {
    double values[5]{};
    [[nodiscard]] double operator[](wire::Aggregate aggregate) const {
        return values[static_cast<std::size_t>(aggregate)];
    }
};

/// `type` is empty where the object lacks the field. Shape: `value` is a double for Float, int64
/// for Integer, Boolean (0, 1), Datetime (ms) and RunState (its number), a text for String, for a
/// string series (its last value) and artifact (its hash), a list for a string set, a SeriesCell
/// for a float series; nothing for all others and for series without points.
struct Cell {
    std::optional<FieldType> type{};
    std::variant<std::monostate, double, std::int64_t, std::string, SeriesCell,
                 std::vector<std::string>>
        value{};
};

namespace detail {

template <class T>
bool compare(wire::nql::Operator op, const T& a, const T& b) {
    using wire::nql::Operator;
    switch (op) {
        case Operator::equal:
            return a == b;
        case Operator::not_equal:
            return a != b;
        case Operator::less:
            return a < b;
        case Operator::less_equal:
            return a <= b;
        case Operator::greater:
            return a > b;
        case Operator::greater_equal:
            return a >= b;
        default:
            return false;
    }
}

inline bool is_equality(wire::nql::Operator op) {
    return op == wire::nql::Operator::equal || op == wire::nql::Operator::not_equal;
}

inline bool text_holds(const wire::nql::Criterion& criterion, FieldType type,
                       const std::string& text) {
    using wire::nql::Operator;
    const auto& wanted = criterion.value;
    switch (criterion.op) {
        case Operator::contains:
            return (type == FieldType::string || type == FieldType::string_series) &&
                   text.find(wanted.text) != std::string::npos;
        case Operator::matches:
            return type == FieldType::string && wanted.pattern->search(text);
        default:
            if (type == FieldType::string) return compare(criterion.op, text, wanted.text);
            return type == FieldType::artifact && is_equality(criterion.op) &&
                   compare(criterion.op, text, wanted.text);
    }
}

inline bool whole_number_holds(const wire::nql::Criterion& criterion, FieldType type,
                               std::int64_t value) {
    const auto& wanted = criterion.value;
    const auto holds = [&](const auto& literal) {
        return literal &&
               compare<std::int64_t>(criterion.op, value, static_cast<std::int64_t>(*literal));
    };
    switch (type) {
        case FieldType::integer:
            if (wanted.integer) return holds(wanted.integer);
            return wanted.number &&
                   compare(criterion.op, static_cast<double>(value), *wanted.number);
        case FieldType::datetime:
            return holds(wanted.moment);
        case FieldType::boolean:
            return is_equality(criterion.op) && holds(wanted.boolean);
        case FieldType::run_state:
            return is_equality(criterion.op) && holds(wanted.state);
        default:
            return false;
    }
}

}  // namespace detail

/// Whether the criterion is true of the cell. Where the query names no type, the cell's decides
/// what the operator and the value mean; what has no meaning for it is false.
[[nodiscard]] inline bool holds(const wire::nql::Criterion& criterion, const Cell& cell) {
    if (!cell.type || criterion.type.value_or(*cell.type) != *cell.type) return false;
    const auto* const series = std::get_if<SeriesCell>(&cell.value);
    if (criterion.op == wire::nql::Operator::exists)
        return !criterion.aggregate || series != nullptr;
    if (const auto* value = std::get_if<std::int64_t>(&cell.value))
        return detail::whole_number_holds(criterion, *cell.type, *value);
    if (const auto* value = std::get_if<std::string>(&cell.value))
        return detail::text_holds(criterion, *cell.type, *value);
    if (const auto* members = std::get_if<std::vector<std::string>>(&cell.value))
        return criterion.op == wire::nql::Operator::contains &&
               std::find(members->begin(), members->end(), criterion.value.text) != members->end();
    if (!criterion.value.number) return false;
    if (const auto* value = std::get_if<double>(&cell.value))
        return detail::compare(criterion.op, *value, *criterion.value.number);
    return series && detail::compare(criterion.op,
                                     (*series)[criterion.aggregate.value_or(wire::Aggregate::last)],
                                     *criterion.value.number);
}

}  // namespace neptune::storage

#endif
