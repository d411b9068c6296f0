#include <neptune/server/api_token.hpp>

#include "support/catch.hpp"

#include <string>

using namespace neptune;
using namespace neptune::server;

TEST_CASE("api_token: a token is base64 of the address, twice, and the secret") {
    const auto text = core::base64::decode(make_api_token("http://127.0.0.1:8080", "abc"));
    REQUIRE(text);
    CHECK(wire::Json::parse(*text) == wire::Json{{"api_address", "http://127.0.0.1:8080"},
                                                 {"api_url", "http://127.0.0.1:8080"},
                                                 {"api_key", "abc"}});
}

TEST_CASE("api_token: the secret comes back, whatever white space surrounds the token") {
    const auto secret = new_secret();
    CHECK(secret.size() == 43);
    CHECK(secret_of(make_api_token("https://x", secret)) == secret);
    CHECK(secret_of(" \r\n" + make_api_token("https://x", secret) + "\n") == secret);
}

TEST_CASE("api_token: two secrets differ") {
    CHECK(new_secret() != new_secret());
}

TEST_CASE("api_token: what is no token has no secret") {
    CHECK_FALSE(secret_of(""));
    CHECK_FALSE(secret_of(" "));
    CHECK_FALSE(secret_of("ANONYMOUS"));
    CHECK_FALSE(secret_of(core::base64::encode("not json")));
    CHECK_FALSE(secret_of(core::base64::encode("[]")));
    CHECK_FALSE(secret_of(core::base64::encode(std::string(40'000, '['))));
}

TEST_CASE("api_token: a token without a usable key has an empty secret") {
    CHECK(secret_of(core::base64::encode("{}")) == "");
    CHECK(secret_of(core::base64::encode(R"({"api_key":7})")) == "");
}
