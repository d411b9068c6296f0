// Any history of appends, flights, acknowledgements and reopenings equals a list in memory.

#include <neptune/journal/journal.hpp>

#include "support/catch.hpp"
#include "unit/journal/fixture.hpp"

#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace neptune::journal;
using journal_test::options_in;
using journal_test::Seen;
using journal_test::TempDir;

namespace {

struct Model {
    std::deque<Seen> pending;
    std::uint64_t last = 0;
    std::uint64_t acknowledged = 0;
    std::uint64_t flight = 0;

    void append(const std::string& path, const std::string& payload) {
        pending.push_back({++last, path, payload});
    }
    void acknowledge(std::uint64_t number) {
        acknowledged = flight = number;
        while (!pending.empty() && pending.front().sequence <= number) pending.pop_front();
    }
};

}  // namespace

TEST_CASE("model: random histories", "[journal]") {
    const auto seed = GENERATE(take(12, random(0, 1'000'000)));
    INFO("seed " << seed);
    std::mt19937 random_number(static_cast<unsigned>(seed));
    const auto below = [&](unsigned limit) {
        return static_cast<unsigned>(random_number() % limit);
    };

    const TempDir dir;
    auto options = options_in(dir / "j");
    options.segment_size = 4096 + below(20'000);
    auto journal = Journal::create(options);
    Model model;
    const auto payload = [&] {
        const unsigned size = below(60) == 0 ? 66'000 + below(60'000) : below(200);
        return std::string(size, static_cast<char>('a' + below(26)));
    };
    for (int step = 0; step < 1500; ++step) {
        switch (below(12)) {
            case 0: {
                std::vector<std::string> paths;
                std::vector<std::string> payloads;
                std::vector<NewRecord> records;
                const unsigned count = 1 + below(20);
                for (unsigned i = 0; i < count; ++i) {
                    paths.push_back("f/" + std::to_string(below(50)));
                    payloads.push_back(payload());
                }
                for (unsigned i = 0; i < count; ++i)
                    records.push_back({journal->intern(paths[i]), 1, 0, 0, payloads[i]});
                REQUIRE(journal->append_many(records) == Range{model.last + 1, model.last + count});
                for (unsigned i = 0; i < count; ++i) model.append(paths[i], payloads[i]);
                break;
            }
            case 1:
                if (model.last > model.acknowledged) {
                    model.flight = model.acknowledged + 1 +
                                   below(static_cast<unsigned>(model.last - model.acknowledged));
                    journal->begin_flight(model.flight);
                }
                break;
            case 2:
                if (model.last > model.acknowledged && below(3) == 0) {
                    model.acknowledge(
                        model.acknowledged + 1 +
                        below(static_cast<unsigned>(model.last - model.acknowledged)));
                    journal->acknowledge(model.acknowledged);
                }
                break;
            case 3:
                if (below(10) == 0) {
                    if (below(2) == 0) journal->close();
                    journal.reset();
                    journal = Journal::open(options);
                    REQUIRE(journal->damaged_bytes() == 0);
                }
                break;
            case 4: {
                const std::uint64_t first = model.acknowledged + 1 + below(50);
                const unsigned count = 1 + below(30);
                const Batch batch = journal->read(first, count, 1 + below(20'000));
                std::uint64_t expected = first;
                for (const Seen& record : journal_test::seen(*journal, batch)) {
                    REQUIRE(record == model.pending[expected - model.acknowledged - 1]);
                    ++expected;
                }
                REQUIRE(batch.last == expected - 1);
                REQUIRE(batch.records.size() <= count);
                REQUIRE(batch.empty() == (first > model.last));
                break;
            }
            default: {
                const std::string path = "f/" + std::to_string(below(50));
                const std::string text = payload();
                REQUIRE(journal->append(journal->intern(path), 1, 0, 0, text) == model.last + 1);
                model.append(path, text);
            }
        }
        REQUIRE(journal->last_sequence() == model.last);
        REQUIRE(journal->acknowledged() == model.acknowledged);
        const bool flying = model.flight > model.acknowledged;
        REQUIRE(
            journal->in_flight() ==
            (flying ? std::optional(Range{model.acknowledged + 1, model.flight}) : std::nullopt));
    }
    const auto pending = journal_test::pending(*journal);
    REQUIRE(pending == std::vector<Seen>(model.pending.begin(), model.pending.end()));
    if (model.last > model.acknowledged) journal->acknowledge(model.last);
    CHECK(journal->close_and_remove());
    CHECK(neptune::core::list_directory(dir.path()).empty());
}
