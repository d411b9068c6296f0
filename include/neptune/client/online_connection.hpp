#ifndef NEPTUNE_CLIENT_ONLINE_CONNECTION_HPP
#define NEPTUNE_CLIENT_ONLINE_CONNECTION_HPP

// Modes async and sync: journal, uploader, heartbeat. The two differ only in whether the caller
// waits.

#include <neptune/client/farewell.hpp>
#include <neptune/client/journal_queue.hpp>
#include <neptune/client/periodic.hpp>
#include <neptune/client/remote_connection.hpp>
#include <neptune/client/uploader.hpp>
#include <neptune/core/artifact_error.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace neptune::client {

class OnlineConnection final : public RemoteConnection {
public:
    struct Settings {
        bool synchronous = false;
        bool heartbeat = true;
        /// Makes the options of a new journal of this object.
        std::function<journal::Options()> new_journal;
        Uploader::Settings uploader;
        Timing timing;
        /// Each may be empty; both run in a thread of their own.
        std::function<void()> on_lag, on_no_progress;
        /// Hears of signals from outside, in a thread of its own; may be empty.
        std::function<void(const wire::Signal&)> on_signal;
        /// Where the server may push signals, besides the answers to pings; may be empty.
        std::string signal_target{};
        Seconds lag_threshold{1800}, no_progress_threshold{300};
    };

    OnlineConnection(Settings settings, std::string object_id,
                     std::function<std::unique_ptr<Session>()> connect,
                     std::unique_ptr<Session> session, Reporter& reporter,
                     std::vector<std::unique_ptr<journal::Journal>> left_overs)
        : RemoteConnection(std::move(object_id), std::move(connect), std::move(session), reporter),
          settings_(std::move(settings)) {
        start_queue(std::move(left_overs));
    }
    ~OnlineConnection() override { detach(); }

    /// Begins the jobs; before that the connection works but shows no sign of life.
    void start_jobs() {
        if (settings_.heartbeat)
            heartbeat_ = std::make_unique<Periodic>(settings_.timing.ping_period,
                                                    [this] { return ping(false); });
        if (settings_.on_signal && !settings_.signal_target.empty() && session_->can_listen())
            listener_ = std::make_unique<Periodic>(settings_.timing.listen_again,
                                                   [this] { return listen(); });
        if (!settings_.synchronous && (settings_.on_lag || settings_.on_no_progress))
            watcher_ = std::make_unique<Periodic>(settings_.timing.callback_check_period, [this] {
                watch();
                return true;
            });
    }

    /// Blocks until what dead processes left is sent. Errors: ConnectionLost,
    /// SynchronizationStopped.
    void await_left_overs() { await(0, true); }

    std::optional<Ticket> put(std::vector<QueuedOperation> operations) override {
        ensure_queue();
        auto ticket = queue_->put(std::move(operations));
        if (ticket) uploader_->appended(ticket->last);
        return ticket;
    }
    std::optional<Ticket> put_point(neptune::detail::FieldEntry& entry,
                                    const wire::LogEntry<double>& point) override {
        ensure_queue();
        auto ticket = queue_->put_point(entry, point);
        if (ticket) {
            uploader_->appended(ticket->last);
            if (settings_.synchronous) ticket->paths = {entry.path};
        }
        return ticket;
    }
    [[nodiscard]] std::string queue_directory() const override {
        return queue_ ? queue_->journal().directory() : std::string();
    }
    [[nodiscard]] bool is_synchronous() const override { return settings_.synchronous; }

    void await(const Ticket& ticket) override {
        await(ticket.last, settings_.synchronous);
        if (!settings_.synchronous) return;
        const auto errors = uploader_->collect_errors(ticket.first, ticket.last, ticket.paths);
        if (!errors.empty()) throw_refused(errors.front(), ticket.is_file_set);
    }

    void wait(WaitFor what) override {
        if (!has_queue_) return;  // a forked child that wrote nothing
        if (what == WaitFor::disk) {
            queue_->sync_to_disk();
            return;
        }
        await(queue_->journal().last_sequence(), false);
    }

