#ifndef NEPTUNE_STORAGE_ACTIVITY_HPP
#define NEPTUNE_STORAGE_ACTIVITY_HPP

// Whether an object is active, and for how long it has been (wire protocol §5.6, §15.4). Stored is
// the latest stretch of activity, [active_since, active_until), and the sum of those before it; a
// sign of life prolongs the stretch or, when it has run out, begins another one. So nothing has to
// be written at the moment when an object becomes idle.

#include <neptune/core/field_type.hpp>
#include <neptune/storage/sqlite.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace neptune::storage {

/// Times of one object, in milliseconds.
struct Activity {
    Millis active_since = 0, active_until = 0, active_before = 0;

    [[nodiscard]] RunState state(Millis now) const {
        return now < active_until ? RunState::active : RunState::inactive;
    }
    /// Milliseconds in state `active` until `now`.
    [[nodiscard]] Millis running_time(Millis now) const {
        return active_before + (std::max)(Millis{0}, (std::min)(now, active_until) - active_since);
    }
};

namespace activity {

namespace detail {

/// A clock that was set back never shortens anything.
inline void prolong(Database& database, std::int64_t object, Millis now) {
    database.execute(
        "UPDATE objects SET pinged = max(pinged, ?2), "
        "active_before = active_before + iif(?2 > active_until, active_until - active_since, 0), "
        "active_since = iif(?2 > active_until, ?2, active_since), "
        "active_until = max(active_until, ?3) WHERE number = ?1",
        object, now, now + idle_after_ms);
}

}  // namespace detail

/// After a write to the object's fields. `size_change`: bytes of data that came or went.
inline void note_write(Database& database, std::int64_t object, std::int64_t project,
                       std::int64_t size_change, Millis now) {
    detail::prolong(database, object, now);
    database.execute(
        "UPDATE objects SET modified = max(modified, ?2), size = size + ?3 WHERE number = ?1",
        object, now, size_change);
    database.execute("UPDATE projects SET last_activity = max(last_activity, ?) WHERE object = ?",
                     now, project);
}

/// See Store::ping.
[[nodiscard]] inline bool ping(Database& database, std::string_view object_id,
                               std::string_view producer, bool closing, Millis now) {
    const auto object =
        read_first(database.query("SELECT number FROM objects WHERE id = ?", object_id),
                   [](const Statement& row) { return row.integer(0); });
    if (!object) return false;
    database.execute("DELETE FROM pings WHERE object = ? AND time <= ?", *object,
                     now - idle_after_ms);
    detail::prolong(database, *object, now);
    if (!closing) {
        database.execute(
            "INSERT INTO pings (object, producer, time) VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET time = max(time, excluded.time)",
            *object, producer, now);
        return true;
    }
    database.execute("DELETE FROM pings WHERE object = ? AND producer = ?", *object, producer);
    // The stretch ends with what the others promised, or now.
    database.execute(
        "UPDATE objects SET active_until = max(active_since, coalesce("
        "(SELECT max(time) + ?3 FROM pings WHERE object = ?1), ?2)) WHERE number = ?1",
        *object, now, idle_after_ms);
    return true;
}

}  // namespace activity

}  // namespace neptune::storage

#endif
