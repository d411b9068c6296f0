#ifndef NEPTUNE_CORE_GLOB_HPP
#define NEPTUNE_CORE_GLOB_HPP

// Which files a pattern names. Source: `glob.glob(recursive=True)` of Python.

#include <neptune/core/files.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace neptune::core {
namespace detail {

// The end of `[…]` at the front of the pattern, behind the bracket; 0 if it is no such set.
[[nodiscard]] inline std::size_t set_length(std::string_view pattern) {
    std::size_t at = 1;
    if (at < pattern.size() && pattern[at] == '!') ++at;
    if (at < pattern.size() && pattern[at] == ']') ++at;
    const auto end = pattern.find(']', at);
    return end == std::string_view::npos ? 0 : end + 1;
}

[[nodiscard]] inline bool in_set(std::string_view set, char c) {
    set = set.substr(1, set.size() - 2);
    const bool inverted = set.front() == '!';
    if (inverted) set.remove_prefix(1);
    for (std::size_t i = 0; i < set.size(); ++i) {
        const bool range = i + 2 < set.size() && set[i + 1] == '-';
        const auto low = static_cast<unsigned char>(set[i]);
        const auto high = static_cast<unsigned char>(range ? set[i + 2] : set[i]);
        const auto wanted = static_cast<unsigned char>(c);
        if (low <= wanted && wanted <= high) return !inverted;
        if (range) i += 2;
    }
    return inverted;
}

}  // namespace detail

/// Whether a name without `/` fits: `*` any bytes, `?` one, `[a-c]` and `[!a-c]` one of them.
[[nodiscard]] inline bool name_matches(std::string_view pattern, std::string_view name) {
    // Where to go on after the last `*` if what follows it does not fit: linear for one star,
    // quadratic at worst, never exponential.
    std::string_view star_pattern, star_name;
    bool star = false;
    while (!name.empty() || !pattern.empty()) {
        if (!pattern.empty() && pattern.front() == '*') {
            pattern.remove_prefix(1);
            star = true;
            star_pattern = pattern;
            star_name = name;
            continue;
        }
        if (!pattern.empty() && !name.empty()) {
            const std::size_t set = pattern.front() == '[' ? detail::set_length(pattern) : 0;
            const bool fits = set > 0 ? detail::in_set(pattern.substr(0, set), name.front())
                                      : pattern.front() == '?' || pattern.front() == name.front();
            const bool any_character = set > 0 || pattern.front() == '?';
            if (fits) {
                pattern.remove_prefix(set > 0 ? set : 1);
                name.remove_prefix(1);
                // One character, not one byte: what continues it in UTF-8 goes with it.
                while (any_character && !name.empty() &&
                       (static_cast<unsigned char>(name.front()) >> 6U) == 2)
                    name.remove_prefix(1);
                continue;
            }
        }
        if (!star || star_name.empty()) return false;
        star_name.remove_prefix(1);
        name = star_name;
        pattern = star_pattern;
    }
    return true;
}

namespace detail {

using GlobPlace = std::pair<::dev_t, ::ino_t>;

// Pipes and devices are none: reading one may never end.
enum class PathKind { none, file, directory };

[[nodiscard]] inline PathKind kind_of(const std::string& path, GlobPlace* id = nullptr) {
    struct ::stat status {};
    if (::stat(path.c_str(), &status) != 0) return PathKind::none;
    if (id != nullptr) *id = {status.st_dev, status.st_ino};
    if (S_ISDIR(status.st_mode)) return PathKind::directory;
    return S_ISREG(status.st_mode) ? PathKind::file : PathKind::none;
}

// The names in a directory; none if it cannot be read, as Python does.
[[nodiscard]] inline std::vector<std::string> names_in(const std::string& directory) {
    try {
        return list_directory(directory);
    } catch (const std::system_error&) {
        return {};
    }
}

class GlobWalk {
public:
    explicit GlobWalk(std::vector<std::string>& found) : found_(found) {}

