#ifndef NEPTUNE_CORE_FILES_HPP
#define NEPTUNE_CORE_FILES_HPP

// Directories and the file systems they are on. Apart from os.hpp because <filesystem> is slow to
// compile. Errors: std::system_error that names operation and path.

#include <neptune/core/descriptor.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <sys/stat.h>

#if defined(__linux__)
#include <sys/vfs.h>
#endif

namespace neptune::core {

/// The names in a directory, sorted by their bytes, without `.` and `..`.
[[nodiscard]] inline std::vector<std::string> list_directory(const std::string& path) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entry(path, error);
    while (!error && entry != std::filesystem::directory_iterator()) {
        names.push_back(entry->path().filename().string());
        entry.increment(error);
    }
    if (error) {
        throw os_error(error.value(), "list the directory", path);
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// Removes a file, or a directory with all that is in it; links are removed, not followed. False if
/// there was nothing.
inline bool remove_tree(const std::string& path) {
    std::error_code error;
    const std::uintmax_t removed = std::filesystem::remove_all(path, error);
    if (error) {
        throw os_error(error.value(), "remove", path);
    }
    return removed > 0;
}

/// Makes a directory and those above it that are missing, each with `mode` as the umask leaves it.
/// A directory that is there already, or that another process makes meanwhile, is fine.
inline void make_directories(const std::string& path, ::mode_t mode = 0777) {
    for (std::size_t end = 0; end < path.size();) {
        end = (std::min)(path.find('/', end + 1), path.size());
        const std::string part = path.substr(0, end);
        if (::mkdir(part.c_str(), mode) != 0) {
            const int failure = errno;
            std::error_code unknown;
            if (!std::filesystem::is_directory(part, unknown)) {
                throw os_error(failure == EEXIST ? ENOTDIR : failure, "make the directory", part);
            }
        }
    }
}

/// Bytes of a file system: in all, and free for this user.
struct DiskSpace {
    std::uint64_t total;
    std::uint64_t available;
};

/// The space of the file system that `path` is on.
[[nodiscard]] inline DiskSpace disk_space(const std::string& path) {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(path, error);
    if (error) {
        throw os_error(error.value(), "ask for the space of", path);
    }
    return {space.capacity, space.available};
}

namespace detail {

/// By the number that statfs(2) gives, from linux/magic.h and the file systems' own sources.
[[nodiscard]] constexpr bool is_network_magic(std::uint32_t magic) {
    constexpr std::array<std::uint32_t, 12> network = {
        0x00006969,  // NFS
        0x01021997,  // 9p, as in WSL and virtual machines
        0x65735546,  // FUSE, of which sshfs, S3 and Google Drive mounts are made
        0x0000517B,  // SMB
        0xFF534D42,  // CIFS
        0xFE534D42,  // SMB 2
        0x0BD00BD0,  // Lustre
        0x47504653,  // GPFS
        0x19830326,  // BeeGFS
        0x00C36400,  // Ceph
        0x5346414F,  // AFS of OpenAFS
        0x6B414653,  // AFS of the kernel
    };
    return std::find(network.begin(), network.end(), magic) != network.end();
}

}  // namespace detail

/// Whether `path` is on a file system where shared mappings and preallocation are not native or not
/// reliable. True where that cannot be told: such files are then used by plain writes.
[[nodiscard]] inline bool is_network_filesystem(const std::string& path) {
#if defined(__linux__)
    struct ::statfs status {};
    if (::statfs(path.c_str(), &status) != 0) {
        throw os_error(errno, "ask for the file system of", path);
    }
    return detail::is_network_magic(static_cast<std::uint32_t>(status.f_type));
#else
    static_cast<void>(path);
    return true;
#endif
}

}  // namespace neptune::core

#endif
