// Float and string series against the server.
#include "support/catch.hpp"
#include "support/test_server.hpp"

using namespace neptune;
using namespace support;

TEST_CASE("series: points arrive in order", "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    run["loss"].append(0.5);
    run["loss"].append(0.25);
    CHECK(values_of(run, "loss") == std::vector<double>{0.5, 0.25});
}
