// The five modes.
#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <neptune/core/files.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <future>
#include <set>
#include <string>
#include <vector>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;

// --- which mode

TEST_CASE("modes: NEPTUNE_MODE decides where no mode is given, and only there", "[integration]") {
    World world;
    const auto id = id_of(world.run());
    {
        const Variable mode("NEPTUNE_MODE", "fast");
        CHECK(words_of<InvalidArgument>([&] { world.run(); }) ==
              "NEPTUNE_MODE is 'fast'; use async, sync, offline, read-only or debug");
        CHECK_NOTHROW(world.run({.mode = Mode::sync}));
    }
    {
        const Variable mode("NEPTUNE_MODE", "sync");
        const auto run = world.run();
        CHECK(world.queues("sync").size() == 1);
    }
    {
        const Variable mode("NEPTUNE_MODE", "offline");
        CHECK_THAT(id_of(world.run()), ContainsSubstring("offline/"));
        CHECK_THAT(words_of<ConfigError>([&] { world.model({.key = "M"}); }),
                   ContainsSubstring("is NEPTUNE_MODE set?"));
        CHECK_THROWS_AS(world.project(), ConfigError);
    }
    {
        const Variable mode("NEPTUNE_MODE", "debug");
        CHECK(id_of(world.run()) == "OFFLINE-1");
    }
    {
        const Variable mode("NEPTUNE_MODE", "read-only");
        CHECK_THROWS_AS(world.run(), NeedExistingRunForReadOnlyMode);
        CHECK(id_of(world.run({.with_id = id})) == id);
    }
    const Variable mode("NEPTUNE_MODE", "");
    const auto run = world.run();
    CHECK(world.queues("async").size() == 1);
}

TEST_CASE("modes: async calls return before the server has anything", "[integration]") {
    World world;
    std::promise<void> gate;
    const auto opened = gate.get_future().share();
    const auto run = world.run();
    world.route([opened](Flight& flight) {
        if (flight.carries_data()) opened.wait();
        return flight.deliver();
    });
    run["a"] = 1;
    run["loss"].append(0.5);
    CHECK_FALSE(world.look(run).exists("a"));
    gate.set_value();
    run.wait();
    CHECK(world.look(run)["a"].fetch<int>() == 1);
}

TEST_CASE(
    "modes: sync calls return when the server has stored their data, and throw what it refuses",
    "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    const auto other = world.run({.with_id = id_of(run), .mode = Mode::sync});
    run["a"] = 1;
    CHECK(world.look(run)["a"].fetch<int>() == 1);
    // The other one does not know of the field: only the server can refuse.
    CHECK_THROWS_AS(other["a"] = "text", MetadataInconsistency);
    CHECK(world.look(run)["a"].fetch<int>() == 1);
    CHECK(world.errors.all().empty());
}

// --- offline

TEST_CASE("modes: offline keeps everything on disk, without token, project or network",
          "[integration]") {
    World world;
    const Variable token("NEPTUNE_API_TOKEN", nullptr);
    const Variable project("NEPTUNE_PROJECT", nullptr);
    const Variable data("NEPTUNE_DATA_DIRECTORY", world.directory.path.c_str());
    CapturedStderr captured;
    std::string url;
    {
        const auto run = init_run({.mode = Mode::offline});
        run["a"] = 1;
        run["loss"].append(0.5);
        run.wait();
        url = run.url();
        CHECK(id_of(run) == url);
    }
    CHECK_THAT(captured.text(), ContainsSubstring("logging offline as " + url));
    const auto left = world.queues("offline");
    REQUIRE(left.size() == 1);
    CHECK(left[0].find("run__" + url.substr(std::string("offline/").size()) + "__") == 0);
    CHECK(world.queues("async").empty());
}

