#include <neptune/journal/segments.hpp>

#include "support/catch.hpp"
#include "unit/journal/fixture.hpp"

using namespace neptune;
using journal_test::TempDir;

TEST_CASE("segment: reading begins at the last mark that is not behind the number", "[journal]") {
    journal::Segment segment(1);
    const std::uint64_t size = journal::Segment::mark_distance / 4;
    for (std::uint64_t i = 1; i <= 40; ++i) segment.add(i, i, size, 0);
    CHECK(segment.marks.size() == 10);
    for (std::uint64_t i = 1; i <= 40; ++i) {
        const std::uint64_t own = sizeof(journal::SegmentHeader) + (i - 1) * size;
        CHECK(segment.offset_of(i) <= own);
        CHECK(own - segment.offset_of(i) < journal::Segment::mark_distance);
    }
}

TEST_CASE("segments: another version is refused and left alone", "[journal]") {
    const TempDir dir;
    journal::SegmentHeader header;
    header.version = 99;
    const std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
    core::write_file_atomically(dir / "segment-1", bytes + "anything");
    journal::Segments segments(dir.path(), 1000);
    CHECK_THROWS_WITH(segments.load([](const auto&, auto) {}),
                      Catch::Matchers::ContainsSubstring("another version"));
    CHECK(core::read_file(dir / "segment-1") == bytes + "anything");
}

TEST_CASE("segments: an empty or zeroed last file is replaced, its number stays taken",
          "[journal]") {
    const TempDir dir;
    core::write_file_atomically(dir / "segment-7", std::string(GENERATE(0U, 5U, 4096U), '\0'));
    core::write_file_atomically(dir / "segment-1.rewrite", "half");
    journal::Segments segments(dir.path(), 1000);
    static_cast<void>(segments.load([](const auto&, auto) {}));
    CHECK(segments.taken() == 6);
    CHECK(segments.active() == 0);
    CHECK(core::list_directory(dir.path()).empty());
    CHECK_FALSE(segments.rotate(7));
    CHECK(segments.active() == 7);
}
