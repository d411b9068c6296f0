#include <neptune/client/field.hpp>

#include <neptune/client/logged_object.hpp>
#include <neptune/client/objects.hpp>

#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "support/catch.hpp"
#include "support/recording_object.hpp"

namespace {

using namespace std::chrono_literals;
using neptune::Datetime;
using neptune::Dict;
using neptune::Field;
using neptune::StringSet;
using neptune::Value;

/// A run on a recording object. The run does not own it, so that it logs no call of its own.
struct Recorded {
    std::shared_ptr<support::RecordingObject> object = std::make_shared<support::RecordingObject>();
    neptune::Run run{object, false};

    /// The call that came last.
    [[nodiscard]] const support::Call& last() const { return object->calls.back(); }
    /// The alternative that the last call carried.
    template <class T>
    [[nodiscard]] T stored() const {
        REQUIRE(std::holds_alternative<T>(last().value.storage()));
        return std::get<T>(last().value.storage());
    }
};

struct Metrics {
    double loss = 0.5;
    int correct = 7;
};
NEPTUNE_DESCRIBE(Metrics, loss, correct)

struct Kelvin {
    double kelvin = 0;
};

}  // namespace

template <>
struct neptune::FieldTraits<Kelvin> {
    static double to_field(const Kelvin& value) { return value.kelvin; }
};

TEST_CASE("field: each assignment is one call with the value of its type", "[client]") {
    Recorded to;
    auto& run = to.run;
    run["s1"] = "lit";
    CHECK(to.stored<std::string>() == "lit");
    CHECK(to.last().function == "assign");
    CHECK(to.last().path == "s1");
    CHECK_FALSE(to.last().wait);
    run["s2"] = std::string("x");
    CHECK(to.stored<std::string>() == "x");
    const char* pointer = "cp";
    run["s3"] = pointer;
    CHECK(to.stored<std::string>() == "cp");
    run["s4"] = std::string_view("sv");
    CHECK(to.stored<std::string>() == "sv");
    run["b"] = true;
    CHECK(to.stored<bool>());
    const bool flags[2] = {true, false};
    run["b"] = flags[1];
    CHECK_FALSE(to.stored<bool>());
    run["i"] = 5;
    CHECK(to.stored<std::int64_t>() == 5);
    run["i"] = 0;
    CHECK(to.stored<std::int64_t>() == 0);
    run["u"] = 5u;
    CHECK(to.stored<std::int64_t>() == 5);
    run["z"] = std::size_t{7};
    CHECK(to.stored<std::int64_t>() == 7);
    run["big"] = UINT64_MAX;
    CHECK(to.stored<std::uint64_t>() == UINT64_MAX);
    run["i8"] = std::int8_t{-3};
    CHECK(to.stored<std::int64_t>() == -3);
    run["f"] = 0.5F;
    CHECK(to.stored<double>() == 0.5);
    run["ld"] = 1.0L;
    CHECK(to.stored<double>() == 1.0);
    struct {
        unsigned bits : 3;
    } field{5};
    run["bits"] = field.bits + 0;
    CHECK(to.stored<std::int64_t>() == 5);
    run["t"] = std::chrono::sys_time<std::chrono::milliseconds>(1500ms);
    CHECK(to.stored<Datetime>() == Datetime(1500ms));
    run["set"] = StringSet{{"a"}};
    CHECK(to.stored<StringSet>().values.front() == "a");
    run["set2"] = std::set<std::string>{"b", "a"};
    CHECK(to.stored<StringSet>().values == std::vector<std::string>{"a", "b"});
    run["series"] = neptune::FloatSeries{.values = {1, 2}, .min = 0};
    CHECK(to.stored<neptune::FloatSeries>().min == 0);
    run["series"] = neptune::StringSeries{.values = {"a"}};
    CHECK(to.stored<neptune::StringSeries>().values.front() == "a");
    run["value"] = Value(3);
    CHECK(to.stored<std::int64_t>() == 3);
    CHECK(to.object->calls.size() == 21);
}

