#ifndef NEPTUNE_CLIENT_PERIODIC_HPP
#define NEPTUNE_CLIENT_PERIODIC_HPP

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace neptune::client {

/// A thread that calls a function at once and then every `period` until the function returns false or `end()` is called. The
/// function must not throw.
class Periodic {
public:
    Periodic(std::chrono::duration<double> period, std::function<bool()> function)
        : period_(period), function_(std::move(function)), thread_([this] { run(); }) {}
    Periodic(const Periodic&) = delete;
    Periodic& operator=(const Periodic&) = delete;
    ~Periodic() { end(); }

    /// Waits for the call under way, unless it is this thread that calls.
    void end() {
        {
            const std::lock_guard guard(mutex_);
            ended_ = true;
        }
        changed_.notify_all();
        if (!thread_.joinable()) return;
        if (thread_.get_id() == std::this_thread::get_id()) thread_.detach();
        else thread_.join();
    }

private:
    void run() {
        std::unique_lock lock(mutex_);
        while (!ended_) {
            lock.unlock();
            const bool again = function_();
            lock.lock();
            if (!again) return;
            changed_.wait_for(lock, period_, [this] { return ended_; });
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool ended_ = false;
    std::chrono::duration<double> period_;
    std::function<bool()> function_;
    std::thread thread_;  // last: it starts when everything else is there
};

}  // namespace neptune::client

#endif
