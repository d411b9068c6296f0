#ifndef NEPTUNE_CLI_SERVE_HPP
#define NEPTUNE_CLI_SERVE_HPP

// neptune-cpp serve

#include <neptune/cli/console.hpp>
#include <neptune/cli/data.hpp>
#include <neptune/cli/names.hpp>
#include <neptune/cli/stop_signals.hpp>
#include <neptune/core/error.hpp>
#include <neptune/server/host.hpp>
#include <neptune/server/installation.hpp>
#include <neptune/server/options.hpp>

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace neptune::cli {

/// What the user types next: export lines for C++ and Python, and how to make a project while there
/// is none. All but the commands are comments of the shell, so that the text can be pasted as it
/// stands.
inline void print_next_steps(const std::string& url, const ServerOptions& options,
                             const Console& console) {
    const auto directory = absolute_path(options.data);
    auto data = Data::open(directory, console);
    const auto projects = data.store().projects();
    // The project with the latest activity.
    const auto project =
        data.workspace().name + "/" + (projects.empty() ? "first" : projects.front().name);

    auto& out = console.out;
    if (projects.empty())
        out << "\n# There is no project yet. Make one, from another terminal:\n"
            << shell_word(console.program) << " project create " << shell_word(project)
            << " --data " << shell_word(directory) << '\n';
    out << "\n# A C++ program needs:\n"
        << "export NEPTUNE_API_TOKEN=$(cat "
        << shell_word(server::Installation::token_file(directory)) << ")\n"
        << "export NEPTUNE_PROJECT=" << shell_word(project) << '\n';
    if (url.rfind("http://", 0) == 0)
        out << "\n# A Python program needs these two and a third, because Python's OAuth library "
               "refuses plain http:\n"
            << "export OAUTHLIB_INSECURE_TRANSPORT=1\n";
    else
        out << "\n# A Python program needs the same two.\n";
    if (options.open)
        out << "\n# --open: whoever connects from this machine is the owner, whatever the token.\n";
    out << "\n# Ctrl-C stops the server." << std::endl;
}

/// Serves until SIGINT or SIGTERM; a second one while it stops ends the process at once. Threads:
/// call it while the program has no other. Errors: WrongUsage for options that contradict each
/// other, else what Server::start throws.
inline void serve(const ServerOptions& options, const Console& console) {
    std::optional<Server> server;
    try {
        server.emplace(options);
    } catch (const ConfigError& error) {
        throw WrongUsage(error.what());
    }
    {
        const StopSignals signals;
        server->start();
        console.out << server->url() << std::endl;
        print_next_steps(server->url(), options, console);
        signals.wait();
    }
    console.out << "Stopping; requests in flight are answered first." << std::endl;
    server->stop();
}

inline void add_serve_command(CLI::App& program, const Console& console) {
    auto* command = program.add_subcommand(
        "serve",
        "Run the server; the first start makes a workspace, its owner and the owner's API token");
    const auto options = std::make_shared<ServerOptions>();
    options->port = 8080;
    add_data_option(*command, options->data);
    command
        ->add_option("--host", options->host,
                     "Address to listen on; 0.0.0.0 is every network of this machine")
        ->type_name("ADDRESS")
        ->capture_default_str()
        ->check(empty_problem);
    command->add_option("--port", options->port, "Port to listen on; 0 is any free one")
        ->type_name("PORT")
        ->capture_default_str()
        ->check(port_problem);
    command
        ->add_option("--workspace", options->workspace,
                     "Name of the workspace that the first start makes [default]")
        ->type_name("NAME")
        ->check(name_problem);
    command->add_option("--user", options->user, "Name of its owner [your login name]")
        ->type_name("NAME")
        ->check(name_problem);
    command->add_flag("--open", options->open,
                      "No sign-in: whoever connects from this machine is the owner");
    command
        ->add_option(
            "--public-url", options->public_url,
            "Address under which clients reach the server, where that is another (proxy, tunnel)")
        ->type_name("URL")
        ->check(empty_problem);
    auto* certificate = command
                            ->add_option("--tls-cert", options->tls_certificate,
                                         "PEM file; the server then speaks https only")
                            ->type_name("FILE")
                            ->check(empty_problem);
    auto* key = command->add_option("--tls-key", options->tls_key, "PEM file with its private key")
                    ->type_name("FILE")
                    ->check(empty_problem);
    certificate->needs(key);
    key->needs(certificate);
    command
        ->add_option("--rate-limit", options->rate_limit,
                     "Requests per second of one API token; 0 is no limit")
        ->type_name("N")
        ->capture_default_str()
        ->check(rate_problem);
    command->add_flag("--public-projects", options->public_projects,
                      "Let clients make projects that everybody with a token can read");
    command
        ->add_option_function<std::int64_t>(
            "--token-lifetime",
            [options](std::int64_t seconds) {
                options->access_token_lifetime = std::chrono::seconds(seconds);
            },
            "Life of the access tokens that clients renew by themselves [86400]")
        ->type_name("SECONDS")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{31'536'000}));
    command->callback([options, console] { serve(*options, console); });
}

}  // namespace neptune::cli

#endif
