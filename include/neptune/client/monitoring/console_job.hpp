#ifndef NEPTUNE_CLIENT_MONITORING_CONSOLE_JOB_HPP
#define NEPTUNE_CLIENT_MONITORING_CONSOLE_JOB_HPP

// Standard output and error of the program as string series of a run.

#include <neptune/client/monitoring/descriptor_tap.hpp>
#include <neptune/client/monitoring/fatal_signals.hpp>
#include <neptune/client/monitoring/job.hpp>
#include <neptune/client/monitoring/line_cutter.hpp>
#include <neptune/client/monitoring/output_queue.hpp>
#include <neptune/client/monitoring/stream_tap.hpp>
#include <neptune/client/object.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/client/thread.hpp>
#include <neptune/core/time.hpp>
#include <neptune/wire/limits.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace neptune::client {

/// One point a line, with the time at which it was read; a line that is not ended is logged after a
/// second. When the program prints faster than can be logged for longer than OutputQueue holds, a
/// point says how much is missing. Lifetime: `object` and `reporter` outlive it.
class ConsoleJob final : public Job {
public:
    struct Stream {
        CaptureLevel level = CaptureLevel::off;
        std::string path;  ///< of the series
    };

    ConsoleJob(neptune::detail::Object& object, Reporter& reporter, std::array<Stream, 2> streams)
        : object_(object), reporter_(reporter), streams_(std::move(streams)) {}

    void start() override {
        thread_ = start_thread([this] { log_output(); });
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            auto& level = streams_[i].level;
            if (level == CaptureLevel::streambuf) StreamTap::of(i).add(queue_);
            if (level == CaptureLevel::descriptor && !DescriptorTap::of(i).add(queue_)) {
                reporter_.warning("there is no pipe for " + streams_[i].path +
                                  ": too many files are open, or threads; it is not captured");
                level = CaptureLevel::off;
            }
            if (level == CaptureLevel::descriptor) FatalSignals::instance().watch();
        }
    }

    void stop(std::chrono::steady_clock::time_point deadline) override {
        if (!thread_.joinable()) return;
        for (std::size_t i = 0; i < streams_.size(); ++i) {
            if (streams_[i].level == CaptureLevel::streambuf) StreamTap::of(i).remove(queue_);
            if (streams_[i].level != CaptureLevel::descriptor) continue;
            DescriptorTap::of(i).remove(queue_, deadline);
            FatalSignals::instance().unwatch();
        }
        queue_.close();
        thread_.join();
    }

private:
    using Clock = std::chrono::steady_clock;

    struct Lines {
        std::vector<std::string> texts;
        std::vector<Timestamp> times;
    };
    struct State {
        LineCutter cutter;
        Lines lines;
        /// When a line that has begun is logged as it is.
        std::optional<Clock::time_point> deadline;
    };

    // Takes the points of a stream that were read at `time`.
    auto adder(std::size_t stream, core::Millis time) {
        return [this, stream, time](std::string text) {
            auto& lines = states_[stream].lines;
            lines.texts.push_back(std::move(text));
            lines.times.emplace_back().ms = time;
            // What many short lines take in memory must not add up to far more than their bytes.
            if (lines.texts.size() >= points_at_once) log(stream);
        };
    }

    void log_output() {
        const JobScope scope;
        std::vector<Output> outputs;
        for (bool open = true; open;) {
            open = queue_.take(outputs, next_deadline());
            for (const auto& output : outputs) take(output);
            const auto now = Clock::now();
            for (std::size_t i = 0; i < streams_.size(); ++i) {
                auto& state = states_[i];
                if (!open || (state.deadline && now >= *state.deadline))
                    state.cutter.flush(!open, adder(i, core::now_ms()));
                const bool gave_out = !state.lines.texts.empty();
                log(i);
                if (!state.cutter.has_partial())
                    state.deadline.reset();
                else if (!state.deadline || gave_out)
                    state.deadline = now + std::chrono::seconds(1);
            }
        }
    }

    [[nodiscard]] std::optional<Clock::time_point> next_deadline() const {
        auto result = states_[0].deadline;
        if (const auto& other = states_[1].deadline; other && (!result || *other < *result))
            result = other;
        return result;
    }

    void take(const Output& output) {
        auto& state = states_[output.stream];
        const auto add = adder(output.stream, output.time);
        if (output.lost != 0) {
            state.cutter.flush(true, add);
            add("[neptune] " + std::to_string(output.lost) +
                " bytes of output are missing here: they came faster than they could be logged");
        }
        state.cutter.take(output.bytes, add);
    }

    void log(std::size_t stream) {
        auto& lines = states_[stream].lines;
        const auto& path = streams_[stream].path;
        if (lines.texts.empty()) return;
        Extend options;
        options.timestamps = std::move(lines.times);
        neptune::detail::SeriesValues values(std::move(lines.texts));
        lines = {};
        try {
            object_.extend(object_.intern(path), std::move(values), options);
        } catch (const std::exception& error) {
            reporter_.report(
                Error(ErrorCode::monitoring_failed,
                      "output of the program could not be logged to " + path + ": " + error.what()),
                path, Level::warning);
        }
    }

    static constexpr std::size_t points_at_once = 1000;

    neptune::detail::Object& object_;
    Reporter& reporter_;
    std::array<Stream, 2> streams_;
    std::array<State, 2> states_;
    OutputQueue queue_;
    std::thread thread_;
};

}  // namespace neptune::client

#endif
