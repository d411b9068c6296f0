// A long job that may be killed at any moment, by `kill -9` too, and goes on where it was when it
// is started again. You will see it killed five times; then its values are compared with those of a
// job that nobody disturbed. Project and token come from the environment, see
// support/local_server.hpp.

#include <neptune/run.hpp>

#include "support/local_server.hpp"

#include <cstdio>
#include <ctime>
#include <exception>
#include <stdexcept>
#include <string>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

namespace {

constexpr int steps = 2000;
double next(double x) {
    return 3.9 * x * (1 - x);  // chaotic: one value lost or doubled changes all that follow
}

void job(const char* id) {
    // The same ID, the same run. `wait`: what the killed process left on disk is sent first.
    auto run = neptune::init_run({.custom_run_id = id, .adopt = neptune::Adopt::wait});
    auto state = run["state"];
    int step = 0;
    double x = 0.25;
    if (run.exists("state")) {
        const auto last = state.fetch_values<double>().back();
        step = static_cast<int>(last.step) + 1;
        x = next(last.value);
    }
    std::printf("goes on at step %d\n", step);
    std::fflush(stdout);
    for (; step < steps; ++step, x = next(x)) {
        state.append(x, {.step = step});
        ::usleep(1000);  // here would be the work
    }
}

void kill_it_five_times(const std::string& id) {
    for (int kills = 0;; ++kills) {
        ::pid_t child = 0;
        std::string program = "/proc/self/exe", role = "job", name = id;
        char* const arguments[] = {program.data(), role.data(), name.data(), nullptr};
        if (::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environ) != 0)
            throw std::runtime_error("the job cannot be started");
        if (kills < 5) {
            ::usleep(static_cast<::useconds_t>(300'000 + 20'000 * kills));
            ::kill(child, SIGKILL);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) break;
        if (!WIFSIGNALED(status)) throw std::runtime_error("the job failed");
    }
    double x = 0.25;
    int step = 0;
    const auto run = neptune::open_run({.custom_run_id = id});
    for (const auto& point : run["state"].fetch_values<double>()) {
        if (point.step != step++ || point.value != x)
            throw std::runtime_error("another value at step " + std::to_string(step - 1));
        x = next(x);
    }
    if (step != steps) throw std::runtime_error("only " + std::to_string(step) + " values");
    std::printf("all %d values are there, each once\n", steps);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc == 3 && std::string(argv[1]) == "job") {
            job(argv[2]);
            return 0;
        }
        LocalServer server("resumable", "RES");
        kill_it_five_times("job-" + std::to_string(std::time(nullptr)));
        server.serve(argc, argv);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "resumable: %s\n", error.what());
        return 1;
    }
}
