#ifndef NEPTUNE_SERVER_API_HPP
#define NEPTUNE_SERVER_API_HPP

// The server as a function: a request goes in, a reply comes out. It knows a storage, but no
// socket.

#include <neptune/core/time.hpp>
#include <neptune/http/message.hpp>
#include <neptune/http/url.hpp>
#include <neptune/server/accounts_api.hpp>
#include <neptune/server/artifacts_api.hpp>
#include <neptune/server/attributes_api.hpp>
#include <neptune/server/auth.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/downloads_api.hpp>
#include <neptune/server/members_api.hpp>
#include <neptune/server/objects_api.hpp>
#include <neptune/server/operations_api.hpp>
#include <neptune/server/page.hpp>
#include <neptune/server/projects_api.hpp>
#include <neptune/server/rate_limit.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/server/signal_socket.hpp>
#include <neptune/server/signals_api.hpp>
#include <neptune/server/swagger.hpp>
#include <neptune/server/tables_api.hpp>
#include <neptune/server/trash_api.hpp>
#include <neptune/server/uploads_api.hpp>
#include <neptune/server/workspaces_api.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/endpoints.hpp>
#include <neptune/wire/limits.hpp>

#include <atomic>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::server {

struct ApiOptions {
    /// Public address, scheme included, without a slash at the end.
    std::string url;
    /// Set: everybody is that user, and only requests to a loopback name are answered.
    std::optional<storage::User> everybody;
    /// Requests per second of one API token; 0 = no limit.
    double rate_limit = 0;
    /// Life of an access token.
    core::Millis access_lifetime = 24 * 3'600'000;
    /// What the storage was given, for the words of its error.
    std::size_t fields_per_object = wire::limits::fields_per_object;
    std::size_t projects_per_workspace = wire::limits::projects_per_workspace;
    std::size_t table_fields_per_page = wire::limits::table_fields_per_page;
    std::int64_t table_query_ms = wire::limits::table_query_ms;
    /// Whether clients may make projects that everybody with a token can read.
    bool public_projects = false;
    /// Shared by all functions over one data directory, so that a signal sent through one is heard
    /// through the others.
    std::shared_ptr<SignalBoard> signals = std::make_shared<SignalBoard>();
};

