// Compiled with -ffast-math, as programs that log are: the compiler may then assume that no double
// is NaN or infinite.

#include <neptune/wire/rules.hpp>

#include <cstdlib>
#include <string>

#include "support/catch.hpp"

namespace {

using namespace neptune::wire;

/// Out of line and from text, so that the value is unknown at compile time.
[[gnu::noinline]] double read(const std::string& text) {
    return std::strtod(text.c_str(), nullptr);
}

}  // namespace

TEST_CASE("rules: NaN and infinity are refused under -ffast-math", "[wire]") {
#if defined(__FAST_MATH__)
    const bool fast_math = true;
#else
    const bool fast_math = false;
#endif
    REQUIRE(fast_math);
    for (const std::string text : {"nan", "inf", "-inf"}) {
        INFO(text);
        CHECK(rules::check_value("x", AssignFloat{read(text)}));
        CHECK(rules::check_value("x", ConfigFloatSeries{read(text), {}, {}}));
        CHECK(rules::check_point("x", LogEntry<double>{read(text), 1, 0}));
        CHECK(rules::check_point("x", LogEntry<double>{1, read(text), 0}));
    }
    CHECK_FALSE(rules::check_value("x", AssignFloat{read("1e300")}));
    CHECK_FALSE(rules::check_point("x", LogEntry<double>{read("-1e300"), read("5"), 0}));
}
