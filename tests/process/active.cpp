// A run whose process was killed is shown as inactive before long.

#include "support/child_process.hpp"
#include "support/test_server.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace {

using namespace support;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Signs {
    std::atomic<bool> is_open;
};

int log_and_wait(const std::string& memory) {
    const Shared<Signs> signs(memory, false);
    const auto run = neptune::init_run({.custom_run_id = "killed"});
    run["a"].assign(1, {.wait = true});
    signs->is_open = true;
    for (;;) std::this_thread::sleep_for(1s);
}

int watch_the_killed() {
    TestServer server;
    server.listen();
    const TempDirectory directory;
    const Shared<Signs> signs(directory.path + "/signs", true);
    Child child({"child", directory.path + "/signs"},
                {{"NEPTUNE_API_TOKEN", server.token()},
                 {"NEPTUNE_PROJECT", "team/test"},
                 {"NEPTUNE_DATA_DIRECTORY", directory.path + "/queues"}});
    while (!signs->is_open && child.runs()) std::this_thread::sleep_for(5ms);
    const auto view = neptune::open_run(
        {.project = "team/test", .api_token = server.token(), .custom_run_id = "killed"});
    const auto is_active = [&view] {
        return view["sys/state"].fetch<neptune::RunState>() == neptune::RunState::active;
    };
    require(is_active(), "the run is not active while its process lives:\n" + child.output());
    child.kill(SIGKILL);
    require(is_active(), "the run is inactive although nobody said so yet");
    const auto start = Clock::now();
    while (is_active()) {
        require(Clock::now() - start < 40s,
                "the run is still active 40 s after the end of its process");
        std::this_thread::sleep_for(500ms);
    }
    std::printf("inactive after %.1f s\n",
                std::chrono::duration<double>(Clock::now() - start).count());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return run_process_test(argc, argv, [](const std::vector<std::string>& arguments) {
        return arguments.size() == 2 ? log_and_wait(arguments[1]) : watch_the_killed();
    });
}
