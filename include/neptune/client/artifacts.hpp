#ifndef NEPTUNE_CLIENT_ARTIFACTS_HPP
#define NEPTUNE_CLIENT_ARTIFACTS_HPP

// Artifacts between the files and the server (wire protocol §9).

#include <neptune/client/artifact_files.hpp>
#include <neptune/client/artifact_s3.hpp>
#include <neptune/client/record_codec.hpp>
#include <neptune/client/remote_fields.hpp>
#include <neptune/client/session.hpp>
#include <neptune/core/artifact_error.hpp>
#include <neptune/wire/artifacts.hpp>
#include <neptune/wire/endpoints.hpp>
#include <neptune/wire/endpoints_artifacts.hpp>
#include <neptune/wire/limits.hpp>

#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace neptune::client {

/// The files that a location stands for. Errors: UnsupportedArtifactFunctionality,
/// UnhandledArtifactScheme, EmptyLocation, and those of local_files and s3_files.
[[nodiscard]] inline std::vector<wire::ArtifactFileDto> files_at(const TrackedPath& tracked,
                                                                 FileHashes& hashes,
                                                                 const GoOn& go_on) {
    const auto& location = tracked.location;
    if (location.find('*') != std::string::npos)
        throw UnsupportedArtifactFunctionality(
            ErrorCode::unsupported_artifact_functionality,
            "the location '" + location + "' has a wildcard, which artifacts do not support",
            "track a directory or a prefix");
    const bool is_s3 = location.starts_with("s3://");
    if (!is_s3 && !location.starts_with('/'))
        throw UnhandledArtifactScheme(
            ErrorCode::unhandled_artifact_scheme,
            "files at '" + location + "' cannot be tracked: the scheme is unknown",
            "use a local path or s3://bucket/prefix");
    auto files = is_s3 ? s3_files(location, tracked.destination, go_on)
                       : local_files(location, tracked.destination, hashes, go_on);
    if (files.empty())
        throw EmptyLocation(ErrorCode::empty_location, "there are no files at '" + location + "'",
                            "check the spelling of the path");
    return files;
}

/// The files of all locations, in their order. `with_empty_objects`: those of S3 without content,
/// which mark directories, count. Errors: as files_at; ArtifactUploadingError.
[[nodiscard]] inline std::vector<wire::ArtifactFileDto> files_at(
    const std::vector<TrackedPath>& tracked, bool with_empty_objects, FileHashes& hashes,
    const GoOn& go_on) {
    std::vector<wire::ArtifactFileDto> files;
    for (const auto& one : tracked) {
        auto found = files_at(one, hashes, go_on);
        files.insert(files.end(), std::make_move_iterator(found.begin()),
                     std::make_move_iterator(found.end()));
    }
    if (!with_empty_objects)
        std::erase_if(files, [](const auto& file) { return file.type == "S3" && file.size == 0; });
    if (files.empty())
        throw ArtifactUploadingError(ErrorCode::artifact_empty,
                                     "an artifact without files cannot be tracked",
                                     "all objects at the location are empty");
    if (files.size() > wire::limits::artifact_files)
        throw ArtifactUploadingError(ErrorCode::artifact_too_large,
                                     "an artifact of " + std::to_string(files.size()) +
                                         " files is above the limit artifact_files of " +
                                         std::to_string(wire::limits::artifact_files),
                                     "track parts of it in fields of their own");
    return files;
}

/// Artifacts of one object on the server. Threads: one at a time.
class ArtifactSender {
public:
    /// Lifetime: `session` outlives this.
    ArtifactSender(Session& session, std::string object_id, GoOn go_on)
        : session_(session), object_id_(std::move(object_id)), go_on_(std::move(go_on)) {}

