#ifndef NEPTUNE_STORAGE_SERIES_HPP
#define NEPTUNE_STORAGE_SERIES_HPP

// Points of series as rows. Nothing outside this file knows how points are stored.

#include <neptune/core/number.hpp>
#include <neptune/storage/catalogue.hpp>
#include <neptune/storage/sqlite.hpp>
#include <neptune/wire/attributes.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace neptune::storage {

/// Points of one series that the keys have room for.
inline constexpr std::int64_t max_points_per_series = std::int64_t{1} << 32;

/// What one point adds to `sys/size`, in bytes (wire protocol §14, question 8).
inline constexpr std::int64_t bytes_per_point = 16;

/// A point of an image series: the row of its content (file_fields.hpp), and what is said of it.
struct StoredImage {
    std::int64_t blob = 0;
    std::optional<std::string> name{}, description{};
    std::int64_t size = 0;  ///< Bytes, only of those that come.
    bool operator==(const StoredImage& other) const {
        return blob == other.blob && name == other.name && description == other.description;
    }
};

namespace detail {

[[nodiscard]] inline std::int64_t point_key(std::int64_t field, std::int64_t position) {
    return (field << 32) + position;
}

template <class Value>
struct PointSql;
template <>
struct PointSql<double> {
    static constexpr FieldType type = FieldType::float_series;
    static constexpr std::string_view insert =
        "INSERT INTO float_points (key, step, time, value) VALUES (?, ?, ?, ?)";
    static constexpr std::string_view select =
        "SELECT step, time, value FROM float_points WHERE key = ?";
    static constexpr std::string_view page =
        "SELECT step, time, value FROM float_points WHERE key >= ? AND key < ? ORDER BY key";
    static constexpr std::string_view clear = "DELETE FROM float_points WHERE key >= ? AND key < ?";
    static double read(const Statement& row, int column) { return row.real(column); }
    static void bind(Statement& statement, int parameter, double value) {
        statement.bind(parameter, value);
    }
};
template <>
struct PointSql<std::string> {
    static constexpr FieldType type = FieldType::string_series;
    static constexpr std::string_view insert =
        "INSERT INTO string_points (key, step, time, value) VALUES (?, ?, ?, ?)";
    static constexpr std::string_view select =
        "SELECT step, time, value FROM string_points WHERE key = ?";
    static constexpr std::string_view page =
        "SELECT step, time, value FROM string_points WHERE key >= ? AND key < ? ORDER BY key";
    static constexpr std::string_view clear =
        "DELETE FROM string_points WHERE key >= ? AND key < ?";
    static std::string read(const Statement& row, int column) { return row.text(column); }
    static void bind(Statement& statement, int parameter, const std::string& value) {
        statement.bind(parameter, value);
    }
};
template <>
struct PointSql<StoredImage> {
    static constexpr FieldType type = FieldType::image_series;
    static constexpr std::string_view insert =
        "INSERT INTO images (key, step, time, blob, name, description) VALUES (?, ?, ?, ?, ?, ?)";
    static constexpr std::string_view select =
        "SELECT step, time, blob, name, description FROM images WHERE key = ?";
    static constexpr std::string_view clear = "DELETE FROM images WHERE key >= ? AND key < ?";
    static StoredImage read(const Statement& row, int column) {
        return {row.integer(column), row.optional_text(column + 1), row.optional_text(column + 2)};
    }
    static void bind(Statement& statement, int parameter, const StoredImage& value) {
        statement.bind(parameter, value.blob);
        statement.bind(parameter + 1, value.name);
        statement.bind(parameter + 2, value.description);
    }
};

}  // namespace detail

/// Where a series stands.
[[nodiscard]] inline SeriesState load_series(Database& database, std::int64_t field) {
    Statement row = database.query(
        "SELECT count, last_step, min, max, mean, m2 FROM series WHERE field = ?", field);
    row.step();
    return {row.integer(0), row.real(1), row.real(2), row.real(3), row.real(4), row.real(5)};
}

/// Takes a value into the aggregates. Welford's way: a sum of squares would lose all digits of a
/// small variance around a large mean.
inline void aggregate(SeriesState& state, double value) {
    state.min = state.count == 0 ? value : (std::min)(state.min, value);
    state.max = state.count == 0 ? value : (std::max)(state.max, value);
    const auto count = static_cast<double>(state.count + 1);
    const double distance = value - state.mean;
    // Two finite values may be further apart than a double can say; halves of them are not.
    state.mean += core::is_finite(distance) ? distance / count : value / count - state.mean / count;
    state.m2 += distance * (value - state.mean);
}

/// Writes to one series. Lifetime: within one call of the writer, and not beyond that of its
/// arguments.
template <class Value>
class SeriesWriter {
public:
    SeriesWriter(Database& database, std::int64_t field, SeriesState& state)
        : database_(database), field_(field), state_(state) {}