    void stop(std::optional<std::chrono::duration<double>> limit) override {
        if (std::exchange(stopped_, true)) return;
        const auto start = Uploader::Clock::now();
        if (heartbeat_) heartbeat_->ask_to_end();
        if (queue_) wait_for_end(*uploader_, limit, settings_.timing, reporter_);
        say_farewell(start, limit.value_or(settings_.timing.ping_timeout));
        end();
    }

    void detach() override {
        if (!std::exchange(stopped_, true)) end();
    }

    void before_fork() override {
        RemoteConnection::before_fork();
        if (!queue_) return;
        uploader_->lock_for_fork();
        queue_->journal().before_fork();
    }
    void after_fork_in_parent() override {
        if (queue_) {
            queue_->journal().after_fork_in_parent();
            uploader_->unlock_after_fork();
        }
        RemoteConnection::after_fork_in_parent();
    }
    void after_fork_in_child() override {
        // The threads behind these do not exist here, and their locks may be held for ever: nothing
        // of them may be touched or destroyed again.
        if (queue_) queue_->abandon_in_child();
        has_queue_ = false;
        static_cast<void>(uploader_.release());
        static_cast<void>(queue_.release());
        static_cast<void>(heartbeat_.release());
        static_cast<void>(watcher_.release());
        static_cast<void>(listener_.release());
        static_cast<void>(disk_.release());
        RemoteConnection::after_fork_in_child();
    }

private:
    void start_queue(std::vector<std::unique_ptr<journal::Journal>> left_overs) {
        queue_ = std::make_unique<JournalQueue>(JournalQueue::create(settings_.new_journal()),
                                                reporter_);
        uploader_ = std::make_unique<Uploader>(settings_.uploader, session(), reporter_,
                                               std::move(left_overs), queue_->journal());
        uploader_->start();
        disk_ = std::make_unique<Periodic>(settings_.timing.disk_period, [this] {
            try {
                queue_->journal().tick();
            } catch (const std::exception& error) {
                reporter_.report(
                    Error(ErrorCode::journal_unavailable,
                          std::string("cannot flush the queue to the disk: ") + error.what()),
                    {}, Level::warning);
            }
            return true;
        });
        has_queue_ = true;
    }
    void ensure_queue() {
        if (!queue_) start_queue({});
    }

    // What the server or the disk said of one record, as the exception that the caller expects.
    [[noreturn]] static void throw_refused(const Error& error, bool is_file_set) {
        throw_artifact_error(error);
        switch (error.code()) {
            case ErrorCode::file_not_found:
            case ErrorCode::file_unreadable:
            case ErrorCode::file_too_large:
            case ErrorCode::file_changed:
            case ErrorCode::upload_refused:
                if (is_file_set)
                    throw FileSetUploadError(error.code(), error.message(), error.advice());
                throw FileUploadError(error.code(), error.message(), error.advice());
            default:
                throw MetadataInconsistency(error.code(), error.message(), error.advice());
        }
    }

    // Blocks until the server has the own records up to `sequence` and all left-overs.
    void await(std::uint64_t sequence, bool until_failure) {
        switch (uploader_->wait(sequence, until_failure)) {
            case Uploader::Waited::done:
                return;
            case Uploader::Waited::dead:
                throw_dead();
            case Uploader::Waited::connection_lost:
                break;
        }
        throw ConnectionLost(ErrorCode::connection_lost,
                             "the connection to the server is lost: " + uploader_->last_failure(),
                             "the data are kept on disk and sent when the server is back");
    }

    // Lets the server know at once that the object is no longer active, unless there are data left,
    // or no time.
    void say_farewell(Uploader::Clock::time_point start, Seconds limit) {
        const bool all_sent = !queue_ || uploader_->progress().remaining == 0;
        if (!settings_.heartbeat || !all_sent || !session_ || !session_->is_open() ||
            !session_->has(wire::feature_closing_ping))
            return;
        const auto deadline = start + std::chrono::duration_cast<Uploader::Clock::duration>(limit);
        // A ping that came after the last one would take it back.
        if (heartbeat_) heartbeat_->wait_until(deadline);
        Periodic farewell(Seconds(0), [this] {
            ping(true);
            return false;
        });
        farewell.wait_until(deadline);
        session_->abort();
    }

