#ifndef NEPTUNE_HTTP_SERVER_HPP
#define NEPTUNE_HTTP_SERVER_HPP

// The HTTP server: every request, of whatever method, path and content type, reaches one handler as
// plain values. One text for every httplib from 0.11.4 on, which is why so little of it is used:
// one route, and hooks around it.

#include <neptune/http/framing.hpp>
#include <neptune/http/message.hpp>
#include <neptune/http/push_socket.hpp>
#include <neptune/http/server_exchange.hpp>
#include <neptune/http/system.hpp>
#include <neptune/http/task_queue.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <future>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <httplib.h>

namespace neptune::http {

struct ServerOptions {
    std::string host = "127.0.0.1";
    int port = 0;                 ///< 0: the system chooses one.
    std::string tls_certificate;  ///< PEM file; empty: plain HTTP.
    std::string tls_key;          ///< PEM file.
    std::size_t min_workers = 8;
    std::size_t max_workers = default_max_workers;
    /// The largest body, in bytes unpacked, of the request with this head (its body is empty); 413
    /// beyond it. Unset: 16 MiB. Errors: none may leave it. Threads: many at once.
    std::function<std::size_t(const Request& head)> body_limit;
    /// Whether the handler wants the body of the request with this head in pieces, as
    /// `Request::content`, whose limit is `body_limit` too. Unset: never. Errors and threads: as
    /// above.
    std::function<bool(const Request& head)> takes_content;
    /// Whether the request with this head may become a WebSocket, and what then speaks on it until
    /// it returns. Unset, where httplib has none, or while max_workers / 2 are open: never. Errors
    /// and threads: as above; whoever stops the server ends `push` first.
    std::function<bool(const Request& head)> may_push;
    std::function<void(const Request& head, PushSocket& socket)> push;
    std::size_t header_limit = 64 * 1024;    ///< All header lines together; 431 beyond it.
    std::chrono::seconds stall_timeout{30};  ///< The longest silence inside a request or reply.
    /// How long an idle connection is kept, and how long `stop()` may therefore take.
    std::chrono::seconds keep_alive{2};
};

/// Replies come from the handler, or, for what never reaches it, are JSON errors of this layer:
/// 400, 408, 413, 414, 415, 416, 431, and 503 with Retry-After if the handler throws after all.
///
/// Threads: `start`, `stop` and destruction from one at a time, and not from the handler.
class Server {
public:
    Server(ServerOptions options, Handler handler)
        : options_(std::move(options)), handler_(std::move(handler)) {}
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() { stop(); }

    /// Listens and serves from here on. Errors: std::runtime_error naming host:port and the reason,
    /// or what is wrong with the TLS files.
    void start();

    /// The port it listens on.
    [[nodiscard]] int port() const noexcept { return port_; }

    /// Takes no more requests and returns when those in flight are answered. Does nothing if it is
    /// not running; it may be started again.
    void stop() {
        if (thread_.joinable()) {
            http_->stop();
            thread_.join();
            http_.reset();
        }
    }

private:
    class Workers;

    /// `close`: the connection cannot be used again, since its next byte is no beginning of a
    /// request.
    struct Answer {
        Reply reply;
        bool close = false;
    };

    std::unique_ptr<httplib::Server> make_http() const;
    void install_hooks(httplib::Server& http) const;
    void serve(httplib::Request& arrived, httplib::Response& response,
               const httplib::ContentReader& reader) const;
    Answer answer(Request& request, const httplib::ContentReader& reader,
                  const httplib::Response& response) const;
    static Answer refusal_of(const detail::IncomingBody& body, const httplib::Response& response);
    bool opens_socket(const httplib::Request& arrived) const;

    // No target has such a path.
    static constexpr const char* socket_path = ":socket";

    template <class Http>
    void install_sockets(Http& http) const;
    /// One socket more as long as it lives, which may be longer than the server.
    struct SocketPlace {
        using Count = std::shared_ptr<std::atomic<std::size_t>>;
        explicit SocketPlace(Count count_) : count(std::move(count_)) { ++*count; }
        SocketPlace(const SocketPlace&) = delete;
        SocketPlace& operator=(const SocketPlace&) = delete;
        ~SocketPlace() { --*count; }
        Count count;
    };
    static std::unique_ptr<SocketPlace>& socket_place();

    const ServerOptions options_;
    const Handler handler_;
    std::unique_ptr<httplib::Server> http_;
    std::thread thread_;
    const SocketPlace::Count sockets_ = std::make_shared<std::atomic<std::size_t>>(0);
    int port_ = 0;
};

/// Our workers behind httplib's interface. Older versions cannot refuse a connection: there all
/// wait.
class Server::Workers final : public httplib::TaskQueue {
    using Accepted = decltype(std::declval<httplib::TaskQueue&>().enqueue(std::function<void()>()));

public:
    explicit Workers(TaskQueueLimits limits) : tasks_(with_queue_limit(limits)) {}
    Accepted enqueue(std::function<void()> task) override {
        return static_cast<Accepted>(tasks_.push(std::move(task)));
    }
    void shutdown() override { tasks_.shutdown(); }

private:
    static TaskQueueLimits with_queue_limit(TaskQueueLimits limits) {
        if constexpr (std::is_void_v<Accepted>) {
            limits.max_queued = (std::numeric_limits<std::size_t>::max)();
        }
        return limits;
    }

