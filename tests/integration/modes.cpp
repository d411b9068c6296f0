// The five modes, what the environment decides, custom run IDs, and the first fields of new
// objects.
#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <future>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;

namespace {

/// The server's answer with its JSON body changed.
http::Reply changed(Flight& flight, const std::function<void(nlohmann::json&)>& change) {
    auto reply = flight.deliver();
    auto body = nlohmann::json::parse(reply.body);
    change(body);
    reply.body = body.dump();
    return reply;
}

/// A way on which the client configuration is changed.
Way with_configuration(const std::function<void(nlohmann::json&)>& change) {
    return [change](Flight& flight) {
        return flight.to("/clients/config") ? changed(flight, change) : flight.deliver();
    };
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

}  // namespace

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

TEST_CASE("modes: a custom run ID makes a run, later resumes it, and rewrites nothing then",
          "[integration]") {
    World world;
    std::string id;
    {
        const auto first =
            world.run({.custom_run_id = "night", .name = "first", .description = "long"});
        id = id_of(first);
        first["sys/failed"] = true;
        first["sys/hostname"] = "elsewhere";
    }
    {
        const auto second = world.run({.custom_run_id = "night", .tags = {"again"}});
        CHECK(id_of(second) == id);
        const auto third = world.run({.custom_run_id = "night"});  // at the same time
        CHECK(id_of(third) == id);
    }
    CHECK(id_of(world.run({.custom_run_id = "day"})) != id);
    const auto view = world.look_at(OpenRun{.custom_run_id = "night"});
    CHECK(view["sys/id"].fetch<std::string>() == id);
    CHECK(view["sys/custom_run_id"].fetch<std::string>() == "night");
    CHECK(view["sys/name"].fetch<std::string>() == "first");
    CHECK(view["sys/description"].fetch<std::string>() == "long");
    CHECK(view["sys/hostname"].fetch<std::string>() == "elsewhere");
    CHECK(view["sys/failed"].fetch<bool>());
    CHECK(view["sys/tags"].fetch<std::set<std::string>>() == std::set<std::string>{"again"});
}

TEST_CASE("modes: reading by custom run ID never makes a run", "[integration]") {
    World world;
    CHECK_THROWS_AS(world.look_at(OpenRun{.custom_run_id = "none"}), RunNotFound);
    CHECK_THROWS_AS(world.run({.custom_run_id = "none", .mode = Mode::read_only}), RunNotFound);
    CHECK(id_of(world.run()) == "TEST-1");
    const auto run = world.run({.custom_run_id = "some/thing %41"});  // any characters
    CHECK(id_of(world.run({.custom_run_id = "some/thing %41", .mode = Mode::read_only})) ==
          id_of(run));
}

TEST_CASE("modes: a custom run ID may have 36 characters; a longer one is ignored with a warning",
          "[integration]") {
    World world;
    world.prints = true;
    const auto characters = [](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) text += "\xc3\xa9";
        return text;
    };
    CapturedStderr captured;
    world.run({.custom_run_id = characters(36)}).stop();
    world.run({.custom_run_id = characters(37)}).stop();
    world.run({.custom_run_id = characters(37)}).stop();
    CHECK_THAT(captured.text(),
               ContainsSubstring("[neptune] [warning] the custom run ID is longer than 36 "
                                 "characters and is ignored\n"));
    CHECK(world.look_at(OpenRun{.with_id = "TEST-1"})["sys/custom_run_id"].fetch<std::string>() ==
          characters(36));
    CHECK_FALSE(world.look_at(OpenRun{.with_id = "TEST-2"}).exists("sys/custom_run_id"));
    CHECK_FALSE(world.look_at(OpenRun{.with_id = "TEST-3"}).exists("sys/custom_run_id"));
}

TEST_CASE("modes: NEPTUNE_CUSTOM_RUN_ID counts where no ID is given, and never collides",
          "[integration]") {
    World world;
    const auto plain = world.run();
    const Variable variable("NEPTUNE_CUSTOM_RUN_ID", "shared");
    const auto run = world.run();
    CHECK(id_of(world.run()) == id_of(run));
    CHECK(id_of(world.run({.with_id = id_of(plain)})) == id_of(plain));
    CHECK(id_of(world.run({.custom_run_id = "argument"})) != id_of(run));
    CHECK(world.model({.key = "M"}).url().find("/m/") != std::string::npos);  // runs only
}

