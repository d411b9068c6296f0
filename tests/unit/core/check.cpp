#include <neptune/core/check.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"

using neptune::core::check32;

namespace {

using Record = std::array<std::uint8_t, 64>;

/// Different content for each seed.
Record some_record(std::uint32_t seed) {
    Record record;
    for (std::uint8_t& byte : record) {
        seed = seed * 1664525 + 1013904223;
        byte = static_cast<std::uint8_t>(seed >> 24);
    }
    return record;
}

std::uint32_t check(const Record& record) {
    return check32(record.data(), record.size(), 1);
}

void flip(Record& record, std::size_t bit) {
    record[bit / 8] = static_cast<std::uint8_t>(record[bit / 8] ^ 1U << bit % 8);
}

}  // namespace

TEST_CASE("check: every flip of one bit and of two bits changes the word", "[core]") {
    for (const Record& original : {Record{}, some_record(1), some_record(2)}) {
        Record record = original;
        const std::uint32_t expected = check(record);
        for (std::size_t first = 0; first < 8 * record.size(); ++first) {
            flip(record, first);
            REQUIRE(check(record) != expected);
            for (std::size_t second = 0; second < first; ++second) {
                flip(record, second);
                if (check(record) == expected) {
                    CAPTURE(first, second);
                    FAIL("two flipped bits go unseen");
                }
                flip(record, second);
            }
            flip(record, first);
        }
        REQUIRE(check(record) == expected);
    }
}

TEST_CASE("check: a flipped bit reaches half of the word on average", "[core]") {
    int changed = 0;
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
        Record record = some_record(seed);
        const std::uint32_t expected = check(record);
        for (std::size_t bit = 0; bit < 8 * record.size(); ++bit) {
            flip(record, bit);
            changed += std::popcount(check(record) ^ expected);
            flip(record, bit);
        }
    }
    const double share = changed / (100.0 * 8 * 64 * 32);
    CHECK(share > 0.49);
    CHECK(share < 0.51);
}

TEST_CASE("check: a record cut off at any byte and filled with zeros is recognised", "[core]") {
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
        Record record = some_record(seed);
        record.back() = 1;
        const std::uint32_t expected = check(record);
        for (std::size_t size = record.size(); size > 0; --size) {
            record[size - 1] = 0;
            REQUIRE(check(record) != expected);
        }
    }
}

TEST_CASE("check: zeroed pages never look like a record", "[core]") {
    const std::vector<std::uint8_t> zeros(4096);
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
        for (std::size_t size = 0; size <= zeros.size(); size += 8) {
            REQUIRE(check32(zeros.data(), size, seed) != 0);
        }
    }
}

TEST_CASE("check: length, place and seed count", "[core]") {
    const std::vector<std::uint8_t> zeros(100);
    std::set<std::uint32_t> seen;
    for (std::size_t size = 0; size <= zeros.size(); ++size) {
        for (std::uint32_t seed = 0; seed < 10; ++seed) {
            REQUIRE(seen.insert(check32(zeros.data(), size, seed)).second);
        }
    }
    for (std::size_t i = 0; i < 16; ++i) {
        Record record{};
        record[4 * i] = 1;
        REQUIRE(seen.insert(check(record)).second);
    }
}

TEST_CASE("check: the result does not depend on alignment or on the machine", "[core]") {
    std::string text = "-the quick brown fox jumps over the lazy dog";
    const std::uint32_t word = check32(text.data() + 1, text.size() - 1, 0);
    text.erase(0, 1);
    CHECK(check32(text.data(), text.size(), 0) == word);
    // Journals on disk rely on these values: change them only together with the format's version.
    CHECK(word == 0xD47AA3FD);
    CHECK(check32(nullptr, 0, 0) == 0x002C9BE4);
}
