#ifndef NEPTUNE_SERVER_ROUTER_HPP
#define NEPTUNE_SERVER_ROUTER_HPP

// From a request to the handler of its endpoint, and from whatever the handler returns or throws to
// a reply. No socket and no storage is known here.

#include <neptune/http/message.hpp>
#include <neptune/http/range.hpp>
#include <neptune/http/url.hpp>
#include <neptune/server/access.hpp>
#include <neptune/server/parameters.hpp>
#include <neptune/server/path_pattern.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/endpoints.hpp>
#include <neptune/wire/error_reply.hpp>
#include <neptune/wire/limits.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace neptune::server {

/// `text` is JSON.
[[nodiscard]] inline http::Reply json_text_reply(int status, std::string text) {
    http::Reply reply;
    reply.status = status;
    reply.headers.add("Content-Type", "application/json");
    reply.headers.add("Cache-Control", "no-store");
    reply.body = std::move(text);
    return reply;
}

[[nodiscard]] inline http::Reply json_reply(int status, const wire::Json& json) {
    return json_text_reply(status, wire::to_text(json));
}

[[nodiscard]] inline http::Reply refusal_reply(const Refusal& refusal) {
    auto reply = json_reply(refusal.reply().status, wire::encode_error(refusal.reply()));
    for (const auto& header : refusal.headers()) reply.headers.add(header.name, header.value);
    return reply;
}

/// A table of paths, exact or with parameters, and methods. Threads: `handle` from any, once
/// everything is registered.
class Router {
public:
    using Authenticate = std::function<Caller(const http::Request&)>;
    using Plain = std::function<http::Reply(const Incoming&)>;
    using Log = std::function<void(const std::string&)>;

    /// `authenticate` tells who makes a request to an endpoint that needs an access token, or
    /// throws Refusal. `log` hears of what should never happen, one line each.
    Router(Authenticate authenticate, Log log)
        : authenticate_(std::move(authenticate)), log_(std::move(log)) {}
    Router(const Router&) = delete;
    Router& operator=(const Router&) = delete;

    /// Handler: (const Caller&, const E::Request&) -> E::Response where E needs an access token,
    /// else without the caller. Where E takes content, a third argument is the http::Request whose
    /// body that is; where E answers content, the handler gives the whole http::Reply.
    template <wire::Endpoint E, class Handler>
    void on(Handler handler) {
        using Request = typename E::Request;
        using Response = typename E::Response;
        if constexpr (E::access == wire::Access::bearer) {
            add<E>([this, handler](const Incoming& incoming) {
                const Caller caller = authenticate_(incoming.request);
                const auto request = read_parameters<Request>(incoming);
                if constexpr (wire::takes_content<E>)
                    return reply_with<Response>(handler(caller, request, incoming.request));
                else if constexpr (std::is_same_v<Response, wire::Content>)
                    return http::apply_range(incoming.request, handler(caller, request));
                else
                    return reply_with<Response>(handler(caller, request));
            });
        } else {
            add<E>([handler](const Incoming& incoming) {
                if (E::access == wire::Access::api_token) demand_api_token(incoming.request);
                return reply_with<Response>(handler(read_parameters<Request>(incoming)));
            });
        }
    }

    /// An endpoint that is no JSON call. Lifetime: `method` is a literal.
    void on_plain(std::string_view method, std::string_view path, wire::Access access,
                  Plain handler) {
        add(path, {method, access, wire::limits::body_bytes, false,
                   [this, access, handler](const Incoming& incoming) {
                       if (access == wire::Access::bearer)
                           static_cast<void>(authenticate_(incoming.request));
                       return handler(incoming);
                   }});
    }

    /// Who makes the request. Errors: Refusal.
    [[nodiscard]] Caller authenticate(const http::Request& request) const {
        return authenticate_(request);
    }

    /// What answers at paths that are not in the table.
    void otherwise(Plain handler) { otherwise_ = std::move(handler); }

    /// Errors: none but std::bad_alloc leave it.
    [[nodiscard]] http::Reply handle(const http::Request& request) const {
        std::string_view route = "unknown path";
        try {
            Incoming incoming{request, http::parse_target(request.target)};
            const auto found = find(incoming.target.raw_path, &incoming.path_parameters);
            if (found == routes_.end()) return otherwise_(incoming);
            route = found->first;
            return choose(found->second, request).answer(incoming);
        } catch (const Refusal& refusal) {
            return refusal_reply(refusal);
        } catch (const wire::DecodeError& error) {
            return refusal_reply(bad_request(error.what()));
        } catch (const http::BodyError& error) {
            return refusal_reply(bad_request(error.what()));
        } catch (const std::exception& error) {
            log_(std::string(route) + " failed: " + error.what());
            return refusal_reply(try_again(
                503, "Service unavailable",
                "The server could not do this now; its log says why. Try again later", 5));
        }
    }

