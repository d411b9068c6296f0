// The one file of each example with the heavy headers: the engine behind <neptune/run.hpp>, and the
// server. All examples share it.
#include "support/local_server.hpp"

#include <neptune/neptune.hpp>
#include <neptune/server.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <unistd.h>

struct LocalServer::Running {
    sigset_t signals{};
    std::optional<neptune::Server> server;
};

LocalServer::LocalServer(const std::string& name, const std::string& key)
    : running_(std::make_unique<Running>()) {
    // Ctrl-C is waited for, see serve(); threads that start from here on leave it alone.
    ::sigemptyset(&running_->signals);
    ::sigaddset(&running_->signals, SIGINT);
    ::sigaddset(&running_->signals, SIGTERM);
    if (std::getenv("NEPTUNE_API_TOKEN") != nullptr) {
        ::setenv("NEPTUNE_PROJECT", ("default/" + name).c_str(), 0);
        // An example should say at once that the server is down; a training job rather waits for a
        // minute.
        ::setenv("NEPTUNE_RETRIES_TIMEOUT", "3", 0);
        return;
    }
    ::pthread_sigmask(SIG_BLOCK, &running_->signals, nullptr);
    auto& server = running_->server.emplace(neptune::ServerOptions{.data = "neptune-data"});
    server.start();
    ::setenv("NEPTUNE_API_TOKEN", server.token().c_str(), 1);
    ::setenv("NEPTUNE_PROJECT", server.ensure_project(name, key).c_str(), 1);
}
LocalServer::~LocalServer() = default;

void LocalServer::serve(int argc, char** argv) {
    const bool once = argc > 1 && std::string_view(argv[1]) == "--once";
    if (!running_->server || once || ::isatty(STDOUT_FILENO) == 0) return;
    std::printf("\nThe server keeps running at %s. Press Ctrl-C to stop it.\n",
                running_->server->url().c_str());
    int signal = 0;
    ::sigwait(&running_->signals, &signal);
    std::printf("\n");
}
