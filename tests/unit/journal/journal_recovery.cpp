// What is left of a journal after the process, the machine or the disk failed.

#include <neptune/journal/journal.hpp>

#include "support/catch.hpp"
#include "unit/journal/fixture.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace neptune;
using namespace neptune::journal;
using journal_test::options_in;
using journal_test::pending;
using journal_test::Seen;
using journal_test::segment_names;
using journal_test::TempDir;

namespace {

std::uint64_t size_of(const std::string& path) {
    return file_size(core::open_file(path, O_RDONLY), path);
}
void cut(const std::string& path, std::uint64_t size) {
    REQUIRE_FALSE(truncate(core::open_file(path, O_RDWR), size));
}
void overwrite(const std::string& path, std::uint64_t offset, char flip) {
    const auto file = core::open_file(path, O_RDWR);
    char byte = 0;
    REQUIRE(read_at(file, &byte, 1, offset, path) == 1);
    byte = static_cast<char>(byte ^ flip);
    REQUIRE_FALSE(write_at(file, {&byte, 1}, offset));
}

}  // namespace

TEST_CASE("recovery: a last record that is torn at any byte is dropped, nothing else",
          "[journal]") {
    const TempDir dir;
    const auto options = options_in(dir / "j");
    std::uint64_t before = 0;
    {
        const auto journal = Journal::create(options);
        const auto field = journal->intern("a");
        journal->append(field, 1, 0, 0, "first");
        journal->append(field, 1, 0, 0, "second");
        before = size_of(dir / "j/segment-1");
        journal->append(field, 1, 0, 0, "third record");
    }
    const std::string whole = *core::read_file(dir / "j/segment-1");
    const std::vector<Seen> expected{{1, "a", "first"}, {2, "a", "second"}};
    REQUIRE(whole.size() > before + 40);
    for (std::uint64_t size = before; size < whole.size(); ++size) {
        core::write_file_atomically(dir / "j/segment-1", whole);
        cut(dir / "j/segment-1", size);
        const auto journal = Journal::open(options);
        INFO("cut at " << size);
        REQUIRE(journal->damaged_bytes() == size - before);
        REQUIRE(pending(*journal) == expected);
        REQUIRE(size_of(dir / "j/segment-1") == before);
        REQUIRE(journal->append(journal->intern("a"), 1, 0, 0, "again") == 3U);
        REQUIRE(pending(*journal).back() == Seen{3, "a", "again"});
    }
}

TEST_CASE("recovery: a damaged record in the last segment ends it there", "[journal]") {
    const TempDir dir;
    const auto options = options_in(dir / "j");
    std::uint64_t before = 0;
    {
        const auto journal = Journal::create(options);
        const auto field = journal->intern("a");
        journal->append(field, 1, 0, 0, "first");
        before = size_of(dir / "j/segment-1");
        journal->append(field, 1, 0, 0, "second");
        journal->append(field, 1, 0, 0, "third");
    }
    overwrite(dir / "j/segment-1", before + offsetof(RecordHeader, check), 1);
    const auto journal = Journal::open(options);
    CHECK(pending(*journal) == std::vector<Seen>{{1, "a", "first"}});
    CHECK(journal->damaged_bytes() == 2 * record_size(8));
    CHECK(journal->append(journal->intern("a"), 1, 0, 0, "new") == 2U);
    CHECK(pending(*journal) == std::vector<Seen>{{1, "a", "first"}, {2, "a", "new"}});
}

TEST_CASE("recovery: damage in an older segment costs its rest, and the numbers stay without gaps",
          "[journal]") {
    const TempDir dir;
    auto options = options_in(dir / "j");
    options.segment_size = 4096;
    {
        const auto journal = Journal::create(options);
        const auto field = journal->intern("a");
        for (int i = 1; i <= 500; ++i) journal->append(field, 1, 0, 0, std::to_string(i));
    }
    overwrite(dir / "j/segment-1", 2000, '\x40');
    const auto journal = Journal::open(options);
    CHECK(journal->damaged_bytes() > 1000);
    const Batch batch = journal->read(1, SIZE_MAX, SIZE_MAX);
    CHECK(batch.range() == Range{1, 500});
    CHECK(batch.records.size() < 470);
    CHECK(batch.records.size() > 350);
    CHECK(batch.records.back().payload == "500");
}

