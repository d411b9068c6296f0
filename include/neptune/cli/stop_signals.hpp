#ifndef NEPTUNE_CLI_STOP_SIGNALS_HPP
#define NEPTUNE_CLI_STOP_SIGNALS_HPP

#include <csignal>

#include <pthread.h>
#include <signal.h>

namespace neptune::cli {

/// SIGINT (Ctrl-C) and SIGTERM as something to wait for. While it lives they interrupt neither this
/// thread nor those that it starts; afterwards they end the process as ever.
class StopSignals {
public:
    StopSignals() noexcept {
        ::sigemptyset(&signals_);
        ::sigaddset(&signals_, SIGINT);
        ::sigaddset(&signals_, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    /// Returns at the first of them, or at once if one has come since construction.
    void wait() const noexcept {
        int signal = 0;
        ::sigwait(&signals_, &signal);
    }

private:
    ::sigset_t signals_{}, before_{};
};

}  // namespace neptune::cli

#endif
