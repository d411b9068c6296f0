#ifndef NEPTUNE_SERVER_ACCOUNTS_API_HPP
#define NEPTUNE_SERVER_ACCOUNTS_API_HPP

// Endpoints of the backend document: client configuration, tokens, workspaces and projects.

#include <neptune/http/url.hpp>
#include <neptune/server/auth.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/project_list.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/version.hpp>
#include <neptune/wire/accounts.hpp>
#include <neptune/wire/endpoints.hpp>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace neptune::server {

/// What clients ask first; `url` is the public address.
[[nodiscard]] inline wire::ClientConfig client_config(const std::string& url) {
    wire::ClientConfig config;
    config.api_url = url;
    config.application_url = url;
    config.py_lib_versions.min_compatible = "1.0.0";
    config.multi_part_upload.emplace().enabled = true;
    // Declared and sent, because a client takes a missing version for version 1.
    auto& artifacts = config.artifacts.emplace();
    artifacts.enabled = true;
    artifacts.api_version = 2;
    // Else the Python client overwrites the name of every run that it resumes.
    config.sys_name_set_by_backend = true;
    config.neptune_cpp = {
        version,
        {std::string(wire::feature_producer), std::string(wire::feature_closing_ping),
         std::string(wire::feature_created), std::string(wire::feature_error_index),
         std::string(wire::feature_creation_time), std::string(wire::feature_ping_signals)}};
    return config;
}

namespace detail {

/// Errors of the token endpoint have words of their own (RFC 6749 §5.2), which stand beside the
/// usual ones.
inline Refusal oauth_refusal(const std::string& error, const std::string& description) {
    return Refusal({400,
                    "Token refused",
                    description,
                    wire::ErrorType::none,
                    {{"error", error}, {"error_description", description}}});
}

inline http::Reply refresh_token(const Auth& auth, const http::Request& request) {
    std::string grant_type, token;
    for (const auto& field : http::parse_query(request.body)) {
        if (field.first == "grant_type") grant_type = field.second;
        if (field.first == "refresh_token") token = field.second;
    }
    if (grant_type != "refresh_token")
        throw oauth_refusal(grant_type.empty() ? "invalid_request" : "unsupported_grant_type",
                            "The body must be a form with grant_type=refresh_token");
    if (token.empty()) throw oauth_refusal("invalid_request", "The form has no refresh_token");
    const auto reply = auth.refresh(token);
    if (!reply)
        throw oauth_refusal(
            "invalid_grant",
            "The refresh token is none of this server's, or its API token was revoked");
    return json_reply(200, wire::encode(*reply));
}

inline wire::ProjectDto to_dto(const storage::Project& project) {
    wire::ProjectDto dto;
    dto.id = project.id;
    dto.name = project.name;
    dto.project_key = project.key;
    dto.organization_id = project.workspace_id;
    dto.organization_name = project.workspace_name;
    return dto;
}

/// The workspaces that a user belongs to.
inline std::vector<wire::OrganizationWithRole> organizations_of(storage::Store& store,
                                                                const storage::User& user) {
    std::vector<wire::OrganizationWithRole> result;
    if (const auto workspace = store.find_workspace(user.workspace_id)) {
        wire::OrganizationWithRole dto;
        dto.id = workspace->id;
        dto.name = workspace->name;
        dto.user_role =
            storage::workspace_role_names[static_cast<std::size_t>(user.workspace_role)];
        dto.created = core::to_iso8601(workspace->created);
        result.push_back(std::move(dto));
    }
    return result;
}

}  // namespace detail

/// Lifetime: `context` and `auth` outlive the router.
inline void add_accounts_api(Router& api, const Context& context, const Auth& auth) {
    // Answered whatever the token is: only the exchange can say helpfully that it is wrong.
    api.on<wire::GetClientConfig>([config = client_config(context.url)](
                                      const wire::GetClientConfig::Request&) { return config; });
    api.on<wire::ExchangeApiToken>([&auth](const wire::ExchangeApiToken::Request& request) {
        return auth.exchange(request.api_token);
    });
    const auto token_path = std::string(wire::issuer_path).append(wire::token_path_suffix);
    api.on_plain("POST", token_path, wire::Access::open, [&auth](const Incoming& incoming) {
        return detail::refresh_token(auth, incoming.request);
    });

    api.on<wire::GetProject>(
        [&context](const Caller& caller, const wire::GetProject::Request& request) {
            return detail::to_dto(
                context.gate.project(caller, request.project_identifier, Action::see));
        });
    api.on<wire::ListProjects>(
        [&context](const Caller& caller, const wire::ListProjects::Request& request) {
            return list_projects(context, caller, request);
        });
    api.on<wire::ListOrganizations>(
        [&context](const Caller& caller, const wire::ListOrganizations::Request&) {
            return detail::organizations_of(context.store, caller.user);
        });
}

}  // namespace neptune::server

#endif
