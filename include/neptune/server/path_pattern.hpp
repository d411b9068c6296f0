#ifndef NEPTUNE_SERVER_PATH_PATTERN_HPP
#define NEPTUNE_SERVER_PATH_PATTERN_HPP

// Paths with parameters, such as /projects/members/{userId}: a parameter is one whole part.

#include <neptune/http/url.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::server {

[[nodiscard]] constexpr bool is_path_pattern(std::string_view path) {
    return path.find('{') != std::string_view::npos;
}

/// Names and decoded values of the parameters; nothing if the path does not fit, or a parameter
/// would be empty. `raw_path` is still encoded, so that a value may hold an encoded slash.
[[nodiscard]] inline std::optional<http::Query> match_path(std::string_view pattern,
                                                           std::string_view raw_path) {
    if (std::count(pattern.begin(), pattern.end(), '/') !=
        std::count(raw_path.begin(), raw_path.end(), '/'))
        return std::nullopt;
    http::Query parameters;
    const auto take_part = [](std::string_view& text) {
        const auto part = text.substr(0, text.find('/'));
        text.remove_prefix((std::min)(text.size(), part.size() + 1));
        return part;
    };
    while (!pattern.empty() && !raw_path.empty()) {
        const auto expected = take_part(pattern);
        const auto part = take_part(raw_path);
        if (expected.size() > 2 && expected.front() == '{') {
            if (part.empty()) return std::nullopt;
            parameters.emplace_back(std::string(expected.substr(1, expected.size() - 2)),
                                    http::decode_percent(part));
        } else if (part != expected) {
            return std::nullopt;
        }
    }
    if (!pattern.empty() || !raw_path.empty()) return std::nullopt;
    return parameters;
}

}  // namespace neptune::server

#endif
