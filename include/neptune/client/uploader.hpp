#ifndef NEPTUNE_CLIENT_UPLOADER_HPP
#define NEPTUNE_CLIENT_UPLOADER_HPP

// The thread that drains journals: what a dead process left behind first, oldest first, then the
// object's own. It survives any outage, never throws at the caller, and acknowledges exactly what
// the server has stored.

#include <neptune/client/artifacts.hpp>
#include <neptune/client/batch_builder.hpp>
#include <neptune/client/environment.hpp>
#include <neptune/client/file_transfer.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/client/session.hpp>
#include <neptune/client/thread.hpp>
#include <neptune/journal/journal.hpp>
#include <neptune/wire/operations_writer.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace neptune::client {

/// Threads: all functions from any thread, unless said otherwise.
class Uploader {
public:
    using Clock = std::chrono::steady_clock;

    struct Settings {
        std::string object_id;
        Seconds flush_period{5};
        /// Keep refusals for the caller that waits (`collect_errors`) instead of reporting them.
        bool keep_errors = false;
        std::size_t batch_operations = wire::limits::batch_operations;
        std::size_t batch_bytes = wire::limits::batch_bytes;
        Timing timing{};
    };

    /// Lifetime: `session`, `reporter` and `own` outlive this. `left_overs` are sent before `own`;
    /// each is removed when the server has all of it.
    Uploader(Settings settings, Session& session, Reporter& reporter,
             std::vector<std::unique_ptr<journal::Journal>> left_overs, journal::Journal& own)
        : settings_(std::move(settings)),
          session_(session),
          reporter_(reporter),
          left_overs_(std::make_move_iterator(left_overs.begin()),
                      std::make_move_iterator(left_overs.end())),
          own_(own),
          last_progress_(Clock::now()) {}
    ~Uploader() { end(); }

    void start() {
        thread_ = start_thread([this] { run(); });
    }

    /// A record was appended: wakes the thread if more than half a batch waits.
    void appended(std::uint64_t sequence) {
        if (sequence - acknowledged_.load(std::memory_order_relaxed) >
            settings_.batch_operations / 2)
            wake();
    }
    /// Sends now what is queued, even if the server was away a moment ago.
    void hurry() {
        const std::lock_guard guard(mutex_);
        woken_ = hurried_ = true;
        changed_.notify_all();
    }

    enum class Waited { done, dead, connection_lost };

    /// Blocks until the server has the own records up to `sequence`, and all left-overs.
    /// `until_failure`: also returns when the connection fails for good once.
    Waited wait(std::uint64_t sequence, bool until_failure) {
        std::unique_lock lock(mutex_);
        const auto failures = failures_;
        woken_ = hurried_ = true;
        changed_.notify_all();
        const auto over = [&] {
            return (left_overs_.empty() && acknowledged_ >= sequence) || dead_ || ended_ ||
                   (until_failure && failures_ != failures);
        };
        changed_.wait(lock, over);
        if (left_overs_.empty() && acknowledged_ >= sequence) return Waited::done;
        return dead_ || ended_ ? Waited::dead : Waited::connection_lost;
    }

