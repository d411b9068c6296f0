#include <neptune/storage/activity.hpp>

#include <string>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;

namespace {

struct LiveRun : Fixture {
    bool active(Millis after) {
        return get<RunState>("sys/state", start + after) == RunState::active;
    }
    bool ping(const std::string& producer, Millis after, bool closing = false) {
        return store->ping(run.id, producer, closing, start + after);
    }
    double running(Millis after) { return get<double>("sys/running_time", start + after); }
};

}  // namespace

TEST_CASE("activity: a run is active for 30 s after the last sign of life", "[storage]") {
    LiveRun f;
    CHECK(f.active(0));
    CHECK(f.active(29'999));
    CHECK_FALSE(f.active(30'000));
    CHECK(f.ping("p", 20'000));
    CHECK(f.active(49'999));
    CHECK_FALSE(f.active(50'000));
    f.store->apply(f.run.id, {}, std::nullopt, start + 40'000);
    CHECK(f.active(69'999));
    CHECK_FALSE(f.active(70'000));
    CHECK(f.ping("p", 100'000));
    CHECK(f.active(100'001));
    CHECK_FALSE(f.store->ping("nothing", "p", false, start));
}

TEST_CASE("activity: a closing ping makes the run idle at once", "[storage]") {
    LiveRun f;
    f.ping("p", 10'000);
    f.ping("p", 12'000, true);
    CHECK_FALSE(f.active(12'000));
    CHECK(f.get<wire::DatetimeValue>("sys/ping_time").ms == start + 12'000);
    f.ping("p", 13'000);
    CHECK(f.active(13'000));
}

TEST_CASE("activity: a closing ping leaves the run to the others that ping it", "[storage]") {
    LiveRun f;
    f.ping("p", 10'000);
    f.ping("q", 15'000);
    f.ping("p", 20'000, true);
    CHECK(f.active(44'999));
    CHECK_FALSE(f.active(45'000));
    f.ping("q", 21'000, true);
    CHECK_FALSE(f.active(21'000));

    f.ping("", 30'000);
    f.ping("p", 31'000, true);
    CHECK(f.active(59'999));
    f.ping("p", 60'000, true);
    CHECK_FALSE(f.active(60'000));
}

TEST_CASE("activity: writes without pings do not keep a run active beyond its closing ping",
          "[storage]") {
    LiveRun f;
    f.store->apply(f.run.id, {assign("a", 1.0)}, std::nullopt, start + 5'000);
    f.ping("p", 6'000, true);
    CHECK_FALSE(f.active(6'000));
}

TEST_CASE("activity: running time is the sum of all stretches of activity", "[storage]") {
    LiveRun f;
    CHECK(f.running(10'500) == 10.5);
    CHECK(f.get<std::int64_t>("sys/monitoring_time", start + 10'500) == 10);
    CHECK(f.running(1'000'000) == 30.0);
    f.ping("p", 100'000);
    CHECK(f.running(100'000) == 30.0);
    CHECK(f.running(110'000) == 40.0);
    f.ping("p", 110'000, true);
    CHECK(f.running(500'000) == 40.0);
    f.store->apply(f.run.id, {}, std::nullopt, start + 200'000);
    CHECK(f.running(205'000) == 45.0);
}

TEST_CASE("activity: a clock that is set back takes nothing away", "[storage]") {
    LiveRun f;
    f.ping("p", 10'000);
    f.ping("p", 5'000);
    f.store->apply(f.run.id, {}, std::nullopt, start - 5'000);
    CHECK(f.active(39'999));
    CHECK(f.get<wire::DatetimeValue>("sys/ping_time").ms == start + 10'000);
    CHECK(f.get<wire::DatetimeValue>("sys/modification_time").ms == start);
    CHECK(f.running(-60'000) == 0.0);
}

TEST_CASE("activity: writes move modification and ping time, pings only the latter", "[storage]") {
    LiveRun f;
    f.ping("p", 1'000);
    CHECK(f.get<wire::DatetimeValue>("sys/modification_time").ms == start);
    CHECK(f.get<wire::DatetimeValue>("sys/ping_time").ms == start + 1'000);
    f.store->apply(f.run.id, {}, std::nullopt, start + 2'000);
    CHECK(f.get<wire::DatetimeValue>("sys/modification_time").ms == start + 2'000);
    CHECK(f.get<wire::DatetimeValue>("sys/ping_time").ms == start + 2'000);
}

TEST_CASE("activity: a project is idle unless it was written to recently", "[storage]") {
    Fixture f;
    const auto state = [&](Millis after) {
        return std::get<RunState>(
            f.store->attribute(f.project.id, "sys/state", start + after)->value);
    };
    CHECK(state(0) == RunState::inactive);
    f.store->apply(f.project.id, {assign("note", "x")}, std::nullopt, start + 100);
    CHECK(state(200) == RunState::active);
    CHECK(state(30'100) == RunState::inactive);
}
