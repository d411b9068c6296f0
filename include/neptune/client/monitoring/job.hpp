#ifndef NEPTUNE_CLIENT_MONITORING_JOB_HPP
#define NEPTUNE_CLIENT_MONITORING_JOB_HPP

// Background work of a run, from when it is ready until it is stopped.

#include <chrono>
#include <utility>

namespace neptune::client {

/// True in the threads of jobs: what they log never waits for the server, in sync mode neither.
inline thread_local bool in_job_thread = false;

/// Makes this thread one of them until the end of the scope.
class JobScope {
public:
    JobScope() = default;
    JobScope(const JobScope&) = delete;
    JobScope& operator=(const JobScope&) = delete;
    ~JobScope() { in_job_thread = before_; }

private:
    const bool before_ = std::exchange(in_job_thread, true);
};

/// Lifetime: the object that a job logs to outlives it. In a forked child a job is neither stopped
/// nor destroyed, since its threads do not exist there.
class Job {
public:
    Job() = default;
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    virtual ~Job() = default;

    /// Called once, when the object accepts data.
    virtual void start() = 0;
    /// Called once, also if `start` was not. Logs what it has and ends its threads; what would take
    /// longer than `deadline` is given up.
    virtual void stop(std::chrono::steady_clock::time_point deadline) = 0;
};

}  // namespace neptune::client

#endif
