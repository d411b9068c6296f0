#ifndef NEPTUNE_WIRE_ENDPOINTS_ARTIFACTS_HPP
#define NEPTUNE_WIRE_ENDPOINTS_ARTIFACTS_HPP

// Endpoints of the artifacts document (wire protocol §9.1). All answer 404 for an artifact that
// the project does not have.

#include <neptune/wire/artifacts.hpp>
#include <neptune/wire/artifacts_json.hpp>
#include <neptune/wire/endpoint.hpp>
#include <neptune/wire/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace neptune::wire {

/// Name of the header by which clients say which variant of the artifact hash they use, and the
/// value that ours sends.
inline constexpr std::string_view artifact_version_header = "X-Neptune-Artifact-Api-Version",
                                  artifact_version = "2";

/// Announces an artifact whose hash the client has computed. An answer without `receivedMetadata`
/// asks for its list of files.
struct CreateNewArtifact {
    static constexpr std::string_view operation_id = "createNewArtifact", method = "PUT",
                                      path = "/api/artifacts/v1/artifact";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier, hash, parent_identifier;
        std::optional<std::int64_t> size{};
        std::optional<std::string> version{artifact_version};
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   query("hash", &Request::hash), query("size", &Request::size),
                                   query("parentIdentifier", &Request::parent_identifier),
                                   header(artifact_version_header, &Request::version));
        }
    };
    using Response = ArtifactDto;
};

/// Adds files to the list of the artifact `hash`; the answer is the artifact that this makes.
struct CreateArtifactVersion {
    static constexpr std::string_view operation_id = "createArtifactVersion", method = "POST",
                                      path = "/api/artifacts/v1/artifact";
    static constexpr Access access = Access::bearer;
    static constexpr std::size_t body_limit = limits::artifact_files_body_bytes;
    struct Request {
        std::string project_identifier, hash, parent_identifier;
        ArtifactFiles files;
        std::optional<std::string> version{artifact_version};
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   query("hash", &Request::hash),
                                   query("parentIdentifier", &Request::parent_identifier),
                                   body("artifactFilesDTO", &Request::files),
                                   header(artifact_version_header, &Request::version));
        }
    };
    using Response = ArtifactDto;
};

/// Delivers the list of files of an announced artifact.
struct UploadArtifactFilesMetadata {
    static constexpr std::string_view operation_id = "uploadArtifactFilesMetadata", method = "PUT",
                                      path = "/api/artifacts/v1/artifact/files";
    static constexpr Access access = Access::bearer;
    static constexpr std::size_t body_limit = limits::artifact_files_body_bytes;
    struct Request {
        std::string project_identifier, hash;
        ArtifactFiles files;
        std::optional<std::string> version{artifact_version};
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   query("hash", &Request::hash),
                                   body("artifactFilesDTO", &Request::files),
                                   header(artifact_version_header, &Request::version));
        }
    };
    using Response = ArtifactDto;
};

struct ArtifactRequest {
    std::string project_identifier, hash;
    std::optional<std::string> version{artifact_version};
    static constexpr auto parameters() {
        return std::make_tuple(query("projectIdentifier", &ArtifactRequest::project_identifier),
                               query("hash", &ArtifactRequest::hash),
                               header(artifact_version_header, &ArtifactRequest::version));
    }
};

/// The files, sorted by path.
struct ListArtifactFiles {
    static constexpr std::string_view operation_id = "listArtifactFiles", method = "GET",
                                      path = "/api/artifacts/v1/artifact/files";
    static constexpr Access access = Access::bearer;
    using Request = ArtifactRequest;
    using Response = ArtifactFiles;
};

struct GetArtifact {
    static constexpr std::string_view operation_id = "getArtifact", method = "GET",
                                      path = "/api/artifacts/v1/artifact";
    static constexpr Access access = Access::bearer;
    using Request = ArtifactRequest;
    using Response = ArtifactDto;
};

/// The endpoints of the artifacts document.
using ArtifactEndpoints = std::tuple<GetArtifact, CreateNewArtifact, CreateArtifactVersion,
                                     ListArtifactFiles, UploadArtifactFilesMetadata>;

}  // namespace neptune::wire

#endif