TEST_CASE("field: braces become dictionaries, pairs of strings too", "[client]") {
    Recorded to;
    auto& run = to.run;
    run["p"] = {{"a", "b"}, {"c", "d"}};
    CHECK(to.stored<Dict>().size() == 2);
    CHECK(to.stored<Dict>().at("c").get<std::string>() == "d");
    run["p"] = {{"a", "b"}};
    CHECK(to.stored<Dict>().size() == 1);
    CHECK(to.stored<Dict>().at("a").get<std::string>() == "b");
    run["p"] = {{"lr", 0.01}, {"bs", 64}, {"act", "ReLU"}, {"on", true}};
    CHECK(to.stored<Dict>().at("lr").get<double>() == 0.01);
    CHECK(to.stored<Dict>().at("bs").get<int>() == 64);
    CHECK(to.stored<Dict>().at("act").get<std::string>() == "ReLU");
    CHECK(to.stored<Dict>().at("on").get<bool>());
    run["p"] = {{"opt", {{"a", "b"}, {"c", "d"}}}, {"x", 1}};
    CHECK(to.stored<Dict>().at("opt/a").get<std::string>() == "b");
    CHECK(to.stored<Dict>().at("x").get<int>() == 1);
    run["p"] = {{"opt", {{"lr", 0.1}}}};
    CHECK(to.stored<Dict>().at("opt/lr").get<double>() == 0.1);
    run["p"] = {{"e", {}}};
    CHECK(to.stored<Dict>().size() == 1);
    run["p"] = {{"a", "b"}, {"c", "d"}, {"e", "f"}};
    CHECK(to.stored<Dict>().size() == 3);
    run["p"] = {{"deep", {{"deeper", {{"deepest", "x"}, {"y", 2}}}}}};
    CHECK(to.stored<Dict>().at("deep/deeper/deepest").get<std::string>() == "x");
    run["p"] = {{"one", "two"}, {"three", 4}};
    CHECK(to.stored<Dict>().at("three").get<int>() == 4);
    run["p"] = {{"slash/key", 1}};
    CHECK(to.stored<Dict>().items().front().first == "slash/key");
    run["p"] = {};
    CHECK(to.stored<Dict>().empty());
}

TEST_CASE("field: dictionaries, maps and described structs become namespaces", "[client]") {
    Recorded to;
    auto& run = to.run;
    run["m"] = std::map<std::string, double>{{"k", 1.5}};
    CHECK(to.stored<Dict>().at("k").get<double>() == 1.5);
    run["m"] = std::unordered_map<std::string, std::string>{{"k", "v"}};
    CHECK(to.stored<Dict>().at("k").get<std::string>() == "v");
    run["m"] = std::map<std::string, std::map<std::string, int>>{{"k", {{"j", 1}}}};
    CHECK(to.stored<Dict>().at("k/j").get<int>() == 1);
    const Dict dict{{"q", 1}};
    run["d"] = dict;
    CHECK(to.stored<Dict>().at("q").get<int>() == 1);
    run["d"] = Dict{{"q", "r"}};
    CHECK(to.stored<Dict>().at("q").get<std::string>() == "r");
    run["d"] = Metrics{};
    CHECK(to.stored<Dict>().at("correct").get<int>() == 7);

    run.assign({{"a", 1}, {"b/c", 2}});
    CHECK(to.last().path.empty());
    CHECK(to.stored<Dict>().at("b/c").get<int>() == 2);
    run.assign(Metrics{});
    CHECK(to.last().path.empty());
    CHECK(to.stored<Dict>().at("loss").get<double>() == 0.5);
    run.assign(std::map<std::string, int>{{"k", 3}}, {.wait = true});
    CHECK(to.stored<Dict>().at("k").get<int>() == 3);
    CHECK(to.last().wait);
}

