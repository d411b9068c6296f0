#include <neptune/server/rate_limit.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>

using neptune::server::RateLimit;
using server_test::FakeClock;

TEST_CASE("rate_limit: without a limit everything goes on") {
    const FakeClock clock;
    RateLimit limit(0, clock);
    for (int i = 0; i < 1000; ++i) REQUIRE_FALSE(limit.take("a"));
}

TEST_CASE("rate_limit: a second's worth at once, then as fast as the limit says") {
    FakeClock clock;
    RateLimit limit(5, clock);
    for (int i = 0; i < 5; ++i) REQUIRE_FALSE(limit.take("a"));
    CHECK(limit.take("a") == 1);
    clock.pass(199);
    CHECK(limit.take("a") == 1);
    clock.pass(1);
    CHECK_FALSE(limit.take("a"));
    CHECK(limit.take("a") == 1);
    clock.pass(3'600'000);
    for (int i = 0; i < 5; ++i) REQUIRE_FALSE(limit.take("a"));
    CHECK(limit.take("a"));
}

TEST_CASE("rate_limit: each key has its own bucket") {
    const FakeClock clock;
    RateLimit limit(1, clock);
    CHECK_FALSE(limit.take("a"));
    CHECK_FALSE(limit.take("b"));
    CHECK(limit.take("a"));
}

TEST_CASE("rate_limit: the time to wait is one digit, also for very low limits") {
    const FakeClock clock;
    RateLimit slow(0.2, clock), slower(0.001, clock);
    CHECK_FALSE(slow.take("a"));
    CHECK(slow.take("a") == 5);
    CHECK_FALSE(slower.take("a"));
    CHECK(slower.take("a") == 9);
}

TEST_CASE(
    "rate_limit: keys that have been quiet are forgotten without changing what others may do") {
    FakeClock clock;
    RateLimit limit(1, clock);
    for (int i = 0; i < 20'000; ++i) {
        REQUIRE_FALSE(limit.take("key " + std::to_string(i)));
        clock.pass(1);
    }
    CHECK(limit.take("key 19999"));
    CHECK_FALSE(limit.take("key 0"));
}
