#ifndef NEPTUNE_JOURNAL_SPACE_GUARD_HPP
#define NEPTUNE_JOURNAL_SPACE_GUARD_HPP

#include <neptune/journal/options.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

namespace neptune::journal {

/// Says whether there is room for more. The size of the queue is compared each time; the disk is
/// asked once per mebibyte written, and while it is full once per 64 refusals, because the question
/// costs as much as a write. Threads: none; the journal's mutex guards every call.
class SpaceGuard {
public:
    explicit SpaceGuard(const Options& options)
        : directory_(options.directory),
          queue_limit_(options.queue_limit),
          min_free_(options.min_free_bytes),
          max_usage_(options.max_disk_usage_percent),
          probe_(options.probe) {}

    /// Why `bytes` more may not be written to a queue of `used` bytes; nothing if they may.
    [[nodiscard]] std::optional<DropReason> refuse(std::uint64_t used, std::uint64_t bytes) {
        if (used > queue_limit_ || bytes > queue_limit_ - used) return DropReason::queue_limit;
        since_check_ += bytes;
        if (since_check_ >= check_distance || (disk_ && ++refusals_ >= check_refusals))
            check_disk(bytes);
        return disk_;
    }

    /// Asks the disk now whether it can take `bytes` more.
    void check_disk(std::uint64_t bytes) {
        since_check_ = 0;
        refusals_ = 0;
        try {
            space_ = probe_ ? probe_(directory_) : core::disk_space(directory_);
        } catch (const std::system_error&) {
            return;  // a disk that cannot be asked keeps its last answer: the write itself will
                     // tell
        }
        disk_.reset();
        if (space_.available < min_free_ + bytes) disk_ = DropReason::disk_reserve;
        if (max_usage_ > 0 && used_percent() > max_usage_) disk_ = DropReason::disk_usage;
    }

    /// What was found, for a message.
    [[nodiscard]] std::string describe(DropReason reason) const {
        const auto mebibytes = [](std::uint64_t bytes) {
            return std::to_string(bytes >> 20) + " MiB";
        };
        switch (reason) {
            case DropReason::queue_limit:
                return "limit " + mebibytes(queue_limit_);
            case DropReason::disk_usage:
                return std::to_string(used_percent()) + " % used, allowed " +
                       std::to_string(max_usage_) + " %";
            case DropReason::disk_reserve:
                return mebibytes(space_.available) + " free, " + mebibytes(min_free_) +
                       " stay free";
            case DropReason::write_failed:
            case DropReason::sync_failed:
                break;
        }
        return {};
    }

private:
    static constexpr std::uint64_t check_distance = std::uint64_t{1} << 20;
    static constexpr unsigned check_refusals = 64;

    [[nodiscard]] double used_percent() const {
        if (space_.total == 0) return 0;
        return 100 -
               100 * static_cast<double>(space_.available) / static_cast<double>(space_.total);
    }

    std::string directory_;
    std::uint64_t queue_limit_;
    std::uint64_t min_free_;
    double max_usage_;
    Callback<core::DiskSpace(const std::string&)> probe_;
    core::DiskSpace space_{};
    std::optional<DropReason> disk_;
    std::uint64_t since_check_ = check_distance;  // the first record asks
    unsigned refusals_ = 0;
};

}  // namespace neptune::journal

#endif
