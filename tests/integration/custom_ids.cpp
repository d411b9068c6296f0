// Custom run IDs: they make a run, resume it and read it.
#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/changed_reply.hpp"
#include "support/test_server.hpp"

#include <string>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("custom ids: a custom run ID makes a run, later resumes it, and rewrites nothing then",
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

TEST_CASE("custom ids: reading by custom run ID never makes a run", "[integration]") {
    World world;
    CHECK_THROWS_AS(world.look_at(OpenRun{.custom_run_id = "none"}), RunNotFound);
    CHECK_THROWS_AS(world.run({.custom_run_id = "none", .mode = Mode::read_only}), RunNotFound);
    CHECK(id_of(world.run()) == "TEST-1");
    const auto run = world.run({.custom_run_id = "some/thing %41"});  // any characters
    CHECK(id_of(world.run({.custom_run_id = "some/thing %41", .mode = Mode::read_only})) ==
          id_of(run));
}

TEST_CASE(
    "custom ids: a custom run ID may have 36 characters; a longer one is ignored with a warning",
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

TEST_CASE("custom ids: NEPTUNE_CUSTOM_RUN_ID counts where no ID is given, and never collides",
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

TEST_CASE("custom ids: a run in the trash is not resumed by its custom ID, but can be read",
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
