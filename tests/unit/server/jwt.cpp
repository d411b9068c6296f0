#include <neptune/server/jwt.hpp>

#include "support/catch.hpp"

#include <string>

using namespace neptune;
using server::jwt::read_unverified;
using server::jwt::sign;
using server::jwt::verify;

namespace {

const std::string signing_key(32, 'k');

std::string unsigned_token(const std::string& header, const std::string& claims) {
    return core::base64::encode_url(header) + "." + core::base64::encode_url(claims) + ".";
}

}  // namespace

TEST_CASE("jwt: a signed token gives its claims back") {
    const wire::Json claims = {{"sub", "ada"}, {"exp", 1'700'000'000}};
    CHECK(verify(sign(claims, signing_key), signing_key) == claims);
}

TEST_CASE("jwt: header, claims and signature are what other implementations make of them") {
    CHECK(sign({{"a", 1}}, "secret") ==
          "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.57TF7smP9XDhIexBqPC-F1toZReYZLWb_"
          "YRU5tv0sxM");
}

TEST_CASE("jwt: another key does not verify") {
    CHECK_FALSE(verify(sign({{"sub", "ada"}}, signing_key), signing_key + "x"));
}

TEST_CASE("jwt: a token without signature, or with algorithm none, does not verify") {
    const auto claims = R"({"sub":"ada"})";
    CHECK_FALSE(verify(unsigned_token(R"({"alg":"none","typ":"JWT"})", claims), signing_key));
    CHECK_FALSE(verify(unsigned_token(R"({"alg":"HS256","typ":"JWT"})", claims), signing_key));
    // Even when somebody signs it with the right key.
    auto token = unsigned_token(R"({"alg":"none"})", claims);
    token.pop_back();
    const auto signature = server::jwt::detail::signature(signing_key, token);
    CHECK_FALSE(verify(token + "." + core::base64::encode_url(signature), signing_key));
}

TEST_CASE("jwt: no single changed character goes unnoticed") {
    const auto token = sign({{"sub", "ada"}}, signing_key);
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        INFO(i);
        CHECK_FALSE(verify(changed, signing_key));
    }
}

TEST_CASE("jwt: what is no token has no claims") {
    const std::string text = GENERATE(as<std::string>{}, "", ".", "..", "a.b.c", "e30.e30",
                                      "W10.e30.x", "e30.W10.x", "e30.!.x");
    CHECK_FALSE(read_unverified(text));
    CHECK_FALSE(verify(text, signing_key));
}

TEST_CASE("jwt: the claims of a token can be read whoever signed it") {
    CHECK(read_unverified(sign({{"sub", "eve"}}, "another key")) == wire::Json{{"sub", "eve"}});
}

TEST_CASE("jwt: a claim that is no text reads as empty") {
    CHECK(server::jwt::text_claim({{"a", 1}}, "a") == "");
    CHECK(server::jwt::text_claim({{"a", "x"}}, "a") == "x");
    CHECK(server::jwt::text_claim({{"a", "x"}}, "b") == "");
}
