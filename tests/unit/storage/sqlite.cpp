#include <neptune/storage/sqlite.hpp>

#include <array>
#include <string>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;
using Catch::Matchers::ContainsSubstring;

namespace {

/// The text of the StoreError that `action` throws.
template <class Action>
std::string message_of(Action action) {
    try {
        action();
    } catch (const StoreError& error) {
        return error.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("sqlite: values of every kind come back as they were bound", "[storage]") {
    Database database(":memory:");
    database.run_script("CREATE TABLE t (value ANY) STRICT");
    const std::string text("NUL \0 and 'quotes'", 18);
    const std::array<std::uint8_t, 3> bytes{0, 255, 1};
    database.execute("INSERT INTO t VALUES (?), (?), (?), (?), (?), (?), (?)", 1.5, INT64_MIN, true,
                     text, std::string_view(), std::optional<double>(),
                     std::span<const std::uint8_t>(bytes));
    Statement row = database.query("SELECT value FROM t ORDER BY rowid");
    REQUIRE(row.step());
    CHECK(row.real(0) == 1.5);
    REQUIRE(row.step());
    CHECK(row.integer(0) == INT64_MIN);
    REQUIRE(row.step());
    CHECK(row.boolean(0));
    REQUIRE(row.step());
    CHECK(row.text(0) == text);
    REQUIRE(row.step());
    CHECK_FALSE(row.is_null(0));
    CHECK(row.text(0).empty());
    REQUIRE(row.step());
    CHECK(row.is_null(0));
    CHECK_FALSE(row.optional_real(0));
    REQUIRE(row.step());
    CHECK(row.text(0) == std::string("\0\xff\1", 3));
    CHECK_FALSE(row.step());
}

TEST_CASE("sqlite: one statement may run inside itself", "[storage]") {
    Database database(":memory:");
    const auto count = [&](const auto& self, int depth) -> int {
        Statement row = database.query("SELECT ?1 UNION ALL SELECT ?1", depth);
        int rows = 0;
        while (row.step()) {
            CHECK(row.integer(0) == depth);
            rows += depth == 0 ? 1 : self(self, depth - 1);
        }
        return rows;
    };
    CHECK(count(count, 2) == 8);
}

TEST_CASE("sqlite: a transaction that is not committed leaves nothing", "[storage]") {
    Database database(":memory:");
    database.run_script("CREATE TABLE t (value INTEGER) STRICT");
    const auto rows = [&] {
        Statement row = database.query("SELECT count(*) FROM t");
        row.step();
        return row.integer(0);
    };
    {
        const Transaction transaction(database, Transaction::Kind::write);
        database.execute("INSERT INTO t VALUES (1)");
        CHECK(rows() == 1);
    }
    CHECK(rows() == 0);
    CHECK_FALSE(database.in_transaction());
    {
        Transaction transaction(database, Transaction::Kind::write);
        database.execute("INSERT INTO t VALUES (1)");
        transaction.commit();
    }
    CHECK(rows() == 1);
}

TEST_CASE("sqlite: errors carry the words of SQLite and the statement", "[storage]") {
    Database database(":memory:");
    CHECK_THAT(
        message_of([&] { database.execute("SELECT nonsense"); }),
        ContainsSubstring("no such column: nonsense") && ContainsSubstring("in: SELECT nonsense"));
    database.run_script("CREATE TABLE t (value TEXT NOT NULL UNIQUE) STRICT");
    database.execute("INSERT INTO t VALUES (?)", "a");
    CHECK_THAT(message_of([&] { database.execute("INSERT INTO t VALUES (?)", "a"); }),
               ContainsSubstring("UNIQUE constraint failed: t.value"));
    database.execute("INSERT INTO t VALUES (?)", "b");
    CHECK_THAT(message_of([] { Database nowhere("/nonexistent/file"); }),
               ContainsSubstring("open /nonexistent/file"));
}

TEST_CASE("sqlite: busy and full are transient, a broken rule is not", "[storage]") {
    const TempDirectory directory;
    Database first(directory.path + "/db"), second(directory.path + "/db");
    first.run_script("CREATE TABLE t (value TEXT NOT NULL) STRICT");
    const auto is_transient = [](auto action) {
        try {
            action();
        } catch (const StoreError& error) {
            return error.transient;
        }
        throw std::runtime_error("no error");
    };
    {
        const Transaction transaction(first, Transaction::Kind::write);
        CHECK(is_transient([&] { Transaction other(second, Transaction::Kind::write); }));
    }
    CHECK_FALSE(is_transient([&] { first.execute("INSERT INTO t VALUES (NULL)"); }));
    first.run_script("PRAGMA max_page_count = 2");
    CHECK(is_transient(
        [&] { first.execute("INSERT INTO t VALUES (?)", std::string(100'000, 'x')); }));
}
