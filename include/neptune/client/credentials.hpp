#ifndef NEPTUNE_CLIENT_CREDENTIALS_HPP
#define NEPTUNE_CLIENT_CREDENTIALS_HPP

// The API token: base64 of a JSON object that carries the server's address.

#include <neptune/core/base64.hpp>
#include <neptune/core/environment.hpp>
#include <neptune/core/error.hpp>
#include <neptune/wire/codec.hpp>

#include <optional>
#include <string>

namespace neptune::client {

struct Credentials {
    /// The whole base64 text: what travels.
    std::string token;
    /// Where the client configuration is asked for: `api_url`, else `api_address`.
    std::string config_address;
};

/// From the argument, else NEPTUNE_API_TOKEN. Errors: MissingApiToken, InvalidApiToken.
[[nodiscard]] inline Credentials read_credentials(const std::optional<std::string>& argument) {
    auto token = argument ? *argument : core::environment("NEPTUNE_API_TOKEN").value_or("");
    const auto space = " \t\r\n";
    token.erase(0, (std::min)(token.find_first_not_of(space), token.size()));
    token.erase(token.find_last_not_of(space) + 1);
    if (token.empty())
        throw MissingApiToken(
            ErrorCode::missing_api_token, "no API token was given",
            "pass .api_token, or export NEPTUNE_API_TOKEN; a server started by `neptune-cpp serve` "
            "prints its token and writes it to admin.token in its data directory");
    if (token == "ANONYMOUS")
        throw InvalidApiToken(
            ErrorCode::invalid_api_token,
            "the token ANONYMOUS belongs to the hosted service, which is shut down",
            "use the token of your own server");
    const auto invalid = [](const std::string& why) {
        return InvalidApiToken(
            ErrorCode::invalid_api_token, "the API token " + why,
            "check that it was copied whole; it is base64 text that ends where the line ends");
    };
    const auto text = core::base64::decode(token);
    if (!text) throw invalid("is not base64");
    const auto json = wire::Json::parse(*text, nullptr, false);
    if (!json.is_object()) throw invalid("does not hold a JSON object");
    const auto address = [&](const char* name) {
        const auto found = json.find(name);
        return found != json.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string();
    };
    if (address("api_address").empty()) throw invalid("holds no api_address");
    const auto url = address("api_url");
    return {token, url.empty() ? address("api_address") : url};
}

}  // namespace neptune::client

#endif
