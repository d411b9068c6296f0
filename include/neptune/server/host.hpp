#ifndef NEPTUNE_SERVER_HOST_HPP
#define NEPTUNE_SERVER_HOST_HPP

// The server in a program: a data directory, the API over it, and the socket in front of it.

#include <neptune/core/error.hpp>
#include <neptune/core/time.hpp>
#include <neptune/http/message.hpp>
#include <neptune/http/server.hpp>
#include <neptune/http/url.hpp>
#include <neptune/server/api.hpp>
#include <neptune/server/installation.hpp>
#include <neptune/server/options.hpp>

#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace neptune {

/// A Neptune server. The first start on a directory makes a workspace, its owner and the owner's
/// API token, which every start writes to DIR/admin.token with the present address in it; without
/// that file there is a new token.
///
///     neptune::Server server({.data = "dir", .port = 0});
///     server.start();
///     neptune::init_run({.project = "default/first", .api_token = server.token()});
///
/// Threads: `wait` any number; everything else one at a time. Signals are the program's business.
class Server {
public:
    /// Errors: throws ConfigError for options that contradict each other.
    explicit Server(ServerOptions options) : options_(std::move(options)) { check(options_); }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    /// Stops, see there how long this may take.
    ~Server() { stop(); }

    /// Listens and serves from here on. Errors: throws std::runtime_error if the address cannot be
    /// listened on or the directory cannot be used (storage::DirectoryInUse names the process that
    /// has it), ConfigError if the directory belongs to another workspace or owner.
    void start();

    /// Takes no more requests, answers those in flight, closes the directory; does nothing if it is
    /// not running. Takes up to 2 s for connections that are kept open, and 30 s for clients that
    /// do not read what they are sent.
    void stop() noexcept {
        if (engine_) engine_->api.close();
        http_.reset();
        engine_.reset();
        installation_.reset();
        const std::lock_guard lock(mutex_);
        running_ = false;
        stopped_.notify_all();
    }

    /// Blocks until `stop`.
    void wait() {
        std::unique_lock lock(mutex_);
        stopped_.wait(lock, [this] { return !running_; });
    }

    /// Public address, such as `http://127.0.0.1:8080`, once started.
    [[nodiscard]] const std::string& url() const noexcept { return url_; }

    /// API token of the owner, once started. Only its secret counts; the address in it tells
    /// clients where to go.
    [[nodiscard]] const std::string& token() const noexcept { return token_; }

    /// `workspace/name` of a project of the owner, which is made if it is missing; for programs
    /// that bring their server along. `key` is the front of its objects' IDs; empty: made from the
    /// name. Errors: throws ConfigError for a key that is taken.
    std::string ensure_project(const std::string& name, const std::string& key = {});

    /// The server as a function, without a socket, on the same data; works without `start`. Files
    /// come as `http::Reply::source`; http::collect reads them into the body.
    /// Lifetime: the directory stays open as long as the function exists. Threads: the function may
    /// be called from any.
    [[nodiscard]] http::Handler handler();

private:
    struct Engine {
        Engine(std::shared_ptr<server::Installation> installation_, server::ApiOptions options)
            : installation(std::move(installation_)),
              api(installation->store(), std::move(options)) {}
        std::shared_ptr<server::Installation> installation;
        server::Api api;
    };

    static void check(const ServerOptions& options);
    [[nodiscard]] std::string address(int port) const;
    [[nodiscard]] std::shared_ptr<Engine> make_engine(const std::string& url) const;
    void open() {
        if (!installation_) installation_ = std::make_shared<server::Installation>(options_);
    }

    const ServerOptions options_;
    std::shared_ptr<server::Installation> installation_;
    std::shared_ptr<const Engine> engine_;
    const std::shared_ptr<server::SignalBoard> signals_ = std::make_shared<server::SignalBoard>();
    std::unique_ptr<http::Server> http_;
    std::string url_, token_;
    std::mutex mutex_;
    std::condition_variable stopped_;
    bool running_ = false;
};

