// on_error, and the callbacks for lag and missing progress: on threads of their own, never under a
// lock.
#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

using namespace neptune;
using namespace support;
using namespace std::chrono_literals;

namespace {

http::Reply keep_data_away(Flight& flight) {
    return flight.carries_data() ? flight.hang() : flight.deliver();
}
http::Reply refuse_data(Flight& flight) {
    return flight.carries_data() ? break_connection(http::ConnectionError::Kind::connect)
                                 : flight.deliver();
}

/// Fails the test instead of hanging it.
template <class T>
T get(std::future<T> future) {
    if (future.wait_for(60s) != std::future_status::ready)
        throw std::runtime_error("it never happened");
    return future.get();
}

/// Callbacks are looked after every few milliseconds.
struct FastWorld : World {
    FastWorld() { environment.timing.callback_check_period = client::Seconds(0.005); }
};

}  // namespace

TEST_CASE("callbacks: an error handler may use the run", "[integration]") {
    World world;
    std::promise<bool> done;
    std::unique_ptr<Run> run;
    std::atomic<int> errors = 0;
    run = std::make_unique<Run>(world.run({.on_error = [&](const Error&) {
        if (errors++ != 0) return;
        (*run)["from/handler"] = 1;
        (*run)["from/series"].append(1.0);
        run->wait();
        run->sync();
        done.set_value(run->exists("from/handler") && (*run)["from/handler"].fetch<int>() == 1);
    }}));
    (*run)["sys/id"] = "refused";
    // The main thread goes on meanwhile.
    for (int i = 0; i < 100; ++i) (*run)["loss"].append(i);
    run->wait();
    CHECK(get(done.get_future()));
}

TEST_CASE("callbacks: an error handler may stop the run", "[integration]") {
    World world;
    std::promise<void> done;
    std::unique_ptr<Run> run;
    run = std::make_unique<Run>(world.run({.on_error = [&](const Error&) {
        run->stop();
        done.set_value();
    }}));
    (*run)["sys/id"] = "refused";
    run->wait();
    get(done.get_future());
    run->stop();
    CHECK(run->state() == State::stopped);
}

TEST_CASE("callbacks: an error handler may stop the run that is being stopped", "[integration]") {
    World world;
    std::unique_ptr<Run> run;
    std::promise<void> entered;
    run = std::make_unique<Run>(world.run({.on_error = [&](const Error&) {
        entered.set_value();
        while (run->state() == State::started) std::this_thread::yield();
        run->stop();  // by the main thread, which waits for this handler
        run->detach();
    }}));
    (*run)["sys/id"] = "refused";
    run->wait();
    get(entered.get_future());
    run->stop();
    CHECK(run->state() == State::stopped);
}

TEST_CASE("callbacks: what an error handler throws is swallowed", "[integration]") {
    World world;
    std::atomic<int> errors = 0;
    {
        const auto run = world.run({.on_error = [&](const Error&) {
            if (errors++ % 2 == 0) throw std::runtime_error("the handler is broken");
            throw 5;
        }});
        for (int i = 0; i < 4; ++i) run["sys/id"].assign("refused", {.wait = true});
    }
    CHECK(errors == 4);  // stopping hands out all of them
}

TEST_CASE("callbacks: a handler that is too slow loses errors, not memory", "[integration]") {
    World world;
    std::promise<void> go;
    const auto gate = go.get_future().share();
    std::atomic<int> errors = 0;
    world.environment.silent = true;
    auto run = world.run({.on_error = [&, gate](const Error&) {
        gate.wait();
        ++errors;
    }});
    for (int i = 0; i < 3000; ++i)
        run["n" + std::to_string(i)] = 1LL << 40;  // each is an integer overflow
    go.set_value();
    run.stop();
    CHECK(errors >= 1000);
    CHECK(errors <= 1002);
}

TEST_CASE("callbacks: lag is told with the run, once", "[integration]") {
    FastWorld world;
    std::promise<std::string> told;
    std::atomic<int> calls = 0;
    world.route(keep_data_away);
    auto run = world.run({.flush_period = 10ms,
                          .async_lag_callback =
                              [&](Run& late) {
                                  if (calls++ == 0) {
                                      late["told"] = true;
                                      told.set_value(late.url());
                                  }
                              },
                          .async_lag_threshold = 50ms});
    run["a"] = 1;
    CHECK(get(told.get_future()) == run.url());
    CHECK(run.exists("told"));
    run.detach();
    CHECK(calls == 1);  // within callback_repeat
}