TEST_CASE("recovery: damage that appears while reading is passed over and counted", "[journal]") {
    const TempDir dir;
    auto options = options_in(dir / "j");
    options.segment_size = 4096;
    const auto journal = Journal::create(options);
    const auto field = journal->intern("a");
    for (int i = 1; i <= 500; ++i) journal->append(field, 1, 0, 0, std::to_string(i));
    CHECK(journal->damaged_bytes() == 0);
    overwrite(dir / "j/segment-1", 2000, '\x40');
    const Batch batch = journal->read(1, SIZE_MAX, SIZE_MAX);
    CHECK(batch.range() == Range{1, 500});
    CHECK(batch.records.size() < 470);
    CHECK(journal->damaged_bytes() > 1000);
}

TEST_CASE("recovery: numbers that the server may know are not given out again", "[journal]") {
    const TempDir dir;
    const auto options = options_in(dir / "j");
    std::uint64_t before = 0;
    {
        const auto journal = Journal::create(options);
        const auto field = journal->intern("a");
        journal->append(field, 1, 0, 0, "1");
        before = size_of(dir / "j/segment-1");
        for (int i = 2; i <= 9; ++i) journal->append(field, 1, 0, 0, "lost by a power cut");
        journal->begin_flight(6);
    }
    cut(dir / "j/segment-1", before);
    const auto journal = Journal::open(options);
    CHECK(journal->last_sequence() == 6);
    CHECK(journal->in_flight() == Range{1, 6});
    const Batch batch = journal->read_range({1, 6});
    CHECK(batch.range() == Range{1, 6});
    CHECK(batch.records.size() == 1);
    CHECK(journal->append(journal->intern("a"), 1, 0, 0, "new") == 7U);
    CHECK(journal->read(1, 99, 9999).range() == Range{1, 7});
}

TEST_CASE("recovery: without its counters a journal begins at its first segment", "[journal]") {
    const TempDir dir;
    auto options = options_in(dir / "j");
    options.segment_size = 4096;
    {
        const auto journal = Journal::create(options);
        const auto field = journal->intern("a");
        for (int i = 1; i <= 500; ++i) journal->append(field, 1, 0, 0, std::to_string(i));
        journal->acknowledge(300);
    }
    core::write_file_atomically(dir / "j/state", "");
    const auto journal = Journal::open(options);
    CHECK(journal->acknowledged() > 200);
    CHECK(journal->acknowledged() <= 300);
    CHECK(pending(*journal).size() == 500 - journal->acknowledged());
}

TEST_CASE("recovery: a crash while removing leaves an empty journal or none", "[journal]") {
    const TempDir dir;
    const auto options = options_in(dir / "j");
    {
        const auto journal = Journal::create(options);
        journal->append(journal->intern("a"), 1, 0, 0, "x");
        journal->acknowledge(1);
    }
    ::unlink((dir / "j/segment-1").c_str());
    {
        const auto journal = Journal::open(options);
        CHECK(journal->empty());
        CHECK(journal->append(journal->intern("a"), 1, 0, 0, "y") == 2U);
        journal->acknowledge(2);
    }
    ::unlink((dir / "j/segment-2").c_str());
    ::unlink((dir / "j/state").c_str());
    CHECK(Journal::open(options)->close_and_remove());
    CHECK_FALSE(Journal::is_journal(dir / "j"));
}

TEST_CASE("recovery: a directory of another version is refused with a reason", "[journal]") {
    const TempDir dir;
    const auto options = options_in(dir / "j");
    {
        const auto journal = Journal::create(options);
        journal->append(journal->intern("a"), 1, 0, 0, "x");
    }
    overwrite(dir / "j/segment-1", offsetof(SegmentHeader, version), '\x7f');
    const std::string before = *core::read_file(dir / "j/segment-1");
    CHECK_THROWS_WITH(Journal::open(options),
                      Catch::Matchers::ContainsSubstring("another version"));
    CHECK(core::read_file(dir / "j/segment-1") == before);
    // And the lock is free again.
    CHECK_THROWS_WITH(Journal::open(options),
                      Catch::Matchers::ContainsSubstring("another version"));
}
