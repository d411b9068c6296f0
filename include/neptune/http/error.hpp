#ifndef NEPTUNE_HTTP_ERROR_HPP
#define NEPTUNE_HTTP_ERROR_HPP

// What goes wrong on the way. A reply, whatever its status, is no error of this layer.

#include <stdexcept>
#include <string>
#include <utility>

namespace neptune::http {

/// No reply arrived. `what()` says what failed, and where, in words for a user.
class ConnectionError : public std::runtime_error {
public:
    enum class Kind {
        resolve,      ///< The host name has no address.
        connect,      ///< Nobody answers there.
        timeout,      ///< Connecting, or the next byte, took longer than allowed.
        tls,          ///< The TLS handshake failed.
        certificate,  ///< The peer's certificate is not trusted or names another host.
        reset,        ///< The connection broke before the reply was complete.
        aborted,      ///< `Channel::abort()`.
        other,
    };

    /// `where` is host:port.
    ConnectionError(Kind kind, const std::string& what, std::string where)
        : std::runtime_error(what + " (" + where + ")"), kind_(kind), where_(std::move(where)) {}

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] const std::string& where() const noexcept { return where_; }

private:
    Kind kind_;
    std::string where_;
};

/// The time for repeating a request is used up.
class RetriesExhausted : public std::runtime_error {
public:
    /// `status` is that of the last reply, 0 if there was none; `kind` then says what happened.
    RetriesExhausted(const std::string& cause, int status, ConnectionError::Kind kind)
        : std::runtime_error(cause), status_(status), kind_(kind) {}

    /// The last cause, as text for a user, is `what()`.
    [[nodiscard]] int status() const noexcept { return status_; }
    [[nodiscard]] ConnectionError::Kind kind() const noexcept { return kind_; }

private:
    int status_;
    ConnectionError::Kind kind_;
};

}  // namespace neptune::http

#endif