TEST_CASE("modes: a run in the trash is not resumed by its custom ID, but can be read",
          "[integration]") {
    World world;
    const auto id = id_of(world.run({.custom_run_id = "old"}));
    world.route([](Flight& flight) {
        return flight.to("/leaderboard/v1/experiments")
                   ? changed(flight, [](auto& body) { body["trashed"] = true; })
                   : flight.deliver();
    });
    const auto text = words_of<NotFoundError>([&] { world.run({.custom_run_id = "old"}); });
    CHECK_THAT(text, ContainsSubstring(id + " with the custom ID old is in the trash"));
    CHECK_THAT(text, ContainsSubstring("restore it"));
    world.prints = true;
    CapturedStderr captured;
    CHECK(id_of(world.run({.custom_run_id = "old", .mode = Mode::read_only})) == id);
    CHECK_THAT(captured.text(),
               ContainsSubstring("[warning] the object " + id + " is in the trash"));
}

// --- first fields

TEST_CASE(
    "modes: a default name is written only where the server does not name, and only at creation",
    "[integration]") {
    World world;
    const bool by_server = GENERATE(true, false);
    CAPTURE(by_server);
    world.route(with_configuration(
        [by_server](auto& config) { config["sysNameSetByBackend"] = by_server; }));
    world.run().stop();
    world.model({.key = "M"}).stop();
    world.version({.model = "TEST-M"}).stop();
    CHECK(world.look_at(OpenRun{.with_id = "TEST-1"})["sys/name"].fetch<std::string>() ==
          "Untitled");
    CHECK(world.requests("/attributes/operations") ==
          (by_server ? 1 : 3));  // a run has other first fields too

    world.run({.with_id = "TEST-1", .name = "run"}).stop();
    world.model({.with_id = "TEST-M", .name = "model"}).stop();
    world.version({.with_id = "TEST-M-1", .name = "version"}).stop();
    for (int round = 0; round < 2; ++round) {
        world.run({.with_id = "TEST-1"}).stop();
        world.model({.with_id = "TEST-M"}).stop();
        world.version({.with_id = "TEST-M-1"}).stop();
        CHECK(world.look_at(OpenRun{.with_id = "TEST-1"})["sys/name"].fetch<std::string>() ==
              "run");
        CHECK(world.look_at(OpenModel{.with_id = "TEST-M"})["sys/name"].fetch<std::string>() ==
              "model");
        CHECK(world.look_at(OpenModelVersion{.with_id = "TEST-M-1"})["sys/name"]
                  .fetch<std::string>() == "version");
    }
}

TEST_CASE("modes: a new run gets description, host name and failed; a resumed one keeps them",
          "[integration]") {
    World world;
    std::string id;
    {
        const auto run = world.run();
        id = id_of(run);
        run.wait();
        CHECK(run["sys/description"].fetch<std::string>().empty());
        CHECK(run["sys/hostname"].fetch<std::string>() == core::host_name());
        CHECK_FALSE(run["sys/failed"].fetch<bool>());
        run["sys/description"] = "text";
        run["sys/failed"] = true;
    }
    const auto view = world.look_at(OpenRun{.with_id = id});
    world.run({.with_id = id}).stop();
    CHECK(view["sys/description"].fetch<std::string>() == "text");
    CHECK(view["sys/failed"].fetch<bool>());
    world.run({.with_id = id, .description = "other"}).stop();
    CHECK(view["sys/description"].fetch<std::string>() == "other");
}

TEST_CASE("modes: tags at init are added, on resume too", "[integration]") {
    World world;
    std::string id;
    {
        const auto run = world.run({.tags = {"a", "b"}});
        id = id_of(run);
    }
    world.run({.with_id = id, .tags = {"b", "c"}}).stop();
    CHECK(world.look_at(OpenRun{.with_id = id})["sys/tags"].fetch<std::set<std::string>>() ==
          std::set<std::string>{"a", "b", "c"});
}

// --- credentials, project, server

