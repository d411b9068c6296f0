#ifndef NEPTUNE_CLIENT_PERIODIC_HPP
#define NEPTUNE_CLIENT_PERIODIC_HPP

#include <neptune/client/thread.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace neptune::client {

/// A thread that calls a function at once and then every `period` until the function returns false
/// or the end is asked for. The function must not throw.
class Periodic {
public:
    Periodic(std::chrono::duration<double> period, std::function<bool()> function)
        : period_(period),
          function_(std::move(function)),
          thread_(start_thread([this] { run(); })) {}
    Periodic(const Periodic&) = delete;
    Periodic& operator=(const Periodic&) = delete;
    /// Waits for the call under way.
    ~Periodic() {
        ask_to_end();
        thread_.join();
    }

    /// The call under way is the last one.
    void ask_to_end() {
        const std::lock_guard guard(mutex_);
        end_wanted_ = true;
        changed_.notify_all();
    }
    /// Blocks until the last call has returned, or `deadline`.
    void wait_until(std::chrono::steady_clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, deadline, [this] { return ended_; });
    }

private:
    void run() {
        std::unique_lock lock(mutex_);
        while (!end_wanted_) {
            lock.unlock();
            const bool again = function_();
            lock.lock();
            if (!again) break;
            changed_.wait_for(lock, period_, [this] { return end_wanted_; });
        }
        ended_ = true;
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool end_wanted_ = false, ended_ = false;
    std::chrono::duration<double> period_;
    std::function<bool()> function_;
    std::thread thread_;  // last: it starts when everything else is there
};

}  // namespace neptune::client

#endif
