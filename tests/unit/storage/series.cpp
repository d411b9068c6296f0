#include <neptune/storage/series.hpp>

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;
using Catch::Matchers::ContainsSubstring;
using FloatPoint = wire::SeriesPoint<double>;
using StringPoint = wire::SeriesPoint<std::string>;

namespace {

struct Points : Fixture {
    std::vector<FloatPoint> floats(const std::string& path) {
        return store->float_points(run.id, path, 0, 1'000'000).value().points;
    }
    wire::FloatSeriesValue series(const std::string& path) {
        return get<wire::FloatSeriesValue>(path);
    }
};

wire::Operation log_entries(std::vector<wire::LogEntry<double>> entries) {
    return {"s", wire::LogFloats{std::move(entries)}};
}

}  // namespace

TEST_CASE("series: points keep step, time and value", "[storage]") {
    Points f;
    CHECK(f.apply({log_entries({{0.1, -2.5, start}, {1e300, 0.0, start - 7}, {-0.25, 1e9, 0}})})
              .empty());
    CHECK(f.floats("s") ==
          std::vector<FloatPoint>{{-2.5, start, 0.1}, {0, start - 7, 1e300}, {1e9, 0, -0.25}});
    CHECK(f.series("s").last == -0.25);
    CHECK(f.series("s").last_step == 1e9);
    CHECK_FALSE(f.store->string_points(f.run.id, "s", 0, 1));
    CHECK_FALSE(f.store->float_points(f.run.id, "unknown", 0, 1));
    CHECK_FALSE(f.store->float_points("nothing", "s", 0, 1));
}

TEST_CASE("series: a negative zero keeps its sign", "[storage]") {
    Points f;
    CHECK(f.apply({log_floats("s", {-0.0, 0.0})}).empty());
    f.reopen();
    CHECK(std::signbit(f.floats("s").at(0).value));
    CHECK_FALSE(std::signbit(f.floats("s").at(1).value));
}

TEST_CASE("series: an omitted step is the last one plus 1, from 0", "[storage]") {
    Points f;
    CHECK(f.apply({log_entries({{1, {}, start}, {2, {}, start}, {3, 10.5, start}, {4, {}, start}})})
              .empty());
    f.reopen();
    CHECK(f.apply({log_entries({{5, {}, start}})}).empty());
    std::vector<double> steps;
    for (const auto& point : f.floats("s")) steps.push_back(point.step);
    CHECK(steps == std::vector<double>{0, 1, 10.5, 11.5, 12.5});
}

TEST_CASE("series: a step that does not increase is refused with the words that tools parse",
          "[storage]") {
    Points f;
    f.apply({log_floats("train/loss", {1, 2}, 299)});
    const auto errors = f.apply({{"train/loss", wire::LogFloats{{{9, 299.0, start},
                                                                 {3, 301.0, start + 301},
                                                                 {9, 300.5, start},
                                                                 {4, 302.0, start}}}}});
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].type == wire::OperationErrorType::log_series_value);
    CHECK(errors[0].description ==
          "X-coordinates (step) must be strictly increasing for series attribute: train/loss. "
          "Invalid point: 299.0");
    CHECK(errors[0].path == "train/loss");
    CHECK_THAT(errors[1].description, ContainsSubstring("Invalid point: 300.5"));
    CHECK(f.floats("train/loss").size() == 4);
    // Beyond 2^53 the next number is the same one.
    f.apply({log_entries({{1, 1e18, start}})});
    CHECK(f.apply({log_entries({{1, {}, start}})}).size() == 1);
}

TEST_CASE("series: bad points are skipped, good ones of the same operation are kept", "[storage]") {
    Points f;
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double inf = std::numeric_limits<double>::infinity();
    const auto errors = f.apply({log_entries({{1, 0.0, start},
                                              {nan, 1.0, start},
                                              {inf, 2.0, start},
                                              {4, inf, start},
                                              {5, 4.0, start}})});
    REQUIRE(errors.size() == 3);
    for (const auto& error : errors) {
        CHECK(error.type == wire::OperationErrorType::log_series_value);
        CHECK(error.index == 0);
    }
    CHECK(f.floats("s").size() == 2);
}

TEST_CASE("series: at most 10 errors are told of one operation", "[storage]") {
    Points f;
    f.apply({log_floats("s", {1}, 1000), log_floats("t", {1}, 1000)});
    wire::LogFloats bad;
    for (int i = 0; i < 50; ++i) bad.entries.push_back({1, double(i), start + i});
    bad.entries.push_back({1, 2000.0, start});
    const auto errors = f.apply({{"s", bad}, {"t", bad}});
    REQUIRE(errors.size() == 20);
    CHECK(errors[9].index == 0);
    CHECK(errors[10].index == 1);
    CHECK(f.floats("s").size() == 2);
}