TEST_CASE("modes: the directory of an offline run says how to make it later", "[integration]") {
    World world;
    const auto metadata = [&world](const InitRun& options) {
        const auto before = world.queues("offline");
        world.run(options).stop();
        for (const auto& name : world.queues("offline"))
            if (std::find(before.begin(), before.end(), name) == before.end())
                return nlohmann::json::parse(*core::read_file(world.queue_directory("offline") +
                                                              "/" + name + "/metadata.json"));
        return nlohmann::json();
    };
    const auto plain = metadata({.mode = Mode::offline});
    CHECK(plain["mode"] == "offline");
    CHECK(plain["containerType"] == "run");
    CHECK(plain["structureVersion"] == 3);
    CHECK(plain["containerId"].get<std::string>().size() == 36);
    CHECK_FALSE(plain.contains("customId"));
    CHECK(metadata({.custom_run_id = "mine", .mode = Mode::offline})["customId"] == "mine");
    const Variable variable("NEPTUNE_CUSTOM_RUN_ID", "variable");
    CHECK(metadata({.mode = Mode::offline})["customId"] == "variable");
    CHECK(world.requests() == 0);
}

TEST_CASE("modes: nothing can be fetched offline, neither a field nor a namespace nor the object",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::offline});
    run["a/b"] = 1;
    run["loss"].append(1);
    CHECK_THROWS_AS(run["a/b"].fetch(), OfflineModeError);
    CHECK_THROWS_AS(run["a"].fetch(), OfflineModeError);
    CHECK_THROWS_AS(run.fetch(), OfflineModeError);
    CHECK_THROWS_AS(run["loss"].fetch_last<double>(), OfflineModeError);
    CHECK_THROWS_AS(run["loss"].fetch_values<double>(), OfflineModeError);
    CHECK_THROWS_AS(run.sync(), OfflineModeError);
    CHECK(run.exists("a"));
    CHECK_THROWS_AS(run["a/b"] = "text", MetadataInconsistency);  // its own fields it knows
    CHECK_THROWS_AS(world.run({.with_id = "TEST-1", .mode = Mode::offline}), RunNotFound);
}

// --- read-only

TEST_CASE("modes: read-only drops every kind of write with one warning for the process",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    run["a"] = 1;
    run["loss"].append(1);
    run["sys/tags"].add("first");
    const auto view =
        world.run({.with_id = id_of(run), .mode = Mode::read_only, .tags = {"second"}});
    view["a"] = 2;
    view["a"] = "of another type";
    view["b"] = Dict{{"c", 1}};
    view["loss"].append(2);
    view["loss"].extend({3.0, 4.0});
    view["loss"].configure({.unit = "m"});
    view["loss"].clear();
    view["sys/tags"].add("third");
    view["sys/tags"].remove("first");
    view["a"].erase();
    view.erase("loss");
    view.wait();
    const auto another = world.run({.with_id = id_of(run), .mode = Mode::read_only});
    another["a"] = 3;
    world.errors.await(ErrorCode::read_only_mode);
    CHECK(world.errors.count(ErrorCode::read_only_mode) == 1);
    CHECK(world.errors.text(ErrorCode::read_only_mode) ==
          "nothing is saved in read-only mode; open the object in another mode to write");
    CHECK(view["a"].fetch<int>() == 1);
    CHECK(values_of(view, "loss") == std::vector<double>{1});
    CHECK(view["sys/tags"].fetch<std::set<std::string>>() == std::set<std::string>{"first"});
    CHECK_FALSE(world.look(run).exists("b"));
    CHECK(world.queues("async").empty());
}

TEST_CASE("modes: read-only needs something that exists", "[integration]") {
    World world;
    world.model({.key = "M"}).stop();
    CHECK_THROWS_AS(world.run({.mode = Mode::read_only}), NeedExistingRunForReadOnlyMode);
    CHECK_THROWS_AS(world.model({.key = "M", .mode = OnlineMode::read_only}),
                    NeedExistingModelForReadOnlyMode);
    CHECK_THROWS_AS(world.version({.model = "TEST-M", .mode = OnlineMode::read_only}),
                    NeedExistingModelVersionForReadOnlyMode);
    CHECK_THROWS_AS(world.look_at(OpenRun{}), NeedExistingRunForReadOnlyMode);
    CHECK(id_of(world.project({.mode = OnlineMode::read_only})) == "TEST");
    CHECK(world.look_at(OpenProject{})["sys/id"].fetch<std::string>() == "TEST");
    CHECK(world.look_at(OpenModel{.with_id = "TEST-M"})["sys/id"].fetch<std::string>() == "TEST-M");
}

