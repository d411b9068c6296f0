#ifndef NEPTUNE_CLIENT_ARTIFACT_NAMES_HPP
#define NEPTUNE_CLIENT_ARTIFACT_NAMES_HPP

// Locations of files, and the paths that they get inside an artifact. Paths are those of the Python
// client in every corner, because the artifact's hash goes over them.

#include <neptune/core/artifact_error.hpp>
#include <neptune/core/utf8.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <pwd.h>
#include <unistd.h>

namespace neptune::client {

/// `destination/path` as pathlib writes it: without empty parts and those named `.`; "." if
/// nothing is left.
[[nodiscard]] inline std::string join_posix(std::string_view destination, std::string_view path) {
    std::string all(destination);
    if (!all.empty() && !path.empty()) all += '/';
    all += path;
    std::string result = all.starts_with('/') ? "/" : "";
    std::string_view rest = all;
    while (!rest.empty()) {
        const auto part = rest.substr(0, rest.find('/'));
        rest.remove_prefix((std::min)(rest.size(), part.size() + 1));
        if (part.empty() || part == ".") continue;
        if (!result.empty() && result.back() != '/') result += '/';
        result += part;
    }
    return result.empty() ? "." : result;
}

/// An absolute path for a local location (`~`, `~user`, `file://` and relative ones too); what has
/// another scheme stays as it is.
[[nodiscard]] inline std::string absolute_location(std::string_view location) {
    if (location.starts_with("file://"))
        location.remove_prefix(7);
    else if (location.find("://") != std::string_view::npos)
        return std::string(location);
    std::string path(location);
    if (path.starts_with('~')) {
        const auto name = path.substr(1, path.find('/') - 1);
        const char* home = name.empty() ? std::getenv("HOME") : nullptr;
        if (home == nullptr) {
            const auto* user = name.empty() ? ::getpwuid(::getuid()) : ::getpwnam(name.c_str());
            if (user != nullptr) home = user->pw_dir;
        }
        if (home != nullptr) path.replace(0, name.size() + 1, home);
    }
    std::error_code error;
    const auto absolute = std::filesystem::absolute(path.empty() ? "." : path, error);
    return error ? path : absolute.string();
}

/// Without the slashes at its front.
[[nodiscard]] inline std::string without_slashes(std::string_view path) {
    return std::string(path.substr((std::min)(path.find_first_not_of('/'), path.size())));
}

/// `s3://bucket/prefix` in its parts.
struct S3Location {
    std::string bucket, key;
};
/// Errors: RemoteStorageAccess without a bucket.
[[nodiscard]] inline S3Location parse_s3_location(std::string_view location) {
    auto rest = location.substr(location.find("://") + 3);
    S3Location result;
    result.bucket = rest.substr(0, rest.find('/'));
    rest.remove_prefix(result.bucket.size());
    result.key = without_slashes(rest);
    if (result.bucket.empty())
        throw RemoteStorageAccess(ErrorCode::remote_storage_access,
                                  "'" + std::string(location) + "' names no bucket",
                                  "write s3://bucket/prefix");
    return result;
}

/// What str(PurePosixPath(path).parent) is.
[[nodiscard]] inline std::string posix_parent(const std::string& path) {
    const auto whole = join_posix("", path);
    const auto slash = whole.rfind('/');
    return slash == std::string::npos ? "." : whole.substr(0, slash);
}

/// Paths inside the artifact of objects that were found by a prefix. Matching is by plain prefix,
/// so that `s3://b/data` takes `data2/x` too, as `2/x`; a prefix that is a key becomes the
/// directory above it, for all that follow. All this is the Python client's, whose hashes ours are.
class S3Names {
public:
    S3Names(std::string prefix, std::optional<std::string> destination)
        : prefix_(std::move(prefix)), destination_(std::move(destination)) {}

    [[nodiscard]] std::string of(const std::string& key) {
        if (prefix_ == key) prefix_ = posix_parent(prefix_);
        const auto dots = (std::min)(prefix_.find_first_not_of('.'), prefix_.size());
        const auto length = core::count_code_points(std::string_view(prefix_).substr(dots));
        std::string_view rest = key;
        rest.remove_prefix(core::truncate_code_points(rest, length).size());
        return without_slashes(join_posix(destination_.value_or(""), without_slashes(rest)));
    }

private:
    std::string prefix_;
    std::optional<std::string> destination_;
};

}  // namespace neptune::client

#endif
