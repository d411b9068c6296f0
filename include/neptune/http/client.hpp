#ifndef NEPTUNE_HTTP_CLIENT_HPP
#define NEPTUNE_HTTP_CLIENT_HPP

// The HTTP client. Every version of httplib from 0.11.4 on is served by this one text; what differs
// is found out by `requires`. No layer above this one sees httplib.

#include <neptune/http/channel.hpp>
#include <neptune/http/client_exchange.hpp>
#include <neptune/http/error.hpp>
#include <neptune/http/proxy.hpp>
#include <neptune/http/system.hpp>
#include <neptune/http/url.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <httplib.h>

namespace neptune::http {

struct ClientOptions {
    std::string base_url;  ///< Scheme, host and port; a path in it is ignored (wire protocol 1.3).
    std::chrono::milliseconds connect_timeout = std::chrono::seconds(30);
    /// The longest wait for the next byte, in either direction. Source: NEPTUNE_REQUEST_TIMEOUT.
    std::chrono::milliseconds read_timeout = std::chrono::seconds(600);
    bool verify_certificates = true;
    /// As for `proxy_for`: scheme -> address of the proxy; empty means those of the environment.
    std::map<std::string, std::string> proxies;
    std::string user_agent;
};

/// Sends requests to one server over kept-alive connections: one for each request in flight, as
/// many as there are threads sending, reused. Redirects are not followed. Compressed replies are
/// unpacked.
///
/// A kept-alive connection that the server has closed meanwhile is replaced silently. When it
/// breaks after the request was written but before the first byte of a reply, the request is sent
/// once more on a new connection, whatever its method: servers close idle connections at that
/// moment without having looked at the request, and callers repeat after a broken connection anyway
/// (`send_with_retry`).
///
/// Threads: all functions from any; destruction only when no request is in flight. Not to be used
/// in a forked child, which would share the connections with its parent.
class Client final : public Channel {
public:
    /// Connects to nothing yet. Errors: std::invalid_argument for an address or proxy that cannot
    /// be used, and for https where httplib was compiled without OpenSSL.
    explicit Client(ClientOptions options)
        : options_(std::move(options)),
          server_(parse_url(options_.base_url)),
          proxy_(proxy_for(server_, options_.proxies)) {
        if (server_.scheme == "https" && !detail::has_tls<httplib::Client>) {
            throw std::invalid_argument(
                "'" + options_.base_url +
                "' needs TLS, but this program was compiled without CPPHTTPLIB_OPENSSL_SUPPORT");
        }
    }

    ~Client() override {
        const detail::BrokenPipeMuted muted;
        idle_.clear();
    }

    Reply send(const Request& request) override { return send(request, options_.read_timeout); }

    /// The same with another time-out for this request, which limits connecting too.
    Reply send(const Request& request, std::chrono::milliseconds timeout);

    bool listen(const Request& request,
                const std::function<void(const std::string&)>& take) override;

    [[nodiscard]] bool can_listen() const noexcept override;

    /// Returns when the requests in flight have ended, at most a second later.
    void abort() noexcept override;

private:
    using Kind = ConnectionError::Kind;

    struct Connection {
        std::unique_ptr<httplib::Client> http;
        core::Descriptor socket;  // the same socket as httplib's, for abort(); guarded by the mutex
    };

    /// How an attempt on one connection ended: with a reply, or why not.
    struct Outcome {
        std::optional<Reply> reply;
        Kind kind = Kind::other;
        std::string words;
        bool answer_begun = false;
    };

    /// What a thread that looks up a host name needs even if this object is gone by the time it
    /// ends.
    struct Shared {
        std::mutex mutex;
        std::condition_variable changed;
        bool aborted = false;
    };

    [[nodiscard]] const Url& peer() const { return proxy_ ? *proxy_ : server_; }
    [[nodiscard]] ConnectionError error(Kind kind, const std::string& words) const {
        return {kind, words, peer().host_and_port()};
    }
    [[nodiscard]] ConnectionError aborted() const {
        return error(Kind::aborted, "the request was aborted");
    }

    std::unique_ptr<Connection> take_idle();
    void keep(std::unique_ptr<Connection> connection);
    std::vector<std::string> find_addresses();
    std::unique_ptr<Connection> make_connection(const std::string& address);
    template <class Http>
    void watch(Http& http, Connection& connection);
    class InFlight;
    Outcome exchange(std::unique_ptr<Connection> connection, const Request& request,
                     std::chrono::milliseconds timeout);

