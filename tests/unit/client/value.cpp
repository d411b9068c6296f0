#include <neptune/client/value.hpp>

#include <neptune/client/value_get.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using neptune::Datetime;
using neptune::Dict;
using neptune::StringSet;
using neptune::Value;

template <class Alternative, class T>
Alternative stored(const T& value) {
    const Value wrapped(value);
    REQUIRE(std::holds_alternative<Alternative>(wrapped.storage()));
    return std::get<Alternative>(wrapped.storage());
}

struct Optimizer {
    std::string name = "adam";
    double lr = 0.01;
    bool operator==(const Optimizer&) const = default;
};
NEPTUNE_DESCRIBE(Optimizer, name, lr)

struct Config {
    int batch_size = 64;
    bool shuffle = true;
    Optimizer optimizer;
    std::map<std::string, double> weights;
    std::set<std::string> labels;
    Datetime start{};
    bool operator==(const Config&) const = default;
};
NEPTUNE_DESCRIBE(Config, batch_size, shuffle, optimizer, weights, labels, start)

Datetime ms(std::int64_t count) {
    return Datetime(std::chrono::milliseconds(count));
}

}  // namespace

TEST_CASE("value: each C++ type becomes one alternative", "[client]") {
    CHECK(stored<bool>(true));
    CHECK(stored<std::int64_t>(5) == 5);
    CHECK(stored<std::int64_t>(5u) == 5);
    CHECK(stored<std::int64_t>(std::size_t{7}) == 7);
    CHECK(stored<double>(0.1) == 0.1);
    CHECK(stored<double>(0.1F) == static_cast<double>(0.1F));
    CHECK(stored<double>(1.5L) == 1.5);
    CHECK(stored<std::string>("literal") == "literal");
    CHECK(stored<std::string>(std::string("text")) == "text");
    CHECK(stored<std::string>(std::string_view("view")) == "view");
    CHECK(stored<Datetime>(ms(1500)) == ms(1500));
    CHECK(stored<StringSet>(StringSet{{"b", "a"}}).values == std::vector<std::string>{"b", "a"});
    CHECK(stored<StringSet>(std::set<std::string>{"b", "a"}).values ==
          std::vector<std::string>{"a", "b"});
    CHECK(stored<neptune::FloatSeries>(neptune::FloatSeries{.values = {1, 2}, .unit = "%"}).unit ==
          "%");
    CHECK(stored<neptune::StringSeries>(neptune::StringSeries{.values = {"x"}}).values.size() == 1);
    CHECK(stored<Dict>(Dict{{"a", 1}}).size() == 1);
    CHECK(Value().storage().index() == 0);
}

TEST_CASE("value: a literal is a string, never a bool, and zero is an integer", "[client]") {
    CHECK(stored<std::string>("true") == "true");
    const char* pointer = "p";
    CHECK(stored<std::string>(pointer) == "p");
    CHECK(stored<std::int64_t>(0) == 0);
    CHECK(stored<std::int64_t>(1) == 1);
    CHECK_FALSE(stored<bool>(false));
}

TEST_CASE("value: eight-bit integers are numbers, not characters", "[client]") {
    CHECK(stored<std::int64_t>(std::int8_t{-128}) == -128);
    CHECK(stored<std::int64_t>(std::uint8_t{255}) == 255);
    CHECK(stored<std::int64_t>(static_cast<signed char>('a')) == 97);
}

TEST_CASE("value: integers above 63 bits keep their value", "[client]") {
    CHECK(stored<std::int64_t>(std::numeric_limits<std::int64_t>::min()) == INT64_MIN);
    CHECK(stored<std::int64_t>(std::uint64_t{INT64_MAX}) == INT64_MAX);
    CHECK(stored<std::uint64_t>(std::uint64_t{INT64_MAX} + 1) == std::uint64_t{1} << 63);
    CHECK(stored<std::uint64_t>(UINT64_MAX) == UINT64_MAX);
}

TEST_CASE("value: a char array ends at its first NUL, a string keeps all its bytes", "[client]") {
    CHECK(stored<std::string>("a\0b") == "a");
    char buffer[8] = "abc";
    CHECK(stored<std::string>(buffer) == "abc");
    using namespace std::string_literals;
    CHECK(stored<std::string>("a\0b"s) == "a\0b"s);
    CHECK(stored<std::string>(std::string_view("a\0b", 3)) == "a\0b"s);
    CHECK(stored<std::string>("").empty());
}

TEST_CASE("value: a null pointer to characters is an InvalidArgument", "[client]") {
    const char* null = nullptr;
    try {
        const Value value(null);
        FAIL("accepted");
    } catch (const neptune::InvalidArgument& error) {
        CHECK(error.code() == neptune::ErrorCode::invalid_argument);
        CHECK(error.message() == "a null pointer is no string");
    }
    char* writable = nullptr;
    CHECK_THROWS_AS(Value(writable), neptune::InvalidArgument);
}