    /// Makes the files known to the server, as a new version of the artifact that the field holds
    /// now if there is one; gives the hash for the field. Doing it again gives the same hash.
    /// Errors: those of the files, FeatureNotAvailable, ArtifactNotFound; what is no fault of this
    /// artifact (ConnectionLost, …); Interrupted.
    [[nodiscard]] std::string track(const std::string& path,
                                    const std::vector<TrackedPath>& tracked) {
        const auto config = session_.config().artifacts;
        if (!config || !config->enabled)
            throw FeatureNotAvailable(
                ErrorCode::feature_not_available,
                "the server does not support artifacts, so that " + path + " was not tracked",
                "update the server");
        const bool first_version = config->api_version.value_or(1) == 1;
        auto files = files_at(tracked, first_version, hashes_, go_on_);
        const auto& project = project_id();
        if (const auto current = current_hash(path)) {
            try {
                return session_
                    .call<wire::CreateArtifactVersion>(
                        {project, *current, object_id_, {std::move(files)}})
                    .artifact_hash;
            } catch (const RemoteNotFound&) {
                throw ArtifactNotFound(ErrorCode::artifact_not_found,
                                       "the server does not know the files of the artifact " +
                                           path + ", so that none can be added",
                                       "erase the field and track all files anew");
            }
        }
        const auto hash = wire::artifact_hash(files, first_version);
        const auto known = session_.call<wire::CreateNewArtifact>(
            {project, hash, object_id_, wire::artifact_size(files)});
        if (known.received_metadata) return known.artifact_hash;
        return session_
            .call<wire::UploadArtifactFilesMetadata>(
                {project, known.artifact_hash, {std::move(files)}})
            .artifact_hash;
    }

    /// The files of the artifact that the field holds, sorted by path. Errors:
    /// FetchAttributeNotFound, ArtifactNotFound, and those of Session::call.
    [[nodiscard]] std::vector<wire::ArtifactFileDto> files(const std::string& path) {
        const auto hash = current_hash(path);
        if (!hash) throw not_on_server(path);
        if (*hash == wire::empty_artifact_hash) return {};
        try {
            return session_.call<wire::ListArtifactFiles>({project_id(), *hash}).files;
        } catch (const RemoteNotFound&) {
            throw ArtifactNotFound(ErrorCode::artifact_not_found,
                                   "the server does not know the files of the artifact " + path,
                                   "was its hash assigned in another project?");
        }
    }

private:
    std::optional<std::string> current_hash(const std::string& path) {
        try {
            return std::get<wire::ArtifactValue>(
                       session_.call<wire::GetAttribute<FieldType::artifact>>({object_id_, path})
                           .attribute.value)
                .hash;
        } catch (const RemoteNotFound&) {
            return std::nullopt;
        }
    }
    const std::string& project_id() {
        if (project_id_.empty())
            project_id_ = session_.call<wire::GetExperiment>({object_id_}).project_id;
        return project_id_;
    }

    Session& session_;
    std::string object_id_, project_id_;
    GoOn go_on_;
    FileHashes hashes_;
};

/// Fetches the files of an artifact into a directory (empty: the working directory): links for
/// local files, copies for those in S3. Errors: UnhandledArtifactType, LocalStorageAccess,
/// RemoteStorageAccess, RemoteStorageCredentials.
inline void download_artifact(const std::vector<wire::ArtifactFileDto>& files,
                              const std::string& directory) {
    namespace fs = std::filesystem;
    const GoOn for_ever = [] { return true; };
    for (const auto& file : files) {
        const auto name = join_posix("", file.path);
        const bool leaves = ("/" + name + "/").find("/../") != std::string::npos;
        if (leaves || name == "." || name == "/")
            throw LocalStorageAccess(
                ErrorCode::local_storage_access,
                "the artifact's file '" + file.path + "' would lie outside of the destination",
                "download its other files from their locations");
        const auto place = join_posix(directory.empty() ? "." : directory,
                                      name.substr(name.find_first_not_of('/')));
        std::error_code error;
        fs::create_directories(fs::path(place).parent_path(), error);
        if (error)
            throw LocalStorageAccess(
                ErrorCode::local_storage_access,
                "cannot make the directory of '" + place + "': " + error.message(),
                "choose another destination");
        if (file.type == "Local") {
            link_local_file(file, place);
        } else if (file.type == "S3") {
            std::string location;
            for (const auto& [key, value] : file.metadata)
                if (key == "location") location = value;
            read_s3_object_to_file(location, place, for_ever);
        } else {
            throw UnhandledArtifactType(ErrorCode::unhandled_artifact_type,
                                        "the artifact's file '" + file.path + "' has the type '" +
                                            file.type + "', which this version cannot download",
                                        "a newer neptune-cpp may");
        }
    }
}

/// The description of a file as users see it.
[[nodiscard]] inline ArtifactFile to_artifact_file(wire::ArtifactFileDto file) {
    ArtifactFile result{
        std::move(file.path), std::move(file.hash), std::move(file.type), file.size, {}};
    for (auto& [key, value] : file.metadata) result.metadata.emplace(key, value);
    return result;
}

}  // namespace neptune::client

#endif
