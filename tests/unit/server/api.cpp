#include <neptune/server/api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace server_test;

namespace {

http::Request request_to(const std::string& target, const std::string& host,
                         const std::string& origin = {}) {
    http::Request request;
    request.target = target;
    if (!host.empty()) request.headers.add("Host", host);
    if (!origin.empty()) request.headers.add("Origin", origin);
    return request;
}

const std::string organizations = "/api/backend/v1/myOrganizations";

}  // namespace

TEST_CASE("api: the backend document is everybody's, the others need a token") {
    const Fixture server;
    const auto backend = server.get("/api/backend/swagger.json", "");
    CHECK(backend.status == 200);
    CHECK(backend.header("Content-Type") == "application/json");
    CHECK(backend.json.at("paths").contains("/api/backend/v1/clients/config"));
    CHECK_FALSE(backend.json.contains("host"));
    for (const std::string path :
         {"/api/leaderboard/swagger.json", "/api/artifacts/swagger.json"}) {
        CHECK(server.get(path, "").status == 401);
        CHECK(server.get(path, "eve").status == 200);
    }
}

TEST_CASE("api: a large body is not kept in memory for strangers") {
    const Fixture server;
    const auto is_kept = [&](const std::string& header, const std::string& value,
                             const std::string& authorization) {
        http::Request head;
        head.method = "POST";
        head.target = "/api/leaderboard/v1/attributes/operations?experimentId=x";
        head.headers.add(header, value);
        if (!authorization.empty()) head.headers.add("Authorization", authorization);
        return !server.takes_content(head);
    };
    const auto known = server.authorization("ada");
    for (const std::string& stranger : {std::string(), std::string("Bearer x"), known + "x"}) {
        CHECK_FALSE(is_kept("Content-Length", "100000", stranger));
        CHECK_FALSE(is_kept("Transfer-Encoding", "chunked", stranger));
        CHECK(is_kept("Content-Length", "99999", stranger));
    }
    CHECK_FALSE(is_kept("Content-Encoding", "gzip", "Bearer x"));
    CHECK(is_kept("Content-Length", "100000", known));
    CHECK(is_kept("Content-Encoding", "gzip", known));
    // Whoever wants a token has none yet.
    http::Request head;
    head.method = "POST";
    head.target = "/auth/realms/neptune/protocol/openid-connect/token";
    head.headers.add("Transfer-Encoding", "chunked");
    CHECK_FALSE(server.takes_content(head));
    CHECK(is_kept("Transfer-Encoding", "chunked", known));
}

TEST_CASE("api: signs of life need no token") {
    const Fixture server;
    CHECK(server.get("/api/backend/echo", "").status == 200);
    CHECK(server.get("/api/backend/status", "").json.at("status") == "ok");
    CHECK(server.get("/api/backend/healthz", "").json ==
          Json::array({{{"name", "storage"}, {"status", "ok"}}}));
}

TEST_CASE(
    "api: every endpoint of the documents is there, and none of them without a token but the open "
    "ones") {
    const Fixture server;
    std::size_t open = 0, closed = 0;
    for (const std::string document : {"/api/backend/swagger.json", "/api/leaderboard/swagger.json",
                                       "/api/artifacts/swagger.json"}) {
        const auto json = server.get(document).json;
        for (const auto& [path, methods] : json.at("paths").items())
            for (const auto& [method, operation] : methods.items()) {
                INFO(method << " " << path);
                http::Request request;
                request.method.clear();
                for (const char letter : method)
                    request.method += static_cast<char>(letter - 'a' + 'A');
                request.target = path;
                const auto status = server.send(request).status;
                if (operation.at("operationId") == "getClientConfig") {
                    CHECK(status == 200);
                    ++open;
                } else {
                    CHECK(status == 401);
                    ++closed;
                }
            }
    }
    CHECK(open == 1);
    CHECK(closed > 60);
}

TEST_CASE("api: links to objects open the same page whether the object exists or not") {
    const Fixture server;
    REQUIRE_FALSE(server.new_run().empty());
    const auto page = server.get("/", "");
    CHECK(page.status == 200);
    CHECK(page.header("Content-Type") == "text/html; charset=utf-8");
    for (const std::string path :
         {"/ml-team/classification/e/CLS-1", "/ml-team/classification/e/CLS-9/metadata",
          "/no/project/", "/<script>alert(1)</script>", "/apiary", "*"}) {
        const auto answer = server.get(path, "");
        CHECK(answer.status == 200);
        CHECK(answer.text == page.text);
    }
}

TEST_CASE("api: unknown addresses of the API are a JSON 404, pages take no other method than GET") {
    const Fixture server;
    for (const std::string path :
         {"/api/", "/api/leaderboard/v2/experiments", "/auth/", "/api/backend/v1/../x"}) {
        const auto answer = server.get(path, "");
        CHECK(answer.status == 404);
        CHECK(answer.json.at("code") == 404);
    }
    const auto posted = server.post_text("/ml-team/classification", "", "", "");
    CHECK(posted.status == 405);
    CHECK(posted.header("Allow") == "GET");
}

