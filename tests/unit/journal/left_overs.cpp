#include <neptune/journal/left_overs.hpp>

#include "support/catch.hpp"
#include "unit/journal/fixture.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <string>
#include <vector>

using namespace neptune;
using namespace neptune::journal;
using journal_test::in_child;
using journal_test::options_in;
using journal_test::TempDir;

namespace {

/// Makes a journal whose age is `seconds`, and leaves it as a dead process does.
void leave(const std::string& directory, std::int64_t seconds) {
    const auto journal = Journal::create(options_in(directory));
    journal->append(journal->intern("a"), 1, 0, 0, directory);
    const ::timespec times[2] = {{0, UTIME_OMIT}, {seconds, 0}};
    REQUIRE(::utimensat(AT_FDCWD, (directory + "/producer").c_str(), times, 0) == 0);
}

}  // namespace

TEST_CASE("left-overs: names follow the Python client", "[journal]") {
    const std::string uuid = "0189c6ab-1c2d-4e5f-8a9b-0123456789ab";
    const std::string name = directory_name("model_version", uuid);
    const std::string prefix = "model_version__" + uuid + "__" + std::to_string(::getpid()) + "__";
    REQUIRE(name.starts_with(prefix));
    CHECK(name.starts_with(object_prefix("model_version", uuid)));
    const std::string word = name.substr(prefix.size());
    CHECK(word.size() == 8);
    CHECK(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string::npos);
    CHECK(directory_name("model_version", uuid) != name);
}

TEST_CASE("left-overs: those of one object, oldest first, none that is held", "[journal]") {
    const TempDir dir;
    CHECK(left_overs(dir / "missing", "").empty());
    leave(dir / "run__u__1__new", 3000);
    leave(dir / "run__u__1__old", 1000);
    leave(dir / "run__u__1__middle", 2000);
    leave(dir / "run__v__1__other", 500);
    core::make_directories(dir / "run__u__1__no_journal");
    core::write_file_atomically(dir / "run__u__1__file", "x");
    const auto held = Journal::create(options_in(dir / "run__u__1__held"));

    const std::vector<std::string> expected{dir / "run__u__1__old", dir / "run__u__1__middle",
                                            dir / "run__u__1__new"};
    CHECK(left_overs(dir.path(), object_prefix("run", "u")) == expected);
    CHECK(left_overs(dir.path(), "").size() == 4);
    CHECK(in_child([&] {
              return left_overs(dir.path(), object_prefix("run", "u")) == expected ? 7 : 8;
          }) == 7);
    // Looking took no lock away.
    CHECK(in_child([&] {
              return core::FileLock::holder_pid(dir / "run__u__1__held/lock") ? 7 : 8;
          }) == 7);
}

TEST_CASE("left-overs: one is claimed once, and not at all while its owner lives", "[journal]") {
    const TempDir dir;
    leave(dir / "j", 1000);
    auto journal = claim(options_in(dir / "j"));
    REQUIRE(journal);
    CHECK(journal_test::pending(*journal).at(0).payload == dir / "j");
    CHECK_FALSE(claim(options_in(dir / "j")));
    CHECK(in_child([&] { return claim(options_in(dir / "j")) ? 8 : 7; }) == 7);
    journal->acknowledge(1);
    CHECK(journal->close_and_remove());
    CHECK_FALSE(claim(options_in(dir / "j")));
    CHECK(core::list_directory(dir.path()).empty());
}

TEST_CASE("left-overs: what a killed process logged is claimed whole", "[journal]") {
    const TempDir dir;
    CHECK(in_child([&] {
              const auto journal = Journal::create(options_in(dir / "j"));
              const auto field = journal->intern("a");
              for (int i = 0; i < 100; ++i) journal->append(field, 1, 0, 0, std::to_string(i));
              journal->begin_flight(40);
              ::kill(::getpid(), SIGKILL);
              return 0;
          }) == 128 + SIGKILL);
    REQUIRE(left_overs(dir.path(), "") == std::vector<std::string>{dir / "j"});
    const auto journal = claim(options_in(dir / "j"));
    REQUIRE(journal);
    CHECK(journal_test::pending(*journal).size() == 100);
    CHECK(journal->in_flight() == Range{1, 40});
}

TEST_CASE("left-overs: a broken one is reported, not skipped", "[journal]") {
    const TempDir dir;
    leave(dir / "j", 1000);
    const std::string segment = dir / "j/segment-1";
    SegmentHeader header;
    header.version = 2;
    REQUIRE_FALSE(write_at(core::open_file(segment, O_RDWR),
                           {reinterpret_cast<const char*>(&header), sizeof header}, 0));
    CHECK_THROWS_WITH(claim(options_in(dir / "j")),
                      Catch::Matchers::ContainsSubstring("another version"));
}
