#ifndef NEPTUNE_CLIENT_TABLE_HPP
#define NEPTUNE_CLIENT_TABLE_HPP

// Tables of runs, models and model versions: rows that are fetched page by page while they are
// read.

#include <neptune/client/object.hpp>
#include <neptune/client/table_csv.hpp>
#include <neptune/client/table_query.hpp>
#include <neptune/client/table_source.hpp>
#include <neptune/client/value_get.hpp>
#include <neptune/core/path.hpp>

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune {

class Row;

namespace detail {

/// The row's part of a table that its handles need; the object stays open as long as they live.
struct TableState {
    std::shared_ptr<Object> object;
    std::unique_ptr<TableSource> source;
};

}  // namespace detail

/// Handle of a field of a row, see `Row::operator[]`.
class RowField {
public:
    RowField(const Row& row, std::string path) : row_(&row), path_(std::move(path)) {}
    [[nodiscard]] RowField operator[](std::string_view path) const;
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] Value get() const;
    template <class T>
    [[nodiscard]] T get() const;
    [[nodiscard]] bool exists() const;
    /// Saves a File or FileSet. Errors: as Row::download.
    void download(const Download& options = {}) const;
    template <detail::PathLike T>
    void download(const T& destination) const {
        download(Download{.destination = destination});
    }

private:
    const Row* row_;
    std::string path_;
};

/// One object of a table with those of its fields that were asked for. Values: an atom as itself; a
/// series is its last value; StringSet; RunState; a GitRef is its commit, an Artifact its hash.
/// Copies share nothing with the table's iterator. Source: `TableEntry` of the Python client.
class Row {
public:
    Row() = default;
    /// @cond for the library
    Row(std::shared_ptr<detail::TableState> state, detail::RowData data)
        : state_(std::move(state)), data_(std::move(data)) {}
    /// @endcond

    /// True if the row has the field, be it a series without points.
    [[nodiscard]] bool exists(std::string_view path) const { return find(path) != nullptr; }
    /// Paths of its fields, in code-point order.
    [[nodiscard]] std::vector<std::string> paths() const {
        std::vector<std::string> result;
        for (const auto& cell : data_.cells) result.push_back(cell.path);
        return result;
    }
    /// Errors: MissingField.
    [[nodiscard]] FieldType get_attribute_type(std::string_view path) const {
        return cell(path).type;
    }

    /// The value of a field. Errors: MissingField if the row does not have it, or if it is a series
    /// without points; MetadataInconsistency for a File, FileSet or FileSeries.
    [[nodiscard]] Value get(std::string_view path) const {
        const auto& found = cell(path);
        if (detail::is_stored_as_files(found.type))
            throw MetadataInconsistency(
                ErrorCode::type_conflict,
                "the value of " + found.path + " is no value of a table: it is a " +
                    std::string(display_name(found.type)),
                found.type == FieldType::image_series ? "open the object to download its images"
                                                      : "use download() instead");
        if (found.value.is<std::monostate>()) throw missing(path);
        return found.value;
    }
    /// The value as a T. Errors: also TypeMismatch.
    template <class T>
    [[nodiscard]] T get(std::string_view path) const {
        return get(path).template get<T>();
    }
    /// The value as a T; `otherwise` if the row does not have it. Errors: as get, but MissingField.
    template <class T>
    [[nodiscard]] T get_as(std::string_view path, T otherwise) const {
        const auto* found = find(path);
        if (!found ||
            (found->value.is<std::monostate>() && !detail::is_stored_as_files(found->type)))
            return otherwise;
        return get<T>(path);
    }
    /// A handle of the field or namespace; `row["a"]["b"]` is `row["a/b"]`. Lifetime: the row's.
    [[nodiscard]] RowField operator[](std::string_view path) const {
        return RowField(*this, std::string(path));
    }

    /// Saves a File, or a FileSet as a zip archive. Errors: MissingField; MetadataInconsistency for
    /// any other type; FileError; those of fetching.
    void download(std::string_view path, const Download& options = {}) const {
        const auto& found = cell(path);
        if (found.type != FieldType::file && found.type != FieldType::file_set)
            throw MetadataInconsistency(ErrorCode::type_conflict,
                                        "cannot download " + found.path + ": it is a " +
                                            std::string(display_name(found.type)),
                                        "a File or a FileSet can be downloaded from a table");
        state_->source->download(data_.id, found.path, found.type, options);
    }
    template <detail::PathLike T>
    void download(std::string_view path, const T& destination) const {
        download(path, Download{.destination = destination});
    }

