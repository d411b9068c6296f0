#ifndef NEPTUNE_HTTP_CLIENT_EXCHANGE_HPP
#define NEPTUNE_HTTP_CLIENT_EXCHANGE_HPP

// One request and its reply between our types and httplib's.

#include <neptune/http/error.hpp>
#include <neptune/http/message.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <httplib.h>

namespace neptune::http::detail {

template <class Http>
inline constexpr bool has_tls = requires(Http& http) {
    http.enable_server_certificate_verification(true);
};

template <class Http>
void configure_tls(Http& http, bool verify_certificates) {
    if constexpr (has_tls<Http>) http.enable_server_certificate_verification(verify_certificates);
}

/// Settings whose names, or existence, depend on the version of httplib.
template <class Http>
void configure(Http& http, bool verify_certificates) {
    if constexpr (requires { http.set_path_encode(false); }) {
        http.set_path_encode(false);
    } else {
        http.set_url_encode(false);
    }
    if constexpr (requires { http.set_payload_max_length(std::size_t{1}); }) {
        http.set_payload_max_length((std::numeric_limits<std::size_t>::max)());
    }
    configure_tls(http, verify_certificates);
}

/// False if the action throws; the exception is kept. httplib must not see it.
template <class Action>
bool guarded(std::exception_ptr& failure, Action action) {
    try {
        action();
        return true;
    } catch (...) {
        failure = std::current_exception();
        return false;
    }
}

/// Ours as httplib's, without what `attach` adds. Errors: std::invalid_argument for a header with a
/// line break.
[[nodiscard]] inline httplib::Request translate(const Request& request,
                                                const std::string& user_agent) {
    httplib::Request outgoing;
    outgoing.method = request.method;
    outgoing.path = request.target;
    outgoing.body = request.body;
    const auto add = [&outgoing](const std::string& name, const std::string& value) {
        if ((name + value).find_first_of("\r\n") != std::string::npos) {
            throw std::invalid_argument("the header " + name + " holds a line break");
        }
        outgoing.headers.emplace(name, value);
    };
    for (const Header& line : request.headers) {
        add(line.name, line.value);
    }
    if (!user_agent.empty() && !request.headers.find("User-Agent")) {
        add("User-Agent", user_agent);
    }
    if ((!request.body.empty() || request.source) && !request.headers.find("Content-Type")) {
        add("Content-Type", "application/octet-stream");  // httplib would say text/plain
    }
    return outgoing;
}

[[nodiscard]] inline Headers headers_of(const httplib::Response& response) {
    Headers headers;
    for (const auto& line : response.headers) {
        headers.add(line.first, line.second);
    }
    return headers;
}

/// httplib asks for one piece after the other until it has all of them.
inline void attach(const BodySource& source, httplib::Request& outgoing,
                   std::exception_ptr& failure) {
    outgoing.content_length_ = static_cast<std::size_t>(source.size);
    outgoing.content_provider_ =
        [&source, &failure, buffer = std::make_shared<std::vector<char>>()](
            std::size_t offset, std::size_t length, httplib::DataSink& to) {
            constexpr std::size_t piece = std::size_t{256} << 10;
            buffer->resize((std::min)(length, piece));
            std::size_t got = 0;
            const bool read = guarded(
                failure, [&] { got = source.read(offset, buffer->data(), buffer->size()); });
            return read && to.write(buffer->data(), got);
        };
}

inline void attach(const BodySink& sink, httplib::Request& outgoing, httplib::Response& response,
                   std::exception_ptr& failure) {
    outgoing.response_handler = [&sink, &failure](const httplib::Response& head) {
        return head.status != 200 || guarded(failure, [&] { sink.begin(headers_of(head)); });
    };
    outgoing.content_receiver = [&sink, &response, &failure](const char* bytes, std::size_t size,
                                                             auto&&...) {
        if (response.status == 200) return guarded(failure, [&] { sink.write({bytes, size}); });
        response.body.append(bytes, size);
        return true;
    };
}

/// The body leaves the response.
[[nodiscard]] inline Reply translate(httplib::Response& response) {
    Reply reply;
    reply.status = response.status;
    reply.body = std::move(response.body);
    reply.headers = headers_of(response);
    if (reply.headers.find("Content-Encoding")) {
        reply.headers.erase("Content-Encoding");  // the body is unpacked, its length another
        reply.headers.erase("Content-Length");
    }
    return reply;
}

/// What went wrong, for the user. `too_late`: the time-out has passed.
[[nodiscard]] inline std::pair<ConnectionError::Kind, std::string> explain(httplib::Error error,
                                                                           bool too_late) {
    using Kind = ConnectionError::Kind;
    const std::string text = httplib::to_string(error);
    // Errors that only newer versions have are known by their text.
    if (error == httplib::Error::Connection || text == "Proxy connection failed") {
        return {Kind::connect, "cannot connect: refused or unreachable"};
    }
    if (error == httplib::Error::ConnectionTimeout) {
        return {Kind::timeout, "cannot connect: no answer in time"};
    }
    if (error == httplib::Error::SSLServerVerification ||
        text == "SSL server hostname verification failed") {
        return {Kind::certificate,
                "the server's certificate is not trusted or is for another host; "
                "NEPTUNE_ALLOW_SELF_SIGNED_CERTIFICATE=TRUE accepts any"};
    }
    if (text.substr(0, 3) == "SSL") {
        return {Kind::tls, "the TLS connection failed: " + text};
    }
    if (too_late || text == "Read timeout") {
        return {Kind::timeout, "no answer in time"};
    }
    if (error == httplib::Error::Read || error == httplib::Error::Write ||
        text == "Connection closed by server") {
        return {Kind::reset, "the connection broke before the reply was complete"};
    }
    return {Kind::other, "the request failed: " + text};
}

}  // namespace neptune::http::detail

#endif
