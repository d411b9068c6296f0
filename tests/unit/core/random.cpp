#include <neptune/core/random.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "support/catch.hpp"

using namespace neptune::core;

namespace {

/// Flipping bits cancel out to about one half; 8 standard deviations leave no false alarm in a
/// lifetime.
bool looks_random(const std::array<std::uint8_t, 4096>& bytes) {
    int ones = 0;
    for (const std::uint8_t byte : bytes) {
        ones += std::popcount(byte);
    }
    return ones > 16384 - 8 * 91 && ones < 16384 + 8 * 91;
}

}  // namespace

TEST_CASE("random: bytes come from the system call and from the device", "[core]") {
    std::array<std::uint8_t, 4096> called{};
    random_bytes(called);
    CHECK(looks_random(called));
    std::array<std::uint8_t, 4096> read{};
    detail::random_bytes_from_device(read);
    CHECK(looks_random(read));
    CHECK(called != read);
    CHECK_NOTHROW(random_bytes({}));
}

TEST_CASE("random: a UUID has its form, version and variant", "[core]") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string uuid = uuid4();
        REQUIRE(uuid.size() == 36);
        for (std::size_t at = 0; at < uuid.size(); ++at) {
            const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
            const std::string allowed = dash       ? "-"
                                        : at == 14 ? "4"
                                        : at == 19 ? "89ab"
                                                   : "0123456789abcdef";
            REQUIRE(allowed.find(uuid[at]) != std::string::npos);
        }
        REQUIRE(seen.insert(uuid).second);
    }
}

TEST_CASE("random: a token holds as many bytes as asked for", "[core]") {
    CHECK(random_token(0).empty());
    CHECK(random_token(32).size() == 43);
    CHECK(base64::decode_url(random_token(33))->size() == 33);
    CHECK(random_token(32) != random_token(32));
}

TEST_CASE("random: a word uses each of its 36 characters alike", "[core]") {
    CHECK(random_word(0).empty());
    CHECK(random_word(8).size() == 8);
    std::map<char, int> counts;
    for (const char c : random_word(36000)) {
        ++counts[c];
    }
    REQUIRE(counts.size() == 36);
    for (const auto& [character, count] : counts) {
        CAPTURE(character);
        CHECK(count > 1000 - 8 * 32);
        CHECK(count < 1000 + 8 * 32);
    }
    CHECK(counts.begin()->first == '0');
    CHECK(counts.rbegin()->first == 'z');
}
