// Float and string series against the server.
#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;
using namespace std::chrono_literals;

namespace {

template <class Object>
std::vector<std::string> texts_of(const Object& object, const std::string& path) {
    std::vector<std::string> texts;
    for (const auto& point : object[path].template fetch_values<std::string>())
        texts.push_back(point.value);
    return texts;
}
template <class Object>
std::vector<double> steps_of(const Object& object, const std::string& path) {
    std::vector<double> steps;
    for (const auto& point : object[path].template fetch_values<double>())
        steps.push_back(point.step);
    return steps;
}

/// The operations that a client sends, whatever else becomes of them.
class SentOperations {
public:
    explicit SentOperations(World& world) {
        world.route([this](Flight& flight) {
            if (flight.carries_data()) {
                const std::lock_guard guard(mutex_);
                for (auto& operation : nlohmann::json::parse(flight.request.body))
                    all_.push_back(operation);
            }
            return flight.deliver();
        });
    }
    /// The last one of that name.
    nlohmann::json last(const std::string& name) {
        const std::lock_guard guard(mutex_);
        nlohmann::json found;
        for (const auto& operation : all_)
            if (operation.contains(name)) found = operation[name];
        return found;
    }

private:
    std::mutex mutex_;
    std::vector<nlohmann::json> all_;
};

/// A lazy range, whose values exist only while it is walked through.
struct Tenfold {
    struct Iterator {
        using value_type = double;
        using difference_type = std::ptrdiff_t;
        const float* at = nullptr;
        double operator*() const { return *at * 10.0; }
        Iterator& operator++() {
            ++at;
            return *this;
        }
        Iterator operator++(int) {
            const auto before = *this;
            ++at;
            return before;
        }
        bool operator==(const Iterator&) const = default;
    };
    [[nodiscard]] Iterator begin() const { return {from.data()}; }
    [[nodiscard]] Iterator end() const { return {from.data() + from.size()}; }
    const std::vector<float>& from;
};

}  // namespace

TEST_CASE("series: numbers of all types make a FloatSeries, texts a StringSeries",
          "[integration]") {
    World world;
    const auto run = world.run();
    const auto numbers = run["numbers"];
    numbers.append(0.5);
    numbers.append(0.25f);
    numbers.append(7);
    numbers.append((std::numeric_limits<std::uint64_t>::max)());
    numbers.append(true);
    numbers.append(std::int8_t{-3});
    const std::string text = "string";
    run["texts"].append("literal");
    run["texts"].append(text);
    run["texts"].append(std::string_view(text).substr(0, 3));
    run["texts"].append(text.c_str());
    run.wait();
    CHECK(values_of(run, "numbers") ==
          std::vector<double>{0.5, 0.25, 7, 18446744073709551616.0, 1, -3});
    CHECK(texts_of(run, "texts") == std::vector<std::string>{"literal", "string", "str", "string"});
    CHECK(run.structure().find("numbers")->type() == FieldType::float_series);
    CHECK(run.structure().find("texts")->type() == FieldType::string_series);
    CHECK_THROWS_AS(numbers.append("text"), MetadataInconsistency);
    CHECK_THROWS_AS(run["texts"].append(1), MetadataInconsistency);
    CHECK_THROWS_AS(run["texts"].extend({1.0}), MetadataInconsistency);
}

TEST_CASE("series: a dictionary is one point per leaf, with one step and time", "[integration]") {
    World world;
    const auto run = world.run();
    run["m"].append({{"loss", 0.5}, {"acc", {{"top1", 1}, {"top5", true}}}, {"note", "good"}},
                    {.step = 4, .timestamp = Datetime(9ms)});
    run["m"].append(std::map<std::string, double>{{"loss", 0.25}});
    run.wait();
    const Point<double> first{4, 0.5, Datetime(9ms)};
    CHECK(run["m/loss"].fetch_values<double>().at(0) == first);
    CHECK(steps_of(run, "m/loss") == std::vector<double>{4, 5});
    CHECK(run["m/acc/top1"].fetch_values<double>().at(0) == Point<double>{4, 1, Datetime(9ms)});
    CHECK(run["m/acc/top5"].fetch_last<double>() == 1);
    CHECK(run["m/note"].fetch_values<std::string>().at(0) ==
          Point<std::string>{4, "good", Datetime(9ms)});
    CHECK_THROWS_AS(run["m"].append({{"time", Datetime(1ms)}}), InvalidArgument);
}