    /// Blocks until the server has everything that is queued, the thread is dead, or `deadline`.
    void wait_until_empty(Clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, deadline, [this] {
            return (left_overs_.empty() && acknowledged_ >= own_.last_sequence()) || dead_ ||
                   ended_;
        });
    }

    /// Errors of the records `first` … `last` (with `keep_errors`), in order; they are forgotten.
    std::vector<Error> collect_errors(std::uint64_t first, std::uint64_t last,
                                      const std::vector<std::string>& paths) {
        const std::lock_guard guard(mutex_);
        std::vector<Error> result;
        const auto wanted = [&](const KeptError& kept) {
            return kept.range.first <= last && kept.range.last >= first &&
                   std::find(paths.begin(), paths.end(), kept.path) != paths.end();
        };
        for (const auto& kept : kept_errors_)
            if (wanted(kept)) result.push_back(kept.error);
        std::erase_if(kept_errors_, wanted);
        return result;
    }
    /// Why the thread gave up; null while it has not.
    [[nodiscard]] std::exception_ptr death() {
        const std::lock_guard guard(mutex_);
        return death_;
    }
    /// What stopped the last attempt, in words.
    [[nodiscard]] std::string last_failure() {
        const std::lock_guard guard(mutex_);
        return last_failure_;
    }

    struct Progress {
        std::uint64_t remaining = 0;
        Clock::time_point last_progress;
        bool connected = true;
        bool dead = false;
        /// When the newest record of the batch under way was queued; ms since the Unix epoch.
        std::optional<std::int64_t> newest_queued_ms;
        std::optional<Clock::time_point> sending_since;
    };
    [[nodiscard]] Progress progress() {
        const std::lock_guard guard(mutex_);
        Progress result;
        result.remaining = own_.last_sequence() - acknowledged_;
        for (const auto& journal : left_overs_)
            result.remaining += journal->last_sequence() - journal->acknowledged();
        result.last_progress = last_progress_;
        result.connected = connected_;
        result.dead = dead_;
        result.newest_queued_ms = newest_queued_ms_;
        result.sending_since = sending_since_;
        return result;
    }
    /// Ends the thread, after the request under way if `session.abort()` was not called before.
    /// Journals stay as they are.
    void end() {
        {
            const std::lock_guard guard(mutex_);
            ended_ = true;
            changed_.notify_all();
        }
        if (thread_.joinable()) thread_.join();
    }

    // Around fork: the thread holds no lock of ours while it is sending, and none after
    // lock_for_fork.
    void lock_for_fork() { mutex_.lock(); }
    void unlock_after_fork() { mutex_.unlock(); }

