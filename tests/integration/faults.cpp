// What goes wrong on the way and on the server: nothing that was logged is lost or doubled, nothing
// disturbs the program.
#include "support/calls.hpp"
#include "support/catch.hpp"
#include "support/many.hpp"
#include "support/test_server.hpp"

#include <neptune/core/files.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;
using Kind = http::ConnectionError::Kind;

TEST_CASE("faults: the uploader goes on when the server is back, however often it was away",
          "[integration]") {
    World world;
    const auto run = world.run();
    run.wait();
    std::atomic<int> attempts = 0;
    const auto fault = GENERATE(as<std::string>(), "refused", "reset", "timeout", "no address",
                                "503", "500", "429", "not a certificate");
    INFO(fault);
    world.route([&](Flight& flight) -> http::Reply {
        if (!flight.carries_data() || ++attempts > 40) return flight.deliver();
        if (fault == "refused") return break_connection(Kind::connect);
        if (fault == "reset") return break_connection(Kind::reset);
        if (fault == "timeout") return break_connection(Kind::timeout);
        if (fault == "no address") return break_connection(Kind::resolve);
        if (fault == "not a certificate") return break_connection(Kind::certificate);
        if (fault == "429") return reply_with(429, "{}", {{"Retry-After", "17"}});
        return reply_with(std::stoi(fault), "<html>proxy</html>");
    });
    log_some(run, 100);
    run.wait();
    CHECK(values_of(world.look(run), "loss") == counted(100));
    CHECK(attempts > 40);
    CHECK(world.errors.count(ErrorCode::connection_lost) == 1);  // one interruption, one report
}

