#include <neptune/core/error.hpp>

#include <stdexcept>
#include <string>
#include <type_traits>

#include "support/catch.hpp"

namespace {

using namespace neptune;

template <class Leaf, class... Bases>
constexpr bool derives = (std::is_base_of_v<Bases, Leaf> && ...) && std::is_base_of_v<Error, Leaf>;

static_assert(std::is_base_of_v<std::runtime_error, Error>);
static_assert(derives<MissingApiToken, ConfigError> && derives<InvalidApiToken, ConfigError>);
static_assert(derives<MissingProjectName, ConfigError> && derives<ProjectNotFound, ConfigError>);
static_assert(derives<AmbiguousProjectName, ConfigError> &&
              derives<ClientUpgradeRequired, ConfigError>);
static_assert(derives<RunResumeAndCustomIdCollision, ConfigError> &&
              derives<MissingRequiredInitParameter, ConfigError>);
static_assert(
    derives<NeedExistingRunForReadOnlyMode, NeedExistingObjectForReadOnlyMode, ConfigError>);
static_assert(derives<NeedExistingModelForReadOnlyMode, NeedExistingObjectForReadOnlyMode>);
static_assert(derives<NeedExistingModelVersionForReadOnlyMode, NeedExistingObjectForReadOnlyMode>);
static_assert(derives<CannotResolveHostname, ConfigError> &&
              derives<SSLVerificationError, ConfigError>);
static_assert(derives<ModelKeyAlreadyExists, ConfigError>);
static_assert(derives<RunNotFound, NotFoundError> && derives<ModelNotFound, NotFoundError>);
static_assert(derives<ModelVersionNotFound, NotFoundError>);
static_assert(derives<FetchAttributeNotFound, MetadataInconsistency> &&
              derives<TypeMismatch, MetadataInconsistency>);
static_assert(derives<Unauthorized, ApiError> && derives<Forbidden, ApiError>);
static_assert(derives<ClientHttpError, ApiError> && derives<ServerError, ApiError>);
static_assert(derives<InactiveObjectError> && derives<InvalidPathError> && derives<MissingField>);
static_assert(derives<TypeDoesNotSupportMethod> && derives<ProtectedPathError> &&
              derives<ConnectionLost>);
static_assert(derives<LimitError> && derives<DiskUtilizationExceeded> &&
              derives<SynchronizationStopped>);
static_assert(derives<OfflineModeError> && derives<InvalidArgument>);
// An exception is copied when it is thrown by value: that must not fail.
static_assert(std::is_copy_constructible_v<ApiError> && std::is_nothrow_destructible_v<ApiError>);

}  // namespace

TEST_CASE("error: the text is the message, and the advice behind it", "[core]") {
    const MissingField error(ErrorCode::missing_field, "nothing is known at a/b",
                             "call sync() first");
    CHECK(std::string(error.what()) == "nothing is known at a/b; call sync() first");
    CHECK(error.message() == "nothing is known at a/b");
    CHECK(error.advice() == "call sync() first");
    CHECK(error.code() == ErrorCode::missing_field);

    const Error plain(ErrorCode::internal, "one; two");
    CHECK(std::string(plain.what()) == "one; two");
    CHECK(plain.message() == "one; two");
    CHECK(plain.advice().empty());
}

TEST_CASE("error: an ApiError keeps status and body, also when caught as its base", "[core]") {
    try {
        throw Forbidden(ErrorCode::forbidden, "no write access", "ask for a role", 403,
                        "{\"code\":403}");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::forbidden);
        const auto* api = dynamic_cast<const ApiError*>(&error);
        REQUIRE(api != nullptr);
        CHECK(api->status() == 403);
        CHECK(api->body() == "{\"code\":403}");
    }
}

TEST_CASE("error: codes are numbers that never change", "[core]") {
    // Scripts and log filters know them; a new cause takes a new number.
    const auto number = [](ErrorCode code) { return static_cast<int>(code); };
    CHECK(number(ErrorCode::missing_api_token) == 1);
    CHECK(number(ErrorCode::project_not_found) == 4);
    CHECK(number(ErrorCode::invalid_mode) == 12);
    CHECK(number(ErrorCode::run_not_found) == 20);
    CHECK(number(ErrorCode::model_key_already_exists) == 25);
    CHECK(number(ErrorCode::inactive_object) == 30);
    CHECK(number(ErrorCode::type_conflict) == 32);
    CHECK(number(ErrorCode::invalid_argument) == 40);
    CHECK(number(ErrorCode::connection_lost) == 50);
    CHECK(number(ErrorCode::limit_exceeded) == 56);
    CHECK(number(ErrorCode::synchronization_stopped) == 60);
    CHECK(number(ErrorCode::operation_refused) == 70);
    CHECK(number(ErrorCode::step_not_increasing) == 71);
    CHECK(number(ErrorCode::internal) == 90);
}
