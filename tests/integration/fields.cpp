// Paths, dictionaries, single values with their type locks, deleting, copying and reading, against
// the server.
#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <future>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

struct Optimizer {
    std::string name = "adam";
    double lr = 0.5;
};
NEPTUNE_DESCRIBE(Optimizer, name, lr)

struct Config {
    int batch_size = 64;
    bool shuffle = true;
    Optimizer optimizer;
};
NEPTUNE_DESCRIBE(Config, batch_size, shuffle, optimizer)

std::string repeated(int count, const std::string& text) {
    std::string result;
    for (int i = 0; i < count; ++i) result += text;
    return result;
}

/// What an error says, or nothing.
template <class Expected, class Function>
std::string words_of(Function function) {
    try {
        function();
    } catch (const Expected& error) {
        return error.what();
    }
    return {};
}

/// Holds back what carries data until it is opened, so that everything meanwhile becomes one batch.
class Gate {
public:
    explicit Gate(World& world) {
        world.route([opened = opened_.get_future().share()](Flight& flight) {
            if (flight.carries_data()) opened.wait();
            return flight.deliver();
        });
    }
    ~Gate() { open(); }
    void open() {
        if (!std::exchange(is_open_, true)) opened_.set_value();
    }

private:
    std::promise<void> opened_;
    bool is_open_ = false;
};

}  // namespace

// --- paths and structure

TEST_CASE("fields: a path is its parts without the empty ones, however it is spelled",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::debug});
    std::mt19937 random(1);
    for (int round = 0; round < 500; ++round) {
        std::string spelled, plain;
        bool begun = false;
        for (auto length = random() % 12; length > 0; --length) {
            const char c = "//ab"[random() % 4];
            spelled += c;
            if (c == '/') {
                begun = false;
                continue;
            }
            if (!begun && !plain.empty()) plain += '/';
            begun = true;
            plain += c;
        }
        CAPTURE(spelled);
        CHECK(run[spelled].path() == plain);
        CHECK(run["x"][spelled].path() == (plain.empty() ? "x" : "x/" + plain));
    }
}

TEST_CASE("fields: handles are made without a request, and all spellings are one field",
          "[integration]") {
    World world;
    const auto run = world.run();
    const auto handle = run["a"]["/b/"];
    const auto before = world.requests();
    CHECK(run["a/b"].path() == handle.path());
    CHECK(handle.to_string() == "<Unassigned field at \"a/b\">");
    CHECK_FALSE(handle.exists());
    CHECK(world.requests() == before);
    run["//a///b/"] = 1;
    CHECK(handle.to_string() == "<Integer field at \"a/b\">");
    CHECK(run["a"].to_string() == "<Namespace field at \"a\">");
    run.wait();
    CHECK(handle.fetch<int>() == 1);
    CHECK(handle.object() == run.core());
    CHECK(&run.root() == &run);
    CHECK(run["a/b"].root().path().empty());
    run["a/b"].root()["c"] = 2;
    CHECK(run.exists("c"));
}

TEST_CASE("fields: a path is a field or a namespace, never both", "[integration]") {
    World world;
    const auto run = world.run();
    run["a/b"] = 1;
    CHECK(words_of<MetadataInconsistency>([&] { run["a/b/c"] = 1; }) ==
          "cannot write a/b/c: a/b is a field (Integer), not a namespace; use another path, or "
          "erase a/b first");
    CHECK(words_of<MetadataInconsistency>([&] { run["a"] = 1; }) ==
          "cannot write a: it is a namespace, there are fields below it; use another path, or "
          "assign a dictionary");
    CHECK_THROWS_AS(run["a/b/c"].append(1), MetadataInconsistency);
    CHECK_THROWS_AS(run["a"].append("text"), MetadataInconsistency);
    CHECK_THROWS_AS((run["a/b"] = {{"c", 1}}), MetadataInconsistency);
    CHECK_THROWS_AS(run["a"].configure({.unit = "m"}), MetadataInconsistency);
    CHECK_THROWS_AS(run[""] = 1, InvalidPathError);
    CHECK_THROWS_AS(run["//"].append(1), InvalidPathError);
    CHECK_THROWS_AS(run["line\nbreak"], InvalidPathError);
    CHECK_THROWS_AS(run[std::string(1025, 'x')], InvalidPathError);
    CHECK_THROWS_AS(run[repeated(65, "x/")], InvalidPathError);
    run[repeated(64, "x/")] = 1;
    run.wait();
    CHECK(world.errors.all().empty());
    CHECK_FALSE(run.exists("a/b/c"));
    CHECK(run.exists("a"));
    CHECK_FALSE(run.exists("a/"s + std::string(2000, 'x')));
}

