#include <neptune/client/credentials.hpp>

#include <optional>
#include <string>

#include "support/catch.hpp"
#include "support/test_server.hpp"

namespace {

using namespace neptune;
using client::read_credentials;

std::string token_of(const std::string& json) {
    return core::base64::encode(json);
}

template <class Expected>
std::string words_of(const std::optional<std::string>& argument) {
    try {
        static_cast<void>(read_credentials(argument));
    } catch (const Expected& error) {
        return error.what();
    }
    return "no such error";
}

}  // namespace

TEST_CASE("credentials: the token carries the server's address, and travels whole", "[client]") {
    const auto token = token_of(R"({"api_address":"http://a:1","api_key":"k"})");
    CHECK(read_credentials(token).token == token);
    CHECK(read_credentials(token).config_address == "http://a:1");
    const auto both = token_of(R"({"api_address":"http://a:1","api_url":"http://b:2"})");
    CHECK(read_credentials(both).config_address == "http://b:2");
    CHECK(
        read_credentials(token_of(R"({"api_address":"http://a:1","api_url":""})")).config_address ==
        "http://a:1");
    CHECK(read_credentials(" \t\r\n" + token + "\r\n").token == token);
}

TEST_CASE("credentials: the argument wins over NEPTUNE_API_TOKEN", "[client]") {
    const auto mine = token_of(R"({"api_address":"http://mine"})");
    const auto environments = token_of(R"({"api_address":"http://environment"})");
    const support::Variable variable("NEPTUNE_API_TOKEN", (environments + "\n").c_str());
    CHECK(read_credentials(std::nullopt).config_address == "http://environment");
    CHECK(read_credentials(mine).config_address == "http://mine");
    CHECK_THROWS_AS(read_credentials(""), MissingApiToken);
}

TEST_CASE("credentials: a missing token says where to get one", "[client]") {
    const support::Variable variable("NEPTUNE_API_TOKEN", nullptr);
    const std::string expected =
        "no API token was given; pass .api_token, or export NEPTUNE_API_TOKEN; a server started by "
        "`neptune-cpp serve` "
        "prints its token and writes it to admin.token in its data directory";
    CHECK(words_of<MissingApiToken>(std::nullopt) == expected);
    CHECK(words_of<MissingApiToken>(" \n") == expected);
}

TEST_CASE("credentials: a token that makes no sense says what is wrong with it", "[client]") {
    const std::string advice =
        "; check that it was copied whole; it is base64 text that ends where the line ends";
    CHECK(words_of<InvalidApiToken>("?") == "the API token is not base64" + advice);
    CHECK(words_of<InvalidApiToken>(token_of("text")) ==
          "the API token does not hold a JSON object" + advice);
    CHECK(words_of<InvalidApiToken>(token_of("[1]")) ==
          "the API token does not hold a JSON object" + advice);
    for (const auto* json :
         {"{}", R"({"api_address":""})", R"({"api_address":7})", R"({"api_url":"http://a"})"})
        CHECK(words_of<InvalidApiToken>(token_of(json)) ==
              "the API token holds no api_address" + advice);
    const auto token = token_of(R"({"api_address":"http://a:1","api_key":"k"})");
    CHECK_THROWS_AS(read_credentials(token.substr(0, token.size() / 2)), InvalidApiToken);
}

TEST_CASE("credentials: the hosted service's public token is known to be of no use", "[client]") {
    CHECK(words_of<InvalidApiToken>("ANONYMOUS") ==
          "the token ANONYMOUS belongs to the hosted service, which is shut down; use the token of "
          "your own server");
}