TEST_CASE("field: assigning a handle to a temporary copies the value that the server has",
          "[client]") {
    Recorded to;
    auto& run = to.run;
    const auto source = [&] { return to.stored<neptune::detail::CopySource>(); };
    run["a"] = run["b"];
    CHECK(to.last().path == "a");
    CHECK(source().path == "b");
    CHECK(source().object_id == "RUN-1");
    const auto handle = run["h"];
    run["a"] = handle;
    CHECK(source().path == "h");
    run["a"]["deep"] = run["b"]["c"];
    CHECK(to.last().path == "a/deep");
    CHECK(source().path == "b/c");
    handle.assign(run["other"], {.wait = true});
    CHECK(to.last().path == "h");
    CHECK(source().path == "other");
    CHECK(to.last().wait);

    Recorded elsewhere;
    elsewhere.object->id = "RUN-2";
    run["a"] = elsewhere.run["x"];
    CHECK(to.last().path == "a");
    CHECK(source().object_id == "RUN-2");
    CHECK(elsewhere.object->calls.empty());
}

TEST_CASE("field: a named handle is a handle, and writes where it points", "[client]") {
    Recorded to;
    auto field = to.run["x"];
    static_assert(std::is_same_v<decltype(field), Field>);
    CHECK(to.object->calls.empty());
    field = 3;
    CHECK(to.stored<std::int64_t>() == 3);
    field = "x";
    CHECK(to.stored<std::string>() == "x");
    field = {{"k", "v"}};
    CHECK(to.stored<Dict>().size() == 1);
    field.assign("s", {.wait = true});
    CHECK(to.stored<std::string>() == "s");
    CHECK(to.last().wait);
    field.assign(true);
    CHECK(to.stored<bool>());
    field.assign({{"k", "v"}, {"l", "w"}});
    CHECK(to.stored<Dict>().size() == 2);

    const auto copy = field;
    copy = 4;
    CHECK(to.last().path == "x");
    const auto& constant = to.run;
    constant["c"] = 1;
    CHECK(to.last().path == "c");
    CHECK(&(field = 5) == &field);

    std::vector<Field> fields;
    fields.push_back(to.run["y"]);
    fields.emplace_back(to.run["z"]);
    const auto before = to.object->calls.size();
    fields.reserve(100);
    CHECK(to.object->calls.size() == before);
    fields[0] = 4;
    CHECK(to.last().path == "y");
}

TEST_CASE("field: a chain of paths is the joined path, without any request", "[client]") {
    Recorded to;
    auto& run = to.run;
    CHECK(run["a"]["b"].path() == "a/b");
    CHECK(run["a/b"].path() == "a/b");
    CHECK(run["a"]["/b/"].path() == "a/b");
    CHECK(run["//a///b/"]["c//d"].path() == "a/b/c/d");
    CHECK(run[""]["a"].path() == "a");
    CHECK(run["a"][""].path() == "a");
    CHECK(run["/"].path().empty());
    CHECK(to.object->calls.empty());
    CHECK_THROWS_AS(run["tab\there"], neptune::InvalidPathError);
}

TEST_CASE("field: append takes one point, or a dictionary of points", "[client]") {
    Recorded to;
    const auto field = to.run["l"];
    field.append(0.3);
    CHECK(to.last().function == "append");
    CHECK(to.stored<double>() == 0.3);
    CHECK_FALSE(to.last().append.step);
    CHECK_FALSE(to.last().append.timestamp);
    field.append(2, {.step = 4, .timestamp = Datetime(7ms), .wait = true});
    CHECK(to.stored<double>() == 2.0);
    CHECK(to.last().append.step == 4.0);
    CHECK(to.last().append.timestamp->ms == 7);
    CHECK(to.last().append.wait);
    field.append(true);
    CHECK(to.stored<double>() == 1.0);
    field.append(UINT64_MAX);
    CHECK(to.stored<double>() == 0x1p64);
    field.append("text");
    CHECK(to.stored<std::string>() == "text");
    field.append(std::string("text"), {.step = 1});
    CHECK(to.stored<std::string>() == "text");
    field.append({{"loss", 0.3}, {"acc", 0.9}}, {.step = 4});
    CHECK(to.stored<Dict>().at("acc").get<double>() == 0.9);
    CHECK(to.last().append.step == 4.0);
    field.append({{"a", "b"}, {"c", "d"}});
    CHECK(to.stored<Dict>().at("c").get<std::string>() == "d");
    field.append(std::map<std::string, float>{{"x", 0.5F}});
    CHECK(to.stored<Dict>().at("x").get<double>() == 0.5);
    field.append(Metrics{}, {.step = 2});
    CHECK(to.stored<Dict>().at("correct").get<int>() == 7);
    CHECK(to.last().append.step == 2.0);
    field.append(Kelvin{21.5}, {.step = 3});
    CHECK(to.stored<double>() == 21.5);
    CHECK(to.last().append.step == 3.0);
    const char* null = nullptr;
    CHECK_THROWS_AS(field.append(null), neptune::InvalidArgument);
    CHECK_THROWS_AS(field.extend(std::vector<const char*>{"a", null}), neptune::InvalidArgument);
}