TEST_CASE("fields: the structure is printed sorted, four spaces a level", "[integration]") {
    World world;
    const auto run = world.run();
    run["zz"] = true;
    run["params"] = {{"lr", 0.5}, {"layers", {{"second", "relu"}, {"first", 64}}}};
    run["loss"].append(1);
    run["lines"].append("text");
    run["at"] = std::chrono::system_clock::now();
    run.erase("sys/description");
    std::ostringstream out;
    run.print_structure(out);
    const auto text = out.str();
    CHECK(text.substr(0, text.find("'sys'")) ==
          "'at': Datetime\n"
          "'lines': StringSeries\n"
          "'loss': FloatSeries\n"
          "'params':\n"
          "    'layers':\n"
          "        'first': Integer\n"
          "        'second': String\n"
          "    'lr': Float\n");
    CHECK_THAT(text,
               ContainsSubstring("'sys':\n    'creation_time': Datetime\n    'failed': Boolean\n"));
    CHECK_THAT(text, ContainsSubstring("    'state': RunState\n    'tags': StringSet\n"));
    CHECK(text.substr(text.size() - 14) == "'zz': Boolean\n");
    CHECK(run.structure().find("params/layers")->children().size() == 2);
}

// --- dictionaries

TEST_CASE("fields: a dictionary is one field per leaf, merged into what is there",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["p"] = {{"a", 1}, {"deep/er", 2.5}, {"n", {{"m", "text"}, {"empty", Dict{}}}}};
    run["p"] = {{"a", 2}, {"b", true}};
    run["p"] = Dict{};
    run.assign({{"top", 1}, {"p", {{"c", 3}}}});
    run["pair"] = {{"a", "b"}, {"c", "d"}};
    run["map"] = std::map<std::string, std::map<std::string, double>>{{"x", {{"y", 0.5}}}};
    run.wait();
    CHECK(run["p"].fetch<Dict>().size() == 5);
    CHECK(run["p/a"].fetch<int>() == 2);
    CHECK(run["p/deep/er"].fetch<double>() == 2.5);
    CHECK(run["p/n/m"].fetch<std::string>() == "text");
    CHECK(run["p/b"].fetch<bool>());
    CHECK(run["p/c"].fetch<int>() == 3);
    CHECK(run["top"].fetch<int>() == 1);
    CHECK(run["pair/c"].fetch<std::string>() == "d");
    CHECK(run["map/x/y"].fetch<double>() == 0.5);
    CHECK(world.errors.all().empty());
}

TEST_CASE("fields: a key that names nothing is dropped with a warning, the rest is written",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["p"] = {{"", 1}, {"/", 2}, {"a", 3}};
    run["s"].append({{"//", 1}, {"a", 2}});
    run["e"].extend(std::map<std::string, std::vector<double>>{{"/", {1}}, {"a", {2}}});
    run.wait();
    CHECK(run["p"].fetch<Dict>().size() == 1);
    CHECK(values_of(run, "s/a") == std::vector<double>{2});
    CHECK(values_of(run, "e/a") == std::vector<double>{2});
    world.errors.await(ErrorCode::invalid_argument, 4);
    CHECK_THAT(world.errors.text(ErrorCode::invalid_argument),
               ContainsSubstring("the dictionary key '' below 'p' names no field and was dropped"));
}

