#ifndef NEPTUNE_JOURNAL_LEFT_OVERS_HPP
#define NEPTUNE_JOURNAL_LEFT_OVERS_HPP

// Directories of journals: their names, and finding those that nobody owns any more.

#include <neptune/core/file_lock.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/random.hpp>
#include <neptune/journal/journal.hpp>

#include <algorithm>
#include <cerrno>
#include <compare>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace neptune::journal {

/// `run__<uuid>__`: what the directories of one object have in common. `type` is `run`, `model`,
/// `model_version` or `project`. Source: directory names of the Python client.
[[nodiscard]] inline std::string object_prefix(std::string_view type, std::string_view uuid) {
    return std::string(type).append("__").append(uuid).append("__");
}

/// A new name, `run__<uuid>__<pid>__<8 of [a-z0-9]>`, without the directory above it.
[[nodiscard]] inline std::string directory_name(std::string_view type, std::string_view uuid) {
    return object_prefix(type, uuid) + std::to_string(core::process_id()) + "__" +
           core::random_word(8);
}

/// Whether the directory is a journal that no process holds, this one included. One of another
/// user, which cannot be opened, is nobody's left-over here. Errors: std::system_error.
[[nodiscard]] inline bool is_left_over(const std::string& directory) {
    const std::string lock = directory + "/lock";
    try {
        // The lock is taken for a moment, which tells our own from free ones, only where no other
        // process has it.
        return Journal::is_journal(directory) && !core::FileLock::holder_pid(lock) &&
               core::FileLock::try_acquire(lock);
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::permission_denied) return false;
        throw;
    }
}

/// Paths of the journals in `base_directory` whose names begin with `prefix` (empty: all of them)
/// and whose lock nobody holds, oldest first. Another process may be quicker to claim one. Errors:
/// std::system_error; a missing base directory is an empty one.
[[nodiscard]] inline std::vector<std::string> left_overs(const std::string& base_directory,
                                                         std::string_view prefix) {
    struct Found {
        std::int64_t seconds;
        std::int64_t nanoseconds;
        std::string path;
        auto operator<=>(const Found&) const = default;
    };
    std::vector<Found> found;
    if (::access(base_directory.c_str(), F_OK) != 0 && errno == ENOENT) return {};
    for (const std::string& name : core::list_directory(base_directory)) {
        if (!std::string_view(name).starts_with(prefix)) continue;
        const std::string path = base_directory + "/" + name;
        // Written once, when the journal was made: its time is the journal's age.
        struct stat status {};
        if (::stat((path + "/producer").c_str(), &status) != 0 || !is_left_over(path)) continue;
        found.push_back({status.st_mtim.tv_sec, status.st_mtim.tv_nsec, path});
    }
    std::sort(found.begin(), found.end());
    std::vector<std::string> paths;
    for (Found& entry : found) paths.push_back(std::move(entry.path));
    return paths;
}

/// Takes over the journal in `options.directory`, see Journal::open. Nothing if somebody else holds
/// it or it has been removed in the meantime. Errors: as Journal::open.
[[nodiscard]] inline std::unique_ptr<Journal> claim(Journal::Options options) {
    const std::string directory = options.directory;
    try {
        return Journal::open(std::move(options));
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::device_or_resource_busy) return nullptr;
        if (Journal::is_journal(directory)) throw;
    } catch (const std::runtime_error&) {
        if (Journal::is_journal(directory)) throw;
    }
    return nullptr;
}

}  // namespace neptune::journal

#endif
