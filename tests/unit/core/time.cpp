#include <neptune/core/time.hpp>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "support/catch.hpp"

using namespace neptune::core;

namespace {

constexpr Millis day = 86'400'000;

}  // namespace

TEST_CASE("time: moments become ISO 8601 text and back", "[core]") {
    const std::pair<Millis, std::string_view> examples[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1, "1970-01-01T00:00:00.001Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {1'709'210'096'789, "2024-02-29T12:34:56.789Z"},
        {951'782'400'000, "2000-02-29T00:00:00.000Z"},
        {-2'208'988'800'000, "1900-01-01T00:00:00.000Z"},
        {4'102'444'799'000, "2099-12-31T23:59:59.000Z"},
        {earliest_time, "0000-01-01T00:00:00.000Z"},
        {latest_time, "9999-12-31T23:59:59.999Z"},
    };
    for (const auto& [moment, text] : examples) {
        CHECK(to_iso8601(moment) == text);
        CHECK(parse_iso8601(text) == moment);
    }
}

TEST_CASE("time: every day from 0000 to 9999 survives the round trip in order", "[core]") {
    std::string before;
    for (Millis moment = earliest_time + 12'345'678; moment <= latest_time; moment += day) {
        const std::string text = to_iso8601(moment);
        if (text <= before || parse_iso8601(text) != moment) {
            CAPTURE(before, text);
            FAIL("not in order or not read back");
        }
        before = text;
    }
    CHECK(before.substr(0, 10) == "9999-12-31");
}

TEST_CASE("time: seconds are cut to milliseconds, and what is no moment is refused", "[core]") {
    CHECK(millis_from_seconds(1'700'000'000.5) == 1'700'000'000'500);
    CHECK(millis_from_seconds(-0.0015) == -1);
    CHECK(millis_from_seconds(8.9e12) == 8'900'000'000'000'000);
    for (const double odd : {9.1e12, -9.1e12, 1e300, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()})
        CHECK_FALSE(millis_from_seconds(odd));
}

TEST_CASE("time: a year that four digits do not hold is refused", "[core]") {
    CHECK_THROWS_AS(to_iso8601(earliest_time - 1), std::out_of_range);
    CHECK_THROWS_AS(to_iso8601(latest_time + 1), std::out_of_range);
    CHECK_THROWS_AS(to_iso8601((std::numeric_limits<Millis>::max)()), std::out_of_range);
    CHECK_THROWS_AS(to_iso8601((std::numeric_limits<Millis>::min)()), std::out_of_range);
}

TEST_CASE("time: offsets in all three spellings are taken off", "[core]") {
    const Millis noon = 1'710'504'000'000;
    for (const std::string_view text :
         {"2024-03-15T12:00:00Z", "2024-03-15T12:00:00z", "2024-03-15T12:00:00",
          "2024-03-15 12:00:00", "2024-03-15t12:00:00", "2024-03-15T12:00", "2024-03-15T12:00Z",
          "2024-03-15T21:00+09", "2024-03-15T21:00:00+0900", "2024-03-15T21:00:00.000+09:00",
          "2024-03-15T06:30:00-05:30", "2024-03-15T12:00:00-00:00", "2024-03-16T01:00:00+13"}) {
        CAPTURE(text);
        CHECK(parse_iso8601(text) == noon);
    }
}

TEST_CASE("time: a date alone is its midnight in UTC", "[core]") {
    CHECK(parse_iso8601("1970-01-02") == day);
    CHECK(parse_iso8601("1969-12-31") == -day);
}

TEST_CASE("time: a fraction of any length is cut to milliseconds", "[core]") {
    CHECK(parse_iso8601("1970-01-01T00:00:00.5Z") == 500);
    CHECK(parse_iso8601("1970-01-01T00:00:00.12Z") == 120);
    CHECK(parse_iso8601("1970-01-01T00:00:00.123999999999999999Z") == 123);
    CHECK(parse_iso8601("1970-01-01T00:00:00,25") == 250);
    CHECK(parse_iso8601("1970-01-01T00:00:00.123456+00:00") == 123);
    CHECK(parse_iso8601("1969-12-31T23:59:59.9999Z") == -1);
}

TEST_CASE("time: days and times that do not exist are refused", "[core]") {
    for (const std::string_view text :
         {"2023-02-29", "2024-02-30", "2024-13-01", "2024-00-10", "2024-01-00", "1900-02-29",
          "2024-03-15T24:00:00Z", "2024-03-15T12:60:00Z", "2024-03-15T12:00:60Z",
          "2024-03-15T12:00:00+24:00", "2024-03-15T12:00:00+09:60"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_iso8601(text));
    }
}

TEST_CASE("time: text of another form is refused", "[core]") {
    for (const std::string_view text : {"",
                                        "2024",
                                        "2024-03",
                                        "24-03-15",
                                        "2024-3-15",
                                        "20240315",
                                        "2024/03/15",
                                        " 2024-03-15",
                                        "2024-03-15 ",
                                        "2024-03-15T",
                                        "2024-03-15Z",
                                        "2024-03-15T12",
                                        "2024-03-15T12Z",
                                        "2024-03-15T12:0",
                                        "2024-03-15T12:00:",
                                        "2024-03-15T12:00:00.",
                                        "2024-03-15T12:00:00.Z",
                                        "2024-03-15T12:00.5",
                                        "2024-03-15T12:00:00 Z",
                                        "2024-03-15T12:00:00+",
                                        "2024-03-15T12:00:00+9",
                                        "2024-03-15T12:00:00+09:",
                                        "2024-03-15T12:00:00+09:0",
                                        "2024-03-15T12:00:00+090",
                                        "2024-03-15T12:00:00+09:00x",
                                        "2024-03-15T12:00:00Zx",
                                        "2024-03-15T12:00:00ZZ",
                                        "+2024-03-15",
                                        "-001-03-15",
                                        "2024-03-15T-1:00"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_iso8601(text));
    }
}

TEST_CASE("time: an offset must not lead out of the years 0000 to 9999", "[core]") {
    CHECK(parse_iso8601("0000-01-01T00:00:00-01:00") == earliest_time + 3'600'000);
    CHECK_FALSE(parse_iso8601("0000-01-01T00:00:00+01:00"));
    CHECK_FALSE(parse_iso8601("9999-12-31T23:59:59-01:00"));
}

TEST_CASE("time: the machine's clocks run forward and agree with one another", "[core]") {
    const Clock& clock = system_clock();
    const Millis steady = clock.steady();
    CHECK(clock.now() > *parse_iso8601("2024-01-01"));
    CHECK(now_ms() < *parse_iso8601("2200-01-01"));
    CHECK(clock.steady() >= steady);
    CHECK(&system_clock() == &clock);
}

TEST_CASE("time: a test may put its own clock in place", "[core]") {
    struct StoppedClock final : Clock {
        Millis now() const override { return 1'000; }
        Millis steady() const override { return 7; }
    };
    const StoppedClock stopped;
    const Clock& clock = stopped;
    CHECK(to_iso8601(clock.now()) == "1970-01-01T00:00:01.000Z");
    CHECK(clock.steady() == 7);
}
