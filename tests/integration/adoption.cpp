// What a dead process left behind is sent by whoever opens the object next. Here the dead process
// is a run that was detached: its queue lies on disk, and nobody holds it. tests/process/ has real
// ones.
#include "support/catch.hpp"
#include "support/many.hpp"
#include "support/test_server.hpp"

#include <neptune/core/files.hpp>

#include <atomic>
#include <chrono>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <string>

using namespace neptune;
using namespace support;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

http::Reply keep_data_away(Flight& flight) {
    return flight.carries_data() ? flight.hang() : flight.deliver();
}

/// A run whose process dies with `values` points on disk: steps and values count from `first`.
std::string die_with(World& world, const InitRun& options, int first, int values) {
    auto run = world.run(options);
    for (int i = first; i < first + values; ++i) run["loss"].append(i, {.step = i});
    const auto id = id_of(run);
    run.detach();
    return id;
}

}  // namespace

TEST_CASE("adoption: left-overs are sent oldest first, and before anything new", "[integration]") {
    World world;
    world.route(keep_data_away);
    const auto id = die_with(world, {}, 0, 10);
    die_with(world, {.with_id = id}, 10, 10);
    die_with(world, {.with_id = id}, 20, 10);
    CHECK(world.queues().size() == 3);

    auto run = world.run({.with_id = id});
    for (int i = 30; i < 40; ++i) run["loss"].append(i, {.step = i});
    world.route(nullptr);
    run.wait();  // covers them all
    CHECK(values_of(world.look(run), "loss") == counted(40));
    CHECK(world.errors.count(ErrorCode::step_not_increasing) == 0);
    run.stop();
    CHECK(world.queues().empty());
}

TEST_CASE("adoption: a run that is resumed by its custom ID adopts too", "[integration]") {
    World world;
    world.route(keep_data_away);
    die_with(world, {.custom_run_id = "mine"}, 0, 10);
    world.route(nullptr);
    const auto run = world.run({.custom_run_id = "mine"});
    run.wait();
    CHECK(values_of(world.look(run), "loss") == counted(10));
}

TEST_CASE("adoption: models, versions and projects adopt as runs do", "[integration]") {
    World world;
    world.route(keep_data_away);
    auto model = world.model({.key = "M"});
    model["a"] = 1;
    model.detach();
    auto made_version = world.version({.model = "TEST-M"});
    made_version["a"] = 2;
    made_version.detach();
    auto project = world.project();
    project["a"] = 3;
    project.detach();
    world.route(nullptr);
    CHECK(world.model({.with_id = "TEST-M", .adopt = Adopt::wait}).fetch().at("a").get<int>() == 1);
    CHECK(world.version({.with_id = "TEST-M-1", .adopt = Adopt::wait}).fetch().at("a").get<int>() ==
          2);
    CHECK(world.project({.adopt = Adopt::wait}).fetch().at("a").get<int>() == 3);
    CHECK(world.queues().empty());
}

TEST_CASE("adoption: in sync mode, and if asked for, it is done before the object is open",
          "[integration]") {
    World world;
    world.route(keep_data_away);
    const auto id = die_with(world, {}, 0, 10);
    world.route(nullptr);
    const auto options =
        GENERATE(as<InitRun>(), InitRun{.mode = Mode::sync}, InitRun{.adopt = Adopt::wait});
    auto with_id = options;
    with_id.with_id = id;
    const auto run = world.run(with_id);
    CHECK(run.exists("loss"));
    CHECK(values_of(world.look(run), "loss") == counted(10));
    CHECK_THROWS_AS(run["loss"] = 1, MetadataInconsistency);  // its type is known from the start
}

TEST_CASE("adoption: waiting for it ends with the connection", "[integration]") {
    World world;
    world.route(keep_data_away);
    const auto id = die_with(world, {}, 0, 10);
    world.route([](Flight& flight) -> http::Reply {
        return flight.carries_data() ? break_connection(http::ConnectionError::Kind::connect)
                                     : flight.deliver();
    });
    CHECK_THROWS_AS(world.run({.with_id = id, .adopt = Adopt::wait}), ConnectionLost);
    world.route(nullptr);
    CHECK(values_of(world.look(world.run({.with_id = id, .adopt = Adopt::wait})), "loss") ==
          counted(10));
}

TEST_CASE("adoption: what a queue of sync mode holds is adopted as well", "[integration]") {
    World world;
    std::string id;
    {
        auto run = world.run({.mode = Mode::sync});
        id = id_of(run);
        world.route([](Flight& flight) -> http::Reply {
            return flight.carries_data() ? break_connection(http::ConnectionError::Kind::connect)
                                         : flight.deliver();
        });
        CHECK_THROWS_AS(run["a"] = 1, ConnectionLost);
        run.detach();
    }
    CHECK(world.queues("sync").size() == 1);
    world.route(nullptr);
    const auto run = world.run({.with_id = id});
    run.wait();
    CHECK(world.look(run)["a"].fetch<int>() == 1);
    CHECK(world.queues("sync").empty());
}

