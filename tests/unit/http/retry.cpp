#include <neptune/http/retry.hpp>

#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "support/catch.hpp"

using namespace neptune::http;
using Catch::Matchers::ContainsSubstring;
using Kind = ConnectionError::Kind;

namespace {

/// Time that passes only in pauses; it notes them in seconds.
struct FakeTime final : Pause, neptune::core::Clock {
    bool sleep(std::chrono::milliseconds time) override {
        sleeps.push_back(static_cast<double>(time.count()) / 1000);
        at += time.count();
        return static_cast<int>(sleeps.size()) != aborted_in;
    }
    neptune::core::Millis now() const override { return at; }
    neptune::core::Millis steady() const override { return at; }

    std::vector<double> sleeps;
    neptune::core::Millis at = 1'700'000'000'000;
    int aborted_in = 0;  ///< The pause of this number, from 1, is cut short.
};

/// Answers from a list, the last entry for ever.
struct Scripted final : Channel {
    using Event = std::variant<Reply, Kind>;
    explicit Scripted(std::deque<Event> script) : events(std::move(script)) {}

    Reply send(const Request&) override {
        ++attempts;
        const Event event = events.front();
        if (events.size() > 1) {
            events.pop_front();
        }
        if (const Kind* kind = std::get_if<Kind>(&event)) {
            throw ConnectionError(*kind, "scripted", "host:1");
        }
        return std::get<Reply>(event);
    }

    std::deque<Event> events;
    int attempts = 0;
};

Reply status(int code, const char* retry_after = nullptr) {
    Reply reply;
    reply.status = code;
    if (retry_after != nullptr) {
        reply.headers.add("retry-after", retry_after);
    }
    return reply;
}

Reply run(Scripted& channel, FakeTime& time,
          std::chrono::milliseconds budget = Retry::default_budget) {
    return send_with_retry(channel, {"POST", "/api/x?secret=1", {}, ""}, time, budget, time);
}

}  // namespace

TEST_CASE("retry: a permanent 503 is repeated after 1, 2, 4, 8, 16 and 30 s", "[http]") {
    FakeTime time;
    Scripted channel({status(503)});
    CHECK_THROWS_AS(run(channel, time), RetriesExhausted);
    CHECK(time.sleeps == std::vector<double>{1, 2, 4, 8, 16, 30});
    CHECK(channel.attempts == 6);
}

TEST_CASE("retry: the wait stays at 30 s while the budget lasts", "[http]") {
    FakeTime time;
    Scripted channel({Kind::reset});
    CHECK_THROWS_AS(run(channel, time, std::chrono::seconds(150)), RetriesExhausted);
    CHECK(time.sleeps == std::vector<double>{1, 2, 4, 8, 16, 30, 30, 30, 30});
}

TEST_CASE("retry: every transient status is repeated and no other", "[http]") {
    for (const int code : {408, 429, 500, 502, 503, 504}) {
        FakeTime time;
        Scripted channel({status(code), status(200)});
        CHECK(run(channel, time).status == 200);
        CHECK(time.sleeps == std::vector<double>{1});
    }
    for (const int code : {200, 204, 301, 400, 401, 403, 404, 409, 413, 422, 501, 505}) {
        FakeTime time;
        Scripted channel({status(code)});
        CHECK(run(channel, time).status == code);
        CHECK(time.sleeps.empty());
    }
}

TEST_CASE("retry: every connection error is repeated but aborts and certificates", "[http]") {
    for (const Kind kind :
         {Kind::resolve, Kind::connect, Kind::timeout, Kind::tls, Kind::reset, Kind::other}) {
        FakeTime time;
        Scripted channel({kind, kind, status(200)});
        CHECK(run(channel, time).status == 200);
        CHECK(time.sleeps == std::vector<double>{1, 2});
    }
    for (const Kind kind : {Kind::aborted, Kind::certificate}) {
        FakeTime time;
        Scripted channel({kind});
        CHECK_THROWS_AS(run(channel, time), ConnectionError);
        CHECK(time.sleeps.empty());
    }
}

TEST_CASE("retry: a 429 waits for the whole of Retry-After, at most two minutes", "[http]") {
    const auto first_sleep = [](const char* value) {
        FakeTime time;
        Scripted channel({status(429, value), status(200)});
        run(channel, time, std::chrono::hours(1));
        return time.sleeps.at(0);
    };
    CHECK(first_sleep("5") == 5);
    CHECK(first_sleep("17") == 17);
    CHECK(first_sleep("60") == 60);
    CHECK(first_sleep("60 ") == 60);
    CHECK(first_sleep("121") == 120);
    CHECK(first_sleep("99999999999999999999") == 120);
    CHECK(first_sleep("Wed, 21 Oct 2015 07:28:00 GMT") == 1);
    CHECK(first_sleep("0") == 1);
    CHECK(first_sleep("-3") == 1);
    CHECK(first_sleep("") == 1);
    CHECK(first_sleep(nullptr) == 1);
}

TEST_CASE("retry: Retry-After replaces one wait of the row and counts in it", "[http]") {
    FakeTime time;
    Scripted channel({status(503, "9"), status(429, "17"), status(503), status(200)});
    CHECK(run(channel, time).status == 200);
    CHECK(time.sleeps == std::vector<double>{1, 17, 4});
}

TEST_CASE("retry: the budget forbids attempts, one is always made", "[http]") {
    FakeTime time;
    Scripted channel({status(503)});
    CHECK_THROWS_AS(run(channel, time, std::chrono::seconds(0)), RetriesExhausted);
    CHECK(channel.attempts == 1);
    Scripted healthy({status(200)});
    CHECK(run(healthy, time, std::chrono::seconds(0)).status == 200);
}

TEST_CASE("retry: the last cause is kept in words and in kind", "[http]") {
    FakeTime time;
    Scripted refused({status(503), Kind::connect});
    try {
        run(refused, time);
        FAIL("nothing was thrown");
    } catch (const RetriesExhausted& exhausted) {
        CHECK(exhausted.kind() == Kind::connect);
        CHECK(exhausted.status() == 0);
        CHECK(std::string(exhausted.what()) == "scripted (host:1)");
    }
    Scripted busy({Kind::connect, status(503)});
    try {
        run(busy, time);
        FAIL("nothing was thrown");
    } catch (const RetriesExhausted& exhausted) {
        CHECK(exhausted.status() == 503);
        CHECK(std::string(exhausted.what()) ==
              "the server answers 503 Service Unavailable to POST /api/x");
    }
}

TEST_CASE("retry: a pause that is cut short ends the call as aborted", "[http]") {
    FakeTime time;
    time.aborted_in = 2;
    Scripted channel({status(503)});
    try {
        run(channel, time);
        FAIL("nothing was thrown");
    } catch (const ConnectionError& error) {
        CHECK(error.kind() == Kind::aborted);
        CHECK_THAT(error.what(), ContainsSubstring("503"));
    }
    CHECK(channel.attempts == 2);
}