TEST_CASE("fields: an error in the middle of a dictionary leaves the earlier leaves written",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["p/b"] = "text";
    CHECK_THROWS_AS((run["p"] = {{"a", 1}, {"b", 2}, {"c", 3}}), MetadataInconsistency);
    run.wait();
    CHECK(run["p/a"].fetch<int>() == 1);
    CHECK(run["p/b"].fetch<std::string>() == "text");
    CHECK_FALSE(run.exists("p/c"));
}

TEST_CASE("fields: a described struct is a namespace, and is read back as a struct",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    run["config"] =
        Config{.batch_size = 7, .shuffle = false, .optimizer = {.name = "sgd", .lr = 0.25}};
    CHECK(run["config/optimizer/lr"].fetch<double>() == 0.25);
    const auto back = run["config"].fetch<Config>();
    CHECK(back.batch_size == 7);
    CHECK_FALSE(back.shuffle);
    CHECK(back.optimizer.name == "sgd");
    run.assign(Optimizer{});
    CHECK(run["name"].fetch<std::string>() == "adam");
}

// --- single values

TEST_CASE("fields: the last assignment wins", "[integration]") {
    World world;
    const auto run = world.run();
    for (int i = 0; i <= 2500; ++i) run["a"] = i;
    run.wait();
    CHECK(run["a"].fetch<int>() == 2500);
}

