#include <neptune/server/auth.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>

using namespace server_test;

namespace {

const std::string exchange_path = "/api/backend/v1/authorization/oauth-token";
const std::string refresh_path = "/auth/realms/neptune/protocol/openid-connect/token";
const std::string form = "application/x-www-form-urlencoded;charset=UTF-8";

Answer exchange_token(const Fixture& server, const std::string& api_token) {
    http::Request request;
    request.target = exchange_path;
    request.headers.add("X-Neptune-Api-Token", api_token);
    return server.send(request);
}

Answer refresh(const Fixture& server, const std::string& token) {
    return server.post_text(refresh_path,
                            "grant_type=refresh_token&client_id=neptune-cli&refresh_token=" + token,
                            form, "");
}

/// Status of a request with this value of `Authorization`.
Answer ask(const Fixture& server, const std::string& authorization) {
    http::Request request;
    request.target = "/api/backend/v1/myOrganizations";
    request.headers.add("Authorization", authorization);
    return server.send(request);
}

Json claims_of(const std::string& token) {
    return *neptune::server::jwt::read_unverified(token);
}

}  // namespace

TEST_CASE("auth: an API token is exchanged for an access token with the claims that clients read") {
    const Fixture server;
    const auto answer = exchange_token(server, server.api_token("ada"));
    REQUIRE(answer.status == 200);
    CHECK(answer.json.at("username") == "ada");
    const auto claims = claims_of(answer.json.at("accessToken").get<std::string>());
    CHECK(claims.at("iss") == "http://127.0.0.1:8080/auth/realms/neptune");
    CHECK(claims.at("azp") == "neptune-cli");
    CHECK(claims.at("preferred_username") == "ada");
    CHECK(claims.at("exp") == server.clock.wall / 1000 + 24 * 3600);
}

TEST_CASE("auth: only the secret of an API token counts") {
    const Fixture server;
    const auto secret = *neptune::server::secret_of(server.api_token("ada"));
    CHECK(exchange_token(server, neptune::server::make_api_token("https://elsewhere", secret))
              .status == 200);
}

TEST_CASE("auth: an API token that is none of ours is refused, saying why") {
    const Fixture server;
    const auto unknown =
        exchange_token(server, neptune::server::make_api_token("http://x", "guess"));
    CHECK(unknown.status == 401);
    CHECK(unknown.json.at("message") == "The API token is unknown to this server, or was revoked");
    for (const std::string token : {"", "nonsense", "e30="})
        CHECK(exchange_token(server, token).status == 401);
    CHECK(server.get(exchange_path, "").status == 401);
}

TEST_CASE("auth: the hash that the storage keeps does not authenticate") {
    const Fixture server;
    const auto hash =
        neptune::server::secret_hash(*neptune::server::secret_of(server.api_token("ada")));
    CHECK(exchange_token(server, neptune::server::make_api_token("http://x", hash)).status == 401);
}

