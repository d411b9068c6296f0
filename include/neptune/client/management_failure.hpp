#ifndef NEPTUNE_CLIENT_MANAGEMENT_FAILURE_HPP
#define NEPTUNE_CLIENT_MANAGEMENT_FAILURE_HPP

// What can go wrong in neptune::management. Names and numbers are those of the Python client's
// `neptune.management.exceptions`; unlike there, all are Errors.

#include <neptune/core/error.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::management {

/// Root of the failures of management functions.
class Failure : public Error {
public:
    /// What the failure is about: "project", "workspace", "user", "role", … to its value.
    using Details = std::map<std::string, std::string>;

    Failure(ErrorCode code, const std::string& message, const std::string& advice, Details details)
        : Error(code, message, advice), details_(std::move(details)) {}

    /// The Python client's number of this failure, 1 to 26 or 400.
    [[nodiscard]] int number() const noexcept { return static_cast<int>(code()) - 100; }
    [[nodiscard]] const Details& details() const noexcept { return details_; }

private:
    Details details_;
};

/// One class per number; the code is part of the class.
template <ErrorCode Code>
struct FailureOf : Failure {
    static constexpr ErrorCode failure_code = Code;
    FailureOf(const std::string& message, const std::string& advice, Details details)
        : Failure(Code, message, advice, std::move(details)) {}
};

struct InvalidProjectName : FailureOf<ErrorCode::management_invalid_project_name> {
    using FailureOf::FailureOf;
};
struct MissingWorkspaceName : FailureOf<ErrorCode::management_missing_workspace_name> {
    using FailureOf::FailureOf;
};
struct ConflictingWorkspaceName : FailureOf<ErrorCode::management_conflicting_workspace_name> {
    using FailureOf::FailureOf;
};
struct ProjectNotFound : FailureOf<ErrorCode::management_project_not_found> {
    using FailureOf::FailureOf;
};
struct WorkspaceNotFound : FailureOf<ErrorCode::management_workspace_not_found> {
    using FailureOf::FailureOf;
};
struct ProjectAlreadyExists : FailureOf<ErrorCode::management_project_already_exists> {
    using FailureOf::FailureOf;
};
struct AccessRevokedOnDeletion : FailureOf<ErrorCode::management_access_revoked_on_deletion> {
    using FailureOf::FailureOf;
};
struct AccessRevokedOnMemberRemoval
    : FailureOf<ErrorCode::management_access_revoked_on_member_removal> {
    using FailureOf::FailureOf;
};
struct UserNotExistsOrWithoutAccess
    : FailureOf<ErrorCode::management_user_not_exists_or_without_access> {
    using FailureOf::FailureOf;
};
struct UserAlreadyHasAccess : FailureOf<ErrorCode::management_user_already_has_access> {
    using FailureOf::FailureOf;
};
struct ProjectsLimitReached : FailureOf<ErrorCode::management_projects_limit_reached> {
    using FailureOf::FailureOf;
};
struct ServiceAccountAlreadyHasAccess
    : FailureOf<ErrorCode::management_service_account_already_has_access> {
    using FailureOf::FailureOf;
};
struct AccessRevokedOnServiceAccountRemoval
    : FailureOf<ErrorCode::management_access_revoked_on_service_account_removal> {
    using FailureOf::FailureOf;
};
struct ServiceAccountNotExistsOrWithoutAccess
    : FailureOf<ErrorCode::management_service_account_not_exists_or_without_access> {
    using FailureOf::FailureOf;
};
struct ServiceAccountNotFound : FailureOf<ErrorCode::management_service_account_not_found> {
    using FailureOf::FailureOf;
};
struct ProjectKeyCollision : FailureOf<ErrorCode::management_project_key_collision> {
    using FailureOf::FailureOf;
};
struct ProjectNameCollision : FailureOf<ErrorCode::management_project_name_collision> {
    using FailureOf::FailureOf;
};
struct ProjectKeyInvalid : FailureOf<ErrorCode::management_project_key_invalid> {
    using FailureOf::FailureOf;
};
struct ProjectNameInvalid : FailureOf<ErrorCode::management_project_name_invalid> {
    using FailureOf::FailureOf;
};
struct IncorrectIdentifier : FailureOf<ErrorCode::management_incorrect_identifier> {
    using FailureOf::FailureOf;
};
struct ObjectNotFound : FailureOf<ErrorCode::management_object_not_found> {
    using FailureOf::FailureOf;
};
struct WorkspaceOrUserNotFound : FailureOf<ErrorCode::management_workspace_or_user_not_found> {
    using FailureOf::FailureOf;
};
struct UserAlreadyInvited : FailureOf<ErrorCode::management_user_already_invited> {
    using FailureOf::FailureOf;
};
struct ProjectPrivacyRestricted : FailureOf<ErrorCode::management_project_privacy_restricted> {
    using FailureOf::FailureOf;
};
struct ActiveProjectsLimitReached : FailureOf<ErrorCode::management_active_projects_limit_reached> {
    using FailureOf::FailureOf;
};
struct BadRequest : FailureOf<ErrorCode::management_bad_request> {
    using FailureOf::FailureOf;
};
/// A word that is no value of an enumeration.
struct UnsupportedValue : FailureOf<ErrorCode::management_unsupported_value> {
    UnsupportedValue(const std::string& enumeration, std::string_view value,
                     const std::string& advice)
        : FailureOf(enumeration + " cannot have the value '" + std::string(value) + "'", advice,
                    {{"enum", enumeration}, {"value", std::string(value)}}) {}
};

}  // namespace neptune::management

#endif
