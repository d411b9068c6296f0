#ifndef NEPTUNE_STORAGE_ARTIFACTS_HPP
#define NEPTUNE_STORAGE_ARTIFACTS_HPP

// Artifacts in SQLite. Functions that write are called inside the writer's transaction.

#include <neptune/storage/sqlite.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/artifacts.hpp>
#include <neptune/wire/codec.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::storage::artifacts {

namespace detail {

inline Artifact read_artifact(const Statement& row) {
    return {row.text(0), row.boolean(1),
            row.is_null(2) ? std::nullopt : std::optional(row.integer(2))};
}

// An array of pairs and no object: keys may repeat, and their order is kept.
inline std::string metadata_to_text(const std::vector<wire::ArtifactMetadata>& metadata) {
    auto json = wire::Json::array();
    for (const auto& [key, value] : metadata) json.push_back(wire::Json::array({key, value}));
    return wire::to_text(json);
}

/// Errors: throws StoreError for anything but a text made above.
inline std::vector<wire::ArtifactMetadata> metadata_from_text(std::string_view text) {
    try {
        std::vector<wire::ArtifactMetadata> metadata;
        for (auto& pair : wire::decode<std::vector<std::vector<std::string>>>(
                 wire::parse_json(text, "metadata"), "metadata")) {
            if (pair.size() != 2) throw wire::DecodeError("metadata must be pairs");
            metadata.push_back({std::move(pair[0]), std::move(pair[1])});
        }
        return metadata;
    } catch (const wire::DecodeError& error) {
        throw StoreError(std::string("storage: a stored artifact is damaged: ") + error.what(),
                         false);
    }
}

inline wire::ArtifactFileDto read_file(const Statement& row) {
    return {row.text(0), row.text(1), row.text(2),
            row.is_null(3) ? std::nullopt : std::optional(row.integer(3)),
            metadata_from_text(row.text(4))};
}

}  // namespace detail

/// See Store::find_artifact.
[[nodiscard]] inline std::optional<Artifact> find(Database& database, std::string_view project_id,
                                                  std::string_view hash) {
    return read_first(
        database.query("SELECT a.hash, a.complete, a.size FROM artifacts a JOIN objects o ON "
                       "o.number = a.project WHERE o.id = ? AND a.hash = ?",
                       project_id, hash),
        detail::read_artifact);
}

/// See Store::announce_artifact. Errors: StoreError if there is no such project.
inline Artifact announce(Database& database, std::string_view project_id, std::string_view hash,
                         std::optional<std::int64_t> size) {
    database.execute(
        "INSERT INTO artifacts (project, hash, size) SELECT number, ?, ? FROM objects WHERE id = ? "
        "ON CONFLICT DO NOTHING",
        hash, size, project_id);
    if (auto artifact = find(database, project_id, hash)) return *std::move(artifact);
    throw StoreError("storage: there is no project " + std::string(project_id), false);
}

/// See Store::store_artifact. Errors: as `announce`.
inline Artifact store(Database& database, std::string_view project_id, std::string_view hash,
                      const std::vector<wire::ArtifactFileDto>& files) {
    const auto announced = announce(database, project_id, hash, std::nullopt);
    if (announced.complete) return announced;
    auto sorted = files;
    wire::sort_artifact_files(sorted);
    const auto id = read_first(
        database.query("SELECT a.id FROM artifacts a JOIN objects o ON o.number = a.project WHERE "
                       "o.id = ? AND a.hash = ?",
                       project_id, hash),
        [](const Statement& row) { return row.integer(0); });
    std::int64_t position = 0;
    for (const auto& file : sorted)
        database.execute(
            "INSERT INTO artifact_files (artifact, position, path, hash, type, size, metadata) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            id, position++, file.path, file.hash, file.type, file.size,
            detail::metadata_to_text(file.metadata));
    const auto size = wire::artifact_size(sorted);
    database.execute("UPDATE artifacts SET complete = 1, size = ? WHERE id = ?", size, id);
    return {std::string(hash), true, size};
}

/// See Store::artifact_files.
[[nodiscard]] inline std::optional<std::vector<wire::ArtifactFileDto>> files(
    Database& database, std::string_view project_id, std::string_view hash) {
    const auto id = read_first(
        database.query("SELECT a.id FROM artifacts a JOIN objects o ON o.number = a.project WHERE "
                       "o.id = ? AND a.hash = ? AND a.complete = 1",
                       project_id, hash),
        [](const Statement& row) { return row.integer(0); });
    if (!id) return std::nullopt;
    return read_all(database.query("SELECT path, hash, type, size, metadata FROM artifact_files "
                                   "WHERE artifact = ? ORDER BY position",
                                   *id),
                    detail::read_file);
}

}  // namespace neptune::storage::artifacts

#endif
