#ifndef NEPTUNE_TESTS_UNIT_HTTP_SOCKETS_HPP
#define NEPTUNE_TESTS_UNIT_HTTP_SOCKETS_HPP

// Bare sockets on the loopback address, for what a well-behaved client or server never does.

#include <neptune/core/descriptor.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

namespace http_test {

using neptune::core::Descriptor;

inline ::sockaddr_in loopback(int port) {
    ::sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

inline void require(bool condition, const char* what) {
    if (!condition) {
        throw std::runtime_error(what);
    }
}

inline Descriptor connect_to(int port) {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const ::sockaddr_in address = loopback(port);
    require(
        ::connect(socket.get(), reinterpret_cast<const ::sockaddr*>(&address), sizeof address) == 0,
        "connect");
    return socket;
}

/// A listening socket on a port that the system chooses.
class Listener {
public:
    explicit Listener(int backlog = 16)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        ::sockaddr_in address = loopback(0);
        ::socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<::sockaddr*>(&address);
        require(::bind(socket_.get(), generic, size) == 0, "bind");
        require(::listen(socket_.get(), backlog) == 0, "listen");
        require(::getsockname(socket_.get(), generic, &size) == 0, "getsockname");
        port_ = ntohs(address.sin_port);
    }
    [[nodiscard]] int port() const { return port_; }
    [[nodiscard]] Descriptor accept() const {
        Descriptor socket(::accept(socket_.get(), nullptr, nullptr));
        require(static_cast<bool>(socket), "accept");
        return socket;
    }

private:
    Descriptor socket_;
    int port_ = 0;
};

inline void send_text(const Descriptor& socket, std::string_view text) {
    while (!text.empty()) {
        const ::ssize_t sent = ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
        require(sent > 0, "send");
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

/// What arrives until the other side closes.
inline std::string receive_all(const Descriptor& socket) {
    std::string text;
    char buffer[4096];
    ::ssize_t count = 0;
    while ((count = ::recv(socket.get(), buffer, sizeof buffer, 0)) > 0) {
        text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
}

/// What arrives until `end` has come.
inline std::string receive_until(const Descriptor& socket, std::string_view end) {
    std::string text;
    char c = 0;
    while (text.find(end) == std::string::npos && ::recv(socket.get(), &c, 1, 0) == 1) {
        text += c;
    }
    return text;
}

/// One exchange on a connection of its own; the request must say "Connection: close" or be refused.
inline std::string exchange(int port, std::string_view request) {
    const Descriptor socket = connect_to(port);
    send_text(socket, request);
    return receive_all(socket);
}

}  // namespace http_test

#endif
