#ifndef NEPTUNE_WIRE_ARTIFACTS_HPP
#define NEPTUNE_WIRE_ARTIFACTS_HPP

// Artifacts: lists of file descriptions, named by the hash over them. Contents never go to the
// server.

#include <neptune/core/hex.hpp>
#include <neptune/core/sha256.hpp>
#include <neptune/core/utf8.hpp>
#include <neptune/wire/describe.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace neptune::wire {

struct ArtifactMetadata {
    static constexpr std::string_view definition = "ArtifactFileMetadataEntryDTO";
    std::string key, value;
    static constexpr auto members() {
        using M = ArtifactMetadata;
        return std::make_tuple(member("key", &M::key), member("value", &M::value));
    }
    bool operator==(const ArtifactMetadata&) const = default;
};

/// One file of an artifact. `hash` is the SHA-1 of the content (type `Local`) or the ETag (type
/// `S3`); `size` is in bytes.
struct ArtifactFileDto {
    static constexpr std::string_view definition = "ArtifactFileDTO";
    std::string path, hash, type;
    std::optional<std::int64_t> size{};
    std::vector<ArtifactMetadata> metadata;
    static constexpr auto members() {
        using F = ArtifactFileDto;
        return std::make_tuple(member("filePath", &F::path), member("fileHash", &F::hash),
                               member("type", &F::type), member("size", &F::size),
                               member("metadata", &F::metadata));
    }
    bool operator==(const ArtifactFileDto&) const = default;
};

/// A list of files. Its JSON is read and written file by file (wire/artifacts_json.hpp).
struct ArtifactFiles {
    static constexpr std::string_view definition = "ArtifactFilesDTO";
    std::vector<ArtifactFileDto> files;
    static constexpr auto members() {
        return std::make_tuple(member("files", &ArtifactFiles::files));
    }
    bool operator==(const ArtifactFiles&) const = default;
};

/// What the server knows of an artifact. `received_metadata`: its list of files was uploaded.
/// `size`: bytes of all files, absent if that of one is unknown.
struct ArtifactDto {
    static constexpr std::string_view definition = "ArtifactDTO";
    std::string artifact_hash, project_id;
    bool received_metadata = false;
    std::optional<std::int64_t> size{};
    static constexpr auto members() {
        using A = ArtifactDto;
        return std::make_tuple(
            member("artifactHash", &A::artifact_hash), member("projectId", &A::project_id, "uuid"),
            member("receivedMetadata", &A::received_metadata), member("size", &A::size));
    }
    bool operator==(const ArtifactDto&) const = default;
};

/// Hash of the artifact without files: SHA-256 of nothing.
inline constexpr std::string_view empty_artifact_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// 64 lower-case hexadecimal digits.
[[nodiscard]] inline bool is_artifact_hash(std::string_view text) {
    return text.size() == empty_artifact_hash.size() &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Sorts by path in code-point order, which for UTF-8 is that of the bytes; files of the same path
/// keep their order.
inline void sort_artifact_files(std::vector<ArtifactFileDto>& files) {
    std::stable_sort(files.begin(), files.end(),
                     [](const auto& a, const auto& b) { return a.path < b.path; });
}

namespace detail {

class ArtifactHasher {
public:
    void add(const ArtifactFileDto& file, bool with_metadata) {
        hash_.update("#");
        text(file.path);
        hash_.update("#");
        hash_.update(file.hash);
        hash_.update("#");
        if (file.size) big_endian(static_cast<std::uint64_t>(*file.size), 8);
        hash_.update("#");
        text(file.type);
        if (!with_metadata) return;
        hash_.update("#");
        auto entries = file.metadata;
        std::sort(entries.begin(), entries.end(),
                  [](const auto& a, const auto& b) { return a.key < b.key; });
        for (const auto& [key, value] : entries) {
            hash_.update("|");
            text(key);
            hash_.update("|");
            text(value);
        }
    }
    [[nodiscard]] std::string digits() const { return core::to_hex(hash_.digest()); }

private:
    // The length counts code points, not bytes.
    void text(std::string_view value) {
        big_endian(core::count_code_points(value), 4);
        hash_.update(value);
    }
    void big_endian(std::uint64_t number, int bytes) {
        char out[8];
        for (int i = 0; i < bytes; ++i) out[i] = static_cast<char>(number >> (8 * (bytes - 1 - i)));
        hash_.update(std::string_view(out, static_cast<std::size_t>(bytes)));
    }
    core::Sha256 hash_;
};

}  // namespace detail

/// Name of the list of files, whatever their order: 64 hexadecimal digits (wire protocol §9.3).
/// `with_metadata`: the variant of servers whose `artifacts.apiVersion` is 1.
[[nodiscard]] inline std::string artifact_hash(std::vector<ArtifactFileDto> files,
                                               bool with_metadata = false) {
    sort_artifact_files(files);
    detail::ArtifactHasher hasher;
    for (const auto& file : files) hasher.add(file, with_metadata);
    return hasher.digits();
}

/// Sum of the sizes; nothing if one of them is unknown.
[[nodiscard]] inline std::optional<std::int64_t> artifact_size(
    const std::vector<ArtifactFileDto>& files) {
    std::int64_t sum = 0;
    for (const auto& file : files) {
        if (!file.size || *file.size > INT64_MAX - sum) return std::nullopt;
        sum += *file.size;
    }
    return sum;
}

/// The list `old` with `added`: an added file takes the place of those with its path. The result
/// is sorted.
[[nodiscard]] inline std::vector<ArtifactFileDto> merge_artifact_files(
    std::vector<ArtifactFileDto> old, std::vector<ArtifactFileDto> added) {
    sort_artifact_files(added);
    std::erase_if(old, [&](const ArtifactFileDto& file) {
        const auto place = std::lower_bound(
            added.begin(), added.end(), file.path,
            [](const ArtifactFileDto& one, const std::string& path) { return one.path < path; });
        return place != added.end() && place->path == file.path;
    });
    old.insert(old.end(), std::make_move_iterator(added.begin()),
               std::make_move_iterator(added.end()));
    sort_artifact_files(old);
    return old;
}

}  // namespace neptune::wire

#endif
