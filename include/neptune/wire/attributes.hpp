#ifndef NEPTUNE_WIRE_ATTRIBUTES_HPP
#define NEPTUNE_WIRE_ATTRIBUTES_HPP

// Current value of a field as it is read: what `getExperimentAttributes` and the single getters
// carry.

#include <neptune/core/field_type.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace neptune::wire {

/// Units: milliseconds since the Unix epoch, UTC.
struct DatetimeValue {
    std::int64_t ms = 0;
    bool operator==(const DatetimeValue&) const = default;
};

struct FloatSeriesConfig {
    std::optional<double> min{}, max{};
    std::optional<std::string> unit{};
    bool operator==(const FloatSeriesConfig&) const = default;
};

/// Aggregates over all stored points; absent while the series is empty. `variance` is the
/// population variance.
struct FloatSeriesValue {
    FloatSeriesConfig config;
    std::optional<double> last{}, last_step{}, min{}, max{}, average{}, variance{};
    bool operator==(const FloatSeriesValue&) const = default;
};

struct StringSeriesValue {
    std::optional<std::string> last{};
    std::optional<double> last_step{};
    bool operator==(const StringSeriesValue&) const = default;
};

/// A stored file. `name`: under which it is downloaded; `extension`: without the dot, may be empty;
/// `size`: bytes.
struct FileValue {
    std::string name, extension;
    std::int64_t size = 0;
    bool operator==(const FileValue&) const = default;
};

/// `size`: bytes of all files of the set.
struct FileSetValue {
    std::int64_t size = 0;
    bool operator==(const FileSetValue&) const = default;
};

/// `channel_id`: a UUID that is the field's own.
struct ImageSeriesValue {
    std::string channel_id;
    std::optional<double> last_step{};
    bool operator==(const ImageSeriesValue&) const = default;
};

/// Members in code-point order.
struct StringSetValue {
    std::vector<std::string> values;
    bool operator==(const StringSetValue&) const = default;
};

/// An artifact, by the hash over its files.
struct ArtifactValue {
    std::string hash;
    bool operator==(const ArtifactValue&) const = default;
};

/// State of the repository when the run was created.
struct GitRefValue {
    std::string commit_id, message, author_name, author_email;
    std::int64_t commit_date_ms = 0;
    bool dirty = false;
    std::optional<std::string> branch{};
    std::vector<std::string> remotes;
    bool operator==(const GitRefValue&) const = default;
};

using AttributeValue =
    std::variant<double, std::int64_t, bool, std::string, DatetimeValue, FloatSeriesValue,
                 StringSeriesValue, StringSetValue, GitRefValue, RunState, FileValue, FileSetValue,
                 ImageSeriesValue, ArtifactValue>;

/// A field with its current value. `type` and the alternative of `value` always belong together.
struct Attribute {
    std::string name;
    FieldType type = FieldType::string;
    AttributeValue value;
    bool operator==(const Attribute&) const = default;
};

/// A field without its value.
struct AttributeDefinition {
    std::string name;
    FieldType type = FieldType::string;
    bool operator==(const AttributeDefinition&) const = default;
};

/// One stored point.
template <class Value>
struct SeriesPoint {
    double step = 0;
    std::int64_t timestamp_ms = 0;
    Value value{};
    bool operator==(const SeriesPoint&) const = default;
};

/// A page of a series, ordered by step, and the number of all its points.
template <class Value>
struct SeriesPage {
    std::int64_t total = 0;
    std::vector<SeriesPoint<Value>> points;
    bool operator==(const SeriesPage&) const = default;
};

}  // namespace neptune::wire

#endif
