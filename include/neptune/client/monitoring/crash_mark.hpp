#ifndef NEPTUNE_CLIENT_MONITORING_CRASH_MARK_HPP
#define NEPTUNE_CLIENT_MONITORING_CRASH_MARK_HPP

// A file in a queue's directory that says that its process was ended by a fatal signal. The handler
// of the signal can make a file, but no record.

#include <neptune/client/record_codec.hpp>
#include <neptune/core/time.hpp>
#include <neptune/journal/journal.hpp>

#include <string>

#include <unistd.h>

namespace neptune::client {

[[nodiscard]] inline std::string crash_mark_path(const std::string& queue_directory) {
    return queue_directory + "/crashed";
}

[[nodiscard]] inline bool has_crash_mark(const std::string& queue_directory) {
    return ::access(crash_mark_path(queue_directory).c_str(), F_OK) == 0;
}

/// For whoever takes over the journal of a dead process: if it was ended by a fatal signal, sets
/// sys/failed behind what it logged. Once; nothing happens without the mark. Errors: as
/// Journal::append.
inline void take_crash_mark(journal::Journal& journal) {
    if (!has_crash_mark(journal.directory())) return;
    const auto record = encode_operation({"sys/failed", wire::Payload(wire::AssignBool{true})});
    journal.append(journal.intern("sys/failed"), record.kind, record.flags, core::now_ms(),
                   record.payload);
    ::unlink(crash_mark_path(journal.directory()).c_str());
}

}  // namespace neptune::client

#endif
