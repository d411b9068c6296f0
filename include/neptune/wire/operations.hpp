#ifndef NEPTUNE_WIRE_OPERATIONS_HPP
#define NEPTUNE_WIRE_OPERATIONS_HPP

// What `executeOperations` carries: one operation on one field. JSON appears only in
// operations_writer.hpp and operations_reader.hpp.

#include <neptune/core/field_type.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace neptune::wire {

/// One point of a series. Units: `timestamp_ms` since the Unix epoch, UTC. Without `step` the
/// server continues with the last step + 1, from 0.
template <class Value>
struct LogEntry {
    Value value{};
    std::optional<double> step{};
    std::int64_t timestamp_ms = 0;
    bool operator==(const LogEntry&) const = default;
};

/// Each operation knows its word on the wire and the type of field that it makes or needs.
struct AssignFloat {
    static constexpr std::string_view name = "assignFloat";
    static constexpr FieldType type = FieldType::float_number;
    double value = 0;
    bool operator==(const AssignFloat&) const = default;
};
struct AssignInt {
    static constexpr std::string_view name = "assignInt";
    static constexpr FieldType type = FieldType::integer;
    std::int64_t value = 0;
    bool operator==(const AssignInt&) const = default;
};
struct AssignBool {
    static constexpr std::string_view name = "assignBool";
    static constexpr FieldType type = FieldType::boolean;
    bool value = false;
    bool operator==(const AssignBool&) const = default;
};
struct AssignString {
    static constexpr std::string_view name = "assignString";
    static constexpr FieldType type = FieldType::string;
    std::string value;
    bool operator==(const AssignString&) const = default;
};
struct AssignDatetime {
    static constexpr std::string_view name = "assignDatetime";
    static constexpr FieldType type = FieldType::datetime;
    std::int64_t value_ms = 0;
    bool operator==(const AssignDatetime&) const = default;
};
struct LogFloats {
    static constexpr std::string_view name = "logFloats";
    static constexpr FieldType type = FieldType::float_series;
    std::vector<LogEntry<double>> entries;
    bool operator==(const LogFloats&) const = default;
};
struct LogStrings {
    static constexpr std::string_view name = "logStrings";
    static constexpr FieldType type = FieldType::string_series;
    std::vector<LogEntry<std::string>> entries;
    bool operator==(const LogStrings&) const = default;
};
/// An image of a series. `data`: the bytes of an image file; empty where the image was larger than
/// the client may send.
struct Image {
    std::string data;
    std::optional<std::string> name{}, description{};
    bool operator==(const Image&) const = default;
};
struct LogImages {
    static constexpr std::string_view name = "logImages";
    static constexpr FieldType type = FieldType::image_series;
    std::vector<LogEntry<Image>> entries;
    bool operator==(const LogImages&) const = default;
};
struct ClearFloatSeries {
    static constexpr std::string_view name = "clearFloatSeries";
    static constexpr FieldType type = FieldType::float_series;
    bool operator==(const ClearFloatSeries&) const = default;
};
struct ClearStringSeries {
    static constexpr std::string_view name = "clearStringSeries";
    static constexpr FieldType type = FieldType::string_series;
    bool operator==(const ClearStringSeries&) const = default;
};
struct ClearImageSeries {
    static constexpr std::string_view name = "clearImageSeries";
    static constexpr FieldType type = FieldType::image_series;
    bool operator==(const ClearImageSeries&) const = default;
};
/// Display range and unit of a float series; replaces the former configuration as a whole.
struct ConfigFloatSeries {
    static constexpr std::string_view name = "configFloatSeries";
    static constexpr FieldType type = FieldType::float_series;
    std::optional<double> min{}, max{};
    std::optional<std::string> unit{};
    bool operator==(const ConfigFloatSeries&) const = default;
};
struct InsertStrings {
    static constexpr std::string_view name = "insertStrings";
    static constexpr FieldType type = FieldType::string_set;
    std::vector<std::string> values;
    bool operator==(const InsertStrings&) const = default;
};
struct RemoveStrings {
    static constexpr std::string_view name = "removeStrings";
    static constexpr FieldType type = FieldType::string_set;
    std::vector<std::string> values;
    bool operator==(const RemoveStrings&) const = default;
};
struct ClearStringSet {
    static constexpr std::string_view name = "clearStringSet";
    static constexpr FieldType type = FieldType::string_set;
    bool operator==(const ClearStringSet&) const = default;
};
/// Removes files from a set by their paths in it; a path that names a folder removes all below it.
struct DeleteFiles {
    static constexpr std::string_view name = "deleteFiles";
    static constexpr FieldType type = FieldType::file_set;
    std::vector<std::string> paths;
    bool operator==(const DeleteFiles&) const = default;
};
/// Refers to an artifact by its hash, which the server need not know.
struct AssignArtifact {
    static constexpr std::string_view name = "assignArtifact";
    static constexpr FieldType type = FieldType::artifact;
    std::string hash;
    bool operator==(const AssignArtifact&) const = default;
};
/// Refers to the artifact without files.
struct ClearArtifact {
    static constexpr std::string_view name = "clearArtifact";
    static constexpr FieldType type = FieldType::artifact;
    bool operator==(const ClearArtifact&) const = default;
};
/// Removes the field with all its data, whatever its type; `type` is not looked at.
struct DeleteAttribute {
    static constexpr std::string_view name = "deleteAttribute";
    bool operator==(const DeleteAttribute&) const = default;
};
/// An element of the request that is no operation: unknown name, or a member of the wrong type. It
/// travels to where operations are applied, so that its error stands in its place in the answer.
struct Malformed {
    static constexpr std::string_view name = "";
    std::string problem;
    bool operator==(const Malformed&) const = default;
};