inline void Server::check(const ServerOptions& options) {
    const auto refuse = [](const std::string& message, const std::string& advice) {
        throw ConfigError(ErrorCode::invalid_argument, message, advice);
    };
    if (options.tls_certificate.empty() != options.tls_key.empty())
        refuse("TLS needs a certificate and its key", "give both files or none");
    const bool is_ipv6 = options.host.find(':') != std::string::npos;
    if (options.open &&
        !server::is_loopback_name(is_ipv6 ? "[" + options.host + "]" : options.host))
        refuse("An open server lets in whoever can connect, so it may not listen on '" +
                   options.host + "'",
               "use 127.0.0.1, or leave 'open' out");
    if (options.workspace.find('/') != std::string::npos)
        refuse("The workspace name '" + options.workspace + "' contains a slash",
               "choose another name");
    if (options.access_token_lifetime < std::chrono::seconds(1))
        refuse("Access tokens must live for a second at least",
               "leave 'access_token_lifetime' out, or make it longer");
    if (options.public_url.empty()) return;
    try {
        const auto path = http::parse_url(options.public_url).path;
        const bool has_scheme = options.public_url.find("://") != std::string::npos;
        if (!has_scheme || (path != "" && path != "/"))
            refuse("The public URL '" + options.public_url +
                       "' must be scheme and host, with a port perhaps",
                   "clients drop every path; serve at the root of a host name");
    } catch (const std::invalid_argument& error) {
        refuse(std::string("The public URL is wrong: ") + error.what(),
               "write it as https://host:port");
    }
}

/// The address that clients are told.
inline std::string Server::address(int port) const {
    if (!options_.public_url.empty())
        return options_.public_url.back() == '/'
                   ? options_.public_url.substr(0, options_.public_url.size() - 1)
                   : options_.public_url;
    // Nobody can connect to "all addresses"; this machine is the one that surely can connect.
    std::string host = options_.host == "0.0.0.0" ? "127.0.0.1" : options_.host;
    if (host.find(':') != std::string::npos) host = "[" + (host == "::" ? "::1" : host) + "]";
    return (options_.tls_certificate.empty() ? "http://" : "https://") + host + ":" +
           std::to_string(port);
}

inline std::shared_ptr<Server::Engine> Server::make_engine(const std::string& url) const {
    server::ApiOptions options;
    options.url = url;
    if (options_.open) options.everybody = installation_->owner();
    options.rate_limit = options_.rate_limit;
    options.access_lifetime = core::Millis{options_.access_token_lifetime.count()} * 1000;
    options.fields_per_object = options_.fields_per_object;
    options.projects_per_workspace = options_.projects_per_workspace;
    options.public_projects = options_.public_projects;
    options.signals = signals_;
    return std::make_shared<Engine>(installation_, std::move(options));
}

inline http::Handler Server::handler() {
    open();
    if (!engine_) {
        url_ = address(options_.port);
        token_ = installation_->write_token(url_);
        engine_ = make_engine(url_);
    }
    return [engine = engine_](const http::Request& request) { return engine->api.handle(request); };
}

inline void Server::start() {
    if (http_) throw std::logic_error("neptune: the server is running already");
    open();
    std::unique_ptr<http::Server> http;
    // Requests may come before the address is known that answers speak of; they wait here for it.
    std::promise<std::shared_ptr<const Engine>> promise;
    const auto engine = promise.get_future().share();
    http::ServerOptions options;
    options.host = options_.host;
    options.port = options_.port;
    options.tls_certificate = options_.tls_certificate;
    options.tls_key = options_.tls_key;
    options.min_workers = options_.min_workers;
    options.max_workers = options_.max_workers;
    options.header_limit = wire::limits::header_bytes;
    options.body_limit = [engine](const http::Request& head) {
        return engine.get()->api.body_limit(head);
    };
    options.takes_content = [engine](const http::Request& head) {
        return engine.get()->api.takes_content(head);
    };
    options.may_push = [engine](const http::Request& head) {
        return engine.get()->api.may_push(head);
    };
    options.push = [engine](const http::Request& head, http::PushSocket& socket) {
        engine.get()->api.push(head, socket);
    };
    http = std::make_unique<http::Server>(
        std::move(options),
        [engine](const http::Request& request) { return engine.get()->api.handle(request); });
    http->start();

    url_ = address(http->port());
    token_ = installation_->write_token(url_);
    engine_ = make_engine(url_);
    promise.set_value(engine_);
    http_ = std::move(http);
    const std::lock_guard lock(mutex_);
    running_ = true;
}

inline std::string Server::ensure_project(const std::string& name, const std::string& key) {
    open();
    auto& store = installation_->store();
    const auto workspace = store.find_workspace(installation_->owner().workspace_id);
    if (!workspace) throw std::logic_error("neptune: the server's workspace is gone");
    if (!store.find_project(workspace->name, name)) {
        storage::NewProject project;
        project.workspace_id = workspace->id;
        project.name = name;
        project.key = key;
        project.owner_id = installation_->owner().id;
        const auto created = store.create_project(project, core::now_ms());
        if (!created.project && created.conflict == storage::ProjectConflict::key_taken)
            throw ConfigError(ErrorCode::invalid_argument, "the project key " + key + " is taken",
                              "choose another key");
    }
    return workspace->name + "/" + name;
}

}  // namespace neptune

#endif
