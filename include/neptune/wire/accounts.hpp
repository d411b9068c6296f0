#ifndef NEPTUNE_WIRE_ACCOUNTS_HPP
#define NEPTUNE_WIRE_ACCOUNTS_HPP

// Structures of the backend document: client configuration, tokens, workspaces, projects.

#include <neptune/wire/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace neptune::wire {

struct ClientVersions {
    static constexpr std::string_view definition = "ClientVersionsConfigDTO";
    std::optional<std::string> min_recommended{}, min_compatible{}, max_compatible{};
    static constexpr auto members() {
        using V = ClientVersions;
        return std::make_tuple(member("minRecommendedVersion", &V::min_recommended),
                               member("minCompatibleVersion", &V::min_compatible),
                               member("maxCompatibleVersion", &V::max_compatible));
    }
};

/// Sizes in bytes. Defaults are the numbers that the Python client has built in.
struct MultiPartUpload {
    static constexpr std::string_view definition = "MultiPartUploadConfigDTO";
    bool enabled = false;
    std::int64_t min_chunk_size = 5'242'880, max_chunk_size = 1'073'741'824,
                 max_chunk_count = 1'000, max_single_part_size = 5'242'880;
    static constexpr auto members() {
        using U = MultiPartUpload;
        return std::make_tuple(member("enabled", &U::enabled),
                               member("minChunkSize", &U::min_chunk_size),
                               member("maxChunkSize", &U::max_chunk_size),
                               member("maxChunkCount", &U::max_chunk_count),
                               member("maxSinglePartSize", &U::max_single_part_size));
    }
};

struct ArtifactsConfig {
    static constexpr std::string_view definition = "ArtifactsConfigDTO";
    bool enabled = false;
    std::optional<std::int64_t> api_version{};
    static constexpr auto members() {
        using C = ArtifactsConfig;
        return std::make_tuple(member("enabled", &C::enabled),
                               member("apiVersion", &C::api_version));
    }
};

/// What our server can do beyond Neptune 1.x (wire protocol §15.1). Other clients do not know the
/// member.
struct Extensions {
    static constexpr std::string_view definition = "NeptuneCppConfigDTO";
    std::string version;
    std::vector<std::string> features;
    static constexpr auto members() {
        using E = Extensions;
        return std::make_tuple(member("version", &E::version), member("features", &E::features));
    }
};

struct ClientConfig {
    static constexpr std::string_view definition = "ClientConfig";
    std::string api_url, application_url;
    ClientVersions py_lib_versions;
    std::optional<MultiPartUpload> multi_part_upload{};
    std::optional<ArtifactsConfig> artifacts{};
    std::optional<bool> sys_name_set_by_backend{};
    std::optional<Extensions> neptune_cpp{};
    static constexpr auto members() {
        using C = ClientConfig;
        return std::make_tuple(
            member("apiUrl", &C::api_url), member("applicationUrl", &C::application_url),
            member("pyLibVersions", &C::py_lib_versions),
            member("multiPartUpload", &C::multi_part_upload), member("artifacts", &C::artifacts),
            member("sysNameSetByBackend", &C::sys_name_set_by_backend),
            member("neptuneCpp", &C::neptune_cpp));
    }
};

struct OauthToken {
    static constexpr std::string_view definition = "NeptuneOauthToken";
    std::string access_token, refresh_token, username;
    static constexpr auto members() {
        using T = OauthToken;
        return std::make_tuple(member("accessToken", &T::access_token),
                               member("refreshToken", &T::refresh_token),
                               member("username", &T::username));
    }
};

/// Answer of the token endpoint (RFC 6749 §5.1); it stands in no Swagger document.
struct RefreshedToken {
    static constexpr std::string_view definition = "RefreshedToken";
    std::string access_token;
    std::optional<std::string> refresh_token{}, token_type{}, scope{};
    std::optional<std::int64_t> expires_in{};
    static constexpr auto members() {
        using T = RefreshedToken;
        return std::make_tuple(member("access_token", &T::access_token),
                               member("refresh_token", &T::refresh_token),
                               member("token_type", &T::token_type),
                               member("expires_in", &T::expires_in), member("scope", &T::scope));
    }
};

struct ProjectDto {
    static constexpr std::string_view definition = "ProjectDTO";
    std::string id, name, project_key, organization_id, organization_name;
    /// 2 and above is the structure of the 1.x clients.
    std::int64_t version = 2;
    static constexpr auto members() {
        using P = ProjectDto;
        return std::make_tuple(member("id", &P::id, "uuid"), member("name", &P::name),
                               member("projectKey", &P::project_key),
                               member("organizationId", &P::organization_id, "uuid"),
                               member("organizationName", &P::organization_name),
                               member("version", &P::version));
    }
};

struct ProjectWithRole {
    static constexpr std::string_view definition = "ProjectWithRoleDTO";
    std::string id, name, project_key, organization_id, organization_name;
    std::int64_t version = 2, user_count = 0;
    std::string visibility, time_of_creation, last_activity,
        organization_type = "team", user_role_in_project, code_access = "default", avatar_url,
        avatar_source = "default";
    bool featured = false, archived = false;
    std::optional<std::string> description{};
    static constexpr auto members() {
        using P = ProjectWithRole;
        return std::make_tuple(
            member("id", &P::id, "uuid"), member("name", &P::name),
            member("projectKey", &P::project_key),
            member("organizationId", &P::organization_id, "uuid"),
            member("organizationName", &P::organization_name), member("version", &P::version),
            member("visibility", &P::visibility),
            member("timeOfCreation", &P::time_of_creation, "date-time"),
            member("lastActivity", &P::last_activity, "date-time"),
            member("userCount", &P::user_count), member("organizationType", &P::organization_type),
            member("userRoleInProject", &P::user_role_in_project), member("featured", &P::featured),
            member("archived", &P::archived), member("codeAccess", &P::code_access),
            member("avatarUrl", &P::avatar_url), member("avatarSource", &P::avatar_source),
            member("description", &P::description));
    }
};

struct ProjectList {
    static constexpr std::string_view definition = "ProjectListDTO";
    std::vector<ProjectWithRole> entries;
    std::int64_t matching_item_count = 0, total_item_count = 0;
    static constexpr auto members() {
        using P = ProjectList;
        return std::make_tuple(member("entries", &P::entries),
                               member("matchingItemCount", &P::matching_item_count),
                               member("totalItemCount", &P::total_item_count));
    }
};

struct OrganizationWithRole {
    static constexpr std::string_view definition = "OrganizationWithRoleDTO";
    std::string id, name, user_role, organization_type = "team", created;
    static constexpr auto members() {
        using O = OrganizationWithRole;
        return std::make_tuple(member("id", &O::id, "uuid"), member("name", &O::name),
                               member("userRole", &O::user_role),
                               member("organizationType", &O::organization_type),
                               member("created", &O::created, "date-time"));
    }
};

}  // namespace neptune::wire

#endif
