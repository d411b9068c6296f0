#ifndef NEPTUNE_CLIENT_JOURNAL_QUEUE_HPP
#define NEPTUNE_CLIENT_JOURNAL_QUEUE_HPP

// Operations into a journal: what the online and the offline connection share.

#include <neptune/client/connection.hpp>
#include <neptune/client/environment.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/time.hpp>
#include <neptune/journal/journal.hpp>
#include <neptune/journal/left_overs.hpp>

#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace neptune::client {

/// `<data directory>/cpp/<word>`, absolute. Words: async, offline, sync. A tree of our own: the
/// Python command line takes a directory without its own files for a finished one and deletes it.
[[nodiscard]] inline std::string queue_directory(const Environment& environment,
                                                 const std::string& word) {
    std::string base = environment.data_directory;
    if (base.empty() || base.front() != '/') {
        char buffer[4096];
        if (::getcwd(buffer, sizeof buffer) != nullptr) base = std::string(buffer) + "/" + base;
    }
    return base + "/cpp/" + word;
}

/// Threads: `put` and `put_point` under the engine's lock, the rest as the journal says.
class JournalQueue {
public:
    JournalQueue(std::unique_ptr<journal::Journal> journal, Reporter& reporter)
        : journal_(std::move(journal)), reporter_(reporter) {}

    /// Options of a journal for this object; `on_drop` reports to `reporter`, which outlives the
    /// journal.
    static journal::Options options(const neptune::detail::OpenRequest& request,
                                    const Environment& environment, std::string directory,
                                    std::string metadata, Reporter& reporter) {
        journal::Options options;
        options.directory = std::move(directory);
        options.metadata = std::move(metadata);
        options.durability = request.durability;
        options.queue_limit = request.queue_limit;
        options.on_full = request.on_queue_full;
        options.max_disk_usage_percent = (std::max)(environment.max_disk_usage_percent, 0.0);
        options.throw_when_full = environment.throw_when_disk_full;
        options.on_drop = [&reporter, where = options.directory](journal::DropReason,
                                                                 const std::string& sentence) {
            reporter.report(Error(ErrorCode::queue_full, sentence, "make room for " + where), {});
        };
        return options;
    }

    /// Errors: Error(journal_unavailable).
    static std::unique_ptr<journal::Journal> create(journal::Options options) {
        const std::string directory = options.directory;
        try {
            return journal::Journal::create(std::move(options));
        } catch (const std::exception& error) {
            throw Error(ErrorCode::journal_unavailable,
                        "cannot make the queue " + directory + ": " + error.what(),
                        "set NEPTUNE_DATA_DIRECTORY to a directory on a local disk with room");
        }
    }

    std::optional<Ticket> put(std::vector<QueuedOperation> operations) {
        const auto now = core::now_ms();
        std::vector<EncodedOperation> encoded;
        std::vector<journal::NewRecord> records;
        Ticket ticket;
        encoded.reserve(operations.size());
        for (auto& operation : operations) {
            ticket.is_file_set = std::holds_alternative<UploadFileSet>(operation.work);
            encoded.push_back(encode_operation(operation));
            const auto& last = encoded.back();
            records.push_back(
                {journal_->intern(operation.path), last.kind, last.flags, now, last.payload});
            ticket.paths.push_back(std::move(operation.path));
        }
        if (records.empty()) return std::nullopt;
        const auto range = guarded([&] { return journal_->append_many(records); });
        if (!range) return std::nullopt;
        ticket.first = range->first;
        ticket.last = range->last;
        return ticket;
    }

    std::optional<Ticket> put_point(neptune::detail::FieldEntry& entry,
                                    const wire::LogEntry<double>& point) {
        if (entry.journal_id == 0) entry.journal_id = journal_->intern(entry.path) + 1;
        const EncodedPoint payload(point);
        const auto sequence = guarded([&] {
            return journal_->append(entry.journal_id - 1, record_kind::log_floats,
                                    journal::flag::point, point.timestamp_ms, payload.view());
        });
        if (!sequence) return std::nullopt;
        return Ticket{*sequence, *sequence, {}};
    }

    [[nodiscard]] journal::Journal& journal() const { return *journal_; }

    /// Errors: Error(journal_unavailable).
    void sync_to_disk() {
        try {
            journal_->sync_to_disk();
        } catch (const std::system_error& error) {
            throw Error(ErrorCode::journal_unavailable, error.what());
        }
    }

    /// Says what was dropped, by field.
    void report_drops() {
        const auto dropped = journal_->dropped();
        if (dropped.total == 0) return;
        std::string fields;
        for (const auto& [field, number] : dropped.by_field) {
            if (fields.size() > 200) {
                fields += ", ...";
                break;
            }
            fields += (fields.empty() ? "" : ", ") + field + " (" + std::to_string(number) + ")";
        }
        reporter_.warning(std::to_string(dropped.total) +
                          " records were dropped because the queue was full: " + fields);
    }

    /// In a forked child: the directory is the parent's.
    void abandon_in_child() { journal_->abandon_in_child(); }

private:
    template <class Function>
    static auto guarded(Function function) -> decltype(function()) {
        try {
            return function();
        } catch (const journal::JournalFull& full) {
            throw DiskUtilizationExceeded(
                ErrorCode::disk_utilization_exceeded, full.what(),
                "make room on the disk, or unset NEPTUNE_RAISE_ERROR_ON_DISK_USAGE_EXCEEDED");
        }
    }

    std::unique_ptr<journal::Journal> journal_;
    Reporter& reporter_;
};

}  // namespace neptune::client

#endif
