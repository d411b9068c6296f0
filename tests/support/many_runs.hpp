#ifndef NEPTUNE_TESTS_SUPPORT_MANY_RUNS_HPP
#define NEPTUNE_TESTS_SUPPORT_MANY_RUNS_HPP

// More runs than a test could make by logging, written into the database.

#include <neptune/storage/data_directory.hpp>
#include <neptune/storage/schema.hpp>
#include <neptune/storage/sqlite.hpp>

#include <string>

namespace support {

/// A connection to the database of a server's data directory, as another process has it.
struct OwnDatabase {
    explicit OwnDatabase(const std::string& data)
        : database(neptune::storage::database_file(data)) {
        neptune::storage::configure(database);
    }
    neptune::storage::Database database;
};

/// Runs TEST-1 … TEST-<runs> of the project `test`, ten to a millisecond. Each has the Integer `x`
/// = number % 7, but for every fifth; and the Floats `params/p1` … `params/p<fields>`.
inline void add_runs(const std::string& data, int runs, int fields = 0) {
    OwnDatabase own(data);
    neptune::storage::Transaction transaction(own.database,
                                              neptune::storage::Transaction::Kind::write);
    own.database.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO objects (id, kind, project, sys_id, owner, created, modified, pinged, "
        "active_since, active_until) "
        "SELECT printf('00000000-0000-4000-8000-%012d', i), 0, p.object, 'TEST-' || i, 'ada', "
        "1700000000000 + i / 10, 1700000000000, 1700000000000, 1700000000000, 1700000000000 "
        "FROM n JOIN projects p WHERE p.name = 'test'",
        runs);
    own.database.execute(
        "INSERT INTO fields (object, path, type, value) SELECT number, 'x', 1, "
        "CAST(substr(sys_id, 6) AS INTEGER) % 7 FROM objects WHERE kind = 0 AND "
        "CAST(substr(sys_id, 6) AS INTEGER) % 5 <> 0");
    if (fields > 0)
        own.database.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO fields (object, path, type, value) "
            "SELECT o.number, 'params/p' || i, 0, (o.number * 7919 + i) % 10007 / 1000.0 "
            "FROM objects o JOIN n WHERE o.kind = 0",
            fields);
    transaction.commit();
}

}  // namespace support

#endif
