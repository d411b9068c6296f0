#ifndef NEPTUNE_SERVER_AUTH_HPP
#define NEPTUNE_SERVER_AUTH_HPP

// Who is calling. An API token is exchanged for an access token, which each request brings, and a
// refresh token, which buys further access tokens. Both are stateless and end with the API token
// that they were made for.

#include <neptune/core/time.hpp>
#include <neptune/server/access.hpp>
#include <neptune/server/api_token.hpp>
#include <neptune/server/jwt.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/accounts.hpp>
#include <neptune/wire/endpoints.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace neptune::server {

/// Threads: any.
class Auth {
public:
    /// How long after its end an access token still serves, since clocks differ; milliseconds.
    static constexpr core::Millis leniency = 600'000;
    static constexpr std::string_view client_id = "neptune-cli";

    /// `url` is the server's public address. `everybody`: mode `--open`, in which every caller is
    /// that user. `access_lifetime`: of an access token, in milliseconds.
    Auth(storage::Store& store, const std::string& url, std::optional<storage::User> everybody,
         const core::Clock& clock, core::Millis access_lifetime)
        : store_(store),
          issuer_(url + std::string(wire::issuer_path)),
          key_(store.signing_key()),
          everybody_(std::move(everybody)),
          clock_(clock),
          access_lifetime_(access_lifetime) {}

    /// Errors: throws Refusal (401) unless the token is one of ours and not revoked.
    [[nodiscard]] wire::OauthToken exchange(std::string_view api_token) const {
        const auto secret = secret_of(api_token);
        if (!secret) throw unauthorized("The API token is malformed; copy it again, all of it");
        const Caller caller = everybody_ ? Caller{*everybody_, open_token_id} : owner_of(*secret);
        return {access_token(caller), refresh_token(caller), caller.user.name};
    }

    /// The caller behind the value of an `Authorization` header, null if there is none. Errors:
    /// throws Refusal (401).
    [[nodiscard]] Caller authenticate(const std::string* authorization) {
        constexpr std::string_view scheme = "Bearer ";
        if (everybody_ && !authorization) return {*everybody_, open_token_id};
        if (!authorization ||
            !http::detail::same_name(std::string_view(*authorization).substr(0, scheme.size()),
                                     scheme))
            throw unauthorized("An access token is needed: Authorization: Bearer <token>");
        const std::string token = authorization->substr(scheme.size());
        if (!everybody_) return verified(token);
        if (!jwt::read_unverified(token)) throw unauthorized("The access token is malformed");
        return {*everybody_, open_token_id};
    }

    /// A new access token for a refresh token; the refresh token stays good, because several
    /// processes may hold it. Nothing: it is none of ours, or its API token was revoked.
    [[nodiscard]] std::optional<wire::RefreshedToken> refresh(
        std::string_view refresh_token) const {
        const auto caller = refreshed_caller(refresh_token);
        if (!caller) return std::nullopt;
        wire::RefreshedToken reply;
        reply.access_token = access_token(*caller);
        reply.refresh_token = std::string(refresh_token);
        reply.token_type = "Bearer";
        reply.expires_in = access_lifetime_ / 1000;
        reply.scope = "offline_access";
        return reply;
    }

private:
    struct Verified {
        Caller caller;
        core::Millis expires = 0;
    };
    static constexpr std::size_t cache_size = 4096;
    // No API token has this id, so that what was issued in open mode is worth nothing outside of
    // it.
    static constexpr const char* open_token_id = "open";

    [[nodiscard]] Caller owner_of(const std::string& secret) const {
        const auto token = store_.find_token(secret_hash(secret));
        const auto user = token ? store_.find_user(token->user_id) : std::nullopt;
        if (!user) throw unauthorized("The API token is unknown to this server, or was revoked");
        return {*user, token->id};
    }

    [[nodiscard]] std::string access_token(const Caller& caller) const {
        const auto now = clock_.now();
        return jwt::sign({{"typ", "Bearer"},
                          {"iss", issuer_},
                          {"azp", client_id},
                          {"sub", caller.user.id},
                          {"jti", caller.token_id},
                          {"preferred_username", caller.user.name},
                          {"scope", "offline_access"},
                          {"iat", now / 1000},
                          {"exp", (now + access_lifetime_) / 1000}},
                         key_);
    }
    [[nodiscard]] std::string refresh_token(const Caller& caller) const {
        return jwt::sign({{"typ", "Refresh"},
                          {"iss", issuer_},
                          {"aud", issuer_},
                          {"sub", caller.user.id},
                          {"jti", caller.token_id},
                          {"iat", clock_.now() / 1000}},
                         key_);
    }

    [[nodiscard]] std::optional<Caller> refreshed_caller(std::string_view token) const {
        const auto claims = everybody_ ? jwt::read_unverified(token) : jwt::verify(token, key_);
        if (!claims || jwt::text_claim(*claims, "typ") != "Refresh") return std::nullopt;
        if (everybody_) return Caller{*everybody_, open_token_id};
        return holder(*claims);
    }

    /// The user that claims of ours speak for, if their API token is still good.
    [[nodiscard]] std::optional<Caller> holder(const wire::Json& claims) const {
        const auto token = store_.find_token_by_id(jwt::text_claim(claims, "jti"));
        if (!token || token->revoked) return std::nullopt;
        const auto user = store_.find_user(token->user_id);
        if (!user) return std::nullopt;
        return Caller{*user, token->id};
    }

    [[nodiscard]] Caller verified(const std::string& token) {
        const auto version = store_.data_version();
        if (auto cached = find_cached(token, version)) return *std::move(cached);
        const auto claims = jwt::verify(token, key_);
        if (!claims || jwt::text_claim(*claims, "typ") != "Bearer")
            throw unauthorized("The access token is none of this server's");
        Verified fresh;
        fresh.expires = claims->at("exp").get<core::Millis>() * 1000;
        check_expiry(fresh.expires);
        auto caller = holder(*claims);
        if (!caller) throw unauthorized("The API token behind this access token was revoked");
        fresh.caller = *std::move(caller);
        remember(token, fresh, version);
        return fresh.caller;
    }

    void check_expiry(core::Millis expires) const {
        if (clock_.now() > expires + leniency) throw token_expired();
    }

    [[nodiscard]] std::optional<Caller> find_cached(const std::string& token,
                                                    std::int64_t version) {
        const std::lock_guard lock(mutex_);
        if (version != cache_version_) {
            cache_.clear();
            cache_version_ = version;
        }
        const auto found = cache_.find(token);
        if (found == cache_.end()) return std::nullopt;
        check_expiry(found->second.expires);
        return found->second.caller;
    }
    void remember(const std::string& token, const Verified& fresh, std::int64_t version) {
        const std::lock_guard lock(mutex_);
        if (version != cache_version_) return;
        if (cache_.size() >= cache_size) cache_.clear();
        cache_.insert_or_assign(token, fresh);
    }

    storage::Store& store_;
    std::string issuer_, key_;
    std::optional<storage::User> everybody_;
    const core::Clock& clock_;
    const core::Millis access_lifetime_;
    std::mutex mutex_;
    std::unordered_map<std::string, Verified> cache_;
    std::int64_t cache_version_ = 0;
};

}  // namespace neptune::server

#endif
