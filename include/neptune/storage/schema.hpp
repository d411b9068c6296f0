#ifndef NEPTUNE_STORAGE_SCHEMA_HPP
#define NEPTUNE_STORAGE_SCHEMA_HPP

// Tables of the catalogue, and how a data directory of an older version becomes one of this
// version. A script that was released never changes; what is new is appended as another one.

#include <neptune/core/field_type.hpp>
#include <neptune/storage/sqlite.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace neptune::storage {

// Enumerators are stored as their numbers, so these may be added to but never moved.
static_assert(static_cast<int>(FieldType::float_number) == 0 &&
              static_cast<int>(FieldType::file) == 5 &&
              static_cast<int>(FieldType::file_set) == 6 &&
              static_cast<int>(FieldType::float_series) == 7 &&
              static_cast<int>(FieldType::string_set) == 10 &&
              static_cast<int>(FieldType::artifact) == 14);
static_assert(static_cast<int>(ObjectKind::run) == 0 && static_cast<int>(ObjectKind::project) == 3);
static_assert(static_cast<int>(WorkspaceRole::owner) == 1 &&
              static_cast<int>(ProjectRole::manager) == 2 &&
              static_cast<int>(Visibility::pub) == 2 &&
              static_cast<int>(UserKind::service_account) == 1);
static_assert(static_cast<int>(wire::OperationErrorType::metadata_inconsistency) == 0 &&
              static_cast<int>(wire::OperationErrorType::assign_float_value) == 2);

