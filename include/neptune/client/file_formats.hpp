#ifndef NEPTUNE_CLIENT_FILE_FORMATS_HPP
#define NEPTUNE_CLIENT_FILE_FORMATS_HPP

// Values as files that people can read: File::as_json and File::as_html.

#include <neptune/client/file.hpp>
#include <neptune/client/value.hpp>
#include <neptune/core/number.hpp>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace neptune {
namespace detail {

[[nodiscard]] inline std::string json_quoted(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result.append(1, '\\').append(1, c);
        else if (byte < 0x20)
            result.append("\\u00").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
        else
            result.append(1, c);
    }
    return result.append("\"");
}

// JSON has no word for NaN and infinity.
[[nodiscard]] inline std::string json_number(double value) {
    return core::is_finite(value) ? core::shortest(value) : "null";
}

template <class Range, class Text>
std::string json_array(const Range& range, Text text) {
    std::string result = "[";
    for (const auto& element : range)
        result.append(result.size() > 1 ? "," : "").append(text(element));
    return result.append("]");
}

[[nodiscard]] inline std::string json_text(const Value& value);

struct JsonWriter {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return std::to_string(v); }
    std::string operator()(std::uint64_t v) const { return std::to_string(v); }
    std::string operator()(double v) const { return json_number(v); }
    std::string operator()(const std::string& v) const { return json_quoted(v); }
    std::string operator()(Datetime v) const {
        return std::to_string(v.time_since_epoch().count());
    }
    std::string operator()(const StringSet& v) const { return json_array(v.values, json_quoted); }
    std::string operator()(const FloatSeries& v) const { return json_array(v.values, json_number); }
    std::string operator()(const StringSeries& v) const {
        return json_array(v.values, json_quoted);
    }
    std::string operator()(const Dict& v) const {
        std::string result = "{";
        for (const auto& [key, part] : v.items())
            result.append(result.size() > 1 ? "," : "")
                .append(json_quoted(key))
                .append(":")
                .append(json_text(part));
        return result.append("}");
    }
    template <class Other>
    std::string operator()(const Other&) const {
        throw InvalidArgument(ErrorCode::invalid_argument,
                              "JSON cannot hold a file, a field or a state",
                              "give numbers, texts, times, sets, series or dictionaries");
    }
};

/// Times are milliseconds since the Unix epoch. Errors: InvalidArgument for what JSON cannot hold.
[[nodiscard]] inline std::string json_text(const Value& value) {
    return std::visit(JsonWriter{}, value.storage());
}

[[nodiscard]] inline std::string html_escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

template <class T>
concept HtmlCell = StringLike<T> || std::is_arithmetic_v<T>;

template <HtmlCell T>
std::string html_cell(const T& cell) {
    if constexpr (std::same_as<T, bool>)
        return cell ? "true" : "false";
    else if constexpr (std::floating_point<T>)
        return core::shortest(static_cast<double>(cell));
    else if constexpr (std::is_arithmetic_v<T>)
        return std::to_string(cell);
    else
        return html_escaped(text_of(cell));
}

}  // namespace detail

template <class T>
requires(Storable<T> || detail::Dumpable<T>) File File::as_json(const T& value) {
    if constexpr (detail::Dumpable<T>)
        return File(value.dump(), "json");
    else
        return File(detail::json_text(Value(value)), "json");
}

template <class Rows>
File File::as_html(const Rows& rows, const std::vector<std::string>& columns) {
    std::string html =
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><style>table{border-collapse:"
        "collapse;font-family:sans-serif}td,th{border:1px solid #ccc;padding:.2em .6em;text-align:"
        "right}</style></head><body>\n<table>\n";
    const auto line = [&html](const auto& cells, std::string_view tag) {
        html += "<tr>";
        for (const auto& cell : cells)
            html.append("<")
                .append(tag)
                .append(">")
                .append(detail::html_cell(cell))
                .append("</")
                .append(tag)
                .append(">");
        html += "</tr>\n";
    };
    if (!columns.empty()) line(columns, "th");
    for (const auto& row : rows) line(row, "td");
    return File(html + "</table>\n</body></html>\n", "html");
}

}  // namespace neptune

#endif
