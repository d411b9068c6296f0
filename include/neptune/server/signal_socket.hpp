#ifndef NEPTUNE_SERVER_SIGNAL_SOCKET_HPP
#define NEPTUNE_SERVER_SIGNAL_SOCKET_HPP

// The WebSocket on which the Python client listens for signals (wire protocol §12).

#include <neptune/http/push_socket.hpp>
#include <neptune/http/url.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/path_pattern.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/signals.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace neptune::server {

/// Id of the run whose signals the request asks for; nothing for other requests.
[[nodiscard]] inline std::optional<std::string> run_of_socket(const http::Request& head) {
    const auto target = http::parse_target(head.target);
    const auto parts = match_path(wire::signal_socket_path, target.raw_path);
    if (!parts) return std::nullopt;
    for (const auto& [name, value] : *parts)
        if (name == "run") return value;
    return std::nullopt;
}

/// `producer`: of our clients, which ping too and must not hear a signal twice; empty for others.
/// Speaks on the socket until the client has gone or `may_go_on()` is false: it is asked before
/// each signal, every few seconds, and when somebody wakes the board.
inline void serve_signals(const Context& context, const std::string& run,
                          const std::string& producer, http::PushSocket& socket,
                          const std::function<bool()>& may_go_on) {
    // After that a client that has gone, or was shut out, is noticed.
    constexpr std::chrono::seconds look_period(5);
    // Blank texts keep the connection open on the way, and show when the other side is out of
    // reach.
    constexpr std::chrono::seconds heartbeat_period(30);
    using Clock = std::chrono::steady_clock;
    auto next_heartbeat = Clock::now() + heartbeat_period;
    SignalBoard::Listener listener(*context.signals, run, context.clock.now(), producer);
    while (socket.is_open()) {
        const auto signal = listener.wait(look_period);
        if (!may_go_on()) return;
        if (signal) {
            if (!socket.send(wire::to_text(wire::encode(*signal)))) return;
            listener.delivered();
        } else if (Clock::now() >= next_heartbeat) {
            if (!socket.send({})) return;
            next_heartbeat = Clock::now() + heartbeat_period;
        }
    }
}

}  // namespace neptune::server

#endif
