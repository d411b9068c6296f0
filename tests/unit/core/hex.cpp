#include <neptune/core/hex.hpp>

#include <array>
#include <cstdint>

#include "support/catch.hpp"

TEST_CASE("hex: each byte becomes two lower-case digits", "[core]") {
    const std::array<std::uint8_t, 5> bytes = {0x00, 0x09, 0xa0, 0x7f, 0xff};
    CHECK(neptune::core::to_hex(bytes) == "0009a07fff");
    CHECK(neptune::core::to_hex({}).empty());
}