TEST_CASE("value: times are cut to milliseconds, downwards also before 1970", "[client]") {
    using Nanoseconds = std::chrono::sys_time<std::chrono::nanoseconds>;
    CHECK(stored<Datetime>(Nanoseconds(1'999'999ns)) == ms(1));
    CHECK(stored<Datetime>(Nanoseconds(-1ns)) == ms(-1));
    CHECK(stored<Datetime>(Nanoseconds(-1'000'000ns)) == ms(-1));
    CHECK(stored<Datetime>(Nanoseconds(-1'000'001ns)) == ms(-2));
    CHECK(stored<Datetime>(std::chrono::sys_days(std::chrono::days(1))) == ms(86'400'000));
    CHECK(stored<Datetime>(std::chrono::sys_time<std::chrono::duration<double>>(1.5s)) == ms(1500));
    CHECK(neptune::Timestamp(Nanoseconds(-1ns)).ms == -1);
    CHECK(neptune::Timestamp(Nanoseconds(2'999'999ns)).ms == 2);
    CHECK(neptune::Timestamp().ms == 0);
}

TEST_CASE("value: maps become dictionaries, nested ones too", "[client]") {
    const auto flat = stored<Dict>(std::map<std::string, double>{{"k", 1.5}, {"a", 2}});
    REQUIRE(flat.size() == 2);
    CHECK(flat.items()[0].first == "a");
    CHECK(flat.at("k").get<double>() == 1.5);
    const auto nested =
        stored<Dict>(std::map<std::string, std::map<std::string, int>>{{"k", {{"j", 1}}}});
    CHECK(nested.at("k/j").get<int>() == 1);
    const auto pairs =
        stored<Dict>(std::vector<std::pair<std::string, bool>>{{"z", true}, {"a", false}});
    CHECK(pairs.items()[0].first == "z");
    CHECK(stored<Dict>(std::unordered_map<std::string, std::string>{{"k", "v"}})
              .at("k")
              .get<std::string>() == "v");
    CHECK(stored<Dict>(std::map<std::string, int>{}).empty());
}

TEST_CASE("dict: keeps the order and the keys as given, and copies share nothing", "[client]") {
    Dict dict{{"z", 1}, {"a/b", "x"}, {"", true}};
    REQUIRE(dict.size() == 3);
    CHECK(dict.items()[0].first == "z");
    CHECK(dict.items()[1].first == "a/b");
    CHECK(dict.items()[2].first.empty());

    Dict copy = dict;
    copy.add("more", 0.5);
    CHECK(dict.size() == 3);
    CHECK(copy.size() == 4);
    dict = copy;
    CHECK(dict.size() == 4);
    const auto* same = &dict;
    dict = *same;
    CHECK(dict.size() == 4);

    const Dict moved = std::move(copy);
    CHECK(moved.size() == 4);
    CHECK(copy.empty());  // NOLINT(bugprone-use-after-move): it is usable
    CHECK(copy.find("z") == nullptr);
    copy.add("again", 1);
    CHECK(copy.size() == 1);
}

TEST_CASE("dict: a pair of two strings is an entry, not a range of characters", "[client]") {
    const Dict dict{{"a", "b"}, {"c", "d"}};
    REQUIRE(dict.size() == 2);
    CHECK(dict.at("a").get<std::string>() == "b");
    CHECK(dict.at("c").get<std::string>() == "d");
    const Dict deep{{"opt", {{"a", "b"}, {"c", "d"}}}, {"x", 1}, {"empty", Dict{}}};
    CHECK(deep.at("opt/c").get<std::string>() == "d");
    CHECK(deep.at("empty").get<Dict>().empty());
}

TEST_CASE("dict: at walks through dictionaries, and through keys that are paths", "[client]") {
    const Dict dict{{"a", {{"b", {{"c", 1}, {"d", 2}}}, {"x", 0}}}, {"p/q", {{"r", 3}, {"s", 4}}}};
    CHECK(dict.at("a/b/d").get<int>() == 2);
    CHECK(dict.at("p/q/r").get<int>() == 3);
    CHECK(dict.at("p/q").get<Dict>().size() == 2);
    CHECK_THROWS_AS(dict.at("a/b/e"), neptune::MissingField);
    CHECK_THROWS_AS(dict.at("a/x/y"), neptune::MissingField);
    CHECK_THROWS_AS(dict.at(""), neptune::MissingField);
    CHECK_THROWS_WITH(dict.at("nope"), "the dictionary has no entry 'nope'");
    CHECK(dict.find("a/b") == nullptr);
    CHECK(dict.find("p/q") != nullptr);
}

