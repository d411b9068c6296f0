#include <neptune/core/tar.hpp>

#include <fstream>
#include <string>

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <cstdlib>

#include "support/catch.hpp"

using namespace neptune::core;

TEST_CASE("tar: the system's tar unpacks it, long and foreign names too", "[core]") {
    const std::string long_name = "deep/" + std::string(150, 'n') + "/" + std::string(90, 'm');
    const std::string exact(100, 'e');
    TarWriter tar;
    tar.add("a.txt", "hello", 1'700'000'000);
    tar.add("empty", "", 0);
    tar.add("dir/block", std::string(512, 'b'), -5);
    tar.add(long_name, std::string(1'000, 'l'), 1);
    tar.add("Größe.txt", "ü", 1);
    tar.add(exact, "100", 1);
    const std::string archive = tar.take();
    CHECK(archive.size() % 512 == 0);

    const std::string directory = make_temp_directory("neptune-tar-");
    std::ofstream(directory + "/a.tar", std::ios::binary) << archive;
    REQUIRE(std::system(("cd " + directory + " && LC_ALL=C.UTF-8 tar xf a.tar").c_str()) == 0);
    CHECK(read_file(directory + "/a.txt") == "hello");
    CHECK(read_file(directory + "/empty") == "");
    CHECK(read_file(directory + "/dir/block") == std::string(512, 'b'));
    CHECK(read_file(directory + "/" + long_name) == std::string(1'000, 'l'));
    CHECK(read_file(directory + "/Größe.txt") == "ü");
    CHECK(read_file(directory + "/" + exact) == "100");
    struct ::stat status {};
    REQUIRE(::stat((directory + "/a.txt").c_str(), &status) == 0);
    CHECK(status.st_mtime == 1'700'000'000);
    remove_tree(directory);
}

TEST_CASE("tar: an archive without files is one all the same", "[core]") {
    CHECK(TarWriter().take() == std::string(1'024, '\0'));
}