TEST_CASE("auth: a refresh token buys access tokens as often as one likes") {
    Fixture server;
    const auto granted = exchange_token(server, server.api_token("ada"));
    const auto token = granted.json.at("refreshToken").get<std::string>();
    for (int i = 0; i < 3; ++i) {
        server.clock.pass(100L * 24 * 3'600'000);
        const auto answer = refresh(server, token);
        REQUIRE(answer.status == 200);
        CHECK(answer.json.at("refresh_token") == token);
        CHECK(answer.json.at("token_type") == "Bearer");
        CHECK(answer.json.at("expires_in") == 86'400);
        CHECK(ask(server, "Bearer " + answer.json.at("access_token").get<std::string>()).status ==
              200);
    }
}

TEST_CASE("auth: errors of the token endpoint are OAuth's, as JSON") {
    const Fixture server;
    const auto error = [&](const std::string& body) {
        const auto answer = server.post_text(refresh_path, body, form, "");
        REQUIRE(answer.status == 400);
        CHECK(answer.json.at("code") == 400);
        CHECK(answer.json.at("error_description").is_string());
        return answer.json.at("error").get<std::string>();
    };
    CHECK(error("") == "invalid_request");
    CHECK(error("grant_type=password&username=ada") == "unsupported_grant_type");
    CHECK(error("grant_type=refresh_token") == "invalid_request");
    CHECK(error("grant_type=refresh_token&refresh_token=x.y.z") == "invalid_grant");
    const auto access = server.authorization("ada").substr(7);
    CHECK(error("grant_type=refresh_token&refresh_token=" + access) == "invalid_grant");
}

TEST_CASE("auth: what is no access token of ours is refused") {
    const Fixture server;
    const auto good = server.authorization("ada");
    CHECK(ask(server, good).status == 200);
    CHECK(ask(server, "bearer " + good.substr(7)).status == 200);
    CHECK(server.get("/api/backend/v1/myOrganizations", "").status == 401);

    const auto refresh_token =
        exchange_token(server, server.api_token("ada")).json.at("refreshToken").get<std::string>();
    const auto forged = neptune::server::jwt::sign(claims_of(good.substr(7)), "another key");
    auto without_signature = good.substr(0, good.rfind('.') + 1);
    const auto unsigned_one =
        "Bearer " + neptune::core::base64::encode_url(R"({"alg":"none"})") + "." +
        neptune::core::base64::encode_url(claims_of(good.substr(7)).dump()) + ".";
    auto tampered = good;
    tampered.back() = tampered.back() == 'A' ? 'E' : 'A';
    for (const std::string& text :
         {std::string(), std::string("Bearer"), std::string("Bearer "), std::string("Basic YTpi"),
          "Bearer " + refresh_token, "Bearer " + forged, "Bearer " + server.api_token("ada"),
          without_signature, unsigned_one, tampered, good + "x"}) {
        INFO(text);
        const auto answer = ask(server, text);
        CHECK(answer.status == 401);
        CHECK(answer.error_type().empty());
        CHECK(answer.header("WWW-Authenticate") == "Bearer");
    }
}

TEST_CASE("auth: an access token is served ten minutes beyond its end, then named as expired") {
    Fixture server;
    const auto token = server.authorization("ada");
    server.clock.pass(24 * 3'600'000 + 600'000);
    CHECK(ask(server, token).status == 200);
    server.clock.pass(1000);
    // Once from the cache, once checked anew.
    for (int i = 0; i < 2; ++i) {
        const auto answer = ask(server, token);
        CHECK(answer.status == 401);
        CHECK(answer.error_type() == "AUTHORIZATION_TOKEN_EXPIRED");
        CHECK(ask(server, server.authorization("mia")).status == 200);
    }
}

TEST_CASE("auth: the life of access tokens is a setting, which refresh tokens do not know") {
    Settings settings;
    settings.access_lifetime = 20'000;
    Fixture server(settings);
    const auto tokens = exchange_token(server, server.api_token("ada")).json;
    const auto access = tokens.at("accessToken").get<std::string>();
    CHECK(claims_of(access).at("exp") == server.clock.wall / 1000 + 20);
    server.clock.pass(20'000 + 600'000 + 1000);
    CHECK(ask(server, "Bearer " + access).error_type() == "AUTHORIZATION_TOKEN_EXPIRED");
    const auto renewed = refresh(server, tokens.at("refreshToken").get<std::string>()).json;
    CHECK(renewed.at("expires_in") == 20);
    CHECK(ask(server, "Bearer " + renewed.at("access_token").get<std::string>()).status == 200);
}

TEST_CASE("auth: revoking ends the API token, its access tokens and its refresh tokens at once") {
    Fixture server;
    const auto tokens = exchange_token(server, server.api_token("mia")).json;
    const auto access = "Bearer " + tokens.at("accessToken").get<std::string>();
    REQUIRE(ask(server, access).status == 200);
    server.revoke("mia");
    const auto answer = ask(server, access);
    CHECK(answer.status == 401);
    CHECK(answer.error_type().empty());
    CHECK(exchange_token(server, server.api_token("mia")).status == 401);
    CHECK(refresh(server, tokens.at("refreshToken").get<std::string>()).json.at("error") ==
          "invalid_grant");
    CHECK(ask(server, server.authorization("ada")).status == 200);
}

TEST_CASE(
    "auth: in open mode everybody with a token that decodes is the owner, and nobody needs one") {
    const Fixture server({.open = true});
    const auto owner_asks = [&](const http::Request& request) {
        return server.send(request).json.at(0).at("userRole") == "owner";
    };
    http::Request request;
    request.target = "/api/backend/v1/myOrganizations";
    CHECK(owner_asks(request));
    const auto tokens =
        exchange_token(server, neptune::server::make_api_token("http://x", "anything")).json;
    CHECK(tokens.at("username") == "ada");
    request.headers.set("Authorization", "Bearer " + tokens.at("accessToken").get<std::string>());
    CHECK(owner_asks(request));
    CHECK(refresh(server, tokens.at("refreshToken").get<std::string>()).status == 200);
    CHECK(exchange_token(server, "nonsense").status == 401);
    CHECK(ask(server, "Bearer nonsense").status == 401);
}

TEST_CASE("auth: tokens issued in open mode are worth nothing to a server that is not open") {
    Fixture server;
    neptune::server::Auth open(server.store(), "http://127.0.0.1:8080", server.user("ada"),
                               server.clock, 24 * 3'600'000);
    const auto tokens = open.exchange(neptune::server::make_api_token("http://x", "anything"));
    CHECK(ask(server, "Bearer " + tokens.access_token).status == 401);
    CHECK(refresh(server, tokens.refresh_token).status == 400);
}
