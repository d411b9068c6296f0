#ifndef NEPTUNE_STORAGE_FILE_FIELDS_HPP
#define NEPTUNE_STORAGE_FILE_FIELDS_HPP

// Files and file sets as rows: what refers to which content (blobs.hpp), under which name.

#include <neptune/storage/blobs.hpp>
#include <neptune/storage/catalogue.hpp>
#include <neptune/storage/sqlite.hpp>
#include <neptune/wire/files.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/rules.hpp>

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::storage {

/// Row of a content, made if it is new.
[[nodiscard]] inline std::int64_t intern(Database& database, const Blob& blob) {
    database.execute(
        "INSERT INTO blobs (sha256, size, crc32) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        blob.sha256, blob.size, std::int64_t{blob.crc32});
    Statement row = database.query("SELECT id FROM blobs WHERE sha256 = ?", blob.sha256);
    row.step();
    return row.integer(0);
}

/// The first path behind all of those below a folder: '0' follows '/'.
[[nodiscard]] inline std::string behind_folder(std::string_view folder) {
    return std::string(folder) + "0";
}

/// What one upload puts into a set.
struct FileOfSet {
    std::string path;
    std::int64_t blob = 0;
    std::int64_t size = 0;
};

/// Writes to one file set. Lifetime: within one call of the writer.
class FileSetWriter {
public:
    FileSetWriter(Database& database, std::int64_t field) : database_(database), field_(field) {
        Statement row = database_.query("SELECT count, size FROM file_sets WHERE field = ?", field);
        row.step();
        count_ = row.integer(0);
        size_ = row.integer(1);
        size_before_ = size_;
    }

    void clear() {
        database_.execute("DELETE FROM file_set_files WHERE field = ?", field_);
        count_ = 0;
        size_ = 0;
    }

    /// Gives why the file is not taken.
    [[nodiscard]] std::optional<std::string> put(const FileOfSet& file, Millis now) {
        const auto before = size_of(file.path);
        if (!before) {
            if (count_ >= wire::limits::file_set_files)
                return "the set has " + std::to_string(count_) +
                       " files already, which is the limit file_set_files";
            if (auto conflict = conflict_with(file.path)) return conflict;
        }
        database_.execute(
            "INSERT INTO file_set_files (field, path, blob, mtime) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET blob = excluded.blob, mtime = excluded.mtime",
            field_, file.path, file.blob, now);
        count_ += before ? 0 : 1;
        size_ += file.size - before.value_or(0);
        return std::nullopt;
    }

    /// Removes a file, or all below a folder; unknown paths are fine.
    void remove(std::string_view path) {
        const auto below = behind_folder(path);
        Statement sum = database_.query(
            "SELECT count(*), coalesce(sum(b.size), 0) FROM file_set_files f "
            "JOIN blobs b ON b.id = f.blob "
            "WHERE f.field = ?1 AND (f.path = ?2 OR (f.path > ?2 || '/' AND f.path < ?3))",
            field_, path, below);
        sum.step();
        count_ -= sum.integer(0);
        size_ -= sum.integer(1);
        database_.execute(
            "DELETE FROM file_set_files "
            "WHERE field = ?1 AND (path = ?2 OR (path > ?2 || '/' AND path < ?3))",
            field_, path, below);
    }

    /// Stores the totals, once at the end. Gives the bytes that came or went.
    std::int64_t finish() {
        database_.execute("UPDATE file_sets SET count = ?, size = ? WHERE field = ?", count_, size_,
                          field_);
        return size_ - size_before_;
    }

private:
    std::optional<std::int64_t> size_of(const std::string& path) {
        return read_first(
            database_.query("SELECT b.size FROM file_set_files f JOIN blobs b ON b.id = f.blob "
                            "WHERE f.field = ? AND f.path = ?",
                            field_, path),
            [](const Statement& row) { return row.integer(0); });
    }
    /// A path is a file or a folder, not both.
    std::optional<std::string> conflict_with(const std::string& path) {
        for (auto slash = path.find('/'); slash != std::string::npos;
             slash = path.find('/', slash + 1))
            if (size_of(path.substr(0, slash)))
                return "'" + path.substr(0, slash) + "' is a file of the set, not a folder";
        Statement below = database_.query(
            "SELECT 1 FROM file_set_files WHERE field = ? AND path > ? AND path < ? LIMIT 1",
            field_, path + "/", behind_folder(path));
        if (below.step()) return "'" + path + "' is a folder of the set, not a file";
        return std::nullopt;
    }

    Database& database_;
    std::int64_t field_;
    std::int64_t count_ = 0, size_ = 0, size_before_ = 0;
};

/// Replaces the file of a field; gives the bytes that came or went.
[[nodiscard]] inline std::int64_t set_file(Database& database, std::int64_t field,
                                           std::int64_t blob, std::int64_t size,
                                           const std::string& extension) {
    const auto before = read_first(
        database.query("SELECT b.size FROM files f JOIN blobs b ON b.id = f.blob WHERE f.field = ?",
                       field),
        [](const Statement& row) { return row.integer(0); });
    database.execute(
        "INSERT INTO files (field, blob, extension) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET blob = excluded.blob, extension = excluded.extension",
        field, blob, extension);
    return size - before.value_or(0);
}

/// Bytes of the contents that a field refers to.
[[nodiscard]] inline std::int64_t content_bytes(Database& database, std::int64_t field,
                                                FieldType type) {
    const auto first = [](Statement row) { return row.step() ? row.integer(0) : 0; };
    switch (type) {
        case FieldType::file:
            return first(database.query(
                "SELECT b.size FROM files f JOIN blobs b ON b.id = f.blob WHERE f.field = ?",
                field));
        case FieldType::file_set:
            return first(database.query("SELECT size FROM file_sets WHERE field = ?", field));
        case FieldType::image_series:
            return first(database.query(
                "SELECT coalesce(sum(b.size), 0) FROM images i JOIN blobs b ON b.id = i.blob "
                "WHERE i.key BETWEEN ?1 << 32 AND (?1 << 32) + 4294967295",
                field));
        default:
            return 0;
    }
}

/// Under which a file is downloaded: the last part of its field's path and its extension.
[[nodiscard]] inline std::string download_name(std::string_view path, std::string_view extension) {
    std::string name(path.substr(path.rfind('/') + 1));
    if (!extension.empty()) name.append(1, '.').append(extension);
    return name;
}

/// The UUID that an image series is given: its field's number, in the form of version 4.
[[nodiscard]] inline std::string channel_id(std::int64_t field) {
    char text[37];
    std::snprintf(text, sizeof text, "00000000-0000-4000-8000-%012llx",
                  static_cast<unsigned long long>(field) & 0xFFFFFFFFFFFFULL);
    return text;
}

}  // namespace neptune::storage

#endif
