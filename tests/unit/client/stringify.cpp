#include <neptune/client/stringify.hpp>

#include <neptune/client/logged_object.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/recording_object.hpp"

namespace {

using namespace std::chrono_literals;
using neptune::Dict;
using neptune::expand;
using neptune::stringify;
using neptune::Value;

enum class Color { red, green };
enum class Named { one };
std::ostream& operator<<(std::ostream& stream, Named) {
    return stream << "one";
}

struct Vec2 {
    double x = 0, y = 0;
};
std::ostream& operator<<(std::ostream& stream, const Vec2& v) {
    return stream << '<' << v.x << ' ' << v.y << '>';
}
struct Opaque {};

struct Limits {
    std::uint64_t seed = 1ULL << 40;
    double best = std::numeric_limits<double>::infinity();
};
NEPTUNE_DESCRIBE(Limits, seed, best)

template <class T>
std::string text(const T& value) {
    return stringify(value).value.template get<std::string>();
}

template <class T>
concept CanBeStringified = requires(const T& value) {
    stringify(value);
};

}  // namespace

TEST_CASE("stringify: what a field can hold stays what it is", "[client]") {
    CHECK(stringify(5).value.is<std::int64_t>());
    CHECK(stringify(true).value.is<bool>());
    CHECK(stringify(0.5).value.get<double>() == 0.5);
    CHECK(text("ReLU") == "ReLU");
    CHECK(stringify(neptune::Datetime(5ms)).value.is<neptune::Datetime>());
}

TEST_CASE("stringify: integers beyond 32 bits become floats", "[client]") {
    CHECK(stringify(std::int64_t{2147483647}).value.is<std::int64_t>());
    CHECK(stringify(std::int64_t{2147483648}).value.get<double>() == 2147483648.0);
    CHECK(stringify(~std::uint64_t{0}).value.is<double>());
    const auto limits = stringify(Limits{}).value.get<Dict>();
    CHECK(limits.at("seed").get<double>() == 1099511627776.0);
    CHECK(limits.at("best").get<std::string>() == "inf");
}

TEST_CASE("stringify: numbers that are not finite become texts", "[client]") {
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK(text(infinity) == "inf");
    CHECK(text(-infinity) == "-inf");
    CHECK(text(std::numeric_limits<double>::quiet_NaN()) == "nan");
    CHECK(text(std::vector<double>{1.5, infinity}) == "[1.5, inf]");
}

TEST_CASE("stringify: everything else becomes one text", "[client]") {
    const int array[] = {1, 2};
    CHECK(text('c') == "c");
    CHECK(text(std::vector<int>{1, 2, 3}) == "[1, 2, 3]");
    CHECK(text(std::vector<bool>{true, false}) == "[true, false]");
    CHECK(text(std::vector<std::vector<int>>{{1}, {}}) == "[[1], []]");
    CHECK(text(array) == "[1, 2]");
    CHECK(text(std::pair(1, std::string("a"))) == "(1, a)");
    CHECK(text(std::tuple(1, 2.5, true)) == "(1, 2.5, true)");
    CHECK(text(std::optional<int>()) == "None");
    CHECK(stringify(std::optional<int>(5)).value.get<int>() == 5);
    CHECK(text(Color::green) == "1");
    CHECK(text(Named::one) == "one");
    CHECK(text(Vec2{1, 2}) == "<1 2>");
    CHECK(text(std::filesystem::path("a b")) == "a b");
    CHECK(text(90s) == "90s");
    CHECK(text(1500ms) == "1500ms");
    CHECK(text(std::vector<neptune::Datetime>{neptune::Datetime(0ms)}) ==
          "[1970-01-01T00:00:00.000Z]");
}

TEST_CASE("stringify: maps become namespaces, whatever their keys", "[client]") {
    const auto dict =
        stringify(std::map<int, std::vector<int>>{{1, {10}}, {2, {20, 21}}}).value.get<Dict>();
    CHECK(dict.at("1").get<std::string>() == "[10]");
    CHECK(dict.at("2").get<std::string>() == "[20, 21]");
}

TEST_CASE("stringify: expanded sequences become namespaces with numbers for names", "[client]") {
    const std::map<std::string, std::vector<int>> layers = {{"hidden", {256, 128}}, {"none", {}}};
    const auto dict = stringify(layers, expand).value.get<Dict>();
    CHECK(dict.at("hidden/0").get<int>() == 256);
    CHECK(dict.at("hidden/1").get<int>() == 128);
    CHECK(dict.at("none").get<Dict>().empty());
    CHECK(stringify(std::tuple(1, "a"), expand).value.get<Dict>().at("1").get<std::string>() ==
          "a");
}

TEST_CASE("stringify: what has no text is refused", "[client]") {
    STATIC_REQUIRE(CanBeStringified<Vec2>);
    STATIC_REQUIRE_FALSE(CanBeStringified<Opaque>);
    STATIC_REQUIRE_FALSE(CanBeStringified<std::vector<Opaque>>);
    STATIC_REQUIRE_FALSE(CanBeStringified<int*>);
    STATIC_REQUIRE_FALSE(CanBeStringified<wchar_t>);
}

TEST_CASE("stringify: the result is assigned, nested in braces and appended", "[client]") {
    const auto object = std::make_shared<support::RecordingObject>();
    const auto field = neptune::detail::FieldMaker::make(object, object->intern("p"));
    field["layers"].assign(stringify(std::vector<int>{1, 2}));
    field.assign(Dict{{"color", stringify(Color::red)}});
    field["series"].append(stringify(0.5));
    field["series"].append(stringify(7), {.step = 3});
    field["series"].append(stringify(std::map<std::string, int>{{"a", 1}}));
    REQUIRE(object->calls.size() == 5);
    CHECK(object->calls[0].value.get<std::string>() == "[1, 2]");
    CHECK(object->calls[1].value.get<Dict>().at("color").get<std::string>() == "0");
    CHECK(object->calls[2].value.get<double>() == 0.5);
    CHECK(object->calls[3].value.get<std::string>() == "7");
    CHECK(object->calls[3].append.step == 3);
    CHECK(object->calls[4].value.get<Dict>().at("a").get<std::string>() == "1");
}
