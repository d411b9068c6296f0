// Single values of every type, with their limits and the lock of the type, against the server.
#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/many.hpp"
#include "support/test_server.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

using namespace neptune;
using namespace support;
using namespace std::chrono_literals;
using namespace std::string_literals;

TEST_CASE("values: the last assignment wins", "[integration]") {
    World world;
    const auto run = world.run();
    for (int i = 0; i <= 2500; ++i) run["a"] = i;
    run.wait();
    CHECK(run["a"].fetch<int>() == 2500);
}

TEST_CASE("values: an integer has 32 bits; beyond it is skipped, and the field does not come to be",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["least"] = std::numeric_limits<std::int32_t>::min();
    run["most"] = std::int64_t{2147483647};
    run["above"] = std::int64_t{2147483648};
    run["below"] = std::int64_t{-2147483649};
    run["size"] = (std::numeric_limits<std::size_t>::max)();
    run["most"] = (std::numeric_limits<std::size_t>::max)();
    run["float"] = 0.5;
    run["float"] = std::int64_t{1} << 40;
    run.wait();
    CHECK(run["least"].fetch<std::int64_t>() == -2147483648LL);
    CHECK(run["most"].fetch<std::int64_t>() == 2147483647);
    CHECK(run["float"].fetch<double>() == 1099511627776.0);
    for (const auto* path : {"above", "below", "size"}) CHECK_FALSE(run.exists(path));
    world.errors.await(ErrorCode::integer_out_of_range, 4);
    CHECK(world.errors.text(ErrorCode::integer_out_of_range) ==
          "an integer for above is outside -2147483648 ... 2147483647 and was skipped; "
          "log it as a double, or set on_int_overflow");
    run["above"] = "free for any type";
}

TEST_CASE("values: on_int_overflow stores a Float or throws", "[integration]") {
    World world;
    const auto as_float =
        world.run({.mode = Mode::sync, .on_int_overflow = OnIntOverflow::as_float});
    as_float["big"] = std::int64_t{1} << 40;
    as_float["size"] = (std::numeric_limits<std::uint64_t>::max)();
    as_float["small"] = 1;
    CHECK(as_float["big"].fetch<double>() == 1099511627776.0);
    CHECK(as_float["size"].fetch<double>() == 18446744073709551616.0);
    CHECK(as_float["small"].fetch<int>() == 1);
    CHECK_THROWS_AS(as_float["small"] = std::int64_t{1} << 40, MetadataInconsistency);
    const auto throwing =
        world.run({.mode = Mode::sync, .on_int_overflow = OnIntOverflow::throw_error});
    CHECK_THROWS_AS(throwing["big"] = std::int64_t{1} << 40, InvalidArgument);
    CHECK_FALSE(throwing.exists("big"));
    CHECK(world.errors.all().empty());
}

TEST_CASE("values: floats are kept to the last bit", "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    for (const double value :
         {0.1, -0.0, 5e-324, 1.7976931348623157e308, 1.0 / 3, 9007199254740993.0}) {
        run["a"] = value;
        const auto back = run["a"].fetch<double>();
        CHECK(back == value);
        CHECK(std::signbit(back) == std::signbit(value));
    }
    run["float"] = 0.1f;
    CHECK(run["float"].fetch<float>() == 0.1f);
}

TEST_CASE("values: what is not finite is skipped, thrown, or stored as text", "[integration]") {
    World world;
    const double nan = std::numeric_limits<double>::quiet_NaN(),
                 inf = std::numeric_limits<double>::infinity();
    {
        const auto run = world.run();
        run["nan"] = nan;
        run["points"].append(inf);
        run["kept"] = 1.0;
        run["kept"] = -inf;
        run["some"].extend({1.0, nan, 2.0});
        run.wait();
        CHECK_FALSE(run.exists("nan"));
        CHECK_FALSE(run.exists("points"));
        CHECK(run["kept"].fetch<double>() == 1.0);
        CHECK(values_of(run, "some") == std::vector<double>{1, 2});
        world.errors.await(ErrorCode::nonfinite_value, 4);
    }
    const auto throwing = world.run({.mode = Mode::sync, .on_nonfinite = OnNonfinite::throw_error});
    CHECK_THROWS_AS(throwing["a"] = nan, InvalidArgument);
    CHECK_THROWS_AS(throwing["s"].append(nan), InvalidArgument);
    CHECK_THROWS_AS(throwing["s"].append({{"a", inf}}), InvalidArgument);
    CHECK_FALSE(throwing.exists("a"));
    const auto text = world.run({.mode = Mode::sync, .on_nonfinite = OnNonfinite::as_string});
    text["values"] = {{"nan", nan}, {"inf", inf}, {"minus", -inf}};
    CHECK(text["values/nan"].fetch<std::string>() == "nan");
    CHECK(text["values/inf"].fetch<std::string>() == "inf");
    CHECK(text["values/minus"].fetch<std::string>() == "-inf");
    text["s"].append(nan);
    CHECK_FALSE(text.exists("s"));
}

