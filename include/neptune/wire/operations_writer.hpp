#ifndef NEPTUNE_WIRE_OPERATIONS_WRITER_HPP
#define NEPTUNE_WIRE_OPERATIONS_WRITER_HPP

// Body of `executeOperations`, appended as text; operations_reader.hpp reads it.

#include <neptune/core/base64.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/utf8.hpp>
#include <neptune/wire/operations.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace neptune::wire {

namespace detail {

/// Appends a JSON string; what is no UTF-8 becomes U+FFFD.
inline void write_string(std::string& out, std::string_view text) {
    std::string repaired;
    if (!core::is_valid(text)) {
        repaired = core::replace_invalid(text);
        text = repaired;
    }
    static constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

inline void write_value(std::string& out, double value) {
    out += core::shortest(value);
}
inline void write_value(std::string& out, const std::string& value) {
    write_string(out, value);
}

inline void write_value(std::string& out, const Image& image) {
    out.append("{\"data\":\"").append(core::base64::encode(image.data)).append(1, '"');
    const auto member = [&](std::string_view name, const std::optional<std::string>& text) {
        if (!text) return;
        out.append(",\"").append(name).append("\":");
        write_string(out, *text);
    };
    member("name", image.name);
    member("description", image.description);
    out += '}';
}

inline void write_strings(std::string& out, std::string_view name,
                          const std::vector<std::string>& values) {
    out.append(1, '"').append(name).append("\":[");
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i != 0) out += ',';
        write_string(out, values[i]);
    }
    out += ']';
}

template <class Value>
void write_entries(std::string& out, const std::vector<LogEntry<Value>>& entries) {
    out += "\"entries\":[";
    for (std::size_t i = 0; i < entries.size(); ++i) {
        out += i == 0 ? "{\"value\":" : ",{\"value\":";
        write_value(out, entries[i].value);
        if (entries[i].step) {
            out += ",\"step\":";
            out += core::shortest(*entries[i].step);
        }
        out += ",\"timestampMilliseconds\":";
        out += std::to_string(entries[i].timestamp_ms);
        out += '}';
    }
    out += ']';
}

// Members of each operation's object.
inline void write_members(std::string& out, const AssignFloat& op) {
    out += "\"value\":" + core::shortest(op.value);
}
inline void write_members(std::string& out, const AssignInt& op) {
    out += "\"value\":" + std::to_string(op.value);
}
inline void write_members(std::string& out, const AssignBool& op) {
    out += op.value ? "\"value\":true" : "\"value\":false";
}
inline void write_members(std::string& out, const AssignString& op) {
    out += "\"value\":";
    write_string(out, op.value);
}
inline void write_members(std::string& out, const AssignDatetime& op) {
    out += "\"valueMilliseconds\":" + std::to_string(op.value_ms);
}
inline void write_members(std::string& out, const LogFloats& op) {
    write_entries(out, op.entries);
}
inline void write_members(std::string& out, const LogStrings& op) {
    write_entries(out, op.entries);
}
inline void write_members(std::string& out, const LogImages& op) {
    write_entries(out, op.entries);
}
inline void write_members(std::string& out, const InsertStrings& op) {
    write_strings(out, "values", op.values);
}
inline void write_members(std::string& out, const RemoveStrings& op) {
    write_strings(out, "values", op.values);
}
inline void write_members(std::string& out, const DeleteFiles& op) {
    write_strings(out, "filePaths", op.paths);
}
inline void write_members(std::string& out, const ConfigFloatSeries& op) {
    const char* comma = "";
    const auto member = [&](std::string_view name, const std::string& text) {
        out.append(comma).append(1, '"').append(name).append("\":").append(text);
        comma = ",";
    };
    if (op.min) member("min", core::shortest(*op.min));
    if (op.max) member("max", core::shortest(*op.max));
    if (op.unit) {
        std::string text;
        write_string(text, *op.unit);
        member("unit", text);
    }
}
inline void write_members(std::string&, const ClearFloatSeries&) {}
inline void write_members(std::string&, const ClearStringSeries&) {}
inline void write_members(std::string&, const ClearImageSeries&) {}
inline void write_members(std::string&, const ClearStringSet&) {}
inline void write_members(std::string& out, const AssignArtifact& op) {
    out += "\"hash\":";
    write_string(out, op.hash);
}
inline void write_members(std::string&, const ClearArtifact&) {}
inline void write_members(std::string&, const DeleteAttribute&) {}
inline void write_members(std::string&, const Malformed&) {}

}  // namespace detail

/// Appends one operation as JSON. Numbers in it must be finite.
inline void write_operation(std::string& out, const Operation& operation) {
    out += "{\"path\":";
    detail::write_string(out, operation.path);
    std::visit(
        [&](const auto& payload) {
            out.append(",\"").append(payload.name).append("\":{");
            detail::write_members(out, payload);
        },
        operation.payload);
    out += "}}";
}

/// Body of a request with these operations.
[[nodiscard]] inline std::string write_operations(const std::vector<Operation>& operations) {
    std::string out = "[";
    for (std::size_t i = 0; i < operations.size(); ++i) {
        if (i != 0) out += ',';
        write_operation(out, operations[i]);
    }
    return out += ']';
}

}  // namespace neptune::wire

#endif
