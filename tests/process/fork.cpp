// fork(): parent and child log to the same run, each through a queue of its own, and nothing is
// lost or doubled, also when other threads log at the moment of the fork. The child does not go on
// with the parent's jobs.

#include <neptune/run.hpp>

#include "support/test_server.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
// What only threads of the parent refer to looks like a leak in the child, which has their memory
// but not the threads.
extern "C" const char* __asan_default_options() {
    return "detect_leaks=0";
}
#endif

namespace {

// A child of a process with threads may, under TSan, make no threads itself; under ASan a thread
// may hold the lock of the allocator at the moment of the fork, and keep it in the child for ever.
#if defined(__SANITIZE_THREAD__)
constexpr bool may_have_threads = false, may_fork_under_load = false;
#elif defined(__SANITIZE_ADDRESS__)
constexpr bool may_have_threads = true, may_fork_under_load = false;
#else
constexpr bool may_have_threads = true, may_fork_under_load = true;
#endif

void require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

/// Threads of this process.
std::size_t thread_count() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator("/proc/self/task"))
        ++count;
    return count;
}

void wait_for(::pid_t child, const std::string& what) {
    int status = 0;
    ::waitpid(child, &status, 0);
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0,
            what + " ended with status " + std::to_string(status));
}

template <class Function>
::pid_t in_child(Function function) {
    const ::pid_t pid = ::fork();
    if (pid != 0) return pid;
    try {
        function();
        ::_exit(0);
    } catch (const std::exception& error) {
        std::printf("child: %s\n", error.what());
        std::fflush(stdout);
        ::_exit(1);
    }
}

void expect_counted(const neptune::ReadOnly<neptune::Run>& view, const std::string& path,
                    int number) {
    const auto values = support::values_of(view, path);
    require(
        values.size() == static_cast<std::size_t>(number),
        path + " has " + std::to_string(values.size()) + " values, not " + std::to_string(number));
    for (int i = 0; i < number; ++i)
        require(values[static_cast<std::size_t>(i)] == i,
                path + " holds a wrong value at " + std::to_string(i));
}

void both_log(neptune::Mode mode) {
    auto run = neptune::init_run({.mode = mode});
    for (int i = 0; i < 100; ++i) run["parent"].append(i);
    const auto child = in_child([&] {
        require(thread_count() == 1, "the child goes on with jobs of its parent");
        for (int i = 0; i < 200; ++i) run["child"].append(i);
        run["child_says"] = "hello";
        run.stop();
    });
    for (int i = 100; i < 300; ++i) run["parent"].append(i);
    wait_for(child, "the child");
    const auto id = run["sys/id"].fetch<std::string>();
    run.stop();
    const auto view = neptune::open_run({.with_id = id});
    expect_counted(view, "parent", 300);
    expect_counted(view, "child", 200);
    require(view["child_says"].fetch<std::string>() == "hello", "the child's assignment is lost");
}

/// A child that writes nothing leaves everything alone, whether it stops the run or just exits.
void silent_child() {
    auto run = neptune::init_run();
    for (int i = 0; i < 50; ++i) run["loss"].append(i);
    wait_for(in_child([&] { run.stop(); }), "the child that stops");
    wait_for(in_child([] { std::exit(0); }), "the child that exits");
    for (int i = 50; i < 100; ++i) run["loss"].append(i);
    run.wait();
    expect_counted(neptune::open_run({.with_id = run["sys/id"].fetch<std::string>()}), "loss", 100);
    run.stop();
}

/// Forks while other threads log and one stops a run of its own.
void fork_under_load() {
    auto run = neptune::init_run({.flush_period = std::chrono::milliseconds(1)});
    constexpr int writers = 4, values = 3000, children = 20;
    std::atomic<int> done = 0;
    std::vector<std::thread> threads;
    for (int writer = 0; writer < writers; ++writer)
        threads.emplace_back([&, writer] {
            for (int i = 0; i < values; ++i) run["writer" + std::to_string(writer)].append(i);
            ++done;
        });
    threads.emplace_back([&] {
        while (done < writers) neptune::init_run({.mode = neptune::Mode::debug}).stop();
    });
    std::vector<::pid_t> pids;
    for (int child = 0; child < children; ++child)
        pids.push_back(in_child([&] {
            for (int i = 0; i < 10; ++i) run["child" + std::to_string(child)].append(i);
            run.stop();
        }));
    for (auto& thread : threads) thread.join();
    for (const auto pid : pids) wait_for(pid, "a child");
    const auto id = run["sys/id"].fetch<std::string>();
    run.stop();
    const auto view = neptune::open_run({.with_id = id});
    for (int writer = 0; writer < writers; ++writer)
        expect_counted(view, "writer" + std::to_string(writer), values);
    for (int child = 0; child < children; ++child)
        expect_counted(view, "child" + std::to_string(child), 10);
}

/// A child needs connections of its own; while it cannot have them, its calls return all the same,
/// and nothing is lost.
void without_server(support::TestServer& server) {
    auto run = neptune::init_run(
        {.custom_run_id = "without server", .flush_period = std::chrono::milliseconds(1)});
    run["parent"].assign(1, {.wait = true});
    server.close();
    wait_for(in_child([&] {
                 const auto start = std::chrono::steady_clock::now();
                 for (int i = 0; i < 100; ++i) run["child"].append(i);
                 run.stop(std::chrono::milliseconds(300));
                 const std::chrono::duration<double> took =
                     std::chrono::steady_clock::now() - start;
                 require(took.count() < 5,
                         "the child was held up for " + std::to_string(took.count()) + " s");
             }),
             "the child without a server");
    server.reopen();
    run.stop();
    neptune::init_run({.custom_run_id = "without server", .adopt = neptune::Adopt::wait}).stop();
    expect_counted(neptune::open_run({.custom_run_id = "without server"}), "child", 100);
}

void offline(const std::string& directory) {
    auto run = neptune::init_run({.mode = neptune::Mode::offline});
    run["parent"].append(1);
    wait_for(in_child([&] {
                 run["child"].append(2);
                 run.stop();
             }),
             "the child of an offline run");
    run.stop();
    std::size_t queues = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator(directory + "/cpp/offline"))
        ++queues;
    require(queues == 2,
            "parent and child must leave a queue each, but there are " + std::to_string(queues));
}

}  // namespace

int main() try {
    support::TestServer server;
    server.listen();
    const support::TempDirectory directory;
    ::setenv("NEPTUNE_API_TOKEN", server.token().c_str(), 1);
    ::setenv("NEPTUNE_PROJECT", "team/test", 1);
    ::setenv("NEPTUNE_DATA_DIRECTORY", directory.path.c_str(), 1);
    silent_child();
    if (may_have_threads) {
        both_log(neptune::Mode::async);
        both_log(neptune::Mode::sync);
        without_server(server);
        offline(directory.path);
    }
    if (may_fork_under_load) fork_under_load();
    std::printf("nothing lost\n");
    return 0;
} catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    return 1;
}
