#ifndef NEPTUNE_CLIENT_PYTHON_IMPORT_HPP
#define NEPTUNE_CLIENT_PYTHON_IMPORT_HPP

// Takes over a queue of the Python client: what it holds becomes a journal of ours, whole or not at
// all, which the uploader then sends as what any dead process left, exactly once.

#include <neptune/client/python_operations.hpp>
#include <neptune/client/python_queue.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/sha256.hpp>
#include <neptune/journal/journal.hpp>
#include <neptune/version.hpp>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

namespace neptune::client {

/// What could not be taken over.
struct PythonImport {
    /// One line for each operation that cannot be read, and thus never be sent.
    std::vector<std::string> unreadable;
    /// Operations that the counter promises, but that had not reached the disk.
    std::int64_t lost = 0;
};

namespace detail {

/// Operations on their way into a journal, some at a time.
class ImportBuffer {
public:
    explicit ImportBuffer(journal::Journal& journal) : journal_(journal) {}
    void add(const QueuedOperation& operation, std::int64_t time_ms) {
        operations_.push_back(encode_operation(operation));
        const auto& encoded = operations_.back();
        records_.push_back(
            {journal_.intern(operation.path), encoded.kind, encoded.flags, time_ms, {}});
        bytes_ += encoded.payload.size();
        if (records_.size() == 1000 || bytes_ > (std::size_t{8} << 20)) flush();
    }
    void flush() {
        if (records_.empty()) return;
        for (std::size_t i = 0; i < records_.size(); ++i)
            records_[i].payload = operations_[i].payload;
        journal_.append_many(records_);
        records_.clear();
        operations_.clear();
        bytes_ = 0;
    }

private:
    journal::Journal& journal_;
    std::vector<EncodedOperation> operations_;
    std::vector<journal::NewRecord> records_;
    std::size_t bytes_ = 0;
};

/// The same for the same queue, so that one which cannot be removed is applied once even if it is
/// taken over again. Not for another version of this library, which may read more of it. A UUID of
/// version 8 (RFC 9562): a hash.
[[nodiscard]] inline std::string producer_of(const PythonQueue& queue, const std::string& name,
                                             const std::string& metadata) {
    const auto hash = core::sha256_hex(std::string(version) + "\n" + name + "\n" +
                                       std::to_string(queue.last_acknowledged()) + "\n" +
                                       std::to_string(queue.last_put()) + "\n" + metadata);
    return hash.substr(0, 8) + "-" + hash.substr(8, 4) + "-8" + hash.substr(12, 3) + "-8" +
           hash.substr(15, 3) + "-" + hash.substr(18, 12);
}

/// The journal is as old as the queue that it is made from: what is older is sent first.
inline void keep_age(const std::string& queue, const std::string& journal) {
    struct ::stat status {};
    if (::stat((queue + "/metadata.json").c_str(), &status) != 0) return;
    const ::timespec times[2] = {status.st_mtim, status.st_mtim};
    ::utimensat(AT_FDCWD, (journal + "/producer").c_str(), times, 0);
}

inline PythonImport copy_python_queue(const PythonQueue& queue, journal::Journal& journal) {
    PythonImport result;
    ImportBuffer buffer(journal);
    std::int64_t lines = 0;
    queue.read([&](const PythonQueue::Line& line) {
        ++lines;
        const auto unreadable = [&](const std::string& why) {
            result.unreadable.push_back("an operation of " + queue.directory() +
                                        " cannot be read and is left out: " + why);
        };
        if (!line.object) {
            unreadable("its line is damaged");
            return;
        }
        try {
            buffer.add(read_python_operation(*line.object, queue.directory() + "/upload_path"),
                       line.time_ms);
        } catch (const UnknownPythonOperation& error) {
            throw std::runtime_error("the queue " + queue.directory() + " is left as it is: " +
                                     error.what() + "; a newer neptune-cpp may send it");
        } catch (const PythonOperationError& error) {
            unreadable(error.what());
        }
    });
    buffer.flush();
    result.lost = (std::max)(queue.last_put() - queue.last_acknowledged() - lines, std::int64_t{0});
    return result;
}

}  // namespace detail

/// Makes `<queues>/async/<name>` from a queue that nobody writes and removes the latter. A process
/// that dies in between leaves one of the two, or both with the journal whole: then a repetition
/// only removes. `queues` is the directory of our own queues. Errors: std::system_error,
/// std::runtime_error; the queue stays as it is. Threads: the caller keeps others from the queue.
inline PythonImport import_python_queue(const std::string& directory, const std::string& queues,
                                        const std::string& name) {
    const std::string journal = queues + "/async/" + name, draft = queues + "/import/" + name;
    PythonImport result;
    if (!journal::Journal::is_journal(journal)) {
        core::remove_tree(draft);
        journal::Options options;
        options.directory = draft;
        options.metadata = core::read_file(directory + "/metadata.json").value_or("{}");
        options.queue_limit = UINT64_MAX;
        options.min_free_bytes = 0;
        options.throw_when_full = true;
        try {
            const PythonQueue queue(directory);
            options.producer = detail::producer_of(queue, name, options.metadata);
            const auto made = journal::Journal::create(std::move(options));
            result = detail::copy_python_queue(queue, *made);
            made->close();
        } catch (...) {
            core::remove_tree(draft);
            throw;
        }
        detail::keep_age(directory, draft);
        core::make_directories(queues + "/async");
        if (std::rename(draft.c_str(), journal.c_str()) != 0)
            throw core::os_error(errno, "move the queue to", journal);
        core::fsync_directory(queues + "/async");
    }
    core::remove_tree(directory);
    return result;
}

}  // namespace neptune::client

#endif
