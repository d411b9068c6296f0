#ifndef NEPTUNE_WIRE_FILES_HPP
#define NEPTUNE_WIRE_FILES_HPP

// Structures about files, file sets and images (wire protocol §7.4 and §8).

#include <neptune/core/number.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/describe.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/objects.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace neptune::wire {

/// Answer of every upload: why it changed nothing; empty after a success.
struct UploadErrors {
    static constexpr std::string_view definition = "OperationErrorsListDTO";
    std::vector<OperationErrorDto> errors;
    static constexpr auto members() {
        return std::make_tuple(member("errors", &UploadErrors::errors));
    }
};

/// Reads the present form `{"errors":[…]}` and the two older ones, `null` and one error alone.
template <>
struct Codec<UploadErrors> {
    static Json encode(const UploadErrors& value) {
        return {{"errors", wire::encode(value.errors)}};
    }
    static UploadErrors decode(const Json& json, const std::string& where) {
        UploadErrors result;
        if (json.is_null()) return result;
        if (!json.is_object()) throw DecodeError(where + " must be an object");
        if (const auto list = json.find("errors"); list != json.end()) {
            if (!list->is_array()) throw DecodeError(where + ".errors must be an array");
            for (const auto& error : *list) result.errors.push_back(decode_error(error, where));
        } else {
            result.errors.push_back(decode_error(json, where));
        }
        return result;
    }

private:
    static OperationErrorDto decode_error(const Json& json, const std::string& where) {
        OperationErrorDto error;
        const auto text = json.find("errorDescription");
        if (!json.is_object() || text == json.end() || !text->is_string())
            throw DecodeError(where + " has neither errors nor an errorDescription");
        error.error_description = text->get<std::string>();
        if (const auto type = json.find("errorType"); type != json.end() && type->is_string())
            error.error_type = type->get<std::string>();
        return error;
    }
};

/// Answer to the start of an upload in parts: an identifier, or errors.
struct UploadMetadata {
    static constexpr std::string_view definition = "UploadMetadataDTO";
    std::optional<std::string> upload_id{};
    std::optional<std::vector<OperationErrorDto>> errors{};
    static constexpr auto members() {
        return std::make_tuple(member("uploadId", &UploadMetadata::upload_id),
                               member("errors", &UploadMetadata::errors));
    }
};

/// Without `download_url` the archive is not ready yet.
struct DownloadPreparation {
    static constexpr std::string_view definition = "DownloadPrepareRequest";
    std::string id;
    std::optional<std::string> download_url{};
    static constexpr auto members() {
        return std::make_tuple(member("id", &DownloadPreparation::id, "uuid"),
                               member("downloadUrl", &DownloadPreparation::download_url));
    }
};

inline constexpr std::string_view file_type_file = "file", file_type_directory = "directory";

/// Entry of one level of a file set. Units: `mtime` is ISO 8601, `size` bytes, of files only.
struct FileEntry {
    static constexpr std::string_view definition = "FileEntry";
    std::string name, file_type, mtime;
    std::optional<std::int64_t> size{};
    bool operator==(const FileEntry&) const = default;
    static constexpr auto members() {
        using F = FileEntry;
        return std::make_tuple(member("name", &F::name), member("fileType", &F::file_type),
                               member("mtime", &F::mtime, "date-time"), member("size", &F::size));
    }
};

struct ImageSeriesValues {
    static constexpr std::string_view definition = "ImageSeriesValuesDTO";
    std::int64_t total_item_count = 0;
    static constexpr auto members() {
        return std::make_tuple(member("totalItemCount", &ImageSeriesValues::total_item_count));
    }
};

/// `./a//b/` -> `a/b`; what begins with a slash keeps it. Paths of files in sets are compared and
/// stored in this form.
[[nodiscard]] inline std::string normalize_file_path(std::string_view path) {
    std::string result(path.substr(0, 1) == "/" ? "/" : "");
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto part = path.substr(0, slash);
        if (!part.empty() && part != ".") {
            if (!result.empty() && result.back() != '/') result += '/';
            result += part;
        }
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    return result;
}

/// Why a normalised path cannot be that of a file in a set, in words that follow "the path …";
/// nothing if it can.
[[nodiscard]] inline std::optional<std::string> file_path_problem(std::string_view path) {
    if (path.empty()) return "is empty";
    if (path.front() == '/') return "is absolute";
    if (path.size() > limits::file_path_bytes)
        return "is longer than " + std::to_string(limits::file_path_bytes) +
               " bytes (limit file_path_bytes)";
    std::size_t parts = 0;
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto part = path.substr(0, slash);
        if (part == "..") return "goes up by '..'";
        if (part.size() > limits::file_path_part_bytes)
            return "has a part longer than " + std::to_string(limits::file_path_part_bytes) +
                   " bytes (limit file_path_part_bytes)";
        if (++parts > limits::file_path_parts)
            return "has more than " + std::to_string(limits::file_path_parts) +
                   " parts (limit file_path_parts)";
        for (const char c : part)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                return "contains a control character";
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    return std::nullopt;
}

/// The same for the extension of a file, which has no dot in front and may be empty.
[[nodiscard]] inline std::optional<std::string> extension_problem(std::string_view extension) {
    if (extension.size() > limits::file_extension_bytes)
        return "is longer than " + std::to_string(limits::file_extension_bytes) +
               " bytes (limit file_extension_bytes)";
    for (const char c : extension)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '/')
            return "contains a slash or a control character";
    return std::nullopt;
}

/// Which bytes of a file a part holds: [first, last], both included, of `total`.
struct UploadRange {
    std::int64_t first = 0, last = 0, total = 0;
    bool operator==(const UploadRange&) const = default;
};

/// Value of the header X-Range: `bytes=0-5242879/11534336`.
[[nodiscard]] inline std::string to_text(const UploadRange& range) {
    return "bytes=" + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" +
           std::to_string(range.total);
}

/// Nothing unless the text is such a value with 0 <= first <= last < total.
[[nodiscard]] inline std::optional<UploadRange> parse_upload_range(std::string_view text) {
    constexpr std::string_view unit = "bytes=";
    const auto dash = text.find('-'), slash = text.find('/');
    if (text.substr(0, unit.size()) != unit || dash == std::string_view::npos ||
        slash == std::string_view::npos || slash < dash)
        return std::nullopt;
    const auto first = core::parse_int64(text.substr(unit.size(), dash - unit.size()));
    const auto last = core::parse_int64(text.substr(dash + 1, slash - dash - 1));
    const auto total = core::parse_int64(text.substr(slash + 1));
    if (!first || !last || !total || *first < 0 || *last < *first || *total <= *last)
        return std::nullopt;
    return UploadRange{*first, *last, *total};
}

}  // namespace neptune::wire

#endif
