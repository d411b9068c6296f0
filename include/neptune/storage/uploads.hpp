#ifndef NEPTUNE_STORAGE_UPLOADS_HPP
#define NEPTUNE_STORAGE_UPLOADS_HPP

// Uploads in parts: a row each, and their parts as files DIR/uploads/<id>/<first byte>. A part is
// complete and on disk before it has that name, so that it may come again, in any order, and after
// a restart.

#include <neptune/core/number.hpp>
#include <neptune/storage/blobs.hpp>
#include <neptune/storage/sqlite.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace neptune::storage::uploads {

/// Row of a new upload of that object; its id. The directory must come after the row is on disk:
/// those without a row are removed.
[[nodiscard]] inline std::string start(Database& database, std::int64_t object,
                                       const Upload& upload, Millis now) {
    auto id = core::uuid4();
    database.execute(
        "INSERT INTO uploads (id, object, path, type, name, size, touched) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        id, object, upload.path, upload.type, upload.name, upload.size, now);
    return id;
}

[[nodiscard]] inline std::optional<Upload> find(Database& database, std::string_view id) {
    return read_first(
        database.query("SELECT o.id, u.path, u.type, u.name, u.size, u.finished FROM uploads u "
                       "JOIN objects o ON o.number = u.object WHERE u.id = ?",
                       id),
        [](const Statement& row) {
            return Upload{row.text(0), row.text(1),    row.enumerator<FieldType>(2),
                          row.text(3), row.integer(4), row.boolean(5)};
        });
}

inline void touch(Database& database, std::string_view id, Millis now) {
    database.execute("UPDATE uploads SET touched = max(touched, ?) WHERE id = ?", now, id);
}

inline void set_finished(Database& database, std::string_view id, Millis now) {
    database.execute("UPDATE uploads SET finished = 1, touched = ? WHERE id = ?", now, id);
}

/// Moves a part to its place. False if the directory is gone. Errors: StoreError.
[[nodiscard]] inline bool keep_part(const std::string& directory, std::int64_t first,
                                    IncomingContent& content) {
    return detail::as_store_error([&] {
        if (::access(directory.c_str(), F_OK) != 0) return false;
        dynamic_cast<IncomingFile&>(content).move_to(directory + "/" + std::to_string(first));
        core::fsync_directory(directory);
        return true;
    });
}

struct Part {
    std::string path;
    std::int64_t first = 0, size = 0;
};

/// The parts that are there, in the order of their first bytes. Errors: StoreError.
[[nodiscard]] inline std::vector<Part> parts(const std::string& directory) {
    return detail::as_store_error([&] {
        std::vector<Part> result;
        for (const auto& name : core::list_directory(directory)) {
            const auto first = core::parse_int64(name);
            if (!first) continue;
            Part part{directory + "/" + name, *first};
            struct ::stat status {};
            if (::stat(part.path.c_str(), &status) != 0)
                throw core::os_error(errno, "look at", part.path);
            part.size = status.st_size;
            result.push_back(std::move(part));
        }
        std::sort(result.begin(), result.end(),
                  [](const Part& a, const Part& b) { return a.first < b.first; });
        return result;
    });
}

/// Why the parts are not a whole of `size` bytes; nothing if they are.
[[nodiscard]] inline std::optional<std::string> gap(const std::vector<Part>& parts,
                                                    std::int64_t size) {
    std::int64_t end = 0;
    for (const auto& part : parts) {
        if (part.first > end)
            return "bytes " + std::to_string(end) + " to " + std::to_string(part.first - 1) +
                   " are missing";
        if (part.first < end) return "two parts hold byte " + std::to_string(part.first);
        end = part.first + part.size;
    }
    if (end < size)
        return "bytes " + std::to_string(end) + " to " + std::to_string(size - 1) + " are missing";
    return std::nullopt;
}

/// Appends the parts to a content that arrives. Errors: StoreError.
inline void join(const std::vector<Part>& parts, IncomingContent& content) {
    std::vector<char> buffer(std::size_t{256} << 10);
    for (const auto& part : parts)
        detail::as_store_error([&] {
            const auto file = core::open_file(part.path, O_RDONLY);
            while (const std::size_t size =
                       core::read_up_to(file, buffer.data(), buffer.size(), part.path))
                content.write({buffer.data(), size});
        });
}

}  // namespace neptune::storage::uploads

#endif
