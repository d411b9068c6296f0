// The ends of a program: whatever it is, runs that nobody stopped are stopped and have everything
// that was logged.
//
// Each case is a child of this program, `exit <case>`, which prints the ID of its run; what it did
// is then read back.

#include <neptune/run.hpp>

#include "support/test_server.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace {

neptune::Run open() {
    auto run = neptune::init_run();
    std::printf("%s\n", run["sys/id"].fetch<std::string>().c_str());
    std::fflush(stdout);
    for (int i = 0; i < 500; ++i) run["loss"].append(i);
    return run;
}

std::optional<neptune::Run> static_run;

int child(const std::string& end) {
    if (end == "return") {
        const auto run = open();
        return 0;
    }
    if (end == "std::exit") {
        const auto run = open();
        std::exit(0);  // the stack, and with it the run, is abandoned
    }
    if (end == "static") {
        static_run.emplace(open());
        return 0;
    }
    if (end == "leaked") {
        // Reachable, otherwise the address sanitizer would report it.
        [[maybe_unused]] static neptune::Run* volatile leaked;
        leaked = new neptune::Run(open());
        return 0;
    }
    if (end == "exception") {
        try {
            const auto run = open();
            throw std::runtime_error("the training failed");
        } catch (const std::exception&) {
            return 0;
        }
    }
    if (end == "guard") {
        const auto bystander = neptune::init_run({.custom_run_id = "bystander"});
        try {
            const auto run = open();
            run.guard([] { throw std::runtime_error("the training failed"); });
        } catch (const std::runtime_error&) {
            return 0;
        }
    }
    if (end == "with_run") {
        try {
            neptune::with_run({.name = "in a function"}, [](neptune::Run& run) {
                std::printf("%s\n", run["sys/id"].fetch<std::string>().c_str());
                for (int i = 0; i < 500; ++i) run["loss"].append(i);
                throw std::runtime_error("the training failed");
            });
        } catch (const std::runtime_error&) {
            return 0;
        }
    }
    if (end == "caught") {
        // An exception that stays inside the scope of the run is the program's own business.
        const auto run = open();
        try {
            throw std::runtime_error("recovered");
        } catch (const std::exception&) {
        }
        return 0;
    }
    return 3;
}

void require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

/// Runs the case as a child and returns the ID of its run.
std::string run_child(const std::string& program, const std::string& end) {
    ::FILE* const output = ::popen(("'" + program + "' '" + end + "'").c_str(), "r");
    char line[256] = {};
    const bool read = std::fgets(line, sizeof line, output) != nullptr;
    const int status = ::pclose(output);
    require(read && status == 0, end + ": the child ended with status " + std::to_string(status));
    std::string id = line;
    id.erase(id.find_last_not_of('\n') + 1);
    return id;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc == 2) return child(argv[1]);
    support::TestServer server;
    server.listen();
    const support::TempDirectory directory;
    ::setenv("NEPTUNE_API_TOKEN", server.token().c_str(), 1);
    ::setenv("NEPTUNE_PROJECT", "team/test", 1);
    ::setenv("NEPTUNE_DATA_DIRECTORY", directory.path.c_str(), 1);

    const std::map<std::string, bool> ends = {
        {"return", false},   {"std::exit", false}, {"static", false},  {"leaked", false},
        {"exception", true}, {"guard", true},      {"with_run", true}, {"caught", false}};
    for (const auto& [end, failed] : ends) {
        const auto view = neptune::open_run({.with_id = run_child(argv[0], end)});
        const auto values = support::values_of(view, "loss");
        require(values.size() == 500 && values.back() == 499,
                end + ": " + std::to_string(values.size()) + " of 500 values");
        require(view["sys/failed"].fetch<bool>() == failed, end + ": sys/failed is wrong");
        require(view["sys/state"].fetch<neptune::RunState>() == neptune::RunState::inactive,
                end + ": the run is still active");
    }
    const auto bystander = neptune::open_run({.custom_run_id = "bystander"});
    require(!bystander["sys/failed"].fetch<bool>(),
            "guard: a run beside the guarded one is marked as failed");
    std::printf("every end is a good end\n");
    return 0;
} catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    return 1;
}
