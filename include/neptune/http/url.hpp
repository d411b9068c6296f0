#ifndef NEPTUNE_HTTP_URL_HPP
#define NEPTUNE_HTTP_URL_HPP

// Addresses, and the target of a request: path?query, percent-encoded.

#include <neptune/http/message.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace neptune::http {

/// Names and values of a query, decoded, in their order; names may repeat.
using Query = std::vector<std::pair<std::string, std::string>>;

namespace detail {

[[nodiscard]] constexpr bool is_unreserved(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/// Encodes every byte that is neither unreserved (RFC 3986) nor `also_kept`.
[[nodiscard]] inline std::string percent_encode(std::string_view text, char also_kept) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c) || c == also_kept) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 15];
        }
    }
    return encoded;
}

/// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex_value(char c) noexcept {
    const char low = ascii_lower(c);
    return low >= '0' && low <= '9' ? low - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

}  // namespace detail

/// One parameter inside a path; everything but letters, digits and "-._~," is encoded.
/// Source: the path parameters of the Python client (wire protocol 1.6).
[[nodiscard]] inline std::string encode_path_parameter(std::string_view text) {
    return detail::percent_encode(text, ',');
}

/// Form style, for names and values of a query: a space is "+", "/" is "%2F".
[[nodiscard]] inline std::string encode_form(std::string_view text) {
    std::string encoded = detail::percent_encode(text, ' ');
    for (char& c : encoded) {
        if (c == ' ') {
            c = '+';
        }
    }
    return encoded;
}

/// Decodes %XX; a "%" without two digits behind it stays as it is. A "+" is a plus.
[[nodiscard]] inline std::string decode_percent(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool encoded = text[i] == '%' && i + 2 < text.size();
        const int high = encoded ? detail::hex_value(text[i + 1]) : -1;
        const int low = encoded ? detail::hex_value(text[i + 2]) : -1;
        if (high >= 0 && low >= 0) {
            decoded += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            decoded += text[i];
        }
    }
    return decoded;
}

/// The same for form style: a "+" is a space.
[[nodiscard]] inline std::string decode_form(std::string_view text) {
    std::string spaced(text);
    for (char& c : spaced) {
        if (c == '+') {
            c = ' ';
        }
    }
    return decode_percent(spaced);
}

/// "a=1&b=x+y", form style; empty for no parameters.
[[nodiscard]] inline std::string build_query(const Query& query) {
    std::string text;
    for (const auto& parameter : query) {
        text += text.empty() ? "" : "&";
        text += encode_form(parameter.first) + "=" + encode_form(parameter.second);
    }
    return text;
}

/// The target of a request: `raw_path` (encoded already), then "?" and the query if there is one.
[[nodiscard]] inline std::string build_target(std::string_view raw_path, const Query& query) {
    return std::string(raw_path) + (query.empty() ? "" : "?") + build_query(query);
}

/// A request's target in its parts.
struct Target {
    std::string raw_path;  ///< As on the wire: "/a%2Fb" and "/a/b" differ here.
    std::string path;      ///< Decoded.
    Query query;

    /// The value of the first parameter of that name, or null.
    [[nodiscard]] const std::string* find(std::string_view name) const noexcept {
        for (const auto& parameter : query) {
            if (parameter.first == name) {
                return &parameter.second;
            }
        }
        return nullptr;
    }
};

/// Parameters of "a=1&b&c=x+y"; one without "=" has an empty value, empty ones are left out.
[[nodiscard]] inline Query parse_query(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const std::string_view parameter = text.substr(0, text.find('&'));
        text.remove_prefix((std::min)(text.size(), parameter.size() + 1));
        const std::string_view name = parameter.substr(0, parameter.find('='));
        if (!parameter.empty()) {
            const std::size_t value = (std::min)(parameter.size(), name.size() + 1);
            query.emplace_back(decode_form(name), decode_form(parameter.substr(value)));
        }
    }
    return query;
}

/// Any text is accepted. The absolute form (http://host/path, which proxies receive) gives its
/// path.
[[nodiscard]] inline Target parse_target(std::string_view text) {
    text = text.substr(0, text.find('#'));
    const std::string_view before_query = text.substr(0, text.find('?'));
    const std::string_view query = text.substr((std::min)(text.size(), before_query.size() + 1));
    std::string_view path = before_query;
    const std::size_t scheme_end = path.find("://");
    if (!path.empty() && path.front() != '/' && scheme_end != std::string_view::npos) {
        path.remove_prefix((std::min)(path.size(), path.find('/', scheme_end + 3)));
        path = path.empty() ? "/" : path;
    }
    return {std::string(path), decode_percent(path), parse_query(query)};
}

/// An address in its parts.
struct Url {
    std::string scheme;    ///< In lower case.
    std::string userinfo;  ///< What stands before "@", as written; empty if nothing does.
    std::string host;      ///< Without the brackets of an IPv6 address.
    int port = 0;          ///< Never 0: 80 or 443 where none is written.
    std::string path;      ///< As written, with the query; empty or beginning with "/".

    /// host:port, an IPv6 address in brackets.
    [[nodiscard]] std::string host_and_port() const {
        const bool brackets = host.find(':') != std::string::npos;
        return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
    }
    /// scheme://host:port.
    [[nodiscard]] std::string origin() const { return scheme + "://" + host_and_port(); }
};

/// Reads an address with the schemes http and https; without "://" it gets https (wire protocol
/// 1.3). Errors: std::invalid_argument that shows the address and says what is wrong.
[[nodiscard]] inline Url parse_url(std::string_view text) {
    const auto refuse = [text](const char* reason) {
        return std::invalid_argument("'" + std::string(text) + "' is no address: " + reason);
    };
    Url url;
    std::string_view rest = text;
    const std::size_t scheme_end = rest.find("://");
    url.scheme = scheme_end == std::string_view::npos ? "https" : rest.substr(0, scheme_end);
    rest.remove_prefix(scheme_end == std::string_view::npos ? 0 : scheme_end + 3);
    for (char& c : url.scheme) {
        c = detail::ascii_lower(c);
    }
    if (url.scheme != "http" && url.scheme != "https") {
        throw refuse("it must begin with http:// or https://");
    }

    std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const std::string_view path = rest.substr(authority.size());
    url.path = (path.empty() || path.front() == '/' ? "" : "/") + std::string(path);
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        url.userinfo = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }

    const bool brackets = !authority.empty() && authority.front() == '[';
    const std::size_t host_end = brackets ? authority.find(']') : authority.find(':');
    if (brackets && host_end == std::string_view::npos) {
        throw refuse("the bracket of the IPv6 address is not closed");
    }
    url.host = brackets ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
    if (url.host.empty() || url.host.find_first_of(" \t\r\n\\%") != std::string::npos) {
        throw refuse("it has no host name");
    }
    authority.remove_prefix((std::min)(authority.size(), brackets ? host_end + 1 : host_end));
    url.port = url.scheme == "https" ? 443 : 80;
    if (!authority.empty()) {
        const char* const end = authority.data() + authority.size();
        std::uint16_t port = 0;
        const auto read = std::from_chars(authority.data() + 1, end, port);
        if (authority.front() != ':' || read.ec != std::errc() || read.ptr != end || port == 0) {
            throw refuse("the port is no number from 1 to 65535");
        }
        url.port = port;
    }
    return url;
}

}  // namespace neptune::http

#endif
