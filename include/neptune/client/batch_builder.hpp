#ifndef NEPTUNE_CLIENT_BATCH_BUILDER_HPP
#define NEPTUNE_CLIENT_BATCH_BUILDER_HPP

// From journal records to one request.

#include <neptune/client/preprocess.hpp>
#include <neptune/client/record_codec.hpp>
#include <neptune/client/remote_fields.hpp>
#include <neptune/client/session.hpp>
#include <neptune/core/path.hpp>
#include <neptune/journal/journal.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::client {

/// An upload, which is sent before the operations of its batch.
struct OutgoingUpload {
    std::string path;
    std::variant<UploadFile, UploadFileSet> work;
};

/// One request: the operations that stand for the records of `range`.
struct OutgoingBatch {
    journal::Range range;
    std::vector<OutgoingUpload> uploads;
    std::vector<wire::Operation> operations;
    /// Files that are to become the artifact of a field, by its path; no operation of the batch is
    /// on the same field.
    std::map<std::string, std::vector<TrackedPath>, std::less<>> tracked;
    /// Records that cannot be sent, with the path of each; they count as done.
    std::vector<std::pair<std::string, Error>> errors;
    std::int64_t newest_queued_ms = 0;
};

class BatchBuilder {
public:
    BatchBuilder(const journal::Journal& journal, Session& session, std::size_t operations,
                 std::size_t bytes)
        : journal_(journal), session_(session), operations_(operations), bytes_(bytes) {}

    /// The next batch of a journal that is not empty. A batch that was begun before comes again
    /// with the same range, so that the server can tell a repetition. Errors: std::system_error;
    /// what a copy's source meets (ConnectionLost, …).
    OutgoingBatch build() {
        const auto begun = journal_.in_flight();
        const auto batch = begun ? journal_.read_range(*begun)
                                 : journal_.read(journal_.acknowledged() + 1, operations_, bytes_);
        OutgoingBatch result;
        result.range = batch.range();
        Preprocessor preprocessor;
        Touched touched(batch);
        for (const auto& record : batch.records) {
            // The source of a copy must have been sent before: a copy begins a batch. So does what
            // is sent before the operations of its batch (an upload, tracked files), if one before
            // it makes or deletes its field; and what comes after tracked files on their field.
            const auto field = journal_.path(record.field);
            const bool must_be_first =
                record.kind == record_kind::copy_field || touched.conflicts(field, record.kind) ||
                (record.kind != record_kind::track_files && result.tracked.contains(field));
            if (!begun && must_be_first && record.sequence != batch.first) {
                result.range.last = record.sequence - 1;
                break;
            }
            add(record, preprocessor, result);
            result.newest_queued_ms = record.time_ms;
        }
        result.operations = preprocessor.take();
        for (auto& error : preprocessor.errors())
            result.errors.emplace_back(error.path,
                                       Error(ErrorCode::type_conflict, error.description));
        return result;
    }

private:
    // Fields that operations of a batch write or delete, as far as uploads and tracked files ask.
    class Touched {
    public:
        explicit Touched(const journal::Batch& batch)
            : needed_(std::any_of(batch.records.begin(), batch.records.end(),
                                  [](const auto& record) { return goes_first(record.kind); })) {}
        /// Whether a record of that kind must wait for the operations before it; notes it if not.
        bool conflicts(std::string_view path, std::uint16_t kind) {
            if (!needed_) return false;
            if (goes_first(kind)) return touched_.contains(path) || frees(path);
            touched_.emplace(path);
            if (kind == record_kind::delete_attribute) deleted_.emplace(path);
            return false;
        }

    private:
        static bool goes_first(std::uint16_t kind) {
            return kind == record_kind::upload_file || kind == record_kind::upload_file_set ||
                   kind == record_kind::track_files;
        }
        // A deletion above or below: only it makes room for a field at that path.
        [[nodiscard]] bool frees(std::string_view path) const {
            return std::any_of(deleted_.begin(), deleted_.end(), [&](const auto& other) {
                return core::is_below(other, path) || core::is_below(path, other);
            });
        }

        bool needed_;
        std::set<std::string, std::less<>> touched_, deleted_;
    };

    // What comes takes the place of what was to be uploaded to that field.
    static void replace_uploads(const std::string& path, OutgoingBatch& batch) {
        std::erase_if(batch.uploads, [&](const auto& upload) { return upload.path == path; });
    }

    void add(const journal::Record& record, Preprocessor& preprocessor, OutgoingBatch& result) {
        std::string path(journal_.path(record.field));
        auto decoded = decode_operation(path, record.kind, record.payload);
        if (const auto* unreadable = std::get_if<UnreadableRecord>(&decoded)) {
            result.errors.emplace_back(
                path, Error(ErrorCode::internal, "record " + std::to_string(record.sequence) +
                                                     " of " + journal_.directory() +
                                                     " cannot be read: " + unreadable->why));
            return;
        }
        auto& operation = std::get<QueuedOperation>(decoded);
        if (auto* payload = std::get_if<wire::Payload>(&operation.work)) {
            preprocessor.add({std::move(path), std::move(*payload)});
            return;
        }
        if (auto* file = std::get_if<UploadFile>(&operation.work)) {
            replace_uploads(path, result);
            result.uploads.push_back({std::move(path), std::move(*file)});
            return;
        }
        if (auto* set = std::get_if<UploadFileSet>(&operation.work)) {
            if (set->reset) replace_uploads(path, result);
            result.uploads.push_back({std::move(path), std::move(*set)});
            return;
        }
        if (auto* tracked = std::get_if<TrackedPath>(&operation.work)) {
            result.tracked[path].push_back(std::move(*tracked));
            return;
        }
        const auto& copy = std::get<CopyField>(operation.work);
        try {
            preprocessor.add({path, read_for_copy(session_, copy)});
        } catch (const MetadataInconsistency& error) {
            result.errors.emplace_back(
                path, Error(ErrorCode::copy_source_unreadable,
                            "cannot copy " + copy.path + " to " + path + ": " + error.message(),
                            error.advice()));
        }
    }

    const journal::Journal& journal_;
    Session& session_;
    std::size_t operations_, bytes_;
};

}  // namespace neptune::client

#endif
