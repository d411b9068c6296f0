#ifndef NEPTUNE_HTTP_PROXY_HPP
#define NEPTUNE_HTTP_PROXY_HPP

// Which proxy leads to an address.

#include <neptune/core/environment.hpp>
#include <neptune/http/url.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace neptune::http {

namespace detail {

/// HTTP_PROXY and its like: the lower-case spelling wins, as everywhere.
[[nodiscard]] inline std::string proxy_variable(std::string name) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), ascii_lower);
    return core::environment(lower).value_or(core::environment(name).value_or(""));
}

[[nodiscard]] inline bool is_loopback(std::string_view host) {
    return same_name(host, "localhost") || host == "::1" || host.substr(0, 4) == "127.";
}

/// `list` as in NO_PROXY: entries between commas, each a host, a domain with or without a leading
/// dot, either with a port, or "*".
[[nodiscard]] inline bool excluded_from_proxy(const Url& url, std::string_view list) {
    while (!list.empty()) {
        std::string_view entry = list.substr(0, list.find(','));
        list.remove_prefix((std::min)(list.size(), entry.size() + 1));
        while (!entry.empty() && entry.front() == ' ') {
            entry.remove_prefix(1);
        }
        while (!entry.empty() && entry.back() == ' ') {
            entry.remove_suffix(1);
        }
        const std::string port = ":" + std::to_string(url.port);
        if (entry.size() > port.size() && entry.substr(entry.size() - port.size()) == port) {
            entry.remove_suffix(port.size());
        }
        if (!entry.empty() && entry.front() == '.') {
            entry.remove_prefix(1);
        }
        const std::string_view host = url.host;
        const bool inside = !entry.empty() && host.size() > entry.size() &&
                            host[host.size() - entry.size() - 1] == '.' &&
                            same_name(host.substr(host.size() - entry.size()), entry);
        if (entry == "*" || inside || (!entry.empty() && same_name(host, entry))) {
            return true;
        }
    }
    return false;
}

}  // namespace detail

/// The proxy for `url`, or nothing for a direct connection. `proxies` maps the scheme of the
/// address to a proxy's address; where it is empty, HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the
/// environment decide, in either case, and no proxy is used for this machine's own addresses. A
/// proxy without scheme is an http:// one. Errors: std::invalid_argument for a proxy that is no
/// address or wants https itself.
[[nodiscard]] inline std::optional<Url> proxy_for(
    const Url& url, const std::map<std::string, std::string>& proxies) {
    std::string address;
    if (const auto found = proxies.find(url.scheme); found != proxies.end()) {
        address = found->second;
    } else if (proxies.empty() && !detail::is_loopback(url.host) &&
               !detail::excluded_from_proxy(url, detail::proxy_variable("NO_PROXY"))) {
        address = detail::proxy_variable(url.scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY");
    }
    if (address.empty()) {
        return std::nullopt;
    }
    if (address.find("://") == std::string::npos) {
        address.insert(0, "http://");
    }
    Url proxy = parse_url(address);
    if (proxy.scheme != "http") {
        throw std::invalid_argument("the proxy '" + address +
                                    "' cannot be used: only http:// proxies are supported");
    }
    return proxy;
}

}  // namespace neptune::http

#endif
