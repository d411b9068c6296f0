#ifndef NEPTUNE_TESTS_SUPPORT_CATCH_HPP
#define NEPTUNE_TESTS_SUPPORT_CATCH_HPP

// One spelling for Catch2 v2.13 (Debian 12, one header) and v3 (many headers). Tests use the names
// of v3: Catch::Approx, Catch::Matchers::ContainsSubstring. What the two do differently is not
// used: SKIP, benchmarks, listeners (but for record/test_cases.cpp).

#if __has_include(<catch2/catch_test_macros.hpp>)

#include <catch2/catch_approx.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_adapters.hpp>
#include <catch2/generators/catch_generators_random.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_predicate.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <catch2/matchers/catch_matchers_vector.hpp>

#else

#include <catch2/catch.hpp>

namespace Catch {

using Detail::Approx;

namespace Matchers {

/// What v2 called `Contains` for strings.
inline auto ContainsSubstring(const std::string& text,
                              CaseSensitive::Choice sensitivity = CaseSensitive::Yes) {
    return Contains(text, sensitivity);
}

}  // namespace Matchers
}  // namespace Catch

#endif

#endif  // NEPTUNE_TESTS_SUPPORT_CATCH_HPP
