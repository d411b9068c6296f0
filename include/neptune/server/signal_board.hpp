#ifndef NEPTUNE_SERVER_SIGNAL_BOARD_HPP
#define NEPTUNE_SERVER_SIGNAL_BOARD_HPP

// Signals that wait for the pings of those whom they are for. Kept in memory: they are of no use
// after a minute.

#include <neptune/core/time.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/signals.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace neptune::server {

/// How long an undelivered signal is kept, ms. Source: wire protocol §12.3.
inline constexpr core::Millis signal_lifetime = 60'000;
/// Undelivered signals of one run; the oldest goes.
inline constexpr std::size_t signals_per_run = 16;

/// Threads: any.
class SignalBoard {
    struct Waiting {
        wire::Signal signal;
        core::Millis sent;
        std::set<std::string> for_whom;
        bool for_anybody;
        [[nodiscard]] bool is_heard() const { return for_whom.empty() && !for_anybody; }
    };

public:
    /// For every process that has the run open now. Where none is known, as after a restart of the
    /// server, for the first one that shows a sign of life.
    void send(const std::string& run, wire::Signal signal, core::Millis now) {
        const std::lock_guard guard(mutex_);
        auto& board = runs_[run];
        tidy(board, now);
        const bool anybody = board.present.empty() && board.listeners.empty();
        Waiting waiting{signal, now, {}, anybody};
        for (const auto& [producer, time] : board.present) waiting.for_whom.insert(producer);
        for (auto* listener : board.listeners) {
            add(listener->unheard_, {signal, now, {}, true});
            waiting.for_whom.erase(listener->producer_);
        }
        if (!waiting.is_heard()) add(board.waiting, std::move(waiting));
        changed_.notify_all();
    }

    /// A ping of the process: gives what it has not heard yet.
    [[nodiscard]] std::vector<wire::Signal> take(const std::string& run,
                                                 const std::string& producer, bool closing,
                                                 core::Millis now) {
        const std::lock_guard guard(mutex_);
        sweep(now);
        auto& board = runs_[run];
        tidy(board, now);
        std::vector<wire::Signal> result;
        for (auto& waiting : board.waiting)
            if (waiting.for_whom.erase(producer) != 0 || std::exchange(waiting.for_anybody, false))
                result.push_back(waiting.signal);
        std::erase_if(board.waiting, [](const Waiting& waiting) { return waiting.is_heard(); });
        if (closing)
            board.present.erase(producer);
        else
            board.present[producer] = now;
        return result;
    }

    /// A process that listens all the time. Threads: one. Lifetime: the board outlives it.
    class Listener {
    public:
        /// `producer`: who listens; its pings then bring nothing. May be empty.
        Listener(SignalBoard& board, std::string run, core::Millis now, std::string producer = {})
            : board_(board), run_(std::move(run)), producer_(std::move(producer)) {
            const std::lock_guard guard(board_.mutex_);
            wakes_ = board_.wakes_;
            auto& its = board_.runs_[run_];
            tidy(its, now);
            its.listeners.insert(this);
            for (auto& waiting : its.waiting)
                if (waiting.for_whom.erase(producer_) != 0 ||
                    std::exchange(waiting.for_anybody, false))
                    unheard_.push_back({waiting.signal, waiting.sent, {}, true});
            std::erase_if(its.waiting, [](const Waiting& waiting) { return waiting.is_heard(); });
        }
        Listener(const Listener&) = delete;
        Listener& operator=(const Listener&) = delete;
        /// What it did not hear is kept for whoever comes next, unless others heard it.
        ~Listener() {
            const std::lock_guard guard(board_.mutex_);
            auto& its = board_.runs_[run_];
            its.listeners.erase(this);
            const bool alone = its.present.empty() ||
                               (its.present.size() == 1 && its.present.count(producer_) == 1);
            if (sending_) unheard_.insert(unheard_.begin(), *std::move(sending_));
            if (its.listeners.empty() && alone)
                for (auto& unheard : unheard_) add(its.waiting, std::move(unheard));
            if (its.is_empty()) board_.runs_.erase(run_);
        }
        /// The oldest signal that was not `delivered`. Blocks until there is one, `wake` was called
        /// since the last time, or that long.
        [[nodiscard]] std::optional<wire::Signal> wait(std::chrono::milliseconds time) {
            std::unique_lock lock(board_.mutex_);
            board_.changed_.wait_for(lock, time, [this] {
                return sending_ || !unheard_.empty() || wakes_ != board_.wakes_;
            });
            wakes_ = board_.wakes_;
            if (!sending_ && !unheard_.empty()) {
                sending_ = std::move(unheard_.front());
                unheard_.erase(unheard_.begin());
            }
            return sending_ ? std::optional(sending_->signal) : std::nullopt;
        }
        /// The client has what `wait` gave.
        void delivered() { sending_.reset(); }

    private:
        friend class SignalBoard;
        SignalBoard& board_;
        const std::string run_, producer_;
        std::vector<Waiting> unheard_;    // guarded by the board's mutex
        std::optional<Waiting> sending_;  // the listener's thread only
        std::size_t wakes_ = 0;
    };

    /// All who listen look up: something else has changed.
    void wake() {
        const std::lock_guard guard(mutex_);
        ++wakes_;
        changed_.notify_all();
    }

private:
    struct Board {
        std::map<std::string, core::Millis> present;  // producer: its last ping
        std::vector<Waiting> waiting;
        std::set<Listener*> listeners;
        [[nodiscard]] bool is_empty() const {
            return present.empty() && waiting.empty() && listeners.empty();
        }
    };

    static void add(std::vector<Waiting>& list, Waiting waiting) {
        if (list.size() == signals_per_run) list.erase(list.begin());
        list.push_back(std::move(waiting));
    }
    static void tidy(Board& board, core::Millis now) {
        std::erase_if(board.present, [&](const auto& entry) {
            return entry.second + storage::idle_after_ms <= now;
        });
        std::erase_if(board.waiting, [&](const Waiting& waiting) {
            return waiting.sent + signal_lifetime <= now;
        });
    }
    // Forgets runs of which nothing is to be remembered, now and then.
    void sweep(core::Millis now) {
        if (now < next_sweep_) return;
        next_sweep_ = now + signal_lifetime;
        for (auto& [run, board] : runs_) tidy(board, now);
        std::erase_if(runs_, [](const auto& entry) { return entry.second.is_empty(); });
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, Board> runs_;
    core::Millis next_sweep_ = 0;
    std::size_t wakes_ = 0;
};

}  // namespace neptune::server

#endif
