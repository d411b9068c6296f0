#ifndef NEPTUNE_SERVER_JWT_HPP
#define NEPTUNE_SERVER_JWT_HPP

// JSON Web Tokens (RFC 7519) signed with HMAC-SHA-256, and nothing else: the algorithm is ours to
// say, never the token's.

#include <neptune/core/base64.hpp>
#include <neptune/core/hmac.hpp>
#include <neptune/wire/codec.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace neptune::server::jwt {

namespace detail {

inline std::string signature(std::string_view key, std::string_view text) {
    const auto digest = core::hmac_sha256(key, text);
    return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

/// The JSON object that one part of a token spells, or nothing.
inline std::optional<wire::Json> read_part(std::string_view part) {
    const auto text = core::base64::decode_url(part);
    if (!text) return std::nullopt;
    auto json = wire::Json::parse(text->begin(), text->end(), nullptr, false);
    if (!json.is_object()) return std::nullopt;
    return json;
}

}  // namespace detail

/// A claim that is text; empty if there is none, or something else in its place.
[[nodiscard]] inline std::string text_claim(const wire::Json& claims, const char* name) {
    const auto claim = claims.find(name);
    return claim != claims.end() && claim->is_string() ? claim->get<std::string>() : std::string();
}

/// A token of these claims, signed with `key`.
[[nodiscard]] inline std::string sign(const wire::Json& claims, std::string_view key) {
    std::string token = core::base64::encode_url(R"({"alg":"HS256","typ":"JWT"})");
    token += '.';
    token += core::base64::encode_url(wire::to_text(claims));
    const auto signature = detail::signature(key, token);
    token += '.';
    token += core::base64::encode_url(signature);
    return token;
}

/// The claims of a token, whoever signed it; nothing if it has not the form of one.
[[nodiscard]] inline std::optional<wire::Json> read_unverified(std::string_view token) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    if (!detail::read_part(token.substr(0, first))) return std::nullopt;
    return detail::read_part(token.substr(first + 1, last - first - 1));
}

/// The claims of a token that `sign` made with this key; nothing for anything else. Expiry is not
/// looked at.
[[nodiscard]] inline std::optional<wire::Json> verify(std::string_view token,
                                                      std::string_view key) {
    const auto last = token.rfind('.');
    if (last == std::string_view::npos) return std::nullopt;
    const auto given = core::base64::decode_url(token.substr(last + 1));
    if (!given || !core::equal_secret(*given, detail::signature(key, token.substr(0, last))))
        return std::nullopt;
    const auto header = detail::read_part(token.substr(0, token.find('.')));
    if (!header || text_claim(*header, "alg") != "HS256") return std::nullopt;
    return read_unverified(token);
}

}  // namespace neptune::server::jwt

#endif
