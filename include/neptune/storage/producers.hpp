#ifndef NEPTUNE_STORAGE_PRODUCERS_HPP
#define NEPTUNE_STORAGE_PRODUCERS_HPP

// Exactly once (wire protocol §15.2): which records of each producer an object has, and the errors
// of the last range.

#include <neptune/storage/sqlite.hpp>
#include <neptune/wire/operations.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::storage::producers {

/// Number of the last record that was applied, 0 before the first.
[[nodiscard]] inline std::int64_t last_sequence(Database& database, std::int64_t object,
                                                std::string_view producer) {
    Statement row = database.query("SELECT last FROM producers WHERE object = ? AND producer = ?",
                                   object, producer);
    return row.step() ? row.integer(0) : 0;
}

/// What becomes of a range when `last` is the last record that was applied. An empty range is a
/// gap.
[[nodiscard]] inline Applied::Outcome judge(const wire::ProducerRange& range, std::int64_t last) {
    if (range.first < 1 || range.last < range.first) return Applied::Outcome::sequence_conflict;
    if (range.last <= last) return Applied::Outcome::repeated;
    return range.first == last + 1 ? Applied::Outcome::applied
                                   : Applied::Outcome::sequence_conflict;
}

/// Errors of the range that ended with the last record.
[[nodiscard]] inline std::vector<wire::OperationError> errors(Database& database,
                                                              std::int64_t object,
                                                              std::string_view producer) {
    return read_all(database.query("SELECT type, description, operation, path FROM producer_errors "
                                   "WHERE object = ? AND producer = ? ORDER BY position",
                                   object, producer),
                    [](const Statement& row) {
                        return wire::OperationError{row.enumerator<wire::OperationErrorType>(0),
                                                    row.text(1), row.integer(2), row.text(3)};
                    });
}

/// Remembers that the range was applied.
inline void remember(Database& database, std::int64_t object, const wire::ProducerRange& range,
                     const std::vector<wire::OperationError>& errors) {
    database.execute(
        "INSERT INTO producers (object, producer, last) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET last = excluded.last",
        object, range.producer, range.last);
    database.execute("DELETE FROM producer_errors WHERE object = ? AND producer = ?", object,
                     range.producer);
    for (std::size_t i = 0; i < errors.size(); ++i)
        database.execute(
            "INSERT INTO producer_errors (object, producer, position, type, description, "
            "operation, path) VALUES (?, ?, ?, ?, ?, ?, ?)",
            object, range.producer, i, errors[i].type, errors[i].description, errors[i].index,
            errors[i].path);
}

}  // namespace neptune::storage::producers

#endif