TEST_CASE("api: names of this machine, and nothing that looks like them") {
    for (const std::string host : {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1",
                                   "127.1.2.3", "[::1]", "[::1]:8080"})
        CHECK(server::is_loopback_name(host));
    for (const std::string host :
         {"", "localhost.evil.com", "127.0.0.1.evil.com", "evil.com:127.0.0.1", "192.168.0.1",
          "0.0.0.0", "[::2]", "[::1", "::1", "1127.0.0.1"}) {
        INFO(host);
        CHECK_FALSE(server::is_loopback_name(host));
    }
}

TEST_CASE(
    "api: an open server answers only at this machine's own names, and no other site's pages") {
    const Fixture server({.open = true});
    CHECK(server.send(request_to(organizations, "127.0.0.1:8080")).status == 200);
    CHECK(server.send(request_to(organizations, "")).status == 200);
    CHECK(server.send(request_to(organizations, "localhost", "http://localhost:3000")).status ==
          200);
    for (const std::string& target :
         {organizations, std::string("/"), std::string("/api/backend/echo")}) {
        CHECK(server.send(request_to(target, "rebound.evil.com:8080")).status == 403);
        CHECK(server.send(request_to(target, "localhost", "https://evil.com")).status == 403);
        CHECK(server.send(request_to(target, "localhost", "null")).status == 403);
    }
}

TEST_CASE("api: a server that is not open answers at every name") {
    const Fixture server;
    CHECK(server.send(request_to("/api/backend/echo", "neptune.example.org", "https://x")).status ==
          200);
}

TEST_CASE("api: beyond the rate limit a token is told to wait, in one digit; others are not") {
    Fixture server({.rate_limit = 2});
    const auto ada = server.authorization("ada");
    const auto ask = [&] {
        http::Request request;
        request.target = organizations;
        request.headers.add("Authorization", ada);
        return server.send(request);
    };
    CHECK(ask().status == 200);
    CHECK(ask().status == 200);
    const auto refused = ask();
    CHECK(refused.status == 429);
    CHECK(refused.header("Retry-After") == "1");
    CHECK(refused.json.at("message").get<std::string>().find("rate_limit") != std::string::npos);
    CHECK(server.get(organizations, "mia").status == 200);
    server.clock.pass(500);
    CHECK(ask().status == 200);
}

TEST_CASE("api: each endpoint has its own limit of the body") {
    const Fixture server;
    const std::string large(neptune::wire::limits::body_bytes + 1, ' ');
    CHECK(server.post_text(experiments, large).status == 413);
    const auto run = server.new_run();
    CHECK(server.post_text(operations + "?experimentId=" + run, large + "[]").status == 200);
}

TEST_CASE("api: 20 MB of text are one operation error, and what came with it is kept") {
    const Fixture server;
    const auto run = server.new_run();
    const auto answer = server.execute(
        run, {{{"path", "big"}, {"assignString", {{"value", std::string(20'000'000, 'x')}}}},
              {{"path", "small"}, {"assignInt", {{"value", 1}}}}});
    CHECK(answer.status == 200);
    CHECK(answer.json.size() == 1);
    CHECK(server.get(attributes + "/integers?experimentId=" + run + "&attribute=small")
              .json.at("value") == 1);
}

TEST_CASE("api: many threads may call at once, while a token is revoked") {
    Fixture server({.rate_limit = 1e9});
    const auto run = server.new_run();
    const auto ada = server.authorization("ada"), mia = server.authorization("mia");
    const auto ask = [&](const std::string& authorization, const std::string& target) {
        http::Request request;
        request.target = target;
        request.headers.add("Authorization", authorization);
        return server.send(request).status;
    };
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                const Json operation = {{"path", "t" + std::to_string(t)},
                                        {"assignInt", {{"value", i}}}};
                if (server.execute(run, Json::array({operation})).text != "[]") ++wrong;
                if (ask(ada, attributes + "?experimentId=" + run) != 200) ++wrong;
                const int status = ask(mia, organizations);
                if (status != 200 && status != 401) ++wrong;
            }
        });
    server.revoke("mia");
    CHECK(ask(mia, organizations) == 401);
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
    CHECK(server.log->empty());
}

