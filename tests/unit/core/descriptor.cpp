#include <neptune/core/descriptor.hpp>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "support/catch.hpp"

using namespace neptune::core;

namespace {

bool is_open(int number) {
    return ::fcntl(number, F_GETFD) >= 0;
}

}  // namespace

TEST_CASE("descriptor: it is closed once, by its last owner", "[core]") {
    int number = -1;
    {
        Descriptor first = open_file("/dev/null", O_RDONLY);
        number = first.get();
        Descriptor second = std::move(first);
        CHECK_FALSE(first);
        CHECK(second.get() == number);
        first = std::move(second);
        CHECK(first.get() == number);
        CHECK(is_open(number));
    }
    CHECK_FALSE(is_open(number));
}

TEST_CASE("descriptor: what is released stays open", "[core]") {
    Descriptor owner = open_file("/dev/null", O_RDONLY);
    const int number = owner.release();
    CHECK_FALSE(owner);
    CHECK(is_open(number));
    Descriptor(number).close("/dev/null");
    CHECK_FALSE(is_open(number));
}

TEST_CASE("descriptor: programs started by this one do not inherit it", "[core]") {
    const Descriptor file = open_file("/dev/null", O_RDONLY);
    CHECK((::fcntl(file.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("descriptor: an error names the operation, the path and the cause", "[core]") {
    try {
        static_cast<void>(open_file("/no/such/file", O_RDONLY));
        FAIL("must not open");
    } catch (const std::system_error& error) {
        CHECK(error.code() == std::errc::no_such_file_or_directory);
        CHECK(std::string(error.what()) ==
              "cannot open '/no/such/file': No such file or directory");
    }
    CHECK_FALSE(try_open("/no/such/file", O_RDONLY));
    CHECK_THROWS_AS(write_all(open_file("/dev/full", O_WRONLY), "x", "/dev/full"),
                    std::system_error);
}

TEST_CASE("descriptor: all bytes are written and read in any portions", "[core]") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const Descriptor reader(ends[0]);
    Descriptor writer(ends[1]);
    write_all(writer, "first ", "pipe");
    write_all(writer, "second", "pipe");
    writer.close("pipe");
    std::string text(100, '.');
    CHECK(read_up_to(reader, text.data(), 3, "pipe") == 3);
    CHECK(read_up_to(reader, text.data() + 3, text.size() - 3, "pipe") == 9);
    CHECK(text.substr(0, 13) == "first second.");
}
