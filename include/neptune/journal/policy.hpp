#ifndef NEPTUNE_JOURNAL_POLICY_HPP
#define NEPTUNE_JOURNAL_POLICY_HPP

// What the user may decide about the operation log. Enumerations only: the light door shows them
// too.

#include <string_view>

namespace neptune::journal {

/// What a power cut may cost. SIGKILL, OOM kill and `abort` cost nothing in either case.
enum class Durability {
    per_second,  ///< at most what was logged in the last second
    per_call,    ///< nothing that a returned call logged: each call waits for the disk
};

/// What happens to records when the queue or the disk is full.
enum class QueueFull {
    stop_recording,      ///< new records are dropped until there is room again
    drop_oldest_points,  ///< the oldest points of series make room; everything else is kept
};

/// Why records were dropped, or are less safe than promised.
enum class DropReason {
    queue_limit,   ///< the directory has reached `queue_limit`
    disk_usage,    ///< the disk is fuller than `max_disk_usage_percent`
    disk_reserve,  ///< less than `min_free_bytes` would stay free on the disk
    write_failed,  ///< the operating system refused the write
    sync_failed,   ///< nothing dropped: written, but fdatasync failed (Durability::per_call)
};

/// Words for a message, such as "the queue limit is reached".
[[nodiscard]] constexpr std::string_view to_string(DropReason reason) {
    switch (reason) {
        case DropReason::queue_limit:
            return "the queue limit is reached";
        case DropReason::disk_usage:
            return "the disk is fuller than allowed";
        case DropReason::disk_reserve:
            return "the disk is nearly full";
        case DropReason::write_failed:
            return "the queue cannot be written";
        case DropReason::sync_failed:
            return "the queue cannot be forced to the disk";
    }
    return "unknown";
}

}  // namespace neptune::journal

#endif