TEST_CASE("series: a retried point is dropped silently, the same step with anything else is not",
          "[storage]") {
    Points f;
    std::vector<wire::LogEntry<double>> entries;
    for (int i = 0; i < 100; ++i) entries.push_back({i / 7.0, double(3 * i), start + i});
    CHECK(f.apply({log_entries(entries)}).empty());
    f.reopen();
    CHECK(f.apply({log_entries(entries)}).empty());
    CHECK(f.apply({log_entries({entries[70], entries[3], entries[99], entries[0]})}).empty());
    CHECK(f.floats("s").size() == 100);
    CHECK(f.series("s").average == Catch::Approx(99 / 14.0));

    auto other_value = entries[50], other_time = entries[50], other_step = entries[50];
    other_value.value += 1e-12;
    other_time.timestamp_ms += 1;
    other_step.step = *other_step.step + 1;
    CHECK(f.apply({log_entries({other_value, other_time, other_step})}).size() == 3);
    CHECK(
        f.apply({log_entries({{1, 500.0, start}, {1, 500.0, start}, {2, 500.0, start}})}).size() ==
        1);
    CHECK(f.apply({log_entries({{-0.0, -0.0, start}})}).empty());
    CHECK(f.floats("s").size() == 101);
}

TEST_CASE("series: a retry whose first part was stored goes on where it ended", "[storage]") {
    Points f;
    f.apply({log_floats("s", {0, 1, 2})});
    CHECK(f.apply({log_floats("s", {0, 1, 2, 3, 4})}).empty());
    CHECK(f.floats("s").size() == 5);
    CHECK(f.series("s").last == 4.0);
}

TEST_CASE("series: aggregates are those of all points", "[storage]") {
    Points f;
    f.apply({log_floats("s", {0.71, 0.64})});
    CHECK(f.series("s").min == 0.64);
    CHECK(f.series("s").max == 0.71);
    CHECK(f.series("s").average == Catch::Approx(0.675));
    CHECK(f.series("s").variance == Catch::Approx(0.001225));
    f.reopen();
    f.apply({log_floats("s", {-3}, 2)});
    CHECK(f.series("s").min == -3.0);
    CHECK(f.series("s").average == Catch::Approx((0.71 + 0.64 - 3) / 3));
}

