#include <neptune/client/field_traits.hpp>

#include <neptune/client/field.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "support/catch.hpp"

namespace {

struct Widget {};
enum Plain { one };
enum class Scoped { one };

struct Optimizer {
    double lr = 0.01;
    std::string name = "adam";
};
NEPTUNE_DESCRIBE(Optimizer, lr, name)

// Both taught and described: the specialisation wins.
struct Celsius {
    double degrees = 0;
};
NEPTUNE_DESCRIBE(Celsius, degrees)

// Described, and in the table as something that converts to a string: the macro wins.
struct Label {
    std::string text = "x";
    operator std::string_view() const { return text; }
};
NEPTUNE_DESCRIBE(Label, text)

// Only taught one way: it can be stored, not fetched.
struct OneWay {};

struct Wide {
    int m1 = 1, m2 = 2, m3 = 3, m4 = 4, m5 = 5, m6 = 6, m7 = 7, m8 = 8, m9 = 9, m10 = 10, m11 = 11,
        m12 = 12, m13 = 13, m14 = 14, m15 = 15, m16 = 16, m17 = 17, m18 = 18, m19 = 19, m20 = 20,
        m21 = 21, m22 = 22, m23 = 23, m24 = 24, m25 = 25, m26 = 26, m27 = 27, m28 = 28, m29 = 29,
        m30 = 30, m31 = 31, m32 = 32;
};
NEPTUNE_DESCRIBE(Wide, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17,
                 m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32)

}  // namespace

template <>
struct neptune::FieldTraits<Celsius> {
    static double to_field(const Celsius& value) { return value.degrees; }
    static Celsius from_field(const neptune::Value& value) { return {value.get<double>()}; }
};
template <>
struct neptune::FieldTraits<OneWay> {
    static std::string to_field(const OneWay&) { return "one way"; }
};