    /// The caller has checked that `step` is larger than the last one.
    void append(double step, std::int64_t timestamp_ms, const Value& value) {
        if (!insert_) insert_.emplace(database_.query(Sql::insert));
        insert_->bind_all(detail::point_key(field_, state_.count), step, timestamp_ms);
        Sql::bind(*insert_, 3, value);
        insert_->run();
        if constexpr (std::is_same_v<Value, double>) aggregate(state_, value);
        state_.last_step = step;
        ++state_.count;
        ++appended_;
        last_ = &value;
    }

    /// Whether this very point is stored. Cheap for points that are asked for in their order.
    [[nodiscard]] bool contains(double step, std::int64_t timestamp_ms, const Value& value) {
        if (!select_) select_.emplace(database_.query(Sql::select));
        if (guess_ == state_.count || step_at(guess_) != step) {
            guess_ = lower_bound(step);
            if (guess_ == state_.count || step_at(guess_) != step) return false;
        }
        const bool same = select_->integer(1) == timestamp_ms && Sql::read(*select_, 2) == value;
        ++guess_;
        return same;
    }

    /// Stores the aggregates; once, after the last `append`. Gives the number of points that came.
    std::int64_t finish() {
        if (appended_ == 0) return 0;
        if constexpr (std::is_same_v<Value, double>)
            database_.execute(
                "UPDATE series SET count = ?, last_step = ?, last = ?, min = ?, max = ?, "
                "mean = ?, m2 = ? WHERE field = ?",
                state_.count, state_.last_step, *last_, state_.min, state_.max,
                storable(state_.mean), storable(state_.m2), field_);
        else if constexpr (std::is_same_v<Value, StoredImage>)
            database_.execute("UPDATE series SET count = ?, last_step = ? WHERE field = ?",
                              state_.count, state_.last_step, field_);
        else
            database_.execute(
                "UPDATE series SET count = ?, last_step = ?, last = ? WHERE field = ?",
                state_.count, state_.last_step, *last_, field_);
        return appended_;
    }

    /// Removes all points, keeps the configuration. Gives the number of points that went.
    std::int64_t clear() {
        const std::int64_t removed = state_.count;
        database_.execute(Sql::clear, detail::point_key(field_, 0),
                          detail::point_key(field_, removed));
        database_.execute(
            "UPDATE series SET count = 0, last_step = NULL, last = NULL, min = NULL, "
            "max = NULL, mean = 0, m2 = 0 WHERE field = ?",
            field_);
        state_ = {};
        return removed;
    }

private:
    using Sql = detail::PointSql<Value>;

    double step_at(std::int64_t position) {
        select_->reset();
        select_->bind(0, detail::point_key(field_, position));
        select_->step();
        return select_->real(0);
    }

    /// Position of the first point whose step is not below `step`.
    std::int64_t lower_bound(double step) {
        std::int64_t low = 0, high = state_.count;
        while (low < high) {
            const std::int64_t middle = low + (high - low) / 2;
            if (step_at(middle) < step)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// SQLite would make NULL of a NaN, which values near the limits of double may lead to.
    static double storable(double aggregate) {
        return core::is_finite(aggregate) ? aggregate : std::numeric_limits<double>::infinity();
    }

    Database& database_;
    std::int64_t field_;
    SeriesState& state_;
    std::optional<Statement> insert_{}, select_{};
    std::int64_t guess_ = 0;
    std::int64_t appended_ = 0;
    const Value* last_ = nullptr;
};

/// Points `offset` … `offset + limit - 1`; nothing if the path holds no series of that type.
template <class Value>
[[nodiscard]] std::optional<wire::SeriesPage<Value>> read_points(Database& database,
                                                                 std::string_view object_id,
                                                                 std::string_view path,
                                                                 std::int64_t offset,
                                                                 std::int64_t limit) {
    using Sql = detail::PointSql<Value>;
    Statement series = database.query(
        "SELECT s.field, s.count FROM objects o JOIN fields f ON f.object = o.number "
        "JOIN series s ON s.field = f.id WHERE o.id = ? AND f.path = ? AND f.type = ?",
        object_id, path, Sql::type);
    if (!series.step()) return std::nullopt;
    const std::int64_t field = series.integer(0);
    wire::SeriesPage<Value> page;
    page.total = series.integer(1);
    const std::int64_t first = std::clamp<std::int64_t>(offset, 0, page.total);
    const std::int64_t count = std::clamp<std::int64_t>(limit, 0, page.total - first);
    page.points.reserve(static_cast<std::size_t>(count));
    Statement point = database.query(Sql::page, detail::point_key(field, first),
                                     detail::point_key(field, first + count));
    while (point.step())
        page.points.push_back({point.real(0), point.integer(1), Sql::read(point, 2)});
    return page;
}

}  // namespace neptune::storage

#endif