TEST_CASE("fields: an integer has 32 bits; beyond it is skipped, and the field does not come to be",
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

TEST_CASE("fields: on_int_overflow stores a Float or throws", "[integration]") {
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

TEST_CASE("fields: floats are kept to the last bit", "[integration]") {
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

TEST_CASE("fields: what is not finite is skipped, thrown, or stored as text", "[integration]") {
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

TEST_CASE("fields: a string has 16384 code points; a longer one is cut between two",
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

TEST_CASE("fields: bytes that are no UTF-8 count as one character each and are replaced",
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

TEST_CASE("fields: a datetime is cut to milliseconds, downwards, also before 1970",
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

TEST_CASE("fields: the type of a field is locked until it is erased", "[integration]") {
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

TEST_CASE("fields: tags are added, removed, replaced and cleared", "[integration]") {
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

// --- reading

TEST_CASE("fields: a namespace and the object are fetched as nested single values",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["a"] = {{"int", 1},    {"float", 0.5},          {"bool", true},
                {"text", "x"}, {"time", Datetime(7ms)}, {"n", {{"m", 2}}}};
    run["a/series"].append(1);
    run["a/lines"].append("x");
    run["a-b"] = 1;  // sorts between "a" and "a/…"
    run["sys/tags"].add("t");
    run.wait();
    const auto before = world.requests();
    const auto space = run["a"].fetch<Dict>();
    CHECK(world.requests() == before + 1);
    CHECK(space.size() == 6);
    CHECK(space.at("n/m").get<int>() == 2);
    CHECK(space.at("time").get<Datetime>() == Datetime(7ms));
    const auto whole = run.fetch();
    CHECK(whole.at("a/float").get<double>() == 0.5);
    CHECK(whole.at("a-b").get<int>() == 1);
    CHECK(whole.at("sys/id").get<std::string>() == "TEST-1");
    CHECK(whole.at("sys/state").get<RunState>() == RunState::active);
    CHECK(whole.at("sys").get<Dict>().find("tags") == nullptr);
    const auto numbers = run["a/n"].fetch<std::map<std::string, int>>();
    CHECK(numbers == std::map<std::string, int>{{"m", 2}});
}

TEST_CASE("fields: fetching says what is missing, not there yet, or of another type",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["a"] = 1;
    run.wait();
    CHECK(words_of<MissingField>([&] { static_cast<void>(run["none"].fetch()); }) ==
          "there is no field none; check the spelling; call sync() if another process made it");
    CHECK(words_of<TypeMismatch>([&] { static_cast<void>(run["a"].fetch<double>()); }) ==
          "the value is an Integer, not a Float; fetch it as the type that the field has");
    CHECK(words_of<TypeMismatch>([&] { static_cast<void>(run["a"].fetch<std::string>()); }) ==
          "the value is an Integer, not a String; fetch it as the type that the field has");
    CHECK(run["a"].fetch().get<int>() == 1);
    CHECK(run["a"].fetch<Value>().is<std::int64_t>());
    CHECK(run["none"].fetch_as<int>(7) == 7);
    CHECK(run["a"].fetch_as<int>(7) == 1);
    CHECK_THROWS_AS(run["none"].fetch_values<double>(), MissingField);
    CHECK_THROWS_AS(run["none"].fetch_last<std::string>(), MissingField);
    Gate gate(world);
    run["late"] = 2;
    CHECK(words_of<FetchAttributeNotFound>([&] { static_cast<void>(run["late"].fetch()); }) ==
          "the server has no field late of the type asked for; call wait() before fetching what "
          "was just logged");
    CHECK(run["late"].fetch_as<int>(7) == 7);
    gate.open();
    run.wait();
    CHECK(run["late"].fetch<int>() == 2);
}

TEST_CASE("fields: the state of a run and its git reference can be fetched", "[integration]") {
    World world;
    world.route([&world](Flight& flight) {
        if (flight.request.method != "POST" || !flight.to("/leaderboard/v1/experiments"))
            return flight.deliver();
        // What a client with a repository sends.
        auto request = flight.request;
        auto body = nlohmann::json::parse(request.body);
        body["gitInfo"] = {{"commit",
                            {{"commitId", "c0ffee"},
                             {"message", "Fix it"},
                             {"authorName", "Ada"},
                             {"authorEmail", "ada@example.org"},
                             {"commitDate", "2024-01-02T03:04:05.678Z"}}},
                           {"repositoryDirty", true},
                           {"currentBranch", "main"},
                           {"remotes", {"origin"}}};
        request.body = body.dump();
        return world.server.answer(request);
    });
    const auto run = world.run();
    CHECK(run["sys/state"].fetch<RunState>() == RunState::active);
    CHECK_THROWS_AS(run["sys/state"].fetch<std::string>(), TypeMismatch);
    const auto git = run["source_code/git"].fetch<GitInfo>();
    CHECK(git.commit_id == "c0ffee");
    CHECK(git.author_email == "ada@example.org");
    CHECK(git.commit_date == Datetime(1'704'164'645'678ms));
    CHECK(git.dirty);
    CHECK(git.branch == "main");
    CHECK(git.remotes == std::vector<std::string>{"origin"});
    CHECK(run["source_code"].fetch<Dict>().empty());
    CHECK_THROWS_AS(world.look_at(OpenProject{})["source_code/git"].fetch<GitInfo>(), MissingField);
}

// --- deleting

TEST_CASE("fields: fields and whole namespaces are erased with their data", "[integration]") {
    World world;
    const auto run = world.run();
    run["a/b/c"] = 1;
    run["a/b/d"].append(1);
    run["a/e"] = "x";
    run["ab"] = 1;
    run["gone"] = 1;
    run.wait();
    run["a/b"].erase();
    run.pop("gone");
    CHECK_FALSE(run.exists("a/b"));
    CHECK(run.exists("a"));
    run["a"].pop("e");
    CHECK_FALSE(run.exists("a"));
    run.wait();
    const auto view = world.look(run);
    CHECK_FALSE(view.exists("a"));
    CHECK_FALSE(view.exists("gone"));
    CHECK(view["ab"].fetch<int>() == 1);
    CHECK(words_of<MetadataInconsistency>([&] { run["a"].erase(); }) ==
          "cannot erase a: there is no such field or namespace; call sync() if another process "
          "made it");
    CHECK_THROWS_AS(run[""].erase(), InvalidPathError);
    run["a/b/d"].append(5);  // a new series
    run.wait();
    CHECK(run["a/b/d"].fetch_values<double>().at(0).step == 0);
}

TEST_CASE("fields: what is erased and made again in one batch arrives in this order",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["field"] = 1;
    run["space/x"] = 1;
    run["space/y/z"] = 1;
    run["other"] = 1;
    run["points"].extend({1, 2, 3});
    run.wait();
    Gate gate(world);
    run["first"] = 1;  // is on its way while the others gather behind it
    run["field"].erase();
    run["field/below"] = 2;
    run["space"].erase();
    run["space"] = "a field now";
    run["other"].erase();
    run["other"] = "text";
    run["points"].erase();
    run["points"].append(9);
    run["never/sent"] = 1;
    run["never/sent"].erase();
    run["never"] = 2;
    run["never"].erase();
    gate.open();
    run.wait();
    CHECK(world.errors.all().empty());
    CHECK(run["field/below"].fetch<int>() == 2);
    CHECK(run["space"].fetch<std::string>() == "a field now");
    CHECK(run["other"].fetch<std::string>() == "text");
    CHECK(values_of(run, "points") == std::vector<double>{9});
    CHECK_FALSE(world.look(run).exists("never"));
}

// --- copying

TEST_CASE("fields: a copy takes the value that the server has when its turn comes",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["source"] = {
        {"int", 1}, {"float", 0.5}, {"bool", true}, {"text", "x"}, {"time", Datetime(-7ms)}};
    for (const auto* name : {"int", "float", "bool", "text", "time"})
        run["copy"][name] = run["source"][name];
    run["source/int"] = 2;
    run["again"].assign(run["source/int"], {.wait = true});
    CHECK(run["copy/int"].fetch<int>() == 1);
    CHECK(run["copy/float"].fetch<double>() == 0.5);
    CHECK(run["copy/bool"].fetch<bool>());
    CHECK(run["copy/text"].fetch<std::string>() == "x");
    CHECK(run["copy/time"].fetch<Datetime>() == Datetime(-7ms));
    CHECK(run["again"].fetch<int>() == 2);
    run["dict"] = {{"a", run["source/int"]}, {"b", 3}};
    run.wait();
    CHECK(run["dict/a"].fetch<int>() == 2);
    CHECK(world.errors.all().empty());
}

TEST_CASE("fields: copies come from other objects too", "[integration]") {
    World world;
    const auto source = world.run({.mode = Mode::sync});
    const auto project = world.project();
    const auto model = world.model({.key = "M"});
    source["lr"] = 0.5;
    project["best"] = source["lr"];
    project.wait();
    model["from"] = project["best"];
    model.wait();
    CHECK(model["from"].fetch<double>() == 0.5);
    model["id"] = source["sys/id"];
    model.wait();
    CHECK(model["id"].fetch<std::string>() == "TEST-1");
}

TEST_CASE("fields: only single values are copied, and only onto their own type", "[integration]") {
    World world;
    const auto run = world.run();
    run["a"] = 1;
    run["series"].append(1);
    run["space/x"] = 1;
    run["text"] = "x";
    CHECK(words_of<MetadataInconsistency>([&] { run["b"] = run["series"]; }) ==
          "cannot copy series: it is a FloatSeries, and only single values can be copied");
    CHECK_THROWS_AS(run["b"] = run["space"], MetadataInconsistency);
    CHECK_THROWS_AS(run["b"] = run["sys/tags"], MetadataInconsistency);
    CHECK_THROWS_AS(run["b"] = run["none"], MissingField);
    CHECK_THROWS_AS(run["text"] = run["a"], MetadataInconsistency);
    CHECK_THROWS_AS(run["a/b"] = run["a"], MetadataInconsistency);
    CHECK_FALSE(run.exists("b"));
    run.wait();
    const auto other = world.run({.with_id = id_of(run), .mode = Mode::sync});
    other["a"].erase();
    run["gone"] = run["a"];  // known here, but not on the server any more
    run["after"] = 1;
    run.wait();
    world.errors.await(ErrorCode::copy_source_unreadable);
    CHECK_THAT(world.errors.text(ErrorCode::copy_source_unreadable),
               ContainsSubstring("cannot copy a to gone"));
    CHECK(run["after"].fetch<int>() == 1);
}
