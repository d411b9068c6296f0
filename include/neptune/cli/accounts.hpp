#ifndef NEPTUNE_CLI_ACCOUNTS_HPP
#define NEPTUNE_CLI_ACCOUNTS_HPP

// neptune-cpp user create, neptune-cpp service-account create

#include <neptune/cli/console.hpp>
#include <neptune/cli/data.hpp>
#include <neptune/cli/names.hpp>
#include <neptune/core/time.hpp>
#include <neptune/storage/store.hpp>

#include <CLI/CLI.hpp>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace neptune::cli {

struct NewAccount {
    std::string data, name;
    /// Of people: `member`, `owner`, or `admin`, which is the same as `owner`.
    std::string role = "member";
};

namespace detail {

/// Makes the account and prints its first token, the last line of stdout. Errors: Failure if the
/// name is taken.
inline void create_account(Data& data, const std::string& name, storage::UserKind kind,
                           storage::WorkspaceRole role, const Console& console) {
    auto& store = data.store();
    const auto user = store.create_user(name, kind, data.workspace().id, role, core::now_ms());
    if (!user)
        throw Failure("the name '" + name + "' is taken; for another token of that account: " +
                      shell_word(console.program) + " token create --user " + shell_word(name) +
                      " --data " + shell_word(data.directory()));
    const bool is_person = kind == storage::UserKind::person;
    const auto token = data.new_token(*user);
    console.out << (is_person ? "User '" : "Service account '") << name << "' is "
                << (user->workspace_role == storage::WorkspaceRole::owner ? "an owner" : "a member")
                << " of workspace '" << data.workspace().name
                << "'. The token for NEPTUNE_API_TOKEN, shown this once:\n"
                << token << std::endl;
}

}  // namespace detail

inline void create_user(const NewAccount& options, const Console& console) {
    auto data = Data::open_or_make(options.data, "default", console);
    const auto role =
        options.role == "member" ? storage::WorkspaceRole::member : storage::WorkspaceRole::owner;
    detail::create_account(data, options.name, storage::UserKind::person, role, console);
}

/// Service accounts are named NAME@WORKSPACE, which a name without `@` is made into. Errors:
/// Failure for another workspace.
inline void create_service_account(const NewAccount& options, const Console& console) {
    const auto at = options.name.rfind('@');
    const bool names_workspace = at != std::string::npos;
    auto data = Data::open_or_make(
        options.data, names_workspace ? options.name.substr(at + 1) : "default", console);
    const auto& workspace = data.workspace().name;
    if (names_workspace && options.name.substr(at + 1) != workspace)
        throw Failure("there is no workspace '" + options.name.substr(at + 1) + "' in " +
                      options.data + "; there is '" + workspace + "'");
    detail::create_account(data, names_workspace ? options.name : options.name + "@" + workspace,
                           storage::UserKind::service_account, storage::WorkspaceRole::member,
                           console);
}

/// For a service account with or without its workspace; see name_problem.
[[nodiscard]] inline std::string service_account_name_problem(const std::string& text) {
    const auto at = text.rfind('@');
    if (at == std::string::npos) return name_problem(text);
    const auto problem = name_problem(text.substr(0, at));
    if (!problem.empty()) return problem;
    const auto workspace_problem = name_problem(text.substr(at + 1));
    return workspace_problem.empty() ? name_problem(text) : workspace_problem;
}

inline void add_account_commands(CLI::App& program, const Console& console) {
    auto* users = program.add_subcommand("user", "Make accounts for people");
    users->require_subcommand(1);
    auto* user = users->add_subcommand(
        "create", "Make a member of the workspace; the last line is the person's API token");
    const auto person = std::make_shared<NewAccount>();
    user->add_option("name", person->name, "Name, as it will stand in sys/owner")
        ->type_name("NAME")
        ->required()
        ->check(name_problem);
    user->add_option("--role", person->role,
                     "member: uses the projects that are open to members; owner (or admin): "
                     "manages all projects")
        ->type_name("ROLE")
        ->capture_default_str()
        ->check(CLI::IsMember(std::vector<std::string>{"member", "owner", "admin"}));
    add_data_option(*user, person->data);
    user->callback([person, console] { create_user(*person, console); });

    auto* accounts =
        program.add_subcommand("service-account", "Make accounts for programs, such as CI");
    accounts->require_subcommand(1);
    auto* account = accounts->add_subcommand(
        "create", "Make a service account; the last line is its API token");
    const auto robot = std::make_shared<NewAccount>();
    account->add_option("name", robot->name, "NAME or NAME@WORKSPACE")
        ->type_name("NAME")
        ->required()
        ->check(service_account_name_problem);
    add_data_option(*account, robot->data);
    account->callback([robot, console] { create_service_account(*robot, console); });
}

}  // namespace neptune::cli

#endif
