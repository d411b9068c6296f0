#include <neptune/client/monitoring/dependencies.hpp>

#include "support/catch.hpp"

TEST_CASE("dependencies: compiler, standard and loaded libraries", "[monitoring]") {
    const auto text = neptune::client::infer_dependencies();
    using Catch::Matchers::ContainsSubstring;
    CHECK_THAT(text, ContainsSubstring("compiler: "));
    CHECK_THAT(text, ContainsSubstring("standard: C++ 2020"));
    CHECK_THAT(text, ContainsSubstring("standard library: lib"));
#if defined(__linux__)
    CHECK_THAT(text, ContainsSubstring("library: /"));
    CHECK_THAT(text, ContainsSubstring("libc.so"));
#endif
}
