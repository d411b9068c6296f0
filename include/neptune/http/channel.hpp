#ifndef NEPTUNE_HTTP_CHANNEL_HPP
#define NEPTUNE_HTTP_CHANNEL_HPP

// A request goes in, a reply comes out: over a socket (`Client`), or by calling a server's function
// in the same process.

#include <neptune/http/message.hpp>

namespace neptune::http {

struct Channel {
    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    virtual ~Channel() = default;

    /// Blocks until the reply is complete. Errors: ConnectionError if there is none. Threads: any,
    /// at the same time.
    virtual Reply send(const Request& request) = 0;

    /// Ends requests in flight and refuses later ones, both with ConnectionError::Kind::aborted.
    /// Threads: any.
    virtual void abort() noexcept {}
};

}  // namespace neptune::http

#endif