namespace {

using neptune::Dict;
using neptune::Field;
using neptune::SeriesValue;
using neptune::Storable;
using neptune::Value;

// What generic code can ask, what an assignment accepts and what a Value can be made of is one and
// the same.
template <class T>
constexpr bool accepted = Storable<std::remove_cvref_t<T>>&& std::is_assignable_v<Field, T>&&
    std::is_assignable_v<const Field&, T>&& std::is_constructible_v<Value, T>;
template <class T>
constexpr bool refused =
    !Storable<std::remove_cvref_t<T>> && !std::is_assignable_v<Field, T> &&
    !std::is_assignable_v<const Field&, T> && !std::is_constructible_v<Value, T>;

static_assert(accepted<bool>);
static_assert(accepted<std::int8_t> && accepted<std::uint8_t>);
static_assert(accepted<short> && accepted<unsigned short> && accepted<int> && accepted<unsigned>);
static_assert(accepted<long> && accepted<unsigned long> && accepted<long long> &&
              accepted<unsigned long long>);
static_assert(accepted<float> && accepted<double> && accepted<long double>);
static_assert(accepted<const char (&)[4]> && accepted<char (&)[4]> && accepted<const char*> &&
              accepted<char*>);
static_assert(accepted<std::string> && accepted<const std::string&> && accepted<std::string_view>);
static_assert(accepted<std::chrono::system_clock::time_point>);
static_assert(accepted<std::chrono::sys_time<std::chrono::nanoseconds>> &&
              accepted<std::chrono::sys_days>);
static_assert(accepted<neptune::StringSet> && accepted<std::set<std::string>>);
static_assert(accepted<neptune::FloatSeries> && accepted<neptune::StringSeries>);
static_assert(accepted<Dict> && accepted<Value>);
static_assert(accepted<std::map<std::string, double>> &&
              accepted<std::unordered_map<std::string, std::string>>);
static_assert(accepted<std::map<std::string_view, bool>> && accepted<std::map<const char*, int>>);
static_assert(accepted<std::vector<std::pair<std::string, double>>>);
static_assert(accepted<std::map<std::string, std::map<std::string, int>>> &&
              accepted<std::map<std::string, Value>>);
static_assert(accepted<Optimizer> && accepted<Celsius> && accepted<Label> && accepted<OneWay>);
static_assert(accepted<std::map<std::string, Optimizer>>);
// A copy on a temporary, never a rebinding of a named handle.
static_assert(std::is_assignable_v<Field, Field> && std::is_assignable_v<Field, const Field&>);
static_assert(!std::is_assignable_v<Field&, Field> &&
              !std::is_assignable_v<const Field&, const Field&>);
static_assert(std::is_copy_constructible_v<Field> && std::is_nothrow_move_constructible_v<Field>);

static_assert(refused<char> && refused<wchar_t> && refused<char8_t> && refused<char16_t> &&
              refused<char32_t>);
static_assert(refused<std::nullptr_t> && refused<void*> && refused<int*> && refused<const Widget*>);
static_assert(refused<Widget> && refused<Plain> && refused<Scoped>);
static_assert(refused<std::vector<int>> && refused<std::vector<std::string>> &&
              refused<std::array<double, 2>>);
static_assert(refused<int (&)[3]> && refused<wchar_t (&)[3]> && refused<std::wstring>);
static_assert(refused<std::set<int>> && refused<std::tuple<int, int>> &&
              refused<std::pair<std::string, int>>);
static_assert(refused<std::optional<int>> && refused<std::optional<std::string>>);
static_assert(refused<std::vector<bool>::reference>);
static_assert(refused<std::filesystem::path> && refused<std::chrono::seconds>);
static_assert(refused<std::chrono::steady_clock::time_point>);
static_assert(refused<std::map<std::string, Widget>> && refused<std::map<int, int>>);
static_assert(refused<std::map<std::string, std::vector<int>>>);

static_assert(SeriesValue<bool> && SeriesValue<int> && SeriesValue<std::uint64_t> &&
              SeriesValue<float>);
static_assert(SeriesValue<std::string> && SeriesValue<std::string_view> && SeriesValue<char[4]>);
static_assert(!SeriesValue<char> && !SeriesValue<Widget> && !SeriesValue<Dict> &&
              !SeriesValue<neptune::Datetime>);
static_assert(!SeriesValue<std::nullptr_t> && !SeriesValue<std::vector<double>>);

template <class T>
concept Appendable = requires(const Field& field, const T& value) {
    field.append(value);
};
template <class T>
concept Extendable = requires(const Field& field, const T& value) {
    field.extend(value);
};

static_assert(Appendable<double> && Appendable<std::string> && Appendable<char[4]> &&
              Appendable<bool>);
static_assert(Appendable<Dict> && Appendable<std::map<std::string, float>> &&
              Appendable<Optimizer>);
static_assert(Appendable<Celsius> && Appendable<OneWay>);
static_assert(!Appendable<char> && !Appendable<neptune::Datetime> &&
              !Appendable<std::vector<double>>);
static_assert(!Appendable<Widget> && !Appendable<std::map<std::string, Widget>> &&
              !Appendable<Field>);

static_assert(Extendable<std::vector<double>> && Extendable<std::array<float, 3>> &&
              Extendable<std::set<int>>);
static_assert(Extendable<std::vector<std::string>> && Extendable<std::vector<const char*>>);
static_assert(Extendable<std::vector<bool>> &&
              Extendable<std::map<std::string, std::vector<double>>>);
static_assert(!Extendable<int> && !Extendable<std::string> && !Extendable<char[4]>);
static_assert(!Extendable<std::vector<Widget>> && !Extendable<std::vector<char>>);

const std::string& text_of(const Value& value) {
    return std::get<std::string>(value.storage());
}

}  // namespace

TEST_CASE("field traits: a specialisation goes before NEPTUNE_DESCRIBE", "[client]") {
    const Value value(Celsius{21.5});
    CHECK(std::get<double>(value.storage()) == 21.5);
    CHECK(value.get<Celsius>().degrees == 21.5);
}

TEST_CASE("field traits: NEPTUNE_DESCRIBE goes before the table of types", "[client]") {
    const Value value(Label{});
    REQUIRE(value.is<Dict>());
    CHECK(text_of(value.get<Dict>().at("text")) == "x");
}

TEST_CASE("field traits: a type may be taught for storing only", "[client]") {
    CHECK(text_of(Value(OneWay{})) == "one way");
    CHECK_FALSE(neptune::detail::is_fetchable<OneWay>);
    CHECK(neptune::detail::is_fetchable<Celsius>);
}

TEST_CASE("field traits: NEPTUNE_DESCRIBE takes 32 members, in the order given", "[client]") {
    const Value value(Wide{});
    const auto dict = value.get<Dict>();
    REQUIRE(dict.size() == 32);
    for (std::size_t i = 0; i < 32; ++i) {
        CHECK(dict.items()[i].first == "m" + std::to_string(i + 1));
        CHECK(std::get<std::int64_t>(dict.items()[i].second.storage()) ==
              static_cast<std::int64_t>(i + 1));
    }
}