/// Whether the value of a `Host` header names this machine by a name that no other machine can
/// claim. The rest are refused in open mode, because a page of any web site can have its own name
/// resolved to 127.0.0.1 (DNS rebinding).
[[nodiscard]] inline bool is_loopback_name(std::string_view host) {
    const auto end = !host.empty() && host.front() == '[' ? host.find(']') + 1 : host.find(':');
    host = host.substr(0, end);
    if (http::detail::same_name(host, "localhost") || host == "[::1]") return true;
    return host.substr(0, 4) == "127." &&
           host.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// Lifetime: the storage and the clock outlive it. Threads: any.
class Api {
public:
    Api(storage::Store& store, ApiOptions options, const core::Clock& clock = core::system_clock())
        : Api(store, std::move(options), clock, write_to_stderr) {}

    /// `log` hears of what should never happen, one line each.
    Api(storage::Store& store, ApiOptions options, const core::Clock& clock, Router::Log log)
        : open_(options.everybody.has_value()),
          context_{store,
                   clock,
                   options.url,
                   options.fields_per_object,
                   options.projects_per_workspace,
                   options.table_fields_per_page,
                   options.table_query_ms,
                   options.public_projects,
                   Gate{store},
                   std::move(options.signals)},
          auth_(store, options.url, std::move(options.everybody), clock, options.access_lifetime),
          rate_limit_(options.rate_limit, clock),
          router_([this](const http::Request& request) { return authorize(request); },
                  std::move(log)) {
        add_accounts_api(router_, context_, auth_);
        add_projects_api(router_, context_);
        add_members_api(router_, context_);
        add_workspaces_api(router_, context_);
        add_objects_api(router_, context_);
        add_trash_api(router_, context_);
        add_signals_api(router_, context_);
        add_operations_api(router_, context_);
        add_attributes_api(router_, context_);
        add_tables_api(router_, context_);
        add_artifacts_api(router_, context_);
        add_uploads_api(router_, context_);
        add_downloads_api(router_, context_);
        add_documents();
        add_signs_of_life();
        router_.otherwise(answer_unknown);
    }

    /// Errors: none but std::bad_alloc leave it; all others are replies.
    [[nodiscard]] http::Reply handle(const http::Request& request) const {
        if (open_)
            if (const auto foreign = foreign_name(request))
                return refusal_reply(forbidden("This server answers only at localhost, not at " +
                                               in_quotes(*foreign)));
        return router_.handle(request);
    }

    /// Largest body that the request with this head may have, in bytes.
    [[nodiscard]] std::size_t body_limit(const http::Request& head) const {
        return router_.body_limit(head);
    }

    /// Method and path of each endpoint.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> endpoints() const {
        return router_.endpoints();
    }

    /// Whether the body of the request with this head is wanted as `http::Request::content`, or not
    /// at all: what strangers send is not kept in memory until they are refused.
    [[nodiscard]] bool takes_content(const http::Request& head) const {
        return router_.takes_content(head) ||
               (may_have_large_body(head) && router_.needs_access_token(head) && is_stranger(head));
    }
    /// Whether the request with this head may become a socket for signals.
    [[nodiscard]] bool may_push(const http::Request& head) const {
        const auto run = run_of_socket(head);
        if (!run || closing_ || (open_ && foreign_name(head))) return false;
        try {
            const auto object =
                context_.gate.object(router_.authenticate(head), *run, Action::write);
            return object.kind == ObjectKind::run;
        } catch (const Refusal&) {
            return false;
        }
    }
    /// Speaks on such a socket as long as it `may_push`, until `close` at most.
    void push(const http::Request& head, http::PushSocket& socket) const {
        const auto* producer = head.headers.find("X-Neptune-Producer");
        if (const auto run = run_of_socket(head))
            serve_signals(context_, *run, producer ? *producer : std::string(), socket,
                          [&] { return may_push(head); });
    }
    /// Ends the sockets: the server stops.
    void close() const {
        closing_ = true;
        context_.signals->wake();
    }

private:
    static void write_to_stderr(const std::string& line) {
        std::fprintf(stderr, "neptune: %s\n", line.c_str());
    }

    /// The name that shows that a web page of somebody else is behind the request: by its own name
    /// for this machine, or as the page from which a form or script posts.
    static std::optional<std::string_view> foreign_name(const http::Request& request) {
        if (const auto* host = request.headers.find("Host"); host && !is_loopback_name(*host))
            return *host;
        if (const auto* origin = request.headers.find("Origin")) {
            const auto scheme_end = origin->find("://");
            const std::string_view text = *origin;
            if (scheme_end == std::string::npos || !is_loopback_name(text.substr(scheme_end + 3)))
                return text;
        }
        return std::nullopt;
    }

    static bool may_have_large_body(const http::Request& head) {
        constexpr std::size_t digits = 5;  // below 100,000 bytes
        const auto* length = head.headers.find("Content-Length");
        return !length || length->size() > digits || head.headers.find("Content-Encoding");
    }
    bool is_stranger(const http::Request& head) const {
        try {
            static_cast<void>(auth_.authenticate(head.headers.find("Authorization")));
            return false;
        } catch (const Refusal&) {
            return true;  // whoever answers finds the same, and says it
        } catch (const std::exception&) {
            return false;  // of the disk perhaps; whoever answers may have better luck
        }
    }

    Caller authorize(const http::Request& request) {
        auto caller = auth_.authenticate(request.headers.find("Authorization"));
        if (const auto seconds = rate_limit_.take(caller.token_id))
            throw try_again(429, "Too many requests",
                            "This API token makes more requests than the limit rate_limit allows",
                            *seconds);
        return caller;
    }

    template <class Endpoints>
    void add_document(std::string_view path, std::string_view title, wire::Access access) {
        router_.on_plain("GET", path, access,
                         [reply = json_reply(200, swagger::document<Endpoints>(title))](
                             const Incoming&) { return reply; });
    }
    void add_documents() {
        add_document<wire::BackendEndpoints>(swagger::backend_path, "backend", wire::Access::open);
        add_document<wire::LeaderboardEndpoints>(swagger::leaderboard_path, "leaderboard",
                                                 wire::Access::bearer);
        add_document<wire::ArtifactEndpoints>(swagger::artifacts_path, "artifacts",
                                              wire::Access::bearer);
    }

    /// Answered to everybody, without a token.
    void add_signs_of_life() {
        const auto alive = [](const Incoming&) {
            return json_reply(200, {{"status", "ok"}, {"version", version}});
        };
        router_.on_plain("GET", "/api/backend/echo", wire::Access::open, alive);
        router_.on_plain("GET", "/api/backend/status", wire::Access::open, alive);
        router_.on_plain("GET", "/api/backend/healthz", wire::Access::open,
                         [this](const Incoming&) {
                             static_cast<void>(context_.store.data_version());
                             return json_reply(
                                 200, wire::Json::array({{{"name", "storage"}, {"status", "ok"}}}));
                         });
    }

    static http::Reply answer_unknown(const Incoming& incoming) {
        const std::string_view path = incoming.target.raw_path;
        const bool is_api = path.substr(0, 5) == "/api/" || path.substr(0, 6) == "/auth/";
        if (is_api) throw not_found("Unknown address", "There is nothing at " + in_quotes(path));
        if (incoming.request.method != "GET" && incoming.request.method != "HEAD")
            throw Refusal({405, "Method not allowed", "This address knows the method GET"},
                          {{"Allow", "GET"}});
        return plain_page();
    }

    bool open_;
    Context context_;
    mutable Auth auth_;  // remembers what it has verified
    RateLimit rate_limit_;
    Router router_;
    mutable std::atomic<bool> closing_ = false;
};

}  // namespace neptune::server

#endif
