// Deleting and copying fields, against the server.
#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/gate.hpp"
#include "support/test_server.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;
using namespace std::chrono_literals;

// --- deleting

TEST_CASE("erasing: fields and whole namespaces are erased with their data", "[integration]") {
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

TEST_CASE("erasing: what is erased and made again in one batch arrives in this order",
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

TEST_CASE("erasing: a copy takes the value that the server has when its turn comes",
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

TEST_CASE("erasing: copies come from other objects too", "[integration]") {
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

TEST_CASE("erasing: only single values are copied, and only onto their own type", "[integration]") {
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