TEST_CASE("modes: init_run without arguments takes token and project from the environment",
          "[integration]") {
    World world;
    world.server.listen();
    world.server.make_project("other", "OTHER");
    const Variable token("NEPTUNE_API_TOKEN", world.server.token().c_str());
    const Variable data("NEPTUNE_DATA_DIRECTORY", world.directory.path.c_str());
    CapturedStderr captured;
    {
        const Variable project("NEPTUNE_PROJECT", "team/test");
        CHECK(id_of(init_run()) == "TEST-1");
        CHECK(id_of(init_run({.project = "team/other"})) == "OTHER-1");
    }
    const Variable project("NEPTUNE_PROJECT", nullptr);
    CHECK_THAT(
        words_of<MissingProjectName>([] { static_cast<void>(init_run()); }),
        ContainsSubstring(
            "no project was given; pass .project = \"workspace/name\", or export NEPTUNE_PROJECT; "
            "projects you know: "));
    const Variable no_token("NEPTUNE_API_TOKEN", nullptr);
    CHECK_THROWS_AS(init_run({.project = "team/test"}), MissingApiToken);
}

TEST_CASE("modes: a bare project name is enough if it is unique", "[integration]") {
    World world;
    CHECK(id_of(world.run({.project = "test"})) == "TEST-1");
    CHECK(words_of<ProjectNotFound>([&] { world.run({.project = "tes"}); }) ==
          "there is no project tes; projects you know: team/test; workspaces: team");
    CHECK(words_of<ProjectNotFound>([&] { world.run({.project = "team/none"}); }) ==
          "there is no project team/none, or you may not see it; projects you know: team/test; "
          "workspaces: team");
    world.route([](Flight& flight) {
        if (!flight.to("/api/backend/v1/projects?")) return flight.deliver();
        return changed(flight, [](auto& body) {
            auto twin = body["entries"][0];
            twin["organizationName"] = "guests";
            body["entries"].push_back(twin);
        });
    });
    CHECK(words_of<AmbiguousProjectName>([&] { world.run({.project = "test"}); }) ==
          "several projects are called test: team/test, guests/test; give the project as "
          "workspace/name");
}

TEST_CASE("modes: proxies that are no http:// addresses are refused before anything is sent",
          "[integration]") {
    World world;
    world.server.listen();
    const Variable data("NEPTUNE_DATA_DIRECTORY", world.directory.path.c_str());
    const auto open = [&world](const std::string& proxy) {
        return words_of<ConfigError>([&] {
            static_cast<void>(init_run({.project = "team/test",
                                        .api_token = world.server.token(),
                                        .proxies = {{"http", proxy}}}));
        });
    };
    CHECK_THAT(open("https://proxy:3128"), ContainsSubstring("only http:// proxies are supported"));
    CHECK_THAT(open("http://"), ContainsSubstring("'http://' is no address"));
    CHECK_THAT(open("proxy:port"),
               ContainsSubstring("check the address inside the API token, and the proxies"));
}

TEST_CASE("modes: the server may ask for other versions of the client", "[integration]") {
    World world;
    const auto versions = [&world](nlohmann::json wanted) {
        world.route(
            with_configuration([wanted](auto& config) { config["pyLibVersions"] = wanted; }));
    };
    versions({{"minCompatibleVersion", "1.15.0"}});
    CHECK_THAT(words_of<ClientUpgradeRequired>([&] { world.run(); }),
               ContainsSubstring("1.15.0 or later"));
    versions({{"maxCompatibleVersion", "1.9"}});
    CHECK_THAT(words_of<ClientUpgradeRequired>([&] { world.run(); }),
               ContainsSubstring("up to protocol version 1.9;"));
    versions({{"minCompatibleVersion", "1.14.1"}, {"maxCompatibleVersion", "1.14"}});
    CHECK_NOTHROW(world.run());
    versions({{"minRecommendedVersion", "2"}});
    world.prints = true;
    CapturedStderr captured;
    CHECK_NOTHROW(world.run());
    CHECK_THAT(captured.text(),
               ContainsSubstring(
                   "[warning] the server recommends a client of protocol version 2 or later"));
}

TEST_CASE("modes: notices of the server are printed at their level", "[integration]") {
    World world;
    world.prints = true;
    world.route([](Flight& flight) {
        auto reply = flight.deliver();
        if (flight.to("/clients/config")) {
            reply.headers.set("X-Server-Info", "hello");
            reply.headers.set("x-server-warning", "maintenance at noon");
            reply.headers.set("X-Server-Error", "half of it is broken");
        }
        return reply;
    });
    CapturedStderr captured;
    CHECK_NOTHROW(world.run());
    const auto text = captured.text();
    CHECK_THAT(text, ContainsSubstring("[neptune] [info   ] hello\n"));
    CHECK_THAT(text, ContainsSubstring("[neptune] [warning] maintenance at noon\n"));
    CHECK_THAT(text, ContainsSubstring("[neptune] [error  ] half of it is broken\n"));
}
