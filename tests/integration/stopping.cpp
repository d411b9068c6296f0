// How long stop() waits for a server that is slow, silent or away.
#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/many.hpp"
#include "support/test_server.hpp"

#include <chrono>
#include <string>
#include <thread>

using namespace neptune;
using namespace support;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using Kind = http::ConnectionError::Kind;

TEST_CASE("stopping: stop with a limit ends in time, whatever the server does", "[integration]") {
    World world;
    world.environment.timing.pause_scale = 1;
    const auto fault =
        GENERATE(as<std::string>(), "hangs", "refuses", "answers 503", "hangs everywhere");
    INFO(fault);
    auto run = world.run();
    run.wait();
    world.route([&](Flight& flight) -> http::Reply {
        if (fault == "hangs everywhere") return flight.hang();
        if (!flight.carries_data()) return flight.deliver();
        if (fault == "hangs") return flight.hang();
        if (fault == "refuses") return break_connection(Kind::connect);
        return reply_with(503);
    });
    run["a"] = 1;
    const auto took = seconds_of([&] { run.stop(300ms); });
    CHECK(took >= 0.29);
    CHECK(took < 5);  // generous: other work on the machine
    CHECK(run.state() == State::stopped);
    CHECK(world.queues().size() == 1);
}

TEST_CASE("stopping: stop with a limit is not held up by a farewell that hangs", "[integration]") {
    World world;
    auto run = world.run();
    run["a"] = 1;
    run.wait();
    world.await_requests("/attributes/ping", 1);
    world.route(
        [](Flight& flight) { return flight.to("/ping") ? flight.hang() : flight.deliver(); });
    CHECK(seconds_of([&] { run.stop(200ms); }) < 5);
    CHECK(world.queues().empty());
}

TEST_CASE("stopping: stop without a limit gives up when nothing moves any more", "[integration]") {
    World world;
    world.prints = true;
    world.environment.timing.stop_without_progress = client::Seconds(0.3);
    auto run = world.run({.flush_period = 10ms});
    run.wait();
    const bool hangs = GENERATE(true, false);
    world.route([hangs](Flight& flight) -> http::Reply {
        if (!flight.carries_data()) return flight.deliver();
        return hangs ? flight.hang() : break_connection(Kind::connect);
    });
    run["a"] = 1;
    if (!hangs) world.await_requests("/attributes/operations", 8);
    CapturedStderr captured;
    CHECK(seconds_of([&] { run.stop(); }) < 5);
    const auto text = captured.text();
    CHECK_THAT(text,
               ContainsSubstring(
                   "1 operation is kept on disk; run `neptune-cpp sync` to send what is left"));
    CHECK(world.queues().size() == 1);
}

TEST_CASE("stopping: stop without a limit waits as long as something moves", "[integration]") {
    World world;
    world.environment.timing.stop_without_progress = client::Seconds(2);
    world.environment.batch_operations = 10;
    auto run = world.run();
    run.wait();
    // Each batch takes less than the patience, all of them together longer.
    world.route([](Flight& flight) {
        if (flight.carries_data()) std::this_thread::sleep_for(600ms);
        return flight.deliver();
    });
    log_some(run, 50);
    CHECK(seconds_of([&] { run.stop(); }) > 2);
    CHECK(world.queues().empty());
    CHECK(values_of(world.look(run), "loss") == counted(50));
}

TEST_CASE(
    "stopping: stop tries at once, although the uploader has just been waiting for the server",
    "[integration]") {
    World world;
    world.environment.timing.first_backoff = client::Seconds(1e6);  // a thousand seconds
    world.environment.timing.longest_backoff = client::Seconds(1e6);
    auto run = world.run();
    run.wait();
    world.route([](Flight& flight) -> http::Reply {
        return flight.carries_data() ? break_connection(Kind::certificate) : flight.deliver();
    });
    run["a"] = 1;
    for (int i = 0; i < 600; ++i) run["b"].append(i);  // more than half a batch: is sent at once
    world.errors.await(ErrorCode::connection_lost);
    world.route(nullptr);
    run.stop(30s);
    CHECK(world.queues().empty());
    CHECK(world.look(run)["a"].fetch<int>() == 1);
}
