#ifndef NEPTUNE_CLIENT_MONITORING_SYSTEM_FILES_HPP
#define NEPTUNE_CLIENT_MONITORING_SYSTEM_FILES_HPP

// Reading the small text files of /proc, /sys and .git.

#include <neptune/core/number.hpp>
#include <neptune/core/os.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace neptune::client {

namespace detail {

/// The file below `root`; nothing if it is not there or cannot be read, as many in /proc and /sys.
[[nodiscard]] inline std::optional<std::string> system_file(const std::string& path) {
    try {
        return core::read_file(path);
    } catch (const std::system_error&) {
        return std::nullopt;
    }
}

/// Parts between characters of `separators`, empty ones left out. Lifetime: views of `text`.
[[nodiscard]] inline std::vector<std::string_view> split(std::string_view text,
                                                         std::string_view separators = " \t\n") {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = (std::min)(text.find_first_of(separators), text.size());
        if (end != 0) parts.push_back(text.substr(0, end));
        text.remove_prefix((std::min)(end + 1, text.size()));
    }
    return parts;
}

std::vector<std::string_view> split(std::string&& temporary, std::string_view = {}) = delete;

/// A number of the system's, which is never negative; nothing for "max" and -1, which are no limit.
[[nodiscard]] inline std::optional<double> system_number(std::string_view text) {
    const auto number = core::parse_double(text);
    return number && *number >= 0 ? number : std::nullopt;
}

/// The number behind `key` in lines of "key number", perhaps with a colon.
[[nodiscard]] inline std::optional<double> number_behind(std::string_view text,
                                                         std::string_view key) {
    for (const auto line : split(text, "\n")) {
        const auto words = split(line, " \t:");
        if (words.size() >= 2 && words[0] == key) return system_number(words[1]);
    }
    return std::nullopt;
}

}  // namespace detail

}  // namespace neptune::client

#endif
