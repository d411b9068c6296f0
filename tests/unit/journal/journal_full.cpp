// The queue or the disk is full: what is dropped, what is kept, who hears of it.

#include <neptune/journal/journal.hpp>

#include "support/catch.hpp"
#include "unit/journal/fixture.hpp"

#include <sys/mount.h>
#include <sys/resource.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace neptune;
using namespace neptune::journal;
using journal_test::in_child;
using journal_test::options_in;
using journal_test::pending;
using journal_test::Seen;
using journal_test::TempDir;

namespace {

using News = std::vector<std::pair<DropReason, std::string>>;

Options small_queue(const std::string& directory, News& news) {
    auto options = options_in(directory);
    options.queue_limit = 64 << 10;
    options.segment_size = 8 << 10;
    options.on_drop = [&news](DropReason reason, const std::string& text) {
        news.emplace_back(reason, text);
    };
    return options;
}

}  // namespace

TEST_CASE("full queue: new records are dropped and counted, and recording resumes", "[journal]") {
    const TempDir dir;
    News news;
    const auto journal = Journal::create(small_queue(dir / "j", news));
    const auto first = journal->intern("first");
    const auto second = journal->intern("second");
    std::uint64_t kept = 0;
    for (int i = 0; i < 3000; ++i) {
        const auto number = journal->append(i % 3 == 0 ? first : second, 1, 0, 0, "01234567");
        if (number) REQUIRE(*number == ++kept);
    }
    CHECK(kept > 1000);
    CHECK(journal->size_bytes() <= 64 << 10);
    CHECK(journal->last_sequence() == kept);
    const Dropped dropped = journal->dropped();
    CHECK(dropped.total == 3000 - kept);
    REQUIRE(dropped.by_field.size() == 2);
    CHECK(dropped.by_field[0].first == "first");
    CHECK(dropped.by_field[0].second + dropped.by_field[1].second == dropped.total);
    CHECK(dropped.by_field[0].second < dropped.by_field[1].second);
    REQUIRE(news.size() == 1);
    CHECK(news[0].first == DropReason::queue_limit);
    CHECK_THAT(news[0].second, Catch::Matchers::ContainsSubstring("queue limit"));

    journal->acknowledge(kept / 2);
    CHECK(journal->append(first, 1, 0, 0, "more") == kept + 1);
    CHECK(pending(*journal).back() == Seen{kept + 1, "first", "more"});
    CHECK(news.size() == 1);
}

