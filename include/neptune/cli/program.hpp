#ifndef NEPTUNE_CLI_PROGRAM_HPP
#define NEPTUNE_CLI_PROGRAM_HPP

// The program neptune-cpp: its command line, and what becomes of errors. One file per command:
// serve.hpp, projects.hpp, accounts.hpp, tokens.hpp, sync.hpp, status.hpp, clear.hpp. A command is
// a function of its options and a Console; nothing in it knows about CLI11 but the add_..._command
// that describes it.

#include <neptune/cli/accounts.hpp>
#include <neptune/cli/clear.hpp>
#include <neptune/cli/console.hpp>
#include <neptune/cli/names.hpp>
#include <neptune/cli/projects.hpp>
#include <neptune/cli/serve.hpp>
#include <neptune/cli/status.hpp>
#include <neptune/cli/sync.hpp>
#include <neptune/cli/tokens.hpp>
#include <neptune/client/real_environment.hpp>
#include <neptune/version.hpp>

#include <CLI/CLI.hpp>

#include <exception>
#include <ostream>
#include <string>

namespace neptune::cli {

namespace detail {

/// What is wrong with the command line. CLI11 speaks of a missing subcommand even where one is
/// misspelt.
[[nodiscard]] inline std::string usage_problem(const CLI::App& program,
                                               const CLI::ParseError& error) {
    const auto unknown = program.remaining(true);
    const bool names_no_command =
        dynamic_cast<const CLI::RequiredError*>(&error) && !unknown.empty();
    return names_no_command ? "there is no command '" + unknown.front() + "'" : error.what();
}

/// The line that a wrong call is answered with, about the very command that was called.
inline int refuse_usage(const std::string& problem, const CLI::App& program,
                        const Console& console) {
    console.err << "neptune-cpp: " << problem << "\nSee: " << shell_word(console.program);
    for (const auto* command = &program; !command->get_subcommands().empty();) {
        command = command->get_subcommands().front();
        console.err << ' ' << command->get_name();
    }
    console.err << " --help\n";
    return exit_wrong_usage;
}

}  // namespace detail

/// Runs the command line and gives the exit code: 0 done, 1 failed, 2 wrong usage, 3 `sync`
/// delivered, but the server refused an operation. `environment` is that of the commands which talk
/// to a server.
inline int run(int argc, const char* const* argv, Console console,
               const client::Environment& environment = client::real_environment()) {
    int code = exit_done;
    if (argc > 0 && *argv[0] != '\0') console.program = argv[0];
    CLI::App program("Self-hosted experiment tracker that speaks the Neptune 1.x protocol.",
                     "neptune-cpp");
    program.require_subcommand(1);
    program.set_version_flag("--version", std::string("neptune-cpp ") + version,
                             "Print the version");
    program.set_help_flag("-h,--help", "Print this help; each command has its own");
    add_serve_command(program, console);
    add_project_commands(program, console);
    add_account_commands(program, console);
    add_token_commands(program, console);
    add_sync_command(program, console, environment, code);
    add_status_command(program, console, environment, code);
    add_clear_command(program, console, environment, code);
    // Last, since commands inherit it otherwise.
    program.footer(
        "Start here:\n"
        "  neptune-cpp serve                          runs the server and says what to do next\n"
        "  neptune-cpp project create default/first   makes a project for your runs\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 sync delivered, but operations were "
        "refused.");
    try {
        program.parse(argc, argv);
        return code;
    } catch (const CLI::Success& request) {
        program.exit(request, console.out, console.err);  // prints help or version
        return exit_done;
    } catch (const CLI::ParseError& error) {
        return detail::refuse_usage(detail::usage_problem(program, error), program, console);
    } catch (const WrongUsage& error) {
        return detail::refuse_usage(error.what(), program, console);
    } catch (const std::exception& error) {
        console.err << "neptune-cpp: " << error.what() << '\n';
        return exit_failed;
    }
}

}  // namespace neptune::cli

#endif
