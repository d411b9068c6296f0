// What is too much: for the queue, for the disk, for a String.
#include "support/catch.hpp"
#include "support/many.hpp"
#include "support/test_server.hpp"

#include <string>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("limits: a queue that is full drops, says so once, and never throws", "[integration]") {
    World world;
    auto run = world.run({.queue_limit = 100'000});
    run.wait();
    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.hang() : flight.deliver(); });
    for (int i = 0; i < 10'000; ++i) run["loss"].append(i);
    world.errors.await(ErrorCode::queue_full);
    CHECK(world.errors.count(ErrorCode::queue_full) == 1);
    CHECK_THAT(world.errors.text(ErrorCode::queue_full),
               ContainsSubstring("the queue limit is reached"));
    run.detach();
    const auto again = world.run({.with_id = id_of(run)});
    world.route(nullptr);
    again.wait();
    const auto values = values_of(world.look(run), "loss");
    CHECK(values.size() > 100);
    CHECK(values.size() < 10'000);
    CHECK(values == counted(static_cast<int>(values.size())));  // the oldest, without a gap
}

TEST_CASE("limits: a full queue may drop the oldest points instead", "[integration]") {
    World world;
    auto run = world.run({.queue_limit = 100'000, .on_queue_full = QueueFull::drop_oldest_points});
    run.wait();
    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.hang() : flight.deliver(); });
    run["parameter"] = 5;
    for (int i = 0; i < 10'000; ++i) run["loss"].append(i, {.step = i});
    run.detach();
    const auto again = world.run({.with_id = id_of(run)});
    world.route(nullptr);
    again.wait();
    const auto values = values_of(world.look(run), "loss");
    REQUIRE(values.size() > 100);
    CHECK(values.size() < 10'000);
    CHECK(values.back() == 9'999);
    CHECK(world.look(run)["parameter"].fetch<int>() == 5);
}

TEST_CASE("limits: a disk fuller than NEPTUNE_MAX_DISK_USAGE drops; it throws only if asked to",
          "[integration]") {
    World world;
    world.environment.max_disk_usage_percent = 1e-6;
    {
        const auto run = world.run();
        CHECK_NOTHROW(run["a"] = 1);
        world.errors.await(ErrorCode::queue_full);
        CHECK_THAT(world.errors.text(ErrorCode::queue_full),
                   ContainsSubstring("the disk is fuller than allowed"));
        run.wait();
        CHECK_FALSE(world.look(run).exists("a"));
    }
    world.environment.throw_when_disk_full = true;
    CHECK_THROWS_AS(world.run(), DiskUtilizationExceeded);
}

TEST_CASE("limits: 20 MB of text are cut to what a String holds", "[integration]") {
    World world;
    const auto run = world.run();
    run["text"] = std::string(20'000'000, 'x');
    run["lines"].append(std::string(20'000'000, 'y'));
    run["sys/tags"].add(std::string(20'000'000, 'z'));  // refused by the server
    run["after"] = 1;
    run.wait();
    CHECK(run["text"].fetch<std::string>() == std::string(16'384, 'x'));
    CHECK(run["lines"].fetch_last<std::string>() == std::string(1'000, 'y'));
    CHECK(run["after"].fetch<int>() == 1);
    world.errors.await(ErrorCode::string_truncated, 2);
    world.errors.await(ErrorCode::operation_refused);
    CHECK_THAT(world.errors.text(ErrorCode::string_truncated), ContainsSubstring("16384"));
}

TEST_CASE("limits: bytes that are no UTF-8 become U+FFFD, with a warning", "[integration]") {
    World world;
    const auto run = world.run();
    run["text"] =
        "a\xff"
        "b";
    run["lines"].append("c\xc3");
    run["sys/tags"].add("d\x80");
    run["range"].append(1);
    run["range"].configure({.unit = "e\xfe"});
    run.wait();
    CHECK(run["text"].fetch<std::string>() ==
          "a\xef\xbf\xbd"
          "b");
    CHECK(run["lines"].fetch_last<std::string>() == "c\xef\xbf\xbd");
    CHECK(run["sys/tags"].fetch<std::set<std::string>>() == std::set<std::string>{"d\xef\xbf\xbd"});
    world.errors.await(ErrorCode::invalid_utf8, 4);
    run["sys/tags"].remove("d\x80", {.wait = true});
    CHECK(run["sys/tags"].fetch<std::set<std::string>>().empty());
}
