#include <neptune/journal/batch.hpp>

#include "support/catch.hpp"

#include <string>
#include <utility>

using namespace neptune::journal;

TEST_CASE("batch: payloads of every size survive growth and moves", "[journal]") {
    Batch batch;
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < 3000; ++i) {
        expected.push_back(std::string(i % 200, static_cast<char>('a' + i % 26)));
        Record record;
        record.payload = expected.back();
        batch.add(record);
        if (i % 500 == 0) {
            expected.emplace_back(100'000, 'L');
            batch.add(record, expected.back());
        }
    }
    const Batch moved = std::move(batch);
    REQUIRE(moved.records.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        REQUIRE(moved.records[i].payload == expected[i]);
}

TEST_CASE("batch: a range without records is not empty", "[journal]") {
    Batch batch;
    batch.first = 5;
    batch.last = 4;
    CHECK(batch.empty());
    batch.last = 5;
    CHECK_FALSE(batch.empty());
}
