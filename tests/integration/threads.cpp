// Objects and handles from many threads; most useful under the thread sanitizer.
#include "support/catch.hpp"
#include "support/many.hpp"
#include "support/test_server.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace neptune;
using namespace support;
using namespace std::chrono_literals;

namespace {

constexpr int threads = 16, values = 200;

void in_threads(int number, const std::function<void(int)>& function) {
    std::vector<std::thread> all;
    std::atomic<bool> go = false;
    for (int i = 0; i < number; ++i)
        all.emplace_back([&, i] {
            while (!go) std::this_thread::yield();
            function(i);
        });
    go = true;
    for (auto& thread : all) thread.join();
}

}  // namespace

TEST_CASE(
    "threads: each thread's own order is kept, through handles of its own and through a shared one",
    "[integration]") {
    World world;
    const auto run = world.run({.flush_period = 1ms});
    const Field shared = run["shared"];
    in_threads(threads, [&](int thread) {
        const auto own = run["thread/" + std::to_string(thread)];
        for (int i = 0; i < values; ++i) {
            own.append(i);
            shared.append(thread * values + i);
            run["last/" + std::to_string(thread)] = i;
        }
    });
    run.wait();
    const auto view = world.look(run);
    for (int thread = 0; thread < threads; ++thread) {
        CHECK(values_of(view, "thread/" + std::to_string(thread)) == counted(values));
        CHECK(view["last/" + std::to_string(thread)].fetch<int>() == values - 1);
    }
    std::vector<int> next(threads, 0);
    for (const double value : values_of(view, "shared")) {
        const auto thread = static_cast<std::size_t>(value) / values;
        CHECK(static_cast<int>(value) % values == next[thread]++);
    }
    CHECK(next == std::vector<int>(threads, values));
}

TEST_CASE("threads: every call may run beside every other", "[integration]") {
    World world;
    const auto run = world.run({.flush_period = 1ms});
    run["loss"].append(0);
    run["text"].append("first");
    run["number"] = 0;
    run.wait();
    in_threads(threads, [&](int thread) {
        const auto name = "of/" + std::to_string(thread);
        for (int i = 0; i < 10; ++i) {
            switch (thread) {
                case 0:
                    run["loss"].append(i);
                    break;
                case 1:
                    run["text"].append("line");
                    break;
                case 2:
                    run["number"] = i;
                    break;
                case 3:
                    run.assign({{name, {{"a", i}, {"b", "text"}}}});
                    break;
                case 4:
                    run[name].extend({1.0, 2.0, 3.0});
                    break;
                case 5:
                    run["sys/tags"].add(std::to_string(i));
                    break;
                case 6:
                    run.wait();
                    break;
                case 7:
                    run.wait(WaitFor::disk);
                    break;
                case 8:
                    run.sync();
                    break;
                case 9:
                    static_cast<void>(run.fetch());
                    break;
                case 10:
                    static_cast<void>(run["number"].fetch<int>());
                    break;
                case 11:
                    static_cast<void>(run["loss"].fetch_values<double>());
                    break;
                case 12:
                    static_cast<void>(run.structure().to_text());
                    break;
                case 13:
                    static_cast<void>(run.exists("of/3/a"));
                    break;
                case 14:
                    run[name] = i;
                    run[name].erase();
                    break;
                default:
                    run[name].assign(run["number"]);
                    break;
            }
        }
    });
    run.wait();
    CHECK(world.look(run)["sys/tags"].fetch<std::set<std::string>>().size() == 10);
    CHECK(values_of(world.look(run), "of/4").size() == 30);
    CHECK_FALSE(world.look(run).exists("of/14"));
    CHECK(world.errors.all().empty());
}

TEST_CASE("threads: objects are opened, used and stopped side by side", "[integration]") {
    World world;
    std::vector<std::string> ids(8);
    in_threads(8, [&](int thread) {
        const auto run = world.run();
        ids[static_cast<std::size_t>(thread)] = id_of(run);
        for (int i = 0; i < 50; ++i) run["loss"].append(thread);
    });
    for (int thread = 0; thread < 8; ++thread) {
        const auto view = world.look_at(OpenRun{.with_id = ids[static_cast<std::size_t>(thread)]});
        CHECK(values_of(view, "loss") == std::vector<double>(50, thread));
    }
    CHECK(world.queues().empty());
}

TEST_CASE("threads: stopping while others log loses nothing that returned", "[integration]") {
    World world;
    const auto run = world.run({.flush_period = 1ms});
    std::atomic<int> returned = 0;
    std::atomic<int> stopped = 0;
    in_threads(8, [&](int thread) {
        if (thread < 2) {
            while (returned < 200) std::this_thread::yield();
            run.stop();  // twice at once
            CHECK(run.state() == State::stopped);
            return;
        }
        try {
            const auto loss = run["loss"];
            for (;;) {
                loss.append(1.0);
                ++returned;
            }
        } catch (const InactiveObjectError&) {
            ++stopped;
        }
    });
    CHECK(stopped == 6);
    CHECK(static_cast<int>(values_of(world.look(run), "loss").size()) == returned);
}

TEST_CASE("threads: in sync mode every thread hears of its own errors only", "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::sync});
    std::atomic<int> refused = 0, accepted = 0;
    in_threads(8, [&](int thread) {
        const auto series = run["series/" + std::to_string(thread)];
        for (int i = 0; i < 10; ++i) {
            try {
                series.append(i, {.step = thread % 2 == 0 ? i : -i});
                ++accepted;
            } catch (const MetadataInconsistency& error) {
                if (std::string(error.what()).find("series/" + std::to_string(thread)) !=
                    std::string::npos)
                    ++refused;
            }
        }
    });
    CHECK(accepted == 4 * 10 + 4);
    CHECK(refused == 4 * 9);
}