    http::TaskQueue tasks_;
};

inline std::unique_ptr<httplib::Server> Server::make_http() const {
    const detail::SigpipeTreatmentKept kept;
    if (options_.tls_certificate.empty()) {
        return std::make_unique<httplib::Server>();
    }
#ifdef CPPHTTPLIB_OPENSSL_SUPPORT
    auto http = std::make_unique<httplib::SSLServer>(options_.tls_certificate.c_str(),
                                                     options_.tls_key.c_str());
    if (!http->is_valid()) {
        throw std::runtime_error("cannot serve TLS with the certificate '" +
                                 options_.tls_certificate + "' and the key '" + options_.tls_key +
                                 "': they must be readable PEM files that belong together");
    }
    return http;
#else
    throw std::runtime_error("cannot serve TLS with the certificate '" + options_.tls_certificate +
                             "': this program was compiled without CPPHTTPLIB_OPENSSL_SUPPORT");
#endif
}

inline void Server::start() {
    if (thread_.joinable()) {
        throw std::logic_error("the server is running already");
    }
    auto http = make_http();
    install_hooks(*http);
    http->set_payload_max_length((std::numeric_limits<std::size_t>::max)());  // ours decides
    http->set_keep_alive_max_count(std::size_t{1} << 30);
    http->set_keep_alive_timeout(options_.keep_alive.count());
    http->set_read_timeout(options_.stall_timeout);
    http->set_write_timeout(options_.stall_timeout);
    http->set_tcp_nodelay(true);

    // Not httplib's own options: its SO_REUSEPORT lets two servers share a port unnoticed.
    int listener = -1;
    http->set_socket_options([&listener](auto socket) {
        listener = static_cast<int>(socket);
        const int on = 1;
        ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    errno = 0;
    const int port = options_.port == 0 ? http->bind_to_any_port(options_.host)
                     : http->bind_to_port(options_.host, options_.port) ? options_.port
                                                                        : -1;
    if (port <= 0) {
        const std::string reason =
            errno != 0 ? std::generic_category().message(errno) : "the host has no such address";
        throw std::runtime_error("cannot listen on " + options_.host + ":" +
                                 std::to_string(options_.port) + ": " + reason);
    }
    // httplib's backlog is 5 in older versions; without this 36 of 7,680 requests failed.
    ::listen(listener, 1024);
    http->set_socket_options([](auto) {});  // the old one refers to this scope

    // The queue is made when the loop that accepts connections begins, after which stop() works.
    std::promise<void> accepting;
    http->new_task_queue = [this, &accepting] {
        auto workers =
            std::make_unique<Workers>(TaskQueueLimits{options_.min_workers, options_.max_workers});
        accepting.set_value();
        return workers.release();
    };
    {
        const detail::SignalsBlocked blocked;
        thread_ = std::thread([&loop = *http] { loop.listen_after_bind(); });
    }
    http_ = std::move(http);
    port_ = port;
    accepting.get_future().wait();
}

inline void Server::install_hooks(httplib::Server& http) const {
    // httplib's requests are its own local variables, not const ones, so they may be changed here.
    // All become POST to one path: that is the only kind of route which gives a body of any method
    // and type unread. Ranges are served by `apply_range`. The hook may be called twice for one
    // request (WebSocket upgrades); the method, kept in an unused member of the response, tells.
    http.set_pre_routing_handler(
        [this](const httplib::Request& request, httplib::Response& response) {
            auto& arrived = const_cast<httplib::Request&>(request);
            if (response.reason.empty()) {
                const bool becomes_socket = options_.may_push && opens_socket(arrived);
                response.reason = std::exchange(arrived.method, "POST");
                arrived.path = becomes_socket ? socket_path : "/";
                arrived.ranges.clear();
                if (arrived.has_header("Content-Type")) {
                    const std::string type = arrived.get_header_value("Content-Type");
                    arrived.headers.erase("Content-Type");
                    arrived.headers.emplace(detail::hidden_content_type, type);
                }
            }
            return httplib::Server::HandlerResponse::Unhandled;
        });
    http.Post("/", [this](const httplib::Request& request, httplib::Response& response,
                          const httplib::ContentReader& reader) {
        serve(const_cast<httplib::Request&>(request), response, reader);
    });
    if (options_.may_push) install_sockets(http);
    // What httplib refuses before it comes to routes.
    http.set_error_handler([](const httplib::Request& request, httplib::Response& response) {
        if (response.reason.empty()) {
            const_cast<httplib::Request&>(request).ranges.clear();
            detail::write_and_close(
                error_reply(response.status, "the request cannot be understood"), response);
        }
    });
}

template <class Http>
void Server::install_sockets(Http& http) const {
    if constexpr (detail::WithWebSockets<Http>) {
        http.set_websocket_ping_interval(0);  // each would be one more thread
        http.WebSocket(socket_path, [this](const httplib::Request& arrived, auto& socket) {
            const auto place = std::move(socket_place());
            detail::PushSocketOver push(socket, arrived);
            try {
                options_.push(detail::request_from(arrived, "GET"), push);
            } catch (const std::exception& failure) {
                std::fprintf(stderr, "neptune: a WebSocket failed: %s\n", failure.what());
            }
        });
    }
}

/// Where a WebSocket's place lies between the request for it and its beginning, in one thread.
inline std::unique_ptr<Server::SocketPlace>& Server::socket_place() {
    static thread_local std::unique_ptr<SocketPlace> place;
    return place;
}

/// Errors: none, which httplib would not survive here.
inline bool Server::opens_socket(const httplib::Request& arrived) const {
    if constexpr (!detail::WithWebSockets<httplib::Server>) return false;
    try {
        socket_place().reset();  // of a request that did not come so far
        const Request head = detail::request_from(arrived, arrived.method);
        if (!detail::asks_for_web_socket(head)) return false;
        auto place = std::make_unique<SocketPlace>(sockets_);
        // Each keeps a worker: half of them stay for requests.
        if (*sockets_ > options_.max_workers / 2 || !options_.may_push(head)) return false;
        socket_place() = std::move(place);
        return true;
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "neptune: a WebSocket is refused: %s\n", failure.what());
        return false;
    }
}

inline void Server::serve(httplib::Request& arrived, httplib::Response& response,
                          const httplib::ContentReader& reader) const {
    Request request = detail::request_from(arrived, response.reason);
    Answer answered;
    const auto failed = [&](const char* why) {
        std::fprintf(stderr, "neptune: %s %s failed: %s\n", request.method.c_str(),
                     request.target.c_str(), why);
        answered.reply = error_reply(503, "the server could not answer, try again");
        answered.reply.headers.add("Retry-After", "5");
        answered.close = true;
    };
    try {
        answered = answer(request, reader, response);
    } catch (const std::exception& failure) {
        failed(failure.what());
    } catch (...) {
        failed("an exception of unknown type");
    }
    if (answered.close) {
        detail::write_and_close(std::move(answered.reply), response);
    } else {
        detail::write_reply(std::move(answered.reply), arrived, response);
    }
}

inline Server::Answer Server::answer(Request& request, const httplib::ContentReader& reader,
                                     const httplib::Response& response) const {
    std::size_t header_bytes = 0;
    for (const Header& line : request.headers) {
        header_bytes += line.name.size() + line.value.size() + 4;
    }
    if (header_bytes > options_.header_limit) {
        const std::string limit = std::to_string(options_.header_limit);
        return {error_reply(431, "the headers are longer than " + limit + " bytes"), true};
    }
    const detail::BodyFraming framing = detail::body_framing(request.headers);
    if (!framing.valid) {
        return {error_reply(400, "Content-Length or Transfer-Encoding is not understood"), true};
    }
    if (!framing.present) {
        return {handler_(request), false};
    }

    constexpr std::size_t default_limit = std::size_t{16} << 20;
    detail::IncomingBody arrival{
        reader, framing, options_.body_limit ? options_.body_limit(request) : default_limit};
    if (!options_.takes_content || !options_.takes_content(request)) {
        arrival.read([&request](std::string_view piece) { request.body.append(piece); });
        return arrival.whole() ? Answer{handler_(request), false} : refusal_of(arrival, response);
    }
    request.content = [&arrival](const std::function<void(std::string_view)>& take) {
        arrival.read(take);
        if (arrival.failure) std::rethrow_exception(arrival.failure);
        if (!arrival.whole()) throw BodyError("the body did not arrive as it was announced");
    };
    Reply reply;
    try {
        reply = handler_(request);
    } catch (const BodyError&) {
        if (arrival.whole()) throw;
        // Else it is said below, in the words of this layer.
    }
    // A body that the handler did not want: its client may still be writing it.
    if (!arrival.begun) arrival.read([](std::string_view) {});
    if (!arrival.whole()) return refusal_of(arrival, response);
    return {std::move(reply), false};
}

/// What to say about a body that did not arrive as a whole, or is too large.
inline Server::Answer Server::refusal_of(const detail::IncomingBody& body,
                                         const httplib::Response& response) {
    if (body.too_large) {
        const std::string text = std::to_string(body.limit);
        return {error_reply(413, "the body is longer than " + text + " bytes"), !body.complete};
    }
    const bool unknown_encoding = response.status == 415;
    return {unknown_encoding ? error_reply(415, "the Content-Encoding is not supported")
                             : error_reply(408, "the body did not arrive as a whole"),
            true};
}

}  // namespace neptune::http

#endif
