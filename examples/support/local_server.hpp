#ifndef NEPTUNE_EXAMPLES_LOCAL_SERVER_HPP
#define NEPTUNE_EXAMPLES_LOCAL_SERVER_HPP

// Where the examples log to: the server that NEPTUNE_API_TOKEN names, else one inside this program,
// which is then named by that variable and NEPTUNE_PROJECT as any other would be.

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
    /// `name` becomes the project `default/<name>` of a server of our own, whose data stay in
    /// `neptune-data/`; the IDs of its objects begin with `key`.
    LocalServer(const std::string& name, const std::string& key) {
        // Ctrl-C is waited for, see serve(); threads that start from here on leave it alone.
        ::sigemptyset(&signals_);
        ::sigaddset(&signals_, SIGINT);
        ::sigaddset(&signals_, SIGTERM);
        if (std::getenv("NEPTUNE_API_TOKEN") != nullptr) {
            ::setenv("NEPTUNE_PROJECT", ("default/" + name).c_str(), 0);
            // An example should say at once that the server is down; a training job rather waits
            // for a minute.
            ::setenv("NEPTUNE_RETRIES_TIMEOUT", "3", 0);
            return;
        }
        ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        server_.emplace(neptune::ServerOptions{.data = "neptune-data"});
        server_->start();
        ::setenv("NEPTUNE_API_TOKEN", server_->token().c_str(), 1);
        ::setenv("NEPTUNE_PROJECT", server_->ensure_project(name, key).c_str(), 1);
    }

    /// On a terminal: keeps our own server up until Ctrl-C, unless `--once` was given.
    void serve(int argc, char** argv) {
        const bool once = argc > 1 && std::string_view(argv[1]) == "--once";
        if (!server_ || once || ::isatty(STDOUT_FILENO) == 0) return;
        std::printf("\nThe server keeps running at %s. Press Ctrl-C to stop it.\n",
                    server_->url().c_str());
        int signal = 0;
        ::sigwait(&signals_, &signal);
        std::printf("\n");
    }

private:
    sigset_t signals_{};
    std::optional<neptune::Server> server_;
};

#endif
