#ifndef NEPTUNE_SERVER_PROJECT_LIST_HPP
#define NEPTUNE_SERVER_PROJECT_LIST_HPP

// `listProjects`: the projects that a caller may see, filtered, ordered and cut as the request says
// (wire protocol §11.2).

#include <neptune/core/time.hpp>
#include <neptune/server/access.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/accounts.hpp>
#include <neptune/wire/endpoints.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::server {

/// A project and the caller's role in it.
struct VisibleProject {
    storage::Project project;
    storage::ProjectRole role;
};

namespace detail {

inline std::string ascii_lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

/// Lowest role that a word of `userRelation` asks for.
inline storage::ProjectRole lowest_role(std::string_view relation) {
    for (std::size_t i = 0; i < storage::project_role_names.size(); ++i)
        if (relation == std::string(storage::project_role_names[i]) + "OrHigher")
            return static_cast<storage::ProjectRole>(i);
    throw bad_request(
        "Query parameter 'userRelation' must be viewerOrHigher, memberOrHigher or "
        "managerOrHigher, not " +
        in_quotes(relation));
}

inline void sort_projects(std::vector<VisibleProject>& projects,
                          const wire::ListProjects::Request& request) {
    const auto first = [](const auto& words, std::string_view otherwise) {
        return words && !words->empty() ? std::string_view(words->front()) : otherwise;
    };
    const auto key = first(request.sort_by, "lastViewed");
    const auto direction =
        first(request.sort_direction, key == "name" ? "ascending" : "descending");
    if (key != "lastViewed" && key != "name")
        throw bad_request("Query parameter 'sortBy' must be lastViewed or name, not " +
                          in_quotes(key));
    if (direction != "ascending" && direction != "descending")
        throw bad_request("Query parameter 'sortDirection' must be ascending or descending, not " +
                          in_quotes(direction));
    std::stable_sort(projects.begin(), projects.end(),
                     [&](const VisibleProject& a, const VisibleProject& b) {
                         const auto& low = direction == "ascending" ? a.project : b.project;
                         const auto& high = direction == "ascending" ? b.project : a.project;
                         if (key == "name") return low.name < high.name;
                         return low.last_activity < high.last_activity;
                     });
}

/// How many people and service accounts are members of the project.
inline std::int64_t count_users(storage::Store& store, const storage::Project& project) {
    const auto members = store.project_members(project);
    return std::count_if(members.begin(), members.end(), [&](const auto& member) {
        return member_role(member.membership, project.visibility).has_value();
    });
}

inline wire::ProjectWithRole to_dto(const VisibleProject& visible, std::int64_t users) {
    const auto& project = visible.project;
    wire::ProjectWithRole dto;
    dto.id = project.id;
    dto.name = project.name;
    dto.project_key = project.key;
    dto.organization_id = project.workspace_id;
    dto.organization_name = project.workspace_name;
    dto.user_count = users;
    dto.visibility = storage::visibility_names[static_cast<std::size_t>(project.visibility)];
    dto.time_of_creation = core::to_iso8601(project.created);
    dto.last_activity = core::to_iso8601(project.last_activity);
    dto.user_role_in_project = storage::project_role_names[static_cast<std::size_t>(visible.role)];
    dto.description = project.description;
    return dto;
}

}  // namespace detail

/// Errors: throws Refusal (400) for a parameter that says nothing known.
[[nodiscard]] inline wire::ProjectList list_projects(const Context& context, const Caller& caller,
                                                     const wire::ListProjects::Request& request) {
    if (request.limit && *request.limit < 0)
        throw bad_request("Query parameter 'limit' must not be negative");
    const auto lowest = detail::lowest_role(request.user_relation.value_or("viewerOrHigher"));
    const auto term = detail::ascii_lower(request.search_term.value_or(""));

    wire::ProjectList result;
    std::vector<VisibleProject> matching;
    for (auto& project : context.store.projects()) {
        const auto role =
            role_in(context.store.membership(caller.user.id, project), project.visibility);
        if (!role) continue;
        ++result.total_item_count;
        const auto& workspace = request.organization_identifier;
        const bool in_workspace = !workspace || *workspace == project.workspace_name ||
                                  *workspace == project.workspace_id;
        const bool named = detail::ascii_lower(project.name).find(term) != std::string::npos;
        if (*role >= lowest && in_workspace && named)
            matching.push_back({std::move(project), *role});
    }
    result.matching_item_count = static_cast<std::int64_t>(matching.size());

    detail::sort_projects(matching, request);
    // Clients look a bare name up with a small limit and then compare it exactly.
    if (request.search_term)
        std::stable_partition(matching.begin(), matching.end(), [&](const VisibleProject& entry) {
            return entry.project.name == *request.search_term;
        });
    if (request.limit && *request.limit < result.matching_item_count)
        matching.erase(matching.begin() + static_cast<std::ptrdiff_t>(*request.limit),
                       matching.end());
    for (const auto& entry : matching)
        result.entries.push_back(
            detail::to_dto(entry, detail::count_users(context.store, entry.project)));
    return result;
}

}  // namespace neptune::server

#endif
