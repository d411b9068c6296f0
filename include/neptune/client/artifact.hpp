#ifndef NEPTUNE_CLIENT_ARTIFACT_HPP
#define NEPTUNE_CLIENT_ARTIFACT_HPP

// Artifacts as users see them: a versioned reference to files that stay where they are.

#include <neptune/core/artifact_error.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace neptune {

/// Value of an Artifact field: the hash over its files, 64 hexadecimal digits. Assigning it sets
/// the reference, in any object of the project.
struct Artifact {
    std::string hash;
    bool operator==(const Artifact&) const = default;
};

/// One file of an artifact. Source: `ArtifactFileData` of the Python client.
struct ArtifactFile {
    /// Inside the artifact, with `/`.
    std::string file_path;
    /// SHA-1 of the content (type `Local`) or the ETag (type `S3`).
    std::string file_hash;
    std::string type;
    /// Bytes; unknown to some other clients.
    std::optional<std::int64_t> size{};
    /// `file_path` (a file URL) or `location` (`s3://bucket/key`), and `last_modified`.
    std::map<std::string, std::string> metadata;
    bool operator==(const ArtifactFile&) const = default;
};

/// `track_files`. `destination`: prefix of the paths inside the artifact; `wait`: return when the
/// server has it.
struct TrackFiles {
    std::optional<std::string> destination{};
    bool wait = false;
};

}  // namespace neptune

#endif
