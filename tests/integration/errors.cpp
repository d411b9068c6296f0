// What a call throws when it cannot do what it was asked for.
#include "support/catch.hpp"
#include "support/many.hpp"
#include "support/test_server.hpp"

#include <string>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;
using Kind = http::ConnectionError::Kind;

TEST_CASE("errors: sync mode throws what the server refuses, and what keeps it from the server",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    run["loss"].append(1, {.step = 10});
    CHECK(values_of(world.look(run), "loss").size() == 1);
    CHECK_THROWS_AS(run["loss"].append(2, {.step = 5}), MetadataInconsistency);
    CHECK_THROWS_AS(run["sys/id"] = "x", MetadataInconsistency);
    CHECK(world.errors.all().empty());  // whoever called has heard of it

    world.route([](Flight& flight) -> http::Reply {
        return flight.carries_data() ? break_connection(Kind::connect) : flight.deliver();
    });
    CHECK_THROWS_AS(run["a"] = 1, ConnectionLost);
    CHECK_THROWS_AS(run["b"] = 1, ConnectionLost);
    world.route(nullptr);
    run["c"] = 1;  // with what was kept
    CHECK(world.look(run)["a"].fetch<int>() == 1);
    CHECK(world.look(run)["b"].fetch<int>() == 1);
    CHECK(world.look(run)["c"].fetch<int>() == 1);

    world.route([](Flight& flight) {
        return flight.carries_data() ? reply_with(422, R"({"code":422,"title":"Full"})")
                                     : flight.deliver();
    });
    CHECK_THROWS_AS(run["d"] = 1, LimitError);
    CHECK_THROWS_AS(run["e"] = 1, LimitError);
}

TEST_CASE("errors: in sync mode every call tries, although the one before had to wait",
          "[integration]") {
    World world;
    world.environment.timing.first_backoff = client::Seconds(1e6);
    world.environment.timing.longest_backoff = client::Seconds(1e6);
    const auto run = world.run({.mode = Mode::sync});
    world.route([](Flight& flight) -> http::Reply {
        return flight.carries_data() ? break_connection(Kind::certificate) : flight.deliver();
    });
    for (int i = 0; i < 5; ++i) CHECK_THROWS_AS(run["loss"].append(i), ConnectionLost);
    world.route(nullptr);
    run["loss"].append(5);
    CHECK(values_of(world.look(run), "loss") == counted(6));
}

TEST_CASE("errors: fetching says when the server cannot be reached or answers nonsense",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["a"] = 1;
    run["s"].append(1.0);
    run.wait();
    world.route([](Flight&) -> http::Reply { return break_connection(Kind::connect); });
    CHECK_THROWS_AS(run["a"].fetch(), ConnectionLost);
    CHECK_THROWS_AS(run.fetch(), ConnectionLost);
    CHECK_THROWS_AS(run.sync({.wait = false}), ConnectionLost);
    world.route([](Flight& flight) {
        return flight.carries_data() ? flight.deliver() : reply_with(200, "<html>");
    });
    CHECK_THROWS_AS(run["a"].fetch(), ApiError);
    CHECK_THROWS_AS(run["s"].fetch_values<double>(), ApiError);
    CHECK_THROWS_AS(run.fetch(), ApiError);
    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.deliver() : reply_with(501); });
    CHECK_THROWS_AS(run["a"].fetch(), ServerError);
    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.deliver() : reply_with(418); });
    CHECK_THROWS_AS(run["a"].fetch(), ClientHttpError);
    world.route(nullptr);
    CHECK(run["a"].fetch<int>() == 1);
}

TEST_CASE("errors: opening says what is wrong with the way, the server, or the token",
          "[integration]") {
    World world;
    const auto route_all = [&world](http::Reply reply) {
        world.route([reply](Flight&) { return reply; });
    };
    world.route([](Flight&) -> http::Reply { return break_connection(Kind::connect); });
    CHECK_THROWS_AS(world.run(), ConnectionLost);
    world.route([](Flight&) -> http::Reply { return break_connection(Kind::resolve); });
    CHECK_THROWS_AS(world.run(), CannotResolveHostname);
    world.route([](Flight&) -> http::Reply { return break_connection(Kind::certificate); });
    CHECK_THROWS_AS(world.run(), SSLVerificationError);
    route_all(reply_with(200, "<html>"));
    CHECK_THROWS_AS(world.run(), ApiError);
    route_all(reply_with(404, "<html>"));
    CHECK_THROWS_AS(world.run(), ApiError);
    world.route([](Flight& flight) {
        return flight.to("oauth-token") ? reply_with(401) : flight.deliver();
    });
    CHECK_THROWS_AS(world.run(), InvalidApiToken);
    world.route([](Flight& flight) {
        return flight.to("oauth-token") ? reply_with(200, "{}") : flight.deliver();
    });
    CHECK_THROWS_AS(world.run(), ApiError);
    world.route([](Flight& flight) {
        return flight.to("oauth-token")
                   ? reply_with(200, R"({"accessToken":"a.b.c","refreshToken":"","username":""})")
                   : flight.deliver();
    });
    CHECK_THROWS_AS(world.run(), ApiError);
    CHECK(world.queues().empty());
}

TEST_CASE("errors: a directory that cannot be written is told when the object is opened",
          "[integration]") {
    World world;
    world.environment.data_directory = "/proc/none";
    try {
        static_cast<void>(world.run());
        FAIL("opened");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::journal_unavailable);
        CHECK_THAT(error.what(), ContainsSubstring("/proc/none/cpp/async/run__"));
        CHECK_THAT(error.what(), ContainsSubstring("NEPTUNE_DATA_DIRECTORY"));
    }
}
