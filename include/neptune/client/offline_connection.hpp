#ifndef NEPTUNE_CLIENT_OFFLINE_CONNECTION_HPP
#define NEPTUNE_CLIENT_OFFLINE_CONNECTION_HPP

// Mode offline: everything stays in the journal until `neptune-cpp sync` sends it.

#include <neptune/client/journal_queue.hpp>
#include <neptune/client/periodic.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace neptune::client {

class OfflineConnection final : public Connection {
public:
    OfflineConnection(std::string object_id, std::function<journal::Options()> new_journal,
                      Seconds disk_period, Reporter& reporter)
        : object_id_(std::move(object_id)),
          new_journal_(std::move(new_journal)),
          disk_period_(disk_period),
          reporter_(reporter) {
        start_queue();
    }
    ~OfflineConnection() override { detach(); }

    std::optional<Ticket> put(std::vector<QueuedOperation> operations) override {
        if (!queue_) start_queue();
        return queue_->put(std::move(operations));
    }
    std::optional<Ticket> put_point(neptune::detail::FieldEntry& entry,
                                    const wire::LogEntry<double>& point) override {
        if (!queue_) start_queue();
        return queue_->put_point(entry, point);
    }
    void wait(WaitFor) override {
        if (queue_) queue_->sync_to_disk();
    }

    std::vector<std::pair<std::string, FieldType>> fields() override { refuse(); }
    Value fetch(const std::string&, FieldType) override { refuse(); }
    std::vector<std::pair<std::string, Value>> fetch_namespace(const std::string&) override {
        refuse();
    }
    std::optional<double> fetch_last_float(const std::string&) override { refuse(); }
    std::optional<std::string> fetch_last_string(const std::string&) override { refuse(); }
    std::vector<Point<double>> fetch_floats(const std::string&, const FetchValues&) override {
        refuse();
    }
    std::vector<Point<std::string>> fetch_strings(const std::string&, const FetchValues&) override {
        refuse();
    }

    void download(const std::string&, FieldType, const Download&) override { refuse(); }
    void download_last(const std::string&, const Download&) override { refuse(); }
    std::string fetch_extension(const std::string&) override { refuse(); }
    std::vector<FileEntry> list_files(const std::string&, const std::string&) override { refuse(); }
    std::vector<ArtifactFile> artifact_files(const std::string&) override { refuse(); }

    [[nodiscard]] std::string queue_directory() const override {
        return queue_ ? queue_->journal().directory() : std::string();
    }
    [[nodiscard]] std::string object_id() const override { return object_id_; }

    void stop(std::optional<std::chrono::duration<double>>) override { detach(); }
    void detach() override {
        disk_.reset();
        if (!queue_ || std::exchange(stopped_, true)) return;
        try {
            queue_->report_drops();
            queue_->journal().close();
        } catch (const std::exception& error) {
            reporter_.warning(std::string("closing the queue failed: ") + error.what());
        }
    }

    void before_fork() override {
        if (queue_) queue_->journal().before_fork();
    }
    void after_fork_in_parent() override {
        if (queue_) queue_->journal().after_fork_in_parent();
    }
    void after_fork_in_child() override {
        if (queue_) queue_->abandon_in_child();
        // Their threads and locks do not exist in the child.
        static_cast<void>(disk_.release());
        static_cast<void>(queue_.release());
    }

private:
    [[noreturn]] static void refuse() {
        throw OfflineModeError(
            ErrorCode::offline_mode, "nothing can be fetched in offline mode",
            "open the run in another mode, or run `neptune-cpp sync` and open it read-only");
    }
    void start_queue() {
        queue_ = std::make_unique<JournalQueue>(JournalQueue::create(new_journal_()), reporter_);
        disk_ = std::make_unique<Periodic>(disk_period_, [this] {
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
    }

    std::string object_id_;
    std::function<journal::Options()> new_journal_;
    Seconds disk_period_;
    Reporter& reporter_;
    std::unique_ptr<JournalQueue> queue_;
    std::unique_ptr<Periodic> disk_;
    bool stopped_ = false;
};

}  // namespace neptune::client

#endif
