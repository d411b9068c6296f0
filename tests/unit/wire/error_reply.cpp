#include <neptune/wire/error_reply.hpp>

#include <string>
#include <string_view>

#include "support/catch.hpp"

namespace {

using namespace neptune::wire;

}  // namespace

TEST_CASE("error reply: what the server writes, the client reads", "[wire]") {
    const ErrorReply error{.status = 422,
                           .title = "Too many fields",
                           .message = "RUN-1 has 200000 fields; delete some",
                           .type = ErrorType::attributes_per_experiment_limit_exceeded,
                           .details = {{"limit", 200000}, {"experimentType", "run"}}};
    const auto json = encode_error(error);
    CHECK(
        to_text(json) ==
        R"({"code":422,"errorType":"ATTRIBUTES_PER_EXPERIMENT_LIMIT_EXCEEDED","experimentType":"run","limit":200000,)"
        R"("message":"RUN-1 has 200000 fields; delete some","title":"Too many fields"})");
    const auto read = decode_error(422, to_text(json));
    CHECK(read.status == 422);
    CHECK(read.title == error.title);
    CHECK(read.message == error.message);
    CHECK(read.type == error.type);
    CHECK(read.details.at("limit") == 200000);
    CHECK(encode_error(read) == json);
}

TEST_CASE("error reply: each type has its word and its status", "[wire]") {
    struct Row {
        ErrorType type;
        std::string_view word;
        int status;
    };
    // Source: wire protocol §13.2 and §15.2.
    const Row rows[] = {
        {ErrorType::attributes_per_experiment_limit_exceeded,
         "ATTRIBUTES_PER_EXPERIMENT_LIMIT_EXCEEDED", 422},
        {ErrorType::authorization_token_expired, "AUTHORIZATION_TOKEN_EXPIRED", 401},
        {ErrorType::experiment_not_found, "EXPERIMENT_NOT_FOUND", 404},
        {ErrorType::incorrect_identifier, "INCORRECT_IDENTIFIER", 400},
        {ErrorType::limit_of_projects_reached, "LIMIT_OF_PROJECTS_REACHED", 422},
        {ErrorType::limit_of_active_projects_reached, "LIMIT_OF_ACTIVE_PROJECTS_REACHED", 422},
        {ErrorType::project_name_collision, "PROJECT_NAME_COLLISION", 409},
        {ErrorType::project_name_invalid, "PROJECT_NAME_INVALID", 400},
        {ErrorType::project_key_collision, "PROJECT_KEY_COLLISION", 409},
        {ErrorType::project_key_invalid, "PROJECT_KEY_INVALID", 400},
        {ErrorType::visibility_restricted, "VISIBILITY_RESTRICTED", 422},
        {ErrorType::workspace_in_read_only_mode, "WORKSPACE_IN_READ_ONLY_MODE", 422},
        {ErrorType::project_limits_exceeded, "PROJECT_LIMITS_EXCEEDED", 422},
        {ErrorType::write_access_denied_to_archived_project,
         "WRITE_ACCESS_DENIED_TO_ARCHIVED_PROJECT", 403},
        {ErrorType::producer_sequence, "PRODUCER_SEQUENCE", 409},
    };
    CHECK(std::size(rows) + 1 == error_types.size());
    for (const auto& row : rows) {
        CHECK(wire_name(row.type) == row.word);
        CHECK(status_of(row.type) == row.status);
        const auto body = to_text(
            encode_error({.status = row.status, .title = "t", .message = "m", .type = row.type}));
        CHECK(decode_error(row.status, body).type == row.type);
    }
}

TEST_CASE("error reply: without a type there is no member errorType", "[wire]") {
    const auto json = encode_error({.status = 404, .title = "t", .message = "m"});
    CHECK_FALSE(json.contains("errorType"));
    CHECK(json.at("code") == 404);
    CHECK(decode_error(404, to_text(json)).type == ErrorType::none);
}

TEST_CASE("error reply: the members of a detail never hide the reply's own", "[wire]") {
    const auto json = encode_error({.status = 400,
                                    .title = "t",
                                    .message = "m",
                                    .details = {{"title", "other"}, {"key", "K"}}});
    CHECK(json.at("title") == "t");
    CHECK(json.at("key") == "K");
}

TEST_CASE("error reply: whatever a server sends is read without an error", "[wire]") {
    const auto proxy = decode_error(502, "<html>Bad Gateway</html>");
    CHECK(proxy.status == 502);
    CHECK(proxy.message == "<html>Bad Gateway</html>");
    CHECK(proxy.title.empty());
    CHECK(proxy.type == ErrorType::none);

    CHECK(decode_error(500, "").message.empty());
    CHECK(decode_error(500, "[1]").message == "[1]");
    CHECK(decode_error(500, "\"text\"").message == "\"text\"");
    CHECK(decode_error(500, "{\"title\":").message == "{\"title\":");

    const auto odd =
        decode_error(400, R"({"title":5,"message":null,"errorType":["X"],"code":"four"})");
    CHECK(odd.status == 400);
    CHECK(odd.title.empty());
    CHECK(odd.message.empty());
    CHECK(odd.type == ErrorType::none);
    CHECK(decode_error(400, R"({"errorType":"SOMETHING_NEW","title":"t"})").type ==
          ErrorType::none);
    CHECK(decode_error(400, R"({"errorType":"","title":"t"})").type == ErrorType::none);
}

TEST_CASE("error reply: a long body is cut at a whole character", "[wire]") {
    std::string body;
    for (int i = 0; i < 1000; ++i) body += "é";
    CHECK(decode_error(500, body).message == body.substr(0, 1000));
}
