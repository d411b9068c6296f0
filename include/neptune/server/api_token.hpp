#ifndef NEPTUNE_SERVER_API_TOKEN_HPP
#define NEPTUNE_SERVER_API_TOKEN_HPP

// The API token that users put into NEPTUNE_API_TOKEN: base64 of a JSON object that carries the
// server's address and the secret. Only the secret authenticates; the server keeps nothing but its
// SHA-256.

#include <neptune/core/base64.hpp>
#include <neptune/core/random.hpp>
#include <neptune/core/sha256.hpp>
#include <neptune/wire/codec.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace neptune::server {

/// A new secret: 256 random bits as text.
[[nodiscard]] inline std::string new_secret() {
    return core::random_token(32);
}

/// What the storage knows a secret by.
[[nodiscard]] inline std::string secret_hash(std::string_view secret) {
    return core::sha256_hex(secret);
}

/// The text for users. `address` is the base address of the server, with its scheme.
[[nodiscard]] inline std::string make_api_token(const std::string& address,
                                                const std::string& secret) {
    const wire::Json json = {{"api_address", address}, {"api_url", address}, {"api_key", secret}};
    return core::base64::encode(wire::to_text(json));
}

/// The secret in a token; nothing if the text is no token. A token without `api_key` has an empty
/// secret.
[[nodiscard]] inline std::optional<std::string> secret_of(std::string_view token) {
    constexpr std::string_view space = " \t\r\n";
    const auto begin = token.find_first_not_of(space);
    if (begin == std::string_view::npos) return std::nullopt;
    const auto end = token.find_last_not_of(space);
    const auto text = core::base64::decode(token.substr(begin, end - begin + 1));
    if (!text) return std::nullopt;
    const auto json = wire::Json::parse(text->begin(), text->end(), nullptr, false);
    if (!json.is_object()) return std::nullopt;
    const auto key = json.find("api_key");
    return key != json.end() && key->is_string() ? key->get<std::string>() : std::string();
}

}  // namespace neptune::server

#endif
