#ifndef NEPTUNE_HTTP_PUSH_SOCKET_HPP
#define NEPTUNE_HTTP_PUSH_SOCKET_HPP

// WebSockets on which only the server speaks, where httplib has them; told by its types, not by its
// version. What clients send is not read but while closing: pongs are a few bytes a minute.

#include <neptune/http/framing.hpp>
#include <neptune/http/message.hpp>

#include <string>

namespace neptune::http {

/// Threads: one.
class PushSocket {
public:
    virtual ~PushSocket() = default;
    /// False if the other side has gone.
    virtual bool send(const std::string& text) = 0;
    /// False some time after the other side has gone: pings show it.
    [[nodiscard]] virtual bool is_open() const = 0;
    /// Says good-bye and waits for the answer, 5 s at most.
    virtual void close() = 0;
};

namespace detail {

template <class Http>
concept WithWebSockets = requires {
    typename Http::WebSocketHandler;
};

template <class Socket>
class PushSocketOver final : public PushSocket {
public:
    explicit PushSocketOver(Socket& socket) : socket_(socket) {}
    bool send(const std::string& text) override { return socket_.send(text); }
    [[nodiscard]] bool is_open() const override { return socket_.is_open(); }
    void close() override { socket_.close(); }

private:
    Socket& socket_;
};

/// Whether a request asks for a WebSocket in the way that httplib accepts (RFC 6455 §4.2.1).
[[nodiscard]] inline bool asks_for_web_socket(const Request& head) {
    const auto* upgrade = head.headers.find("Upgrade");
    const auto* key = head.headers.find("Sec-WebSocket-Key");
    const auto* version = head.headers.find("Sec-WebSocket-Version");
    constexpr std::size_t key_length = 24;
    return head.method == "GET" && upgrade && same_name(*upgrade, "websocket") && key &&
           key->size() == key_length && version && *version == "13";
}

}  // namespace detail

}  // namespace neptune::http

#endif
