#include <neptune/journal/journal.hpp>

#include "support/catch.hpp"
#include "unit/journal/fixture.hpp"

#include <memory>
#include <string>
#include <vector>

using namespace neptune::journal;
using journal_test::in_child;
using journal_test::options_in;
using journal_test::pending;
using journal_test::Seen;
using journal_test::segment_names;
using journal_test::TempDir;

TEST_CASE("journal: records are read back in order with their fields", "[journal]") {
    const TempDir dir;
    const auto journal = Journal::create(options_in(dir / "j"));
    const auto loss = journal->intern("train/loss");
    const auto lr = journal->intern("params/lr");
    CHECK(journal->intern("train/loss") == loss);
    CHECK(journal->append(lr, 2, 0, 1000, "0.1") == 1U);
    CHECK(journal->append(loss, 3, flag::point, 2000, "") == 2U);

    const Batch batch = journal->read(1, 100, 1 << 20);
    CHECK(batch.range() == Range{1, 2});
    CHECK(journal_test::seen(*journal, batch) ==
          std::vector<Seen>{{1, "params/lr", "0.1"}, {2, "train/loss", ""}});
    CHECK(batch.records[0].kind == 2);
    CHECK(batch.records[0].time_ms == 1000);
    CHECK(batch.records[1].flags == flag::point);
    CHECK(journal->read(3, 100, 1 << 20).empty());
}

TEST_CASE("journal: wrong arguments are told at once and change nothing", "[journal]") {
    const TempDir dir;
    const auto journal = Journal::create(options_in(dir / "j"));
    const auto field = journal->intern("a");
    CHECK_THROWS_AS(journal->append(field, 0, 0, 0, "x"), std::invalid_argument);
    CHECK_THROWS_AS(journal->append(field + 1, 1, 0, 0, "x"), std::invalid_argument);
    CHECK_THROWS_AS(journal->append_many({}), std::invalid_argument);
    CHECK_THROWS_AS(journal->acknowledge(1), std::invalid_argument);
    CHECK_THROWS_AS(journal->begin_flight(1), std::invalid_argument);
    CHECK(journal->append(field, 1, 0, 0, "x") == 1U);
}

