#include <neptune/http/push_socket.hpp>

#include <neptune/http/client.hpp>
#include <neptune/http/server.hpp>

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sockets.hpp"
#include "support/catch.hpp"

using namespace neptune::http;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

const std::string upgrade =
    "Host: x\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

std::string without(const std::string& part) {
    auto head = upgrade;
    return head.erase(head.find(part), part.size());
}

constexpr bool has_sockets = detail::WithWebSockets<httplib::Server>;

// Sockets at /socket, which say hello and stay until `end`; all else is answered with its path.
class Speaker {
public:
    explicit Speaker(std::size_t max_workers = 8) {
        ServerOptions options;
        options.min_workers = 2;
        options.max_workers = max_workers;
        options.may_push = [](const Request& head) { return head.target == "/socket"; };
        options.push = [this](const Request& head, PushSocket& socket) {
            socket.send("hello " + head.target);
            std::unique_lock lock(mutex_);
            ended_.wait(lock, [this] { return end_; });
        };
        server_ = std::make_unique<Server>(std::move(options), [](const Request& request) {
            Reply reply;
            reply.body = "answered " + request.target;
            return reply;
        });
        server_->start();
    }
    ~Speaker() { end(); }
    void end() {
        const std::lock_guard guard(mutex_);
        end_ = true;
        ended_.notify_all();
    }
    [[nodiscard]] http_test::Descriptor connect() const {
        return http_test::connect_to(server_->port());
    }
    [[nodiscard]] int port() const { return server_->port(); }

private:
    std::mutex mutex_;
    std::condition_variable ended_;
    bool end_ = false;
    std::unique_ptr<Server> server_;
};

}  // namespace

TEST_CASE("push_socket: text is pushed where httplib has WebSockets, else it is a request",
          "[http]") {
    Speaker speaker;
    const auto socket = speaker.connect();
    http_test::send_text(socket, "GET /socket HTTP/1.1\r\n" + upgrade);
    if (!has_sockets) {
        CHECK_THAT(http_test::receive_until(socket, "answered /socket"),
                   StartsWith("HTTP/1.1 200 "));
        return;
    }
    const auto head = http_test::receive_until(socket, "\r\n\r\n");
    CHECK_THAT(head, StartsWith("HTTP/1.1 101 "));
    // The example of RFC 6455 §1.3.
    CHECK_THAT(head, ContainsSubstring("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    // A whole text frame without a mask: 0x81, length.
    CHECK(http_test::receive_until(socket, "/socket") == "\x81\x0dhello /socket");
    speaker.end();
    CHECK(http_test::receive_all(socket).empty());
}

TEST_CASE("push_socket: a client hears what is pushed, until the server or itself ends it",
          "[http]") {
    Speaker speaker;
    ClientOptions options;
    options.base_url = "http://127.0.0.1:" + std::to_string(speaker.port());
    Client client(options);
    Request request;
    request.target = "/socket";
    std::vector<std::string> heard;
    const auto take = [&](const std::string& text) {
        heard.push_back(text);
        speaker.end();
    };
    CHECK(client.can_listen() == has_sockets);
    CHECK(client.listen(request, take) == has_sockets);
    if (!has_sockets) return;
    CHECK(heard == std::vector<std::string>{"hello /socket"});
    // The answer is a 200, which is no refusal for ever.
    request.target = "/other";
    CHECK_THROWS_AS(client.listen(request, take), ConnectionError);

    const Speaker patient;
    options.base_url = "http://127.0.0.1:" + std::to_string(patient.port());
    Client aborted(options);
    request.target = "/socket";
    std::thread aborter;
    CHECK(aborted.listen(
        request, [&](const std::string&) { aborter = std::thread([&] { aborted.abort(); }); }));
    aborter.join();
    CHECK_THROWS_AS(aborted.listen(request, take), ConnectionError);
}

TEST_CASE("push_socket: what must not become one, and what is none, is a request", "[http]") {
    const Speaker speaker;
    for (const std::string& request :
         {"GET /other HTTP/1.1\r\n" + upgrade, "POST /socket HTTP/1.1\r\n" + upgrade,
          "GET /socket HTTP/1.1\r\n" + without("Connection: Upgrade\r\n"),
          "GET /socket HTTP/1.1\r\n" + without("Sec-WebSocket-Version: 13\r\n"),
          "GET /socket HTTP/1.1\r\n" + without("b25jZQ==")}) {
        const auto socket = speaker.connect();
        http_test::send_text(socket, request);
        INFO(request);
        CHECK_THAT(http_test::receive_until(socket, "answered "), StartsWith("HTTP/1.1 200 "));
    }
}

TEST_CASE("push_socket: what asks for a WebSocket, in the words of any client", "[http]") {
    const auto asks = [](const std::string& connection, const std::string& upgrade_to,
                         const std::string& key) {
        Request head;
        head.method = "GET";
        head.headers.add("connection", "close");
        head.headers.add("Connection", connection);
        head.headers.add("Upgrade", upgrade_to);
        head.headers.add("Sec-WebSocket-Version", "13");
        head.headers.add("Sec-WebSocket-Key", key);
        return detail::asks_for_web_socket(head);
    };
    const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
    CHECK(asks("Upgrade", "websocket", key));
    CHECK(asks("keep-alive, upgrade", "h2c,\tWebSocket ", key));
    CHECK_FALSE(asks("keep-alive", "websocket", key));
    CHECK_FALSE(asks("Upgrade", "websockets", key));
    CHECK_FALSE(asks("Upgrade", ",", key));
    CHECK_FALSE(asks("Upgrade", "websocket", "dGhlIHNhbXBsZSBub25jZQ="));
    CHECK_FALSE(asks("Upgrade", "websocket", "dGhlIHNhbXBsZSBub25j!Q=="));
    CHECK_FALSE(asks("Upgrade", "websocket", "dGhlIHNhbXBsZSBub25jZQAA"));
}

TEST_CASE("push_socket: an exception on the way to one is a request that is refused", "[http]") {
    ServerOptions options;
    options.may_push = [](const Request&) -> bool { throw std::runtime_error("the disk"); };
    options.push = [](const Request&, PushSocket&) {};
    Server server(std::move(options), [](const Request& request) {
        Reply reply;
        reply.body = "answered " + request.target;
        return reply;
    });
    server.start();
    const auto socket = http_test::connect_to(server.port());
    http_test::send_text(socket, "GET /socket HTTP/1.1\r\n" + upgrade);
    CHECK_THAT(http_test::receive_until(socket, "answered /socket"), StartsWith("HTTP/1.1 200 "));
}

TEST_CASE("push_socket: half of the workers stay for requests", "[http]") {
    const Speaker speaker(4);
    std::vector<http_test::Descriptor> sockets;
    for (int i = 0; i < 2 && has_sockets; ++i) {
        sockets.push_back(speaker.connect());
        http_test::send_text(sockets.back(), "GET /socket HTTP/1.1\r\n" + upgrade);
        CHECK_THAT(http_test::receive_until(sockets.back(), "hello /socket"),
                   StartsWith("HTTP/1.1 101 "));
    }
    const auto one_more = speaker.connect();
    http_test::send_text(one_more, "GET /socket HTTP/1.1\r\n" + upgrade);
    if (has_sockets)
        CHECK_THAT(http_test::receive_until(one_more, "answered /socket"),
                   StartsWith("HTTP/1.1 200 "));
    else
        CHECK(!http_test::exchange(speaker.port(),
                                   "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                   .empty());
}
