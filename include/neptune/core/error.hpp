#ifndef NEPTUNE_CORE_ERROR_HPP
#define NEPTUNE_CORE_ERROR_HPP

// The one exception hierarchy of the library. Names follow the Python client's exceptions without
// the "Neptune" prefix and the "Exception" suffix.

#if !defined(__cpp_exceptions) && !defined(__EXCEPTIONS) && !defined(_CPPUNWIND)
#error "neptune-cpp needs C++ exceptions: compile without -fno-exceptions"
#endif

#include <stdexcept>
#include <string>
#include <utility>

namespace neptune {

/// Stable code of every error, one per cause. Codes are never renumbered or reused.
enum class ErrorCode {
    missing_api_token = 1,
    invalid_api_token = 2,
    missing_project_name = 3,
    project_not_found = 4,
    ambiguous_project_name = 5,
    run_resume_and_custom_id_collision = 6,
    missing_required_init_parameter = 7,
    need_existing_object_for_read_only = 8,
    client_upgrade_required = 9,
    cannot_resolve_hostname = 10,
    tls_verification_failed = 11,
    invalid_mode = 12,
    run_not_found = 20,
    model_not_found = 21,
    model_version_not_found = 22,
    object_not_found = 23,
    object_in_trash = 24,
    model_key_already_exists = 25,
    inactive_object = 30,
    invalid_path = 31,
    type_conflict = 32,
    path_conflict = 33,
    missing_field = 34,
    fetch_attribute_not_found = 35,
    type_mismatch = 36,
    type_does_not_support_method = 37,
    protected_path = 38,
    read_only_sys_field = 39,
    invalid_argument = 40,
    string_set_path = 41,
    invalid_query = 42,
    connection_lost = 50,
    unauthorized = 51,
    forbidden = 52,
    client_http_error = 53,
    server_error = 54,
    invalid_reply = 55,
    limit_exceeded = 56,
    field_count_limit_exceeded = 57,
    archived_project = 58,
    synchronization_stopped = 60,
    offline_mode = 61,
    disk_utilization_exceeded = 62,
    queue_full = 63,
    journal_unavailable = 64,
    records_left_behind = 65,
    operation_refused = 70,
    step_not_increasing = 71,
    integer_out_of_range = 72,
    nonfinite_value = 73,
    string_truncated = 74,
    invalid_utf8 = 75,
    read_only_mode = 76,
    copy_source_unreadable = 77,
    monitoring_failed = 78,
    file_not_found = 80,
    file_unreadable = 81,
    file_too_large = 82,
    file_changed = 83,
    file_set_not_found = 84,
    stream_already_used = 85,
    unsupported_image = 86,
    image_too_large = 87,
    destination_unwritable = 88,
    upload_refused = 89,
    internal = 90,
    artifact_not_found = 150,
    artifact_empty = 151,
    empty_location = 152,
    unhandled_artifact_scheme = 153,
    unhandled_artifact_type = 154,
    unsupported_artifact_functionality = 155,
    local_storage_access = 156,
    remote_storage_credentials = 157,
    remote_storage_access = 158,
    feature_not_available = 159,
    artifact_too_large = 160,
    // Of neptune::management: 100 + the number that the Python client has for the same failure.
    management_invalid_project_name = 101,
    management_missing_workspace_name = 102,
    management_conflicting_workspace_name = 103,
    management_project_not_found = 104,
    management_workspace_not_found = 105,
    management_project_already_exists = 106,
    management_access_revoked_on_deletion = 107,
    management_access_revoked_on_member_removal = 108,
    management_user_not_exists_or_without_access = 109,
    management_user_already_has_access = 110,
    management_projects_limit_reached = 111,
    management_unsupported_value = 112,
    management_service_account_already_has_access = 113,
    management_access_revoked_on_service_account_removal = 114,
    management_service_account_not_exists_or_without_access = 115,
    management_service_account_not_found = 116,
    management_project_key_collision = 117,
    management_project_name_collision = 118,
    management_project_key_invalid = 119,
    management_project_name_invalid = 120,
    management_incorrect_identifier = 121,
    management_object_not_found = 122,
    management_workspace_or_user_not_found = 123,
    management_user_already_invited = 124,
    management_project_privacy_restricted = 125,
    management_active_projects_limit_reached = 126,
    management_bad_request = 500,
};

/// Root of all errors. `what()` is the message followed by the advice; both are one line each.
/// Threads: immutable after construction.
class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& message, std::string advice = {})
        : std::runtime_error(advice.empty() ? message : message + "; " + advice),
          code_(code),
          message_length_(message.size()),
          advice_(std::move(advice)) {}

    /// Which cause this is.
    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    /// What happened and where, without the advice.
    [[nodiscard]] std::string message() const { return std::string(what(), message_length_); }
    /// What to do; may be empty.
    [[nodiscard]] const std::string& advice() const noexcept { return advice_; }

private:
    ErrorCode code_;
    std::size_t message_length_;
    std::string advice_;
};

