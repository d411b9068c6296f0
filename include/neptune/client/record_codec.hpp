#ifndef NEPTUNE_CLIENT_RECORD_CODEC_HPP
#define NEPTUNE_CLIENT_RECORD_CODEC_HPP

// From an operation to the payload of a journal record and back. Kinds are part of the format on
// disk: they are never renumbered or reused. Numbers are in the machine's byte order, as the
// journal itself is.

#include <neptune/journal/record.hpp>
#include <neptune/wire/operations.hpp>

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::client {

/// Copy of the value that a field of some object has on the server when the operation is sent.
/// Atoms only.
struct CopyField {
    std::string object_id;
    std::string path;
    FieldType type = FieldType::string;
    bool operator==(const CopyField&) const = default;
};

/// A file for a File field. `path`: absolute, or `s3://bucket/key`, read when it is sent; empty if
/// the content is here.
struct UploadFile {
    std::string path;
    std::string content;
    std::string extension;
    bool operator==(const UploadFile&) const = default;
};

/// Files for a FileSet field. `globs` and `working_directory` are absolute; the patterns are
/// expanded when they are sent. `reset`: in place of all that the set holds.
struct UploadFileSet {
    std::vector<std::string> globs;
    std::string working_directory;
    bool reset = false;
    bool operator==(const UploadFileSet&) const = default;
};

/// Files that become part of the field's artifact when this is sent. `location` is an absolute path
/// or has a scheme; `destination` is the prefix of their paths inside the artifact.
struct TrackedPath {
    std::string location;
    std::optional<std::string> destination{};
    bool operator==(const TrackedPath&) const = default;
};

/// What a logging call queues: an operation of the wire; a copy or tracked files, which become
/// an assignment when they are sent; or an upload, which is sent by requests of its own.
struct QueuedOperation {
    std::string path;
    std::variant<wire::Payload, CopyField, UploadFile, UploadFileSet, TrackedPath> work;
    bool operator==(const QueuedOperation&) const = default;
};

namespace record_kind {
inline constexpr std::uint16_t assign_float = 1, assign_int = 2, assign_bool = 3, assign_string = 4,
                               assign_datetime = 5, log_floats = 6, log_strings = 7,
                               clear_float_series = 8, clear_string_series = 9,
                               config_float_series = 10, insert_strings = 11, remove_strings = 12,
                               clear_string_set = 13, delete_attribute = 14, copy_field = 15,
                               upload_file = 16, upload_file_set = 17, log_images = 18,
                               clear_image_series = 19, delete_files = 20;
// 21 to 24 are those of artifacts.
inline constexpr std::uint16_t track_files = 21, assign_artifact = 22, clear_artifact = 23;
}  // namespace record_kind

/// A record of a journal but for its field and its number.
struct EncodedOperation {
    std::uint16_t kind = 0;
    std::uint16_t flags = 0;
    std::string payload;
};

/// A journal record that this version cannot read: written by a newer one, or damaged.
struct UnreadableRecord {
    std::string why;
};

namespace detail {

// Appends and reads plain values in sequence; a reader that runs out of bytes says so in `ok`.
class PayloadWriter {
public:
    template <class Number>
    void number(Number value) {
        static_assert(std::is_arithmetic_v<Number>);
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        out.append(bytes, sizeof value);
    }
    void text(std::string_view value) {
        number(static_cast<std::uint64_t>(value.size()));
        out.append(value);
    }
    void maybe(const std::optional<double>& value) {
        number(static_cast<std::uint8_t>(value.has_value()));
        number(value.value_or(0.0));
    }
    void maybe(const std::optional<std::string>& value) {
        number(static_cast<std::uint8_t>(value.has_value()));
        text(value.value_or(std::string()));
    }
    std::string out;
};

class PayloadReader {
public:
    explicit PayloadReader(std::string_view bytes) : rest_(bytes) {}
    template <class Number>
    Number number() {
        Number value{};
        if (rest_.size() < sizeof value) {
            ok = false;
            rest_ = {};
            return value;
        }
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_.remove_prefix(sizeof value);
        return value;
    }
    std::string text() {
        const auto size = number<std::uint64_t>();
        if (size > rest_.size()) {
            ok = false;
            return {};
        }
        std::string value(rest_.substr(0, static_cast<std::size_t>(size)));
        rest_.remove_prefix(static_cast<std::size_t>(size));
        return value;
    }
    std::optional<double> maybe() {
        const bool given = number<std::uint8_t>() != 0;
        const auto value = number<double>();
        return given ? std::optional(value) : std::nullopt;
    }
    std::optional<std::string> maybe_text() {
        const bool given = number<std::uint8_t>() != 0;
        auto value = text();
        return given ? std::optional(std::move(value)) : std::nullopt;
    }
    [[nodiscard]] bool done() const { return rest_.empty(); }
    bool ok = true;

private:
    std::string_view rest_;
};

inline void write_value(PayloadWriter& out, double value) {
    out.number(value);
}
inline void write_value(PayloadWriter& out, const std::string& value) {
    out.text(value);
}
inline void write_value(PayloadWriter& out, const wire::Image& value) {
    out.text(value.data);
    out.maybe(value.name);
    out.maybe(value.description);
}
inline void read_value(PayloadReader& in, wire::Image& value) {
    value.data = in.text();
    value.name = in.maybe_text();
    value.description = in.maybe_text();
}
inline void read_value(PayloadReader& in, double& value) {
    value = in.number<double>();
}
inline void read_value(PayloadReader& in, std::string& value) {
    value = in.text();
}

template <class Value>
void write_entries(PayloadWriter& out, const std::vector<wire::LogEntry<Value>>& entries) {
    for (const auto& entry : entries) {
        out.maybe(entry.step);
        out.number(entry.timestamp_ms);
        write_value(out, entry.value);
    }
}
template <class Value>
std::vector<wire::LogEntry<Value>> read_entries(PayloadReader& in) {
    std::vector<wire::LogEntry<Value>> entries;
    while (in.ok && !in.done()) {
        wire::LogEntry<Value> entry;
        entry.step = in.maybe();
        entry.timestamp_ms = in.number<std::int64_t>();
        read_value(in, entry.value);
        entries.push_back(std::move(entry));
    }
    return entries;
}

inline void write_texts(PayloadWriter& out, const std::vector<std::string>& values) {
    for (const auto& value : values) out.text(value);
}
inline std::vector<std::string> read_texts(PayloadReader& in) {
    std::vector<std::string> values;
    while (in.ok && !in.done()) values.push_back(in.text());
    return values;
}

struct PayloadEncoder {
    PayloadWriter& out;
    std::uint16_t& flags;
    std::uint16_t operator()(const wire::AssignFloat& op) {
        return out.number(op.value), record_kind::assign_float;
    }
    std::uint16_t operator()(const wire::AssignInt& op) {
        return out.number(op.value), record_kind::assign_int;
    }
    std::uint16_t operator()(const wire::AssignBool& op) {
        return out.number(static_cast<std::uint8_t>(op.value)), record_kind::assign_bool;
    }
    std::uint16_t operator()(const wire::AssignString& op) {
        out.out.append(op.value);
        return record_kind::assign_string;
    }
    std::uint16_t operator()(const wire::AssignDatetime& op) {
        return out.number(op.value_ms), record_kind::assign_datetime;
    }
    std::uint16_t operator()(const wire::LogFloats& op) {
        write_entries(out, op.entries);
        flags = journal::flag::point;
        return record_kind::log_floats;
    }
    std::uint16_t operator()(const wire::LogStrings& op) {
        write_entries(out, op.entries);
        flags = journal::flag::point;
        return record_kind::log_strings;
    }
    std::uint16_t operator()(const wire::LogImages& op) {
        write_entries(out, op.entries);
        flags = journal::flag::point;
        return record_kind::log_images;
    }
    std::uint16_t operator()(const wire::ClearImageSeries&) {
        return record_kind::clear_image_series;
    }
    std::uint16_t operator()(const wire::DeleteFiles& op) {
        return write_texts(out, op.paths), record_kind::delete_files;
    }
    std::uint16_t operator()(const wire::ClearFloatSeries&) {
        return record_kind::clear_float_series;
    }
    std::uint16_t operator()(const wire::ClearStringSeries&) {
        return record_kind::clear_string_series;
    }
    std::uint16_t operator()(const wire::ConfigFloatSeries& op) {
        out.maybe(op.min);
        out.maybe(op.max);
        out.number(static_cast<std::uint8_t>(op.unit.has_value()));
        out.text(op.unit.value_or(std::string()));
        return record_kind::config_float_series;
    }
    std::uint16_t operator()(const wire::InsertStrings& op) {
        return write_texts(out, op.values), record_kind::insert_strings;
    }
    std::uint16_t operator()(const wire::RemoveStrings& op) {
        return write_texts(out, op.values), record_kind::remove_strings;
    }
    std::uint16_t operator()(const wire::ClearStringSet&) { return record_kind::clear_string_set; }
    std::uint16_t operator()(const wire::AssignArtifact& op) {
        return out.text(op.hash), record_kind::assign_artifact;
    }
    std::uint16_t operator()(const wire::ClearArtifact&) { return record_kind::clear_artifact; }
    std::uint16_t operator()(const wire::DeleteAttribute&) { return record_kind::delete_attribute; }
    std::uint16_t operator()(const wire::Malformed&) { return 0; }  // never made by a client
};

}  // namespace detail

[[nodiscard]] inline EncodedOperation encode_operation(const QueuedOperation& operation) {
    EncodedOperation result;
    detail::PayloadWriter out;
    if (const auto* copy = std::get_if<CopyField>(&operation.work)) {
        out.text(copy->object_id);
        out.text(copy->path);
        out.number(static_cast<std::uint8_t>(copy->type));
        result.kind = record_kind::copy_field;
    } else if (const auto* file = std::get_if<UploadFile>(&operation.work)) {
        out.text(file->path);
        out.text(file->extension);
        out.text(file->content);
        result.kind = record_kind::upload_file;
    } else if (const auto* set = std::get_if<UploadFileSet>(&operation.work)) {
        out.number(static_cast<std::uint8_t>(set->reset));
        out.text(set->working_directory);
        detail::write_texts(out, set->globs);
        result.kind = record_kind::upload_file_set;
    } else if (const auto* tracked = std::get_if<TrackedPath>(&operation.work)) {
        out.text(tracked->location);
        out.number(static_cast<std::uint8_t>(tracked->destination.has_value()));
        out.text(tracked->destination.value_or(std::string()));
        result.kind = record_kind::track_files;
    } else {
        result.kind = std::visit(detail::PayloadEncoder{out, result.flags},
                                 std::get<wire::Payload>(operation.work));
    }
    result.payload = std::move(out.out);
    return result;
}

/// Payload of one float point, in a buffer of the caller: the hot path makes no string.
struct EncodedPoint {
    char bytes[sizeof(std::uint8_t) + 2 * sizeof(double) + sizeof(std::int64_t)];
    explicit EncodedPoint(const wire::LogEntry<double>& entry) {
        char* out = bytes;
        const auto put = [&out](const auto& value) {
            std::memcpy(out, &value, sizeof value);
            out += sizeof value;
        };
        put(static_cast<std::uint8_t>(entry.step.has_value()));
        put(entry.step.value_or(0.0));
        put(entry.timestamp_ms);
        put(entry.value);
    }
    [[nodiscard]] std::string_view view() const { return {bytes, sizeof bytes}; }
};

[[nodiscard]] inline std::variant<QueuedOperation, UnreadableRecord> decode_operation(
    std::string path, std::uint16_t kind, std::string_view payload) {
    detail::PayloadReader in(payload);
    QueuedOperation result{std::move(path), wire::Payload{}};
    const auto set = [&result](wire::Payload work) { result.work = std::move(work); };
    switch (kind) {
        case record_kind::assign_float:
            set(wire::AssignFloat{in.number<double>()});
            break;
        case record_kind::assign_int:
            set(wire::AssignInt{in.number<std::int64_t>()});
            break;
        case record_kind::assign_bool:
            set(wire::AssignBool{in.number<std::uint8_t>() != 0});
            break;
        case record_kind::assign_string:
            set(wire::AssignString{std::string(payload)});
            break;
        case record_kind::assign_datetime:
            set(wire::AssignDatetime{in.number<std::int64_t>()});
            break;
        case record_kind::log_floats:
            set(wire::LogFloats{detail::read_entries<double>(in)});
            break;
        case record_kind::log_strings:
            set(wire::LogStrings{detail::read_entries<std::string>(in)});
            break;
        case record_kind::log_images:
            set(wire::LogImages{detail::read_entries<wire::Image>(in)});
            break;
        case record_kind::clear_image_series:
            set(wire::ClearImageSeries{});
            break;
        case record_kind::delete_files:
            set(wire::DeleteFiles{detail::read_texts(in)});
            break;
        case record_kind::clear_float_series:
            set(wire::ClearFloatSeries{});
            break;
        case record_kind::clear_string_series:
            set(wire::ClearStringSeries{});
            break;
        case record_kind::config_float_series: {
            wire::ConfigFloatSeries config;
            config.min = in.maybe();
            config.max = in.maybe();
            const bool has_unit = in.number<std::uint8_t>() != 0;
            auto unit = in.text();
            if (has_unit) config.unit = std::move(unit);
            set(std::move(config));
            break;
        }
        case record_kind::insert_strings:
            set(wire::InsertStrings{detail::read_texts(in)});
            break;
        case record_kind::remove_strings:
            set(wire::RemoveStrings{detail::read_texts(in)});
            break;
        case record_kind::clear_string_set:
            set(wire::ClearStringSet{});
            break;
        case record_kind::track_files: {
            TrackedPath tracked;
            tracked.location = in.text();
            const bool has_destination = in.number<std::uint8_t>() != 0;
            auto destination = in.text();
            if (has_destination) tracked.destination = std::move(destination);
            result.work = std::move(tracked);
            break;
        }
        case record_kind::assign_artifact:
            set(wire::AssignArtifact{in.text()});
            break;
        case record_kind::clear_artifact:
            set(wire::ClearArtifact{});
            break;
        case record_kind::delete_attribute:
            set(wire::DeleteAttribute{});
            break;
        case record_kind::copy_field: {
            CopyField copy;
            copy.object_id = in.text();
            copy.path = in.text();
            const auto type = in.number<std::uint8_t>();
            if (type >= core::field_type_names.size())
                in.ok = false;
            else
                copy.type = static_cast<FieldType>(type);
            result.work = std::move(copy);
            break;
        }
        case record_kind::upload_file: {
            UploadFile file;
            file.path = in.text();
            file.extension = in.text();
            file.content = in.text();
            result.work = std::move(file);
            break;
        }
        case record_kind::upload_file_set: {
            UploadFileSet upload;
            upload.reset = in.number<std::uint8_t>() != 0;
            upload.working_directory = in.text();
            upload.globs = detail::read_texts(in);
            result.work = std::move(upload);
            break;
        }
        default:
            return UnreadableRecord{"it has the unknown kind " + std::to_string(kind)};
    }
    if (!in.ok) return UnreadableRecord{"its payload is cut short"};
    return result;
}

}  // namespace neptune::client

#endif