TEST_CASE("callbacks: they come again after a while", "[integration]") {
    FastWorld world;
    world.environment.timing.callback_repeat = client::Seconds(0.02);
    std::promise<void> thrice;
    std::atomic<int> calls = 0;
    world.route(keep_data_away);
    auto run = world.run({.flush_period = 10ms,
                          .async_no_progress_callback =
                              [&](Run&) {
                                  if (++calls == 3) thrice.set_value();
                              },
                          .async_no_progress_threshold = 20ms});
    run["a"] = 1;
    get(thrice.get_future());
    run.detach();
}

TEST_CASE("callbacks: missing progress is told although each attempt is short", "[integration]") {
    FastWorld world;
    std::promise<void> told;
    std::atomic<int> calls = 0;
    world.route(refuse_data);
    auto run = world.run({.flush_period = 10ms,
                          .async_no_progress_callback =
                              [&](Run&) {
                                  if (calls++ == 0) told.set_value();
                              },
                          .async_no_progress_threshold = 1s});
    run["a"] = 1;
    get(told.get_future());
    run.detach();
}

TEST_CASE("callbacks: the callback may stop the run", "[integration]") {
    FastWorld world;
    std::promise<State> told;
    std::atomic<int> calls = 0;
    world.route(keep_data_away);
    auto run = world.run({.flush_period = 10ms,
                          .async_no_progress_callback =
                              [&](Run& stuck) {
                                  if (calls++ != 0) return;
                                  stuck.stop(50ms);
                                  told.set_value(stuck.state());
                              },
                          .async_no_progress_threshold = 50ms});
    run["a"] = 1;
    CHECK(get(told.get_future()) == State::stopped);
    CHECK_THROWS_AS(run["b"] = 2, InactiveObjectError);
    CHECK(world.queues().size() == 1);
}

TEST_CASE("callbacks: the default one stops the object, unless the user gave one",
          "[integration]") {
    FastWorld world;
    world.environment.default_no_progress_callback = true;
    world.environment.default_lag_callback = true;
    world.route(keep_data_away);
    std::promise<void> told;
    std::atomic<int> calls = 0;
    auto run = world.run({.flush_period = 10ms,
                          .async_no_progress_callback =
                              [&](Run&) {
                                  if (calls++ == 0) told.set_value();
                              },
                          .async_no_progress_threshold = 50ms});
    run["a"] = 1;
    get(told.get_future());
    CHECK(run.state() == State::started);
    run.detach();

    auto other = world.run({.flush_period = 10ms, .async_lag_threshold = 50ms});
    other["a"] = 1;
    // stop(60) waits for the hanging request, which ends when it may.
    while (other.state() == State::started) std::this_thread::yield();
    world.route(nullptr);
    other.stop();
    CHECK(other.state() == State::stopped);
}

TEST_CASE("callbacks: what a callback throws is swallowed", "[integration]") {
    FastWorld world;
    world.environment.timing.callback_repeat = client::Seconds(0.01);
    std::promise<void> twice;
    std::atomic<int> calls = 0;
    world.route(keep_data_away);
    auto run = world.run({.flush_period = 10ms,
                          .async_no_progress_callback =
                              [&](Run&) {
                                  if (++calls == 2) twice.set_value();
                                  throw std::runtime_error("broken");
                              },
                          .async_no_progress_threshold = 10ms});
    run["a"] = 1;
    get(twice.get_future());
    run.detach();
}

TEST_CASE("callbacks: other objects have them too", "[integration]") {
    FastWorld world;
    world.route(keep_data_away);
    std::promise<std::string> told;
    std::atomic<int> calls = 0;
    auto model = world.model({.key = "M",
                              .flush_period = 10ms,
                              .async_lag_callback =
                                  [&](Model& late) {
                                      if (calls++ == 0) told.set_value(late.url());
                                  },
                              .async_lag_threshold = 30ms});
    model["a"] = 1;
    CHECK(get(told.get_future()) == model.url());
    model.detach();
}