TEST_CASE("value: what is stored is fetched back by get<T>()", "[client]") {
    CHECK(Value(true).get<bool>());
    CHECK(Value(5).get<int>() == 5);
    CHECK(Value(5).get<std::uint8_t>() == 5);
    CHECK(Value(-5).get<long long>() == -5);
    CHECK(Value(0.5).get<double>() == 0.5);
    CHECK(Value(0.5).get<float>() == 0.5F);
    CHECK(Value("text").get<std::string>() == "text");
    CHECK(Value(ms(-1)).get<Datetime>() == ms(-1));
    CHECK(Value(ms(1500)).get<std::chrono::system_clock::time_point>() == ms(1500));
    CHECK(Value(StringSet{{"b", "a"}}).get<std::set<std::string>>() ==
          std::set<std::string>{"a", "b"});
    CHECK(Value(StringSet{{"b"}}).get<StringSet>().values.front() == "b");
    CHECK(Value(Dict{{"a", 1}}).get<std::map<std::string, int>>() ==
          std::map<std::string, int>{{"a", 1}});
    CHECK(Value(7).get<Value>().get<int>() == 7);
    CHECK(Value::from_storage(neptune::RunState::inactive).get<neptune::RunState>() ==
          neptune::RunState::inactive);
    const neptune::GitInfo git{.commit_id = "abc",
                               .message = "m",
                               .author_name = "n",
                               .author_email = "e",
                               .commit_date = ms(3),
                               .dirty = true,
                               .branch = "main",
                               .remotes = {"o"}};
    CHECK(Value::from_storage(git).get<neptune::GitInfo>() == git);
}

TEST_CASE("value: get of another type is a TypeMismatch that names both", "[client]") {
    try {
        static_cast<void>(Value("text").get<double>());
        FAIL("converted");
    } catch (const neptune::TypeMismatch& error) {
        CHECK(error.code() == neptune::ErrorCode::type_mismatch);
        CHECK(error.message() == "the value is a String, not a Float");
        CHECK(error.advice() == "fetch it as the type that the field has");
    }
    CHECK_THROWS_AS(Value(1).get<double>(), neptune::TypeMismatch);
    CHECK_THROWS_AS(Value(1).get<bool>(), neptune::TypeMismatch);
    CHECK_THROWS_AS(Value(true).get<int>(), neptune::TypeMismatch);
    CHECK_THROWS_AS(Value(1.0).get<int>(), neptune::TypeMismatch);
    CHECK_THROWS_AS(Value().get<std::string>(), neptune::TypeMismatch);
    CHECK_THROWS_AS(Value(1).get<Dict>(), neptune::TypeMismatch);
    CHECK_THROWS_AS(Value(1).get<Optimizer>(), neptune::TypeMismatch);
}

TEST_CASE("value: get of a narrower integer checks the range", "[client]") {
    CHECK(Value(255).get<std::uint8_t>() == 255);
    CHECK_THROWS_AS(Value(256).get<std::uint8_t>(), neptune::TypeMismatch);
    CHECK_THROWS_AS(Value(-1).get<unsigned>(), neptune::TypeMismatch);
    CHECK_THROWS_WITH(Value(std::int64_t{1} << 40).get<int>(),
                      Catch::Matchers::ContainsSubstring("1099511627776 does not fit"));
}

TEST_CASE("value: is<T> tells which alternative there is", "[client]") {
    CHECK(Value(1).is<std::int64_t>());
    CHECK_FALSE(Value(1).is<double>());
    CHECK(Value("x").is<std::string>());
    CHECK(Value(Dict{}).is<Dict>());
    CHECK_FALSE(Value().is<bool>());
}

TEST_CASE("value: type_name is the word that users read", "[client]") {
    CHECK(Value().type_name() == "nothing");
    CHECK(Value(true).type_name() == "Boolean");
    CHECK(Value(1).type_name() == "Integer");
    CHECK(Value(UINT64_MAX).type_name() == "Integer");
    CHECK(Value(1.0).type_name() == "Float");
    CHECK(Value("x").type_name() == "String");
    CHECK(Value(ms(0)).type_name() == "Datetime");
    CHECK(Value(StringSet{}).type_name() == "StringSet");
    CHECK(Value(neptune::FloatSeries{}).type_name() == "FloatSeries");
    CHECK(Value(neptune::StringSeries{}).type_name() == "StringSeries");
    CHECK(Value(Dict{}).type_name() == "Namespace");
    CHECK(Value::from_storage(neptune::detail::CopySource{}).type_name() == "Field");
    CHECK(Value::from_storage(neptune::RunState::active).type_name() == "RunState");
    CHECK(Value::from_storage(neptune::GitInfo{}).type_name() == "GitRef");
}

TEST_CASE("value: a described struct with nested ones makes the round trip", "[client]") {
    const Config config{.batch_size = 32,
                        .shuffle = false,
                        .optimizer = {"sgd", 0.5},
                        .weights = {{"a", 1.5}, {"b", -2}},
                        .labels = {"cat", "dog"},
                        .start = ms(-7)};
    const Value value(config);
    const auto dict = value.get<Dict>();
    CHECK(dict.size() == 6);
    CHECK(dict.at("optimizer/lr").get<double>() == 0.5);
    CHECK(dict.at("optimizer").get<Optimizer>() == config.optimizer);
    CHECK(value.get<Config>() == config);
}

TEST_CASE("value: a described struct names the member that is missing", "[client]") {
    const Value value(Dict{{"name", "adam"}});
    CHECK_THROWS_AS(value.get<Optimizer>(), neptune::MissingField);
    CHECK_THROWS_WITH(value.get<Optimizer>(), "the dictionary has no entry 'lr'");
}
