#include <neptune/http/push_socket.hpp>

#include <neptune/http/server.hpp>

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
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
            lock.unlock();
            socket.close();
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
    // A close frame with a status, which this side answers; then the connection ends.
    const auto good_bye = http_test::receive_until(socket, "\x88\x02\x03\xe8");
    CHECK(good_bye == "\x88\x02\x03\xe8");
    http_test::send_text(socket, std::string("\x88\x82\0\0\0\0\x03\xe8", 8));
    CHECK(http_test::receive_all(socket).empty());
}

TEST_CASE("push_socket: what must not become one, and what is none, is a request", "[http]") {
    const Speaker speaker;
    for (const std::string& request :
         {"GET /other HTTP/1.1\r\n" + upgrade, "POST /socket HTTP/1.1\r\n" + upgrade,
          std::string("GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n")}) {
        const auto socket = speaker.connect();
        http_test::send_text(socket, request);
        CHECK_THAT(http_test::receive_until(socket, "\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
    }
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
