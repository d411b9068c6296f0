// Programs that are stopped from outside: the run is stopped, the children of the program are
// ended, those that do not listen by force, then the program itself by SIGTERM.

#include "support/child_process.hpp"
#include "support/run_signals.hpp"
#include "support/test_server.hpp"
#include "unit/http/sockets.hpp"

#include <neptune/core/processes.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include <signal.h>

namespace {

using namespace support;
namespace http = neptune::http;

/// What the child reports.
struct Report {
    std::array<std::atomic<::pid_t>, 2> children;
    std::atomic<std::uint32_t> logged;
};

/// A training program with two children, of which the second ignores SIGTERM.
int train(const std::string& memory) {
    const Shared<Report> report(memory, false);
    for (const bool deaf : {false, true}) {
        const auto child = ::fork();
        if (child == 0) {
            if (deaf) ::signal(SIGTERM, SIG_IGN);
            report->children[deaf] = ::getpid();
            for (;;) ::pause();
        }
    }
    const auto run = neptune::init_run({.custom_run_id = "stopped"});
    const auto loss = run["loss"];
    try {
        for (std::uint32_t i = 0;; ++i) {
            loss.append(i);
            report->logged = i + 1;
            ::usleep(1000);
        }
    } catch (const neptune::InactiveObjectError&) {
        // Stopped from outside; the end of the process comes with a signal.
        for (;;) ::pause();
    }
}

/// Over a socket of its own.
http::Reply ask(int port, const http::Request& request) {
    std::string text = request.method + " " + request.target +
                       " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
    for (const auto& header : request.headers) text += header.name + ": " + header.value + "\r\n";
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" + request.body;
    const auto answer = http_test::exchange(port, text);
    http::Reply reply;
    reply.status = std::stoi(answer.substr(answer.find(' ') + 1));
    reply.body = answer.substr(answer.find("\r\n\r\n") + 4);
    return reply;
}

void stop_it(const std::string& type, bool failed) {
    TestServer server;
    server.listen();
    const TempDirectory directory;
    const Shared<Report> report(directory.path + "/report", true);
    Child child({"train", directory.path + "/report"},
                {{"NEPTUNE_API_TOKEN", server.token()},
                 {"NEPTUNE_PROJECT", "team/test"},
                 {"NEPTUNE_SUBPROCESS_KILL_TIMEOUT", "0.5"},
                 {"NEPTUNE_DATA_DIRECTORY", directory.path + "/queues"}});
    while ((report->logged < 100 || report->children[0] == 0 || report->children[1] == 0) &&
           child.runs())
        ::usleep(1000);
    const auto logged = report->logged.load();
    const int port = std::stoi(server.url().substr(server.url().rfind(':') + 1));
    signal_run(server, "TEST-1", type, nlohmann::json::object(),
               [port](const http::Request& request) { return ask(port, request); });
    const int status = child.wait();
    require(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM,
            "the program ended with status " + std::to_string(status) + ":\n" + child.output());
    require(child.output().find("received the signal") != std::string::npos,
            "it does not say why it ends:\n" + child.output());
    // SIGKILL takes effect when its process gets a processor, which may be after the program's end.
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (const ::pid_t pid : report->children)
        while (neptune::core::is_running(pid)) {
            require(std::chrono::steady_clock::now() < patience, "a child is still there");
            ::usleep(1000);
        }
    const auto run = neptune::open_run(
        {.with_id = "TEST-1", .project = "team/test", .api_token = server.token()});
    require(run["loss"].fetch_values<double>().size() >= logged, "values are missing");
    require(run["sys/failed"].fetch<bool>() == failed, "sys/failed is wrong");
}

}  // namespace

int main(int argc, char** argv) {
    return run_process_test(argc, argv, [](const std::vector<std::string>& arguments) {
        if (arguments.size() == 2 && arguments[0] == "train") return train(arguments[1]);
        stop_it("neptune/stop", false);
        stop_it("neptune/abort", true);
        return 0;
    });
}
