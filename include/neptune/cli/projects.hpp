#ifndef NEPTUNE_CLI_PROJECTS_HPP
#define NEPTUNE_CLI_PROJECTS_HPP

// neptune-cpp project create and list

#include <neptune/cli/console.hpp>
#include <neptune/cli/data.hpp>
#include <neptune/cli/names.hpp>
#include <neptune/core/time.hpp>
#include <neptune/storage/store.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::cli {

struct NewProjectOptions {
    std::string data, name;
    /// Empty: made from the name.
    std::string key{};
    /// One of storage::visibility_names. The Python client's create_project has the same default.
    std::string visibility = "priv";
};

namespace detail {

[[nodiscard]] inline storage::Visibility visibility_from(std::string_view name) {
    const auto& names = storage::visibility_names;
    return static_cast<storage::Visibility>(std::find(names.begin(), names.end(), name) -
                                            names.begin());
}

[[nodiscard]] inline const char* who_may_use(storage::Visibility visibility) {
    switch (visibility) {
        case storage::Visibility::priv:
            return "the workspace's owners and the project's members";
        case storage::Visibility::workspace:
            return "all members of the workspace";
        case storage::Visibility::pub:
            return "the workspace's owners and the project's members, and read by everybody with a "
                   "token";
    }
    return "";
}

}  // namespace detail

/// Errors: Failure for an unknown workspace, or a name or key that is taken.
inline void create_project(const NewProjectOptions& options, const Console& console) {
    const auto name = split_project_name(options.name);
    auto data = Data::open_or_make(options.data, name.workspace, console);
    if (data.workspace().name != name.workspace)
        throw Failure("there is no workspace '" + name.workspace + "' in " + options.data +
                      "; there is '" + data.workspace().name + "'");
    storage::NewProject wanted;
    wanted.workspace_id = data.workspace().id;
    wanted.name = name.project;
    wanted.key = options.key;
    wanted.visibility = detail::visibility_from(options.visibility);
    const auto made = data.store().create_project(wanted, core::now_ms());
    if (!made.project)
        throw Failure(made.conflict == storage::ProjectConflict::name_taken
                          ? "the project '" + options.name + "' exists already"
                          : "another project of the workspace has the key " + options.key +
                                "; choose another --key, or leave it out");
    const auto& key = made.project->key;
    console.out << "Project " << options.name << " is made; its key is " << key
                << ", so its runs are " << key << "-1, " << key << "-2, ... It can be used by "
                << detail::who_may_use(wanted.visibility) << ".\n"
                << "export NEPTUNE_PROJECT=" << shell_word(options.name) << std::endl;
}

/// Prints one line a project, that with the latest activity first.
inline void list_projects(const std::string& directory, const Console& console) {
    auto data = Data::open(directory, console);
    const auto projects = data.store().projects();
    if (projects.empty()) {
        console.err << "There is no project in " << directory
                    << " yet; make one: " << shell_word(console.program) << " project create "
                    << shell_word(data.workspace().name + "/NAME") << " --data "
                    << shell_word(directory) << '\n';
        return;
    }
    std::size_t width = std::string_view("PROJECT").size();
    const auto full_name = [](const storage::Project& project) {
        return project.workspace_name + "/" + project.name;
    };
    for (const auto& project : projects) width = (std::max)(width, full_name(project).size());
    const auto print = [&](const std::string& name, const std::string& key,
                           std::string_view visibility, const std::string& activity) {
        console.out << std::left << std::setw(static_cast<int>(width)) << name << "  "
                    << std::setw(static_cast<int>(storage::max_key_characters)) << key << "  "
                    << std::setw(10) << visibility << "  " << activity << '\n';
    };
    print("PROJECT", "KEY", "VISIBILITY", "LAST ACTIVITY");
    for (const auto& project : projects)
        print(full_name(project), project.key,
              storage::visibility_names[static_cast<std::size_t>(project.visibility)],
              core::to_iso8601(project.last_activity));
}

inline void add_project_commands(CLI::App& program, const Console& console) {
    auto* projects =
        program.add_subcommand("project", "Make and list projects, which hold the runs");
    projects->require_subcommand(1);

    auto* create = projects->add_subcommand("create", "Make a project");
    const auto options = std::make_shared<NewProjectOptions>();
    create->add_option("name", options->name, "WORKSPACE/NAME, as it goes into NEPTUNE_PROJECT")
        ->type_name("WORKSPACE/NAME")
        ->required()
        ->check(project_name_problem);
    create
        ->add_option("--key", options->key,
                     "What the IDs of its runs begin with; made from the name if missing")
        ->type_name("KEY")
        ->check(project_key_problem);
    create
        ->add_option("--visibility", options->visibility,
                     "priv: its members and the workspace's owners; workspace: all of the "
                     "workspace; pub: everybody may read")
        ->type_name("WHO")
        ->capture_default_str()
        ->check(CLI::IsMember(std::vector<std::string>(storage::visibility_names.begin(),
                                                       storage::visibility_names.end())));
    add_data_option(*create, options->data);
    create->callback([options, console] { create_project(*options, console); });

    auto* list = projects->add_subcommand("list", "List the projects with key and visibility");
    const auto data = std::make_shared<std::string>();
    add_data_option(*list, *data);
    list->callback([data, console] { list_projects(*data, console); });
}

}  // namespace neptune::cli

#endif