TEST_CASE("faults: logging is not slowed and nothing is thrown while the server is away",
          "[integration]") {
    World world;
    const auto run = world.run();
    run.wait();
    world.route([](Flight&) -> http::Reply { return break_connection(Kind::connect); });
    CHECK(seconds_of([&] { log_some(run, 10'000); }) < 10);
    CHECK_FALSE(world.look(run).exists("loss"));
    world.route(nullptr);
    run.wait();
    CHECK(values_of(world.look(run), "loss") == counted(10'000));
}

TEST_CASE("faults: a lost answer doubles nothing, with steps or without", "[integration]") {
    World world;
    const auto run = world.run();
    run.wait();
    std::atomic<int> sent = 0;
    // Three of four answers are lost after the server has applied the request.
    world.route([&](Flight& flight) {
        auto reply = flight.deliver();
        if (flight.carries_data() && ++sent % 4 != 0) break_connection();
        return reply;
    });
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 50; ++i) {
            run["loss"].append(round * 50 + i);
            run["stepped"].append(i, {.step = round * 50 + i});
            run["text"].append("line");
        }
        run["counter"] = round;
        run.wait();
    }
    const auto view = world.look(run);
    CHECK(values_of(view, "loss") == counted(250));
    CHECK(values_of(view, "stepped").size() == 250);
    CHECK(view["text"].fetch_values<std::string>().size() == 250);
    CHECK(view["counter"].fetch<int>() == 4);
    CHECK(world.errors.count(ErrorCode::step_not_increasing) == 0);
    CHECK(sent >= 20);
}

TEST_CASE("faults: the errors of a request whose answer was lost are reported, once",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["loss"].append(1, {.step = 10});
    run.wait();
    std::atomic<int> sent = 0;
    world.route([&](Flight& flight) {
        auto reply = flight.deliver();
        if (flight.carries_data() && ++sent < 4) break_connection();
        return reply;
    });
    run["loss"].append(2, {.step = 5});
    run["ok"] = 1;
    run.wait();
    world.errors.await(ErrorCode::step_not_increasing);
    CHECK(world.errors.count(ErrorCode::step_not_increasing) == 1);
    CHECK_THAT(world.errors.text(ErrorCode::step_not_increasing),
               ContainsSubstring("loss. Invalid point: 5"));
    CHECK(run["ok"].fetch<int>() == 1);
}

TEST_CASE("faults: an answer that makes no sense is asked for again", "[integration]") {
    World world;
    const auto run = world.run();
    run.wait();
    std::atomic<int> sent = 0;
    const auto garbage = GENERATE(as<std::string>(), "", "<html>", "{\"a\":1}", "[{]", "[1]");
    world.route([&](Flight& flight) {
        auto reply = flight.deliver();
        if (flight.carries_data() && ++sent < 6) reply.body = garbage;
        return reply;
    });
    log_some(run, 20);
    run.wait();
    CHECK(values_of(world.look(run), "loss") == counted(20));
}

TEST_CASE("faults: what the server has already is not sent again, the rest is", "[integration]") {
    World world;
    const auto run = world.run();
    run.wait();
    // As if an earlier process had sent the first record by itself, and died.
    std::atomic<bool> sent = false;
    world.route([&](Flight& flight) {
        const auto* sequence = flight.request.headers.find("X-Neptune-Sequence");
        if (sequence && !sent.exchange(true)) {
            const auto first = sequence->substr(0, sequence->find('-'));
            auto request = flight.request;
            request.headers.set("X-Neptune-Sequence", first + "-" + first);
            request.body =
                R"([{"path":"loss","logFloats":{"entries":[{"value":0,"timestampMilliseconds":1}]}}])";
            if (world.server.answer(request).status != 200) return reply_with(400);
        }
        return flight.deliver();
    });
    log_some(run, 30);
    run.wait();
    CHECK(values_of(world.look(run), "loss") == counted(30));
    CHECK(sent);
    CHECK(world.errors.all().empty());
}

TEST_CASE("faults: a server that was set back gets what is left, and the loss is told",
          "[integration]") {
    World world;
    TempDirectory backup;
    const auto run = world.run();
    run["before"] = 1;
    run.wait();
    world.server.close();
    std::filesystem::copy(world.server.data(), backup.path,
                          std::filesystem::copy_options::recursive);
    world.server.reopen();
    run["between"] = 2;
    run.wait();
    world.server.close();
    for (const auto& name : core::list_directory(world.server.data()))
        core::remove_tree(world.server.data() + "/" + name);
    std::filesystem::copy(backup.path, world.server.data(),
                          std::filesystem::copy_options::recursive);
    world.server.reopen();
    run["after"] = 3;
    log_some(run, 10);
    run.wait();
    const auto view = world.look(run);
    CHECK(view["before"].fetch<int>() == 1);
    CHECK_FALSE(view.exists("between"));
    CHECK(view["after"].fetch<int>() == 3);
    CHECK(values_of(view, "loss") == counted(10));
    world.errors.await(ErrorCode::records_left_behind);
    CHECK(world.errors.count(ErrorCode::records_left_behind) == 1);
    CHECK_THAT(world.errors.text(ErrorCode::records_left_behind),
               ContainsSubstring("restored from a backup"));
}

TEST_CASE("faults: a limit of the server ends the synchronization, and the data stay on disk",
          "[integration]") {
    World world;
    auto run = world.run();
    run.wait();
    const auto reply = GENERATE(reply_with(422, R"({"code":422,"title":"Storage limit reached"})"),
                                reply_with(402, R"({"code":402,"title":"Storage limit reached"})"),
                                reply_with(401, R"({"code":401,"title":"Storage limit reached"})"),
                                reply_with(403, R"({"code":403,"title":"Storage limit reached"})"),
                                reply_with(400, R"({"code":400,"title":"Storage limit reached"})"),
                                reply_with(404, R"({"code":404,"title":"Storage limit reached"})"),
                                reply_with(413, R"({"code":413,"title":"Storage limit reached"})"));
    INFO(reply.status);
    world.route([&](Flight& flight) { return flight.carries_data() ? reply : flight.deliver(); });
    run["a"] = 1;
    CHECK_THROWS_AS(run.wait(), SynchronizationStopped);
    world.errors.await(ErrorCode::synchronization_stopped);
    const auto text = world.errors.text(ErrorCode::synchronization_stopped);
    CHECK_THAT(text, ContainsSubstring("Storage limit reached"));
    CHECK_THAT(text, ContainsSubstring(world.queue_directory()));
    CHECK_THAT(text, ContainsSubstring("neptune-cpp sync"));
    run["b"] = 2;  // goes on to the disk
    CHECK_THROWS_AS(run["c"].assign(3, {.wait = true}), SynchronizationStopped);
    world.route(nullptr);
    run.stop();
    CHECK(world.queues().size() == 1);
    CHECK_FALSE(world.look(run).exists("a"));

    // Once the cause is gone, opening the run again sends everything.
    const auto again = world.run({.with_id = id_of(run)});
    again.wait();
    CHECK(again.fetch().at("a").get<int>() == 1);
    CHECK(again.fetch().at("b").get<int>() == 2);
    CHECK(again.fetch().at("c").get<int>() == 3);
    CHECK(world.errors.count(ErrorCode::synchronization_stopped) == 1);
}

TEST_CASE("faults: the server's own field limit is such a limit", "[integration]") {
    World world({.fields_per_object = 5});
    const auto run = world.run();
    run.wait();
    for (int i = 0; i < 10; ++i) run["f" + std::to_string(i)] = i;
    CHECK_THROWS_AS(run.wait(), SynchronizationStopped);
    world.errors.await(ErrorCode::synchronization_stopped);
    CHECK_THAT(world.errors.text(ErrorCode::synchronization_stopped),
               ContainsSubstring("more than 5 fields"));
}

TEST_CASE("faults: an access token that the server calls expired is renewed", "[integration]") {
    World world;
    const auto run = world.run();
    run.wait();
    std::atomic<int> refused = 0;
    world.route([&](Flight& flight) {
        if (flight.carries_data() && refused++ == 0)
            return reply_with(
                401, R"({"code":401,"title":"Expired","errorType":"AUTHORIZATION_TOKEN_EXPIRED"})");
        return flight.deliver();
    });
    const auto before = world.requests("openid-connect/token");
    run["a"] = 1;
    run.wait();
    CHECK(run["a"].fetch<int>() == 1);
    CHECK(world.requests("openid-connect/token") == before + 1);
}

TEST_CASE("faults: a refresh that fails leads to a new exchange", "[integration]") {
    World world;
    const auto run = world.run();
    run.wait();
    std::atomic<int> refused = 0;
    const auto garbage =
        GENERATE(reply_with(400, R"({"error":"invalid_grant"})"),
                 reply_with(200, R"({"access_token":5})"), reply_with(200, "<html>"));
    world.route([&](Flight& flight) {
        if (flight.carries_data() && refused++ == 0)
            return reply_with(
                401, R"({"code":401,"title":"Expired","errorType":"AUTHORIZATION_TOKEN_EXPIRED"})");
        if (flight.to("openid-connect/token")) return garbage;
        return flight.deliver();
    });
    const auto before = world.requests("oauth-token");
    run["a"] = 1;
    run.wait();
    CHECK(run["a"].fetch<int>() == 1);
    CHECK(world.requests("oauth-token") == before + 1);
}

TEST_CASE("faults: an error of one operation does not stop the others", "[integration]") {
    World world;
    const auto run = world.run();
    const auto other = world.run({.with_id = id_of(run)});
    other["a"] = "text";
    other["b/c"] = 1;
    other.wait();
    run["a"] = 1;  // a String there, unknown here
    run["b"] = 1;  // a namespace there
    run["c"] = 1;
    run.wait();
    world.errors.await(ErrorCode::operation_refused, 2);
    CHECK(run["c"].fetch<int>() == 1);
    CHECK(world.look(run)["a"].fetch<std::string>() == "text");
    std::set<std::string> texts;
    for (const auto& error : world.errors.all()) texts.insert(error.what());
    CHECK(texts.size() == 2);
}

TEST_CASE("faults: without a handler each cause is printed once, and counted at the end",
          "[integration]") {
    World world;
    world.prints = true;
    auto run = world.run();
    run["loss"].append(0, {.step = 100});
    run.wait();
    CapturedStderr captured;
    for (int i = 0; i < 7; ++i) {
        run["loss"].append(i, {.step = i});
        run.wait();
    }
    run.stop();
    const auto text = captured.text();
    const std::string line = "X-coordinates (step) must be strictly increasing";
    CHECK_THAT(text,
               ContainsSubstring("[neptune] [error  ] the server refused an operation: " + line));
    CHECK(text.find(line) == text.rfind(line));
    CHECK_THAT(text, ContainsSubstring("the same error came 6 more times for loss"));
}