TEST_CASE("journal: the records of one call get successive numbers", "[journal]") {
    const TempDir dir;
    const auto journal = Journal::create(options_in(dir / "j"));
    const auto field = journal->intern("a");
    const std::string large(100'000, 'L');
    const std::vector<NewRecord> records{
        {field, 1, 0, 0, "one"}, {field, 1, 0, 0, large}, {field, 1, 0, 0, "three"}};
    CHECK(journal->append_many(records) == Range{1, 3});
    CHECK(journal->append(field, 1, 0, 0, "four") == 4U);
    CHECK(pending(*journal) ==
          std::vector<Seen>{{1, "a", "one"}, {2, "a", large}, {3, "a", "three"}, {4, "a", "four"}});
}

TEST_CASE("journal: reading stops at the limits but gives at least one record", "[journal]") {
    const TempDir dir;
    const auto journal = Journal::create(options_in(dir / "j"));
    const auto field = journal->intern("a");
    for (int i = 0; i < 10; ++i) journal->append(field, 1, 0, 0, std::string(68, 'x'));
    CHECK(journal->read(1, 4, SIZE_MAX).range() == Range{1, 4});
    CHECK(journal->read(3, SIZE_MAX, 250).range() == Range{3, 4});
    CHECK(journal->read(3, SIZE_MAX, 1).range() == Range{3, 3});
    CHECK(journal->read(9, SIZE_MAX, SIZE_MAX).range() == Range{9, 10});
    CHECK(journal->read_range({2, 5}).range() == Range{2, 5});
    CHECK(journal->read_range({2, 5}).records.size() == 4);
}

TEST_CASE("journal: full segments are followed by new ones and deleted once acknowledged",
          "[journal]") {
    const TempDir dir;
    auto options = options_in(dir / "j");
    options.segment_size = 4096;
    const auto journal = Journal::create(options);
    const auto field = journal->intern("some/field");
    for (int i = 1; i <= 1000; ++i) journal->append(field, 1, 0, 0, std::to_string(i));
    CHECK(segment_names(dir / "j").size() > 8);
    CHECK(pending(*journal).size() == 1000);

    const auto before = journal->size_bytes();
    journal->acknowledge(500);
    CHECK(journal->size_bytes() < before * 6 / 10);
    const auto rest = pending(*journal);
    REQUIRE(rest.size() == 500);
    CHECK(rest.front() == Seen{501, "some/field", "501"});
    CHECK(rest.back() == Seen{1000, "some/field", "1000"});

    journal->acknowledge(1000);
    CHECK(segment_names(dir / "j").size() == 1);
    CHECK(journal->empty());
    // The one that is left defines the field again, so the journal is readable after a reopening.
    journal->append(field, 1, 0, 0, "1001");
    CHECK(pending(*journal) == std::vector<Seen>{{1001, "some/field", "1001"}});
}

TEST_CASE("journal: each segment can be read without those before it", "[journal]") {
    const TempDir dir;
    auto options = options_in(dir / "j");
    options.segment_size = 4096;
    std::vector<Seen> expected;
    {
        const auto journal = Journal::create(options);
        std::vector<std::uint32_t> fields;
        for (int i = 0; i < 20; ++i) fields.push_back(journal->intern("f/" + std::to_string(i)));
        for (std::uint64_t i = 1; i <= 1000; ++i) {
            journal->append(fields[i % 20], 1, 0, 0, std::to_string(i));
            if (i > 700) expected.push_back({i, "f/" + std::to_string(i % 20), std::to_string(i)});
        }
        journal->acknowledge(700);
    }
    const auto journal = Journal::open(options);
    CHECK(pending(*journal) == expected);
}

TEST_CASE("journal: a batch under way is known after reopening, and ends by its acknowledgement",
          "[journal]") {
    const TempDir dir;
    const auto options = options_in(dir / "j");
    std::string producer;
    {
        const auto journal = Journal::create(options);
        producer = journal->producer();
        const auto field = journal->intern("a");
        for (int i = 0; i < 10; ++i) journal->append(field, 1, 0, 0, "x");
        journal->acknowledge(2);
        CHECK_FALSE(journal->in_flight());
        journal->begin_flight(7);
    }
    const auto journal = Journal::open(options);
    CHECK(journal->producer() == producer);
    CHECK(journal->acknowledged() == 2);
    CHECK(journal->last_sequence() == 10);
    REQUIRE(journal->in_flight() == Range{3, 7});
    CHECK(journal->read_range(*journal->in_flight()).records.size() == 5);
    journal->acknowledge(7);
    CHECK_FALSE(journal->in_flight());
    CHECK_THROWS_AS(journal->begin_flight(7), std::invalid_argument);
    journal->begin_flight(10);
    journal->acknowledge(8);  // the server had applied a part under another range
    CHECK_FALSE(journal->in_flight());
    CHECK(journal->acknowledged() == 8);
    journal->acknowledge(3);
    CHECK(journal->acknowledged() == 8);
}

TEST_CASE("journal: large payloads go to files of their own until they are acknowledged",
          "[journal]") {
    const TempDir dir;
    const auto options = options_in(dir / "j");
    const std::string huge(20'000'000, 'h');
    const std::string just_small(max_inline_payload, 's');
    {
        const auto journal = Journal::create(options);
        const auto field = journal->intern("text");
        CHECK(journal->append(field, 1, 0, 0, huge) == 1U);
        CHECK(journal->append(field, 1, 0, 0, just_small) == 2U);
        CHECK(neptune::core::list_directory(dir / "j/upload").size() == 1);
        CHECK(journal->size_bytes() > 20'000'000);
    }
    neptune::core::write_file_atomically(dir / "j/upload/77", "left by a crash before its record");
    const auto journal = Journal::open(options);
    CHECK(neptune::core::list_directory(dir / "j/upload").size() == 1);
    CHECK(pending(*journal) == std::vector<Seen>{{1, "text", huge}, {2, "text", just_small}});
    CHECK(journal->read(1, 10, 1000).range() == Range{1, 1});
    const auto field = journal->intern("text");
    journal->append(field, 1, 0, 0, std::string(100'000, 'n'));
    journal->acknowledge(1);
    CHECK(neptune::core::list_directory(dir / "j/upload").size() == 1);
    CHECK(pending(*journal).back().payload == std::string(100'000, 'n'));
    journal->acknowledge(3);
    CHECK(neptune::core::list_directory(dir / "j/upload").empty());
    CHECK(journal->size_bytes() < 100'000);
}

TEST_CASE("journal: a lost payload costs its record only, and the range still covers it",
          "[journal]") {
    const TempDir dir;
    const auto journal = Journal::create(options_in(dir / "j"));
    const auto field = journal->intern("text");
    journal->append(field, 1, 0, 0, "before");
    journal->append(field, 1, 0, 0, std::string(100'000, 'x'));
    journal->append(field, 1, 0, 0, "after");
    neptune::core::remove_tree(dir / "j/upload");
    const Batch batch = journal->read(1, 10, SIZE_MAX);
    CHECK(batch.range() == Range{1, 3});
    CHECK(batch.records.size() == 2);
    CHECK(journal->damaged_bytes() >= 100'000);
}

TEST_CASE("journal: the caller's metadata is kept", "[journal]") {
    const TempDir dir;
    auto options = options_in(dir / "a/b/j");
    options.metadata = R"({"mode":"async"})";
    CHECK(Journal::create(options)->metadata() == options.metadata);
    options.metadata = "another";
    CHECK(Journal::open(options)->metadata() == R"({"mode":"async"})");
}

TEST_CASE("journal: a directory has one owner, in this process and among processes", "[journal]") {
    const TempDir dir;
    const auto options = options_in(dir / "j");
    CHECK_THROWS_AS(Journal::open(options), std::runtime_error);
    auto journal = Journal::create(options);
    CHECK_THROWS_AS(Journal::create(options), std::system_error);
    CHECK_THROWS_AS(Journal::open(options), std::system_error);
    CHECK(in_child([&] {
              try {
                  static_cast<void>(Journal::open(options));
              } catch (const std::system_error& error) {
                  return error.code() == std::errc::device_or_resource_busy ? 7 : 8;
              }
              return 9;
          }) == 7);
    journal.reset();
    CHECK_THROWS_AS(Journal::create(options), std::system_error);
    CHECK(in_child([&] { return Journal::open(options) ? 7 : 8; }) == 7);
    CHECK(Journal::open(options));
}

TEST_CASE("journal: the directory is removed only when all is acknowledged", "[journal]") {
    const TempDir dir;
    const auto options = options_in(dir / "j");
    auto journal = Journal::create(options);
    journal->append(journal->intern("a"), 1, 0, 0, std::string(100'000, 'x'));
    CHECK_FALSE(journal->close_and_remove());
    CHECK_FALSE(journal->append(journal->intern("a"), 1, 0, 0, "closed"));
    CHECK(journal->dropped().total == 0);
    journal = Journal::open(options);
    CHECK_FALSE(journal->empty());
    journal->acknowledge(1);
    CHECK(journal->close_and_remove());
    CHECK(neptune::core::list_directory(dir.path()).empty());
    CHECK(Journal::create(options)->close_and_remove());
}

TEST_CASE("journal: ticks force to the disk once a second at most", "[journal]") {
    const TempDir dir;
    auto options = options_in(dir / "j");
    const auto journal = Journal::create(options);
    const auto start = Journal::Clock::now();
    CHECK(journal->tick(start));
    CHECK_FALSE(journal->tick(start + std::chrono::milliseconds(999)));
    CHECK(journal->tick(start + std::chrono::milliseconds(1000)));
    journal->close();
    CHECK_FALSE(journal->tick(start + std::chrono::seconds(100)));
}

TEST_CASE("journal: with durability per call everything works as without", "[journal]") {
    const TempDir dir;
    auto options = options_in(dir / "j");
    options.durability = Durability::per_call;
    {
        const auto journal = Journal::create(options);
        const auto field = journal->intern("a");
        CHECK(journal->append(field, 1, 0, 0, "x") == 1U);
        CHECK(journal->append(field, 1, 0, 0, std::string(100'000, 'x')) == 2U);
    }
    CHECK(pending(*Journal::open(options)).size() == 2);
}

TEST_CASE("journal: a forked child can do no harm, and the parent goes on", "[journal]") {
    const TempDir dir;
    const auto options = options_in(dir / "j");
    auto journal = Journal::create(options);
    const auto field = journal->intern("a");
    journal->append(field, 1, 0, 0, "before");
    journal->before_fork();
    const ::pid_t child = ::fork();
    if (child == 0) {
        journal->abandon_in_child();
        bool fine = !journal->append(field, 1, 0, 0, "child") && journal->read(1, 9, 999).empty();
        journal->acknowledge(1);
        fine = fine && !journal->tick() && !journal->close_and_remove();
        journal->close();
        journal.reset();
        ::_exit(fine ? 0 : 1);
    }
    journal->after_fork_in_parent();
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
    CHECK(journal->acknowledged() == 0);
    CHECK(journal->append(field, 1, 0, 0, "after") == 2U);
    CHECK(pending(*journal) == std::vector<Seen>{{1, "a", "before"}, {2, "a", "after"}});
    CHECK(in_child([&] { return neptune::core::FileLock::holder_pid(dir / "j/lock") ? 7 : 8; }) ==
          7);
}
