// Paths, dictionaries, single values and their type locks, deletion, copying and reading, against the server.
#include "support/catch.hpp"
#include "support/test_server.hpp"

using namespace neptune;
using namespace support;

TEST_CASE("fields: empty parts of a path are dropped", "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    run["//a///b/"] = 1;
    CHECK(run["a/b"].fetch<int>() == 1);
}
