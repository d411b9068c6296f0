#ifndef NEPTUNE_CLIENT_FAREWELL_HPP
#define NEPTUNE_CLIENT_FAREWELL_HPP

// What `stop()` does while data are still on their way, and what it tells the user meanwhile.

#include <neptune/client/uploader.hpp>
#include <neptune/core/number.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

namespace neptune::client {

/// Waits until nothing is left, the worker is dead, or the time is up: `limit` in all if given,
/// else as long as there is progress and at most `stop_without_progress` without (wire protocol:
/// progress is an acknowledged batch).
inline void wait_for_end(Uploader& uploader, std::optional<std::chrono::duration<double>> limit,
                         const Timing& timing, Reporter& reporter) {
    using Clock = Uploader::Clock;
    const auto start = Clock::now();
    auto progress = uploader.progress();
    const auto total = progress.remaining;
    const auto count = [](std::uint64_t number) {
        return std::to_string(number) + (number == 1 ? " operation" : " operations");
    };
    // To a tenth: what the background jobs took of a limit is of no interest.
    const auto seconds = [](Seconds time) {
        const double rounded = std::round(time.count() * 10) / 10;
        const auto whole = static_cast<std::int64_t>(rounded);
        return (static_cast<double>(whole) == rounded ? std::to_string(whole)
                                                      : core::shortest(rounded)) +
               (rounded == 1 ? " second" : " seconds");
    };
    const Seconds patience = limit ? Seconds(*limit) : timing.stop_without_progress;
    if (progress.dead) return;
    if (total > 0) {
        if (progress.connected)
            reporter.info("waiting for the remaining " + count(total) +
                          " to synchronize; do not kill this process");
        else
            reporter.warning("there were interruptions; trying for the next " + seconds(patience) +
                             " to send the remaining " + count(total) +
                             ". You may also kill this process and run `neptune-cpp sync` later");
    }
    uploader.hurry();
    const auto later = [](Clock::time_point time, Seconds span) {
        return time + std::chrono::duration_cast<Clock::duration>(span);
    };
    const auto give_up = [&] {
        return limit ? later(start, patience)
                     : later((std::max)(start, progress.last_progress), patience);
    };
    auto next_message = later(start, timing.waiting_message_period);
    for (;;) {
        uploader.wait_until_empty((std::min)(give_up(), next_message));
        progress = uploader.progress();
        if (progress.remaining == 0) {
            reporter.info("all " + count(total) + " synchronized, thanks for waiting");
            return;
        }
        if (progress.dead) return;
        const auto now = Clock::now();
        if (now >= give_up()) {
            const std::string left = count(progress.remaining) +
                                     (progress.remaining == 1 ? " is" : " are") +
                                     " kept on disk; run `neptune-cpp sync` to send what is left";
            if (limit)
                reporter.warning("not everything was synchronized within " + seconds(*limit) +
                                 "; " + left);
            else if (!progress.connected)
                reporter.warning("could not reconnect within " + seconds(patience) + "; " + left);
            else
                reporter.warning("the server took nothing for " + seconds(patience) + "; " + left);
            return;
        }
        if (now >= next_message) {
            next_message = later(now, timing.waiting_message_period);
            const auto done = total > progress.remaining ? total - progress.remaining : 0;
            reporter.info("still waiting for " + count(progress.remaining) + " (" +
                          std::to_string(total == 0 ? 100 : done * 100 / total) + " % done)");
        }
    }
}

}  // namespace neptune::client

#endif