TEST_CASE("modes: what is opened read-only keeps no run alive and changes nothing on the server",
          "[integration]") {
    World world;
    auto run = world.run();
    run.stop();
    const auto pings = world.requests("/attributes/ping");
    world.run({.with_id = id_of(run), .mode = Mode::read_only}).stop();
    CHECK(world.look(run)["sys/state"].fetch<RunState>() == RunState::inactive);
    CHECK(world.requests("/attributes/ping") == pings);
}

// --- debug

TEST_CASE("modes: debug needs no token, no project, no network and no directory", "[integration]") {
    World world;
    const Variable token("NEPTUNE_API_TOKEN", nullptr);
    const Variable project_name("NEPTUNE_PROJECT", nullptr);
    const Variable data("NEPTUNE_DATA_DIRECTORY", world.directory.path.c_str());
    CapturedStderr captured;
    {
        const auto run = init_run({.mode = Mode::debug});
        const auto model = init_model({.key = "FOREST", .mode = OnlineMode::debug});
        const auto made_version =
            init_model_version({.model = "OFFLINE-FOREST", .mode = OnlineMode::debug});
        const auto project = init_project({.mode = OnlineMode::debug});
        CHECK(id_of(run) == "OFFLINE-1");
        CHECK(id_of(model) == "OFFLINE-FOREST");
        CHECK(id_of(made_version) == "OFFLINE-FOREST-1");
        CHECK(id_of(project) == "OFFLINE");
        run["a"] = 1;
        made_version.change_stage(Stage::staging);
        CHECK(made_version["sys/stage"].fetch<std::string>() == "staging");
    }
    CHECK(captured.text().empty());
    CHECK(core::list_directory(world.directory.path).empty());
}

TEST_CASE("modes: debug keeps fields in memory under the rules of the server", "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::debug, .name = "named", .tags = {"t"}});
    run["params"] = {{"lr", 0.5}, {"layers", {{"first", 64}}}};
    run["loss"].extend({0.5, 0.25});
    run["loss"].append(0.125, {.step = 10});
    run["lines"].append("hello");
    run["copy"] = run["params/lr"];
    CHECK(run["params/lr"].fetch<double>() == 0.5);
    CHECK(run["params"].fetch<Dict>().at("layers/first").get<int>() == 64);
    CHECK(run.fetch().at("copy").get<double>() == 0.5);
    CHECK(run.fetch().find("loss") == nullptr);
    CHECK(values_of(run, "loss") == std::vector<double>{0.5, 0.25, 0.125});
    CHECK(run["loss"].fetch_values<double>().back().step == 10);
    CHECK(run["lines"].fetch_last<std::string>() == "hello");
    CHECK(run["sys/name"].fetch<std::string>() == "named");
    CHECK(run["sys/tags"].fetch<std::set<std::string>>() == std::set<std::string>{"t"});
    CHECK(run["sys/state"].fetch<RunState>() == RunState::active);
    CHECK_FALSE(run["sys/failed"].fetch<bool>());
    CHECK_THROWS_AS(run["loss"].append(1, {.step = 10}), MetadataInconsistency);
    CHECK_THROWS_AS(run["sys/id"] = "x", MetadataInconsistency);
    CHECK_THROWS_AS(run["params/lr"] = "x", MetadataInconsistency);
    run["params"].erase();
    CHECK_FALSE(run.exists("params"));
    CHECK_THROWS_AS(run["params/lr"].fetch(), MissingField);
    run["params"] = "now a field";
    CHECK(run["params"].fetch<std::string>() == "now a field");
    run.sync();
    CHECK(world.requests() == 0);
}

TEST_CASE("modes: debug knows no object of the server", "[integration]") {
    World world;
    CHECK_THROWS_AS(world.run({.with_id = "TEST-1", .mode = Mode::debug}), RunNotFound);
    CHECK_THROWS_AS(world.model({.with_id = "TEST-M", .mode = OnlineMode::debug}), ModelNotFound);
    CHECK_THROWS_AS(world.version({.with_id = "TEST-M-1", .mode = OnlineMode::debug}),
                    ModelVersionNotFound);
}

// --- custom run IDs