    void end() {
        // Ends requests that hang: what they carried is sent again by whoever opens the object
        // next.
        if (session_) session_->abort();
        heartbeat_.reset();
        watcher_.reset();
        listener_.reset();
        disk_.reset();
        if (uploader_) uploader_->end();
        if (!queue_) return;
        try {
            queue_->report_drops();
            queue_->journal().close_and_remove();
        } catch (const std::exception& error) {
            reporter_.warning(std::string("closing the queue failed: ") + error.what());
        }
    }

    // False when it makes no sense to go on: the object is gone.
    bool ping(bool closing) noexcept {
        try {
            wire::Ping::Request request;
            request.experiment_id = object_id_;
            if (closing) request.closing = true;
            if (queue_ && session_->has(wire::feature_producer))
                request.producer = queue_->journal().producer();
            const auto reply = session_->call_once<wire::Ping>(request);
            if (settings_.on_signal && !closing && reply.signals)
                for (const auto& signal : *reply.signals) hear(signal);
        } catch (const RemoteNotFound&) {
            return false;
        } catch (const std::exception&) {
            // The uploader reports lost connections; an object that cannot be pinged is shown as
            // inactive, no more.
        }
        return true;
    }

    // Not here: stopping waits for this thread.
    void hear(const wire::Signal& signal) {
        start_thread([obey = settings_.on_signal, signal] { obey(signal); }).detach();
    }
    // False where signals come with the pings only.
    bool listen() noexcept {
        try {
            const auto producer = queue_ && session_->has(wire::feature_producer)
                                      ? queue_->journal().producer()
                                      : std::string();
            return session_->listen(
                settings_.signal_target, producer, [this](const std::string& text) {
                    const auto json = wire::Json::parse(text, nullptr, false);
                    if (!json.is_object()) return;  // a blank text is a sign of life
                    try {
                        hear(wire::decode<wire::Signal>(json, "signal"));
                    } catch (const wire::DecodeError& error) {
                        reporter_.warning(std::string("a signal makes no sense: ") + error.what());
                    }
                });
        } catch (const std::exception&) {
            return true;  // the uploader reports lost connections
        }
    }

    void watch() {
        const auto progress = uploader_->progress();
        const auto now = Uploader::Clock::now();
        const auto lag =
            progress.newest_queued_ms
                ? Seconds(static_cast<double>(core::now_ms() - *progress.newest_queued_ms) / 1000)
                : Seconds(0);
        fire(settings_.on_lag, lag > settings_.lag_threshold, last_lag_, now);
        const auto stuck =
            progress.sending_since ? Seconds(now - *progress.sending_since) : Seconds(0);
        fire(settings_.on_no_progress, stuck > settings_.no_progress_threshold, last_no_progress_,
             now);
    }
    void fire(const std::function<void()>& callback, bool due,
              std::optional<Uploader::Clock::time_point>& last, Uploader::Clock::time_point now) {
        if (!callback || !due || (last && now - *last < settings_.timing.callback_repeat)) return;
        last = now;
        start_thread(callback).detach();
    }

    [[noreturn]] void throw_dead() {
        const auto death = uploader_->death();
        if (settings_.synchronous && death) std::rethrow_exception(death);
        throw SynchronizationStopped(
            ErrorCode::synchronization_stopped,
            "synchronization has stopped: " + uploader_->last_failure(),
            "the data are safe on disk; remove the cause, then run `neptune-cpp sync`");
    }

    Settings settings_;
    // Made under the engine's lock, in a forked child while others may ask for it.
    std::unique_ptr<JournalQueue> queue_;
    std::unique_ptr<Uploader> uploader_;
    std::atomic<bool> has_queue_{false};
    std::unique_ptr<Periodic> heartbeat_, watcher_, listener_, disk_;
    std::optional<Uploader::Clock::time_point> last_lag_, last_no_progress_;
    bool stopped_ = false;
};

}  // namespace neptune::client

#endif
