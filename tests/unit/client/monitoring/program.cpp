#include <neptune/client/monitoring/program.hpp>

#include "support/catch.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include <stdlib.h>

using namespace neptune::client;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

std::optional<std::string> shell(const std::string& command,
                                 const std::vector<std::string>& variables = {},
                                 ProgramLimits limits = {Clock::now() + 30s, 1 << 20, nullptr}) {
    return run_program({"sh", "-c", command}, variables, limits);
}

}  // namespace

TEST_CASE("program: gives what it wrote to standard output", "[monitoring]") {
    CHECK(shell("echo one; echo two >&2; echo three") == "one\nthree\n");
    CHECK(shell("") == "");
    // It has nothing to read and is not asked anything.
    CHECK(shell("cat; echo end") == "end\n");
}

TEST_CASE("program: one that fails or is not there gives nothing", "[monitoring]") {
    CHECK_FALSE(shell("echo begun; exit 3"));
    CHECK_FALSE(shell("kill -9 $$"));
    CHECK_FALSE(run_program({"neptune-has-no-such-program"}, {}, {Clock::now() + 30s}));
}

TEST_CASE("program: one that hangs is ended with all it started", "[monitoring]") {
    const auto start = Clock::now();
    CHECK_FALSE(shell("sleep 600 & sleep 600", {}, {start + 50ms}));
    // A child that keeps the output open does not keep us.
    CHECK_FALSE(shell("sleep 600 & echo begun", {}, {Clock::now() + 50ms}));
    std::atomic<bool> cancelled{true};
    CHECK_FALSE(shell("sleep 600", {}, {start + 600s, 100, &cancelled}));
    CHECK(Clock::now() - start < 60s);
}

TEST_CASE("program: one that writes without end is ended", "[monitoring]") {
    CHECK_FALSE(shell("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxx; done", {},
                      {Clock::now() + 600s, 100'000}));
}

TEST_CASE("program: variables are changed and removed", "[monitoring]") {
    ::setenv("NEPTUNE_TEST_A", "before", 1);
    ::setenv("NEPTUNE_TEST_B", "before", 1);
    CHECK(shell("echo ${NEPTUNE_TEST_A-none} ${NEPTUNE_TEST_B-none} ${NEPTUNE_TEST_C-none}",
                {"NEPTUNE_TEST_A=after", "NEPTUNE_TEST_B", "NEPTUNE_TEST_C=new"}) ==
          "after none new\n");
    ::unsetenv("NEPTUNE_TEST_A");
    ::unsetenv("NEPTUNE_TEST_B");
}
