// What goes wrong on the way and on the server: nothing that was logged is lost or doubled, nothing
// disturbs the program.
#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <neptune/core/files.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace neptune;
using namespace support;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using Kind = http::ConnectionError::Kind;

namespace {

std::vector<double> counted(int number) {
    std::vector<double> values;
    for (int i = 0; i < number; ++i) values.push_back(i);
    return values;
}

void log_some(const Run& run, int number) {
    for (int i = 0; i < number; ++i) run["loss"].append(i);
}

double seconds_of(const std::function<void()>& function) {
    const auto start = std::chrono::steady_clock::now();
    function();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

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

TEST_CASE("faults: stop with a limit ends in time, whatever the server does", "[integration]") {
    World world;
    world.environment.timing.pause_scale = 1;
    const auto fault =
        GENERATE(as<std::string>(), "hangs", "refuses", "answers 503", "hangs everywhere");
    INFO(fault);
    auto run = world.run();
    run.wait();
    world.route([&](Flight& flight) -> http::Reply {
        if (fault == "hangs everywhere") return flight.hang();
        if (!flight.carries_data()) return flight.deliver();
        if (fault == "hangs") return flight.hang();
        if (fault == "refuses") return break_connection(Kind::connect);
        return reply_with(503);
    });
    run["a"] = 1;
    const auto took = seconds_of([&] { run.stop(300ms); });
    CHECK(took >= 0.29);
    CHECK(took < 5);  // generous: other work on the machine
    CHECK(run.state() == State::stopped);
    CHECK(world.queues().size() == 1);
}

TEST_CASE("faults: stop with a limit is not held up by a farewell that hangs", "[integration]") {
    World world;
    auto run = world.run();
    run["a"] = 1;
    run.wait();
    world.await_requests("/attributes/ping", 1);
    world.route(
        [](Flight& flight) { return flight.to("/ping") ? flight.hang() : flight.deliver(); });
    CHECK(seconds_of([&] { run.stop(200ms); }) < 5);
    CHECK(world.queues().empty());
}

TEST_CASE("faults: stop without a limit gives up when nothing moves any more", "[integration]") {
    World world;
    world.prints = true;
    world.environment.timing.stop_without_progress = client::Seconds(0.3);
    auto run = world.run({.flush_period = 10ms});
    run.wait();
    const bool hangs = GENERATE(true, false);
    world.route([hangs](Flight& flight) -> http::Reply {
        if (!flight.carries_data()) return flight.deliver();
        return hangs ? flight.hang() : break_connection(Kind::connect);
    });
    run["a"] = 1;
    if (!hangs) world.await_requests("/attributes/operations", 8);
    CapturedStderr captured;
    CHECK(seconds_of([&] { run.stop(); }) < 5);
    const auto text = captured.text();
    CHECK_THAT(text,
               ContainsSubstring(
                   "1 operation is kept on disk; run `neptune-cpp sync` to send what is left"));
    CHECK(world.queues().size() == 1);
}

TEST_CASE("faults: stop without a limit waits as long as something moves", "[integration]") {
    World world;
    world.environment.timing.stop_without_progress = client::Seconds(2);
    world.environment.batch_operations = 10;
    auto run = world.run();
    run.wait();
    // Each batch takes less than the patience, all of them together longer.
    world.route([](Flight& flight) {
        if (flight.carries_data()) std::this_thread::sleep_for(600ms);
        return flight.deliver();
    });
    log_some(run, 50);
    CHECK(seconds_of([&] { run.stop(); }) > 2);
    CHECK(world.queues().empty());
    CHECK(values_of(world.look(run), "loss") == counted(50));
}

TEST_CASE("faults: stop tries at once, although the uploader has just been waiting for the server",
          "[integration]") {
    World world;
    world.environment.timing.first_backoff = client::Seconds(1e6);  // a thousand seconds
    world.environment.timing.longest_backoff = client::Seconds(1e6);
    auto run = world.run();
    run.wait();
    world.route([](Flight& flight) -> http::Reply {
        return flight.carries_data() ? break_connection(Kind::certificate) : flight.deliver();
    });
    run["a"] = 1;
    for (int i = 0; i < 600; ++i) run["b"].append(i);  // more than half a batch: is sent at once
    world.errors.await(ErrorCode::connection_lost);
    world.route(nullptr);
    run.stop(30s);
    CHECK(world.queues().empty());
    CHECK(world.look(run)["a"].fetch<int>() == 1);
}

TEST_CASE("faults: a queue that is full drops, says so once, and never throws", "[integration]") {
    World world;
    auto run = world.run({.queue_limit = 100'000});
    run.wait();
    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.hang() : flight.deliver(); });
    for (int i = 0; i < 10'000; ++i) run["loss"].append(i);
    world.errors.await(ErrorCode::queue_full);
    CHECK(world.errors.count(ErrorCode::queue_full) == 1);
    CHECK_THAT(world.errors.text(ErrorCode::queue_full),
               ContainsSubstring("the queue limit is reached"));
    run.detach();
    const auto again = world.run({.with_id = id_of(run)});
    world.route(nullptr);
    again.wait();
    const auto values = values_of(world.look(run), "loss");
    CHECK(values.size() > 100);
    CHECK(values.size() < 10'000);
    CHECK(values == counted(static_cast<int>(values.size())));  // the oldest, without a gap
}

TEST_CASE("faults: a full queue may drop the oldest points instead", "[integration]") {
    World world;
    auto run = world.run({.queue_limit = 100'000, .on_queue_full = QueueFull::drop_oldest_points});
    run.wait();
    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.hang() : flight.deliver(); });
    run["parameter"] = 5;
    for (int i = 0; i < 10'000; ++i) run["loss"].append(i, {.step = i});
    run.detach();
    const auto again = world.run({.with_id = id_of(run)});
    world.route(nullptr);
    again.wait();
    const auto values = values_of(world.look(run), "loss");
    REQUIRE(values.size() > 100);
    CHECK(values.size() < 10'000);
    CHECK(values.back() == 9'999);
    CHECK(world.look(run)["parameter"].fetch<int>() == 5);
}

TEST_CASE("faults: a disk fuller than NEPTUNE_MAX_DISK_USAGE drops; it throws only if asked to",
          "[integration]") {
    World world;
    world.environment.max_disk_usage_percent = 1e-6;
    {
        const auto run = world.run();
        CHECK_NOTHROW(run["a"] = 1);
        world.errors.await(ErrorCode::queue_full);
        CHECK_THAT(world.errors.text(ErrorCode::queue_full),
                   ContainsSubstring("the disk is fuller than allowed"));
        run.wait();
        CHECK_FALSE(world.look(run).exists("a"));
    }
    world.environment.throw_when_disk_full = true;
    CHECK_THROWS_AS(world.run(), DiskUtilizationExceeded);
}

TEST_CASE("faults: 20 MB of text are cut to what a String holds", "[integration]") {
    World world;
    const auto run = world.run();
    run["text"] = std::string(20'000'000, 'x');
    run["lines"].append(std::string(20'000'000, 'y'));
    run["sys/tags"].add(std::string(20'000'000, 'z'));  // refused by the server
    run["after"] = 1;
    run.wait();
    CHECK(run["text"].fetch<std::string>() == std::string(16'384, 'x'));
    CHECK(run["lines"].fetch_last<std::string>() == std::string(1'000, 'y'));
    CHECK(run["after"].fetch<int>() == 1);
    world.errors.await(ErrorCode::string_truncated, 2);
    world.errors.await(ErrorCode::operation_refused);
    CHECK_THAT(world.errors.text(ErrorCode::string_truncated), ContainsSubstring("16384"));
}

TEST_CASE("faults: bytes that are no UTF-8 become U+FFFD, with a warning", "[integration]") {
    World world;
    const auto run = world.run();
    run["text"] =
        "a\xff"
        "b";
    run["lines"].append("c\xc3");
    run["sys/tags"].add("d\x80");
    run["range"].append(1);
    run["range"].configure({.unit = "e\xfe"});
    run.wait();
    CHECK(run["text"].fetch<std::string>() ==
          "a\xef\xbf\xbd"
          "b");
    CHECK(run["lines"].fetch_last<std::string>() == "c\xef\xbf\xbd");
    CHECK(run["sys/tags"].fetch<std::set<std::string>>() == std::set<std::string>{"d\xef\xbf\xbd"});
    world.errors.await(ErrorCode::invalid_utf8, 4);
    run["sys/tags"].remove("d\x80", {.wait = true});
    CHECK(run["sys/tags"].fetch<std::set<std::string>>().empty());
}

TEST_CASE("faults: sync mode throws what the server refuses, and what keeps it from the server",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    run["loss"].append(1, {.step = 10});
    CHECK(values_of(world.look(run), "loss").size() == 1);
    CHECK_THROWS_AS(run["loss"].append(2, {.step = 5}), MetadataInconsistency);
    CHECK_THROWS_AS(run["sys/id"] = "x", MetadataInconsistency);
    CHECK(world.errors.all().empty());  // whoever called has heard of it

    world.route([](Flight& flight) -> http::Reply {
        return flight.carries_data() ? break_connection(Kind::connect) : flight.deliver();
    });
    CHECK_THROWS_AS(run["a"] = 1, ConnectionLost);
    CHECK_THROWS_AS(run["b"] = 1, ConnectionLost);
    world.route(nullptr);
    run["c"] = 1;  // with what was kept
    CHECK(world.look(run)["a"].fetch<int>() == 1);
    CHECK(world.look(run)["b"].fetch<int>() == 1);
    CHECK(world.look(run)["c"].fetch<int>() == 1);

    world.route([](Flight& flight) {
        return flight.carries_data() ? reply_with(422, R"({"code":422,"title":"Full"})")
                                     : flight.deliver();
    });
    CHECK_THROWS_AS(run["d"] = 1, LimitError);
    CHECK_THROWS_AS(run["e"] = 1, LimitError);
}

TEST_CASE("faults: in sync mode every call tries, although the one before had to wait",
          "[integration]") {
    World world;
    world.environment.timing.first_backoff = client::Seconds(1e6);
    world.environment.timing.longest_backoff = client::Seconds(1e6);
    const auto run = world.run({.mode = Mode::sync});
    world.route([](Flight& flight) -> http::Reply {
        return flight.carries_data() ? break_connection(Kind::certificate) : flight.deliver();
    });
    for (int i = 0; i < 5; ++i) CHECK_THROWS_AS(run["loss"].append(i), ConnectionLost);
    world.route(nullptr);
    run["loss"].append(5);
    CHECK(values_of(world.look(run), "loss") == counted(6));
}

TEST_CASE("faults: fetching says when the server cannot be reached or answers nonsense",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["a"] = 1;
    run["s"].append(1.0);
    run.wait();
    world.route([](Flight&) -> http::Reply { return break_connection(Kind::connect); });
    CHECK_THROWS_AS(run["a"].fetch(), ConnectionLost);
    CHECK_THROWS_AS(run.fetch(), ConnectionLost);
    CHECK_THROWS_AS(run.sync({.wait = false}), ConnectionLost);
    world.route([](Flight& flight) {
        return flight.carries_data() ? flight.deliver() : reply_with(200, "<html>");
    });
    CHECK_THROWS_AS(run["a"].fetch(), ApiError);
    CHECK_THROWS_AS(run["s"].fetch_values<double>(), ApiError);
    CHECK_THROWS_AS(run.fetch(), ApiError);
    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.deliver() : reply_with(501); });
    CHECK_THROWS_AS(run["a"].fetch(), ServerError);
    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.deliver() : reply_with(418); });
    CHECK_THROWS_AS(run["a"].fetch(), ClientHttpError);
    world.route(nullptr);
    CHECK(run["a"].fetch<int>() == 1);
}

TEST_CASE("faults: opening says what is wrong with the way, the server, or the token",
          "[integration]") {
    World world;
    const auto route_all = [&world](http::Reply reply) {
        world.route([reply](Flight&) { return reply; });
    };
    world.route([](Flight&) -> http::Reply { return break_connection(Kind::connect); });
    CHECK_THROWS_AS(world.run(), ConnectionLost);
    world.route([](Flight&) -> http::Reply { return break_connection(Kind::resolve); });
    CHECK_THROWS_AS(world.run(), CannotResolveHostname);
    world.route([](Flight&) -> http::Reply { return break_connection(Kind::certificate); });
    CHECK_THROWS_AS(world.run(), SSLVerificationError);
    route_all(reply_with(200, "<html>"));
    CHECK_THROWS_AS(world.run(), ApiError);
    route_all(reply_with(404, "<html>"));
    CHECK_THROWS_AS(world.run(), ApiError);
    world.route([](Flight& flight) {
        return flight.to("oauth-token") ? reply_with(401) : flight.deliver();
    });
    CHECK_THROWS_AS(world.run(), InvalidApiToken);
    world.route([](Flight& flight) {
        return flight.to("oauth-token") ? reply_with(200, "{}") : flight.deliver();
    });
    CHECK_THROWS_AS(world.run(), ApiError);
    world.route([](Flight& flight) {
        return flight.to("oauth-token")
                   ? reply_with(200, R"({"accessToken":"a.b.c","refreshToken":"","username":""})")
                   : flight.deliver();
    });
    CHECK_THROWS_AS(world.run(), ApiError);
    CHECK(world.queues().empty());
}

TEST_CASE("faults: a directory that cannot be written is told when the object is opened",
          "[integration]") {
    World world;
    world.environment.data_directory = "/proc/none";
    try {
        static_cast<void>(world.run());
        FAIL("opened");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::journal_unavailable);
        CHECK_THAT(error.what(), ContainsSubstring("/proc/none/cpp/async/run__"));
        CHECK_THAT(error.what(), ContainsSubstring("NEPTUNE_DATA_DIRECTORY"));
    }
}
