#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "support/catch.hpp"
#include "support/temp_directory.hpp"

using namespace neptune::core;
using support::TempDirectory;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("files: a directory is listed in order, hidden names included", "[core]") {
    const TempDirectory place;
    CHECK(list_directory(place.path).empty());
    for (const char* name : {"b", "a", "B", ".hidden"}) {
        write_file_atomically(place.path + "/" + name, "");
    }
    make_directories(place.path + "/folder");
    CHECK(list_directory(place.path) == Names{".hidden", "B", "a", "b", "folder"});
}

TEST_CASE("files: a directory that is missing cannot be listed", "[core]") {
    const TempDirectory place;
    try {
        static_cast<void>(list_directory(place.path + "/missing"));
        FAIL("must not be listed");
    } catch (const std::system_error& error) {
        CHECK(error.code() == std::errc::no_such_file_or_directory);
        CHECK(std::string(error.what()) ==
              "cannot list the directory '" + place.path + "/missing': No such file or directory");
    }
}

TEST_CASE("files: directories are made with all above them, as often as wanted", "[core]") {
    const TempDirectory place;
    const std::string deep = place.path + "/a/b//c/";
    make_directories(deep, 0700);
    make_directories(deep, 0700);
    CHECK(list_directory(place.path + "/a/b") == Names{"c"});
    struct ::stat status {};
    REQUIRE(::stat((place.path + "/a").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0700U);
    CHECK_NOTHROW(make_directories("/"));
    CHECK_NOTHROW(make_directories("."));
}

TEST_CASE("files: a file in the way of a directory is an error that names it", "[core]") {
    const TempDirectory place;
    write_file_atomically(place.path + "/file", "");
    try {
        make_directories(place.path + "/file/below");
        FAIL("must not be made");
    } catch (const std::system_error& error) {
        CHECK(error.code() == std::errc::not_a_directory);
        CHECK(std::string(error.what()).find("'" + place.path + "/file'") != std::string::npos);
    }
    CHECK_THROWS_AS(make_directories("/proc/nothing/here"), std::system_error);
}

TEST_CASE("files: a tree is removed without following links out of it", "[core]") {
    const TempDirectory place;
    make_directories(place.path + "/tree/below");
    make_directories(place.path + "/kept");
    write_file_atomically(place.path + "/kept/file", "");
    write_file_atomically(place.path + "/tree/below/file", "");
    REQUIRE(::symlink((place.path + "/kept").c_str(), (place.path + "/tree/link").c_str()) == 0);
    CHECK(remove_tree(place.path + "/tree"));
    CHECK_FALSE(remove_tree(place.path + "/tree"));
    CHECK(list_directory(place.path) == Names{"kept"});
    CHECK(list_directory(place.path + "/kept") == Names{"file"});
    CHECK(remove_tree(place.path + "/kept/file"));
}

TEST_CASE("files: the space of a disk is known", "[core]") {
    const TempDirectory place;
    const DiskSpace space = disk_space(place.path);
    CHECK(space.total > 0);
    CHECK(space.available <= space.total);
    CHECK_THROWS_AS(disk_space(place.path + "/missing"), std::system_error);
}

TEST_CASE("files: network file systems are known by their numbers", "[core]") {
    for (const std::uint32_t magic :
         {0x6969U, 0x01021997U, 0x65735546U, 0xFF534D42U, 0x0BD00BD0U}) {
        CHECK(detail::is_network_magic(magic));
    }
    const std::uint32_t ext4 = 0xEF53;
    const std::uint32_t tmpfs = 0x01021994;
    CHECK_FALSE(detail::is_network_magic(ext4));
    CHECK_FALSE(detail::is_network_magic(tmpfs));
    CHECK_FALSE(is_network_filesystem("/proc"));
    CHECK_THROWS_AS(is_network_filesystem("/no/such/place"), std::system_error);
}
