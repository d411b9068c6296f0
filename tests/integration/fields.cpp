// Paths, dictionaries and reading, against the server.
#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/gate.hpp"
#include "support/many.hpp"
#include "support/test_server.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <sstream>
#include <string>
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
