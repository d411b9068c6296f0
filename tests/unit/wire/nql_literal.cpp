#include <neptune/wire/nql_literal.hpp>

#include "support/catch.hpp"

#include <string>

namespace nql = neptune::wire::nql;
using neptune::core::parse_iso8601;

namespace {

std::optional<double> literal_number(const std::string& text) {
    return nql::read_literal(text, 0).number;
}
/// The moment that `text` means at `now`, both as ISO 8601.
std::string literal_moment(const std::string& text, const std::string& now) {
    const auto moment = nql::read_literal(text, parse_iso8601(now).value()).moment;
    return moment ? neptune::core::to_iso8601(*moment) : "none";
}

}  // namespace

TEST_CASE("nql literal: numbers", "[nql]") {
    CHECK(literal_number("0.85") == 0.85);
    CHECK(literal_number("-1e-3") == -0.001);
    CHECK(literal_number("+5") == 5.0);
    CHECK(literal_number("50MB") == 50e6);
    CHECK(literal_number("1.5kB") == 1500.0);
    CHECK(literal_number("2GiB") == 2147483648.0);
    CHECK(literal_number("1tb") == 1e12);
    for (const char* text : {"", "x", "1 2", "nan", "inf", "MB", "0x10", "1e999", "1,5", "--1"})
        CHECK(!literal_number(text));
    CHECK(nql::read_literal("9007199254740993", 0).integer == 9007199254740993);
    CHECK(!nql::read_literal("1.5", 0).integer);
    CHECK(!nql::read_literal("5kB", 0).integer);
}

TEST_CASE("nql literal: truth values and states", "[nql]") {
    CHECK(nql::read_literal("true", 0).boolean == true);
    CHECK(nql::read_literal("False", 0).boolean == false);
    CHECK(!nql::read_literal("1", 0).boolean);
    CHECK(nql::read_literal("running", 0).state == neptune::RunState::active);
    CHECK(nql::read_literal("Active", 0).state == neptune::RunState::active);
    CHECK(nql::read_literal("idle", 0).state == neptune::RunState::inactive);
    CHECK(nql::read_literal("inactive", 0).state == neptune::RunState::inactive);
    CHECK(!nql::read_literal("on", 0).state);
}

TEST_CASE("nql literal: moments", "[nql]") {
    const std::string now = "2026-03-31T10:20:30.456Z";
    CHECK(literal_moment("2026-01-02T03:04:05.678Z", now) == "2026-01-02T03:04:05.678Z");
    CHECK(literal_moment("2026-01-02T03:04:05.678901", now) == "2026-01-02T03:04:05.678Z");
    CHECK(literal_moment("2026-01-02 03:04+0900", now) == "2026-01-01T18:04:00.000Z");
    CHECK(literal_moment("2026-01-02", now) == "2026-01-02T00:00:00.000Z");
    CHECK(literal_moment("-30m", now) == "2026-03-31T09:50:30.456Z");
    CHECK(literal_moment("-2h", now) == "2026-03-31T08:20:30.456Z");
    CHECK(literal_moment("-5d", now) == "2026-03-26T10:20:30.456Z");
    CHECK(literal_moment("-2w", now) == "2026-03-17T10:20:30.456Z");
    CHECK(literal_moment("-1M", now) == "2026-02-28T10:20:30.456Z");
    CHECK(literal_moment("-4M", now) == "2025-11-30T10:20:30.456Z");
    CHECK(literal_moment("-1y", "2024-02-29T00:00:00Z") == "2023-02-28T00:00:00.000Z");
    for (const char* text : {"2h", "-h", "-2", "-2s", "--2h", "-9999y", "-999999999w",
                             "-99999999999d", "2026-13-01", "-"})
        CHECK(literal_moment(text, now) == "none");
}