    // `path` ends in `/`; `pattern` is relative to it.
    void expand(const std::string& path, std::string_view pattern) {
        const auto slash = pattern.find('/');
        const auto part = pattern.substr(0, slash);
        const bool last = slash == std::string_view::npos;
        auto rest = last ? std::string_view() : pattern.substr(slash + 1);
        while (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
        if (part == "**") {
            recurse(path, last || rest.empty() ? std::string_view() : rest);
        } else if (part.find_first_of("*?[") == std::string_view::npos) {
            step(path + std::string(part), last, rest);
        } else {
            const bool hidden = part.front() == '.';
            for (const auto& name : names_in(path))
                if ((hidden || name.front() != '.') && name_matches(part, name))
                    step(path + name, last, rest);
        }
    }

private:
    void step(const std::string& path, bool last, std::string_view rest) {
        const auto kind = kind_of(path);
        if (last && kind != PathKind::none) found_.push_back(path);
        if (!last && kind == PathKind::directory) {
            if (rest.empty())
                found_.push_back(path);
            else
                expand(path + "/", rest);
        }
    }
    // `**`: this directory and all below it that are not hidden; links are followed, but never
    // into a directory that the walk is in already. At the end of a pattern it names directories
    // too, and these stand for all below them.
    void recurse(const std::string& directory, std::string_view rest) {
        GlobPlace id;
        if (kind_of(directory, &id) != PathKind::directory || !inside_.insert(id).second) return;
        if (rest.empty())
            found_.push_back(directory.substr(0, directory.size() - 1));
        else
            expand(directory, rest);
        for (const auto& name : names_in(directory)) {
            if (name.front() == '.') continue;
            const std::string path = directory + name;
            if (kind_of(path) == PathKind::directory) recurse(path + "/", rest);
        }
        inside_.erase(id);
    }

    std::vector<std::string>& found_;
    std::set<GlobPlace> inside_;
};

inline void list_tree(const std::string& directory, std::vector<std::string>& found) {
    for (const auto& name : names_in(directory)) {
        const std::string path = directory + "/" + name;
        struct ::stat status {};
        if (::lstat(path.c_str(), &status) != 0) continue;
        if (S_ISDIR(status.st_mode))
            list_tree(path, found);
        else if (kind_of(path) == PathKind::file)
            found.push_back(path);
    }
}

}  // namespace detail

/// An absolute path without `.`, `..` and doubled slashes; `base` is absolute.
[[nodiscard]] inline std::string absolute_path(std::string_view path, std::string_view base) {
    std::string whole(path.starts_with('/') ? std::string() : std::string(base));
    whole.append("/").append(path);
    std::vector<std::string_view> parts;
    std::string_view rest = whole;
    while (!rest.empty()) {
        const auto slash = (std::min)(rest.find('/'), rest.size());
        const auto part = rest.substr(0, slash);
        rest.remove_prefix((std::min)(slash + 1, rest.size()));
        if (part.empty() || part == ".") continue;
        if (part != "..")
            parts.push_back(part);
        else if (!parts.empty())
            parts.pop_back();
    }
    std::string result;
    for (const auto part : parts) result.append("/").append(part);
    return result.empty() ? "/" : result;
}

/// The files that absolute patterns name, sorted, each once. `**` is any number of directories,
/// names that begin with a dot match only a pattern that does; a directory stands for all files
/// below it, hidden ones too, but links to directories below it are not followed.
[[nodiscard]] inline std::vector<std::string> expand_globs(
    const std::vector<std::string>& patterns) {
    std::vector<std::string> matches, files;
    for (const auto& pattern : patterns)
        detail::GlobWalk(matches).expand("/", std::string_view(pattern).substr(1));
    for (const auto& match : matches) {
        if (detail::kind_of(match) == detail::PathKind::directory)
            detail::list_tree(match, files);
        else
            files.push_back(match);
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

/// The directory that all those absolute paths of files have in common; `working_directory` if
/// that lies above it.
[[nodiscard]] inline std::string common_root(const std::vector<std::string>& files,
                                             const std::string& working_directory) {
    if (files.empty()) return working_directory;
    std::string root = files.front().substr(0, files.front().rfind('/') + 1);
    for (const auto& file : files)
        while (!file.starts_with(root)) root.erase(root.rfind('/', root.size() - 2) + 1);
    const auto base = working_directory == "/" ? "/" : working_directory + "/";
    if (root.starts_with(base)) return working_directory;
    return root == "/" ? root : root.substr(0, root.size() - 1);
}

}  // namespace neptune::core

#endif
