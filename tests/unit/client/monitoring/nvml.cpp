#include <neptune/client/monitoring/nvml.hpp>

#include "support/catch.hpp"

#include <cstdlib>
#include <vector>

using neptune::client::Nvml;

TEST_CASE("nvml: figures of a card", "[monitoring]") {
    const auto nvml = Nvml::load(NEPTUNE_FAKE_NVML);
    REQUIRE(nvml);
    CHECK(nvml->utilization(0) == 0.0);
    CHECK(nvml->utilization(1) == 75.0);
    CHECK(nvml->memory_used(1) == 2.0 * (1 << 30));
    CHECK(nvml->memory_total(1) == 16.0 * (1 << 30));
    CHECK(nvml->power(0) == 30.5);
    CHECK(nvml->power_limit(1) == 300.0);
    CHECK_FALSE(nvml->utilization(2));
    CHECK_FALSE(nvml->power(7));
}

TEST_CASE("nvml: the cards that this process may use", "[monitoring]") {
    const auto nvml = Nvml::load(NEPTUNE_FAKE_NVML);
    REQUIRE(nvml);
    using Cards = std::vector<unsigned>;
    CHECK(nvml->cards({}) == Cards{0, 1});
    CHECK(nvml->cards("") == Cards{0, 1});
    CHECK(nvml->cards("1") == Cards{1});
    CHECK(nvml->cards(" 1 , 0 ") == Cards{1, 0});
    CHECK(nvml->cards("1,-1,0") == Cards{1});
    CHECK(nvml->cards("0,5,1") == Cards{0});
    CHECK(nvml->cards("-1").empty());
    CHECK(nvml->cards("GPU-5d3e") == Cards{0, 1});
    CHECK(nvml->cards("0,GPU-5d3e") == Cards{0, 1});
}

TEST_CASE("nvml: no library or no driver is no error", "[monitoring]") {
    CHECK_FALSE(Nvml::load("libneptune-has-no-such-library.so.1"));
    CHECK_FALSE(Nvml::load("libc.so.6"));
    ::setenv("NEPTUNE_FAKE_CARDS", "0", 1);
    CHECK_FALSE(Nvml::load(NEPTUNE_FAKE_NVML));
    ::unsetenv("NEPTUNE_FAKE_CARDS");
}
