#ifndef NEPTUNE_HTTP_CHANNEL_HPP
#define NEPTUNE_HTTP_CHANNEL_HPP

// A request goes in, a reply comes out: over a socket (`Client`), or by calling a server's function
// in the same process.

#include <neptune/http/message.hpp>

#include <functional>
#include <string>

namespace neptune::http {

struct Channel {
    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    virtual ~Channel() = default;

    /// Blocks until the reply is complete. Errors: ConnectionError if there is none. Threads: any,
    /// at the same time.
    virtual Reply send(const Request& request) = 0;

    /// Whether `listen` makes sense: not without WebSockets in httplib, nor through a proxy.
    [[nodiscard]] virtual bool can_listen() const noexcept { return false; }

    /// Asks for a WebSocket and hands over each text that the server pushes, until it ends the
    /// connection or `abort`. False if there is none to be had, then and later: the server refuses
    /// with a status of 400 to 499. Errors: ConnectionError if it cannot be reached now. Needs
    /// `can_listen`. Threads: any.
    virtual bool listen(const Request&, const std::function<void(const std::string&)>&) {
        return false;
    }

    /// Ends requests in flight and refuses later ones, both with ConnectionError::Kind::aborted.
    /// Threads: any.
    virtual void abort() noexcept {}
};

}  // namespace neptune::http

#endif
