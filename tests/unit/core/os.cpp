#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <sys/stat.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "support/temp_directory.hpp"

using namespace neptune::core;
using support::TempDirectory;

namespace {

::mode_t permissions(const std::string& path) {
    struct ::stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

}  // namespace

TEST_CASE("os: host, user, process and thread have names and numbers", "[core]") {
    CHECK_FALSE(host_name().empty());
    CHECK(host_name().find('\0') == std::string::npos);
    CHECK_FALSE(user_name().empty());
    CHECK(process_id() == ::getpid());
    CHECK(thread_id() == static_cast<std::uint64_t>(::getpid()));
    std::uint64_t other = 0;
    std::thread([&other] { other = thread_id(); }).join();
    CHECK(other != 0);
    CHECK(other != thread_id());
}

TEST_CASE("os: the temporary directory follows TMPDIR if that is absolute", "[core]") {
    const auto before = environment("TMPDIR");
    ::setenv("TMPDIR", "/var/tmp", 1);
    CHECK(temp_directory() == "/var/tmp");
    ::setenv("TMPDIR", "relative", 1);
    CHECK(temp_directory() == "/tmp");
    ::unsetenv("TMPDIR");
    CHECK(temp_directory() == "/tmp");
    if (before) {
        ::setenv("TMPDIR", before->c_str(), 1);
    }
}

TEST_CASE("os: a temporary directory is new and private", "[core]") {
    const TempDirectory first;
    const TempDirectory second;
    CHECK(first.path != second.path);
    CHECK(permissions(first.path) == 0700);
    CHECK(first.path.find("neptune-test-") != std::string::npos);
}

TEST_CASE("os: a file is read whole, whatever its size says", "[core]") {
    const TempDirectory place;
    const std::string path = place.path + "/file";
    CHECK_FALSE(read_file(path));
    for (const std::size_t size : {0U, 1U, 4095U, 4096U, 4097U, 1'000'000U}) {
        std::string content(size, 'x');
        if (size > 0) {
            content.back() = '\0';
        }
        write_file_atomically(path, content);
        REQUIRE(read_file(path) == content);
    }
    CHECK(read_file("/proc/self/status")->find("Pid:") != std::string::npos);
    CHECK_FALSE(read_file(path + "/below"));
}

TEST_CASE("os: a directory cannot be read as a file", "[core]") {
    const TempDirectory place;
    try {
        static_cast<void>(read_file(place.path));
        FAIL("must not be read");
    } catch (const std::system_error& error) {
        CHECK(std::string(error.what()) == "cannot read '" + place.path + "': Is a directory");
    }
}

TEST_CASE("os: a written file replaces the old one with its content and permissions", "[core]") {
    const TempDirectory place;
    const std::string path = place.path + "/file";
    write_file_atomically(path, "old", 0600);
    CHECK(permissions(path) == 0600);
    write_file_atomically(path, "new", 0664);
    CHECK(permissions(path) == 0664);
    CHECK(read_file(path) == "new");
    CHECK(list_directory(place.path) == std::vector<std::string>{"file"});
}

TEST_CASE("os: a file that is open while it is replaced keeps its content", "[core]") {
    const TempDirectory place;
    const std::string path = place.path + "/file";
    write_file_atomically(path, "old");
    const Descriptor reader = open_file(path, O_RDONLY);
    write_file_atomically(path, "new");
    std::string text(3, ' ');
    CHECK(read_up_to(reader, text.data(), 3, path) == 3);
    CHECK(text == "old");
}

TEST_CASE("os: a write that fails names its path and leaves nothing behind", "[core]") {
    const TempDirectory place;
    const std::string target = place.path + "/directory";
    make_directories(target + "/full");
    try {
        write_file_atomically(target, "x");
        FAIL("a directory must not be replaced");
    } catch (const std::system_error& error) {
        CHECK(std::string(error.what()).find("'" + target + "'") != std::string::npos);
    }
    CHECK(list_directory(place.path) == std::vector<std::string>{"directory"});
    CHECK_THROWS_AS(write_file_atomically(place.path + "/missing/file", "x"), std::system_error);
}

TEST_CASE("os: a directory's entries can be flushed, those of a missing one not", "[core]") {
    const TempDirectory place;
    CHECK_NOTHROW(fsync_directory(place.path));
    CHECK_NOTHROW(fsync_directory("."));
    CHECK_THROWS_AS(fsync_directory(place.path + "/missing"), std::system_error);
}
