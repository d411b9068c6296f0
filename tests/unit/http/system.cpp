#include <neptune/http/system.hpp>

#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "sockets.hpp"
#include "support/catch.hpp"

using namespace neptune::http;
using namespace neptune::http::detail;
using Catch::Matchers::ContainsSubstring;

namespace {

bool blocked(int signal) {
    ::sigset_t mask;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    return ::sigismember(&mask, signal) == 1;
}

bool pending(int signal) {
    ::sigset_t set;
    ::sigpending(&set);
    return ::sigismember(&set, signal) == 1;
}

/// Writes where nobody reads any more; gives errno.
int write_to_broken_pipe() {
    int ends[2] = {-1, -1};
    http_test::require(::pipe(ends) == 0, "pipe");
    ::close(ends[0]);
    const bool failed = ::write(ends[1], "x", 1) < 0;
    const int error = failed ? errno : 0;
    ::close(ends[1]);
    return error;
}

}  // namespace

TEST_CASE("system: a broken pipe is an error and no signal", "[http]") {
    const auto before = ::signal(SIGPIPE, SIG_DFL);  // a signal would end this program
    {
        const BrokenPipeMuted muted;
        CHECK(write_to_broken_pipe() == EPIPE);
        CHECK(write_to_broken_pipe() == EPIPE);
    }
    CHECK_FALSE(blocked(SIGPIPE));
    ::signal(SIGPIPE, before);
}

TEST_CASE("system: a signal that waited before is left to wait", "[http]") {
    const SignalsBlocked blocked_here;
    ::pthread_kill(::pthread_self(), SIGPIPE);
    {
        const BrokenPipeMuted muted;
        CHECK(write_to_broken_pipe() == EPIPE);
    }
    CHECK(pending(SIGPIPE));
    ::sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    int taken = 0;
    ::sigwait(&pipe, &taken);
    CHECK(taken == SIGPIPE);
}

TEST_CASE("system: blocked signals are free again behind the scope", "[http]") {
    {
        const SignalsBlocked blocked_here;
        CHECK(blocked(SIGTERM));
    }
    CHECK_FALSE(blocked(SIGTERM));
}

TEST_CASE("system: numeric addresses are told from names", "[http]") {
    for (const char* address : {"127.0.0.1", "::1", "fe80::1"}) {
        CHECK(is_numeric_address(address));
    }
    for (const char* name : {"localhost", "127.0.0", "1.2.3.4.example", ""}) {
        CHECK_FALSE(is_numeric_address(name));
    }
}

TEST_CASE("system: resolving gives numbers, or the system's words", "[http]") {
    for (const std::string& address : resolve("localhost", "here")) {
        CHECK(is_numeric_address(address));
    }
    try {
        (void)resolve("no-such-host.invalid", "no-such-host.invalid:443");
        FAIL("nothing was thrown");
    } catch (const ConnectionError& error) {
        CHECK(error.kind() == ConnectionError::Kind::resolve);
        CHECK(error.where() == "no-such-host.invalid:443");
        CHECK_THAT(error.what(), ContainsSubstring("cannot find the address of the host: ") &&
                                     ContainsSubstring("(no-such-host.invalid:443)"));
    }
}

TEST_CASE("system: a duplicate shuts down the socket that it was made of", "[http]") {
    const http_test::Listener listener;
    const auto client = http_test::connect_to(listener.port());
    const auto server = listener.accept();
    const auto copy = duplicate(client.get());
    CHECK(copy.get() != client.get());
    ::shutdown(copy.get(), SHUT_RDWR);
    CHECK(http_test::receive_all(server).empty());
    CHECK_FALSE(duplicate(-1));
}
