#ifndef NEPTUNE_HTTP_TASK_QUEUE_HPP
#define NEPTUNE_HTTP_TASK_QUEUE_HPP

// The workers of the HTTP server. httplib holds one worker for as long as a connection lives, so
// their number follows the connections: measured with 64 kept-alive clients at 2 requests/s, the
// library's own fixed pool answers at 7.9 s (p95), this one at 2.7 ms (p99).

#include <neptune/http/system.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace neptune::http {

/// At the limit further connections wait in the queue until a kept-alive one times out (2 s) or
/// ends.
inline constexpr std::size_t default_max_workers = 1024;

struct TaskQueueLimits {
    std::size_t min_workers = 8;  ///< Once started, so many stay; none is started without work.
    std::size_t max_workers = default_max_workers;
    std::size_t max_queued = 4096;           ///< Beyond it `push` refuses.
    std::chrono::milliseconds linger{5000};  ///< An idle worker above `min_workers` then leaves.
};

/// A queue of tasks and the threads that work on them. Every signal is blocked in these threads.
/// Threads: all functions from any, except that no task may call `shutdown`.
class TaskQueue {
public:
    explicit TaskQueue(TaskQueueLimits limits) : limits_(limits) {}
    TaskQueue(const TaskQueue&) = delete;
    TaskQueue& operator=(const TaskQueue&) = delete;
    ~TaskQueue() { shutdown(); }

    /// Hands a task, which must not throw, to an idle worker, to a new one, or to the queue. False
    /// if it was refused: the queue is full or shut down.
    bool push(std::function<void()> task) {
        const std::lock_guard lock(mutex_);
        join_the_departed();
        if (stopping_ || tasks_.size() >= limits_.max_queued) {
            return false;
        }
        tasks_.push_back(std::move(task));
        if (tasks_.size() > idle_ && workers_.size() < limits_.max_workers) {
            start_worker();
        }
        wake_.notify_one();
        return true;
    }

    /// Finishes all tasks, those waiting included, and ends the workers. Later pushes are refused.
    void shutdown() {
        std::map<std::thread::id, std::thread> workers;
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
            wake_.notify_all();
            workers.swap(workers_);
            join_the_departed();
        }
        for (auto& worker : workers) {
            worker.second.join();
        }
    }

    [[nodiscard]] std::size_t workers() const {
        const std::lock_guard lock(mutex_);
        return workers_.size();
    }

private:
    void start_worker() {
        try {
            const detail::SignalsBlocked blocked;
            std::thread worker([this] { work(); });
            const std::thread::id id = worker.get_id();
            workers_.emplace(id, std::move(worker));
        } catch (const std::system_error&) {
            // The system has no more threads: the task waits for one of those that exist, or for
            // the next push.
            return;
        }
    }

    void work() {
        std::unique_lock lock(mutex_);
        for (;;) {
            ++idle_;
            const bool woken = wake_.wait_for(lock, limits_.linger,
                                              [this] { return stopping_ || !tasks_.empty(); });
            --idle_;
            if (!tasks_.empty()) {
                std::function<void()> task = std::move(tasks_.front());
                tasks_.pop_front();
                lock.unlock();
                task();
                task = nullptr;
                lock.lock();
            } else if (stopping_ || (!woken && workers_.size() > limits_.min_workers)) {
                break;
            }
        }
        if (const auto own = workers_.find(std::this_thread::get_id()); own != workers_.end()) {
            departed_.push_back(std::move(own->second));
            workers_.erase(own);
        }
    }

    /// Threads that gave up the mutex for the last time; joining them takes no time.
    void join_the_departed() {
        for (std::thread& worker : departed_) {
            worker.join();
        }
        departed_.clear();
    }

    const TaskQueueLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> tasks_;
    std::map<std::thread::id, std::thread> workers_;
    std::vector<std::thread> departed_;
    std::size_t idle_ = 0;
    bool stopping_ = false;
};

}  // namespace neptune::http

#endif
