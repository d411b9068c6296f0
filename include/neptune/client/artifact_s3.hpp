#ifndef NEPTUNE_CLIENT_ARTIFACT_S3_HPP
#define NEPTUNE_CLIENT_ARTIFACT_S3_HPP

// Files of an artifact in S3: how they are found, described and copied.

#include <neptune/client/artifact_files.hpp>
#include <neptune/client/artifact_names.hpp>
#include <neptune/core/artifact_error.hpp>
#include <neptune/core/time.hpp>
#include <neptune/http/client.hpp>
#include <neptune/http/s3.hpp>
#include <neptune/wire/artifacts.hpp>
#include <neptune/wire/limits.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace neptune::client {

namespace detail {

// A pause between attempts that the end of the object cuts short.
class PauseWhile final : public http::Pause {
public:
    explicit PauseWhile(const GoOn& go_on) : go_on_(go_on) {}
    bool sleep(std::chrono::milliseconds time) override {
        constexpr std::chrono::milliseconds slice(100);
        for (; time.count() > 0; time -= slice) {
            if (!go_on_()) return false;
            std::this_thread::sleep_for((std::min)(time, slice));
        }
        return go_on_();
    }

private:
    const GoOn& go_on_;
};

/// Calls `use(S3&)` and turns its errors into ours.
template <class Use>
auto with_s3(const GoOn& go_on, Use use) {
    const auto connect = [](const std::string& address) -> std::unique_ptr<http::Channel> {
        http::ClientOptions options;
        options.base_url = address;
        options.read_timeout = std::chrono::seconds(60);
        options.user_agent = "neptune-cpp";
        return std::make_unique<http::Client>(std::move(options));
    };
    PauseWhile pause(go_on);
    try {
        http::S3 s3(http::read_s3_settings(), connect, pause);
        return use(s3);
    } catch (const http::S3Error& error) {
        if (!go_on()) throw Interrupted(error.what());
        if (error.kind == http::S3Error::Kind::credentials)
            throw RemoteStorageCredentials(ErrorCode::remote_storage_credentials, error.what());
        throw RemoteStorageAccess(ErrorCode::remote_storage_access, error.what());
    } catch (const std::system_error& error) {
        throw LocalStorageAccess(ErrorCode::local_storage_access, error.what());
    }
}

}  // namespace detail

/// All objects whose keys begin with that of the location. Empty: there is none. Errors:
/// RemoteStorageCredentials, RemoteStorageAccess; Interrupted.
[[nodiscard]] inline std::vector<wire::ArtifactFileDto> s3_files(
    const std::string& location, const std::optional<std::string>& destination, const GoOn& go_on) {
    const auto [bucket, prefix] = parse_s3_location(location);
    const auto objects = detail::with_s3(go_on, [&, &where = bucket, &start = prefix](auto& s3) {
        return s3.list(where, start, wire::limits::artifact_files, go_on);
    });
    S3Names names(prefix, destination);
    std::vector<wire::ArtifactFileDto> result;
    for (const auto& object : objects) {
        auto time = core::to_iso8601(object.last_modified).substr(0, 19);
        time[10] = ' ';
        result.push_back({names.of(object.key),
                          object.etag,
                          "S3",
                          object.size,
                          {{"location", "s3://" + bucket + "/" + without_slashes(object.key)},
                           {"last_modified", std::move(time)}}});
    }
    return result;
}

/// Copies the object `s3://bucket/key` to a file, which appears when it is complete; what was there
/// is replaced. Memory stays flat. Errors: as `s3_files`; LocalStorageAccess.
inline void read_s3_object_to_file(const std::string& location, const std::string& path,
                                   const GoOn& go_on) {
    const auto [bucket, key] = parse_s3_location(location);
    if (key.empty())
        throw RemoteStorageAccess(ErrorCode::remote_storage_access,
                                  "'" + location + "' names no object", "write s3://bucket/key");
    const std::string unfinished = path + ".part";
    std::error_code error;
    try {
        detail::with_s3(go_on, [&, &where = bucket, &what = key](auto& s3) {
            s3.read_to_file(where, what, unfinished, go_on);
        });
        std::filesystem::rename(unfinished, path, error);
    } catch (...) {
        std::filesystem::remove(unfinished, error);
        throw;
    }
    if (error)
        throw LocalStorageAccess(ErrorCode::local_storage_access,
                                 "cannot write '" + path + "': " + error.message(),
                                 "choose another destination");
}

}  // namespace neptune::client

#endif
