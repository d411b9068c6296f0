#ifndef NEPTUNE_CLIENT_CONNECTION_HPP
#define NEPTUNE_CLIENT_CONNECTION_HPP

// Where the operations of an object go and where its values come from: one implementation per way
// of being connected (online_connection.hpp, offline_connection.hpp, debug_connection.hpp). The
// engine above knows types and paths, a connection knows none of the rules.

#include <neptune/client/object.hpp>
#include <neptune/client/record_codec.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace neptune::client {

/// What a call queued, so that it can be waited for outside the engine's lock.
struct Ticket {
    std::uint64_t first = 0, last = 0;
    std::vector<std::string> paths;
    bool is_file_set = false;  ///< for the type of an error
};

/// The table of a connection that has no server.
class EmptyTable final : public neptune::detail::TableSource {
public:
    std::vector<neptune::detail::RowData> next_page() override { return {}; }
    void download(const std::string&, const std::string&, FieldType, const Download&) override {}
};

class Connection {
public:
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;

    /// Takes the operations of one call, in order. Called under the engine's lock. Errors:
    /// DiskUtilizationExceeded if asked for; in debug mode what the operation does wrong. Nothing:
    /// dropped, which was reported.
    virtual std::optional<Ticket> put(std::vector<QueuedOperation> operations) = 0;
    /// The same for one float point, without making anything on the heap where that can be helped.
    virtual std::optional<Ticket> put_point(neptune::detail::FieldEntry& entry,
                                            const wire::LogEntry<double>& point) = 0;
    /// True if every call waits for the server.
    [[nodiscard]] virtual bool is_synchronous() const { return false; }
    /// Blocks until the server has what the ticket stands for. Errors (sync mode): what the server
    /// refused, ConnectionLost; SynchronizationStopped. Without the engine's lock.
    virtual void await(const Ticket&) {}
    /// Blocks until everything put so far is on the server, or on the disk. Errors:
    /// SynchronizationStopped.
    virtual void wait(WaitFor) {}

    /// Which fields exist. Errors: OfflineModeError, ConnectionLost, ApiError.
    virtual std::vector<std::pair<std::string, FieldType>> fields() = 0;
    virtual Value fetch(const std::string& path, FieldType type) = 0;
    /// All single values below a namespace (empty: of the object), by full path, in order.
    virtual std::vector<std::pair<std::string, Value>> fetch_namespace(const std::string& path) = 0;
    virtual std::optional<double> fetch_last_float(const std::string& path) = 0;
    virtual std::optional<std::string> fetch_last_string(const std::string& path) = 0;
    virtual std::vector<Point<double>> fetch_floats(const std::string& path,
                                                    const FetchValues&) = 0;
    virtual std::vector<Point<std::string>> fetch_strings(const std::string& path,
                                                          const FetchValues&) = 0;

    // Files. Errors also: FileError.
    /// Fetches a File, a FileSet, a FileSeries or an Artifact.
    virtual void download(const std::string& path, FieldType type, const Download&) = 0;
    virtual void download_last(const std::string& path, const Download&) = 0;
    virtual std::string fetch_extension(const std::string& path) = 0;
    /// Errors also: FileSetNotFound.
    virtual std::vector<FileEntry> list_files(const std::string& path,
                                              const std::string& folder) = 0;
    virtual std::vector<ArtifactFile> artifact_files(const std::string& path) = 0;

    /// See Object::open_table. Lifetime: the connection's.
    virtual std::unique_ptr<neptune::detail::TableSource> open_table(ObjectKind, const RunsQuery&) {
        return std::make_unique<EmptyTable>();
    }

    /// Where the data wait to be sent; empty if they do not wait.
    [[nodiscard]] virtual std::string queue_directory() const { return {}; }
    /// UUID of the object, for copies.
    [[nodiscard]] virtual std::string object_id() const = 0;
    /// Ends background work, sends what is left within the limit, prints what became of it.
    virtual void stop(std::optional<std::chrono::duration<double>>) {}
    /// Ends background work without sending.
    virtual void detach() {}

    // fork: `before` with nothing under way afterwards, then one of the other two.
    virtual void before_fork() {}
    virtual void after_fork_in_parent() {}
    /// The child goes on lazily, with a queue of its own, at its first write.
    virtual void after_fork_in_child() {}
};

}  // namespace neptune::client

#endif
