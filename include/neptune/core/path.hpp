#ifndef NEPTUNE_CORE_PATH_HPP
#define NEPTUNE_CORE_PATH_HPP

// Paths of fields: `/` separates, empty parts are dropped, case matters.
// Source of the rules: `parse_path` of the Python client; the limits are ours (wire/limits.hpp
// names them too).

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace neptune::core {

inline constexpr std::size_t max_path_bytes = 4096;
inline constexpr std::size_t max_path_parts = 64;
inline constexpr std::size_t max_path_part_bytes = 1024;

/// `//x///y/` -> `x/y`. Never fails; an empty result is the root.
[[nodiscard]] inline std::string normalize_path(std::string_view path) {
    std::string result;
    result.reserve(path.size());
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto part = path.substr(0, slash);
        if (!part.empty()) {
            if (!result.empty()) result += '/';
            result += part;
        }
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    return result;
}

/// True for what `normalize_path` would give back unchanged.
[[nodiscard]] inline bool is_normalized_path(std::string_view path) {
    if (path.empty()) return true;
    return path.front() != '/' && path.back() != '/' && path.find("//") == std::string_view::npos;
}

/// Why a normalised path is refused, in words that follow "the path …"; nothing if it is fine.
[[nodiscard]] inline std::optional<std::string> path_problem(std::string_view path) {
    if (path.size() > max_path_bytes)
        return "is longer than " + std::to_string(max_path_bytes) + " bytes";
    std::size_t parts = 0;
    std::size_t part_bytes = 0;
    for (std::size_t i = 0; i <= path.size(); ++i) {
        if (i == path.size() || path[i] == '/') {
            if (part_bytes > max_path_part_bytes)
                return "has a part longer than " + std::to_string(max_path_part_bytes) + " bytes";
            if (part_bytes != 0 && ++parts > max_path_parts)
                return "has more than " + std::to_string(max_path_parts) + " parts";
            part_bytes = 0;
            continue;
        }
        const auto byte = static_cast<unsigned char>(path[i]);
        if (byte < 0x20 || byte == 0x7f) return "contains a control character";
        ++part_bytes;
    }
    return std::nullopt;
}

/// Joins two normalised paths; either may be the root.
[[nodiscard]] inline std::string join_path(std::string_view parent, std::string_view child) {
    if (parent.empty()) return std::string(child);
    if (child.empty()) return std::string(parent);
    std::string result;
    result.reserve(parent.size() + 1 + child.size());
    return result.append(parent).append(1, '/').append(child);
}

/// True if `path` lies strictly below `ancestor`; everything lies below the root.
[[nodiscard]] inline bool is_below(std::string_view path, std::string_view ancestor) {
    if (ancestor.empty()) return !path.empty();
    return path.size() > ancestor.size() && path[ancestor.size()] == '/' &&
           path.substr(0, ancestor.size()) == ancestor;
}

/// `sys` itself and everything below it.
[[nodiscard]] inline bool is_sys_path(std::string_view path) {
    return path == "sys" || is_below(path, "sys");
}

}  // namespace neptune::core

#endif
