#ifndef NEPTUNE_CLIENT_MONITORING_JOB_LIST_HPP
#define NEPTUNE_CLIENT_MONITORING_JOB_LIST_HPP

// The background work of one run as a whole.

#include <neptune/client/monitoring/job.hpp>
#include <neptune/client/reporter.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace neptune::client {

/// Threads: one at a time. Lifetime: ends before what the jobs log to.
class JobList {
public:
    JobList() = default;
    JobList(const JobList&) = delete;
    JobList& operator=(const JobList&) = delete;
    /// For a run that could not be opened to the end; stops what was not stopped.
    ~JobList() {
        for (const auto& job : jobs_) job->stop(std::chrono::steady_clock::now());
    }

    [[nodiscard]] bool empty() const { return jobs_.empty(); }
    /// A job that cannot start, for want of a thread or a descriptor, is told and left out.
    void start(std::vector<std::unique_ptr<Job>> jobs, Reporter& reporter) {
        for (auto& job : jobs) {
            try {
                job->start();
                jobs_.push_back(std::move(job));
            } catch (const std::exception& error) {
                reporter.warning(std::string("something is not recorded: ") + error.what());
            }
        }
    }
    void stop(std::chrono::steady_clock::time_point deadline) {
        for (const auto& job : jobs_) job->stop(deadline);
        jobs_.clear();
    }
    /// In a forked child, where their threads do not exist: neither stopped nor destroyed.
    void leave_in_child() {
        for (auto& job : jobs_) static_cast<void>(job.release());
        jobs_.clear();
    }

private:
    std::vector<std::unique_ptr<Job>> jobs_;
};

}  // namespace neptune::client

#endif
