#ifndef NEPTUNE_CORE_DESCRIPTOR_HPP
#define NEPTUNE_CORE_DESCRIPTOR_HPP

// Owned POSIX file descriptors, and the one form of the errors that the operating system reports.

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace neptune::core {

/// "cannot <operation> '<path>': <words of the system>". Take `code` from errno before anything
/// else can change it.
[[nodiscard]] inline std::system_error os_error(int code, const char* operation,
                                                const std::string& path) {
    return {code, std::generic_category(), std::string("cannot ") + operation + " '" + path + "'"};
}

/// Owns a file descriptor and closes it; -1 is none.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) noexcept : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    /// An error of close(2) is not seen here; who must know calls `close()`.
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    [[nodiscard]] int get() const noexcept { return number_; }
    explicit operator bool() const noexcept { return number_ >= 0; }

    /// Gives the descriptor away, open.
    [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }

    /// Closes now. Errors: std::system_error if data written before could not be stored (NFS,
    /// quota).
    void close(const std::string& path) {
        // Not repeated after EINTR: Linux has released the number by then, another thread may own
        // it.
        if (::close(release()) != 0 && errno != EINTR) {
            throw os_error(errno, "close", path);
        }
    }

private:
    int number_ = -1;
};

/// open(2), never inherited by programs that this one starts. Gives -1 with errno set instead of
/// throwing.
[[nodiscard]] inline Descriptor try_open(const std::string& path, int flags,
                                         ::mode_t mode = 0666) noexcept {
    int number = -1;
    do {
        number = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    } while (number < 0 && errno == EINTR);
    return Descriptor(number);
}

/// The same. Errors: std::system_error.
[[nodiscard]] inline Descriptor open_file(const std::string& path, int flags,
                                          ::mode_t mode = 0666) {
    Descriptor file = try_open(path, flags, mode);
    if (!file) {
        throw os_error(errno, "open", path);
    }
    return file;
}

/// Reads until `size` bytes are there or the file ends; gives the number read. Errors:
/// std::system_error naming `path`.
inline std::size_t read_up_to(const Descriptor& file, void* bytes, std::size_t size,
                              const std::string& path) {
    std::size_t done = 0;
    while (done < size) {
        const ::ssize_t count = ::read(file.get(), static_cast<char*>(bytes) + done, size - done);
        if (count == 0) {
            break;
        }
        if (count > 0) {
            done += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            throw os_error(errno, "read", path);
        }
    }
    return done;
}

/// Writes all of `bytes`. Errors: std::system_error naming `path`.
inline void write_all(const Descriptor& file, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ::ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            throw os_error(errno, "write", path);
        }
    }
}

}  // namespace neptune::core

#endif
