#ifndef NEPTUNE_CORE_OS_HPP
#define NEPTUNE_CORE_OS_HPP

// What the operating system knows and does: facts about host and process, files as a whole. With
// descriptor.hpp and file_lock.hpp the place of everything that differs between systems; this one
// is POSIX. Errors: std::system_error that names operation and path.

#include <neptune/core/descriptor.hpp>
#include <neptune/core/environment.hpp>
#include <neptune/core/file_lock.hpp>
#include <neptune/core/random.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace neptune::core {

/// The host's own name, without a domain unless it was given one.
[[nodiscard]] inline std::string host_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot read the host's name");
    }
    return name.data();
}

[[nodiscard]] inline ::pid_t process_id() {
    return ::getpid();
}

/// The system's number of the calling thread, the one that debuggers and `top -H` show.
[[nodiscard]] inline std::uint64_t thread_id() {
#if defined(__APPLE__)
    std::uint64_t number = 0;
    ::pthread_threadid_np(nullptr, &number);
    return number;
#else
    return static_cast<std::uint64_t>(::gettid());
#endif
}

/// Path of the program that this process runs; nothing where the system cannot tell.
[[nodiscard]] inline std::optional<std::string> executable_path() {
    std::array<char, 4096> path{};
    const ::ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
    return size > 0 ? std::optional<std::string>(std::in_place, path.data(),
                                                 static_cast<std::size_t>(size))
                    : std::nullopt;
}

/// The working directory, "." if it is gone.
[[nodiscard]] inline std::string working_directory() {
    std::array<char, 4096> path{};
    return ::getcwd(path.data(), path.size()) != nullptr ? path.data() : ".";
}

/// The login name of the process's user. Containers often run under a number without a name: then
/// $LOGNAME, $USER, or the number as text.
[[nodiscard]] inline std::string user_name() {
    std::vector<char> buffer(1024);
    struct ::passwd entry {};
    struct ::passwd* found = nullptr;
    while (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == ERANGE) {
        buffer.resize(2 * buffer.size());
    }
    if (found != nullptr) {
        return found->pw_name;
    }
    for (const char* variable : {"LOGNAME", "USER"}) {
        const std::optional<std::string> name = environment(variable);
        if (name && !name->empty()) {
            return *name;
        }
    }
    return std::to_string(::getuid());
}

/// $TMPDIR if it is an absolute path, else /tmp.
[[nodiscard]] inline std::string temp_directory() {
    const std::string path = environment("TMPDIR").value_or("");
    return path.starts_with('/') ? path : "/tmp";
}

/// Makes a new directory in `temp_directory()`, for this user only, and gives its path. It is the
/// caller's to remove.
[[nodiscard]] inline std::string make_temp_directory(const std::string& prefix) {
    std::string path = temp_directory() + "/" + prefix + "XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) {
        throw os_error(errno, "make the directory", path);
    }
    return path;
}

/// Waits until the directory's entries, that is new, renamed and deleted names, are on the disk.
inline void fsync_directory(const std::string& path) {
    const Descriptor directory = open_file(path, O_RDONLY | O_DIRECTORY);
    // EINVAL: this file system cannot; it keeps its directories in its own way (some FUSE and SMB
    // ones).
    if (::fsync(directory.get()) != 0 && errno != EINVAL) {
        throw os_error(errno, "flush the directory", path);
    }
}

/// The whole content; nothing if there is no such file.
[[nodiscard]] inline std::optional<std::string> read_file(const std::string& path) {
    const Descriptor file = try_open(path, O_RDONLY);
    if (!file && (errno == ENOENT || errno == ENOTDIR)) {
        return std::nullopt;
    }
    struct ::stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) {
        throw os_error(errno, "open", path);
    }
    // The size is a hint only: the file may grow, and those in /proc have none. One byte more than
    // it finds the end.
    std::string content(static_cast<std::size_t>(status.st_size) + 1, '\0');
    std::size_t filled = 0;
    while (true) {
        filled += read_up_to(file, content.data() + filled, content.size() - filled, path);
        if (filled < content.size()) {
            content.resize(filled);
            return content;
        }
        content.resize(2 * content.size() + 4096);
    }
}

/// Puts `content` under `path` so that a reader, and whoever comes after a crash, sees the old file
/// or the new one whole. `mode` are the new file's permissions, whatever the umask. On errors the
/// old file stays and nothing is left.
inline void write_file_atomically(const std::string& path, std::string_view content,
                                  ::mode_t mode = 0644) {
    const std::string temporary = path + ".tmp-" + random_word(8);
    // Nobody but the user may open it before its permissions are right: the content may be a
    // secret.
    Descriptor file = open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, 0600);
    try {
        write_all(file, content, temporary);
        if (::fchmod(file.get(), mode) != 0) {
            throw os_error(errno, "set the permissions of", temporary);
        }
        if (::fsync(file.get()) != 0) {
            throw os_error(errno, "flush", temporary);
        }
        file.close(temporary);
        if (std::rename(temporary.c_str(), path.c_str()) != 0) {
            throw os_error(errno, "rename a temporary file to", path);
        }
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    const std::size_t slash = path.rfind('/');
    fsync_directory(slash == std::string::npos ? "." : path.substr(0, slash + 1));
}

}  // namespace neptune::core

#endif
