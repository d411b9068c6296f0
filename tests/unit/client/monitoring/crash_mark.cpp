#include <neptune/client/monitoring/crash_mark.hpp>

#include "support/catch.hpp"

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <string>

TEST_CASE("crash_mark: becomes sys/failed once, behind what was logged", "[monitoring]") {
    using namespace neptune;
    const auto directory = core::make_temp_directory("neptune-mark-");
    journal::Options options;
    options.directory = directory + "/queue";
    const auto journal = journal::Journal::create(options);
    client::take_crash_mark(*journal);
    CHECK(journal->last_sequence() == 0);
    core::write_file_atomically(client::crash_mark_path(options.directory), "");
    CHECK(client::has_crash_mark(options.directory));
    client::take_crash_mark(*journal);
    CHECK_FALSE(client::has_crash_mark(options.directory));
    CHECK(journal->last_sequence() == 1);
    client::take_crash_mark(*journal);
    CHECK(journal->last_sequence() == 1);
    core::remove_tree(directory);
}
