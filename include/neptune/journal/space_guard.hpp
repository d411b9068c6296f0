#ifndef NEPTUNE_JOURNAL_SPACE_GUARD_HPP
#define NEPTUNE_JOURNAL_SPACE_GUARD_HPP

#include <neptune/journal/options.hpp>

#include <algorithm>
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

    /// Why `bytes` more may not be written to a queue of `used` bytes; nothing if they may, and
    /// then they are taken for written.
    [[nodiscard]] std::optional<DropReason> refuse(std::uint64_t used, std::uint64_t bytes) {
        if (used > queue_limit_ || bytes > queue_limit_ - used) return DropReason::queue_limit;
        if (since_check_ + bytes >= check_distance) check_disk();
        auto reason = full_disk(bytes);
        if (reason && (refusals_ == 0 || refusals_ >= check_refusals)) {
            check_disk();
            reason = full_disk(bytes);
        }
        refusals_ = reason ? refusals_ + 1 : 0;
        if (!reason) since_check_ += bytes;
        return reason;
    }

    /// True if not even an empty queue instead of one of `used` bytes would make room.
    [[nodiscard]] bool hopeless(std::uint64_t used, std::uint64_t bytes) const {
        return bytes > queue_limit_ || bytes + min_free_ > space_.available + used;
    }

    /// Asks the disk now.
    void check_disk() {
        refusals_ = 0;
        try {
            space_ = probe_ ? probe_(directory_) : core::disk_space(directory_);
            since_check_ = 0;
        } catch (const std::system_error&) {
            // A disk that cannot be asked keeps its last answer: the write itself will tell.
        }
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

    [[nodiscard]] std::optional<DropReason> full_disk(std::uint64_t bytes) const {
        if (max_usage_ > 0 && used_percent() > max_usage_) return DropReason::disk_usage;
        const std::uint64_t left = space_.available - (std::min)(space_.available, since_check_);
        if (left < min_free_ + bytes) return DropReason::disk_reserve;
        return std::nullopt;
    }

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
    core::DiskSpace space_{0, UINT64_MAX / 2};    // a disk that never answered refuses nothing
    std::uint64_t since_check_ = check_distance;  // bytes; the first record asks
    unsigned refusals_ = 0;                       // in a row, since the disk was asked
};

}  // namespace neptune::journal

#endif