TEST_CASE("field: extend takes any range of numbers or texts", "[client]") {
    Recorded to;
    const auto field = to.run["l"];
    const auto numbers = [&] {
        return std::get<std::vector<double>>(to.last().series.at(0).second);
    };
    const auto texts = [&] {
        return std::get<std::vector<std::string>>(to.last().series.at(0).second);
    };
    field.extend({1.0, 2.0});
    CHECK(to.last().function == "extend");
    CHECK(numbers() == std::vector<double>{1, 2});
    field.extend({1.0, 2.0},
                 {.steps = {1, 2}, .timestamps = {Datetime(1ms), Datetime(2ms)}, .wait = true});
    CHECK(to.last().extend.steps == std::vector<double>{1, 2});
    CHECK(to.last().extend.timestamps.at(1).ms == 2);
    CHECK(to.last().extend.wait);
    field.extend({1, 2, 3});
    CHECK(numbers() == std::vector<double>{1, 2, 3});
    field.extend(std::vector<double>{1}, {.steps = {1}});
    CHECK(numbers() == std::vector<double>{1});
    field.extend(std::array<float, 2>{0.5F, 1.5F});
    CHECK(numbers() == std::vector<double>{0.5, 1.5});
    field.extend(std::deque<int>{4, 5});
    CHECK(numbers() == std::vector<double>{4, 5});
    field.extend(std::vector<bool>{true, false});
    CHECK(numbers() == std::vector<double>{1, 0});
    field.extend(std::vector<double>{});
    CHECK(numbers().empty());
    field.extend({"a", "b"});
    CHECK(texts() == std::vector<std::string>{"a", "b"});
    field.extend(std::vector<std::string>{"a"});
    CHECK(texts() == std::vector<std::string>{"a"});
    field.extend(std::vector<const char*>{"x", "y"});
    CHECK(texts() == std::vector<std::string>{"x", "y"});

    field.extend(std::map<std::string, std::vector<double>>{{"loss", {1, 2}}, {"acc", {3, 4}}},
                 {.steps = {5, 6}});
    REQUIRE(to.last().series.size() == 2);
    CHECK(to.last().series.at(0).first == "acc");
    CHECK(std::get<std::vector<double>>(to.last().series.at(1).second) ==
          std::vector<double>{1, 2});
    CHECK(to.last().extend.steps == std::vector<double>{5, 6});
}

TEST_CASE("field: tags are added and removed one by one or together", "[client]") {
    Recorded to;
    const auto tags = to.run["sys/tags"];
    using Strings = std::vector<std::string>;
    tags.add("x");
    CHECK(to.last().function == "insert");
    CHECK(to.last().strings == Strings{"x"});
    tags.add({"a", "bcd"});
    CHECK(to.last().strings == Strings{"a", "bcd"});
    tags.add({"a"});
    CHECK(to.last().strings == Strings{"a"});
    tags.add({"a", "b", "c"}, {.wait = true});
    CHECK(to.last().strings == Strings{"a", "b", "c"});
    CHECK(to.last().wait);
    tags.add(Strings{"v", "w"});
    CHECK(to.last().strings == Strings{"v", "w"});
    tags.add(std::string("s"));
    CHECK(to.last().strings == Strings{"s"});
    tags.remove("x");
    CHECK(to.last().function == "remove");
    CHECK(to.last().strings == Strings{"x"});
    tags.remove({"a", "b"});
    CHECK(to.last().strings == Strings{"a", "b"});
    tags.remove(Strings{"v"}, {.wait = true});
    CHECK(to.last().strings == Strings{"v"});
    CHECK(to.last().wait);
}

