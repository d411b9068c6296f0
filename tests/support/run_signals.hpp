#ifndef NEPTUNE_TESTS_SUPPORT_RUN_SIGNALS_HPP
#define NEPTUNE_TESTS_SUPPORT_RUN_SIGNALS_HPP

// What the app's stop and abort buttons send.

#include "support/test_server.hpp"

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

namespace support {

/// Sends a signal to a run of team/test by the way on which its processes reach the server.
/// Errors: std::runtime_error if no process has it open.
template <class Answer>
void signal_run(const TestServer& server, const std::string& id, const std::string& type,
                const nlohmann::json& body, Answer answer) {
    neptune::http::Request exchange;
    exchange.method = "GET";
    exchange.target = "/api/backend/v1/authorization/oauth-token";
    exchange.headers.add("X-Neptune-Api-Token", server.token());
    const nlohmann::json access = nlohmann::json::parse(answer(exchange).body);
    neptune::http::Request request;
    request.method = "POST";
    request.target = "/api/leaderboard/v1/experiments/signal?projectIdentifier=team/test";
    request.headers.add("Authorization", "Bearer " + access.at("accessToken").get<std::string>());
    request.headers.add("Content-Type", "application/json");
    request.body =
        nlohmann::json{
            {"type", type}, {"body", body}, {"experimentIdentifiers", {"team/test/" + id}}}
            .dump();
    const neptune::http::Reply reply = answer(request);
    const nlohmann::json result = nlohmann::json::parse(reply.body);
    if (reply.status != 200 || !result.at("errors").empty())
        throw std::runtime_error("the signal was refused: " + reply.body);
}

/// The same by function call.
inline void signal_run(const TestServer& server, const std::string& id, const std::string& type,
                       const nlohmann::json& body = nlohmann::json::object()) {
    signal_run(server, id, type, body,
               [&](const neptune::http::Request& request) { return server.answer(request); });
}

}  // namespace support

#endif  // NEPTUNE_TESTS_SUPPORT_RUN_SIGNALS_HPP
