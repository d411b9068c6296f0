#ifndef NEPTUNE_WIRE_NQL_TEXT_HPP
#define NEPTUNE_WIRE_NQL_TEXT_HPP

// Writes conditions as the Python client does, byte for byte (wire protocol §10.3), except that
// values are escaped.

#include <string>
#include <string_view>
#include <vector>

namespace neptune::wire::nql {

/// The value in double quotes, with " and \ escaped.
[[nodiscard]] inline std::string in_quotes(std::string_view value) {
    std::string result = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

/// (`path`:type operator value). `value` is written as it is, see `in_quotes`.
[[nodiscard]] inline std::string condition(std::string_view path, std::string_view type,
                                           std::string_view op, std::string_view value) {
    std::string result = "(`";
    result.append(path).append("`:").append(type).append(" ").append(op).append(" ");
    return result.append(value) + ')';
}

/// (a AND b); one condition stands for itself, empty ones are left out, none give an empty query.
/// `word`: AND or OR.
[[nodiscard]] inline std::string join(std::string_view word,
                                      const std::vector<std::string>& conditions) {
    std::string result;
    std::size_t count = 0;
    for (const auto& condition : conditions) {
        if (condition.empty()) continue;
        if (count++ > 0) result.append(" ").append(word).append(" ");
        result += condition;
    }
    return count > 1 ? '(' + result + ')' : result;
}

}  // namespace neptune::wire::nql

#endif