TEST_CASE("series: extend takes any range", "[integration]") {
    World world;
    const auto run = world.run();
    const std::vector<float> vector{1, 2};
    const std::array<int, 2> array{3, 4};
    const double plain[] = {5, 6};
    run["x"].extend(vector);
    run["x"].extend(array);
    run["x"].extend(std::span<const double>(plain));
    run["x"].extend(std::list<std::int64_t>{7});
    run["x"].extend(std::deque<bool>{true});
    run["x"].extend({9.0, 10.0});
    run["x"].extend(Tenfold{vector});
    run["t"].extend(std::vector<std::string>{"a", "b"});
    run["t"].extend({"c", "d"});
    run["t"].extend(std::set<std::string_view>{"e"});
    run["m"].extend(std::map<std::string, std::vector<double>>{{"a", {1, 2}}, {"b/c", {3}}});
    run.wait();
    CHECK(values_of(run, "x") == std::vector<double>{1, 2, 3, 4, 5, 6, 7, 1, 9, 10, 10, 20});
    CHECK(texts_of(run, "t") == std::vector<std::string>{"a", "b", "c", "d", "e"});
    CHECK(values_of(run, "m/a") == std::vector<double>{1, 2});
    CHECK(values_of(run, "m/b/c") == std::vector<double>{3});
}

TEST_CASE(
    "series: extending by nothing does nothing; steps and times have the length of the values",
    "[integration]") {
    World world;
    const auto run = world.run();
    run["old"].append(1);
    run["old"].extend(std::vector<double>{});
    run["new"].extend(std::vector<double>{});
    run["new"].extend(std::vector<std::string>{});
    CHECK_FALSE(run.exists("new"));
    CHECK(words_of<InvalidArgument>([&] {
              run["s"].extend({1.0, 2.0}, {.steps = {1}});
          }) ==
          "the series s got 2 values, 1 steps and 0 timestamps; give as many steps and timestamps "
          "as values, or none");
    CHECK_THROWS_AS(run["s"].extend({1.0}, {.timestamps = {Datetime(1ms), Datetime(2ms)}}),
                    InvalidArgument);
    CHECK_THROWS_AS(run["s"].extend(std::vector<double>{}, {.steps = {1}}), InvalidArgument);
    CHECK_THROWS_AS(run["s"].extend({1.0}, {.steps = {std::numeric_limits<double>::infinity()}}),
                    InvalidArgument);
    CHECK_THROWS_AS(run["s"].append(1, {.step = std::numeric_limits<double>::quiet_NaN()}),
                    InvalidArgument);
    const std::map<std::string, std::vector<double>> uneven{{"a", {1, 2}}, {"b", {3}}};
    CHECK_THROWS_AS(run["m"].extend(uneven, {.steps = {1, 2}}), InvalidArgument);
    CHECK_FALSE(run.exists("s"));
    run.wait();
    CHECK(values_of(run, "old") == std::vector<double>{1});
    CHECK(world.errors.all().empty());
}

TEST_CASE("series: the server continues with the last step + 1, from 0", "[integration]") {
    World world;
    const auto run = world.run();
    run["s"].append(1);
    run["s"].append(2);
    run["s"].append(3, {.step = 90});
    run["s"].append(4);
    run["s"].append(5, {.step = 91.25});
    run["s"].extend({6.0, 7.0});
    run["s"].extend({8.0, 9.0}, {.steps = {1e6, 1e15}});
    run["negative"].append(1, {.step = -2.5});
    run["negative"].append(2);
    run.wait();
    CHECK(steps_of(run, "s") == std::vector<double>{0, 1, 90, 91, 91.25, 92.25, 93.25, 1e6, 1e15});
    CHECK(steps_of(run, "negative") == std::vector<double>{-2.5, -1.5});
    CHECK(world.errors.all().empty());
}

TEST_CASE("series: a step that does not increase is refused point by point, and the rest is kept",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["s"].extend({1.0, 2.0, 3.0, 4.0, 5.0}, {.steps = {10, 5, 10, 11, 7.5}});
    run["s"].append(6);
    run.wait();
    CHECK(steps_of(run, "s") == std::vector<double>{10, 11, 12});
    CHECK(values_of(run, "s") == std::vector<double>{1, 4, 6});
    world.errors.await(ErrorCode::step_not_increasing, 3);
    CHECK_THAT(world.errors.text(ErrorCode::step_not_increasing),
               ContainsSubstring(
                   "X-coordinates (step) must be strictly increasing for series attribute: s. "
                   "Invalid point: 5"));
    const auto synchronous = world.run({.mode = Mode::sync});
    synchronous["s"].append(1, {.step = 2});
    CHECK_THAT(words_of<MetadataInconsistency>([&] { synchronous["s"].append("x", {.step = 3}); }),
               ContainsSubstring("it is a FloatSeries"));
    CHECK_THAT(words_of<MetadataInconsistency>([&] { synchronous["s"].append(2, {.step = 1.5}); }),
               ContainsSubstring(
                   "must be strictly increasing for series attribute: s. Invalid point: 1.5"));
    CHECK(values_of(synchronous, "s") == std::vector<double>{1});
}

