#ifndef NEPTUNE_CLIENT_LOCAL_FILE_HPP
#define NEPTUNE_CLIENT_LOCAL_FILE_HPP

// A file of this machine on its way to the server, which may change or vanish meanwhile.

#include <neptune/core/descriptor.hpp>
#include <neptune/core/error.hpp>
#include <neptune/http/message.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace neptune::client {

/// The file is not what it was when its upload began.
struct FileChanged {};

class LocalFile {
public:
    /// Opens it for reading. Errors: FileUploadError.
    explicit LocalFile(std::string path) : path_(std::move(path)) {
        // Without O_NONBLOCK opening a pipe would wait for somebody who writes to it.
        file_ = core::try_open(path_, O_RDONLY | O_NONBLOCK);
        if (!file_) fail(errno);
        stamp_ = stamp();
        if (S_ISDIR(mode_))
            throw FileUploadError(ErrorCode::file_unreadable,
                                  "cannot upload " + path_ + ": it is a directory",
                                  "use upload_files() for the files in a directory");
        if (!S_ISREG(mode_))
            throw FileUploadError(ErrorCode::file_unreadable,
                                  "cannot upload " + path_ + ": it is no regular file",
                                  "copy its content into a file first");
    }

    [[nodiscard]] std::uint64_t size() const { return stamp_.size; }
    /// Seconds since the Unix epoch.
    [[nodiscard]] std::int64_t modified() const { return stamp_.seconds; }

    /// The file as it was when it was opened: what tells one state of it from another.
    struct Stamp {
        std::uint64_t size = 0;
        std::int64_t seconds = 0, nanoseconds = 0;
        bool operator==(const Stamp&) const = default;
    };
    [[nodiscard]] const Stamp& opened() const { return stamp_; }
    /// Errors: FileChanged.
    void check_unchanged() {
        if (stamp() != stamp_) throw FileChanged{};
    }

    /// Copies bytes; at least one. Errors: FileUploadError; FileChanged if the file is shorter now.
    std::size_t read(std::uint64_t offset, char* buffer, std::size_t size) const {
        for (;;) {
            const auto got = ::pread(file_.get(), buffer, size, static_cast<::off_t>(offset));
            if (got > 0) return static_cast<std::size_t>(got);
            if (got == 0) throw FileChanged{};
            if (errno != EINTR) fail(errno);
        }
    }
    /// All of it, or less if it has become shorter. Errors: FileUploadError.
    [[nodiscard]] std::string content() const {
        std::string result(static_cast<std::size_t>(size()), '\0');
        std::size_t done = 0;
        try {
            while (done < result.size())
                done += read(done, result.data() + done, result.size() - done);
        } catch (const FileChanged&) {
            result.resize(done);
        }
        return result;
    }
    /// `length` bytes from `first` on, as a body. Lifetime: this outlives it.
    [[nodiscard]] http::BodySource part(std::uint64_t first, std::uint64_t length,
                                        std::function<void()> on_progress) const {
        return {length, [this, first, length, on_progress](std::uint64_t offset, char* buffer,
                                                           std::size_t size) {
                    on_progress();
                    const auto left = static_cast<std::size_t>(length - offset);
                    return read(first + offset, buffer, (std::min)(size, left));
                }};
    }

private:
    [[noreturn]] void fail(int code) const {
        const bool missing = code == ENOENT || code == ENOTDIR;
        throw FileUploadError(
            missing ? ErrorCode::file_not_found : ErrorCode::file_unreadable,
            "cannot upload " + path_ + ": " + std::generic_category().message(code),
            missing ? "was it there when it was to be sent? A path is read then, not at the call"
                    : "check its permissions");
    }
    Stamp stamp() {
        struct ::stat status {};
        if (::fstat(file_.get(), &status) != 0) fail(errno);
        mode_ = status.st_mode;
        Stamp now;
        now.size = static_cast<std::uint64_t>(status.st_size);
#if defined(__APPLE__)
        const auto& time = status.st_mtimespec;
#else
        const auto& time = status.st_mtim;
#endif
        now.seconds = static_cast<std::int64_t>(time.tv_sec);
        now.nanoseconds = static_cast<std::int64_t>(time.tv_nsec);
        return now;
    }

    std::string path_;
    core::Descriptor file_;
    ::mode_t mode_ = 0;
    Stamp stamp_;
};

}  // namespace neptune::client

#endif
