#ifndef NEPTUNE_JOURNAL_FILE_HPP
#define NEPTUNE_JOURNAL_FILE_HPP

// Reading and writing at an offset. Writes return error codes, because the log has to decide what a
// failed one means; where nothing can go on, std::system_error is thrown.

#include <neptune/core/descriptor.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace neptune::journal {

/// What was logged is nobody else's business.
inline constexpr ::mode_t file_mode = 0600;

[[nodiscard]] inline std::error_code last_error() {
    return {errno, std::generic_category()};
}

[[nodiscard]] inline std::uint64_t file_size(const core::Descriptor& file,
                                             const std::string& path) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) throw core::os_error(errno, "examine", path);
    return static_cast<std::uint64_t>(status.st_size);
}

/// Writes all of `bytes` at `offset`: one pwrite(2) unless the system splits it. Part of it may
/// have been written when an error is returned.
[[nodiscard]] inline std::error_code write_at(const core::Descriptor& file, std::string_view bytes,
                                              std::uint64_t offset) {
    while (!bytes.empty()) {
        const ::ssize_t n =
            ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<::off_t>(offset));
        if (n < 0) {
            if (errno == EINTR) continue;
            return last_error();
        }
        bytes.remove_prefix(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
    return {};
}

/// Fills `buffer` from `offset`; gives fewer bytes only at the end of the file. Errors:
/// std::system_error.
inline std::size_t read_at(const core::Descriptor& file, char* buffer, std::size_t size,
                           std::uint64_t offset, const std::string& path) {
    std::size_t done = 0;
    while (done < size) {
        const ::ssize_t n =
            ::pread(file.get(), buffer + done, size - done, static_cast<::off_t>(offset + done));
        if (n == 0) break;
        if (n > 0)
            done += static_cast<std::size_t>(n);
        else if (errno != EINTR)
            throw core::os_error(errno, "read", path);
    }
    return done;
}

[[nodiscard]] inline std::error_code truncate(const core::Descriptor& file, std::uint64_t size) {
    return ::ftruncate(file.get(), static_cast<::off_t>(size)) != 0 ? last_error()
                                                                    : std::error_code{};
}
[[nodiscard]] inline std::error_code sync(const core::Descriptor& file) {
    return ::fdatasync(file.get()) != 0 ? last_error() : std::error_code{};
}
/// Forces a file, or the entries of a directory, to the disk. One that has gone in the meantime
/// needs none, and some file systems keep their directories in their own way (EINVAL).
[[nodiscard]] inline std::error_code sync_path(const std::string& path) {
    const core::Descriptor file = core::try_open(path, O_RDONLY);
    const std::error_code error = file ? sync(file) : last_error();
    const bool nothing_to_do =
        error == std::errc::no_such_file_or_directory || error == std::errc::invalid_argument;
    return nothing_to_do ? std::error_code{} : error;
}

/// Bytes a file of this process may have. A write beyond it would raise SIGXFSZ, which kills the
/// program that is being watched, so the log stays below it by itself.
[[nodiscard]] inline std::uint64_t file_size_limit() {
    struct rlimit limit {};
    if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return UINT64_MAX;
    return static_cast<std::uint64_t>(limit.rlim_cur);
}

}  // namespace neptune::journal

#endif
