// Eight threads log, one sends. Meant for the thread sanitizer, but the counts must be right
// anywhere.

#include <neptune/journal/journal.hpp>

#include "support/catch.hpp"
#include "unit/journal/fixture.hpp"

#include <array>
#include <atomic>
#include <charconv>
#include <string>
#include <thread>
#include <vector>

using namespace neptune::journal;
using journal_test::options_in;
using journal_test::TempDir;

TEST_CASE("threads: every record arrives once, in the order of its thread", "[journal]") {
    constexpr int threads = 8;
    constexpr int per_thread = 3000;
    const TempDir dir;
    auto options = options_in(dir / "j");
    options.segment_size = 16 << 10;
    const auto journal = Journal::create(options);
    std::atomic<int> running{threads};
    std::vector<std::thread> loggers;
    for (int t = 0; t < threads; ++t) {
        loggers.emplace_back([&, t] {
            for (int i = 0; i < per_thread; ++i) {
                const std::string text = std::to_string(i);
                const auto field = journal->intern("t/" + std::to_string(t));
                if (i % 10 == 0) {
                    const std::array<NewRecord, 2> two{NewRecord{field, 1, 0, 0, text},
                                                       NewRecord{field, 2, 0, 0, text}};
                    journal->append_many(two);
                } else if (i % 100 == 1) {
                    journal->append(field, 1, 0, 0, text + std::string(70'000, ' '));
                } else {
                    journal->append(field, 1, 0, 0, text);
                }
            }
            --running;
        });
    }

    std::array<int, threads> next{};
    std::uint64_t read = 0;
    bool in_order = true;
    const auto drain = [&] {
        while (true) {
            const Batch batch = journal->read(journal->acknowledged() + 1, 500, 1 << 20);
            if (batch.empty()) break;
            for (const Record& record : batch.records) {
                in_order = in_order && record.sequence == ++read;
                if (record.kind == 2) continue;
                const auto thread = static_cast<std::size_t>(journal->path(record.field)[2] - '0');
                int value = -1;
                std::from_chars(record.payload.data(),
                                record.payload.data() + record.payload.size(), value);
                in_order = in_order && value == next.at(thread)++;
            }
            journal->begin_flight(batch.last);
            journal->acknowledge(batch.last);
            journal->tick();
        }
    };
    while (running > 0) {
        drain();
        std::this_thread::yield();
    }
    for (auto& logger : loggers) logger.join();
    drain();
    CHECK(in_order);
    for (const int count : next) CHECK(count == per_thread);
    CHECK(read == threads * (per_thread + per_thread / 10));
    CHECK(journal->dropped().total == 0);
    CHECK(journal->close_and_remove());
}

TEST_CASE("threads: while the queue is full, dropped and kept records add up", "[journal]") {
    const bool drop_points = GENERATE(false, true);
    const TempDir dir;
    auto options = options_in(dir / "j");
    options.segment_size = 16 << 10;
    options.queue_limit = 128 << 10;
    options.on_full = drop_points ? QueueFull::drop_oldest_points : QueueFull::stop_recording;
    std::atomic<int> news{0};
    options.on_drop = [&news](DropReason, const std::string&) { ++news; };
    const auto journal = Journal::create(options);
    constexpr int threads = 8;
    constexpr int per_thread = 2000;
    std::atomic<int> running{threads};
    std::vector<std::thread> loggers;
    for (int t = 0; t < threads; ++t) {
        loggers.emplace_back([&, t] {
            const auto field = journal->intern("t/" + std::to_string(t));
            for (int i = 0; i < per_thread; ++i)
                journal->append(field, 1, flag::point, 0, "0123456789");
            --running;
        });
    }
    // Reads what is there from time to time, as an uploader does whose server is away.
    std::uint64_t seen = 0;
    bool gap_free = true;
    while (running > 0) {
        const Batch batch = journal->read(1, SIZE_MAX, SIZE_MAX);
        gap_free = gap_free && batch.last >= seen;
        seen = batch.last;
        std::this_thread::yield();
    }
    for (auto& logger : loggers) logger.join();
    const Batch batch = journal->read(1, SIZE_MAX, SIZE_MAX);
    CHECK(gap_free);
    CHECK(batch.range() == Range{1, journal->last_sequence()});
    CHECK(batch.records.size() + journal->dropped().total == threads * per_thread);
    CHECK(journal->size_bytes() <= options.queue_limit);
    CHECK(news == 1);
}