using Payload =
    std::variant<AssignFloat, AssignInt, AssignBool, AssignString, AssignDatetime, LogFloats,
                 LogStrings, LogImages, ClearFloatSeries, ClearStringSeries, ClearImageSeries,
                 ConfigFloatSeries, InsertStrings, RemoveStrings, ClearStringSet, DeleteFiles,
                 AssignArtifact, ClearArtifact, DeleteAttribute, Malformed>;

/// One operation. `path` is normalised by whoever builds it.
struct Operation {
    std::string path;
    Payload payload;
    bool operator==(const Operation&) const = default;
};

/// Word on the wire, such as `assignFloat`.
[[nodiscard]] inline std::string_view name_of(const Payload& payload) {
    return std::visit([](const auto& operation) { return operation.name; }, payload);
}

/// Type of field that the operation makes or needs; nothing for a deletion or a malformed element.
[[nodiscard]] inline std::optional<FieldType> type_of(const Payload& payload) {
    return std::visit(
        [](const auto& operation) -> std::optional<FieldType> {
            if constexpr (requires { operation.type; })
                return operation.type;
            else
                return std::nullopt;
        },
        payload);
}

/// Why one operation was refused.
enum class OperationErrorType { metadata_inconsistency, log_series_value, assign_float_value };

struct OperationError {
    OperationErrorType type = OperationErrorType::metadata_inconsistency;
    std::string description;
    /// Position of the operation in the request.
    std::int64_t index = 0;
    std::string path;
    bool operator==(const OperationError&) const = default;
};

[[nodiscard]] constexpr std::string_view wire_name(OperationErrorType type) {
    switch (type) {
        case OperationErrorType::log_series_value:
            return "logSeriesValueError";
        case OperationErrorType::assign_float_value:
            return "assignFloatValueError";
        case OperationErrorType::metadata_inconsistency:
            break;
    }
    return "metadata_inconsistency";
}

/// Records of one producer (wire protocol §15.2): `first` … `last`, both included, counted from 1.
struct ProducerRange {
    std::string producer;
    std::int64_t first = 0;
    std::int64_t last = 0;
    bool operator==(const ProducerRange&) const = default;
};

}  // namespace neptune::wire

#endif
