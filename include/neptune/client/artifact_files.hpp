#ifndef NEPTUNE_CLIENT_ARTIFACT_FILES_HPP
#define NEPTUNE_CLIENT_ARTIFACT_FILES_HPP

// Files of an artifact on a local disk: how they are found, described and linked. Descriptions are
// those of the Python client to the byte, because the artifact's hash goes over them.

#include <neptune/client/artifact_names.hpp>
#include <neptune/core/artifact_error.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/sha1.hpp>
#include <neptune/core/utf8.hpp>
#include <neptune/wire/artifacts.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace neptune::client {

/// Asked again and again while files are read; false: the work is to end, by `Interrupted`.
using GoOn = std::function<bool()>;
struct Interrupted : std::runtime_error {
    using std::runtime_error::runtime_error;
};
inline void demand_time(const GoOn& go_on) {
    if (!go_on()) throw Interrupted("reading files was interrupted");
}

/// SHA-1 of local files, remembered while this process runs: a batch that is repeated because the
/// server is away must not read everything again. Threads: one at a time.
class FileHashes {
public:
    /// 40 hexadecimal digits. Errors: std::system_error.
    std::string of(const std::string& path, const struct ::stat& status, const GoOn& go_on) {
        const Version version{status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
        if (const auto known = hashes_.find(path);
            known != hashes_.end() && known->second.first == version)
            return known->second.second;
        const auto hash = read(path, go_on);
        constexpr std::size_t most = 100'000;
        if (hashes_.size() >= most) hashes_.clear();
        hashes_.insert_or_assign(path, std::pair(version, hash));
        return hash;
    }

private:
    struct Version {
        std::int64_t size, seconds, nanoseconds;
        bool operator==(const Version&) const = default;
    };

    static std::string read(const std::string& path, const GoOn& go_on) {
        const auto file = core::open_file(path, O_RDONLY);
        std::vector<char> buffer(std::size_t{1} << 20);
        core::Sha1 hash;
        for (;;) {
            demand_time(go_on);
            const auto count = core::read_up_to(file, buffer.data(), buffer.size(), path);
            hash.update(std::string_view(buffer.data(), count));
            if (count < buffer.size()) return core::to_hex(hash.digest());
        }
    }

    std::unordered_map<std::string, std::pair<Version, std::string>> hashes_;
};

namespace detail {

/// "2024-05-06 07:08:09"; `seconds` since the epoch, in the local time zone.
inline std::string local_time_text(std::time_t seconds) {
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts)};
}

inline wire::ArtifactFileDto describe_file(const std::filesystem::path& file, std::string name,
                                           FileHashes& hashes, const GoOn& go_on) {
    const std::string path = file.string();
    if (!core::is_valid(name))
        throw LocalStorageAccess(ErrorCode::local_storage_access,
                                 "the name of the file '" + core::replace_invalid(path) +
                                     "' is not UTF-8, so that it cannot be part of an artifact",
                                 "rename it");
    struct ::stat status {};
    if (::stat(path.c_str(), &status) != 0) throw core::os_error(errno, "look at", path);
    wire::ArtifactFileDto result;
    result.path = std::move(name);
    result.type = "Local";
    result.size = status.st_size;
    result.hash = hashes.of(path, status, go_on);
    result.metadata = {{"file_path", "file://" + std::filesystem::canonical(file).string()},
                       {"last_modified", local_time_text(status.st_mtim.tv_sec)}};
    return result;
}

}  // namespace detail

/// The file at an absolute path, or all files below it, links to directories not followed. Empty:
/// there is none. Errors: LocalStorageAccess; Interrupted.
[[nodiscard]] inline std::vector<wire::ArtifactFileDto> local_files(
    const std::string& location, const std::optional<std::string>& destination, FileHashes& hashes,
    const GoOn& go_on) {
    namespace fs = std::filesystem;
    std::vector<wire::ArtifactFileDto> result;
    const auto add = [&](const fs::path& file, const std::string& name) {
        result.push_back(detail::describe_file(
            file, destination ? join_posix(*destination, name) : name, hashes, go_on));
    };
    try {
        const fs::path root(location);
        std::error_code unknown;
        if (!fs::is_directory(root, unknown)) {
            if (fs::is_regular_file(root, unknown)) add(root, root.filename().string());
            return result;
        }
        for (const auto& entry : fs::recursive_directory_iterator(root)) {
            demand_time(go_on);
            // Through links, as for the description; a link to nothing is no file.
            if (entry.is_regular_file(unknown))
                add(entry.path(), entry.path().lexically_relative(root).generic_string());
        }
    } catch (const std::system_error& error) {
        throw LocalStorageAccess(ErrorCode::local_storage_access,
                                 "cannot track '" + location + "': " + error.what(),
                                 "check that all files there can be read");
    }
    wire::sort_artifact_files(result);
    return result;
}

/// Makes a link at `destination` to the tracked file. What is there is replaced, unless it is that
/// very file. Errors: LocalStorageAccess.
inline void link_local_file(const wire::ArtifactFileDto& file, const std::string& destination) {
    namespace fs = std::filesystem;
    std::string url;
    for (const auto& [key, value] : file.metadata)
        if (key == "file_path") url = value;
    const fs::path source(url.starts_with("file://") ? url.substr(7) : url);
    std::error_code error;
    if (!fs::is_regular_file(source, error))
        throw LocalStorageAccess(ErrorCode::local_storage_access,
                                 "the tracked file '" + source.string() + "' does not exist",
                                 "was it moved, or tracked on another machine?");
    if (fs::equivalent(source, destination, error)) return;
    error.clear();
    fs::remove(destination, error);
    if (!error) fs::create_symlink(source, destination, error);
    if (error)
        throw LocalStorageAccess(ErrorCode::local_storage_access,
                                 "cannot link '" + destination + "': " + error.message(),
                                 "choose another destination");
}

}  // namespace neptune::client

#endif
