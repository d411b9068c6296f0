#ifndef NEPTUNE_CORE_FILE_LOCK_HPP
#define NEPTUNE_CORE_FILE_LOCK_HPP

// Who owns a directory: the process that holds the lock on the lock file in it, until it releases
// it or dies.
//
// The lock is a POSIX record lock (fcntl), because a forked child must not keep it, as it would one
// of flock(2). Such locks belong to the process as a whole: asking for one twice succeeds, and
// closing any descriptor of the file gives it up. A table of the locks that this process holds
// therefore answers first, so that an own file is never opened again. The rest of the program must
// leave lock files alone: who opens and closes one gives the lock away.

#include <neptune/core/descriptor.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace neptune::core {

namespace detail {

/// The identity of a file, whatever paths lead to it.
struct FileId {
    ::dev_t device;
    ::ino_t number;
    bool operator==(const FileId&) const = default;
};

struct HeldLock {
    std::uint64_t ticket;
    FileId file;
    int descriptor;
};

struct LockTable {
    std::mutex mutex;  ///< Also held while lock files are opened and closed, and across fork.
    std::vector<HeldLock> held;
    std::uint64_t last_ticket = 0;

    [[nodiscard]] bool holds(const FileId& file) const {
        return std::any_of(held.begin(), held.end(),
                           [&file](const HeldLock& lock) { return lock.file == file; });
    }
};

/// One table per process, hence visible: shared objects that hide their symbols must not have one
/// each. It is never destroyed, locks may be released during static destruction.
[[gnu::visibility("default")]] inline LockTable& lock_table() {
    static LockTable* const table = [] {
        const int failure =
            ::pthread_atfork([] { lock_table().mutex.lock(); }, [] { lock_table().mutex.unlock(); },
                             [] {
                                 // The child holds none of the locks; its copies of the descriptors
                                 // go, so that they cannot give up a lock that it takes itself
                                 // later.
                                 for (const HeldLock& lock : lock_table().held) {
                                     ::close(lock.descriptor);
                                 }
                                 lock_table().held.clear();
                                 lock_table().mutex.unlock();
                             });
        if (failure != 0) {
            throw std::system_error(failure, std::generic_category(),
                                    "cannot prepare file locks for fork");
        }
        return new LockTable;
    }();
    return *table;
}

inline std::optional<FileId> file_id(const std::string& path) {
    struct ::stat status {};
    if (::stat(path.c_str(), &status) == 0) {
        return FileId{status.st_dev, status.st_ino};
    }
    if (errno != ENOENT) {
        throw os_error(errno, "examine", path);
    }
    return std::nullopt;
}

inline FileId file_id(const Descriptor& file, const std::string& path) {
    struct ::stat status {};
    if (::fstat(file.get(), &status) != 0) {
        throw os_error(errno, "examine", path);
    }
    return FileId{status.st_dev, status.st_ino};
}

/// The whole file, exclusively.
inline struct ::flock whole_file() {
    struct ::flock range {};
    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    return range;
}

/// False if another process has the lock.
inline bool try_lock(const Descriptor& file, const std::string& path) {
    struct ::flock range = whole_file();
    if (::fcntl(file.get(), F_SETLK, &range) == 0) {
        return true;
    }
    if (errno != EAGAIN && errno != EACCES) {
        throw os_error(errno, "lock", path);
    }
    return false;
}

}  // namespace detail

/// Holds the lock on a file. Threads: any, also the destructor. A forked child does not have its
/// parent's locks: `held()` is false there, and its copies of the objects do nothing. Death of the
/// process, however violent, releases the lock.
class FileLock {
public:
    /// Takes the lock, creating the file if need be; nothing if somebody has it, this process
    /// included. To delete the file is allowed as its holder's last act: who has opened the old one
    /// meanwhile does not get its lock but starts again with the new one. Errors: std::system_error
    /// (no such directory, no permission, no locks on this file system).
    [[nodiscard]] static std::optional<FileLock> try_acquire(const std::string& path) {
        detail::LockTable& table = detail::lock_table();
        const std::lock_guard<std::mutex> guard(table.mutex);
        while (true) {
            const auto before = detail::file_id(path);
            if (before && table.holds(*before)) {
                return std::nullopt;
            }
            Descriptor file = open_file(path, O_RDWR | O_CREAT);
            if (!detail::try_lock(file, path)) {
                return std::nullopt;
            }
            const detail::FileId locked = detail::file_id(file, path);
            if (detail::file_id(path) == locked) {
                table.held.push_back({table.last_ticket + 1, locked, file.get()});
                static_cast<void>(file.release());
                return FileLock(++table.last_ticket);
            }
        }
    }

    /// The process that holds the lock; nothing if the lock is free, or held by this process, or
    /// there is no such file. 0 stands for a process of another container. Errors:
    /// std::system_error.
    [[nodiscard]] static std::optional<::pid_t> holder_pid(const std::string& path) {
        detail::LockTable& table = detail::lock_table();
        const std::lock_guard<std::mutex> guard(table.mutex);
        const auto there = detail::file_id(path);
        if (!there || table.holds(*there)) {
            return std::nullopt;
        }
        const Descriptor file = try_open(path, O_RDONLY);
        if (!file && errno == ENOENT) {
            return std::nullopt;
        }
        struct ::flock range = detail::whole_file();
        if (!file || ::fcntl(file.get(), F_GETLK, &range) != 0) {
            throw os_error(errno, "ask for the lock on", path);
        }
        return range.l_type == F_UNLCK ? std::nullopt : std::optional(range.l_pid);
    }

    FileLock(FileLock&& other) noexcept : ticket_(std::exchange(other.ticket_, 0)) {}
    FileLock& operator=(FileLock&& other) noexcept {
        std::swap(ticket_, other.ticket_);
        return *this;
    }

    /// Releases the lock. The file stays.
    ~FileLock() {
        if (ticket_ == 0) {
            return;  // moved from, perhaps inside of try_acquire, which holds the mutex
        }
        detail::LockTable& table = detail::lock_table();
        const std::lock_guard<std::mutex> guard(table.mutex);
        const auto lock = find(table);
        if (lock != table.held.end()) {
            ::close(lock->descriptor);
            table.held.erase(lock);
        }
    }

    /// False in a forked child and after a move.
    [[nodiscard]] bool held() const {
        detail::LockTable& table = detail::lock_table();
        const std::lock_guard<std::mutex> guard(table.mutex);
        return find(table) != table.held.end();
    }

private:
    explicit FileLock(std::uint64_t ticket) : ticket_(ticket) {}

    [[nodiscard]] std::vector<detail::HeldLock>::iterator find(detail::LockTable& table) const {
        return std::find_if(
            table.held.begin(), table.held.end(),
            [this](const detail::HeldLock& lock) { return lock.ticket == ticket_; });
    }

    std::uint64_t ticket_;  // of an entry of the table; 0 is none
};

}  // namespace neptune::core

#endif