private:
    struct KeptError {
        journal::Range range;
        std::string path;
        Error error;
    };

    void wake() {
        if (woken_.exchange(true)) return;
        const std::lock_guard guard(mutex_);
        changed_.notify_all();
    }

    void run() {
        while (true) {
            try {
                while (auto* journal = next()) {
                    send_batch(*journal);
                    if (ended()) return;
                }
                if (!sleep(settings_.flush_period, woken_)) return;
            } catch (const std::exception& error) {
                if (ended()) return;
                if (!is_passing(error)) {
                    die(error);
                    return;
                }
                if (!back_off(error)) return;
            }
        }
    }

    bool ended() {
        const std::lock_guard guard(mutex_);
        return ended_;
    }

    // The oldest journal that has something to send; those that are done are removed.
    journal::Journal* next() {
        for (;;) {
            journal::Journal* done = nullptr;
            {
                const std::lock_guard guard(mutex_);
                woken_ = false;
                if (left_overs_.empty()) return own_.empty() ? nullptr : &own_;
                done = left_overs_.front().get();
                if (!done->empty()) return done;
            }
            try {
                done->close_and_remove();
            } catch (const std::exception& error) {
                reporter_.report(Error(ErrorCode::journal_unavailable,
                                       "cannot remove the sent queue " + done->directory() + ": " +
                                           error.what()),
                                 done->directory(), Level::warning);
            }
            const std::lock_guard guard(mutex_);
            left_overs_.pop_front();
            changed_.notify_all();
        }
    }

    void send_batch(journal::Journal& journal) {
        BatchBuilder builder(journal, session_, settings_.batch_operations, settings_.batch_bytes);
        auto batch = builder.build();
        begin(batch);
        journal.begin_flight(batch.range.last);
        send_uploads(journal, batch);
        track_files(batch);
        wire::ExecuteOperations::Request request;
        request.experiment_id = settings_.object_id;
        request.operations = wire::write_operations(batch.operations);
        const bool fenced = session_.has(wire::feature_producer) && &journal != unfenced_;
        if (fenced) {
            request.producer = journal.producer();
            request.sequence =
                std::to_string(batch.range.first) + "-" + std::to_string(batch.range.last);
        }
        std::vector<wire::OperationErrorDto> refused;
        try {
            refused = session_.call<wire::ExecuteOperations>(request);
        } catch (const ProducerConflict& conflict) {
            settle(journal, batch.range, conflict);
            return;
        }
        journal.acknowledge(batch.range.last);
        finish(journal, batch, refused);
    }

    // What was sent before the connection broke is not sent again by the next attempt.
    void send_uploads(const journal::Journal& journal, OutgoingBatch& batch) {
        if (uploaded_.journal != &journal || uploaded_.range != batch.range)
            uploaded_ = {&journal, batch.range, 0, {}};
        while (uploaded_.number < batch.uploads.size()) {
            const auto& upload = batch.uploads[uploaded_.number];
            auto error = std::visit(
                [&](const auto& work) { return files_.send(upload.path, work); }, upload.work);
            ++uploaded_.number;
            if (error) uploaded_.errors.emplace_back(upload.path, std::move(*error));
        }
        for (const auto& [path, error] : uploaded_.errors)
            batch.errors.emplace_back(path, Error(error.code(), error.message(), error.advice()));
    }
    // Bytes of an upload have left.
    void note_upload() {
        const std::lock_guard guard(mutex_);
        last_progress_ = Clock::now();
        if (sending_since_) sending_since_ = last_progress_;
    }
    // Files become artifacts before everything else of the batch, which then only refers to them.
    void track_files(OutgoingBatch& batch) {
        for (const auto& [path, tracked] : batch.tracked) {
            const auto refuse = [&, &field = path](const Error& error) {
                batch.errors.emplace_back(field,
                                          Error(error.code(), error.message(), error.advice()));
            };
            try {
                batch.operations.push_back(
                    {path, wire::AssignArtifact{artifacts_.track(path, tracked)}});
            } catch (const ArtifactError& error) {
                refuse(error);
            } catch (const ArtifactNotFound& error) {
                refuse(error);
            } catch (const ClientHttpError& error) {
                refuse(error);
            } catch (const LimitError& error) {
                refuse(error);
            }
        }
    }
    // Reading many files is progress too. False when the thread is to end.
    bool note_life() {
        note_upload();
        return !ended();
    }

    // The server's number differs from ours. Ahead of us: an answer was lost, and what it has is
    // acknowledged. Behind us: it lost data that we no longer have; the rest is sent without
    // numbers, protected by the step rule alone.
    void settle(journal::Journal& journal, const journal::Range& range,
                const ProducerConflict& conflict) {
        const auto last = static_cast<std::uint64_t>((std::max)(conflict.last, std::int64_t{0}));
        if (last >= range.first) {
            journal.acknowledge((std::min)(last, journal.last_sequence()));
            note_progress(journal);
            return;
        }
        unfenced_ = &journal;
        reporter_.report(
            Error(
                ErrorCode::records_left_behind,
                "the server has only the first " + std::to_string(last) +
                    " records of this queue, but " + std::to_string(range.first - 1) +
                    " were acknowledged",
                "was the server restored from a backup? What was logged in between is lost there"),
            settings_.object_id);
    }

    void begin(const OutgoingBatch& batch) {
        const std::lock_guard guard(mutex_);
        // A repetition is no new beginning.
        if (!sending_since_) sending_since_ = Clock::now();
        newest_queued_ms_ = batch.newest_queued_ms;
    }

    void finish(journal::Journal& journal, OutgoingBatch& batch,
                const std::vector<wire::OperationErrorDto>& refused) {
        std::vector<KeptError> errors;
        for (auto& [path, error] : batch.errors)
            errors.push_back({batch.range, path, std::move(error)});
        for (const auto& dto : refused) {
            std::string path = dto.path.value_or("");
            if (path.empty() && dto.index && *dto.index >= 0 &&
                static_cast<std::size_t>(*dto.index) < batch.operations.size())
                path = batch.operations[static_cast<std::size_t>(*dto.index)].path;
            const bool step =
                dto.error_type == wire::wire_name(wire::OperationErrorType::log_series_value);
            errors.push_back(
                {batch.range, path,
                 Error(step ? ErrorCode::step_not_increasing : ErrorCode::operation_refused,
                       "the server refused an operation: " + dto.error_description)});
        }
        if (!settings_.keep_errors || &journal != &own_) {
            for (const auto& kept : errors) reporter_.report(kept.error, kept.path);
            errors.clear();
        }
        {
            const std::lock_guard guard(mutex_);
            // Moved, as all errors that go from thread to thread: see Reporter::report.
            std::move(errors.begin(), errors.end(), std::back_inserter(kept_errors_));
            // Those that nobody waits for any more.
            constexpr std::size_t kept = 1000;
            if (kept_errors_.size() > kept)
                kept_errors_.erase(kept_errors_.begin(), kept_errors_.end() - kept);
        }
        note_progress(journal);
    }

    void note_progress(journal::Journal& journal) {
        bool reconnected = false;
        {
            const std::lock_guard guard(mutex_);
            if (&journal == &own_) acknowledged_ = own_.acknowledged();
            last_progress_ = Clock::now();
            sending_since_.reset();
            newest_queued_ms_.reset();
            reconnected = !std::exchange(connected_, true);
            backoff_ = Seconds(0);
            changed_.notify_all();
        }
        if (reconnected)
            reporter_.info("the connection to the server is back, synchronization goes on");
    }

    // Trouble that time may heal. Everything else ends the thread; data stay on disk.
    static bool is_passing(const std::exception& error) {
        if (const auto* api = dynamic_cast<const ApiError*>(&error))
            return api->code() == ErrorCode::server_error ||
                   api->code() == ErrorCode::invalid_reply;
        return dynamic_cast<const ConnectionLost*>(&error) != nullptr ||
               dynamic_cast<const CannotResolveHostname*>(&error) != nullptr ||
               dynamic_cast<const SSLVerificationError*>(&error) != nullptr;
    }

    bool back_off(const std::exception& error) {
        bool first = false;
        Seconds pause{};
        {
            const std::lock_guard guard(mutex_);
            first = std::exchange(connected_, false);
            last_failure_ = error.what();
            ++failures_;
            backoff_ = backoff_.count() == 0
                           ? settings_.timing.first_backoff
                           : (std::min)(backoff_ * 2, settings_.timing.longest_backoff);
            pause = backoff_ * settings_.timing.pause_scale;
            changed_.notify_all();
        }
        if (first)
            reporter_.report(
                Error(ErrorCode::connection_lost,
                      std::string(
                          "synchronization is interrupted and goes on when the server is back: ") +
                          error.what()),
                {}, Level::warning);
        return sleep(pause, hurried_);
    }

    void die(const std::exception& error) {
        reporter_.report(Error(ErrorCode::synchronization_stopped,
                               std::string("synchronization has stopped: ") + error.what(),
                               "all data are safe in " + own_.directory() +
                                   "; remove the cause, then run `neptune-cpp sync`"),
                         {});
        const std::lock_guard guard(mutex_);
        dead_ = true;
        death_ = std::current_exception();
        last_failure_ = error.what();
        changed_.notify_all();
    }

    // False if the thread is to end. The flag cuts it short.
    bool sleep(Seconds time, const std::atomic<bool>& flag) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, time, [&] { return ended_ || flag; });
        hurried_ = false;
        return !ended_;
    }

    Settings settings_;
    Session& session_;
    Reporter& reporter_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<journal::Journal>> left_overs_;
    journal::Journal& own_;
    std::atomic<std::uint64_t> acknowledged_{own_.acknowledged()};
    std::atomic<bool> woken_{false};    // more is queued, or somebody waits
    std::atomic<bool> hurried_{false};  // somebody waits
    bool ended_ = false, dead_ = false, connected_ = true;
    std::exception_ptr death_;
    std::string last_failure_;
    std::uint64_t failures_ = 0;
    Seconds backoff_{0};
    Clock::time_point last_progress_;
    std::optional<Clock::time_point> sending_since_;
    std::optional<std::int64_t> newest_queued_ms_;
    std::vector<KeptError> kept_errors_;
    // Of the thread alone:
    const journal::Journal* unfenced_ = nullptr;
    struct Uploaded {
        const journal::Journal* journal = nullptr;
        journal::Range range;
        std::size_t number = 0;
        std::vector<std::pair<std::string, Error>> errors;
    } uploaded_;
    FileTransfer files_{session_, settings_.object_id, [this] { note_upload(); },
                        [this] { return note_life(); }};
    ArtifactSender artifacts_{session_, settings_.object_id, [this] { return note_life(); }};
    std::thread thread_;
};

}  // namespace neptune::client

#endif
