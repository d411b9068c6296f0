#include <neptune/journal/side_files.hpp>

#include "support/catch.hpp"
#include "unit/journal/fixture.hpp"

using namespace neptune;
using journal_test::TempDir;

TEST_CASE("side files: content is read back, damage is noticed", "[journal]") {
    const TempDir dir;
    journal::SideFiles files(dir.path());
    std::error_code error;
    const std::string content(200'000, 'q');
    const auto file = files.write(content, error);
    REQUIRE_FALSE(error);
    CHECK(files.read(file) == content);
    CHECK(journal::SideFile::from_bytes(file.bytes())->number == file.number);
    CHECK_FALSE(journal::SideFile::from_bytes("short"));

    const std::string path = files.directory() + "/" + std::to_string(file.number);
    REQUIRE_FALSE(journal::write_at(core::open_file(path, O_RDWR), "x", 1000));
    CHECK_FALSE(files.read(file));
    files.remove(file.number);
    CHECK_FALSE(files.read(file));
}

TEST_CASE("side files: acknowledged and dropped ones are forgotten, strangers removed",
          "[journal]") {
    const TempDir dir;
    journal::SideFiles files(dir.path());
    std::error_code error;
    for (std::uint64_t sequence = 1; sequence <= 6; ++sequence)
        files.refer(sequence, files.write("content", error));
    static_cast<void>(files.write("of no record", error));
    CHECK(files.bytes() == 6 * 7);
    files.drop({3, 5});
    CHECK(files.bytes() == 4 * 7);
    CHECK(files.take_acknowledged(4) == std::vector<std::uint64_t>{1, 2, 4});
    files.remove_strangers();
    CHECK(core::list_directory(files.directory()) == std::vector<std::string>{"6"});
}
