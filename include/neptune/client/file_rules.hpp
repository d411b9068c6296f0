#ifndef NEPTUNE_CLIENT_FILE_RULES_HPP
#define NEPTUNE_CLIENT_FILE_RULES_HPP

// From a File that the user gave to what is queued: paths become absolute, images are read and
// looked at.

#include <neptune/client/object.hpp>
#include <neptune/client/record_codec.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/core/glob.hpp>
#include <neptune/core/image_type.hpp>
#include <neptune/core/os.hpp>
#include <neptune/wire/limits.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace neptune::client {

/// Where the program runs at this moment. Errors: FileError if that directory is gone.
[[nodiscard]] inline std::string working_directory() {
    std::string path(4096, '\0');
    if (::getcwd(path.data(), path.size()) == nullptr)
        throw FileError(
            ErrorCode::file_unreadable,
            "the working directory cannot be found: " + std::generic_category().message(errno),
            "give an absolute path");
    path.resize(path.find('\0'));
    return path;
}

class FileRules {
public:
    explicit FileRules(Reporter& reporter) : reporter_(reporter) {}

    /// What is queued for a File field. A file that is not there is told, and perhaps comes later.
    /// Errors: InvalidArgument for an empty path and other schemes than `file` and `s3`.
    [[nodiscard]] UploadFile upload(const std::string& field, const File& file) const {
        tell_remark(field, file);
        if (!file.is_path()) return {{}, std::string(file.content()), file.extension()};
        auto path = local_path(file.path());
        if (!is_remote(path)) {
            path = core::absolute_path(path, path.front() == '/' ? "" : working_directory());
            struct ::stat status {};
            if (::stat(path.c_str(), &status) != 0)
                warn(field, ErrorCode::file_not_found,
                     "there is no file " + path + " to upload to " + field + " yet",
                     "it is looked for again when it is sent");
            else if (S_ISDIR(status.st_mode))
                warn(field, ErrorCode::file_unreadable,
                     path + " is a directory and cannot be uploaded to " + field,
                     "use upload_files() for the files in a directory");
        }
        return {std::move(path), {}, file.extension()};
    }

    /// What is queued for a FileSet field. Errors: InvalidArgument.
    [[nodiscard]] static UploadFileSet upload(const std::vector<std::string>& globs, bool reset) {
        UploadFileSet result{{}, {}, reset};
        for (const auto& glob : globs) {
            result.globs.push_back(local_path(glob));
            if (is_remote(result.globs.back())) refuse_scheme(glob);
        }
        result.working_directory = working_directory();
        for (auto& glob : result.globs) glob = core::absolute_path(glob, result.working_directory);
        return result;
    }

    /// An image with its content; a path is read now. Errors: FileNotFound, FileError.
    [[nodiscard]] static File in_memory(const File& file) {
        if (!file.is_path()) return file;
        const auto path = local_path(file.path());
        if (is_remote(path)) refuse_scheme(path);
        struct ::stat status {};
        if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
            throw FileError(ErrorCode::file_unreadable, path + " is no regular file",
                            "an image series takes image files");
        std::optional<std::string> content;
        // One byte more than is allowed is enough to see that it is too large.
        if (static_cast<std::uint64_t>(status.st_size) > wire::limits::image_bytes)
            return File::from_content(std::string(wire::limits::image_bytes + 1, '\0'));
        try {
            content = core::read_file(path);
        } catch (const std::system_error& error) {
            throw FileError(ErrorCode::file_unreadable, error.what(), "check its permissions");
        }
        if (!content)
            throw FileNotFound(ErrorCode::file_not_found, "there is no image file " + path,
                               "images are read at the call; check the path");
        return File::from_content(*content, file.extension());
    }

    /// The image of one point; nothing if it is too large, which was told. Errors: FileNotFound,
    /// FileError, OperationNotSupported for what is no image.
    [[nodiscard]] std::optional<std::string> image(const std::string& field,
                                                   const File& given) const {
        tell_remark(field, given);
        const auto file = in_memory(given);
        if (file.content().size() > wire::limits::image_bytes) {
            warn(field, ErrorCode::image_too_large,
                 "an image for " + field + " is larger than " +
                     std::to_string(wire::limits::image_bytes) + " bytes and was skipped",
                 "log it smaller, or upload() it to a field of its own");
            return std::nullopt;
        }
        if (core::image_type(file.content()).empty())
            throw OperationNotSupported(ErrorCode::unsupported_image,
                                        "what was logged to " + field + " is no image",
                                        "an image series takes PNG, JPEG, GIF, WebP, BMP, TIFF "
                                        "and PNM; upload() other files");
        return std::string(file.content());
    }

private:
    // Without `file://`. Errors: InvalidArgument.
    static std::string local_path(const std::string& path) {
        if (path.empty())
            throw InvalidArgument(ErrorCode::invalid_argument, "an empty path names no file");
        constexpr std::string_view local = "file://";
        if (path.starts_with(local) && path.size() > local.size()) return path.substr(local.size());
        const auto scheme = path.find("://");
        const bool word =
            scheme != std::string::npos && scheme > 0 &&
            std::all_of(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(scheme),
                        [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                   (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
                        });
        if (word && !is_remote(path)) refuse_scheme(path);
        return path;
    }
    static bool is_remote(const std::string& path) { return path.starts_with("s3://"); }
    [[noreturn]] static void refuse_scheme(const std::string& path) {
        throw InvalidArgument(ErrorCode::invalid_argument,
                              "cannot upload " + path + ": only local files are uploaded here",
                              "track_files() stores a reference to files elsewhere");
    }

    void tell_remark(const std::string& field, const File& file) const {
        if (!file.remark().empty())
            warn(field, ErrorCode::unsupported_image, file.remark() + " (" + field + ")",
                 "scale the values yourself, or pass .autoscale = false");
    }
    void warn(const std::string& field, ErrorCode code, const std::string& message,
              const std::string& advice) const {
        reporter_.report(Error(code, message, advice), field, Level::warning);
    }

    Reporter& reporter_;
};

}  // namespace neptune::client

#endif
