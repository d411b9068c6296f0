#include <neptune/journal/state.hpp>

#include "support/catch.hpp"
#include "unit/journal/fixture.hpp"

using namespace neptune;
using journal_test::TempDir;

TEST_CASE("state: a new file knows nothing, a written one its last counters", "[journal]") {
    const TempDir dir;
    {
        journal::StateFile state(dir / "state");
        CHECK_FALSE(state.known());
        for (std::uint64_t i = 1; i <= 5; ++i) state.set({i, i + 10});
        CHECK_FALSE(state.save());
    }
    const journal::StateFile state(dir / "state");
    CHECK(state.known());
    CHECK(state.counters().acknowledged == 5);
    CHECK(state.counters().flight_last == 15);
}

TEST_CASE("state: a slot that was cut short leaves the older counters", "[journal]") {
    const TempDir dir;
    {
        journal::StateFile state(dir / "state");
        state.set({1, 1});
        state.set({2, 9});
    }
    {
        const auto file = core::open_file(dir / "state", O_RDWR);
        REQUIRE_FALSE(journal::write_at(file, std::string(8, '\x55'), 8));  // the slot of {2, 9}
    }
    const journal::StateFile state(dir / "state");
    CHECK(state.counters().acknowledged == 1);
}

TEST_CASE("state: counters that the disk refuses are kept and can be saved later", "[journal]") {
    const TempDir dir;
    journal::StateFile state(dir / "state");
    state.set({1, 1});
    state.close();
    state.set({2, 2});
    CHECK(state.counters().acknowledged == 2);
    CHECK(state.save() == std::errc::bad_file_descriptor);
    CHECK(journal::StateFile(dir / "state").counters().acknowledged == 1);
}
