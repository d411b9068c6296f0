#ifndef NEPTUNE_CLIENT_DELIVERY_HPP
#define NEPTUNE_CLIENT_DELIVERY_HPP

// Sends what dead processes left of one object, outside of any process that logs to it.

#include <neptune/client/uploader.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace neptune::client {

struct Delivery {
    /// Everything is on the server, and the journals are removed.
    bool complete = false;
    /// The server could not be reached for NEPTUNE_SYNC_BATCH_TIMEOUT; else it refused.
    bool connection_lost = false;
    /// Why it is not complete.
    std::string failure{};
};

/// True for errors that tell of an operation which will never be on the server.
[[nodiscard]] inline bool tells_of_refusal(ErrorCode code) {
    switch (code) {
        case ErrorCode::connection_lost:
        case ErrorCode::synchronization_stopped:
        case ErrorCode::journal_unavailable:
        case ErrorCode::records_left_behind:
        case ErrorCode::queue_full:
            return false;
        default:
            return true;
    }
}

/// Blocks until the server has all of the journals, oldest first, or that is given up. `on_error`
/// hears of each operation that is refused and of a connection that is lost, in a thread of its
/// own, never after the return. `journals` are at least one.
[[nodiscard]] inline Delivery deliver(Session& session, const Environment& environment,
                                      const std::string& object_id,
                                      std::vector<std::unique_ptr<journal::Journal>> journals,
                                      ErrorHandler on_error) {
    Reporter reporter(std::move(on_error));
    reporter.set_silent(true);
    const auto own = std::move(journals.back());
    journals.pop_back();
    Uploader::Settings settings;
    settings.object_id = object_id;
    settings.batch_operations = environment.batch_operations;
    settings.batch_bytes = environment.batch_bytes;
    settings.timing = environment.timing;
    Uploader uploader(settings, session, reporter, std::move(journals), *own);
    uploader.start();
    const auto patience = std::chrono::duration_cast<Uploader::Clock::duration>(
        environment.timing.sync_batch * environment.timing.pause_scale);
    for (auto before = uploader.progress();;) {
        uploader.wait_until_empty(before.last_progress + patience);
        const auto after = uploader.progress();
        if (after.dead || after.remaining == 0 || after.last_progress == before.last_progress)
            break;
        before = after;
    }
    const auto end = uploader.progress();
    Delivery result;
    result.complete = !end.dead && end.remaining == 0;
    if (!result.complete) {
        result.connection_lost = !end.dead;
        session.abort();
        result.failure = uploader.last_failure();
    }
    uploader.end();
    if (result.complete) own->close_and_remove();
    return result;
}

}  // namespace neptune::client

#endif