/// Script `i` leads from version `i` to version `i + 1`, which SQLite keeps as `user_version`.
inline constexpr std::array<const char*, 5> migrations{R"sql(
CREATE TABLE facts (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO facts VALUES ('access_revision', 0), ('signing_key', randomblob(32));

CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL
) STRICT;
CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind INTEGER NOT NULL,
    workspace TEXT NOT NULL REFERENCES workspaces,
    workspace_role INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX users_by_workspace ON users (workspace);
CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    secret_sha256 TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX tokens_by_user ON tokens (user);

-- Runs, models, versions, and each project as an object too. A project is its own project.
CREATE TABLE objects (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind INTEGER NOT NULL,
    project INTEGER NOT NULL REFERENCES objects (number) ON DELETE CASCADE,
    model INTEGER REFERENCES objects (number) ON DELETE CASCADE,
    sys_id TEXT NOT NULL,
    custom_id TEXT,
    owner TEXT NOT NULL DEFAULT '',
    trashed INTEGER NOT NULL DEFAULT 0,
    last_child INTEGER NOT NULL DEFAULT 0, -- highest number ever given to a run of this project, a version of this model
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    pinged INTEGER NOT NULL,
    active_since INTEGER NOT NULL,         -- the latest stretch of activity: [active_since, active_until)
    active_until INTEGER NOT NULL,
    active_before INTEGER NOT NULL DEFAULT 0, -- milliseconds of all stretches before that one
    size INTEGER NOT NULL DEFAULT 0,          -- bytes of points and files
    UNIQUE (project, sys_id)
) STRICT;
CREATE UNIQUE INDEX objects_by_custom_id ON objects (project, custom_id) WHERE custom_id IS NOT NULL;
CREATE INDEX objects_by_model ON objects (model) WHERE model IS NOT NULL;
CREATE TABLE projects (
    object INTEGER PRIMARY KEY REFERENCES objects (number) ON DELETE CASCADE,
    workspace TEXT NOT NULL REFERENCES workspaces,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    visibility INTEGER NOT NULL,
    description TEXT,
    last_activity INTEGER NOT NULL,
    UNIQUE (workspace, name),
    UNIQUE (workspace, key)
) STRICT;
CREATE TABLE project_members (
    project INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
    user TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    role INTEGER NOT NULL,
    PRIMARY KEY (project, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_members_by_user ON project_members (user);

-- What readers want to know of a project or an object, with the names around it.
CREATE VIEW project_details AS
    SELECT o.number, o.id, p.workspace AS workspace_id, w.name AS workspace_name, p.name, p.key, p.visibility, p.description,
           o.created, p.last_activity
    FROM projects p JOIN objects o ON o.number = p.object JOIN workspaces w ON w.id = p.workspace;
CREATE VIEW object_details AS
    SELECT o.number, o.id, o.kind, o.sys_id, p.id AS project_id, p.name AS project_name, p.workspace_id, p.workspace_name,
           coalesce(m.id, p.id) AS parent_id, o.custom_id, o.trashed, o.owner, m.sys_id AS model_id, p.visibility,
           o.created, o.modified, o.pinged, o.active_since, o.active_until, o.active_before, o.size
    FROM objects o JOIN project_details p ON p.number = o.project LEFT JOIN objects m ON m.number = o.model;

-- Who shows signs of life of an object; an empty producer is a client that names none.
CREATE TABLE pings (
    object INTEGER NOT NULL REFERENCES objects ON DELETE CASCADE,
    producer TEXT NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY (object, producer)
) STRICT, WITHOUT ROWID;
-- The last range of each producer that was applied, and its errors.
CREATE TABLE producers (
    object INTEGER NOT NULL REFERENCES objects ON DELETE CASCADE,
    producer TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (object, producer)
) STRICT, WITHOUT ROWID;
CREATE TABLE producer_errors (
    object INTEGER NOT NULL,
    producer TEXT NOT NULL,
    position INTEGER NOT NULL,
    type INTEGER NOT NULL,
    description TEXT NOT NULL,
    operation INTEGER NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (object, producer, position),
    FOREIGN KEY (object, producer) REFERENCES producers ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Catalogue: one row a field. `value` is what an atom holds, or the JSON text of a gitRef.
CREATE TABLE fields (
    id INTEGER PRIMARY KEY,
    object INTEGER NOT NULL REFERENCES objects ON DELETE CASCADE,
    path TEXT NOT NULL,
    type INTEGER NOT NULL,
    value ANY,
    UNIQUE (object, path)
) STRICT;
CREATE TABLE set_members (
    field INTEGER NOT NULL REFERENCES fields ON DELETE CASCADE,
    value TEXT NOT NULL,
    PRIMARY KEY (field, value)
) STRICT, WITHOUT ROWID;
-- Aggregates over all points of a series; `m2` is the sum of squared distances from the mean.
CREATE TABLE series (
    field INTEGER PRIMARY KEY REFERENCES fields ON DELETE CASCADE,
    count INTEGER NOT NULL DEFAULT 0,
    last ANY,
    last_step REAL,
    min REAL,
    max REAL,
    mean REAL NOT NULL DEFAULT 0,
    m2 REAL NOT NULL DEFAULT 0,
    config_min REAL,
    config_max REAL,
    config_unit TEXT
) STRICT;
-- One row a point. The key is field id * 2^32 + position in the series, so that points of a series lie together, a page
-- is a range of keys, and there is one b-tree to write.
-- Values are ANY because a REAL column keeps whole numbers as integers, which have no -0.0.
CREATE TABLE float_points (key INTEGER PRIMARY KEY, step REAL NOT NULL, time INTEGER NOT NULL, value ANY NOT NULL) STRICT;
CREATE TABLE string_points (key INTEGER PRIMARY KEY, step REAL NOT NULL, time INTEGER NOT NULL, value TEXT NOT NULL) STRICT;
CREATE TRIGGER points_of_deleted_series AFTER DELETE ON series BEGIN
    DELETE FROM float_points WHERE key BETWEEN old.field << 32 AND (old.field << 32) + 4294967295;
    DELETE FROM string_points WHERE key BETWEEN old.field << 32 AND (old.field << 32) + 4294967295;
END;
)sql",
                                                       R"sql(
-- What tables are made from. `revision` grows within a project with every change of one of its objects or of its fields,
-- `removed` counts the objects that went: by the two a table in memory learns what to read anew.
ALTER TABLE objects ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX objects_by_revision ON objects (project, revision);
CREATE TRIGGER revision_of_new_object AFTER INSERT ON objects BEGIN
    UPDATE objects SET revision = (SELECT max(revision) + 1 FROM objects WHERE project = new.project) WHERE number = new.number;
END;
-- Every write to a field ends with an update of its object, see activity::note_write.
CREATE TRIGGER revision_of_changed_object AFTER UPDATE ON objects WHEN new.revision = old.revision BEGIN
    UPDATE objects SET revision = (SELECT max(revision) + 1 FROM objects WHERE project = new.project) WHERE number = new.number;
END;
-- In how many objects of a kind a project has a field of that name and type. Rows may stay with a count of 0.
CREATE TABLE field_names (
    project INTEGER NOT NULL REFERENCES objects (number) ON DELETE CASCADE,
    path TEXT NOT NULL,
    type INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project, path, type, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO field_names SELECT o.project, f.path, f.type, o.kind, count(*)
    FROM fields f JOIN objects o ON o.number = f.object GROUP BY o.project, f.path, f.type, o.kind;
CREATE TRIGGER name_of_new_field AFTER INSERT ON fields BEGIN
    INSERT INTO field_names SELECT project, new.path, new.type, kind, 1 FROM objects WHERE number = new.object
        ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER name_of_deleted_field AFTER DELETE ON fields BEGIN
    UPDATE field_names SET count = count - 1 FROM objects o
        WHERE o.number = old.object AND field_names.project = o.project AND field_names.path = old.path
          AND field_names.type = old.type AND field_names.kind = o.kind;
END;
-- The fields go while the object is still there to say whose they are.
CREATE TRIGGER removal_of_object BEFORE DELETE ON objects BEGIN
    DELETE FROM fields WHERE object = old.number;
    UPDATE projects SET removed = removed + 1 WHERE object = old.project;
END;
)sql",
                                                       R"sql(
-- Since when and by whom; with_model: a version that its model took along.
ALTER TABLE objects ADD COLUMN trashed_at INTEGER;
ALTER TABLE objects ADD COLUMN trashed_by TEXT;
ALTER TABLE objects ADD COLUMN trashed_with_model INTEGER NOT NULL DEFAULT 0;
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    invitee TEXT NOT NULL,
    by_email INTEGER NOT NULL,
    role INTEGER NOT NULL,
    add_to_all_projects INTEGER NOT NULL,
    invited_by TEXT NOT NULL,
    created INTEGER NOT NULL,
    UNIQUE (workspace, invitee)
) STRICT;
)sql",
                                                       R"sql(
-- Lists of files of a project, named by the hash over them. A list comes with `complete` and never changes.
CREATE TABLE artifacts (
    id INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
    hash TEXT NOT NULL,
    size INTEGER,
    complete INTEGER NOT NULL DEFAULT 0,
    UNIQUE (project, hash)
) STRICT;
-- `position` is that in the list sorted by path; `metadata` a JSON array of pairs.
CREATE TABLE artifact_files (
    artifact INTEGER NOT NULL REFERENCES artifacts ON DELETE CASCADE,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    hash TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER,
    metadata TEXT NOT NULL,
    PRIMARY KEY (artifact, position)
) STRICT, WITHOUT ROWID;
)sql",
                                                       R"sql(
