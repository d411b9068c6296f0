#ifndef NEPTUNE_CLIENT_TABLE_SOURCE_HPP
#define NEPTUNE_CLIENT_TABLE_SOURCE_HPP

// Where the rows of a table come from: the border between the light and the heavy door for tables.

#include <neptune/client/options.hpp>
#include <neptune/client/table_query.hpp>
#include <neptune/client/value.hpp>

#include <string>
#include <vector>

namespace neptune::detail {

/// A field of a row. `value` is empty for files and for series without points.
struct RowCell {
    std::string path;
    FieldType type = FieldType::string;
    Value value{};
};

/// An object of a table. Shape: cells in code-point order of their paths.
struct RowData {
    /// UUID.
    std::string id;
    std::vector<RowCell> cells;
};

/// Threads: one at a time.
class TableSource {
public:
    TableSource() = default;
    TableSource(const TableSource&) = delete;
    TableSource& operator=(const TableSource&) = delete;
    virtual ~TableSource() = default;

    /// The next rows; none at the end, and from then on. Errors: InactiveObjectError,
    /// ConnectionLost, ApiError.
    virtual std::vector<RowData> next_page() = 0;
    /// Saves the File or FileSet of a row. Errors: also FileError.
    virtual void download(const std::string& object_id, const std::string& path, FieldType type,
                          const Download& options) = 0;
};

}  // namespace neptune::detail

#endif
