#ifndef NEPTUNE_CLI_NAMES_HPP
#define NEPTUNE_CLI_NAMES_HPP

// Names that people give on the command line. Each check gives what is wrong with a text, or an
// empty string: the form that CLI11 wants of its validators.

#include <neptune/core/number.hpp>
#include <neptune/core/utf8.hpp>
#include <neptune/storage/keys.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace neptune::cli {

/// Bytes of the name of a workspace, project, user or service account.
inline constexpr std::size_t max_name_bytes = 128;

/// For names of workspaces, projects, users and service accounts. They stand in identifiers such as
/// `workspace/project/SYS-ID`, hence no slash.
[[nodiscard]] inline std::string name_problem(const std::string& name) {
    const auto is_control = [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; };
    if (name.empty()) return "a name may not be empty";
    if (!core::is_valid(name)) return "the name is not valid UTF-8";
    if (std::any_of(name.begin(), name.end(), is_control))
        return "a name may not contain control characters";
    if (name.find('/') != std::string::npos) return "the name '" + name + "' contains a slash";
    if (name.front() == ' ' || name.back() == ' ')
        return "the name '" + name + "' begins or ends with a space";
    if (name.size() > max_name_bytes)
        return "the name has " + std::to_string(name.size()) + " bytes, more than " +
               std::to_string(max_name_bytes);
    return {};
}

/// `workspace/project` in two.
struct QualifiedName {
    std::string workspace, project;
};
[[nodiscard]] inline QualifiedName split_project_name(const std::string& text) {
    const auto slash = text.find('/');
    return {text.substr(0, slash), text.substr(slash + 1)};
}

[[nodiscard]] inline std::string project_name_problem(const std::string& text) {
    if (std::count(text.begin(), text.end(), '/') != 1)
        return "'" + text + "' is not of the form WORKSPACE/NAME";
    const auto name = split_project_name(text);
    const auto problem = name_problem(name.workspace);
    return problem.empty() ? name_problem(name.project) : problem;
}

[[nodiscard]] inline std::string project_key_problem(const std::string& key) {
    if (storage::is_valid_key(key)) return {};
    return "'" + key + "' is no key: 1 to " + std::to_string(storage::max_key_characters) +
           " capital letters and digits, at least one letter, such as CLS or GPT2";
}

/// A port that can be listened on; 0 is any free one.
[[nodiscard]] inline std::string port_problem(const std::string& text) {
    const auto port = core::parse_int64(text);
    if (port && *port >= 0 && *port <= 65'535) return {};
    return "'" + text + "' is no port: 1 to 65535, or 0 for any free one";
}

/// Requests per second.
[[nodiscard]] inline std::string rate_problem(const std::string& text) {
    const auto rate = core::parse_double(text);
    if (rate && *rate >= 0) return {};
    return "'" + text + "' is no number of requests per second";
}

[[nodiscard]] inline std::string empty_problem(const std::string& text) {
    return text.empty() ? "may not be empty" : "";
}

/// `text` as one word of a shell command.
[[nodiscard]] inline std::string shell_word(std::string_view text) {
    constexpr std::string_view harmless =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,";
    if (!text.empty() && text.find_first_not_of(harmless) == std::string_view::npos)
        return std::string(text);
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

}  // namespace neptune::cli

#endif
