#include <neptune/storage/writer.hpp>

#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;

namespace {

void insert(WriteSession& session, const std::string& name) {
    session.database.execute("INSERT INTO workspaces (id, name, created) VALUES (?1, ?1, 0)", name);
}

std::vector<std::string> stored(const std::string& path) {
    Database database(path);
    return read_all(database.query("SELECT name FROM workspaces ORDER BY name"),
                    [](const Statement& row) { return row.text(0); });
}

}  // namespace

TEST_CASE("writer: what a returned call wrote is committed", "[storage]") {
    const TempDirectory directory;
    const std::string path = directory.path + "/db";
    Writer writer(path);
    CHECK(writer.run([](WriteSession& session) {
        insert(session, "a");
        return 42;
    }) == 42);
    CHECK(stored(path) == std::vector<std::string>{"a"});
}

TEST_CASE("writer: a failing call spoils nothing of those that share its transaction",
          "[storage]") {
    const TempDirectory directory;
    const std::string path = directory.path + "/db";
    Writer writer(path);
    std::promise<void> go;
    auto gone = go.get_future().share();
    std::vector<std::thread> threads;
    std::vector<int> failed(9, 0);
    threads.emplace_back([&] { writer.run([&](WriteSession&) { gone.wait(); }); });
    for (std::size_t i = 0; i < failed.size(); ++i)
        threads.emplace_back([&, i] {
            try {
                writer.run([&](WriteSession& session) {
                    insert(session, std::to_string(i));
                    if (i % 3 == 0) throw std::runtime_error("mine");
                    // Fails in SQLite itself.
                    if (i % 3 == 1) insert(session, std::to_string(i));
                });
            } catch (const StoreError&) {
                failed[i] = 2;
            } catch (const std::runtime_error& error) {
                failed[i] = error.what() == std::string("mine") ? 1 : -1;
            }
        });
    go.set_value();
    for (auto& thread : threads) thread.join();
    CHECK(failed == std::vector<int>{1, 2, 0, 1, 2, 0, 1, 2, 0});
    CHECK(stored(path) == std::vector<std::string>{"2", "5", "8"});
}

TEST_CASE("writer: a full disk fails the call as transient, and the next one works", "[storage]") {
    const TempDirectory directory;
    const std::string path = directory.path + "/db";
    Writer writer(path);
    const auto limit_pages = [&](const char* sql) {
        writer.run([&](WriteSession& session) { session.database.run_script(sql); });
    };
    const auto generation = [&] {
        return writer.run([](WriteSession& session) { return session.generation; });
    };
    limit_pages("PRAGMA max_page_count = 60");
    bool transient = false;
    try {
        writer.run([](WriteSession& session) { insert(session, std::string(1'000'000, 'x')); });
    } catch (const StoreError& error) {
        transient = error.transient;
    }
    CHECK(transient);
    writer.run([](WriteSession& session) { insert(session, "small"); });
    CHECK(stored(path) == std::vector<std::string>{"small"});
    CHECK(generation() == generation());
}

TEST_CASE("writer: a lost transaction fails all who shared it and changes the generation",
          "[storage]") {
    const TempDirectory directory;
    const std::string path = directory.path + "/db";
    Writer writer(path);
    const auto generation = [&] {
        return writer.run([](WriteSession& session) { return session.generation; });
    };
    const auto before = generation();
    CHECK_THROWS_AS(writer.run([](WriteSession& session) {
        insert(session, "lost");
        session.database.run_script("ROLLBACK");
        throw StoreError("as SQLite does when the disk fails", true);
    }),
                    StoreError);
    CHECK(generation() != before);
    CHECK(stored(path).empty());
    writer.run([](WriteSession& session) { insert(session, "kept"); });
    CHECK(stored(path) == std::vector<std::string>{"kept"});
}

TEST_CASE("writer: what another connection writes changes the generation, own writes do not",
          "[storage]") {
    const TempDirectory directory;
    const std::string path = directory.path + "/db";
    Writer writer(path);
    const auto generation = [&] {
        return writer.run([](WriteSession& session) { return session.generation; });
    };
    const auto before = generation();
    writer.run([](WriteSession& session) { insert(session, "own"); });
    CHECK(generation() == before);
    Database other(path);
    configure(other);
    other.execute("DELETE FROM workspaces");
    CHECK(generation() != before);
}
