#ifndef NEPTUNE_CLIENT_PROGRESS_BAR_HPP
#define NEPTUNE_CLIENT_PROGRESS_BAR_HPP

// What `.progress` asks for, while a long call runs.

#include <neptune/client/progress.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include <unistd.h>

namespace neptune::client {

/// The line of a text bar, such as "model.onnx [=====>    ] 52 %"; without a total the number done.
[[nodiscard]] inline std::string progress_line(const Progress& progress) {
    constexpr std::uint64_t width = 30;
    std::string line = progress.description + " ";
    if (!progress.total || *progress.total == 0) return line + std::to_string(progress.done);
    const std::uint64_t done = (std::min)(progress.done, *progress.total);
    const double share = static_cast<double>(done) / static_cast<double>(*progress.total);
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
    line.append("[").append(filled, '=');
    if (filled < width) line.append(">").append(width - filled - 1, ' ');
    return line.append("] ").append(std::to_string(static_cast<int>(share * 100))).append(" %");
}

/// Tells how far a call is. Nothing is told of a call that is done with its first piece.
class ProgressTeller {
public:
    /// `first_piece`: what a first piece holds. As in Python: what fits into one is over before
    /// anybody looks.
    ProgressTeller(const ProgressOption& option, std::string description,
                   std::uint64_t first_piece = std::uint64_t{1} << 20)
        : option_(option), first_piece_(first_piece), draws_(option.bar && ::isatty(2) == 1) {
        progress_.description = std::move(description);
    }
    ProgressTeller(const ProgressTeller&) = delete;
    ProgressTeller& operator=(const ProgressTeller&) = delete;
    ~ProgressTeller() {
        if (drawn_) std::fputc('\n', stderr);
    }

    /// Begins, or begins again after a broken connection.
    void begin(std::optional<std::uint64_t> total) {
        progress_.done = 0;
        progress_.total = total;
    }
    /// `by` more are done. Errors: what the user's function throws.
    void advance(std::uint64_t by) {
        progress_.done += by;
        const bool short_one = progress_.total && *progress_.total <= first_piece_;
        if (short_one || progress_.done <= first_piece_) return;
        if (option_.callback) option_.callback(progress_);
        if (draws_) draw();
    }

private:
    void draw() {
        using Clock = std::chrono::steady_clock;
        const auto now = Clock::now();
        const bool whole = progress_.total && progress_.done >= *progress_.total;
        if (drawn_ && !whole && now - last_drawn_ < std::chrono::milliseconds(100)) return;
        last_drawn_ = now;
        drawn_ = true;
        std::fprintf(stderr, "\r%s", progress_line(progress_).c_str());
    }

    const ProgressOption& option_;
    const std::uint64_t first_piece_;
    Progress progress_;
    bool draws_, drawn_ = false;
    std::chrono::steady_clock::time_point last_drawn_;
};

}  // namespace neptune::client

#endif
