#ifndef NEPTUNE_STORAGE_FILE_GARBAGE_HPP
#define NEPTUNE_STORAGE_FILE_GARBAGE_HPP

// Removal of contents that nothing refers to, and of abandoned uploads. A row goes first, and its
// file only when that is on disk: a crash in between leaves a file too many, never one too few.

#include <neptune/storage/blobs.hpp>
#include <neptune/storage/readers.hpp>
#include <neptune/storage/sqlite.hpp>
#include <neptune/storage/uploads.hpp>
#include <neptune/storage/writer.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace neptune::storage {

class FileGarbage {
public:
    FileGarbage(Blobs& blobs, Writer& writer, Readers& readers)
        : blobs_(blobs), writer_(writer), readers_(readers) {}

    void collect(Millis now) {
        for (const auto& sha256 : blobs_.marked()) {
            blobs_.remove_unless(sha256, [&](const std::string& name) { return is_known(name); });
            blobs_.unmark(sha256);
        }
        while (doom_some()) {
        }
        remove_doomed();
        remove_uploads(now);
    }

private:
    // Rows of one transaction, which holds up all other writing.
    static constexpr std::int64_t batch = 500;

    bool is_known(const std::string& sha256) {
        return readers_.run([&](Database& database) {
            return database.query("SELECT 1 FROM blobs WHERE sha256 = ?", sha256).step();
        });
    }

    static bool is_referred_to(Database& database, std::int64_t blob) {
        return database
            .query(
                "SELECT 1 FROM files WHERE blob = ?1 "
                "UNION ALL SELECT 1 FROM file_set_files WHERE blob = ?1 "
                "UNION ALL SELECT 1 FROM images WHERE blob = ?1",
                blob)
            .step();
    }

    /// False if there is nothing loose any more.
    bool doom_some() {
        return writer_.run([](WriteSession& session) {
            Database& database = session.database;
            const auto loose =
                read_all(database.query("SELECT blob FROM loose_blobs LIMIT ?", batch),
                         [](const Statement& row) { return row.integer(0); });
            for (const std::int64_t blob : loose) {
                if (!is_referred_to(database, blob)) {
                    database.execute(
                        "INSERT INTO doomed_blobs SELECT sha256 FROM blobs WHERE id = ? "
                        "ON CONFLICT DO NOTHING",
                        blob);
                    database.execute("DELETE FROM blobs WHERE id = ?", blob);
                }
                database.execute("DELETE FROM loose_blobs WHERE blob = ?", blob);
            }
            return !loose.empty();
        });
    }

    void remove_doomed() {
        const auto doomed = readers_.run([](Database& database) {
            return read_all(database.query("SELECT sha256 FROM doomed_blobs"),
                            [](const Statement& row) { return row.text(0); });
        });
        if (doomed.empty()) return;
        // One that is pinned or known came back meanwhile, and takes care of itself.
        for (const auto& sha256 : doomed)
            blobs_.remove_unless(sha256, [&](const std::string& name) { return is_known(name); });
        writer_.run([&](WriteSession& session) {
            for (const auto& sha256 : doomed)
                session.database.execute("DELETE FROM doomed_blobs WHERE sha256 = ?", sha256);
        });
    }

    void remove_uploads(Millis now) {
        const auto expired = writer_.run([&](WriteSession& session) {
            session.database.execute("DELETE FROM uploads WHERE touched < ?",
                                     now - upload_expiry_ms);
            return session.database.changed_rows();
        });
        if (expired == 0 && swept_) return;
        swept_ = true;
        const auto names =
            detail::as_store_error([&] { return core::list_directory(blobs_.uploads()); });
        for (const auto& name : names) {
            const auto upload =
                readers_.run([&](Database& database) { return uploads::find(database, name); });
            if (!upload || upload->finished)
                detail::as_store_error([&] { core::remove_tree(blobs_.upload_directory(name)); });
        }
    }

    Blobs& blobs_;
    Writer& writer_;
    Readers& readers_;
    bool swept_ = false;
};

}  // namespace neptune::storage

#endif
