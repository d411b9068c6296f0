#include <neptune/storage/data_directory.hpp>

#include <array>
#include <string>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;
using Catch::Matchers::ContainsSubstring;

namespace {

unsigned mode_of(const std::string& path) {
    struct ::stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

std::string refusal(const std::string& path) {
    try {
        const DataDirectory directory(path);
    } catch (const DirectoryInUse& error) {
        return error.what();
    }
    return "not refused";
}

}  // namespace

TEST_CASE("data directory: it is made for its owner only", "[storage]") {
    const TempDirectory temp;
    const std::string path = temp.path + "/new/data";
    const DataDirectory directory(path);
    CHECK(directory.path() == path);
    CHECK(mode_of(path) == 0700);
    const SqliteStore store({path});
    CHECK(mode_of(path + "/neptune.sqlite") == 0600);
}

TEST_CASE("data directory: a second server of this process is refused until the first one ends",
          "[storage]") {
    const TempDirectory temp;
    {
        const DataDirectory first(temp.path);
        CHECK_THAT(refusal(temp.path), ContainsSubstring(temp.path) &&
                                           ContainsSubstring("already served in this process"));
    }
    CHECK(refusal(temp.path) == "not refused");
}

TEST_CASE("data directory: another process is named, and its death frees the directory",
          "[storage]") {
    const TempDirectory temp;
    std::array<int, 2> ready{}, finish{};
    REQUIRE(::pipe(ready.data()) == 0);
    REQUIRE(::pipe(finish.data()) == 0);
    const ::pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::close(finish[1]);
        const DataDirectory directory(temp.path);
        char byte = 'x';
        // The read ends when the parent closes its end, also if the parent dies.
        const bool told = ::write(ready[1], &byte, 1) == 1 && ::read(finish[0], &byte, 1) == 0;
        ::_exit(told ? 0 : 1);
    }
    ::close(finish[0]);
    ::close(ready[1]);
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    CHECK_THAT(refusal(temp.path), ContainsSubstring(temp.path) &&
                                       ContainsSubstring("process " + std::to_string(child)));
    SqliteStore beside({temp.path});
    CHECK(beside.workspaces().empty());
    ::close(finish[1]);
    int status = 1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    ::close(ready[0]);
    CHECK(refusal(temp.path) == "not refused");
}

TEST_CASE("data directory: a place that cannot be a directory is an error that names it",
          "[storage]") {
    try {
        const SqliteStore store({"/dev/null/data"});
        FAIL("it was opened");
    } catch (const StoreError& error) {
        CHECK_THAT(error.what(), ContainsSubstring("/dev/null"));
    }
    CHECK_THROWS_AS(DataDirectory("/dev/null/data"), StoreError);
}
