#ifndef NEPTUNE_EXAMPLES_LOCAL_SERVER_HPP
#define NEPTUNE_EXAMPLES_LOCAL_SERVER_HPP

// Where the examples log to: the server that NEPTUNE_API_TOKEN names, else one inside this program.

#include <neptune/server.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <unistd.h>

class LocalServer {
public:
    /// `name` becomes the project `default/<name>` of a server of our own, whose data stay in `neptune-data/`; the IDs of its
    /// objects begin with `key`.
    LocalServer(const std::string& name, const std::string& key) {
        // Ctrl-C is waited for, see serve(); threads that start from here on leave it alone.
        ::sigemptyset(&signals_);
        ::sigaddset(&signals_, SIGINT);
        ::sigaddset(&signals_, SIGTERM);
        if (std::getenv("NEPTUNE_API_TOKEN") != nullptr) {
            token = std::getenv("NEPTUNE_API_TOKEN");
            const char* given = std::getenv("NEPTUNE_PROJECT");
            project = given != nullptr ? given : "default/" + name;
            return;
        }
        ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        server_.emplace(neptune::ServerOptions{.data = "neptune-data"});
        server_->start();
        token = server_->token();
        project = server_->ensure_project(name, key);
    }

    /// On a terminal: keeps our own server up until Ctrl-C, unless `--once` was given.
    void serve(int argc, char** argv) {
        const bool once = argc > 1 && std::string_view(argv[1]) == "--once";
        if (!server_ || once || ::isatty(STDOUT_FILENO) == 0) return;
        std::printf("\nThe server keeps running at %s. Press Ctrl-C to stop it.\n", server_->url().c_str());
        int signal = 0;
        ::sigwait(&signals_, &signal);
        std::printf("\n");
    }

    std::string token, project;

private:
    sigset_t signals_{};
    std::optional<neptune::Server> server_;
};

#endif
