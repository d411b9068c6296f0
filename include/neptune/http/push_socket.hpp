#ifndef NEPTUNE_HTTP_PUSH_SOCKET_HPP
#define NEPTUNE_HTTP_PUSH_SOCKET_HPP

// WebSockets on which only the server speaks, where httplib has them; told by its types, not by its
// version. What clients send is not read.

#include <neptune/http/framing.hpp>
#include <neptune/http/message.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace neptune::http {

/// Ends with the function that got it, without the good-bye of RFC 6455 §7: waiting for its answer
/// has no end with a client that goes on sending. Threads: one.
class PushSocket {
public:
    virtual ~PushSocket() = default;
    /// Blocks for `stall_timeout` at most if the client does not read. False if it has gone.
    virtual bool send(const std::string& text) = 0;
    /// False if the client has ended the connection.
    [[nodiscard]] virtual bool is_open() const = 0;
};

namespace detail {

template <class Http>
concept WithWebSockets = requires {
    typename Http::WebSocketHandler;
};

/// `Head` is httplib's request, which knows its connection.
template <class Socket, class Head>
class PushSocketOver final : public PushSocket {
public:
    PushSocketOver(Socket& socket, const Head& head) : socket_(socket), head_(head) {}
    bool send(const std::string& text) override { return socket_.send(text); }
    [[nodiscard]] bool is_open() const override {
        return socket_.is_open() && !head_.is_connection_closed();
    }

private:
    Socket& socket_;
    const Head& head_;
};

/// Whether one of the words of a header, which may be there several times, is this one.
[[nodiscard]] inline bool has_word(const Headers& headers, std::string_view name,
                                   std::string_view wanted) {
    for (const Header& line : headers) {
        if (!same_name(line.name, name)) continue;
        for (std::string_view rest = line.value; !rest.empty();) {
            auto word = rest.substr(0, rest.find(','));
            rest.remove_prefix((std::min)(word.size() + 1, rest.size()));
            while (!word.empty() && (word.front() == ' ' || word.front() == '\t'))
                word.remove_prefix(1);
            while (!word.empty() && (word.back() == ' ' || word.back() == '\t'))
                word.remove_suffix(1);
            if (same_name(word, wanted)) return true;
        }
    }
    return false;
}

/// Whether a request asks for a WebSocket (RFC 6455 §4.2.1); httplib accepts the same ones.
[[nodiscard]] inline bool asks_for_web_socket(const Request& head) {
    const auto* key = head.headers.find("Sec-WebSocket-Key");
    const auto* version = head.headers.find("Sec-WebSocket-Version");
    constexpr std::size_t digits = 22;  // of 16 bytes, in base64
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return head.method == "GET" && has_word(head.headers, "Upgrade", "websocket") &&
           has_word(head.headers, "Connection", "upgrade") && version && *version == "13" && key &&
           key->size() == digits + 2 && key->find_first_not_of(alphabet) == digits &&
           key->substr(digits) == "==";
}

}  // namespace detail

}  // namespace neptune::http

#endif
