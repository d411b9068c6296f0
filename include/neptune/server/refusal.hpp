#ifndef NEPTUNE_SERVER_REFUSAL_HPP
#define NEPTUNE_SERVER_REFUSAL_HPP

// How handlers say no: they throw a Refusal, and the router turns it into the answer. Each factory
// is one kind of no.

#include <neptune/core/utf8.hpp>
#include <neptune/http/message.hpp>
#include <neptune/wire/error_reply.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::server {

/// An answer that is no success. `title` says what in a few words, `message` what, where and what
/// to do.
class Refusal : public std::exception {
public:
    explicit Refusal(wire::ErrorReply reply, http::Headers headers = {})
        : reply_(std::move(reply)), headers_(std::move(headers)) {}

    [[nodiscard]] const wire::ErrorReply& reply() const noexcept { return reply_; }
    /// Further headers of the answer, such as `Allow`.
    [[nodiscard]] const http::Headers& headers() const noexcept { return headers_; }
    [[nodiscard]] const char* what() const noexcept override { return reply_.message.c_str(); }

private:
    wire::ErrorReply reply_;
    http::Headers headers_;
};

/// What a caller sent, fit to be shown to him: quoted, valid UTF-8, cut after 100 characters.
[[nodiscard]] inline std::string in_quotes(std::string_view text) {
    const auto shown = core::truncate_code_points(text, 100);
    return "'" + core::replace_invalid(shown) + (shown.size() < text.size() ? "…'" : "'");
}

[[nodiscard]] inline Refusal bad_request(std::string message) {
    return Refusal({400, "Bad request", std::move(message)});
}

/// `identifier` has none of the forms that the parameter allows.
[[nodiscard]] inline Refusal incorrect_identifier(std::string_view identifier,
                                                  const std::string& expected) {
    return Refusal({400,
                    "Incorrect identifier",
                    in_quotes(identifier) + " is not " + expected,
                    wire::ErrorType::incorrect_identifier,
                    {{"identifier", core::replace_invalid(identifier)}}});
}

[[nodiscard]] inline Refusal unauthorized(std::string message) {
    return Refusal({401, "Unauthorized", std::move(message)}, {{"WWW-Authenticate", "Bearer"}});
}

/// The one 401 after which clients try again with a fresh token.
[[nodiscard]] inline Refusal token_expired() {
    return Refusal({401, "Access token expired", "The access token has expired; refresh it",
                    wire::ErrorType::authorization_token_expired},
                   {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}});
}

[[nodiscard]] inline Refusal forbidden(std::string message) {
    return Refusal({403, "Forbidden", std::move(message)});
}

[[nodiscard]] inline Refusal not_found(std::string title, std::string message,
                                       wire::ErrorType type = wire::ErrorType::none) {
    return Refusal({404, std::move(title), std::move(message), type});
}

[[nodiscard]] inline Refusal conflict(std::string title, std::string message) {
    return Refusal({409, std::move(title), std::move(message)});
}

/// The request is well-formed, but what it asks for is not allowed.
[[nodiscard]] inline Refusal unprocessable(std::string title, std::string message) {
    return Refusal({422, std::move(title), std::move(message)});
}

/// Trouble that passes. Units: `retry_after` is seconds, 1 to 9: some clients read only the first
/// character.
[[nodiscard]] inline Refusal try_again(int status, std::string title, std::string message,
                                       int retry_after) {
    return Refusal({status, std::move(title), std::move(message)},
                   {{"Retry-After", std::to_string(retry_after)}});
}

}  // namespace neptune::server

#endif