    /// Method and path of everything in the table.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> endpoints() const {
        std::vector<std::pair<std::string, std::string>> result;
        for (const auto& [path, routes] : routes_)
            for (const auto& route : routes) result.emplace_back(route.method, path);
        return result;
    }

    /// Largest body, in bytes, of a request with this method and target.
    [[nodiscard]] std::size_t body_limit(const http::Request& head) const {
        const auto* route = route_of(head);
        return route ? route->body_limit : wire::limits::body_bytes;
    }

    /// Whether the handler of a request with this method and target wants the body in pieces.
    [[nodiscard]] bool takes_content(const http::Request& head) const {
        const auto* route = route_of(head);
        return route && route->takes_content;
    }

    /// Whether a request with this method and target needs an access token.
    [[nodiscard]] bool needs_access_token(const http::Request& head) const {
        const auto* route = route_of(head);
        return route && route->access == wire::Access::bearer;
    }

private:
    struct Route {
        std::string_view method;
        wire::Access access = wire::Access::open;
        std::size_t body_limit = 0;
        bool takes_content = false;
        Plain answer;
    };

    template <class E>
    static constexpr std::size_t body_limit() {
        if constexpr (requires { E::body_limit; })
            return E::body_limit;
        else
            return wire::limits::body_bytes;
    }

    template <class Response>
    static http::Reply reply_with(const Response& response) {
        if constexpr (std::is_same_v<Response, wire::Nothing>)
            return {};
        else if constexpr (requires { Response::undeclared; }) {
            const auto json = wire::encode(response);
            return json.empty() ? http::Reply() : json_reply(200, json);
        } else
            return json_text_reply(200, wire::encode_text(response));
    }

    static void demand_api_token(const http::Request& request) {
        if (!request.headers.find("X-Neptune-Api-Token"))
            throw unauthorized("An API token is needed, in the header X-Neptune-Api-Token");
    }

    template <class E>
    void add(Plain answer) {
        add(E::path,
            {E::method, E::access, body_limit<E>(), wire::takes_content<E>, std::move(answer)});
    }
    void add(std::string_view path, Route route) {
        routes_[std::string(path)].push_back(std::move(route));
    }

    using Routes = std::map<std::string, std::vector<Route>, std::less<>>;
    /// Exact paths win over patterns.
    [[nodiscard]] Routes::const_iterator find(std::string_view raw_path,
                                              http::Query* parameters) const {
        const auto exact = routes_.find(raw_path);
        if (exact != routes_.end()) return exact;
        for (auto route = routes_.begin(); route != routes_.end(); ++route) {
            if (!is_path_pattern(route->first)) continue;
            auto values = match_path(route->first, raw_path);
            if (!values) continue;
            if (parameters) *parameters = *std::move(values);
            return route;
        }
        return routes_.end();
    }

    /// Null for what is not in the table.
    [[nodiscard]] const Route* route_of(const http::Request& head) const {
        const auto found = find(http::parse_target(head.target).raw_path, nullptr);
        if (found == routes_.end()) return nullptr;
        const auto route =
            std::find_if(found->second.begin(), found->second.end(),
                         [&](const Route& one) { return one.method == head.method; });
        return route == found->second.end() ? nullptr : &*route;
    }

    /// Errors: throws Refusal: 405 for another method, 413 for a body that is too large.
    static const Route& choose(const std::vector<Route>& routes, const http::Request& request) {
        const std::string_view given = request.method;
        const std::string_view method = given == "HEAD" ? "GET" : given;
        std::string allowed;
        for (const auto& route : routes) {
            if (route.method == method) {
                demand_size(route, request);
                return route;
            }
            allowed.append(allowed.empty() ? "" : ", ").append(route.method);
        }
        throw Refusal({405, "Method not allowed", "This address knows the methods " + allowed},
                      {{"Allow", allowed}});
    }
    static void demand_size(const Route& route, const http::Request& request) {
        if (request.body.size() <= route.body_limit) return;
        throw Refusal({413, "Payload too large",
                       "The body has " + std::to_string(request.body.size()) +
                           " bytes; the limit body_bytes of this address is " +
                           std::to_string(route.body_limit)});
    }

    Authenticate authenticate_;
    Log log_;
    Plain otherwise_;
    Routes routes_;
};

}  // namespace neptune::server

#endif
