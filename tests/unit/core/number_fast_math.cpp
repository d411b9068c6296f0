// Compiled with -ffast-math, as training programs are: the compiler may then assume that no double
// is NaN or infinite.

#include <neptune/core/number.hpp>

#include <cstdlib>
#include <string>

#include "support/catch.hpp"

namespace {

/// Out of line and from text, so that the value is unknown at compile time.
[[gnu::noinline]] double read(const std::string& text) {
    return std::strtod(text.c_str(), nullptr);
}

}  // namespace

TEST_CASE("number: NaN and infinity are recognised under -ffast-math", "[core]") {
#if defined(__FAST_MATH__)
    const bool fast_math = true;
#else
    const bool fast_math = false;
#endif
    REQUIRE(fast_math);
    CHECK_FALSE(neptune::core::is_finite(read("nan")));
    CHECK_FALSE(neptune::core::is_finite(read("inf")));
    CHECK_FALSE(neptune::core::is_finite(read("-inf")));
    CHECK_FALSE(neptune::core::is_finite(read("1e300") * read("1e300")));
    CHECK_FALSE(neptune::core::is_finite(read("inf") - read("inf")));
    CHECK(neptune::core::is_finite(read("1e300")));
    CHECK(neptune::core::is_finite(read("0")));
}

TEST_CASE("number: text of infinity is refused under -ffast-math", "[core]") {
    CHECK_FALSE(neptune::core::parse_double("inf"));
    CHECK_THROWS(neptune::core::shortest(read("nan")));
}
