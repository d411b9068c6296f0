#ifndef NEPTUNE_CLIENT_MONITORING_FATAL_SIGNALS_HPP
#define NEPTUNE_CLIENT_MONITORING_FATAL_SIGNALS_HPP

// What must still be done when the program is about to die of its own fault: output that is on its
// way through a capture reaches its destination, and runs with `handle_signals` leave a mark.

#include <neptune/client/monitoring/crash_mark.hpp>
#include <neptune/client/monitoring/descriptor_tap.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

namespace neptune::client {

/// Handles SIGABRT, SIGSEGV, SIGBUS, SIGFPE and SIGILL while somebody watches, and only those that
/// would simply end the process: a handler of the program's stays in place. Afterwards the process
/// ends by the signal as it would have. One per process; never destroyed. Threads: any.
class FatalSignals {
public:
    static FatalSignals& instance() {
        static auto& signals = *new FatalSignals;
        return signals;
    }

    void watch() {
        const std::lock_guard guard(mutex_);
        if (watchers_++ != 0) return;
        struct ::sigaction ours {};
        ours.sa_handler = &handle;
        ours.sa_flags = SA_ONSTACK;
        ::sigemptyset(&ours.sa_mask);
        for (const int signal : signals)
            if (is_handled_by(signal, SIG_DFL)) ::sigaction(signal, &ours, nullptr);
    }
    void unwatch() {
        const std::lock_guard guard(mutex_);
        if (--watchers_ != 0) return;
        for (const int signal : signals)
            if (is_handled_by(signal, &handle)) reset(signal);
    }

    /// A fatal signal makes this file. Nothing if too many runs asked for it. Give the result to
    /// `remove_mark`.
    [[nodiscard]] std::optional<std::size_t> add_mark(const std::string& path) {
        const std::lock_guard guard(mutex_);
        for (std::size_t i = 0; i < marks.size(); ++i) {
            if (marks[i].load() != nullptr) continue;
            paths_[i] = path;
            marks[i] = paths_[i].c_str();
            return i;
        }
        return std::nullopt;
    }
    void remove_mark(std::size_t number) {
        const std::lock_guard guard(mutex_);
        marks[number] = nullptr;
    }

    // Around fork: nobody may be inside.
    void lock_for_fork() { mutex_.lock(); }
    void unlock_after_fork() { mutex_.unlock(); }
    /// The queues are the parent's.
    void forget_marks_in_child() {
        for (auto& mark : marks) mark = nullptr;
    }

private:
    using Handler = void (*)(int);
    static constexpr std::array<int, 5> signals{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    static constexpr std::size_t most_marks = 64;
    static inline std::array<std::atomic<const char*>, most_marks> marks{};
    static inline std::atomic<bool> handling{false};

    static bool is_handled_by(int signal, Handler handler) {
        struct ::sigaction now {};
        return ::sigaction(signal, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 &&
               now.sa_handler == handler;
    }
    static void reset(int signal) noexcept {
        struct ::sigaction standard {};
        standard.sa_handler = SIG_DFL;
        ::sigaction(signal, &standard, nullptr);
    }

    // Only what signal-safety(7) allows.
    static void handle(int signal) noexcept {
        reset(signal);
        if (!handling.exchange(true)) {
            for (const auto& mark : marks) {
                const char* const path = mark;
                if (path == nullptr) continue;
                const int file = ::open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
                if (file >= 0) ::close(file);
            }
            DescriptorTap::rescue_all();
        }
        // Pending until this returns; then it ends the process.
        ::raise(signal);
    }

    std::mutex mutex_;
    std::size_t watchers_ = 0;
    std::array<std::string, most_marks> paths_;
};

}  // namespace neptune::client

#endif
