// A server that is not there, and one that goes while a program logs to it: the program is told, or
// not disturbed, and loses nothing. Also a queue that another process has in use.

#include "support/child_process.hpp"
#include "support/test_server.hpp"

#include <neptune/journal/left_overs.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

namespace {

using namespace support;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int values = 20'000;

struct Stage {
    std::atomic<int> reached;  ///< by the child
    std::atomic<int> allowed;  ///< by the parent

    void reach(int stage) {
        reached = stage;
        while (allowed < stage) std::this_thread::sleep_for(1ms);
    }
};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// --- children
// -----------------------------------------------------------------------------------------------------------

int open_nothing() {
    try {
        static_cast<void>(neptune::init_run());
    } catch (const neptune::ConnectionLost& error) {
        std::printf("%s\n", error.what());
        return 0;
    }
    return 1;
}

int log_on(const std::string& memory) {
    const Shared<Stage> stage(memory, false);
    auto run = neptune::init_run({.custom_run_id = "survivor", .flush_period = 10ms});
    run["before"].assign(1, {.wait = true});
    stage->reach(1);  // the server goes
    const auto start = Clock::now();
    for (int i = 0; i < values; ++i) run["loss"].append(i);
    require(seconds_since(start) < 20,
            "logging was slowed: " + std::to_string(seconds_since(start)) + " s");
    const auto end = Clock::now();
    run.stop(1s);
    require(seconds_since(end) > 0.9 && seconds_since(end) < 5,
            "stop(1s) took " + std::to_string(seconds_since(end)) + " s");
    return 0;
}

int keep_a_queue(const std::string& memory) {
    const Shared<Stage> stage(memory, false);
    const auto run = neptune::init_run({.custom_run_id = "shared", .flush_period = 3600s});
    run.wait();
    std::this_thread::sleep_for(1s);  // what the opening logged is sent, and the next flush is far
    run["first"] = 1;
    stage->reach(1);
    return 0;
}

// --- the parent
// ---------------------------------------------------------------------------------------------------------

struct Test {
    TestServer server;
    TempDirectory directory;
    std::map<std::string, std::string> variables;

    Test() {
        server.listen();
        variables = {{"NEPTUNE_API_TOKEN", server.token()},
                     {"NEPTUNE_PROJECT", "team/test"},
                     {"NEPTUNE_RETRIES_TIMEOUT", "1"},
                     {"NEPTUNE_DATA_DIRECTORY", directory.path + "/queues"}};
        for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
    }
    [[nodiscard]] std::string memory() const { return directory.path + "/memory"; }
    [[nodiscard]] std::size_t left_overs() const {
        return neptune::journal::left_overs(directory.path + "/queues/cpp/async", "").size();
    }
};

void wait_for(const Shared<Stage>& stage, int number, Child& child) {
    while (stage->reached < number) {
        require(child.runs(), "the child has ended:\n" + child.output());
        std::this_thread::sleep_for(1ms);
    }
}

void dead_from_the_start() {
    Test test;
    test.server.close();
    Child child({"open"}, test.variables);
    child.finish();
    const auto output = child.output();
    require(std::count(output.begin(), output.end(), '\n') == 1, "not one line: " + output);
    require(output.find("the connection to the server is lost: cannot connect: refused or "
                        "unreachable (127.0.0.1:") == 0,
            output);
    require(test.left_overs() == 0, "a queue was made");
}

void dead_later() {
    Test test;
    const Shared<Stage> stage(test.memory(), true);
    Child child({"log", test.memory()}, test.variables);
    wait_for(stage, 1, child);
    test.server.close();
    stage->allowed = 1;
    child.finish();
    const auto output = child.output();
    require(output.find("kept on disk; run `neptune-cpp sync`") != std::string::npos,
            "nothing was said:\n" + output);
    require(test.left_overs() == 1, "there is no queue");

    test.server.reopen();
    neptune::init_run({.custom_run_id = "survivor", .adopt = neptune::Adopt::wait}).stop();
    require(test.left_overs() == 0, "the queue is still there");
    const auto view = neptune::open_run({.custom_run_id = "survivor"});
    const auto loss = values_of(view, "loss");
    require(loss.size() == values, std::to_string(loss.size()) + " values");
    for (int i = 0; i < values; ++i)
        require(loss[static_cast<std::size_t>(i)] == i, "a wrong value");
}

void in_use() {
    Test test;
    const Shared<Stage> stage(test.memory(), true);
    Child child({"keep", test.memory()}, test.variables);
    wait_for(stage, 1, child);
    {
        const auto run =
            neptune::init_run({.custom_run_id = "shared", .adopt = neptune::Adopt::wait});
        run["second"] = 2;
        run.wait();
        const auto values_there = run.fetch();
        require(values_there.find("second") != nullptr, "the second process did not log");
        require(values_there.find("first") == nullptr, "the queue of a living process was sent");
    }
    stage->allowed = 1;
    child.finish();
    require(neptune::open_run({.custom_run_id = "shared"})["first"].fetch<int>() == 1,
            "what the first one logged is lost");
}

int test_all() {
    dead_from_the_start();
    dead_later();
    in_use();
    std::printf("the program was told, or not disturbed\n");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return run_process_test(argc, argv, [](const std::vector<std::string>& arguments) {
        if (arguments.empty()) return test_all();
        if (arguments[0] == "open") return open_nothing();
        return arguments[0] == "log" ? log_on(arguments.at(1)) : keep_a_queue(arguments.at(1));
    });
}
