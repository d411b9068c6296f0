#ifndef NEPTUNE_SERVER_IDENTIFIERS_HPP
#define NEPTUNE_SERVER_IDENTIFIERS_HPP

// The forms in which requests name projects and objects (wire protocol §4.7). Only the shape is
// looked at here.

#include <neptune/server/refusal.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace neptune::server {

/// Lower-case UUID of a project or object.
struct ById {
    std::string id;
    bool operator==(const ById&) const = default;
};
/// `workspace/project`
struct ProjectName {
    std::string workspace, project;
    bool operator==(const ProjectName&) const = default;
};
/// `workspace/project/SYS-ID`
struct BySysId {
    ProjectName project;
    std::string sys_id;
    bool operator==(const BySysId&) const = default;
};
/// `CUSTOM/workspace/project/<custom id>`; the custom ID may contain slashes.
struct ByCustomId {
    ProjectName project;
    std::string custom_id;
    bool operator==(const ByCustomId&) const = default;
};

using ProjectIdentifier = std::variant<ById, ProjectName>;
using ObjectIdentifier = std::variant<ById, BySysId, ByCustomId>;

/// The UUID in lower case, or nothing if `text` is none.
[[nodiscard]] inline std::optional<ById> parse_uuid(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    std::string id(text);
    for (std::size_t i = 0; i < id.size(); ++i) {
        char& c = id[i];
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (c != '-') return std::nullopt;
            continue;
        }
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return std::nullopt;
    }
    return ById{std::move(id)};
}

namespace detail {
/// Takes the part before the first slash off `text`; nothing if there is no slash or the part is
/// empty.
inline std::optional<std::string> take_part(std::string_view& text) {
    const auto slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0) return std::nullopt;
    std::string part(text.substr(0, slash));
    text.remove_prefix(slash + 1);
    return part;
}
}  // namespace detail

/// Errors: throws Refusal (400, INCORRECT_IDENTIFIER) for any other form.
[[nodiscard]] inline ProjectIdentifier parse_project_identifier(std::string_view text) {
    if (auto id = parse_uuid(text)) return *std::move(id);
    auto rest = text;
    auto workspace = detail::take_part(rest);
    if (!workspace || rest.empty() || rest.find('/') != std::string_view::npos)
        throw incorrect_identifier(text, "a project: neither a UUID nor 'workspace/project'");
    return ProjectName{*std::move(workspace), std::string(rest)};
}

/// Nothing for any other form.
[[nodiscard]] inline std::optional<ObjectIdentifier> read_object_identifier(std::string_view text) {
    if (auto id = parse_uuid(text)) return *std::move(id);
    auto rest = text;
    auto first = detail::take_part(rest);
    auto second = first ? detail::take_part(rest) : std::nullopt;
    if (!second || rest.empty()) return std::nullopt;
    if (rest.find('/') == std::string_view::npos)
        return BySysId{{*std::move(first), *std::move(second)}, std::string(rest)};
    // Three slashes and more; a workspace named CUSTOM is still reachable by the form above.
    auto third = detail::take_part(rest);
    if (*first != "CUSTOM" || !third || rest.empty()) return std::nullopt;
    return ByCustomId{{*std::move(second), *std::move(third)}, std::string(rest)};
}

/// Errors: throws Refusal (400, INCORRECT_IDENTIFIER) for any other form.
[[nodiscard]] inline ObjectIdentifier parse_object_identifier(std::string_view text) {
    if (auto identifier = read_object_identifier(text)) return *std::move(identifier);
    throw incorrect_identifier(text,
                               "an object: neither a UUID nor 'workspace/project/SYS-ID' nor "
                               "'CUSTOM/workspace/project/<custom ID>'");
}

}  // namespace neptune::server

#endif