/// Token, project name or init parameters are missing or contradict each other.
struct ConfigError : Error {
    using Error::Error;
};
struct MissingApiToken : ConfigError {
    using ConfigError::ConfigError;
};
struct InvalidApiToken : ConfigError {
    using ConfigError::ConfigError;
};
struct MissingProjectName : ConfigError {
    using ConfigError::ConfigError;
};
struct ProjectNotFound : ConfigError {
    using ConfigError::ConfigError;
};
struct AmbiguousProjectName : ConfigError {
    using ConfigError::ConfigError;
};
struct RunResumeAndCustomIdCollision : ConfigError {
    using ConfigError::ConfigError;
};
struct MissingRequiredInitParameter : ConfigError {
    using ConfigError::ConfigError;
};
struct NeedExistingObjectForReadOnlyMode : ConfigError {
    using ConfigError::ConfigError;
};
struct NeedExistingRunForReadOnlyMode : NeedExistingObjectForReadOnlyMode {
    using NeedExistingObjectForReadOnlyMode::NeedExistingObjectForReadOnlyMode;
};
struct NeedExistingModelForReadOnlyMode : NeedExistingObjectForReadOnlyMode {
    using NeedExistingObjectForReadOnlyMode::NeedExistingObjectForReadOnlyMode;
};
struct NeedExistingModelVersionForReadOnlyMode : NeedExistingObjectForReadOnlyMode {
    using NeedExistingObjectForReadOnlyMode::NeedExistingObjectForReadOnlyMode;
};
struct ClientUpgradeRequired : ConfigError {
    using ConfigError::ConfigError;
};
struct CannotResolveHostname : ConfigError {
    using ConfigError::ConfigError;
};
struct SSLVerificationError : ConfigError {
    using ConfigError::ConfigError;
};
struct ModelKeyAlreadyExists : ConfigError {
    using ConfigError::ConfigError;
};

/// The object asked for does not exist, is of another kind, or lies in the trash.
struct NotFoundError : Error {
    using Error::Error;
};
struct RunNotFound : NotFoundError {
    using NotFoundError::NotFoundError;
};
struct ModelNotFound : NotFoundError {
    using NotFoundError::NotFoundError;
};
struct ModelVersionNotFound : NotFoundError {
    using NotFoundError::NotFoundError;
};

/// The object was stopped; resume it, or open it read-only.
struct InactiveObjectError : Error {
    using Error::Error;
};
/// A path that no field can have.
struct InvalidPathError : Error {
    using Error::Error;
};

/// Type or structure of the data conflict with what is there already.
struct MetadataInconsistency : Error {
    using Error::Error;
};
struct FetchAttributeNotFound : MetadataInconsistency {
    using MetadataInconsistency::MetadataInconsistency;
};
struct TypeMismatch : MetadataInconsistency {
    using MetadataInconsistency::MetadataInconsistency;
};

/// A fetch-like call on a path at which nothing is known.
struct MissingField : Error {
    using Error::Error;
};
/// The method does not fit the type of the field, such as `append` on an Integer.
struct TypeDoesNotSupportMethod : Error {
    using Error::Error;
};
/// The query of a table is no NQL; the message shows it, and what is wrong with it.
struct InvalidQuery : Error {
    using Error::Error;
};
/// A write to `sys/stage` by anything but `change_stage()`.
struct ProtectedPathError : Error {
    using Error::Error;
};

/// A file cannot be read, written or stored; the message names it.
struct FileError : Error {
    using Error::Error;
};
/// A file, or files of a set, could not be uploaded.
struct FileUploadError : FileError {
    using FileError::FileError;
};
struct FileSetUploadError : FileUploadError {
    using FileUploadError::FileUploadError;
};
struct FileNotFound : FileError {
    using FileError::FileError;
};
/// The path asked for is not in the file set.
struct FileSetNotFound : FileError {
    using FileError::FileError;
};
/// A stream was made a File twice.
struct StreamAlreadyUsed : FileError {
    using FileError::FileError;
};
/// A FileSeries holds images only.
struct OperationNotSupported : FileError {
    using FileError::FileError;
};

/// Every attempt to reach the server failed until the time for it was used up.
struct ConnectionLost : Error {
    using Error::Error;
};

/// The server answered with an error status.
class ApiError : public Error {
public:
    ApiError(ErrorCode code, const std::string& message, std::string advice, int status,
             std::string body)
        : Error(code, message, std::move(advice)), status_(status), body_(std::move(body)) {}
    /// HTTP status.
    [[nodiscard]] int status() const noexcept { return status_; }
    /// Body of the reply as it came.
    [[nodiscard]] const std::string& body() const noexcept { return body_; }

private:
    int status_;
    std::string body_;
};
struct Unauthorized : ApiError {
    using ApiError::ApiError;
};
struct Forbidden : ApiError {
    using ApiError::ApiError;
};
struct ClientHttpError : ApiError {
    using ApiError::ApiError;
};
struct ServerError : ApiError {
    using ApiError::ApiError;
};

/// A limit of the server or workspace is reached; the message names it and its value.
struct LimitError : Error {
    using Error::Error;
};
/// The disk of the data directory is fuller than NEPTUNE_MAX_DISK_USAGE allows.
struct DiskUtilizationExceeded : Error {
    using Error::Error;
};
/// Nothing is sent any more for this object; the data are safe on disk.
struct SynchronizationStopped : Error {
    using Error::Error;
};
/// Reading from the server was asked for in offline mode.
struct OfflineModeError : Error {
    using Error::Error;
};
/// An argument that has the right type but no valid value.
struct InvalidArgument : Error {
    using Error::Error;
};

}  // namespace neptune

#endif
