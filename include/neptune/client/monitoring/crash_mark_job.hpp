#ifndef NEPTUNE_CLIENT_MONITORING_CRASH_MARK_JOB_HPP
#define NEPTUNE_CLIENT_MONITORING_CRASH_MARK_JOB_HPP

#include <neptune/client/monitoring/fatal_signals.hpp>
#include <neptune/client/monitoring/job.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace neptune::client {

/// While it runs, a fatal signal leaves the mark of crash_mark.hpp beside the run's queue.
class CrashMarkJob final : public Job {
public:
    explicit CrashMarkJob(std::string queue_directory) : path_(crash_mark_path(queue_directory)) {}

    void start() override {
        FatalSignals::instance().watch();
        mark_ = FatalSignals::instance().add_mark(path_);
        is_watching_ = true;
    }
    void stop(std::chrono::steady_clock::time_point) override {
        if (!is_watching_) return;
        if (mark_) FatalSignals::instance().remove_mark(*mark_);
        FatalSignals::instance().unwatch();
    }

private:
    std::string path_;
    std::optional<std::size_t> mark_;
    bool is_watching_ = false;
};

}  // namespace neptune::client

#endif
