#ifndef NEPTUNE_CLIENT_DOWNLOADS_HPP
#define NEPTUNE_CLIENT_DOWNLOADS_HPP

// Files, file sets and images from the server to the disk.

#include <neptune/client/file_rules.hpp>
#include <neptune/client/progress_bar.hpp>
#include <neptune/client/remote_fields.hpp>
#include <neptune/client/session.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/random.hpp>
#include <neptune/core/time.hpp>
#include <neptune/wire/endpoints_files.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace neptune::client {

/// The name that a server gives a file: what follows the last `filename=`, as the Python client
/// reads it. Without directories: a server does not choose where files go. Nothing if that leaves
/// no name.
[[nodiscard]] inline std::optional<std::string> name_in(const std::string* disposition) {
    constexpr std::string_view key = "filename=";
    if (disposition == nullptr) return std::nullopt;
    const auto at = disposition->rfind(key);
    if (at == std::string::npos) return std::nullopt;
    std::string name = disposition->substr(at + key.size());
    std::erase(name, '"');
    name.erase(0, name.find_last_of('/') + 1);
    if (name.empty() || name == "." || name == ".." || name.find('\0') != std::string::npos)
        return std::nullopt;
    return name;
}

/// What follows the last `/` of a field's path.
[[nodiscard]] inline std::string last_part(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

/// The body of a reply into a file, which appears under its name when it is complete. Errors:
/// FileError.
class FileReceiver {
public:
    /// `name`: of the file, where the server gives none and `destination` is empty or a directory.
    FileReceiver(std::string destination, std::string name, const ProgressOption& progress,
                 const std::string& what)
        : destination_(std::move(destination)),
          fallback_name_(std::move(name)),
          progress_(progress, "downloading " + what) {}
    FileReceiver(const FileReceiver&) = delete;
    FileReceiver& operator=(const FileReceiver&) = delete;
    ~FileReceiver() {
        if (!temporary_.empty()) ::unlink(temporary_.c_str());
    }

    /// Lifetime: this outlives it.
    [[nodiscard]] http::BodySink sink() {
        return {[this](const http::Headers& headers) { begin(headers); },
                [this](std::string_view bytes) {
                    guarded([&] { core::write_all(file_, bytes, temporary_); });
                    progress_.advance(bytes.size());
                }};
    }
    /// Gives the file its name.
    void finish() {
        guarded([&] {
            file_.close(temporary_);
            if (std::rename(temporary_.c_str(), target_.c_str()) != 0)
                throw core::os_error(errno, "rename a temporary file to", target_);
        });
        temporary_.clear();
    }
    /// What comes behind the last `/` of the reply's Content-Type.
    [[nodiscard]] const std::string& subtype() const { return subtype_; }
    /// Chooses the file's name by the reply, in place of the rules for `destination`.
    std::function<std::string(const FileReceiver&)> choose_path;

private:
    void begin(const http::Headers& headers) {
        const auto* type = headers.find("Content-Type");
        subtype_ = type == nullptr ? "" : type->substr(type->rfind('/') + 1);
        std::replace_if(
            subtype_.begin(), subtype_.end(),
            [](char c) { return c == ';' || c == ' ' || c == '\0'; }, '_');
        target_ = choose_path ? choose_path(*this) : path_for(headers);
        const auto* length = headers.find("Content-Length");
        const auto total = length == nullptr || headers.find("Content-Encoding") != nullptr
                               ? std::nullopt
                               : core::parse_int64(*length);
        progress_.begin(total && *total >= 0 ? std::optional(static_cast<std::uint64_t>(*total))
                                             : std::nullopt);
        guarded([&] {
            // After a broken connection it begins again.
            if (!temporary_.empty()) ::unlink(temporary_.c_str());
            temporary_ = target_ + ".part-" + core::random_word(8);
            file_ = core::open_file(temporary_, O_WRONLY | O_CREAT | O_EXCL);
        });
    }
    [[nodiscard]] std::string path_for(const http::Headers& headers) const {
        std::string directory = destination_.empty() ? "." : destination_;
        struct ::stat status {};
        const bool exists = ::stat(directory.c_str(), &status) == 0;
        if (!exists || !S_ISDIR(status.st_mode)) return destination_;
        return directory + "/" +
               name_in(headers.find("Content-Disposition")).value_or(fallback_name_);
    }
    template <class Action>
    void guarded(Action action) {
        try {
            action();
        } catch (const std::system_error& error) {
            throw FileError(ErrorCode::destination_unwritable,
                            std::string("the download failed: ") + error.what(),
                            "choose another destination, or make room");
        }
    }

    const std::string destination_, fallback_name_;
    ProgressTeller progress_;
    std::string target_, temporary_, subtype_;
    core::Descriptor file_;
};

inline void download_file(Session& session, const std::string& object_id, const std::string& path,
                          const Download& options) {
    FileReceiver file(options.destination.text, last_part(path), options.progress, path);
    try {
        session.download<wire::DownloadAttribute>({object_id, path, std::nullopt}, file.sink());
    } catch (const RemoteNotFound&) {
        throw not_on_server(path);
    }
    file.finish();
}

/// One zip archive, which the server may take its time to make.
inline void download_file_set(Session& session, const std::string& object_id,
                              const std::string& path, const Download& options) {
    FileReceiver file(options.destination.text, last_part(path) + ".zip", options.progress, path);
    try {
        auto archive = session.call<wire::PrepareFileSetZip>({object_id, path});
        // The intervals of the Python client.
        constexpr std::chrono::milliseconds first(500), longest(5'000);
        for (auto pause = first; !archive.download_url; pause = (std::min)(pause * 2, longest)) {
            archive = session.call<wire::GetDownloadRequest>({archive.id});
            if (!archive.download_url) session.pause(pause);
        }
        session.download_from(*archive.download_url, file.sink());
    } catch (const RemoteNotFound&) {
        throw not_on_server(path);
    }
    file.finish();
}

namespace detail {

[[nodiscard]] inline std::int64_t number_of_images(Session& session, const std::string& object_id,
                                                   const std::string& path) {
    try {
        return session.call<wire::GetImageSeriesValues>({object_id, path, 1, 0}).total_item_count;
    } catch (const RemoteNotFound&) {
        throw not_on_server(path);
    }
}

// Images always go into a directory.
[[nodiscard]] inline std::string image_directory(const std::string& path,
                                                 const std::string& destination) {
    const auto directory = destination.empty() ? "neptune/" + last_part(path) : destination;
    try {
        core::make_directories(directory);
    } catch (const std::system_error& error) {
        throw FileError(ErrorCode::destination_unwritable, error.what(),
                        "choose another destination");
    }
    return directory;
}

inline void download_image(Session& session, const std::string& object_id, const std::string& path,
                           const std::string& directory, std::int64_t index) {
    const ProgressOption silent(false);
    FileReceiver file({}, {}, silent, path);
    file.choose_path = [&](const FileReceiver& receiver) {
        return directory + "/" + std::to_string(index) + "." + receiver.subtype();
    };
    try {
        session.download<wire::GetImage>({object_id, path, index}, file.sink());
    } catch (const RemoteNotFound&) {
        throw not_on_server(path);
    }
    file.finish();
}

}  // namespace detail

/// All images, as `<index>.<type>`; progress counts images.
inline void download_images(Session& session, const std::string& object_id, const std::string& path,
                            const Download& options) {
    const auto count = detail::number_of_images(session, object_id, path);
    const auto directory = detail::image_directory(path, options.destination.text);
    for (std::int64_t index = 0; index < count; ++index) {
        detail::download_image(session, object_id, path, directory, index);
        if (options.progress.callback)
            options.progress.callback({"downloading " + path, static_cast<std::uint64_t>(index) + 1,
                                       static_cast<std::uint64_t>(count)});
    }
}

/// Errors: InvalidArgument for a series without images.
inline void download_last_image(Session& session, const std::string& object_id,
                                const std::string& path, const Download& options) {
    const auto count = detail::number_of_images(session, object_id, path);
    if (count == 0)
        throw InvalidArgument(ErrorCode::invalid_argument, "the series " + path + " has no image",
                              "call wait() before downloading what was just logged");
    detail::download_image(session, object_id, path,
                           detail::image_directory(path, options.destination.text), count - 1);
}

/// One directory of a file set. Errors: FileSetNotFound.
[[nodiscard]] inline std::vector<FileEntry> read_folder(Session& session,
                                                        const std::string& object_id,
                                                        const std::string& path,
                                                        const std::string& folder) {
    std::vector<wire::FileEntry> entries;
    try {
        entries = session.call<wire::ListFileSet>({object_id, path, folder});
    } catch (const RemoteNotFound&) {
        throw FileSetNotFound(
            ErrorCode::file_set_not_found,
            "the file set " + path + " on the server has no directory '" + folder + "'",
            "call wait() before listing what was just uploaded");
    }
    std::vector<FileEntry> result;
    for (auto& entry : entries)
        result.push_back(
            {std::move(entry.name),
             entry.size && *entry.size >= 0 ? std::optional(static_cast<std::uint64_t>(*entry.size))
                                            : std::nullopt,
             Datetime(std::chrono::milliseconds(core::parse_iso8601(entry.mtime).value_or(0))),
             entry.file_type == wire::file_type_directory ? FileType::directory : FileType::file});
    return result;
}

}  // namespace neptune::client

#endif
