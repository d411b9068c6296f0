#include <neptune/core/number.hpp>

#include <cstdint>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "support/catch.hpp"

using namespace neptune::core;

namespace {

using Limits = std::numeric_limits<double>;

}  // namespace

TEST_CASE("number: doubles become the shortest JSON number that is no integer", "[core]") {
    const std::pair<double, std::string_view> examples[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {-42.0, "-42.0"},
        {0.1, "0.1"},
        {1e300, "1e+300"},
        {1e-7, "1e-07"},
        {123456.75, "123456.75"},
        {0.1 + 0.2, "0.30000000000000004"},
        {5e-324, "5e-324"},
        {(Limits::max)(), "1.7976931348623157e+308"},
    };
    for (const auto& [value, text] : examples) {
        CHECK(shortest(value) == text);
    }
}

TEST_CASE("number: what shortest writes is read back bit for bit", "[core]") {
    std::uint64_t state = 88172645463325252U;
    for (int i = 0; i < 20000; ++i) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        double value = 0;
        std::memcpy(&value, &state, sizeof value);
        if (is_finite(value)) {
            const auto back = parse_double(shortest(value));
            REQUIRE(back.has_value());
            REQUIRE(std::memcmp(&*back, &value, sizeof value) == 0);
        }
    }
}

TEST_CASE("number: NaN and infinity have no text", "[core]") {
    CHECK_THROWS_AS(shortest(Limits::quiet_NaN()), std::invalid_argument);
    CHECK_THROWS_AS(shortest(Limits::infinity()), std::invalid_argument);
    CHECK_THROWS_AS(shortest(-Limits::infinity()), std::invalid_argument);
}

TEST_CASE("number: a double is read from the whole text or not at all", "[core]") {
    CHECK(parse_double("1") == 1.0);
    CHECK(parse_double("-2.5e3") == -2500.0);
    CHECK(parse_double(".5") == 0.5);
    CHECK(parse_double("1E2") == 100.0);
    for (const std::string_view text : {"", " 1", "1 ", "+1", "1,5", "1.5x", "0x10", "nan", "inf",
                                        "-infinity", "1e999", "1e-999", "--1", ".", "e5"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_double(text));
    }
}

TEST_CASE("number: an integer is read from the whole text or not at all", "[core]") {
    CHECK(parse_int64("0") == 0);
    CHECK(parse_int64("-17") == -17);
    CHECK(parse_int64("9223372036854775807") == (std::numeric_limits<std::int64_t>::max)());
    CHECK(parse_int64("-9223372036854775808") == (std::numeric_limits<std::int64_t>::min)());
    for (const std::string_view text :
         {"", " 1", "1 ", "+1", "1.0", "1e3", "0x10", "9223372036854775808", "-", "1k"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_int64(text));
    }
}

TEST_CASE("number: NaN and infinities are not finite, everything else is", "[core]") {
    CHECK(is_finite(0.0));
    CHECK(is_finite((Limits::max)()));
    CHECK(is_finite(Limits::lowest()));
    CHECK(is_finite(Limits::denorm_min()));
    CHECK_FALSE(is_finite(Limits::infinity()));
    CHECK_FALSE(is_finite(-Limits::infinity()));
    CHECK_FALSE(is_finite(Limits::quiet_NaN()));
    CHECK_FALSE(is_finite(-Limits::quiet_NaN()));
    CHECK_FALSE(is_finite(Limits::signaling_NaN()));
}
