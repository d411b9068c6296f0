#ifndef NEPTUNE_CLIENT_PROJECT_NAME_HPP
#define NEPTUNE_CLIENT_PROJECT_NAME_HPP

#include <neptune/client/management_failure.hpp>

#include <optional>
#include <string>
#include <utility>

namespace neptune::client {

/// A project's two names.
struct ProjectName {
    std::string workspace, project;
    [[nodiscard]] std::string full() const { return workspace + "/" + project; }
};

/// From `workspace/name`, or from `name` and the workspace beside it. Errors: InvalidProjectName,
/// MissingWorkspaceName, ConflictingWorkspaceName.
[[nodiscard]] inline ProjectName read_project_name(const std::string& name,
                                                   const std::optional<std::string>& workspace) {
    const auto slash = name.find('/');
    const bool names_workspace = slash != std::string::npos;
    ProjectName result{names_workspace ? name.substr(0, slash) : workspace.value_or(""),
                       names_workspace ? name.substr(slash + 1) : name};
    if (result.project.empty() || slash == 0 || result.project.find('/') != std::string::npos)
        throw management::InvalidProjectName("the project name '" + name + "' cannot be read",
                                             "give it as workspace/name", {{"name", name}});
    if (result.workspace.empty())
        throw management::MissingWorkspaceName(
            "the project name '" + name + "' does not say in which workspace it is",
            "give it as workspace/name, or give .workspace", {{"name", name}});
    if (workspace && !workspace->empty() && *workspace != result.workspace)
        throw management::ConflictingWorkspaceName(
            "the project name '" + name + "' conflicts with the workspace '" + *workspace + "'",
            "give the workspace once", {{"name", name}, {"workspace", *workspace}});
    return result;
}

}  // namespace neptune::client

#endif