TEST_CASE("field: clear, configure, erase and pop reach the object", "[client]") {
    Recorded to;
    auto& run = to.run;
    run["a"].clear({.wait = true});
    CHECK(to.last().function == "clear");
    CHECK(to.last().wait);
    run["a"].configure({.min = 0.0, .unit = "%"});
    CHECK(to.last().configure.min == 0.0);
    CHECK_FALSE(to.last().configure.max);
    CHECK(to.last().configure.unit == "%");
    const auto erased = [&](const char* path) {
        return to.last().function == "erase" && to.last().path == path;
    };
    run["a"].erase();
    CHECK(erased("a"));
    run["a/b"].pop();
    CHECK(erased("a/b"));
    run["a"].pop("c/d");
    CHECK(erased("a/c/d"));
    run.erase("e");
    CHECK(erased("e"));
    run.pop("f", {.wait = true});
    CHECK(erased("f"));
    CHECK(to.last().wait);
}

TEST_CASE("field: fetch asks once, and converts to the type that was named", "[client]") {
    Recorded to;
    to.object->stored["lr"] = 0.01;
    to.object->stored["n"] = 5;
    to.object->stored[""] = Dict{{"lr", 0.01}, {"sys", {{"id", "RUN-1"}, {"name", "x"}}}};
    const auto& run = to.run;
    CHECK(run["lr"].fetch<double>() == 0.01);
    CHECK(to.object->calls.size() == 1);
    CHECK(run["n"].fetch().get<std::int64_t>() == 5);
    CHECK(run.fetch().at("sys/id").get<std::string>() == "RUN-1");
    CHECK(to.object->calls.size() == 3);
    CHECK_THROWS_AS(run["lr"].fetch<std::string>(), neptune::TypeMismatch);
    CHECK_THROWS_AS(run["no"].fetch<double>(), neptune::FetchAttributeNotFound);
}

TEST_CASE("field: fetch_as gives the other value where there is no field, and only there",
          "[client]") {
    Recorded to;
    to.object->stored["lr"] = 0.01;
    const auto& run = to.run;
    CHECK(run["lr"].fetch_as(1.5) == 0.01);
    CHECK(to.object->calls.size() == 1);
    CHECK(run["no"].fetch_as(1.5) == 1.5);
    CHECK(to.object->calls.size() == 1);
    CHECK(run["no"].fetch_as<std::string>("none") == "none");
    CHECK_THROWS_AS(run["lr"].fetch_as<std::string>("none"), neptune::TypeMismatch);
}

TEST_CASE("field: fetch_last and fetch_values ask for the series of that type", "[client]") {
    Recorded to;
    const auto field = to.run["l"];
    CHECK(field.fetch_last<double>() == 1.5);
    CHECK(to.last().function == "fetch_last_float");
    CHECK(field.fetch_last<std::string>() == "last");
    CHECK(to.last().function == "fetch_last_string");
    CHECK(field.fetch_values<double>().at(0) == neptune::Point<double>{1, 0.5, {}});
    CHECK(field.fetch_values<std::string>().at(0).value == "text");
    CHECK(to.last().function == "fetch_strings");
}

TEST_CASE("field: prints its description, and knows whether it exists, without a request",
          "[client]") {
    Recorded to;
    to.object->stored["there"] = 1;
    std::ostringstream out;
    out << to.run["there"];
    CHECK(out.str() == "<field at \"there\">");
    CHECK(to.run["there"].to_string() == out.str());
    CHECK(to.run["there"].exists());
    CHECK_FALSE(to.run["other"].exists());
    CHECK(to.object->calls.empty());
}

TEST_CASE("field: a handle keeps the object's core alive", "[client]") {
    auto object = std::make_shared<support::RecordingObject>();
    const auto* raw = object.get();
    auto run = std::make_unique<neptune::Run>(std::move(object));
    const auto field = (*run)["x"];
    run.reset();
    CHECK(raw->calls.back().function == "stop");
    field = 1;
    CHECK(raw->calls.back().function == "assign");
}
