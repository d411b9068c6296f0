#include <neptune/client/management.hpp>

#include "support/catch.hpp"

#include <string>
#include <type_traits>

using namespace neptune;
using namespace neptune::management;

// All failures can be caught as what the rest of the library throws.
static_assert(std::is_base_of_v<Error, Failure>);
static_assert(std::is_base_of_v<Failure, ProjectKeyCollision>);

TEST_CASE("management: failures have the numbers of the Python client") {
    const auto number = [](ErrorCode code) { return Failure(code, "", "", {}).number(); };
    // Source: client semantics §8.
    CHECK(number(InvalidProjectName::failure_code) == 1);
    CHECK(number(MissingWorkspaceName::failure_code) == 2);
    CHECK(number(ConflictingWorkspaceName::failure_code) == 3);
    CHECK(number(management::ProjectNotFound::failure_code) == 4);
    CHECK(number(WorkspaceNotFound::failure_code) == 5);
    CHECK(number(ProjectAlreadyExists::failure_code) == 6);
    CHECK(number(AccessRevokedOnDeletion::failure_code) == 7);
    CHECK(number(AccessRevokedOnMemberRemoval::failure_code) == 8);
    CHECK(number(UserNotExistsOrWithoutAccess::failure_code) == 9);
    CHECK(number(UserAlreadyHasAccess::failure_code) == 10);
    CHECK(number(ProjectsLimitReached::failure_code) == 11);
    CHECK(number(UnsupportedValue::failure_code) == 12);
    CHECK(number(ServiceAccountAlreadyHasAccess::failure_code) == 13);
    CHECK(number(AccessRevokedOnServiceAccountRemoval::failure_code) == 14);
    CHECK(number(ServiceAccountNotExistsOrWithoutAccess::failure_code) == 15);
    CHECK(number(ServiceAccountNotFound::failure_code) == 16);
    CHECK(number(ProjectKeyCollision::failure_code) == 17);
    CHECK(number(ProjectNameCollision::failure_code) == 18);
    CHECK(number(ProjectKeyInvalid::failure_code) == 19);
    CHECK(number(ProjectNameInvalid::failure_code) == 20);
    CHECK(number(IncorrectIdentifier::failure_code) == 21);
    CHECK(number(ObjectNotFound::failure_code) == 22);
    CHECK(number(WorkspaceOrUserNotFound::failure_code) == 23);
    CHECK(number(UserAlreadyInvited::failure_code) == 24);
    CHECK(number(ProjectPrivacyRestricted::failure_code) == 25);
    CHECK(number(ActiveProjectsLimitReached::failure_code) == 26);
    CHECK(number(BadRequest::failure_code) == 400);
}

TEST_CASE("management: words become roles and back; other words are refused with their name") {
    for (const std::string word : {"viewer", "contributor", "owner"})
        CHECK(to_string(member_role_from_string(word)) == word);
    for (const std::string word : {"member", "admin"})
        CHECK(to_string(workspace_member_role_from_string(word)) == word);
    for (const std::string word : {"priv", "workspace", "pub"})
        CHECK(to_string(visibility_from_string(word)) == word);
    try {
        static_cast<void>(member_role_from_string("boss"));
        FAIL("it was accepted");
    } catch (const UnsupportedValue& failure) {
        CHECK(failure.number() == 12);
        CHECK(failure.details() == Failure::Details{{"enum", "MemberRole"}, {"value", "boss"}});
        CHECK(failure.message() == "MemberRole cannot have the value 'boss'");
        CHECK(failure.advice() == "use viewer, contributor or owner");
    }
    CHECK_THROWS_AS(workspace_member_role_from_string("owner"), UnsupportedValue);
    CHECK_THROWS_AS(visibility_from_string("public"), UnsupportedValue);
}
