// Signals that stop a run from outside and end its process. Here the end is a callback;
// tests/process/remote_stop.cpp has real ones.
#include "support/catch.hpp"
#include "support/run_signals.hpp"
#include "support/test_server.hpp"

#include <chrono>
#include <future>
#include <stdexcept>
#include <string>

using namespace neptune;
using namespace support;
using namespace std::chrono_literals;

namespace {

/// Pings every few milliseconds, and notes the end of the process.
struct SignalledWorld : World {
    std::promise<void> ended;
    SignalledWorld() {
        environment.timing.ping_period = client::Seconds(0.005);
        environment.end_process = [this] { ended.set_value(); };
    }
    void await_end() {
        if (ended.get_future().wait_for(60s) != std::future_status::ready)
            throw std::runtime_error("the process was not ended");
    }
};

}  // namespace

TEST_CASE("remote_stop: stop delivers what was logged, then ends the process", "[integration]") {
    SignalledWorld world;
    auto run = world.run();
    for (int i = 0; i < 1000; ++i) run["loss"].append(i);
    const auto id = id_of(run);
    world.await_requests("/ping", 1);
    signal_run(world.server, id, "neptune/stop");
    world.await_end();
    CHECK(run.state() == State::stopped);
    const auto view = world.look_at(OpenRun{.with_id = id});
    CHECK(values_of(view, "loss").size() == 1000);
    CHECK(view["sys/failed"].fetch<bool>() == false);
}

TEST_CASE("remote_stop: abort marks the run as failed first, in any case of the word",
          "[integration]") {
    SignalledWorld world;
    auto run = world.run();
    const auto id = id_of(run);
    world.await_requests("/ping", 1);
    signal_run(world.server, id, "Neptune/ABORT", {{"seconds", 30}});
    world.await_end();
    CHECK(run.state() == State::stopped);
    CHECK(world.look_at(OpenRun{.with_id = id})["sys/failed"].fetch<bool>());
}

TEST_CASE("remote_stop: seconds limit the wait for data that cannot be sent", "[integration]") {
    SignalledWorld world;
    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.hang() : flight.deliver(); });
    auto run = world.run();
    run["n"] = 1;
    world.await_requests("/ping", 1);
    signal_run(world.server, id_of(run), "neptune/stop", {{"seconds", 0}});
    world.await_end();
    CHECK(world.queues().size() == 1);
}

TEST_CASE("remote_stop: other signals are ignored, and every process that has the run hears it",
          "[integration]") {
    SignalledWorld world;
    auto run = world.run();
    const auto id = id_of(run);
    std::promise<void> other_ended;
    world.environment.end_process = [&] { other_ended.set_value(); };
    auto other = world.run({.with_id = id});
    world.await_requests("/ping", 4);
    signal_run(world.server, id, "neptune/dance");
    run["n"] = 1;
    run.wait();
    CHECK(run.state() == State::started);
    signal_run(world.server, id, "neptune/stop");
    world.await_end();
    CHECK(other_ended.get_future().wait_for(60s) == std::future_status::ready);
    CHECK(other.state() == State::stopped);
}
