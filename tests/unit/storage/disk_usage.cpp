#include <neptune/storage/disk_usage.hpp>

#include <filesystem>
#include <fstream>
#include <string>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;

TEST_CASE("disk_usage: the files of all folders below are counted", "[storage]") {
    const TempDirectory directory;
    CHECK(measure_disk(directory.path).used == 0);
    std::filesystem::create_directories(directory.path + "/a/b");
    std::ofstream(directory.path + "/one") << std::string(1000, 'x');
    std::ofstream(directory.path + "/a/b/two") << std::string(234, 'x');
    const auto space = measure_disk(directory.path);
    CHECK(space.used == 1234);
    CHECK(space.available > 0);
    CHECK_THROWS_AS(measure_disk(directory.path + "/missing"), StoreError);
}