    const ClientOptions options_;
    const Url server_;
    const std::optional<Url> proxy_;
    const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
    std::vector<std::unique_ptr<Connection>> idle_;  // guarded by shared_->mutex, as is in_flight_
    std::vector<Connection*> in_flight_;
};

inline Reply Client::send(const Request& request, std::chrono::milliseconds timeout) {
    const detail::BrokenPipeMuted muted;
    if (std::unique_ptr<Connection> kept = take_idle()) {
        Outcome outcome = exchange(std::move(kept), request, timeout);
        if (outcome.reply) {
            return std::move(*outcome.reply);
        }
        if (outcome.answer_begun || outcome.kind == Kind::timeout ||
            outcome.kind == Kind::aborted) {
            throw error(outcome.kind, outcome.words);
        }
    }
    Outcome outcome;
    for (const std::string& address : find_addresses()) {
        outcome = exchange(make_connection(address), request, timeout);
        if (outcome.reply) {
            return std::move(*outcome.reply);
        }
        if (outcome.kind != Kind::connect) {
            break;
        }
    }
    throw error(outcome.kind, outcome.words);
}

inline void Client::abort() noexcept {
    const detail::BrokenPipeMuted muted;
    std::vector<std::unique_ptr<Connection>> idle;
    std::unique_lock lock(shared_->mutex);
    shared_->aborted = true;
    idle.swap(idle_);
    shared_->changed.notify_all();
    // A socket cannot be shut down between its creation and its connect(), hence again and again.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    while (!in_flight_.empty() && std::chrono::steady_clock::now() < end) {
        for (const Connection* connection : in_flight_) {
            ::shutdown(connection->socket.get(), SHUT_RDWR);
        }
        shared_->changed.wait_for(lock, std::chrono::milliseconds(5));
    }
}

inline std::unique_ptr<Client::Connection> Client::take_idle() {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->aborted) {
        throw aborted();
    }
    if (idle_.empty()) {
        return nullptr;
    }
    std::unique_ptr<Connection> newest = std::move(idle_.back());
    idle_.pop_back();
    return newest;
}

inline void Client::keep(std::unique_ptr<Connection> connection) {
    constexpr std::size_t most = 16;
    const std::lock_guard lock(shared_->mutex);
    if (!shared_->aborted && idle_.size() < most) {
        idle_.push_back(std::move(connection));
    }
}

/// The resolver cannot be interrupted, so it runs on a thread of its own that abort() leaves
/// behind.
inline std::vector<std::string> Client::find_addresses() {
    struct Lookup {
        std::vector<std::string> addresses;
        std::optional<ConnectionError> failure;
        bool done = false;
    };
    const std::string& host = peer().host;
    if (detail::is_numeric_address(host)) {
        return {host};
    }
    const auto lookup = std::make_shared<Lookup>();
    const auto work = [lookup, shared = shared_, host, where = peer().host_and_port()] {
        Lookup found;
        try {
            found.addresses = resolve(host, where);
        } catch (const ConnectionError& failure) {
            found.failure = failure;
        } catch (const std::exception& failure) {
            found.failure.emplace(Kind::other, failure.what(), where);
        }
        found.done = true;
        const std::lock_guard lock(shared->mutex);
        *lookup = std::move(found);
        shared->changed.notify_all();
    };
    try {
        const detail::SignalsBlocked blocked;
        std::thread(work).detach();
    } catch (const std::system_error&) {
        work();  // no more threads: then without the chance to abort
    }
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait(lock, [&] { return lookup->done || shared_->aborted; });
    if (shared_->aborted) {
        throw aborted();
    }
    if (lookup->failure) {
        throw ConnectionError(*lookup->failure);
    }
    return lookup->addresses;
}

inline std::unique_ptr<Client::Connection> Client::make_connection(const std::string& address) {
    auto connection = std::make_unique<Connection>();
    connection->http = std::make_unique<httplib::Client>(server_.origin());
    httplib::Client& http = *connection->http;
    detail::configure(http, options_.verify_certificates);
    http.set_keep_alive(true);
    http.set_tcp_nodelay(true);
    if (proxy_) {
        http.set_proxy(address, proxy_->port);
        const std::string& userinfo = proxy_->userinfo;
        const std::size_t colon = (std::min)(userinfo.find(':'), userinfo.size());
        if (!userinfo.empty()) {
            const std::string password = userinfo.substr((std::min)(colon + 1, userinfo.size()));
            http.set_proxy_basic_auth(decode_percent(userinfo.substr(0, colon)),
                                      decode_percent(password));
        }
    } else {
        http.set_hostname_addr_map({{server_.host, address}});
    }
    watch(http, *connection);
    return connection;
}

