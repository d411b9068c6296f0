// Read-only, debug and offline mode, what the environment and the credentials decide, and the first fields of new objects.
#include "support/catch.hpp"
#include "support/test_server.hpp"

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("modes: a word that is no mode is refused", "[integration]") {
    World world;
    const Variable mode("NEPTUNE_MODE", "fast");
    CHECK_THROWS_AS(world.run(), InvalidArgument);
}