TEST_CASE("adoption: a batch that the server has, unknown to the dead process, is not doubled",
          "[integration]") {
    World world;
    std::string id;
    {
        auto run = world.run({.flush_period = 10ms});
        id = id_of(run);
        run.wait();
        std::atomic<int> answers = 0;
        world.route([&](Flight& flight) -> http::Reply {
            if (!flight.carries_data()) return flight.deliver();
            if (answers++ == 0) static_cast<void>(flight.deliver());
            return flight.hang();
        });
        for (int i = 0; i < 20; ++i)
            run["loss"].append(i);  // without steps: the server could not tell
        const auto sent = world.requests("/attributes/operations");
        world.await_requests("/attributes/operations", sent + (answers == 0 ? 1 : 0));
        for (int i = 20; i < 40; ++i) run["loss"].append(i);  // behind the batch under way
        run.detach();
    }
    world.route(nullptr);
    const auto run = world.run({.with_id = id});
    for (int i = 40; i < 50; ++i) run["loss"].append(i);
    run.wait();
    CHECK(values_of(world.look(run), "loss") == counted(50));
    CHECK(world.errors.count(ErrorCode::step_not_increasing) == 0);
}

TEST_CASE("adoption: what the server refuses of it is told", "[integration]") {
    World world;
    std::string id;
    {
        auto run = world.run();
        id = id_of(run);
        run["loss"].append(1, {.step = 100});
        run.wait();
        world.route(keep_data_away);
        run["loss"].append(2, {.step = 50});
        run["fine"] = 1;
        run.detach();
    }
    world.route(nullptr);
    const auto run = world.run({.with_id = id, .mode = Mode::sync});
    CHECK(run["fine"].fetch<int>() == 1);
    world.errors.await(ErrorCode::step_not_increasing);
    CHECK(world.errors.count(ErrorCode::step_not_increasing) == 1);
}

TEST_CASE("adoption: a queue that is in use is left alone", "[integration]") {
    World world;
    world.route(keep_data_away);
    const auto first = world.run();
    first["first"] = 1;
    const auto second = world.run({.with_id = id_of(first)});
    second["second"] = 2;
    CHECK(world.queues().size() == 2);

    std::mutex mutex;
    std::map<std::string, std::set<std::string>> producers;  // by field
    world.route([&](Flight& flight) {
        if (const auto* producer = flight.request.headers.find("X-Neptune-Producer");
            producer && flight.carries_data()) {
            const std::lock_guard guard(mutex);
            for (const std::string field : {"first", "second"})
                if (flight.request.body.find("\"" + field + "\"") != std::string::npos)
                    producers[field].insert(*producer);
        }
        return flight.deliver();
    });
    second.wait();
    first.wait();
    const std::lock_guard guard(mutex);
    REQUIRE(producers["first"].size() == 1);
    REQUIRE(producers["second"].size() == 1);
    CHECK(producers["first"] != producers["second"]);
}

TEST_CASE("adoption: other objects' left-overs are left alone, and a new object tells of them",
          "[integration]") {
    World world;
    world.route(keep_data_away);
    const auto id = die_with(world, {}, 0, 10);
    die_with(world, {.mode = Mode::offline}, 0, 10);
    world.route(nullptr);

    world.prints = true;
    CapturedStderr captured;
    world.run().stop();
    const auto text = captured.text();
    CHECK_THAT(
        text,
        ContainsSubstring(
            "[neptune] [info   ] 2 queues of earlier runs in this directory are not sent; run "
            "`neptune-cpp sync`\n"));
    world.prints = false;
    CHECK(world.queues().size() == 1);
    CHECK_FALSE(world.look_at(OpenRun{.with_id = id}).exists("loss"));
}

TEST_CASE("adoption: a queue whose end is torn gives what is whole", "[integration]") {
    World world;
    world.route(keep_data_away);
    const auto id = die_with(world, {}, 0, 10);
    const auto queue = world.queue_directory() + "/" + world.queues().at(0);
    for (const auto& name : core::list_directory(queue))
        if (name.starts_with("segment-")) {
            const auto size =
                static_cast<::off_t>(core::read_file(queue + "/" + name).value_or("").size());
            REQUIRE(::truncate((queue + "/" + name).c_str(), size - 20) == 0);
        }
    world.route(nullptr);
    const auto run = world.run({.with_id = id});
    run.wait();
    CHECK(values_of(world.look(run), "loss") == counted(9));
}

TEST_CASE(
    "adoption: a directory that is no queue, or cannot be read, does not keep a run from opening",
    "[integration]") {
    World world;
    world.route(keep_data_away);
    const auto id = die_with(world, {}, 0, 10);
    const auto queue = world.queue_directory() + "/" + world.queues().at(0);
    core::make_directories(queue.substr(0, queue.rfind("__")) + "__empty000");
    for (const auto& name : core::list_directory(queue))
        if (name.starts_with("segment-"))
            std::ofstream(queue + "/" + name) << "this is no segment of ours at all";
    world.route(nullptr);
    world.prints = true;
    CapturedStderr captured;
    auto run = world.run({.with_id = id});
    run["new"] = 1;
    run.wait();
    run.stop();
    const auto text = captured.text();
    INFO(text);
    CHECK_THAT(text, ContainsSubstring("[neptune] [warning]"));
    CHECK_THAT(text, ContainsSubstring(queue));
    CHECK(world.look(run)["new"].fetch<int>() == 1);
}

TEST_CASE("adoption: stop counts what is left over", "[integration]") {
    World world;
    world.route(keep_data_away);
    const auto id = die_with(world, {}, 0, 10);
    world.prints = true;
    auto run = world.run({.with_id = id});
    CapturedStderr captured;
    run.stop(100ms);
    // Three first fields and ten points of the dead process; the living one has logged nothing.
    CHECK_THAT(
        captured.text(),
        ContainsSubstring("not everything was synchronized within 0.1 seconds; 13 operations are "
                          "kept on disk"));
    CHECK(world.queues().size() == 1);
}
