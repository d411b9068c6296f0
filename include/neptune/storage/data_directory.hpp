#ifndef NEPTUNE_STORAGE_DATA_DIRECTORY_HPP
#define NEPTUNE_STORAGE_DATA_DIRECTORY_HPP

// The one directory that a server keeps everything in:
//
//     DIR/neptune.sqlite   the catalogue, with -wal and -shm beside it while it is open
//     DIR/lock             held by the one server; CLI commands work beside it and do not take it

#include <neptune/core/file_lock.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>
#include <neptune/storage/store.hpp>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace neptune::storage {

namespace detail {

/// Makes the directory, for its owner only, if it is missing.
inline void make_data_directory(const std::string& directory) {
    try {
        core::make_directories(directory, 0700);
    } catch (const std::system_error& error) {
        throw StoreError(std::string("storage: ") + error.what(), false);
    }
}

[[nodiscard]] inline std::string database_path(const std::string& directory) {
    return directory + "/neptune.sqlite";
}

}  // namespace detail

/// Whether a store was ever opened in the directory. Makes nothing. Errors: StoreError.
[[nodiscard]] inline bool holds_data(const std::string& directory) {
    std::error_code error;
    const bool exists = std::filesystem::exists(detail::database_path(directory), error);
    if (error)
        throw StoreError("storage: cannot look into " + directory + ": " + error.message(), false);
    return exists;
}

/// Path of the catalogue in a data directory; both are made, readable by their owner only, if they
/// are missing. Errors: StoreError.
[[nodiscard]] inline std::string database_file(const std::string& directory) {
    detail::make_data_directory(directory);
    const std::string file = detail::database_path(directory);
    // SQLite would make it readable by all; its other files follow this one. Never opened when it
    // is there already: closing it again would give up the locks that SQLite holds in this process.
    const core::Descriptor created = core::try_open(file, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (!created && errno != EEXIST)
        throw StoreError(std::string("storage: ") + core::os_error(errno, "make", file).what(),
                         false);
    return file;
}

/// Another server has the data directory.
struct DirectoryInUse : StoreError {
    using StoreError::StoreError;
};

/// A data directory that this server, and no other, serves. Threads: immutable. The lock ends with
/// the object or with the process, however it ends.
class DataDirectory {
public:
    /// Errors: throws DirectoryInUse, which names the directory and the process that has it;
    /// StoreError.
    explicit DataDirectory(std::string path) : path_(std::move(path)) {
        detail::make_data_directory(path_);
        try {
            lock_ = core::FileLock::try_acquire(lock_file());
            if (!lock_) throw DirectoryInUse(in_use(), true);
        } catch (const std::system_error& error) {
            throw StoreError(std::string("storage: ") + error.what(), false);
        }
    }

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    [[nodiscard]] std::string lock_file() const { return path_ + "/lock"; }

    [[nodiscard]] std::string in_use() const {
        const auto pid = core::FileLock::holder_pid(lock_file());
        // No pid: a server of this very process.
        const std::string who = !pid        ? "in this process"
                                : *pid == 0 ? "by a process of another container"
                                            : "by process " + std::to_string(*pid);
        return "storage: the data directory " + path_ + " is already served " + who +
               "; stop that server or use another directory";
    }

    std::string path_;
    std::optional<core::FileLock> lock_;
};

}  // namespace neptune::storage

#endif
