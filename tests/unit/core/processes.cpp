#include <neptune/core/processes.hpp>

#include <chrono>
#include <fstream>
#include <string>

#include "support/catch.hpp"

#include <neptune/core/files.hpp>

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