    /// @cond for the library
    [[nodiscard]] const detail::RowData& data() const { return data_; }
    /// @endcond

private:
    static MissingField missing(std::string_view path) {
        return MissingField(ErrorCode::missing_field,
                            "the row has no value at '" + std::string(path) + "'",
                            "is it among the columns that were asked for?");
    }
    [[nodiscard]] const detail::RowCell* find(std::string_view path) const {
        const auto normal = core::normalize_path(path);
        for (const auto& cell : data_.cells)
            if (cell.path == normal) return &cell;
        return nullptr;
    }
    [[nodiscard]] const detail::RowCell& cell(std::string_view path) const {
        if (const auto* found = find(path)) return *found;
        throw missing(path);
    }

    std::shared_ptr<detail::TableState> state_;
    detail::RowData data_;
};

inline RowField RowField::operator[](std::string_view path) const {
    return RowField(*row_, path_ + "/" + std::string(path));
}
inline Value RowField::get() const {
    return row_->get(path_);
}
template <class T>
T RowField::get() const {
    return row_->get<T>(path_);
}
inline bool RowField::exists() const {
    return row_->exists(path_);
}
inline void RowField::download(const Download& options) const {
    row_->download(path_, options);
}

/// Rows in the order asked for. An input range: one pass, and the next page is fetched when it is
/// reached, so each step may throw ConnectionLost, ApiError, or InactiveObjectError after the
/// object was stopped. Threads: one at a time. Source: `Table` of the Python client.
class Table {
public:
    /// @cond for the library
    Table(std::shared_ptr<detail::Object> object, std::unique_ptr<detail::TableSource> source)
        : state_(std::make_shared<detail::TableState>(
              detail::TableState{std::move(object), std::move(source)})) {}
    /// @endcond
    Table(Table&&) noexcept = default;
    Table& operator=(Table&&) noexcept = default;

    class Iterator {
    public:
        using iterator_concept = std::input_iterator_tag;
        using iterator_category = std::input_iterator_tag;
        using value_type = Row;
        using difference_type = std::ptrdiff_t;
        using pointer = const Row*;
        using reference = const Row&;

        Iterator() = default;
        explicit Iterator(Table& table) : table_(&table) {}
        [[nodiscard]] const Row& operator*() const { return *table_->current_; }
        [[nodiscard]] const Row* operator->() const { return &*table_->current_; }
        Iterator& operator++() {
            table_->advance();
            return *this;
        }
        void operator++(int) { ++*this; }
        [[nodiscard]] bool operator==(std::default_sentinel_t) const {
            return !table_ || !table_->current_;
        }

    private:
        Table* table_ = nullptr;
    };

    /// Where the table stands: at its first row only before anything was read.
    [[nodiscard]] Iterator begin() {
        if (!begun_) advance();
        return Iterator(*this);
    }
    [[nodiscard]] std::default_sentinel_t end() const { return {}; }

    /// All rows that are left.
    [[nodiscard]] std::vector<Row> to_rows() {
        std::vector<Row> rows;
        for (const auto& row : *this) rows.push_back(row);
        return rows;
    }
    /// All rows that are left, by column: `sys/…` first, `monitoring/…` last, each part in
    /// code-point order. Columns without any value, and those of files, are left out.
    /// Shape: every column has one value per row; a missing one `is<std::monostate>()`.
    [[nodiscard]] std::vector<TableColumn> to_columns() {
        detail::ColumnBuilder columns;
        for (const auto& row : *this) columns.add(row.data());
        return columns.take();
    }
    /// The same as CSV (RFC 4180: lines end in CRLF, the first one has the paths); a string set is
    /// its members with commas between them, datetimes are ISO 8601. Stream: anything that takes
    /// `<< std::string`.
    template <class Stream>
    requires requires(Stream& stream, const std::string& text) { stream << text; }
    void to_csv(Stream& stream) {
        const auto columns = to_columns();
        for (std::size_t line = 0; line <= detail::row_count(columns); ++line)
            stream << detail::csv_line(columns, line);
    }

private:
    void advance() {
        begun_ = true;
        current_.reset();
        if (next_ == page_.size()) {
            page_ = state_->source->next_page();
            next_ = 0;
        }
        if (next_ < page_.size()) current_.emplace(state_, std::move(page_[next_++]));
    }

    std::shared_ptr<detail::TableState> state_;
    std::vector<detail::RowData> page_;
    std::size_t next_ = 0;
    std::optional<Row> current_;
    bool begun_ = false;
};

}  // namespace neptune

#endif
