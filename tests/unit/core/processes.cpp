#include <neptune/core/processes.hpp>

#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "support/catch.hpp"

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace neptune;

TEST_CASE("processes: finds who has a file open, under any path", "[core]") {
    const auto directory = core::make_temp_directory("neptune-processes-");
    const auto path = directory + "/file", link = directory + "/link";
    std::ofstream(path) << "x";
    REQUIRE(::link(path.c_str(), link.c_str()) == 0);
    CHECK_FALSE(core::process_with_open_file(path));
    {
        const std::ifstream file(link);
        CHECK(core::process_with_open_file(path) == core::process_id());
    }
    CHECK_FALSE(core::process_with_open_file(path));
    CHECK_FALSE(core::process_with_open_file(directory + "/none"));
    core::remove_tree(directory);
}

TEST_CASE("processes: knows the children of a process and theirs, and whether they run", "[core]") {
    // A child with a child, which says its number.
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    const auto child = ::fork();
    if (child == 0) {
        const auto grandchild = ::fork();
        if (grandchild != 0) static_cast<void>(!::write(pipe[1], &grandchild, sizeof grandchild));
        ::pause();
        ::_exit(0);
    }
    ::pid_t grandchild = 0;
    REQUIRE(::read(pipe[0], &grandchild, sizeof grandchild) == sizeof grandchild);
    CHECK(core::descendants(core::process_id()) == std::vector<::pid_t>{child, grandchild});
    CHECK(core::descendants(grandchild).empty());
    CHECK(core::is_running(child));
    ::kill(grandchild, SIGKILL);
    ::kill(child, SIGKILL);
    ::siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<::id_t>(child), &info, WEXITED | WNOWAIT) == 0);
    CHECK_FALSE(core::is_running(child));  // nobody has asked for its status yet
    ::waitpid(child, nullptr, 0);
    CHECK_FALSE(core::is_running(child));
    ::close(pipe[0]);
    ::close(pipe[1]);
}

TEST_CASE("processes: knows when a process began", "[core]") {
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    const auto start = core::process_start(core::process_id());
    REQUIRE(start);
    CHECK(*start <= now + 1);
    CHECK(*start > now - 24 * 3600);
    CHECK(*core::process_start(1) <= *start);
    // Beyond the numbers that Linux gives.
    CHECK_FALSE(core::process_start(4'194'305));
}
