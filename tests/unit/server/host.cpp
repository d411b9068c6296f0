#include <neptune/server/host.hpp>

#include "support/catch.hpp"
#include "support/temp_directory.hpp"

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <httplib.h>

#include <sys/stat.h>

#include <future>
#include <string>
#include <thread>

using namespace neptune;
using support::TempDirectory;

namespace {

wire::Json token_text(const std::string& token) {
    return wire::Json::parse(core::base64::decode(token).value());
}
std::string admin_token(const std::string& data) {
    auto text = core::read_file(data + "/admin.token").value();
    text.pop_back();
    return text;
}

std::string config_error(const ServerOptions& options) {
    try {
        Server server(options);
        server.start();
    } catch (const ConfigError& error) {
        return error.message();
    }
    return "(started)";
}

}  // namespace

TEST_CASE(
    "host: the first start makes workspace, owner and token, and the server answers at its "
    "address") {
    const TempDirectory directory;
    Server server({.data = directory.path + "/new", .workspace = "ml", .user = "ada"});
    server.start();
    CHECK(server.url().rfind("http://127.0.0.1:", 0) == 0);
    CHECK(token_text(server.token()).at("api_url") == server.url());
    CHECK(admin_token(directory.path + "/new") == server.token());
    struct stat status {};
    REQUIRE(::stat((directory.path + "/new/admin.token").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);

    httplib::Client client(server.url());
    const httplib::Headers header{{"X-Neptune-Api-Token", server.token()}};
    const auto reply = client.Get("/api/backend/v1/authorization/oauth-token", header);
    REQUIRE(reply);
    CHECK(reply->status == 200);
    CHECK(wire::Json::parse(reply->body).at("username") == "ada");
    const auto config = client.Get("/api/backend/v1/clients/config");
    REQUIRE(config);
    CHECK(wire::Json::parse(config->body).at("apiUrl") == server.url());
    const auto missing = client.Post("/api/backend/v1/clients/config", "x", "text/plain");
    REQUIRE(missing);
    CHECK(missing->status == 405);
    const auto too_large = client.Post("/api/leaderboard/v1/experiments",
                                       std::string(17U << 20, ' '), "application/json");
    REQUIRE(too_large);
    CHECK(too_large->status == 413);
    client.set_default_headers({{"Authorization", "Bearer unknown"}});
    const auto stranger = client.Post("/api/leaderboard/v1/attributes/operations?experimentId=x",
                                      std::string(20U << 20, ' '), "application/json");
    REQUIRE(stranger);
    CHECK(stranger->status == 401);
}

TEST_CASE("host: later starts keep the secret and write the present address beside it") {
    const TempDirectory directory;
    std::string first_url, first_key;
    {
        Server server({.data = directory.path});
        server.start();
        first_url = server.url();
        first_key = token_text(server.token()).at("api_key");
    }
    Server server({.data = directory.path, .public_url = "https://neptune.example.org/"});
    server.start();
    CHECK(server.url() == "https://neptune.example.org");
    CHECK(token_text(server.token()) == wire::Json{{"api_address", "https://neptune.example.org"},
                                                   {"api_url", "https://neptune.example.org"},
                                                   {"api_key", first_key}});
    CHECK(admin_token(directory.path) == server.token());
}

TEST_CASE("host: without its file, or with another text in it, the owner gets a new token") {
    const TempDirectory directory;
    const auto start = [&] {
        Server server({.data = directory.path});
        const auto handler = server.handler();
        return token_text(server.token()).at("api_key").get<std::string>();
    };
    const auto first = start();
    CHECK(start() == first);
    core::remove_tree(directory.path + "/admin.token");
    const auto second = start();
    CHECK(second != first);
    core::write_file_atomically(directory.path + "/admin.token", "rubbish");
    const auto third = start();
    CHECK(third != second);
    storage::SqliteStore store({.path = directory.path});
    store.revoke_tokens(store.users(store.workspaces().front().id).front().id);
    CHECK(start() != third);
}

TEST_CASE("host: the function works without a socket, as long as somebody holds it") {
    const TempDirectory directory;
    http::Handler handler;
    {
        Server server({.data = directory.path, .port = 8080});
        handler = server.handler();
        CHECK(server.url() == "http://127.0.0.1:8080");
    }
    CHECK(handler({"GET", "/api/backend/healthz", {}, ""}).status == 200);
    CHECK_THROWS_AS(Server({.data = directory.path}).handler(), storage::DirectoryInUse);
    handler = nullptr;
    CHECK(Server({.data = directory.path}).handler()({"GET", "/", {}, ""}).status == 200);
}

TEST_CASE("host: a project is made once, for the owner; a key that is taken is refused") {
    const TempDirectory directory;
    Server server({.data = directory.path, .workspace = "ml"});
    CHECK(server.ensure_project("cls", "CLS") == "ml/cls");
    CHECK(server.ensure_project("cls", "CLS") == "ml/cls");
    CHECK_THROWS_AS(server.ensure_project("other", "CLS"), ConfigError);
    storage::SqliteStore store({.path = directory.path});
    REQUIRE(store.projects().size() == 1);
    CHECK(store.projects().front().key == "CLS");
}

TEST_CASE("host: a second server on a directory is refused, naming it") {
    const TempDirectory directory;
    Server first({.data = directory.path}), second({.data = directory.path});
    first.start();
    CHECK_THROWS_WITH(second.start(), Catch::Matchers::ContainsSubstring(directory.path));
    first.stop();
    second.start();
    CHECK_FALSE(second.url().empty());
}

TEST_CASE("host: an address that is taken is named, and the directory is free again") {
    const TempDirectory one, two;
    Server first({.data = one.path});
    first.start();
    const int port = http::parse_url(first.url()).port;
    {
        Server second({.data = two.path, .port = port});
        CHECK_THROWS_WITH(second.start(),
                          Catch::Matchers::ContainsSubstring("127.0.0.1:" + std::to_string(port)));
    }
    Server third({.data = two.path});
    third.start();
    CHECK(third.url() != first.url());
}

TEST_CASE("host: stop ends wait, and a stopped server can start again") {
    const TempDirectory directory;
    Server server({.data = directory.path});
    server.start();
    auto waiting = std::async(std::launch::async, [&] { server.wait(); });
    server.stop();
    waiting.get();
    server.stop();
    server.start();
    httplib::Client client(server.url());
    const auto reply = client.Get("/api/backend/echo");
    REQUIRE(reply);
    CHECK(reply->status == 200);
}

TEST_CASE("host: options that contradict each other, or the directory, are refused in words") {
    const TempDirectory directory;
    const auto with = [&](ServerOptions options) {
        options.data = directory.path;
        return config_error(options);
    };
    CHECK(with({.host = "0.0.0.0", .open = true}).find("may not listen on '0.0.0.0'") !=
          std::string::npos);
    CHECK(with({.tls_certificate = "cert.pem"}).find("certificate and its key") !=
          std::string::npos);
    CHECK(with({.public_url = "neptune.example.org"}).find("neptune.example.org") !=
          std::string::npos);
    CHECK(with({.public_url = "https://example.org/neptune"}).find("scheme and host") !=
          std::string::npos);
    CHECK(with({.public_url = "ftp://example.org"}).find("ftp://example.org") != std::string::npos);
    CHECK(with({.workspace = "a/b"}).find("slash") != std::string::npos);
    CHECK(with({.workspace = "ml", .user = "ada", .open = true}) == "(started)");
    CHECK(with({.workspace = "ml", .user = "ada"}) == "(started)");
    CHECK(with({}) == "(started)");
    CHECK(with({.workspace = "other"}).find("holds the workspace 'ml', not 'other'") !=
          std::string::npos);
    CHECK(with({.user = "bob"}).find("has no owner 'bob'") != std::string::npos);
}

TEST_CASE("host: listening on all addresses, clients are told this machine's") {
    const TempDirectory directory;
    Server server({.data = directory.path, .host = "0.0.0.0"});
    server.start();
    CHECK(server.url().rfind("http://127.0.0.1:", 0) == 0);
}

TEST_CASE("host: a signal is heard whichever function of the server the run talks to") {
    const TempDirectory directory;
    Server server({.data = directory.path, .user = "ada", .open = true});
    const auto first = server.handler();
    server.start();
    const auto second = server.handler();  // of another address
    const auto name = server.ensure_project("cls", "CLS");
    http::Request lookup;
    lookup.target = "/api/backend/v1/projects/get?projectIdentifier=" + name;
    const auto project = wire::Json::parse(first(lookup).body).at("id").get<std::string>();
    const auto ask = [](const http::Handler& handler, std::string target, const wire::Json& body) {
        http::Request request{"POST", std::move(target), {}, body.dump()};
        request.headers.add("Content-Type", "application/json");
        request.headers.add("X-Neptune-Producer", "11111111-2222-4333-8444-555555555555");
        const auto reply = handler(request);
        REQUIRE(reply.status == 200);
        return wire::Json::parse(reply.body);
    };
    const auto run = ask(first, "/api/leaderboard/v1/experiments",
                         {{"projectIdentifier", project}, {"parentId", project}, {"type", "run"}})
                         .at("id")
                         .get<std::string>();
    const std::string ping = "/api/leaderboard/v1/attributes/ping?experimentId=" + run;
    CHECK(ask(second, ping, {}).at("signals").empty());
    ask(first, "/api/leaderboard/v1/experiments/signal?projectIdentifier=" + project,
        {{"type", "neptune/stop"},
         {"body", wire::Json::object()},
         {"experimentIdentifiers", {run}}});
    CHECK(ask(second, ping, {}).at("signals").size() == 1);
}

TEST_CASE("host: an open server lets everybody in by a loopback name") {
    const TempDirectory directory;
    Server server({.data = directory.path, .user = "ada", .open = true});
    const auto handler = server.handler();
    http::Request request;
    request.target = "/api/backend/v1/myOrganizations";
    CHECK(handler(request).status == 200);
    request.headers.add("Host", "evil.com");
    CHECK(handler(request).status == 403);
}
