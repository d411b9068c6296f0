#ifndef NEPTUNE_CLIENT_MONITORING_OUTPUT_QUEUE_HPP
#define NEPTUNE_CLIENT_MONITORING_OUTPUT_QUEUE_HPP

// What a program prints, between the threads that read it and the thread that logs it.

#include <neptune/core/time.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::client {

/// Bytes that wait to be logged, in all runs. The handler of fatal signals asks for it.
inline std::atomic<std::size_t> unlogged_output{0};

/// Numbers of the streams: standard output and standard error.
inline constexpr std::array<std::size_t, 2> output_streams{0, 1};

/// Bytes of one stream that were read at one time.
struct Output {
    std::size_t stream = 0;
    core::Millis time = 0;
    std::string bytes;
    /// Bytes that were dropped before these.
    std::uint64_t lost = 0;
};

/// Never blocks who prints: when `capacity` bytes wait because they cannot be logged as fast as
/// they come, what comes on top is dropped and counted (the terminal has it all the same). Threads:
/// `push` and `close` from any, `take` from one.
class OutputQueue {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t default_capacity = std::size_t{32} << 20;
    /// After the first bytes so much longer is waited for more, as long as fewer than `batch_bytes`
    /// wait: to log many lines at once costs far less than to log each.
    static constexpr std::chrono::milliseconds batch_time{10};
    static constexpr std::size_t batch_bytes = std::size_t{1} << 20;

    explicit OutputQueue(std::size_t capacity = default_capacity) : capacity_(capacity) {}
    OutputQueue(const OutputQueue&) = delete;
    OutputQueue& operator=(const OutputQueue&) = delete;
    ~OutputQueue() { unlogged_output -= waiting_ + taken_; }

    void push(std::size_t stream, std::string_view bytes, core::Millis time) {
        {
            const std::lock_guard guard(mutex_);
            auto& lost = lost_[stream];
            if (waiting_ + bytes.size() > capacity_) {
                lost += bytes.size();
                return;
            }
            waiting_ += bytes.size();
            unlogged_output += bytes.size();
            if (lost == 0 && !outputs_.empty() && outputs_.back().stream == stream &&
                outputs_.back().time == time)
                outputs_.back().bytes.append(bytes);
            else
                outputs_.push_back({stream, time, std::string(bytes), std::exchange(lost, 0)});
        }
        changed_.notify_one();
    }

    /// Waits until there is something, the queue is closed, or `deadline`; gives what there is.
    /// What was taken counts as unlogged until the next call. False: it is closed, this was all.
    bool take(std::vector<Output>& outputs, const std::optional<Clock::time_point>& deadline) {
        std::unique_lock lock(mutex_);
        unlogged_output -= std::exchange(taken_, 0);
        const auto ready = [this] { return closed_ || !outputs_.empty(); };
        if (deadline)
            changed_.wait_until(lock, *deadline, ready);
        else
            changed_.wait(lock, ready);
        if (!outputs_.empty())
            changed_.wait_for(lock, batch_time,
                              [this] { return closed_ || waiting_ >= batch_bytes; });
        if (closed_)
            for (std::size_t stream = 0; stream < lost_.size(); ++stream)
                if (lost_[stream] != 0)
                    outputs_.push_back(
                        {stream, core::now_ms(), {}, std::exchange(lost_[stream], 0)});
        outputs.clear();
        outputs.swap(outputs_);
        taken_ = std::exchange(waiting_, 0);
        return !closed_;
    }

    void close() {
        {
            const std::lock_guard guard(mutex_);
            closed_ = true;
        }
        changed_.notify_one();
    }

private:
    const std::size_t capacity_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Output> outputs_;
    std::array<std::uint64_t, 2> lost_{};
    std::size_t waiting_ = 0, taken_ = 0;
    bool closed_ = false;
};

}  // namespace neptune::client

#endif
