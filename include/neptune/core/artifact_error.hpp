#ifndef NEPTUNE_CORE_ARTIFACT_ERROR_HPP
#define NEPTUNE_CORE_ARTIFACT_ERROR_HPP

// What can be wrong with the files of an artifact, wherever they are.

#include <neptune/core/error.hpp>

#include <string>

namespace neptune {

/// Files cannot be tracked or downloaded; the message names the location.
struct ArtifactError : Error {
    using Error::Error;
};
/// Every file at the location is an empty object, so nothing is left to track.
struct ArtifactUploadingError : ArtifactError {
    using ArtifactError::ArtifactError;
};
/// There is no file at the location.
struct EmptyLocation : ArtifactError {
    using ArtifactError::ArtifactError;
};
/// A location that is neither local nor `s3://bucket/prefix`.
struct UnhandledArtifactScheme : ArtifactError {
    using ArtifactError::ArtifactError;
};
/// A file whose type is neither `Local` nor `S3`, which some other client tracked.
struct UnhandledArtifactType : ArtifactError {
    using ArtifactError::ArtifactError;
};
/// Wildcards in a location.
struct UnsupportedArtifactFunctionality : ArtifactError {
    using ArtifactError::ArtifactError;
};
/// A tracked local file is gone or cannot be read, or its copy cannot be written.
struct LocalStorageAccess : ArtifactError {
    using ArtifactError::ArtifactError;
};
/// There are no credentials for S3, or S3 refuses them.
struct RemoteStorageCredentials : ArtifactError {
    using ArtifactError::ArtifactError;
};
/// S3 does not have the bucket or object, or cannot be reached.
struct RemoteStorageAccess : ArtifactError {
    using ArtifactError::ArtifactError;
};
/// The server cannot do what was asked for.
struct FeatureNotAvailable : ArtifactError {
    using ArtifactError::ArtifactError;
};
/// The server does not know the files behind the hash of an artifact.
struct ArtifactNotFound : MetadataInconsistency {
    using MetadataInconsistency::MetadataInconsistency;
};

namespace detail {
template <class E>
[[noreturn]] void throw_as(const Error& error) {
    throw E(error.code(), error.message(), error.advice());
}
}  // namespace detail

/// Throws an artifact's error as the class that belongs to its code; returns for all other errors.
/// Errors lose their class on their way through the uploader.
inline void throw_artifact_error(const Error& error) {
    switch (error.code()) {
        case ErrorCode::artifact_not_found:
            detail::throw_as<ArtifactNotFound>(error);
        case ErrorCode::artifact_empty:
            detail::throw_as<ArtifactUploadingError>(error);
        case ErrorCode::artifact_too_large:
            detail::throw_as<ArtifactUploadingError>(error);
        case ErrorCode::empty_location:
            detail::throw_as<EmptyLocation>(error);
        case ErrorCode::unhandled_artifact_scheme:
            detail::throw_as<UnhandledArtifactScheme>(error);
        case ErrorCode::unhandled_artifact_type:
            detail::throw_as<UnhandledArtifactType>(error);
        case ErrorCode::unsupported_artifact_functionality:
            detail::throw_as<UnsupportedArtifactFunctionality>(error);
        case ErrorCode::local_storage_access:
            detail::throw_as<LocalStorageAccess>(error);
        case ErrorCode::remote_storage_credentials:
            detail::throw_as<RemoteStorageCredentials>(error);
        case ErrorCode::remote_storage_access:
            detail::throw_as<RemoteStorageAccess>(error);
        case ErrorCode::feature_not_available:
            detail::throw_as<FeatureNotAvailable>(error);
        default:
            break;
    }
}

}  // namespace neptune

#endif