TEST_CASE("values: a string has 16384 code points; a longer one is cut between two",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    run["fits"] = repeated(16384, "\xf0\x9f\x98\x80");
    run["empty"] = "";
    CHECK(world.errors.all().empty());
    run["cut"] = repeated(16385, "\xc3\xa9");
    CHECK(run["fits"].fetch<std::string>() == repeated(16384, "\xf0\x9f\x98\x80"));
    CHECK(run["cut"].fetch<std::string>() == repeated(16384, "\xc3\xa9"));
    CHECK(run["empty"].fetch<std::string>().empty());
    world.errors.await(ErrorCode::string_truncated);
    CHECK(world.errors.text(ErrorCode::string_truncated) ==
          "a text for cut is longer than the 16384 characters of a String and was cut; log long "
          "texts in parts");
}

TEST_CASE("values: bytes that are no UTF-8 count as one character each and are replaced",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    run["text"] = {{"surrogate", "\xed\xa0\x80"}, {"good", "\xe2\x82\xac"}};
    run["long"] = repeated(16384, "\xff");
    CHECK(run["text/surrogate"].fetch<std::string>() == repeated(3, "\xef\xbf\xbd"));
    CHECK(run["text/good"].fetch<std::string>() == "\xe2\x82\xac");
    CHECK(run["long"].fetch<std::string>() == repeated(16384, "\xef\xbf\xbd"));
    world.errors.await(ErrorCode::invalid_utf8, 2);
    CHECK(world.errors.count(ErrorCode::string_truncated) == 0);
    run["nul"] = std::string("a\0b", 3);
    CHECK(run["nul"].fetch<std::string>() == std::string("a\0b", 3));
}

TEST_CASE("values: a datetime is cut to milliseconds, downwards, also before 1970",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    using Nanoseconds = std::chrono::sys_time<std::chrono::nanoseconds>;
    run["after"] = Nanoseconds(1'999'999ns);
    run["before"] = Nanoseconds(-1ns);
    run["day"] = std::chrono::sys_days(std::chrono::year(1901) / 2 / 3);
    CHECK(run["after"].fetch<Datetime>() == Datetime(1ms));
    CHECK(run["before"].fetch<Datetime>() == Datetime(-1ms));
    CHECK(run["day"].fetch<std::chrono::sys_days>() ==
          std::chrono::sys_days(std::chrono::year(1901) / 2 / 3));
    CHECK_THROWS_AS(run["never"] = Datetime(std::chrono::hours(24) * 366 * 10000),
                    MetadataInconsistency);
}

