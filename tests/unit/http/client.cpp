#include <neptune/http/client.hpp>

#include <neptune/http/server.hpp>

#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "sockets.hpp"
#include "support/catch.hpp"
#include "tls_files.hpp"

using namespace neptune::http;
using Catch::Matchers::ContainsSubstring;
using Kind = ConnectionError::Kind;

namespace {

const Request get{"GET", "/x", {}, ""};
const Request post{"POST", "/x", {}, "body"};

ClientOptions at(const std::string& base_url) {
    ClientOptions options;
    options.base_url = base_url;
    return options;
}
ClientOptions at_port(int port) {
    return at("http://127.0.0.1:" + std::to_string(port));
}

/// The error of a send that must fail.
template <class Send>
ConnectionError failure_of(const Send& send) {
    try {
        send();
    } catch (const ConnectionError& error) {
        return error;
    }
    throw std::logic_error("the request did not fail");
}

const char* const small_reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace

TEST_CASE("client: method, raw target, headers and body arrive", "[http]") {
    Request seen;
    Server server({}, [&](const Request& request) {
        seen = request;
        return Reply{201, {{"X-Answer", "42"}}, "reply"};
    });
    server.start();
    ClientOptions options = at_port(server.port());
    options.user_agent = "neptune-cpp/1";
    options.base_url += "/prefix/is/ignored";
    Client client(options);
    const std::string body("\0binary\xFF", 8);
    const Reply reply = client.send(
        {"PUT", "/a%2Fb/%7E?q=x+y%2Cz&r=%2f", {{"X-Range", "bytes=0-1/2"}, {"X-Two", "a"}}, body});
    CHECK(seen.method == "PUT");
    CHECK(seen.target == "/a%2Fb/%7E?q=x+y%2Cz&r=%2f");
    CHECK(*seen.headers.find("x-range") == "bytes=0-1/2");
    CHECK(*seen.headers.find("User-Agent") == "neptune-cpp/1");
    CHECK(*seen.headers.find("Content-Type") == "application/octet-stream");
    CHECK(seen.body == body);
    CHECK(reply.status == 201);
    CHECK(reply.body == "reply");
    CHECK(*reply.headers.find("x-answer") == "42");
    client.send({"DELETE", "/y", {{"User-Agent", "mine"}}, ""});
    CHECK(*seen.headers.find("User-Agent") == "mine");
    CHECK_FALSE(seen.headers.find("Content-Type"));
}

TEST_CASE("client: a large body goes both ways", "[http]") {
    ServerOptions options;
    options.body_limit = [](const Request&) { return std::size_t{200} << 20; };
    options.keep_alive = std::chrono::seconds(60);  // copying the body may take a slow machine 2 s
    Server server(options, [](const Request& request) { return Reply{200, {}, request.body}; });
    server.start();
    Client client(at_port(server.port()));
    std::string body(std::size_t{101} << 20, 'x');  // beyond the limits that httplib has by itself
    body.back() = 'y';
    CHECK(client.send({"POST", "/", {}, body}).body == body);
}

TEST_CASE("client: a body is sent from where it lies and received piece by piece", "[http]") {
    Request seen;
    Server server({}, [&](const Request& request) {
        seen = request;
        const bool found = request.target != "/missing";
        return Reply{found ? 200 : 404, {{"X-Kind", "pieces"}}, found ? request.body : "none"};
    });
    server.start();
    Client client(at_port(server.port()));
    std::string content;
    while (content.size() < 3'000'000) content += std::to_string(content.size()) + ";";

    std::string received, kind;
    std::size_t pieces = 0;
    Request request{"POST", "/x", {}, ""};
    request.source = BodySource{content.size(), [&](std::uint64_t at, char* to, std::size_t size) {
                                    const auto part =
                                        content.substr(at, (std::min)(size, std::size_t{70'001}));
                                    std::copy(part.begin(), part.end(), to);
                                    return part.size();
                                }};
    request.sink = BodySink{[&](const Headers& headers) {
                                kind = *headers.find("X-Kind");
                                received.clear();
                            },
                            [&](std::string_view piece) {
                                received += piece;
                                ++pieces;
                            }};
    const auto reply = client.send(request);
    CHECK(reply.status == 200);
    CHECK(reply.body.empty());
    CHECK(seen.body == content);
    CHECK(received == content);
    CHECK(kind == "pieces");
    CHECK(pieces > 1);

    // Only the body of a 200 is what was asked for.
    pieces = 0;
    request.target = "/missing";
    const auto missing = client.send(request);
    CHECK(missing.status == 404);
    CHECK(missing.body == "none");
    CHECK(pieces == 0);

    request.source->size = 0;
    request.target = "/x";
    CHECK(client.send(request).status == 200);
    CHECK(seen.body.empty());
    CHECK(*seen.headers.find("Content-Length") == "0");
}

TEST_CASE("client: what a body throws comes out of send, and the next request works", "[http]") {
    Server server({}, [](const Request& request) { return Reply{200, {}, request.body}; });
    server.start();
    Client client(at_port(server.port()));
    Request request{"POST", "/x", {}, ""};
    request.source = BodySource{100, [](std::uint64_t, char*, std::size_t) -> std::size_t {
                                    throw std::runtime_error("cannot read");
                                }};
    CHECK_THROWS_WITH(client.send(request), "cannot read");
    request = post;
    request.sink = BodySink{[](const Headers&) {},
                            [](std::string_view) { throw std::runtime_error("disk full"); }};
    CHECK_THROWS_WITH(client.send(request), "disk full");
    CHECK(client.send(post).body == "body");
}

TEST_CASE("client: redirects and errors are replies", "[http]") {
    int code = 0;
    Server server({}, [&](const Request&) {
        return Reply{code, {{"Location", "/elsewhere"}, {"Content-Type", "text/plain"}}, "text"};
    });
    server.start();
    Client client(at_port(server.port()));
    for (const int status : {301, 302, 307, 401, 404, 413, 429, 503}) {
        code = status;
        CHECK(client.send(get).status == status);
        CHECK(client.send(post).body == "text");
    }
}

TEST_CASE("client: a header with a line break is refused", "[http]") {
    Client client(at_port(1));
    CHECK_THROWS_AS(client.send({"GET", "/", {{"X", "a\r\nY: b"}}, ""}), std::invalid_argument);
}

TEST_CASE("client: one connection serves many requests", "[http]") {
    const http_test::Listener listener;
    std::thread server([&] {
        const auto connection = listener.accept();
        for (int i = 0; i < 3; ++i) {
            http_test::receive_until(connection, "\r\n\r\n");
            http_test::send_text(connection, small_reply);
        }
    });
    Client client(at_port(listener.port()));
    for (int i = 0; i < 3; ++i) {
        CHECK(client.send(get).body == "ok");
    }
    server.join();
}

TEST_CASE("client: a kept connection that dies with the request is replaced once", "[http]") {
    const http_test::Listener listener;
    std::string second;
    std::thread server([&] {
        {
            const auto connection = listener.accept();
            http_test::receive_until(connection, "\r\n\r\n");
            http_test::send_text(connection, small_reply);
            http_test::receive_until(connection, "body");
        }
        const auto connection = listener.accept();
        second = http_test::receive_until(connection, "body");
        http_test::send_text(connection, small_reply);
    });
    Client client(at_port(listener.port()));
    CHECK(client.send(get).body == "ok");
    CHECK(client.send(post).body == "ok");
    server.join();
    CHECK_THAT(second, ContainsSubstring("POST /x HTTP/1.1"));
}

TEST_CASE("client: what breaks on a new connection, or inside a reply, is not repeated", "[http]") {
    const http_test::Listener listener;
    std::thread server([&] {
        { http_test::receive_until(listener.accept(), "\r\n\r\n"); }
        const auto connection = listener.accept();
        http_test::receive_until(connection, "\r\n\r\n");
        http_test::send_text(connection, small_reply);
        http_test::receive_until(connection, "\r\n\r\n");
        http_test::send_text(connection, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    });
    Client client(at_port(listener.port()));
    const ConnectionError fresh = failure_of([&] { client.send(get); });
    CHECK(fresh.kind() == Kind::reset);
    CHECK(fresh.where() == "127.0.0.1:" + std::to_string(listener.port()));
    CHECK(client.send(get).body == "ok");
    CHECK(failure_of([&] { client.send(get); }).kind() == Kind::reset);
    server.join();
}

TEST_CASE("client: a restarted server is found again", "[http]") {
    ServerOptions options;
    options.keep_alive = std::chrono::seconds(0);  // stops at once
    const auto handler = [](const Request&) { return Reply{200, {}, "ok"}; };
    auto server = std::make_unique<Server>(options, handler);
    server->start();
    options.port = server->port();
    Client client(at_port(options.port));
    CHECK(client.send(post).body == "ok");
    server.reset();
    const ConnectionError away = failure_of([&] { client.send(post); });
    CHECK(away.kind() == Kind::connect);
    CHECK_THAT(away.what(), ContainsSubstring("cannot connect"));
    Server again(options, handler);
    again.start();
    CHECK(client.send(post).body == "ok");
}

TEST_CASE("client: a host without address is told from one that refuses", "[http]") {
    Client client(at("http://no-such-host.invalid"));
    const ConnectionError error = failure_of([&] { client.send(get); });
    CHECK(error.kind() == Kind::resolve);
    CHECK_THAT(error.what(), ContainsSubstring("(no-such-host.invalid:80)"));
}

TEST_CASE("client: every address of a host is tried", "[http]") {
    Server server({}, [](const Request&) { return Reply{200, {}, "ok"}; });  // IPv4 only
    server.start();
    Client client(at("http://localhost:" + std::to_string(server.port())));
    CHECK(client.send(get).body == "ok");
}

TEST_CASE("client: silence ends with the time-out of the request", "[http]") {
    const http_test::Listener listener;
    Client client(at_port(listener.port()));
    const auto silent = [&] { client.send(get, std::chrono::milliseconds(50)); };
    const ConnectionError error = failure_of(silent);
    CHECK(error.kind() == Kind::timeout);
    CHECK_THAT(error.what(), ContainsSubstring("no answer in time"));
}

TEST_CASE("client: abort ends a request that hangs, and all later ones", "[http]") {
    std::latch inside(1);
    std::latch release(1);
    Server server({}, [&](const Request&) {
        inside.count_down();
        release.wait();
        return Reply{};
    });
    server.start();
    Client client(at_port(server.port()));
    std::optional<ConnectionError> error;
    std::thread sender([&] { error = failure_of([&] { client.send(get); }); });
    inside.wait();
    client.abort();
    sender.join();
    release.count_down();
    REQUIRE(error);
    CHECK(error->kind() == Kind::aborted);
    CHECK(failure_of([&] { client.send(get); }).kind() == Kind::aborted);
    client.abort();
}

TEST_CASE("client: abort ends a request that cannot connect", "[http]") {
    // Nobody accepts: behind two connections that fill the queue, a third gets no answer.
    const http_test::Listener listener(0);
    const auto first = http_test::connect_to(listener.port());
    Client client(at_port(listener.port()));
    std::vector<std::thread> senders;
    std::atomic<int> aborted = 0;
    std::latch started(4);
    for (int i = 0; i < 4; ++i) {
        senders.emplace_back([&] {
            started.count_down();
            aborted += failure_of([&] { client.send(get); }).kind() == Kind::aborted ? 1 : 0;
        });
    }
    started.wait();
    client.abort();
    for (std::thread& sender : senders) {
        sender.join();
    }
    CHECK(aborted == 4);
}

TEST_CASE("client: a proxy gets the whole address and its password", "[http]") {
    Request seen;
    Server proxy({}, [&](const Request& request) {
        seen = request;
        return Reply{200, {}, "through the proxy"};
    });
    proxy.start();
    ClientOptions options = at("http://neptune.invalid:8080");
    options.proxies = {{"http", "http://me:p%40ss@127.0.0.1:" + std::to_string(proxy.port())}};
    Client client(options);
    CHECK(client.send({"GET", "/a%2Fb?c=d", {}, ""}).body == "through the proxy");
    CHECK(seen.target == "http://neptune.invalid:8080/a%2Fb?c=d");
    CHECK(*seen.headers.find("Host") == "neptune.invalid:8080");
    CHECK(*seen.headers.find("Proxy-Authorization") == "Basic bWU6cEBzcw==");
}

TEST_CASE("client: an address or proxy that cannot be used is refused at once", "[http]") {
    CHECK_THROWS_AS(Client(at("ftp://x")), std::invalid_argument);
    ClientOptions options = at("http://x");
    options.proxies = {{"http", "https://proxy"}};
    CHECK_THROWS_AS(Client(options), std::invalid_argument);
}

#ifdef CPPHTTPLIB_OPENSSL_SUPPORT

namespace {

struct TlsServer {
    TlsServer()
        : server(options(files), [](const Request& request) {
              return Reply{200, {}, request.body + " over TLS"};
          }) {
        server.start();
    }
    static ServerOptions options(const http_test::TlsFiles& files) {
        ServerOptions options;
        options.tls_certificate = files.certificate();
        options.tls_key = files.key();
        return options;
    }
    [[nodiscard]] std::string url(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(server.port());
    }
    http_test::TlsFiles files;
    Server server;
};

}  // namespace

TEST_CASE("client: a self-signed certificate is refused unless checking is off", "[http]") {
    const TlsServer tls;
    ClientOptions options = at(tls.url("localhost"));
    const ConnectionError error = failure_of([&] { Client(options).send(post); });
    CHECK(error.kind() == Kind::certificate);
    CHECK_THAT(error.what(), ContainsSubstring("NEPTUNE_ALLOW_SELF_SIGNED_CERTIFICATE"));
    options.verify_certificates = false;
    Client client(options);
    CHECK(client.send(post).body == "body over TLS");
    CHECK(client.send(post).body == "body over TLS");
}

TEST_CASE("client: a trusted certificate is accepted for the host that it names", "[http]") {
    const TlsServer tls;
    ::setenv("SSL_CERT_FILE", tls.files.certificate().c_str(), 1);
    Client client(at(tls.url("localhost")));
    CHECK(client.send(post).body == "body over TLS");
    Client other(at(tls.url("127.0.0.2")));
    const Kind kind = failure_of([&] { other.send(post); }).kind();
    ::unsetenv("SSL_CERT_FILE");
    CHECK((kind == Kind::certificate || kind == Kind::connect));
}

TEST_CASE("client: a server that does not speak TLS is a TLS error", "[http]") {
    const http_test::Listener plain;
    Client client(at("https://127.0.0.1:" + std::to_string(plain.port())));
    std::thread server([&] { http_test::send_text(plain.accept(), "HTTP/1.1 400 No\r\n\r\n"); });
    CHECK(failure_of([&] { client.send(get); }).kind() == Kind::tls);
    server.join();
}

TEST_CASE("client: abort ends a request over TLS", "[http]") {
    const http_test::Listener silent;
    Client client(at("https://127.0.0.1:" + std::to_string(silent.port())));
    std::optional<ConnectionError> error;
    std::thread sender([&] { error = failure_of([&] { client.send(get); }); });
    const auto connection = silent.accept();  // the handshake is never answered
    client.abort();
    sender.join();
    CHECK(error->kind() == Kind::aborted);
}

#else

TEST_CASE("client: https without OpenSSL is refused with the reason", "[http]") {
    CHECK_THROWS_WITH(Client(at("https://host")), ContainsSubstring("CPPHTTPLIB_OPENSSL_SUPPORT"));
}

#endif
