#include <neptune/storage/readers.hpp>

#include <string>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;

TEST_CASE("readers: a read does not wait for a writer and sees what was committed before",
          "[storage]") {
    Fixture f;
    Database writer(database_file(f.directory.path));
    configure(writer);
    Transaction transaction(writer, Transaction::Kind::write);
    writer.execute("UPDATE workspaces SET name = 'renamed'");
    CHECK(f.store->find_workspace("ml-team"));
    CHECK_FALSE(f.store->find_workspace("renamed"));
    transaction.commit();
    CHECK(f.store->find_workspace("renamed"));
}

TEST_CASE("readers: one read sees one state, and reads may nest", "[storage]") {
    Fixture f;
    Readers readers(database_file(f.directory.path));
    const auto count = [](Database& database) {
        Statement row = database.query("SELECT count(*) FROM objects");
        row.step();
        return row.integer(0);
    };
    readers.run([&](Database& database) {
        const auto before = count(database);
        f.create(ObjectKind::run);
        CHECK(count(database) == before);
        CHECK(readers.run(count) == before + 1);
    });
}

TEST_CASE("readers: they cannot write", "[storage]") {
    Fixture f;
    Readers readers(database_file(f.directory.path));
    CHECK_THROWS_AS(
        readers.run([](Database& database) { database.execute("DELETE FROM workspaces"); }),
        StoreError);
    CHECK(f.store->find_workspace("ml-team"));
}
