#ifndef NEPTUNE_JOURNAL_OPTIONS_HPP
#define NEPTUNE_JOURNAL_OPTIONS_HPP

#include <neptune/core/callback.hpp>
#include <neptune/core/files.hpp>
#include <neptune/journal/policy.hpp>

#include <cstdint>
#include <string>
#include <system_error>

namespace neptune::journal {

struct Options {
    std::string directory;  ///< made by Journal::create, with its parents; see directory_name()
    std::string metadata;   ///< content of `metadata.json`; kept as it is by Journal::open
    /// A UUID for a new journal whose records have a second home, from which they might be taken
    /// again; the server applies the numbers of one producer once. Empty: a random one.
    std::string producer;
    std::uint64_t segment_size = std::uint64_t{64}
                                 << 20;  ///< bytes; at most a quarter of `queue_limit`
    Durability durability = Durability::per_second;
    QueueFull on_full = QueueFull::stop_recording;
    std::uint64_t queue_limit = std::uint64_t{16} << 30;      ///< bytes of the directory
    std::uint64_t min_free_bytes = std::uint64_t{256} << 20;  ///< always stay free on the disk
    double max_disk_usage_percent =
        0;  ///< used part of the disk, NEPTUNE_MAX_DISK_USAGE; 0 = no check
    /// Throw JournalFull instead of dropping, NEPTUNE_RAISE_ERROR_ON_DISK_USAGE_EXCEEDED.
    bool throw_when_full = false;
    /// Hears of the first drop of each reason, with a sentence. Called by the thread that lost a
    /// record, without a lock; must not throw.
    Callback<void(DropReason, const std::string&)> on_drop;
    /// Asked instead of the system, for tests.
    Callback<core::DiskSpace(const std::string&)> probe;
};

/// A record was not taken, and the caller asked to hear of it by an exception.
class JournalFull : public std::system_error {
public:
    JournalFull(DropReason reason, std::error_code code, const std::string& message)
        : std::system_error(code, message), reason_(reason) {}
    [[nodiscard]] DropReason reason() const noexcept { return reason_; }

private:
    DropReason reason_;
};

}  // namespace neptune::journal

#endif
