// Exceptions that nobody catches: the open runs say what happened, are marked as failed and have
// everything that was logged, and then the program ends as it would have.

#include "support/child_process.hpp"
#include "support/test_server.hpp"

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>

namespace {

using namespace support;

struct DataError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void fail() {
    try {
        throw DataError("no column 'age'");
    } catch (...) {
        std::throw_with_nested(std::logic_error("the training failed"));
    }
}

neptune::InitRun options(const std::string& role) {
    return {.custom_run_id = role,
            .source_files = std::vector<std::string>(),
            .fail_on_exception = role != "not failed",
            .capture_traceback = role != "no traceback",
            .monitoring_namespace = "m",
            .git_ref = false};
}

int child(const std::string& role) {
    if (role == "chained")
        std::set_terminate([] {
            std::printf("the program's own handler\n");
            std::fflush(stdout);
            std::_Exit(7);
        });
    // Not on the stack: what is there may or may not be unwound. Never destroyed, but still
    // referred to when the program ends, which is no leak.
    static auto& run = *new neptune::Run(neptune::init_run(options(role)));
    static auto& second = *new neptune::Run(neptune::init_run(options(role + ", second")));
    for (int i = 0; i < 500; ++i) run["loss"].append(i);
    if (role == "thread") std::thread(fail).join();
    if (role == "no exception") std::terminate();
    if (role == "guard") {
        try {
            run.guard(fail);
        } catch (const std::logic_error&) {
            second.stop();
            return 0;
        }
    }
    if (role == "scope") {
        try {
            const neptune::Run scoped = std::move(run);
            fail();
        } catch (const std::logic_error&) {
            second.stop();
            return 0;
        }
    }
    fail();
    return 3;
}

class Test {
public:
    Test() { server_.listen(); }
    void operator()() const {
        const std::string exception = "std::logic_error: the training failed";
        const std::string cause = "DataError: no column 'age'";
        for (const std::string role : {"main", "thread"}) {
            run_child(role, SIGABRT);
            for (const std::string& name : {role, role + ", second"}) {
                expect_failed(name, true);
                expect_lines(name, {"The program was terminated on host", "marked as failed",
                                    exception, "caused by:", cause});
            }
        }
        run_child("no exception", SIGABRT);
        expect_lines("no exception", {"std::terminate was called without an exception"});
        expect_failed("no exception", true);

        run_child("guard", 0);
        expect_lines("guard", {"An exception left the scope", exception, cause});
        expect_failed("guard", true);
        expect_failed("guard, second", false);
        require(!look("guard, second").exists("m/traceback"),
                "a run beside the guarded one has a traceback");

        run_child("scope", 0);
        expect_lines("scope", {"An exception left the scope", "guard"});
        expect_failed("scope", true);
        expect_failed("scope, second", false);

        run_child("no traceback", SIGABRT);
        expect_failed("no traceback", true);
        require(!look("no traceback").exists("m/traceback"), "there is a traceback");

        run_child("not failed", SIGABRT);
        expect_failed("not failed", false);
        expect_lines("not failed", {exception});

        const auto output = run_child("chained", 7);
        require(output.find("the program's own handler") != std::string::npos,
                "the handler that was there before did not run:\n" + output);
        expect_failed("chained", true);
    }

private:
    // `end`: the signal or the exit code.
    std::string run_child(const std::string& role, int end) const {
        Child child({role}, {{"NEPTUNE_API_TOKEN", server_.token()},
                             {"NEPTUNE_PROJECT", "team/test"},
                             {"NEPTUNE_DATA_DIRECTORY", directory_.path}});
        const int status = child.wait();
        require(WIFSIGNALED(status) ? WTERMSIG(status) == end : WEXITSTATUS(status) == end,
                role + ": the child ended with status " + std::to_string(status) + ":\n" +
                    child.output());
        if (end == SIGABRT)
            require(role == "no exception" ||
                        child.output().find("std::logic_error") != std::string::npos,
                    role + ": the system's own message is missing:\n" + child.output());
        const auto values = values_of(look(role), "loss");
        require(values.size() == 500, role + ": values are lost");
        require(look(role)["sys/state"].fetch<neptune::RunState>() == neptune::RunState::inactive,
                role + ": the run is still active");
        return child.output();
    }
    [[nodiscard]] neptune::ReadOnly<neptune::Run> look(const std::string& name) const {
        return neptune::open_run(
            {.project = "team/test", .api_token = server_.token(), .custom_run_id = name});
    }
    void expect_failed(const std::string& name, bool wanted) const {
        require(look(name)["sys/failed"].fetch<bool>() == wanted, name + ": sys/failed is wrong");
    }
    void expect_lines(const std::string& name, const std::vector<std::string>& wanted) const {
        std::string text;
        std::size_t at = 0;
        for (const auto& point : look(name)["m/traceback"].fetch_values<std::string>())
            text += point.value + "\n";
        for (const auto& line : wanted) {
            at = text.find(line, at);
            require(at != std::string::npos, name + ": '" + line + "' is missing in\n" + text);
        }
    }

    TestServer server_;
    TempDirectory directory_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2) return child(argv[1]);  // nobody catches what leaves it
    return run_process_test(argc, argv, [](const std::vector<std::string>&) {
        Test()();
        return 0;
    });
}
