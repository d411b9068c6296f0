#include <neptune/server/signal_socket.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace server_test;

namespace {

/// What arrives at a client, which goes after two texts; `after` runs with each.
struct Heard final : http::PushSocket {
    std::function<void()> after;
    std::vector<std::string> texts{};
    explicit Heard(std::function<void()> what = [] {}) : after(std::move(what)) {}
    bool send(const std::string& text) override {
        texts.push_back(Json::parse(text).at("type"));
        after();
        return is_open();
    }
    [[nodiscard]] bool is_open() const override { return texts.size() < 2; }
};

/// A run that is open, and mia, who may write to its project and asks for its signals.
struct Listening {
    Listening() {
        give(storage::ProjectRole::member);
        id = server.new_run();
        head.target = "/api/notifications/v1/runs/" + server.project.id + "/" + id + "/signal";
        head.headers.add("Authorization", server.authorization("mia"));
        CHECK(server.post_text("/api/leaderboard/v1/attributes/ping?experimentId=" + id, "", "")
                  .status == 200);
    }
    void give(std::optional<storage::ProjectRole> role) {
        server.store().set_project_role(server.project.id, server.user("mia").id, role);
    }
    void signal(const std::string& type) const {
        const auto answer = server.post(
            "/api/leaderboard/v1/experiments/signal?projectIdentifier=" + server.project.id,
            {{"type", type}, {"body", Json::object()}, {"experimentIdentifiers", {id}}});
        REQUIRE(answer.json.at("updatedExperimentIdentifiers").size() == 1);
    }

    Fixture server;
    std::string id;
    http::Request head;
};

}  // namespace

TEST_CASE("signal_socket: a client hears what is sent to its run, until it goes") {
    const Listening run;
    REQUIRE(run.server.may_push(run.head));
    run.signal("neptune/stop");
    run.signal("neptune/abort");
    Heard client;
    run.server.push(run.head, client);
    CHECK(client.texts == std::vector<std::string>{"neptune/stop", "neptune/abort"});
}

TEST_CASE("signal_socket: who is shut out of the project hears nothing from then on") {
    Listening run;
    run.signal("neptune/stop");
    run.signal("neptune/abort");
    Heard client([&run] { run.give(std::nullopt); });
    run.server.push(run.head, client);
    CHECK(client.texts == std::vector<std::string>{"neptune/stop"});
    CHECK_FALSE(run.server.may_push(run.head));
    run.give(storage::ProjectRole::viewer);
    CHECK_FALSE(run.server.may_push(run.head));
}

TEST_CASE("signal_socket: a server that stops ends its sockets, and opens none") {
    const Listening run;
    run.signal("neptune/stop");
    run.signal("neptune/abort");
    Heard client([&run] { run.server.close(); });
    run.server.push(run.head, client);
    CHECK(client.texts == std::vector<std::string>{"neptune/stop"});
    CHECK_FALSE(run.server.may_push(run.head));
}

TEST_CASE("signal_socket: strangers, and what is no run's socket, are refused") {
    const Listening run;
    auto head = run.head;
    head.headers.set("Authorization", run.server.authorization("eve"));
    CHECK_FALSE(run.server.may_push(head));
    head.headers.erase("Authorization");
    CHECK_FALSE(run.server.may_push(head));
    head = run.head;
    head.target = "/api/notifications/v1/runs/" + run.server.project.id + "/nothing/signal";
    CHECK_FALSE(run.server.may_push(head));
    head.target = "/api/notifications/v1/runs";
    CHECK_FALSE(run.server.may_push(head));
}
