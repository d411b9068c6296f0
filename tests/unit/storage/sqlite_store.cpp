#include <neptune/storage/sqlite_store.hpp>

#include <array>
#include <atomic>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;

TEST_CASE("store: everything is there after closing and opening", "[storage]") {
    Fixture f;
    const auto token = f.store->create_token(f.user.id, std::string(64, 'a'), start);
    f.apply({assign("a/b", 1.5),
             {"sys/tags", wire::InsertStrings{{"x"}}},
             log_floats("s", {1, 2, 3}),
             {"t", wire::LogStrings{{{"text", {}, start}}}},
             {"s", wire::ConfigFloatSeries{1.0, {}, "u"}}});
    f.store->ping(f.run.id, "p", false, start + 2000);
    const auto before = f.store->attributes(f.run.id, start + 5000);
    f.reopen();
    CHECK(f.store->attributes(f.run.id, start + 5000) == before);
    CHECK(f.store->find_token(std::string(64, 'a'))->id == token.id);
    CHECK(f.store->float_points(f.run.id, "s", 0, 10)->total == 3);
    CHECK(f.store->string_points(f.run.id, "t", 0, 10)->points[0].value == "text");
}

TEST_CASE("store: many threads write to few objects and nothing is lost", "[storage]") {
    Fixture f;
    std::vector<std::string> objects;
    for (int i = 0; i < 4; ++i) objects.push_back(f.create(ObjectKind::run).id);
    constexpr int threads = 8, calls = 40;
    std::atomic<int> errors = 0;
    std::vector<std::thread> workers;
    for (int thread = 0; thread < threads; ++thread)
        workers.emplace_back([&, thread] {
            const std::string own = "own/" + std::to_string(thread);
            const std::string& object = objects[static_cast<std::size_t>(thread) % objects.size()];
            for (int call = 0; call < calls; ++call) {
                const auto applied =
                    f.store->apply(object,
                                   {log_floats(own, {1, 2, 3, 4, 5}, call * 5),
                                    {"shared", wire::LogFloats{{{1, {}, start}}}},
                                    {own, wire::AssignBool{true}}},
                                   wire::ProducerRange{own, call + 1, call + 1}, start);
                errors += static_cast<int>(applied.errors.size());
                if (applied.outcome != Applied::Outcome::applied) errors += 1000;
                if (call % 10 == 0) {
                    f.store->ping(object, own, false, start);
                    if (f.store->attributes(object, start).empty()) errors += 1000;
                    f.store->data_version();
                }
            }
        });
    for (auto& worker : workers) worker.join();
    CHECK(errors == threads * calls);
    for (int thread = 0; thread < threads; ++thread) {
        const auto& object = objects[static_cast<std::size_t>(thread) % objects.size()];
        const auto page = f.store->float_points(object, "own/" + std::to_string(thread), 0, 1000);
        REQUIRE(page);
        CHECK(page->total == calls * 5);
        CHECK(page->points.back().step == calls * 5 - 1);
    }
    for (const auto& object : objects) {
        CHECK(f.store->float_points(object, "shared", 0, 0)->total == threads * calls / 4);
        CHECK(std::get<wire::FloatSeriesValue>(f.store->attribute(object, "shared", start)->value)
                  .average == 1.0);
        CHECK(std::get<double>(f.store->attribute(object, "sys/size", start)->value) ==
              16.0 * (2 * calls * 5 + threads * calls / 4));
    }
}

TEST_CASE("store: a second one on the same directory sees and is seen", "[storage]") {
    Fixture f;
    f.apply({log_floats("s", {1}), assign("gone", 1.0)});
    const auto version = f.store->data_version();
    SqliteStore command(f.options);
    const auto user =
        command.create_user("new", UserKind::person, f.workspace.id, WorkspaceRole::member, start);
    REQUIRE(user);
    command.create_token(user->id, std::string(64, 'f'), start);
    CHECK(f.store->data_version() != version);
    CHECK(f.store->find_user("new")->id == user->id);
    CHECK(f.store->find_token(std::string(64, 'f'))->user_id == user->id);

    // What the writer remembers of fields must not outlive the other one's changes.
    CHECK(
        command
            .apply(
                f.run.id,
                {log_floats("s", {2, 3}, 1), {"gone", wire::DeleteAttribute{}}, assign("new", "x")},
                std::nullopt, start)
            .errors.empty());
    CHECK(f.apply({log_floats("s", {4}, 2), assign("gone", "text"), assign("new", 1.0)}).size() ==
          2);
    CHECK(f.apply({log_floats("s", {5}, 3)}).empty());
    CHECK(command.float_points(f.run.id, "s", 0, 10)->total == 4);
    CHECK(command.find_object(f.create(ObjectKind::run).id)->sys_id == "CLS-2");
}

TEST_CASE("store: two on one directory write at once", "[storage]") {
    Fixture f;
    SqliteStore other(f.options);
    std::array<Store*, 2> stores{f.store.get(), &other};
    std::atomic<int> errors = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < stores.size(); ++i)
        threads.emplace_back([&, i] {
            for (int call = 0; call < 50; ++call)
                errors += static_cast<int>(stores[i]
                                               ->apply(f.run.id,
                                                       {{"s", wire::LogFloats{{{1, {}, start}}}},
                                                        assign("f" + std::to_string(call), 1.0)},
                                                       std::nullopt, start)
                                               .errors.size());
        });
    for (auto& thread : threads) thread.join();
    CHECK(errors == 0);
    CHECK(other.float_points(f.run.id, "s", 0, 0)->total == 100);
}

TEST_CASE("store: a killed process loses nothing that was acknowledged", "[storage]") {
    Fixture f;
    f.store.reset();
    constexpr int acknowledged = 60;
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    const ::pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        SqliteStore store(f.options);
        for (int call = 0;; ++call) {
            const auto applied = store.apply(
                f.run.id,
                {log_floats("s", {1, 2, 3}, call * 3), assign("p/" + std::to_string(call), 1.0)},
                wire::ProducerRange{"p", call + 1, call + 1}, start);
            const char byte = applied.errors.empty() ? 'y' : 'n';
            if (::write(pipe[1], &byte, 1) != 1) ::_exit(1);
        }
    }
    ::close(pipe[1]);
    int good = 0;
    char byte = 0;
    for (int i = 0; i < acknowledged; ++i)
        good += ::read(pipe[0], &byte, 1) == 1 && byte == 'y' ? 1 : 0;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(pipe[0], &byte, 1) == 1) good += byte == 'y' ? 1 : 0;
    ::close(pipe[0]);
    REQUIRE(good >= acknowledged);

    f.store = std::make_unique<SqliteStore>(f.options);
    const auto again = f.store->apply(f.run.id, {}, wire::ProducerRange{"p", 1, 1}, start);
    CHECK(again.outcome == Applied::Outcome::repeated);
    // The call that was under way may be there as well, whole or not at all.
    CHECK((again.last_sequence == good || again.last_sequence == good + 1));
    CHECK(f.store->float_points(f.run.id, "s", 0, 0)->total == 3 * again.last_sequence);
    CHECK(f.value("p/" + std::to_string(good - 1)));
    CHECK(f.store
              ->apply(f.run.id, {log_floats("s", {1}, 1e6)},
                      wire::ProducerRange{"p", again.last_sequence + 1, again.last_sequence + 1},
                      start)
              .errors.empty());
}
