#include <neptune/cli/stop_signals.hpp>

#include "support/catch.hpp"

namespace {

bool is_blocked(int signal) {
    ::sigset_t mask;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
    return ::sigismember(&mask, signal) == 1;
}

}  // namespace

TEST_CASE("stop signals: one that came before the wait ends it, and the old treatment comes back") {
    const int signal = GENERATE(SIGINT, SIGTERM);
    REQUIRE_FALSE(is_blocked(signal));
    {
        const neptune::cli::StopSignals signals;
        CHECK(is_blocked(signal));
        ::pthread_kill(::pthread_self(), signal);
        signals.wait();
    }
    CHECK_FALSE(is_blocked(signal));
}
