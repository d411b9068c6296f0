#ifndef NEPTUNE_STORAGE_TABLES_HPP
#define NEPTUNE_STORAGE_TABLES_HPP

// What a table is asked for and what it gives, independent of how it is stored.

#include <neptune/core/field_type.hpp>
#include <neptune/wire/attributes.hpp>
#include <neptune/wire/nql.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace neptune::storage {

/// Order of rows. Those without the field, or with one of another type, come last in both
/// directions; ties go by creation, newest first. `float_number` orders Integers and Floats
/// together; a float series is ordered by `aggregate`.
struct SortBy {
    std::string path = "sys/creation_time";
    FieldType type = FieldType::datetime;
    wire::Aggregate aggregate = wire::Aggregate::last;
    bool descending = true;
};

struct TableQuery {
    std::string project_id;
    std::vector<ObjectKind> kinds;
    wire::nql::Expression filter;
    SortBy sort;
    /// Rows; an offset beyond the end gives none.
    std::int64_t offset = 0, limit = 0;
    /// Paths to read; absent: all fields.
    std::optional<std::vector<std::string>> fields{};
    /// Of all rows of the page together.
    std::size_t most_fields = SIZE_MAX;
    /// For choosing and reading rows, from when it begins; reading new columns is not counted, as
    /// the next query has them.
    std::chrono::milliseconds most_time = std::chrono::hours(1);
};

/// Fields that the object lacks are left out. Shape: code-point order of the paths.
struct TableRow {
    std::string id;
    ObjectKind kind = ObjectKind::run;
    std::vector<wire::Attribute> attributes;
};

/// How a query ended; there are rows in the first case only.
enum class TableEnd { complete, too_many_fields, out_of_time };

struct TablePage {
    TableEnd end = TableEnd::complete;
    /// Objects that satisfy the filter, on this page or not; 0 if there was no time to count them.
    std::int64_t matching = 0;
    std::vector<TableRow> rows;
};

}  // namespace neptune::storage

#endif