TEST_CASE("values: the type of a field is locked until it is erased", "[integration]") {
    World world;
    const auto run = world.run();
    run["integer"] = 1;
    run["float"] = 0.5;
    run["bool"] = true;
    run["string"] = "text";
    run["time"] = Datetime(5ms);
    run["series"].append(1);
    run["lines"].append("text");
    run["space/a"] = 1;
    run["file"] = neptune::File::from_content("text");
    const StringSet set{{"x"}};

    CHECK(words_of<MetadataInconsistency>([&] { run["integer"] = 0.7; }) ==
          "cannot assign a Float to integer: it is an Integer; use another field, or erase this "
          "one first");
    for (const auto* path : {"integer", "float", "bool", "time", "series", "lines", "space",
                             "sys/tags", "sys/state", "file"}) {
        INFO(path);
        CHECK_THROWS_AS(run[path] = "7", MetadataInconsistency);
    }
    for (const auto* path :
         {"integer", "float", "string", "time", "series", "lines", "space", "sys/tags"}) {
        INFO(path);
        CHECK_THROWS_AS(run[path] = true, MetadataInconsistency);
    }
    for (const auto* path : {"bool", "string", "time", "series", "lines", "space", "sys/tags"}) {
        INFO(path);
        CHECK_THROWS_AS(run[path] = 0, MetadataInconsistency);
        CHECK_THROWS_AS(run[path] = 0.5, MetadataInconsistency);
    }
    for (const auto* path :
         {"integer", "float", "bool", "string", "series", "lines", "space", "sys/tags"}) {
        INFO(path);
        CHECK_THROWS_AS(run[path] = Datetime(5ms), MetadataInconsistency);
    }
    // What loses nothing is taken.
    run["float"] = 2;
    run["integer"] = 5.0;
    run["sys/tags"] = set;
    run["series"] = FloatSeries{.values = {7, 8}};
    // A method of another family.
    for (const auto* path : {"integer", "float", "bool", "string", "time", "sys/tags"}) {
        INFO(path);
        CHECK_THROWS_AS(run[path].append(1), TypeDoesNotSupportMethod);
        CHECK_THROWS_AS(run[path].append("text"), TypeDoesNotSupportMethod);
        CHECK_THROWS_AS(run[path].extend({1, 2}), TypeDoesNotSupportMethod);
        CHECK_THROWS_AS(run[path].configure({.unit = "m"}), TypeDoesNotSupportMethod);
        CHECK_THROWS_AS(run[path] = FloatSeries{.values = {1}}, TypeDoesNotSupportMethod);
        CHECK_THROWS_AS(run[path].fetch_last<double>(), TypeDoesNotSupportMethod);
        CHECK_THROWS_AS(run[path].fetch_values<std::string>(), TypeDoesNotSupportMethod);
    }
    for (const auto* path : {"integer", "float", "bool", "string", "time", "series", "lines"}) {
        INFO(path);
        CHECK_THROWS_AS(run[path].add("x"), TypeDoesNotSupportMethod);
        CHECK_THROWS_AS(run[path].remove("x"), TypeDoesNotSupportMethod);
        CHECK_THROWS_AS(run[path] = set, TypeDoesNotSupportMethod);
    }
    CHECK_THROWS_AS(run["integer"].clear(), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["series"].fetch(), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["lines"].fetch<std::string>(), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["space"].fetch_last<double>(), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["new"].add("x"), MetadataInconsistency);
    CHECK_THROWS_AS(run["new"].clear(), MissingField);
    CHECK_FALSE(run.exists("new"));

    run.wait();
    CHECK(world.errors.all().empty());
    CHECK(run["integer"].fetch<int>() == 5);
    CHECK(run["float"].fetch<double>() == 2.0);
    CHECK(run["bool"].fetch<bool>());
    CHECK(run["string"].fetch<std::string>() == "text");
    CHECK(run["time"].fetch<Datetime>() == Datetime(5ms));
    CHECK(values_of(run, "series") == std::vector<double>{7, 8});
    CHECK(run["sys/tags"].fetch<std::set<std::string>>() == std::set<std::string>{"x"});
    run["integer"].erase();
    run["integer"] = "text";
    run.wait();
    CHECK(run["integer"].fetch<std::string>() == "text");
}

TEST_CASE("values: tags are added, removed, replaced and cleared", "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    const auto tags = run["sys/tags"];
    const auto now = [&tags] { return tags.fetch<std::set<std::string>>(); };
    tags.add({"a", "b"});
    tags.add(std::vector<std::string>{"b", "\xf0\x9f\x98\x80"});
    CHECK(now() == std::set<std::string>{"a", "b", "\xf0\x9f\x98\x80"});
    tags.remove({"a", "never there"});
    CHECK(now() == std::set<std::string>{"b", "\xf0\x9f\x98\x80"});
    tags = std::set<std::string>{"new"};
    CHECK(now() == std::set<std::string>{"new"});
    tags.clear();
    CHECK(now().empty());
    tags.add(std::vector<std::string>{});
    tags = StringSet{};
    CHECK(now().empty());
    run["sys/group_tags"].add("group");
    CHECK(run["sys/group_tags"].fetch<std::set<std::string>>() == std::set<std::string>{"group"});
}
