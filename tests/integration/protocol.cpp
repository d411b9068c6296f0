// What travels between client and server, and when.
#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using neptune::State;
using support::CapturedStderr;
using support::Flight;
using support::World;

/// What goes by, as "METHOD path".
class Traffic {
public:
    explicit Traffic(World& world) {
        world.route([this](Flight& flight) {
            {
                const std::lock_guard guard(mutex_);
                const auto& target = flight.request.target;
                lines_.push_back(flight.request.method + " " + target.substr(0, target.find('?')));
            }
            return flight.deliver();
        });
    }
    [[nodiscard]] std::vector<std::string> lines() const {
        const std::lock_guard guard(mutex_);
        return lines_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

support::Way with_configuration(const std::function<void(nlohmann::json&)>& change) {
    return [change](Flight& flight) {
        auto reply = flight.deliver();
        if (flight.to("/clients/config")) {
            auto config = nlohmann::json::parse(reply.body);
            change(config);
            reply.body = config.dump();
        }
        return reply;
    };
}

}  // namespace

TEST_CASE("protocol: opening a run asks for what it needs, in the order of the Python client",
          "[integration]") {
    World world;
    const Traffic traffic(world);
    world.environment.timing.ping_period = neptune::client::Seconds(1000);
    const auto run = world.run();
    auto lines = traffic.lines();
    std::erase(lines, "POST /api/leaderboard/v1/attributes/ping");        // its own thread
    std::erase(lines, "POST /api/leaderboard/v1/attributes/operations");  // another one
    REQUIRE(lines.size() >= 5);
    CHECK(lines[0] == "GET /api/backend/v1/clients/config");
    CHECK(lines[1] == "GET /api/backend/v1/authorization/oauth-token");
    CHECK(lines[2] == "GET /api/backend/v1/projects/get");
    CHECK(lines[3] == "POST /api/leaderboard/v1/experiments");
    CHECK(lines[4] == "GET /api/leaderboard/v1/attributes");
}

TEST_CASE("protocol: the configuration may name another address than the token", "[integration]") {
    World world;
    world.route(
        with_configuration([](auto& config) { config["apiUrl"] = "http://inner.example:8080"; }));
    const auto run = world.run();
    const auto addresses = world.addresses();
    REQUIRE(addresses.size() >= 2);
    CHECK(addresses.front() == world.server.url());
    CHECK(addresses.back() == "http://inner.example:8080");
}

TEST_CASE("protocol: runs, models and versions show signs of life again and again, projects never",
          "[integration]") {
    World world;
    world.environment.timing.ping_period = neptune::client::Seconds(0.01);
    const std::string ping = "/attributes/ping";
    const auto project = world.project();
    CHECK(world.requests(ping) == 0);
    std::size_t number = 0;
    const auto three_more = [&] {
        number = world.requests(ping) + 3;
        world.await_requests(ping, number);
    };
    {
        const auto run = world.run();
        three_more();
    }
    {
        const auto model = world.model({.key = "M"});
        three_more();
    }
    {
        const auto version = world.version({.model = "TEST-M"});
        three_more();
    }
    CHECK(neptune::client::Timing().ping_period == neptune::client::Seconds(10));
}

TEST_CASE("protocol: a server that announces nothing is treated as the Python client does",
          "[integration]") {
    World world;
    world.route([](Flight& flight) {
        CHECK(flight.request.headers.find("X-Neptune-Producer") == nullptr);
        CHECK(flight.request.headers.find("X-Neptune-Sequence") == nullptr);
        CHECK_FALSE((flight.to("/ping") && flight.to("closing")));
        return with_configuration([](auto& config) { config.erase("neptuneCpp"); })(flight);
    });
    auto run = world.run();
    const auto id = support::id_of(run);
    run["a"] = 1;
    run["loss"].append(0.5);
    run.stop();
    const auto seen = world.look_at(neptune::OpenRun{.with_id = id});
    CHECK(seen["a"].fetch<int>() == 1);
    CHECK(seen["loss"].fetch_last<double>() == 0.5);
}

TEST_CASE("protocol: while it stops an object says so, and how much is left", "[integration]") {
    World world;
    world.prints = true;
    world.environment.timing.waiting_message_period = neptune::client::Seconds(0.01);
    auto run = world.run({.flush_period = 10ms});
    run.wait();

    std::promise<void> go_on;
    const auto gate = go_on.get_future().share();
    world.route([gate](Flight& flight) {
        if (flight.carries_data()) gate.wait();
        return flight.deliver();
    });
    CHECK(run.state() == State::started);
    run["a"] = 1;
    run["b"] = 2;
    CapturedStderr captured;
    auto stopped = std::async(std::launch::async, [&] { run.stop(); });
    while (run.state() == State::started) std::this_thread::yield();
    CHECK(run.state() == State::stopping);
    while (captured.so_far().find("still waiting for") == std::string::npos)
        std::this_thread::yield();
    go_on.set_value();
    stopped.get();
    CHECK(run.state() == State::stopped);
    const auto text = captured.text();
    CHECK_THAT(text, ContainsSubstring("waiting for the remaining"));
    CHECK_THAT(text, ContainsSubstring("do not kill this process"));
    CHECK_THAT(text, ContainsSubstring("still waiting for"));
    CHECK_THAT(text, ContainsSubstring("synchronized, thanks for waiting"));
}
