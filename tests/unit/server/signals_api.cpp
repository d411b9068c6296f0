#include <neptune/server/signals_api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>

using namespace server_test;

namespace {

const std::string signal_path =
    "/api/leaderboard/v1/experiments/signal?projectIdentifier=ml-team/classification";
const std::string ping = "/api/leaderboard/v1/attributes/ping?experimentId=";
const std::string producer = "11111111-2222-4333-8444-555555555555";

Json stop(const Json& runs) {
    return {{"type", "neptune/stop"}, {"body", {{"seconds", 60}}}, {"experimentIdentifiers", runs}};
}

Answer send_ping(const Fixture& server, const std::string& id, const std::string& query = {}) {
    http::Request request{"POST", ping + id + query, {}, ""};
    request.headers.add("Authorization", server.authorization("ada"));
    request.headers.add("X-Neptune-Producer", producer);
    return server.send(request);
}

}  // namespace

TEST_CASE("signals_api: a signal comes with the next ping of those who name themselves") {
    const Fixture server;
    const auto id = server.new_run();
    const auto none = Json{{"signals", Json::array()}};
    CHECK(send_ping(server, id).json == none);
    const auto sent = server.post(signal_path, stop({"ml-team/classification/CLS-1"}));
    CHECK(sent.status == 200);
    CHECK(sent.json == Json{{"updatedExperimentIdentifiers", {"ml-team/classification/CLS-1"}},
                            {"errors", Json::array()}});
    CHECK(server.post_text(ping + id, "", "").text.empty());  // the Python client's
    const Json signal = {{"type", "neptune/stop"}, {"body", {{"seconds", 60}}}};
    CHECK(send_ping(server, id).json == Json{{"signals", Json::array({signal})}});
    CHECK(send_ping(server, id).json == none);
}

TEST_CASE("signals_api: idle runs and what is no run are named as errors") {
    const Fixture server;
    const auto id = server.new_run();
    CHECK(send_ping(server, id, "&closing=true").status == 200);
    const auto answer =
        server.post(signal_path, stop({id, "ml-team/classification/CLS-9", server.project.id}));
    CHECK(answer.json.at("updatedExperimentIdentifiers").empty());
    const auto& errors = answer.json.at("errors");
    REQUIRE(errors.size() == 3);
    CHECK(errors[0] == Json{{"experimentIdentifier", id},
                            {"reason", "ALREADY_FINISHED"},
                            {"message", "No process has the run open"}});
    CHECK(errors[1].at("reason") == "NOT_EXISTS");
    CHECK(errors[2].at("reason") == "NOT_EXISTS");
}

TEST_CASE("signals_api: a malformed signal is a 400 that says what is wrong") {
    const Fixture server;
    auto signal = stop(Json::array());
    signal["body"] = 5;
    CHECK(server.post(signal_path, signal).status == 400);
    signal["body"] = {{"seconds", "soon"}};
    const auto answer = server.post(signal_path, signal);
    CHECK(answer.status == 400);
    CHECK(answer.json.dump().find("signal.body.seconds") != std::string::npos);
}