-- Contents: files named by their SHA-256 in DIR/blobs (blobs.hpp), and who refers to them.
CREATE TABLE blobs (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    crc32 INTEGER NOT NULL
) STRICT;
-- Contents that are new or lost a reference, and may have none. (OR IGNORE has no effect in triggers of an upsert.)
CREATE TABLE loose_blobs (blob INTEGER PRIMARY KEY) STRICT;
-- Contents that are gone from the tables and whose files are not yet removed.
CREATE TABLE doomed_blobs (sha256 TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE files (
    field INTEGER PRIMARY KEY REFERENCES fields ON DELETE CASCADE,
    blob INTEGER NOT NULL REFERENCES blobs,
    extension TEXT NOT NULL
) STRICT;
CREATE INDEX files_by_blob ON files (blob);
CREATE TABLE file_sets (
    field INTEGER PRIMARY KEY REFERENCES fields ON DELETE CASCADE,
    count INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE file_set_files (
    field INTEGER NOT NULL REFERENCES file_sets ON DELETE CASCADE,
    path TEXT NOT NULL,
    blob INTEGER NOT NULL REFERENCES blobs,
    mtime INTEGER NOT NULL,
    PRIMARY KEY (field, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_set_files_by_blob ON file_set_files (blob);
-- One row an image, with keys as those of float_points.
CREATE TABLE images (
    key INTEGER PRIMARY KEY,
    step REAL NOT NULL,
    time INTEGER NOT NULL,
    blob INTEGER NOT NULL REFERENCES blobs,
    name TEXT,
    description TEXT
) STRICT;
CREATE INDEX images_by_blob ON images (blob);
CREATE TRIGGER images_of_deleted_series AFTER DELETE ON series BEGIN
    DELETE FROM images WHERE key BETWEEN old.field << 32 AND (old.field << 32) + 4294967295;
END;
CREATE TRIGGER loose_new_blob AFTER INSERT ON blobs BEGIN
    INSERT INTO loose_blobs SELECT new.id WHERE new.id NOT IN (SELECT blob FROM loose_blobs);
END;
CREATE TRIGGER loose_deleted_file AFTER DELETE ON files BEGIN
    INSERT INTO loose_blobs SELECT old.blob WHERE old.blob NOT IN (SELECT blob FROM loose_blobs);
END;
CREATE TRIGGER loose_replaced_file AFTER UPDATE OF blob ON files BEGIN
    INSERT INTO loose_blobs SELECT old.blob WHERE old.blob NOT IN (SELECT blob FROM loose_blobs);
END;
CREATE TRIGGER loose_deleted_file_of_set AFTER DELETE ON file_set_files BEGIN
    INSERT INTO loose_blobs SELECT old.blob WHERE old.blob NOT IN (SELECT blob FROM loose_blobs);
END;
CREATE TRIGGER loose_replaced_file_of_set AFTER UPDATE OF blob ON file_set_files BEGIN
    INSERT INTO loose_blobs SELECT old.blob WHERE old.blob NOT IN (SELECT blob FROM loose_blobs);
END;
CREATE TRIGGER loose_deleted_image AFTER DELETE ON images BEGIN
    INSERT INTO loose_blobs SELECT old.blob WHERE old.blob NOT IN (SELECT blob FROM loose_blobs);
END;
-- Uploads in parts; the parts are files in DIR/uploads/<id>. `type` is that of the field, `name` the extension of a file or
-- the path in a set.
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    object INTEGER NOT NULL REFERENCES objects ON DELETE CASCADE,
    path TEXT NOT NULL,
    type INTEGER NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    finished INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_by_time ON uploads (touched);
)sql"};

[[nodiscard]] inline std::int64_t schema_version(Database& database) {
    Statement version = database.query("PRAGMA user_version");
    version.step();
    return version.integer(0);
}

/// Brings the tables to the newest version, each step as one transaction. Errors: StoreError if a
/// newer program made them.
inline void migrate(Database& database, const std::string& path) {
    constexpr auto known = static_cast<std::int64_t>(migrations.size());
    while (true) {
        const std::int64_t seen = schema_version(database);
        if (seen > known)
            throw StoreError("storage: " + path +
                                 " was written by a newer version of neptune-cpp (schema " +
                                 std::to_string(seen) + ", this program knows " +
                                 std::to_string(known) + "); use that version",
                             false);
        if (seen == known) return;
        Transaction transaction(database, Transaction::Kind::write);
        // Another process may have been faster while this one waited for the lock.
        if (schema_version(database) != seen) continue;
        database.run_script(migrations[static_cast<std::size_t>(seen)]);
        database.run_script(("PRAGMA user_version = " + std::to_string(seen + 1)).c_str());
        transaction.commit();
    }
}

/// Settings of each connection. WAL: readers and the writer do not wait for each other. FULL: a
/// commit is on disk when it returns.
inline void configure(Database& database) {
    // A CLI command and a running server share the file; neither holds the lock for long.
    database.run_script(
        "PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
        "PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864");
    // SQLite does not apply the time-out while it switches a new file to WAL, which two processes
    // may do at once.
    for (int attempt = 1;; ++attempt) {
        try {
            return database.run_script("PRAGMA journal_mode = WAL");
        } catch (const StoreError& error) {
            if (!error.transient || attempt == 100) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
}

}  // namespace neptune::storage

#endif