TEST_CASE("series: fetching many values tells how far it is", "[integration]") {
    World world;
    const auto run = world.run();
    run["s"].extend(std::vector<double>(2500, 1.0));
    run["few"].extend(std::vector<double>(1000, 1.0));
    run.wait();
    std::vector<std::uint64_t> told;
    const FetchValues options{.progress = [&](const Progress& progress) {
        CHECK(progress.total == 2500);
        told.push_back(progress.done);
    }};
    CHECK(run["s"].fetch_values<double>(options).size() == 2500);
    CHECK(told == std::vector<std::uint64_t>{2000, 2500});
    // A single page is over before anybody looks.
    CHECK(run["few"].fetch_values<double>(options).size() == 1000);
    CHECK(told.size() == 2);
    CHECK_THROWS_AS(run["s"].fetch_values<double>(
                        {.progress = [](const Progress&) { throw std::runtime_error("enough"); }}),
                    std::runtime_error);
}

TEST_CASE("series: timestamps are those given, or the time of the call", "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    const auto begin =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    run["s"].append(1);
    run["s"].append(2, {.timestamp = Datetime(-5ms)});
    run["s"].append(3, {.timestamp = std::chrono::sys_time<std::chrono::microseconds>(1'999us)});
    run["s"].extend({4.0, 5.0}, {.timestamps = {Datetime(7ms), Datetime(6ms)}});
    run["s"].extend({6.0, 7.0});
    const auto end = std::chrono::system_clock::now();
    const auto points = run["s"].fetch_values<double>();
    REQUIRE(points.size() == 7);
    CHECK(points[0].timestamp >= begin);
    CHECK(points[0].timestamp <= end);
    CHECK(points[1].timestamp == Datetime(-5ms));
    CHECK(points[2].timestamp == Datetime(1ms));
    CHECK(points[3].timestamp == Datetime(7ms));
    CHECK(points[4].timestamp == Datetime(6ms));
    CHECK(points[5].timestamp == points[6].timestamp);
    CHECK(points[6].timestamp <= end);
    CHECK(run["s"].fetch_values<double>({.include_timestamp = false}).at(3).timestamp ==
          Datetime{});
}

TEST_CASE("series: a text point has 1000 code points; a longer one is cut between two",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    std::string fits;
    for (int i = 0; i < 1000; ++i) fits += "\xe2\x82\xac";
    run["s"].append(fits);
    run["s"].append("");
    CHECK(world.errors.all().empty());
    run["s"].append(fits + "\xe2\x82\xac");
    run["s"].extend({fits + "x"});
    run["d"].append({{"a", fits + "x"}});
    CHECK(texts_of(run, "s") == std::vector<std::string>{fits, "", fits, fits});
    CHECK(run["d/a"].fetch_last<std::string>() == fits);
    world.errors.await(ErrorCode::string_truncated, 3);
    CHECK(
        world.errors.text(ErrorCode::string_truncated) ==
        "a text for s is longer than the 1000 characters of a point of a StringSeries and was cut; "
        "log long texts in parts");
}

TEST_CASE("series: configure sets range and unit as a whole, and makes the series if there is none",
          "[integration]") {
    World world;
    SentOperations sent(world);
    const auto run = world.run({.mode = Mode::sync});
    run["new"].configure({.min = 0, .max = 1, .unit = "%"});
    CHECK(sent.last("configFloatSeries") ==
          nlohmann::json({{"min", 0.0}, {"max", 1.0}, {"unit", "%"}}));
    CHECK_FALSE(run["new"].fetch_last<double>());
    CHECK(run["new"].fetch_values<double>().empty());
    run["new"].append(0.5);
    run["new"].configure({.unit = "m"});
    const auto config = sent.last("configFloatSeries");
    CHECK(config["unit"] == "m");
    CHECK((!config.contains("min") || config["min"].is_null()));
    CHECK(values_of(run, "new") == std::vector<double>{0.5});
    run["whole"] = FloatSeries{.values = {1, 2}, .min = -1, .max = 3, .unit = "s"};
    CHECK(sent.last("configFloatSeries") ==
          nlohmann::json({{"min", -1.0}, {"max", 3.0}, {"unit", "s"}}));
    CHECK_THROWS_AS(run["new"].configure({.min = std::numeric_limits<double>::quiet_NaN()}),
                    InvalidArgument);
    run["lines"].append("x");
    CHECK_THROWS_AS(run["lines"].configure({.unit = "m"}), MetadataInconsistency);
}

TEST_CASE("series: assigning replaces all points, clearing leaves an empty field",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["s"].extend({1.0, 2.0, 3.0});
    run["s"] = FloatSeries{
        .values = {4, 5}, .timestamps = {Datetime(1ms), Datetime(2ms)}, .steps = {7, 8}};
    run["t"].extend({"a", "b"});
    run["t"] = StringSeries{.values = {"c"}, .timestamps = {}, .steps = {3}};
    run["e"].append(1);
    run["e"] = FloatSeries{};
    run.wait();
    CHECK(run["s"].fetch_values<double>() ==
          std::vector<Point<double>>{{7, 4, Datetime(1ms)}, {8, 5, Datetime(2ms)}});
    CHECK(texts_of(run, "t") == std::vector<std::string>{"c"});
    CHECK(run["e"].fetch_values<double>().empty());

    run["s"].clear();
    run["t"].clear();
    run.wait();
    CHECK_FALSE(run["s"].fetch_last<double>());
    CHECK_FALSE(run["t"].fetch_last<std::string>());
    CHECK(world.look(run).exists("s"));
    run["s"].append(9);  // steps begin anew
    run["t"].append("z");
    run.wait();
    CHECK(steps_of(run, "s") == std::vector<double>{0});
    CHECK(run["t"].fetch_values<std::string>().at(0).step == 0);

    CHECK_THROWS_AS((run["s"] = FloatSeries{.values = {1, 2}, .steps = {1}}), InvalidArgument);
    CHECK_THROWS_AS(run["s"] = StringSeries{}, MetadataInconsistency);
    run.wait();
    CHECK(values_of(run, "s") == std::vector<double>{9});
    CHECK(world.errors.all().empty());
}

TEST_CASE("series: all points are fetched, in pages of 1000, and the last one alone",
          "[integration]") {
    World world;
    const auto run = world.run();
    std::vector<double> numbers;
    std::vector<std::string> texts;
    for (int i = 0; i < 2500; ++i) {
        numbers.push_back(i * 0.5);
        texts.push_back("line " + std::to_string(i));
    }
    run["s"].extend(numbers);
    run["t"].extend(texts);
    run["exact"].extend(std::vector<double>(1000, 1.0));
    run.wait();
    const auto before = world.requests();
    CHECK(values_of(run, "s") == numbers);
    CHECK(world.requests() == before + 3);
    CHECK(texts_of(run, "t") == texts);
    CHECK(world.requests() == before + 6);
    CHECK(values_of(run, "exact").size() == 1000);
    CHECK(world.requests() == before + 7);
    CHECK(run["s"].fetch_last<double>() == 2499 * 0.5);
    CHECK(run["t"].fetch_last<std::string>() == "line 2499");
    CHECK(steps_of(world.look(run), "s").back() == 2499);
}

TEST_CASE("series: points are read as what they are", "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    run["s"].append(1);
    run["t"].append("x");
    CHECK(words_of<TypeMismatch>([&] { static_cast<void>(run["s"].fetch_last<std::string>()); }) ==
          "fetch_last<std::string>() does not fit s: it is a FloatSeries; name the type of the "
          "series' values");
    CHECK_THROWS_AS(run["s"].fetch_values<std::string>(), TypeMismatch);
    CHECK_THROWS_AS(run["t"].fetch_last<double>(), TypeMismatch);
    CHECK_THROWS_AS(run["t"].fetch_values<double>(), TypeMismatch);
    const auto view = world.look(run);
    CHECK_THROWS_AS(view["t"].fetch_values<double>(), TypeMismatch);
    CHECK(view["t"].fetch_last<std::string>() == "x");
    CHECK(words_of<TypeDoesNotSupportMethod>([&] { static_cast<void>(run["s"].fetch()); }) ==
          "fetch() does not fit s: it is a FloatSeries; use fetch_last<T>() or fetch_values<T>()");
}