/// Notes the socket, once there is one.
template <class Http>
void Client::watch(Http& http, Connection& connection) {
    http.set_socket_options([this, &connection](auto socket) {
        core::Descriptor copy = detail::duplicate(static_cast<int>(socket));
        const std::lock_guard lock(shared_->mutex);
        std::swap(connection.socket, copy);
    });
}

/// What `abort` ends and waits for. Errors: ConnectionError if that came before.
class Client::InFlight {
public:
    InFlight(Client& client, Connection& connection) : client_(client), connection_(&connection) {
        const std::lock_guard lock(client_.shared_->mutex);
        if (client_.shared_->aborted) throw client_.aborted();
        client_.in_flight_.push_back(connection_);
    }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;
    ~InFlight() {
        const std::lock_guard lock(client_.shared_->mutex);
        std::erase(client_.in_flight_, connection_);
        client_.shared_->changed.notify_all();
    }

private:
    Client& client_;
    Connection* connection_;
};

inline Client::Outcome Client::exchange(std::unique_ptr<Connection> connection,
                                        const Request& request, std::chrono::milliseconds timeout) {
    httplib::Client& http = *connection->http;
    http.set_connection_timeout((std::min)(options_.connect_timeout, timeout));
    http.set_read_timeout(timeout);
    http.set_write_timeout(timeout);

    httplib::Request outgoing = detail::translate(request, options_.user_agent);
    httplib::Response response;
    std::exception_ptr body_failure;
    if (request.source && request.source->size > 0)
        detail::attach(*request.source, outgoing, body_failure);
    if (request.sink) detail::attach(*request.sink, outgoing, response, body_failure);
    auto failure = httplib::Error::Success;
    const auto begin = std::chrono::steady_clock::now();
    bool complete = false;
    {
        const InFlight in_flight(*this, *connection);
        complete = http.send(outgoing, response, failure);
    }
    const bool too_late = std::chrono::steady_clock::now() - begin >= timeout;
    const bool given_up = [this] {
        const std::lock_guard lock(shared_->mutex);
        return shared_->aborted;
    }();

    if (body_failure) std::rethrow_exception(body_failure);
    Outcome outcome;
    if (complete) {
        outcome.reply = detail::translate(response);
        keep(std::move(connection));
    } else if (given_up) {
        outcome.kind = Kind::aborted;
        outcome.words = "the request was aborted";
    } else {
        outcome.answer_begun = response.status != -1;
        std::tie(outcome.kind, outcome.words) = detail::explain(failure, too_late);
    }
    return outcome;
}

// The type lies in a namespace that older versions of httplib lack, so it is told by a macro that
// came with it.
#ifdef CPPHTTPLIB_WEBSOCKET_READ_TIMEOUT_SECOND
inline bool Client::listen(const Request& request,
                           const std::function<void(const std::string&)>& take) {
    const detail::BrokenPipeMuted muted;
    // http://host:port becomes ws://host:port, https wss.
    httplib::ws::WebSocketClient socket(
        "ws" + server_.origin().substr(std::string_view("http").size()) + request.target,
        detail::translate(request, options_.user_agent).headers);
    detail::configure_tls(socket, options_.verify_certificates);
    socket.set_connection_timeout(options_.connect_timeout);
    socket.set_websocket_ping_interval(0);  // the server's texts show that the connection lives
    Connection connection;
    watch(socket, connection);
    httplib::ws::Result result;
    for (const std::string& address : find_addresses()) {
        socket.set_hostname_addr_map({{server_.host, address}});
        const InFlight in_flight(*this, connection);
        result = socket.connect();
        if (!result) continue;
        std::string text;
        for (httplib::ws::ReadResult read; (read = socket.read(text)) != httplib::ws::Fail;)
            if (read == httplib::ws::Text) take(text);
        return true;
    }
    if (result.status() >= 400 && result.status() <= 499) return false;
    throw error(Kind::connect, "no WebSocket could be opened");
}
inline bool Client::can_listen() const noexcept {
    return !proxy_;
}
#else
inline bool Client::listen(const Request&, const std::function<void(const std::string&)>&) {
    return false;
}
inline bool Client::can_listen() const noexcept {
    return false;
}
#endif

}  // namespace neptune::http

#endif