TEST_CASE("api: no mutation of a request makes the server fail") {
    const Fixture server;
    const auto run = server.new_run();
    const auto ada = server.authorization("ada");
    const auto body = [](const Json& json) { return json.dump(); };
    const std::vector<http::Request> seeds = {
        {"GET", "/api/backend/swagger.json", {}, ""},
        {"GET",
         "/api/backend/v1/clients/config?alpha=true",
         {{"X-Neptune-Api-Token", server.api_token("ada")}},
         ""},
        {"GET",
         "/api/backend/v1/authorization/oauth-token",
         {{"X-Neptune-Api-Token", server.api_token("ada")}},
         ""},
        {"POST",
         "/auth/realms/neptune/protocol/openid-connect/token",
         {},
         "grant_type=refresh_token&client_id=neptune-cli&refresh_token=" + ada.substr(7)},
        {"GET", project_of + "ml-team%2Fclassification", {}, ""},
        {"GET",
         "/api/backend/v1/"
         "projects?limit=5&searchTerm=cls&sortBy=lastViewed&sortDirection=descending",
         {},
         ""},
        {"GET", organizations, {}, ""},
        {"GET", experiments + "?experimentId=ml-team/classification/CLS-1", {}, ""},
        {"GET", attributes + "?experimentId=" + run, {}, ""},
        {"GET", attributes + "/floats?experimentId=" + run + "&attribute=a", {}, ""},
        {"GET",
         attributes + "/series/float?experimentId=" + run + "&attribute=x&limit=10&offset=0",
         {},
         ""},
        {"POST",
         "/api/leaderboard/v1/attributes/ping?experimentId=" + run + "&closing=true",
         {{"X-Neptune-Producer", "11111111-1111-4111-8111-111111111111"}},
         ""},
        {"POST",
         experiments,
         {{"Content-Type", "application/json"}},
         body({{"projectIdentifier", server.project.id},
               {"parentId", server.project.id},
               {"type", "run"},
               {"customId", "exp-7"},
               {"gitInfo",
                {{"commit",
                  {{"commitId", "9b2"},
                   {"message", "m"},
                   {"authorName", "A"},
                   {"authorEmail", "a@x"},
                   {"commitDate", "2025-04-17T13:53:56Z"}}},
                 {"repositoryDirty", true}}}})},
        {"POST",
         operations + "?experimentId=" + run,
         {{"Content-Type", "application/json"},
          {"X-Neptune-Producer", "11111111-1111-4111-8111-111111111111"},
          {"X-Neptune-Sequence", "1-3"}},
         body({{{"path", "a"}, {"assignFloat", {{"value", 0.5}}}},
               {{"path", "t"}, {"assignDatetime", {{"valueMilliseconds", 1'744'898'036'000}}}},
               {{"path", "x"},
                {"logFloats",
                 {{"entries",
                   {{{"value", 0.7},
                     {"step", 1.0},
                     {"timestampMilliseconds", 1'744'898'036'000}}}}}}},
               {{"path", "sys/tags"}, {"insertStrings", {{"values", {"b", "v2"}}}}},
               {{"path", "a"}, {"deleteAttribute", Json::object()}}})},
    };
    std::mt19937 random(20'231'114);
    const auto below = [&](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
    };
    static constexpr char bytes[] =
        "\0\x01\n\"'\\/{}[]:,.-+eE019nulltruefalse%&=?#\x7f\x80\xc3\xff";
    const std::string alphabet(bytes, sizeof bytes - 1);
    const auto mutate = [&](std::string& text) {
        for (std::size_t i = 0, count = 1 + below(3); i < count && !text.empty(); ++i) {
            const auto at = below(text.size());
            switch (below(4)) {
                case 0:
                    text[at] = alphabet[below(alphabet.size())];
                    break;
                case 1:
                    text.insert(at, 1, alphabet[below(alphabet.size())]);
                    break;
                case 2:
                    text.erase(at, 1 + below(5));
                    break;
                default:
                    text.insert(at, text.substr(below(text.size()), below(20)));
            }
        }
    };
    int accepted = 0;
    for (int i = 0; i < 10'000; ++i) {
        auto request = seeds[below(seeds.size())];
        const auto part = below(10);
        if (part < 4) mutate(request.target);
        if (part >= 4 && part < 9) mutate(request.body.empty() ? request.target : request.body);
        http::Headers headers;
        headers.add("Authorization", ada);
        for (auto header : request.headers) {
            if (part >= 8) mutate(header.value);
            headers.add(header.name, header.value);
        }
        request.headers = headers;
        const auto answer = server.send(request);
        INFO(request.method << " " << request.target << "\n"
                            << request.body << "\n-> " << answer.text);
        REQUIRE(answer.status < 500);
        if (answer.status == 200) ++accepted;
        if (answer.header("Content-Type").rfind("text/html", 0) != 0 && !answer.text.empty())
            REQUIRE_FALSE(answer.json.is_discarded());
        if (answer.status >= 400) {
            REQUIRE(answer.json.at("code") == answer.status);
            REQUIRE(answer.json.at("title").is_string());
            REQUIRE(answer.json.at("message").is_string());
        }
    }
    // Both sides of each decision were visited.
    CHECK(accepted > 1'000);
    CHECK(accepted < 9'000);
    CHECK(server.log->empty());
    CHECK(server.get(attributes + "?experimentId=" + run).status == 200);
}
