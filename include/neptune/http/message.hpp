#ifndef NEPTUNE_HTTP_MESSAGE_HPP
#define NEPTUNE_HTTP_MESSAGE_HPP

// What travels: requests and replies as plain values, without a socket and without a library.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::http {

namespace detail {

[[nodiscard]] constexpr char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Equality of header names, schemes and host names: ASCII letters of either case are the same.
[[nodiscard]] inline bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

}  // namespace detail

struct Header {
    std::string name;
    std::string value;
};

/// Header lines in the order in which they were added; a name may occur more than once. Names are
/// compared without regard to ASCII case.
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<Header> lines) : lines_(lines) {}

    /// The value of the first line of that name, or null. Lifetime: until the next change.
    [[nodiscard]] const std::string* find(std::string_view name) const noexcept {
        const auto line = std::find_if(lines_.begin(), lines_.end(), named(name));
        return line != lines_.end() ? &line->value : nullptr;
    }

    /// Appends a line.
    void add(std::string name, std::string value) {
        lines_.push_back({std::move(name), std::move(value)});
    }

    /// Replaces all lines of that name by one, at the end.
    void set(std::string name, std::string value) {
        erase(name);
        add(std::move(name), std::move(value));
    }

    /// Removes all lines of that name.
    void erase(std::string_view name) {
        lines_.erase(std::remove_if(lines_.begin(), lines_.end(), named(name)), lines_.end());
    }

    [[nodiscard]] auto begin() const noexcept { return lines_.begin(); }
    [[nodiscard]] auto end() const noexcept { return lines_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return lines_.size(); }
    [[nodiscard]] bool empty() const noexcept { return lines_.empty(); }

private:
    struct Named {
        std::string_view name;
        bool operator()(const Header& line) const noexcept {
            return detail::same_name(line.name, name);
        }
    };
    static Named named(std::string_view name) noexcept { return {name}; }

    std::vector<Header> lines_;
};

/// A body that stays where it lies and is read in pieces, such as a part of a file.
struct BodySource {
    std::uint64_t size = 0;  ///< bytes
    /// Copies at most `size` bytes from `offset` on, at least one. Called again from the beginning
    /// when a request is repeated. What it throws ends the request and comes out of `send`.
    std::function<std::size_t(std::uint64_t offset, char* buffer, std::size_t size)> read;
};

/// Takes the body of a reply with status 200 in pieces; others come in `Reply::body`.
struct BodySink {
    /// The headers, before the first piece; again when the request is repeated.
    std::function<void(const Headers&)> begin;
    /// What it throws ends the request and comes out of `send`.
    std::function<void(std::string_view)> write;
};

/// The body of a request did not arrive as it was announced.
struct BodyError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Hands a body that arrives to `take`, piece by piece; once. Errors: BodyError if it ends too
/// early or is too long; what `take` throws.
using BodyReader = std::function<void(const std::function<void(std::string_view)>& take)>;

struct Request {
    std::string method = "GET";
    std::string target = "/";  ///< As on the wire: path, or path?query, percent-encoded.
    Headers headers;
    std::string body;
    std::optional<BodySource> source{};  ///< In place of `body`.
    std::optional<BodySink> sink{};
    BodyReader content{};  ///< In place of `body`, where a server wants it in pieces.
};

struct Reply {
    int status = 200;
    Headers headers;
    std::string body;
    std::optional<BodySource> source{};  ///< In place of `body`.
};

/// Hands the body of a request that arrived to `take`, however it came. Errors: as BodyReader.
inline void read_body(const Request& request, const std::function<void(std::string_view)>& take) {
    if (request.content)
        request.content(take);
    else if (!request.body.empty())
        take(request.body);
}

/// Reads all of a reply into its body, for whoever gets it without a socket.
[[nodiscard]] inline Reply collect(Reply reply) {
    if (!reply.source) return reply;
    reply.body.resize(static_cast<std::size_t>(reply.source->size));
    for (std::size_t at = 0; at < reply.body.size();)
        at += reply.source->read(at, reply.body.data() + at, reply.body.size() - at);
    reply.source.reset();
    return reply;
}

/// What answers requests. Errors: none may leave it but what `Request::content` throws. Threads:
/// called from many at once.
using Handler = std::function<Reply(const Request&)>;

/// The standard words for the statuses that this product uses; "Status" for all others.
[[nodiscard]] constexpr std::string_view reason_phrase(int status) noexcept {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 206:
            return "Partial Content";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 413:
            return "Payload Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 416:
            return "Range Not Satisfiable";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Status";
    }
}

/// The JSON error body of the wire protocol for what the HTTP layer itself refuses:
/// {"code":413,"title":"Payload Too Large","message":"..."}. `message` is plain text without
/// quotes, backslashes and control characters.
[[nodiscard]] inline Reply error_reply(int status, std::string_view message) {
    Reply reply;
    reply.status = status;
    reply.headers.add("Content-Type", "application/json");
    reply.body.append("{\"code\":").append(std::to_string(status));
    reply.body.append(",\"title\":\"").append(reason_phrase(status));
    reply.body.append("\",\"message\":\"").append(message).append("\"}");
    return reply;
}

}  // namespace neptune::http

#endif