TEST_CASE("series: the variance survives a large mean", "[storage]") {
    Points f;
    std::vector<double> values;
    for (int i = 0; i < 10'000; ++i) values.push_back(1e9 + (i % 2 == 0 ? 0.5 : -0.5));
    f.apply({log_floats("s", values)});
    CHECK(f.series("s").average == 1e9);
    CHECK(f.series("s").variance.value() == Catch::Approx(0.25).epsilon(1e-9));
}

TEST_CASE("series: aggregates of huge values are finite or absent", "[storage]") {
    Points f;
    f.apply({log_floats("s", {1.7e308, -1.7e308, 1.7e308})});
    f.reopen();
    f.apply({log_floats("s", {-1.7e308}, 3)});
    CHECK(std::abs(f.series("s").average.value()) < 1e308);
    CHECK_FALSE(f.series("s").variance);
    CHECK(f.series("s").max == 1.7e308);
}

TEST_CASE("series: clearing keeps the configuration and starts again", "[storage]") {
    Points f;
    f.apply({log_floats("s", {1, 2, 3}, 10), {"s", wire::ConfigFloatSeries{0.0, 1.0, "nats"}}});
    CHECK(f.get<double>("sys/size") == 48.0);
    CHECK(f.apply({{"s", wire::ClearFloatSeries{}}}).empty());
    CHECK(f.floats("s").empty());
    CHECK(f.series("s") == wire::FloatSeriesValue{{0.0, 1.0, "nats"}});
    CHECK(f.get<double>("sys/size") == 0.0);
    CHECK(f.apply({log_entries({{7, {}, start}})}).empty());
    CHECK(f.floats("s") == std::vector<FloatPoint>{{0, start, 7}});
    CHECK(f.series("s").variance == 0.0);
}

TEST_CASE("series: a configuration replaces the former one as a whole", "[storage]") {
    Points f;
    f.apply({{"s", wire::ConfigFloatSeries{0.0, 1.0, "nats"}}});
    CHECK(f.series("s") == wire::FloatSeriesValue{{0.0, 1.0, "nats"}});
    f.apply({{"s", wire::ConfigFloatSeries{std::nullopt, 5.0, std::nullopt}}});
    CHECK(f.series("s").config == wire::FloatSeriesConfig{std::nullopt, 5.0, std::nullopt});
}

TEST_CASE("series: empty logs, clears and configurations make empty series", "[storage]") {
    Points f;
    CHECK(f.apply({{"a", wire::LogFloats{}},
                   {"b", wire::LogStrings{}},
                   {"c", wire::ClearFloatSeries{}},
                   {"d", wire::ClearStringSeries{}},
                   {"e", wire::ConfigFloatSeries{}}})
              .empty());
    for (const char* path : {"a", "c", "e"}) {
        CHECK(f.series(path) == wire::FloatSeriesValue{});
        CHECK(f.store->float_points(f.run.id, path, 0, 10)->total == 0);
    }
    for (const char* path : {"b", "d"}) {
        CHECK(f.get<wire::StringSeriesValue>(path) == wire::StringSeriesValue{});
        CHECK(f.store->string_points(f.run.id, path, 0, 10)->points.empty());
    }
    CHECK_FALSE(f.error_of({"a", wire::ClearStringSeries{}}).empty());
}

TEST_CASE("series: texts keep NUL bytes, quotes and invalid UTF-8", "[storage]") {
    Points f;
    const std::vector<std::string> texts{std::string("a\0b", 3), "", "'\";--", "\xff",
                                         "\xe2\x82\xac"};
    wire::LogStrings log;
    for (const auto& text : texts) log.entries.push_back({text, {}, start});
    CHECK(f.apply({{"log", log}}).empty());
    const auto page = f.store->string_points(f.run.id, "log", 0, 10);
    REQUIRE(page->points.size() == texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i)
        CHECK(page->points[i] == StringPoint{double(i), start, texts[i]});
    CHECK(f.get<wire::StringSeriesValue>("log") == wire::StringSeriesValue{texts.back(), 4.0});
    CHECK(f.apply({{"log", wire::LogStrings{{{texts[0], 0.0, start}}}}}).empty());
    CHECK(f.apply({{"log", wire::LogStrings{{{"a", 0.0, start}}}}}).size() == 1);
    CHECK_THAT(f.error_of({"log", wire::LogStrings{{{std::string(1001, 'x'), {}, start}}}}),
               ContainsSubstring("longer than 1000 characters"));
    CHECK(f.get<double>("sys/size") == 80.0);
}

TEST_CASE("series: pages are full, ordered, and cover every point once", "[storage]") {
    Points f;
    std::vector<double> values;
    for (int i = 0; i < 2500; ++i) values.push_back(i);
    f.apply({log_floats("before", {1, 2, 3}), log_floats("s", values), log_floats("t", {4, 5})});
    std::vector<double> read;
    for (std::int64_t offset = 0; offset < 2500; offset += 1000) {
        const auto page = f.store->float_points(f.run.id, "s", offset, 1000);
        CHECK(page->total == 2500);
        for (const auto& point : page->points) read.push_back(point.value);
    }
    CHECK(read == values);
    CHECK(f.store->float_points(f.run.id, "s", 2499, 1000)->points.size() == 1);
    CHECK(f.store->float_points(f.run.id, "s", 2500, 1000)->points.empty());
    CHECK(f.store->float_points(f.run.id, "s", INT64_MAX, INT64_MAX)->points.empty());
    CHECK(f.store->float_points(f.run.id, "s", 0, 0)->total == 2500);
    CHECK(f.store->float_points(f.run.id, "s", 1, INT64_MAX)->points.size() == 2499);
}

TEST_CASE("series: a deleted series leaves nothing to the next one", "[storage]") {
    Points f;
    f.apply({log_floats("s", {1, 2, 3}), {"s", wire::ConfigFloatSeries{0.0, {}, {}}}});
    f.apply({{"s", wire::DeleteAttribute{}}});
    CHECK(f.get<double>("sys/size") == 0.0);
    f.apply({log_floats("s", {9})});
    CHECK(f.floats("s") == std::vector<FloatPoint>{{0, start, 9}});
    CHECK(f.series("s").config == wire::FloatSeriesConfig{});
    f.reopen();
    f.apply({{"s", wire::DeleteAttribute{}}});
    CHECK(f.get<double>("sys/size") == 0.0);
}
