#ifndef NEPTUNE_CLIENT_REPLY_ERRORS_HPP
#define NEPTUNE_CLIENT_REPLY_ERRORS_HPP

// The one table from what a server or the way to it answers to the exceptions of the library.

#include <neptune/core/error.hpp>
#include <neptune/http/error.hpp>
#include <neptune/http/message.hpp>
#include <neptune/wire/error_reply.hpp>

#include <string>

namespace neptune::client {

/// A refusal by the producer rule: the server has applied everything up to `last`.
struct ProducerConflict : ApiError {
    ProducerConflict(const std::string& message, int status, std::string body, std::int64_t last_)
        : ApiError(ErrorCode::client_http_error, message, {}, status, std::move(body)),
          last(last_) {}
    std::int64_t last;
};

/// The object is gone, or the identifier names none; the caller knows which kind it asked for.
struct RemoteNotFound : ApiError {
    using ApiError::ApiError;
};

[[noreturn]] inline void throw_connection_error(http::ConnectionError::Kind kind,
                                                const std::string& cause) {
    using Kind = http::ConnectionError::Kind;
    if (kind == Kind::resolve)
        throw CannotResolveHostname(
            ErrorCode::cannot_resolve_hostname, cause,
            "check the address inside the API token, the network and the proxy");
    if (kind == Kind::certificate || kind == Kind::tls)
        throw SSLVerificationError(
            ErrorCode::tls_verification_failed, cause,
            "check the certificate and the proxy; NEPTUNE_ALLOW_SELF_SIGNED_CERTIFICATE=true "
            "accepts any certificate");
    throw ConnectionLost(
        ErrorCode::connection_lost, "the connection to the server is lost: " + cause,
        "check that the server runs, the address inside the API token, and the network");
}

[[noreturn]] inline void throw_for_reply(const http::Reply& reply, const http::Request& request) {
    const auto error = wire::decode_error(reply.status, reply.body);
    const std::string said = !error.message.empty() ? error.message : error.title;
    const std::string where =
        request.method + " " + request.target.substr(0, request.target.find('?'));
    const std::string message =
        (said.empty() ? "the server answers " + std::to_string(reply.status) : said) + " (" +
        where + ", status " + std::to_string(reply.status) + ")";
    const auto number = [&](const char* name) -> std::int64_t {
        const auto found = error.details.find(name);
        return found != error.details.end() && found->is_number_integer()
                   ? found->get<std::int64_t>()
                   : 0;
    };
    using Type = wire::ErrorType;
    switch (error.type) {
        case Type::producer_sequence:
            throw ProducerConflict(message, reply.status, reply.body, number("lastSequence"));
        case Type::attributes_per_experiment_limit_exceeded:
            throw LimitError(
                ErrorCode::field_count_limit_exceeded,
                "the object would have more than " + std::to_string(number("limit")) + " fields",
                "erase fields that are not needed, then run `neptune-cpp sync`");
        case Type::workspace_in_read_only_mode:
        case Type::project_limits_exceeded:
        case Type::limit_of_projects_reached:
            throw LimitError(ErrorCode::limit_exceeded, message, "ask the server's owner");
        case Type::write_access_denied_to_archived_project:
            throw LimitError(ErrorCode::archived_project, message,
                             "activate the project, or open it read-only");
        case Type::experiment_not_found:
        case Type::incorrect_identifier:
            throw RemoteNotFound(ErrorCode::object_not_found, message, {}, reply.status,
                                 reply.body);
        default:
            break;
    }
    switch (reply.status) {
        case 401:
            throw Unauthorized(ErrorCode::unauthorized, message, "check the API token",
                               reply.status, reply.body);
        case 402:
        case 422:
            throw LimitError(
                ErrorCode::limit_exceeded, message,
                "data that were not accepted stay on disk; run `neptune-cpp sync` later");
        case 403:
            throw Forbidden(ErrorCode::forbidden, message, "ask an owner of the project for access",
                            reply.status, reply.body);
        case 404:
            throw RemoteNotFound(ErrorCode::object_not_found, message, {}, reply.status,
                                 reply.body);
        default:
            break;
    }
    if (reply.status >= 500)
        throw ServerError(ErrorCode::server_error, message, "look into the server's log",
                          reply.status, reply.body);
    throw ClientHttpError(ErrorCode::client_http_error, message, {}, reply.status, reply.body);
}

}  // namespace neptune::client

#endif
