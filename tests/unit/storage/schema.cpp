#include <neptune/storage/schema.hpp>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("schema: a new file gets the newest version, another opening changes nothing",
          "[storage]") {
    const TempDirectory directory;
    const std::string path = directory.path + "/db";
    std::string key;
    for (int opening = 0; opening < 2; ++opening) {
        Database database(path);
        configure(database);
        migrate(database, path);
        CHECK(schema_version(database) == static_cast<std::int64_t>(migrations.size()));
        Statement fact = database.query("SELECT value FROM facts WHERE name = 'signing_key'");
        REQUIRE(fact.step());
        if (opening == 1) CHECK(fact.text(0) == key);
        key = fact.text(0);
    }
}

TEST_CASE("schema: connections are durable, check foreign keys, and use a log", "[storage]") {
    const TempDirectory directory;
    Database database(directory.path + "/db");
    configure(database);
    const auto setting = [&](std::string_view sql) {
        Statement row = database.query(sql);
        row.step();
        return row.text(0);
    };
    CHECK(setting("PRAGMA journal_mode") == "wal");
    CHECK(setting("PRAGMA synchronous") == "2");
    CHECK(setting("PRAGMA foreign_keys") == "1");
}

TEST_CASE("schema: a directory of a newer version is refused in words", "[storage]") {
    const TempDirectory directory;
    { const SqliteStore store({directory.path}); }
    {
        Database database(database_file(directory.path));
        database.run_script("PRAGMA user_version = 4711");
    }
    try {
        const SqliteStore store({directory.path});
        FAIL("it was opened");
    } catch (const StoreError& error) {
        CHECK_THAT(error.what(), ContainsSubstring("newer version of neptune-cpp") &&
                                     ContainsSubstring("4711") &&
                                     ContainsSubstring(directory.path));
        CHECK_FALSE(error.transient);
    }
}

TEST_CASE("schema: many may open a new directory at once", "[storage]") {
    for (int round = 0; round < 5; ++round) {
        const TempDirectory directory;
        std::atomic<int> opened = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                SqliteStore store({directory.path + "/data"});
                if (store.signing_key().size() == 32) ++opened;
            });
        for (auto& thread : threads) thread.join();
        CHECK(opened == 4);
    }
}

TEST_CASE("schema: points go with their series, and everything goes with its object", "[storage]") {
    Fixture f;
    const Object other = f.create(ObjectKind::run);
    f.apply({log_floats("a", {1, 2, 3}), {"b", wire::LogStrings{{{"x", 0.0, start}}}}});
    f.store->apply(other.id, {log_floats("a", {1, 2})}, std::nullopt, start);
    f.store.reset();
    Database database(database_file(f.directory.path));
    configure(database);
    const auto rows = [&](std::string_view sql) {
        Statement row = database.query(sql);
        row.step();
        return row.integer(0);
    };
    CHECK(rows("SELECT count(*) FROM float_points") == 5);
    CHECK(rows("SELECT count(*) FROM string_points") == 1);
    database.execute("DELETE FROM objects WHERE id = ?", f.run.id);
    CHECK(rows("SELECT count(*) FROM float_points") == 2);
    CHECK(rows("SELECT count(*) FROM string_points") == 0);
    CHECK(rows("SELECT count(*) FROM series") == 1);
    database.execute("DELETE FROM objects WHERE id = ?", f.project.id);
    CHECK(rows("SELECT (SELECT count(*) FROM objects) + (SELECT count(*) FROM fields) + "
               "(SELECT count(*) FROM float_points) + (SELECT count(*) FROM projects) + "
               "(SELECT count(*) FROM project_members)") == 0);
}

TEST_CASE("schema: a directory of the first version goes on with all that it holds", "[storage]") {
    const TempDirectory directory;
    { const SqliteStore store({directory.path}); }
    const auto file = database_file(directory.path);
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file + suffix);
    {
        Database database(file);
        configure(database);
        database.run_script(migrations[0]);
        database.run_script(
            "PRAGMA user_version = 1;"
            "INSERT INTO workspaces VALUES ('w', 'ml-team', 1);"
            "INSERT INTO objects (number, id, kind, project, sys_id, created, modified, pinged, "
            "active_since, active_until) VALUES (1, 'p', 3, 1, 'CLS', 1, 1, 1, 1, 1), "
            "(2, 'r', 0, 1, 'CLS-1', 1, 1, 1, 1, 1);"
            "INSERT INTO projects VALUES (1, 'w', 'classification', 'CLS', 0, NULL, 1)");
    }
    SqliteStore store({directory.path});
    REQUIRE(store.find_object("r"));
    CHECK_FALSE(store.find_object("r")->trashed);
    CHECK(store.trash("p", {"r"}, "jackie", start) ==
          std::vector<TrashOutcome>{TrashOutcome::done});
    CHECK(store.invitations("w").empty());
}
