#ifndef NEPTUNE_SERVER_ARTIFACTS_API_HPP
#define NEPTUNE_SERVER_ARTIFACTS_API_HPP

// Endpoints of the artifacts document (wire protocol §9).

#include <neptune/server/context.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/artifacts.hpp>
#include <neptune/wire/endpoints_artifacts.hpp>
#include <neptune/wire/limits.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace neptune::server {

namespace detail {

inline void demand_artifact_hash(const std::string& hash) {
    if (!wire::is_artifact_hash(hash))
        throw bad_request("Query parameter 'hash' must be 64 lower-case hexadecimal digits, not " +
                          in_quotes(hash));
}

inline wire::ArtifactDto to_dto(const storage::Project& project,
                                const storage::Artifact& artifact) {
    return {artifact.hash, project.id, artifact.complete, artifact.size};
}

/// The project of the request, if its caller may write to it and to the object that the request
/// names as the artifact's parent.
inline storage::Project project_of_artifact(const Context& context, const Caller& caller,
                                            const std::string& project_identifier,
                                            const std::string& parent_identifier) {
    auto project = context.gate.project(caller, project_identifier, Action::write);
    const auto parent = context.gate.object(caller, parent_identifier, Action::write);
    if (parent.project_id != project.id)
        throw bad_request("The object " + in_quotes(parent_identifier) + " is not in the project " +
                          in_quotes(project_identifier));
    return project;
}

inline Refusal no_such_artifact(const std::string& hash) {
    return not_found("Artifact not found",
                     "The project has no artifact with files of the hash " + in_quotes(hash));
}

/// The artifact without files is in every project.
inline std::vector<wire::ArtifactFileDto> files_of(const Context& context,
                                                   const storage::Project& project,
                                                   const std::string& hash) {
    if (hash == wire::empty_artifact_hash) return {};
    auto files = context.store.artifact_files(project.id, hash);
    if (!files) throw no_such_artifact(hash);
    return *std::move(files);
}

inline wire::ArtifactDto create_artifact(const Context& context, const Caller& caller,
                                         const wire::CreateNewArtifact::Request& request) {
    demand_artifact_hash(request.hash);
    const auto project =
        project_of_artifact(context, caller, request.project_identifier, request.parent_identifier);
    if (request.size && *request.size < 0)
        throw bad_request("Query parameter 'size' must not be negative");
    return to_dto(project, context.store.announce_artifact(project.id, request.hash, request.size));
}

inline wire::ArtifactDto create_artifact_version(
    const Context& context, const Caller& caller,
    const wire::CreateArtifactVersion::Request& request) {
    demand_artifact_hash(request.hash);
    const auto project =
        project_of_artifact(context, caller, request.project_identifier, request.parent_identifier);
    const auto files =
        wire::merge_artifact_files(files_of(context, project, request.hash), request.files.files);
    if (files.size() > wire::limits::artifact_files)
        throw unprocessable("Too many files", "The artifact would have " +
                                                  std::to_string(files.size()) +
                                                  " files; the limit artifact_files is " +
                                                  std::to_string(wire::limits::artifact_files));
    return to_dto(project,
                  context.store.store_artifact(project.id, wire::artifact_hash(files), files));
}

inline wire::ArtifactDto upload_artifact_files(
    const Context& context, const Caller& caller,
    const wire::UploadArtifactFilesMetadata::Request& request) {
    demand_artifact_hash(request.hash);
    const auto project = context.gate.project(caller, request.project_identifier, Action::write);
    const auto hash = wire::artifact_hash(request.files.files);
    if (hash != request.hash)
        throw bad_request("The files have the hash " + hash + ", not " + in_quotes(request.hash));
    return to_dto(project, context.store.store_artifact(project.id, hash, request.files.files));
}

inline wire::ArtifactFiles list_artifact_files(const Context& context, const Caller& caller,
                                               const wire::ArtifactRequest& request) {
    const auto project = context.gate.project(caller, request.project_identifier, Action::see);
    return {files_of(context, project, request.hash)};
}

inline wire::ArtifactDto get_artifact(const Context& context, const Caller& caller,
                                      const wire::ArtifactRequest& request) {
    const auto project = context.gate.project(caller, request.project_identifier, Action::see);
    const auto artifact = context.store.find_artifact(project.id, request.hash);
    if (!artifact) throw no_such_artifact(request.hash);
    return to_dto(project, *artifact);
}

}  // namespace detail

/// Lifetime: `context` outlives the router.
inline void add_artifacts_api(Router& api, const Context& context) {
    api.on<wire::CreateNewArtifact>(
        [&context](const Caller& caller, const wire::CreateNewArtifact::Request& request) {
            return detail::create_artifact(context, caller, request);
        });
    api.on<wire::CreateArtifactVersion>(
        [&context](const Caller& caller, const wire::CreateArtifactVersion::Request& request) {
            return detail::create_artifact_version(context, caller, request);
        });
    api.on<wire::UploadArtifactFilesMetadata>(
        [&context](const Caller& caller,
                   const wire::UploadArtifactFilesMetadata::Request& request) {
            return detail::upload_artifact_files(context, caller, request);
        });
    api.on<wire::ListArtifactFiles>(
        [&context](const Caller& caller, const wire::ArtifactRequest& request) {
            return detail::list_artifact_files(context, caller, request);
        });
    api.on<wire::GetArtifact>(
        [&context](const Caller& caller, const wire::ArtifactRequest& request) {
            return detail::get_artifact(context, caller, request);
        });
}

}  // namespace neptune::server

#endif
