#ifndef NEPTUNE_CLIENT_REPORTER_HPP
#define NEPTUNE_CLIENT_REPORTER_HPP

// Where everything goes that no call can throw, and the lines that the library prints.
//
// Messages go to stderr, because stdout belongs to the program that is watched. The user's handler
// runs on a thread of its own, never under a lock.

#include <neptune/client/thread.hpp>
#include <neptune/core/callback.hpp>
#include <neptune/core/error.hpp>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <unistd.h>

namespace neptune::client {

enum class Level { info, warning, error };

/// Where the library's own lines go: to stderr, or, while that is captured, to what it was before,
/// so that a thread which reads the capture never waits for itself. Threads: any.
class MessageTarget {
public:
    // Never destroyed: objects with static storage may still print.
    static MessageTarget& instance() {
        static auto& target = *new MessageTarget;
        return target;
    }
    /// Lifetime: the descriptor stays open until another one is set.
    void set(int descriptor) {
        const std::lock_guard guard(mutex_);
        descriptor_ = descriptor;
    }
    /// Under a lock, so that lines of several threads do not mix.
    void write(std::string_view text) {
        const std::lock_guard guard(mutex_);
        while (!text.empty()) {
            const auto count = ::write(descriptor_, text.data(), text.size());
            if (count >= 0)
                text.remove_prefix(static_cast<std::size_t>(count));
            else if (errno != EINTR)
                return;  // nobody is left who could be told
        }
    }
    // Around fork: nobody may be inside.
    void lock_for_fork() { mutex_.lock(); }
    void unlock_after_fork() { mutex_.unlock(); }

private:
    std::mutex mutex_;
    int descriptor_ = 2;
};

/// Prints `[neptune] [info   ] text`, the level padded to seven characters as the Python client's
/// logger does.
inline void print_line(Level level, std::string_view text) {
    static constexpr const char* words[] = {"info   ", "warning", "error  "};
    std::string line = "[neptune] [";
    line.append(words[static_cast<int>(level)]).append("] ").append(text).append("\n");
    MessageTarget::instance().write(line);
}

/// One per object. Threads: all functions from any thread.
class Reporter {
public:
    explicit Reporter(Callback<void(const Error&)> handler) {
        inbox_->handler = std::move(handler);
    }
    Reporter(const Reporter&) = delete;
    Reporter& operator=(const Reporter&) = delete;
    ~Reporter() { close(); }

    void info(std::string_view text) { inbox_->print(Level::info, text); }
    void warning(std::string_view text) { inbox_->print(Level::warning, text); }
    void error(std::string_view text) { inbox_->print(Level::error, text); }

    /// Reports an error that concerns `field` (may be empty). With a handler: hands it over.
    /// Without: one line for each pair of code and field, later ones are counted.
    void report(const Error& error, const std::string& field, Level level = Level::error) {
        std::unique_lock lock(inbox_->mutex);
        if (inbox_->handler) {
            // A handler that is slower than the errors come must not make the process grow.
            constexpr std::size_t longest = 1000;
            if (inbox_->errors.size() >= longest || inbox_->closed) {
                ++unheard_;
                return;
            }
            // Not a copy: that would share its characters with the thread that reports, and the
            // standard library counts those who share where the thread sanitizer cannot see it.
            inbox_->errors.emplace_back(error.code(), error.message(), error.advice());
            if (!dispatcher_.joinable())
                dispatcher_ = start_thread([inbox = inbox_] { inbox->dispatch(); });
            lock.unlock();
            inbox_->changed.notify_one();
            return;
        }
        const auto count = ++counts_[{error.code(), field}];
        lock.unlock();
        if (count == 1) inbox_->print(level, error.what());
    }

    /// Says how often each error came again, hands out what is queued and ends the thread.
    void close() {
        std::unique_lock lock(inbox_->mutex);
        inbox_->closed = true;
        const auto counts = std::exchange(counts_, {});
        auto dispatcher = std::move(dispatcher_);
        lock.unlock();
        inbox_->changed.notify_all();
        // The handler itself cannot wait for its end; its thread ends by itself, perhaps after this
        // object.
        if (dispatcher.joinable()) {
            if (is_handler_thread())
                dispatcher.detach();
            else
                dispatcher.join();
        }
        lock.lock();
        const auto unheard = std::exchange(unheard_, 0);
        lock.unlock();
        if (unheard != 0) warning(std::to_string(unheard) + " errors came too fast for on_error");
        for (const auto& [cause, count] : counts)
            if (count > 1)
                warning("the same error came " + std::to_string(count - 1) + " more times" +
                        (cause.second.empty() ? "" : " for " + cause.second));
    }

    /// True in the thread in which the user's handler runs.
    [[nodiscard]] bool is_handler_thread() const {
        return inbox_->thread == std::this_thread::get_id();
    }

    /// In a forked child: prints nothing any more. The thread does not exist there.
    void silence_in_child() {
        inbox_->silent = true;
        inbox_->handler = {};
        if (dispatcher_.joinable()) dispatcher_.detach();
    }
    /// Nothing is printed: debug mode prints no links, tests no lines.
    void set_silent(bool silent) { inbox_->silent = silent; }

    // Around fork: nobody may be inside.
    void lock_for_fork() { inbox_->mutex.lock(); }
    void unlock_after_fork() { inbox_->mutex.unlock(); }

private:
    // What the thread of the handler shares with the reporter.
    struct Inbox {
        void print(Level level, std::string_view text) const {
            if (!silent) print_line(level, text);
        }
        void dispatch() {
            thread = std::this_thread::get_id();
            std::unique_lock lock(mutex);
            for (;;) {
                changed.wait(lock, [this] { return closed || !errors.empty(); });
                if (errors.empty()) break;
                const Error error(std::move(errors.front()));
                errors.pop_front();
                lock.unlock();
                try {
                    handler(error);
                } catch (const std::exception& thrown) {
                    print(Level::error, std::string("on_error threw: ") + thrown.what());
                } catch (...) {
                    print(Level::error, "on_error threw something that is no std::exception");
                }
                lock.lock();
            }
            thread = std::thread::id();  // which another thread may get
        }

        std::mutex mutex;
        std::condition_variable changed;
        Callback<void(const Error&)> handler;
        std::deque<Error> errors;
        std::atomic<std::thread::id> thread{};
        std::atomic<bool> silent{false};
        bool closed = false;
    };

    const std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>();
    std::map<std::pair<ErrorCode, std::string>, std::uint64_t>
        counts_;  // guarded by the inbox's mutex, as is
    std::uint64_t unheard_ = 0;
    std::thread dispatcher_;
};

/// What was said once in this process is not said again. Threads: any.
class SaidOnce {
public:
    // Never destroyed: objects with static storage may still log.
    static SaidOnce& instance() {
        static auto& said = *new SaidOnce;
        return said;
    }
    /// True the first time. At most 1,000 texts are remembered, as in Python.
    bool first_time(const std::string& text) {
        const std::lock_guard guard(mutex_);
        if (texts_.size() >= 1000) return texts_.count(text) == 0;
        return texts_.insert(text).second;
    }
    // Around fork: nobody may be inside.
    void lock_for_fork() { mutex_.lock(); }
    void unlock_after_fork() { mutex_.unlock(); }

private:
    std::mutex mutex_;
    std::set<std::string> texts_;
};

inline bool first_time(const std::string& text) {
    return SaidOnce::instance().first_time(text);
}

}  // namespace neptune::client

#endif
