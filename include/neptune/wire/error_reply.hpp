#ifndef NEPTUNE_WIRE_ERROR_REPLY_HPP
#define NEPTUNE_WIRE_ERROR_REPLY_HPP

// The body of every answer that is no success, written by the server and read by the client.

#include <neptune/core/utf8.hpp>
#include <neptune/wire/codec.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::wire {

/// `errorType` values that select an exception in the clients, and the HTTP status that goes with
/// each.
enum class ErrorType {
    none,
    attributes_per_experiment_limit_exceeded,
    authorization_token_expired,
    experiment_not_found,
    incorrect_identifier,
    limit_of_projects_reached,
    limit_of_active_projects_reached,
    project_key_collision,
    project_key_invalid,
    // The Python client fails to print these two, so our server does not send them.
    project_name_collision,
    project_name_invalid,
    visibility_restricted,
    workspace_in_read_only_mode,
    project_limits_exceeded,
    write_access_denied_to_archived_project,
    producer_sequence,
};

inline constexpr std::array<std::pair<std::string_view, int>, 16> error_types{{
    {"", 0},
    {"ATTRIBUTES_PER_EXPERIMENT_LIMIT_EXCEEDED", 422},
    {"AUTHORIZATION_TOKEN_EXPIRED", 401},
    {"EXPERIMENT_NOT_FOUND", 404},
    {"INCORRECT_IDENTIFIER", 400},
    {"LIMIT_OF_PROJECTS_REACHED", 422},
    {"LIMIT_OF_ACTIVE_PROJECTS_REACHED", 422},
    {"PROJECT_KEY_COLLISION", 409},
    {"PROJECT_KEY_INVALID", 400},
    {"PROJECT_NAME_COLLISION", 409},
    {"PROJECT_NAME_INVALID", 400},
    {"VISIBILITY_RESTRICTED", 422},
    {"WORKSPACE_IN_READ_ONLY_MODE", 422},
    {"PROJECT_LIMITS_EXCEEDED", 422},
    {"WRITE_ACCESS_DENIED_TO_ARCHIVED_PROJECT", 403},
    {"PRODUCER_SEQUENCE", 409},
}};

[[nodiscard]] constexpr std::string_view wire_name(ErrorType type) {
    return error_types[static_cast<std::size_t>(type)].first;
}
[[nodiscard]] constexpr int status_of(ErrorType type) {
    return error_types[static_cast<std::size_t>(type)].second;
}

/// `title` says what, in a few words; `message` says what, where and what to do. `details` are the
/// further members that an `errorType` has, such as `identifier` or `lastSequence`.
struct ErrorReply {
    int status = 0;
    std::string title;
    std::string message;
    ErrorType type = ErrorType::none;
    Json details = Json::object();
};

[[nodiscard]] inline Json encode_error(const ErrorReply& error) {
    Json result = error.details;
    result["code"] = error.status;
    result["title"] = error.title;
    result["message"] = error.message;
    if (error.type != ErrorType::none) result["errorType"] = wire_name(error.type);
    return result;
}

/// Reads what any server may send: whatever is missing stays empty, a body that is no JSON becomes
/// the message.
[[nodiscard]] inline ErrorReply decode_error(int status, std::string_view body) {
    ErrorReply result;
    result.status = status;
    Json json = Json::parse(body.begin(), body.end(), nullptr, false);
    if (!json.is_object()) {
        result.message = core::truncate_code_points(body, 500);
        return result;
    }
    const auto text = [&](const char* name) {
        const auto found = json.find(name);
        return found != json.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string();
    };
    result.title = text("title");
    result.message = text("message");
    const auto word = text("errorType");
    for (std::size_t i = 1; i < error_types.size(); ++i)
        if (error_types[i].first == word) result.type = static_cast<ErrorType>(i);
    result.details = std::move(json);
    return result;
}

}  // namespace neptune::wire

#endif
