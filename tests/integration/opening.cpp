// What opening an object takes from its options, the environment and the server.
#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/changed_reply.hpp"
#include "support/test_server.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <functional>
#include <set>
#include <string>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;

namespace {

/// A way on which the client configuration is changed.
Way with_configuration(const std::function<void(nlohmann::json&)>& change) {
    return [change](Flight& flight) {
        return flight.to("/clients/config") ? changed(flight, change) : flight.deliver();
    };
}

}  // namespace

// --- first fields

TEST_CASE(
    "opening: a default name is written only where the server does not name, and only at creation",
    "[integration]") {
    const bool by_server = GENERATE(true, false);
    CAPTURE(by_server);
    std::atomic<int> names = 0;
    World world;
    world.route([&](Flight& flight) {
        if (flight.carries_data() && flight.request.body.find("sys/name") != std::string::npos)
            ++names;
        return flight.to("/clients/config")
                   ? changed(flight,
                             [&](auto& config) { config["sysNameSetByBackend"] = by_server; })
                   : flight.deliver();
    });
    world.run().stop();
    world.model({.key = "M"}).stop();
    world.version({.model = "TEST-M"}).stop();
    CHECK(world.look_at(OpenRun{.with_id = "TEST-1"})["sys/name"].fetch<std::string>() ==
          "Untitled");
    CHECK(names == (by_server ? 0 : 3));

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

TEST_CASE("opening: a new run gets description, host name and failed; a resumed one keeps them",
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

TEST_CASE("opening: tags at init are added, on resume too", "[integration]") {
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

TEST_CASE("opening: init_run without arguments takes token and project from the environment",
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

TEST_CASE("opening: a bare project name is enough if it is unique", "[integration]") {
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

TEST_CASE("opening: proxies that are no http:// addresses are refused before anything is sent",
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

TEST_CASE("opening: the server may ask for other versions of the client", "[integration]") {
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

TEST_CASE("opening: notices of the server are printed at their level", "[integration]") {
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