TEST_CASE("full queue: an exception for those who asked for it", "[journal]") {
    const TempDir dir;
    News news;
    auto options = small_queue(dir / "j", news);
    options.throw_when_full = true;
    const auto journal = Journal::create(options);
    const auto field = journal->intern("a");
    const std::string huge(100'000, 'x');
    for (int i = 0; i < 2; ++i) {
        try {
            journal->append(field, 1, 0, 0, huge);
            FAIL("no exception");
        } catch (const JournalFull& full) {
            CHECK(full.reason() == DropReason::queue_limit);
            CHECK(full.code() == std::errc::no_space_on_device);
            CHECK_THAT(full.what(), Catch::Matchers::ContainsSubstring("queue limit"));
        }
    }
    CHECK(journal->dropped().total == 2);
    CHECK(journal->append(field, 1, 0, 0, "small") == 1U);
    CHECK_FALSE(core::FileLock::holder_pid(dir / "j/lock"));
    CHECK(::access((dir / "j/upload/1").c_str(), F_OK) != 0);
}

TEST_CASE("full disk: the probe decides, and a tick notices that there is room again",
          "[journal]") {
    const TempDir dir;
    News news;
    auto options = options_in(dir / "j");
    options.min_free_bytes = 1000;
    core::DiskSpace space{1'000'000, 500};
    options.probe = [&space](const std::string&) { return space; };
    options.on_drop = [&news](DropReason reason, const std::string& text) {
        news.emplace_back(reason, text);
    };
    const auto journal = Journal::create(options);
    const auto field = journal->intern("a");
    CHECK_FALSE(journal->append(field, 1, 0, 0, "x"));
    CHECK(news.size() == 1);
    CHECK(news[0].first == DropReason::disk_reserve);
    space.available = 900'000;
    CHECK(journal->tick());
    CHECK(journal->append(field, 1, 0, 0, "x") == 1U);
}

TEST_CASE("full queue: the oldest points make room, everything else stays", "[journal]") {
    const TempDir dir;
    News news;
    auto options = small_queue(dir / "j", news);
    options.on_full = QueueFull::drop_oldest_points;
    std::map<std::uint64_t, std::string> others;
    std::uint64_t last = 0;
    std::uint64_t dropped = 0;
    const auto check = [&](const Journal& journal) {
        const Batch batch = journal.read(1, SIZE_MAX, SIZE_MAX);
        REQUIRE(batch.range() == Range{1, last});
        auto other = others.begin();
        std::uint64_t points = 0;
        std::uint64_t previous = 0;
        for (const Record& record : batch.records) {
            REQUIRE(record.sequence > previous);
            previous = record.sequence;
            REQUIRE(record.payload == std::to_string(record.sequence) + std::string(70, '.'));
            if ((record.flags & flag::point) != 0) {
                ++points;
                REQUIRE(journal.path(record.field) == "series");
            } else {
                REQUIRE(other != others.end());
                REQUIRE(record.sequence == (other++)->first);
                REQUIRE(journal.path(record.field) == "atom");
            }
        }
        CHECK(other == others.end());
        CHECK(points + others.size() + dropped == last);
        // What is kept of the series is its newest part.
        CHECK(batch.records.back().sequence == last);
    };
    {
        const auto journal = Journal::create(options);
        const auto series = journal->intern("series");
        const auto atom = journal->intern("atom");
        for (std::uint64_t i = 1; i <= 5000; ++i) {
            const bool other = i % 50 == 0;
            const std::string payload = std::to_string(i) + std::string(70, '.');
            REQUIRE(journal->append(other ? atom : series, 1,
                                    other ? std::uint16_t{0} : flag::point, 0, payload) == i);
            if (other) others.emplace(i, payload);
            REQUIRE(journal->size_bytes() <= options.queue_limit);
        }
        last = 5000;
        dropped = journal->dropped().total;
        CHECK(dropped > 4000);
        CHECK(journal->dropped().by_field.size() == 1);
        CHECK(news.size() == 1);
        check(*journal);
    }
    const auto journal = Journal::open(options);
    CHECK(journal->last_sequence() == last);
    check(*journal);
    journal->acknowledge(last);
    CHECK(journal->empty());
}

TEST_CASE("full queue: without points to drop, new records are dropped", "[journal]") {
    const TempDir dir;
    News news;
    auto options = small_queue(dir / "j", news);
    options.on_full = QueueFull::drop_oldest_points;
    const auto journal = Journal::create(options);
    const auto atom = journal->intern("atom");
    std::uint64_t kept = 0;
    for (int i = 0; i < 3000; ++i)
        if (journal->append(atom, 1, 0, 0, "01234567")) ++kept;
    CHECK(kept > 1000);
    CHECK(journal->dropped().total == 3000 - kept);
    CHECK(pending(*journal).size() == kept);
}

TEST_CASE("full queue: the batch under way and payloads in files are treated rightly",
          "[journal]") {
    const TempDir dir;
    News news;
    auto options = small_queue(dir / "j", news);
    options.queue_limit = 350 << 10;
    options.on_full = QueueFull::drop_oldest_points;
    const auto journal = Journal::create(options);
    const auto series = journal->intern("series");
    const std::string large(100'000, 'L');
    for (int i = 1; i <= 3; ++i) REQUIRE(journal->append(series, 1, flag::point, 0, large));
    journal->begin_flight(1);
    REQUIRE(journal->append(series, 1, flag::point, 0, large) == 4U);
    const Batch flight = journal->read_range({1, 1});
    REQUIRE(flight.records.size() == 1);
    CHECK(flight.records[0].payload == large);
    const Batch all = journal->read(1, SIZE_MAX, SIZE_MAX);
    CHECK(all.range() == Range{1, 4});
    CHECK(all.records.size() == 2);
    CHECK(journal->dropped().total == 2);
    CHECK(core::list_directory(dir / "j/upload").size() == 2);
}

TEST_CASE("full queue: all points dropped, the numbers go on after reopening", "[journal]") {
    const TempDir dir;
    News news;
    auto options = small_queue(dir / "j", news);
    options.on_full = QueueFull::drop_oldest_points;
    options.min_free_bytes = 1000;
    core::DiskSpace space{1'000'000, 500'000};
    options.probe = [&space](const std::string&) { return space; };
    {
        const auto journal = Journal::create(options);
        const auto series = journal->intern("series");
        for (int i = 0; i < 100; ++i) journal->append(series, 1, flag::point, 0, "x");
        // More than the whole queue may hold: no point is sacrificed for it.
        CHECK_FALSE(journal->append(series, 1, flag::point, 0, std::string(70'000, 'x')));
        CHECK(pending(*journal).size() == 100);
        space.available = 500;
        CHECK(journal->tick());
        CHECK_FALSE(journal->append(series, 1, flag::point, 0, "y"));
        CHECK(journal->last_sequence() == 100);
        CHECK(journal->read(1, SIZE_MAX, SIZE_MAX).range() == Range{1, 100});
        CHECK(pending(*journal).empty());
    }
    space.available = 500'000;
    const auto journal = Journal::open(options);
    CHECK(journal->last_sequence() == 100);
    CHECK(journal->append(journal->intern("series"), 1, flag::point, 0, "y") == 101U);
    CHECK(journal->read(1, SIZE_MAX, SIZE_MAX).range() == Range{1, 101});
}

TEST_CASE("file size limit: the process is not killed, nothing written before is harmed",
          "[journal]") {
    const TempDir dir;
    News news;
    // In a child, because the limit cannot be raised again by everybody.
    CHECK(in_child([&] {
              const ::rlimit limit{10'000, 10'000};
              ::setrlimit(RLIMIT_FSIZE, &limit);
              auto options = options_in(dir / "j");
              const auto journal = Journal::create(options);
              const auto field = journal->intern("a");
              // Segments become smaller instead.
              for (int i = 0; i < 1000; ++i)
                  if (!journal->append(field, 1, 0, 0, "01234567")) return 1;
              // What cannot fit is dropped.
              if (journal->append(field, 1, 0, 0, std::string(60'000, 'x'))) return 2;
              if (journal->append(field, 1, 0, 0, std::string(600'000, 'x'))) return 3;
              if (journal->append(field, 1, 0, 0, "last") != 1001U) return 4;
              return 0;
          }) == 0);
    const auto journal = Journal::open(options_in(dir / "j"));
    CHECK(journal->damaged_bytes() == 0);
    REQUIRE(pending(*journal).size() == 1001);
    CHECK(pending(*journal).back() == Seen{1001, "a", "last"});
    CHECK(journal_test::segment_names(dir / "j").size() > 4);
}

TEST_CASE("full disk: a write that the system refuses is undone, and recording resumes",
          "[journal]") {
    const TempDir dir;
    // A disk of our own needs privileges; the file size limit above covers the same path without.
    if (::mount("none", dir.path().c_str(), "tmpfs", 0, "size=256k") != 0) {
        WARN("no permission to mount a small disk");
        return;
    }
    struct Unmount {
        std::string path;
        ~Unmount() { ::umount2(path.c_str(), MNT_DETACH); }
    } const unmount{dir.path()};

    const bool drop_points = GENERATE(false, true);
    News news;
    auto options = options_in(dir / "j");
    options.segment_size = 32 << 10;
    if (drop_points) {
        options.on_full = QueueFull::drop_oldest_points;
        options.min_free_bytes = 32 << 10;  // the room in which segments are rewritten
    }
    options.on_drop = [&news](DropReason reason, const std::string& text) {
        news.emplace_back(reason, text);
    };
    std::map<std::uint64_t, std::string> logged;
    {
        const auto journal = Journal::create(options);
        const auto field = journal->intern("a");
        for (int i = 0; i < 2000; ++i) {
            // Of changing length, so that the disk ends in the middle of a record.
            const std::string payload(static_cast<std::size_t>(100 + i * 37 % 500), 'p');
            const std::uint16_t flags =
                drop_points && i % 100 != 0 ? flag::point : std::uint16_t{0};
            if (const auto number = journal->append(field, 1, flags, 0, payload))
                logged.emplace(*number, payload);
        }
        // The refused write, and at the next look at the disk perhaps the look.
        REQUIRE(!news.empty());
        CHECK(news.size() <= 2);
        CHECK(news[0].first == (drop_points ? DropReason::disk_reserve : DropReason::write_failed));
        CHECK_THAT(news[0].second,
                   Catch::Matchers::ContainsSubstring(drop_points ? "stay free" : "No space left"));
        CHECK(journal->dropped().total > 0);
        CHECK_FALSE(journal->append(field, 1, 0, 0, std::string(500'000, 'x')));
        CHECK(journal->read(1, SIZE_MAX, SIZE_MAX).last == journal->last_sequence());
        if (drop_points) CHECK(logged.size() > 1500);

        // The server gets the first half: counters move on the full disk, segments go, room comes.
        journal->begin_flight(journal->last_sequence() / 2);
        journal->acknowledge(journal->last_sequence() / 2);
        const auto number = journal->append(field, 1, 0, 0, "resumed");
        REQUIRE(number);
        logged.emplace(*number, "resumed");
    }
    const auto journal = Journal::open(options);
    CHECK(journal->damaged_bytes() == 0);
    const auto rest = pending(*journal);
    if (!drop_points) CHECK(rest.size() == journal->last_sequence() - journal->acknowledged());
    CHECK(rest.back().payload == "resumed");
    for (const Seen& record : rest) REQUIRE(logged.at(record.sequence) == record.payload);
}
