#ifndef NEPTUNE_SERVER_SIGNAL_SOCKET_HPP
#define NEPTUNE_SERVER_SIGNAL_SOCKET_HPP

// The WebSocket on which the Python client listens for signals (wire protocol §12).

#include <neptune/http/push_socket.hpp>
#include <neptune/http/url.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/path_pattern.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/signals.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

namespace neptune::server {

inline constexpr const char* signal_socket_pattern =
    "/api/notifications/v1/runs/{project}/{run}/signal";

/// Id of the run whose signals the request asks for; nothing for other requests.
[[nodiscard]] inline std::optional<std::string> run_of_socket(const http::Request& head) {
    const auto target = http::parse_target(head.target);
    const auto parts = match_path(signal_socket_pattern, target.raw_path);
    if (!parts) return std::nullopt;
    for (const auto& [name, value] : *parts)
        if (name == "run") return value;
    return std::nullopt;
}

/// Speaks on the socket until the client has gone or `closing`, after which somebody wakes the
/// board.
inline void serve_signals(const Context& context, const std::string& run, http::PushSocket& socket,
                          const std::atomic<bool>& closing) {
    // The client opens another one at once. Its answers to pings are never read, and after some
    // days would fill the buffers on the way.
    constexpr std::chrono::hours longest(24);
    // After that a client that has gone is noticed.
    constexpr std::chrono::seconds look_period(5);
    const auto end = std::chrono::steady_clock::now() + longest;
    SignalBoard::Listener listener(*context.signals, run, context.clock.now());
    while (socket.is_open() && !closing && std::chrono::steady_clock::now() < end)
        for (const auto& signal : listener.wait(look_period))
            if (!socket.send(wire::to_text(wire::encode(signal)))) return;
    if (socket.is_open()) socket.close();
}

}  // namespace neptune::server

#endif
