#ifndef NEPTUNE_WIRE_ARTIFACTS_JSON_HPP
#define NEPTUNE_WIRE_ARTIFACTS_JSON_HPP

// JSON of a list of files, which may have a million of them: the reader keeps the tree of one file
// at a time, the writer none.

#include <neptune/wire/artifacts.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/operations_writer.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::wire {

/// Why the file cannot be stored; nothing if it can. `where` names it in the answer.
[[nodiscard]] inline std::optional<std::string> artifact_file_problem(const ArtifactFileDto& file,
                                                                      const std::string& where) {
    const auto too_long = [&](const char* member, std::size_t size, const char* limit,
                              std::size_t value) -> std::optional<std::string> {
        if (size <= value) return std::nullopt;
        return where + "." + member + " has " + std::to_string(size) + " bytes; the limit " +
               limit + " is " + std::to_string(value);
    };
    if (file.path.empty()) return where + ".filePath must not be empty";
    if (file.size && *file.size < 0) return where + ".size must not be negative";
    if (auto problem = too_long("filePath", file.path.size(), "artifact_path_bytes",
                                limits::artifact_path_bytes))
        return problem;
    if (auto problem = too_long("fileHash", file.hash.size(), "artifact_hash_bytes",
                                limits::artifact_hash_bytes))
        return problem;
    if (auto problem =
            too_long("type", file.type.size(), "artifact_hash_bytes", limits::artifact_hash_bytes))
        return problem;
    std::size_t metadata = 0;
    for (const auto& [key, value] : file.metadata) metadata += key.size() + value.size();
    return too_long("metadata", metadata, "artifact_metadata_bytes",
                    limits::artifact_metadata_bytes);
}

template <>
struct Codec<ArtifactFiles> {
    /// Errors: throws DecodeError.
    static ArtifactFiles decode_text(std::string_view text, const std::string& where) {
        ArtifactFiles result;
        std::string member;
        bool found = false;
        const auto look = [&](int depth, Json::parse_event_t event, Json& parsed) {
            if (event == Json::parse_event_t::key && depth == 1) member = parsed.get<std::string>();
            if (depth != 1 && depth != 2) return true;
            const bool files = member == "files";
            if (depth == 1 && files && event == Json::parse_event_t::array_start) found = true;
            if (depth != 2 || !files) return true;
            const bool complete = event == Json::parse_event_t::object_end ||
                                  event == Json::parse_event_t::value ||
                                  event == Json::parse_event_t::array_end;
            if (!complete) return true;
            const auto here = where + ".files[" + std::to_string(result.files.size()) + "]";
            if (result.files.size() == limits::artifact_files)
                throw DecodeError(where + ".files has more than " +
                                  std::to_string(limits::artifact_files) +
                                  " elements (limit artifact_files)");
            result.files.push_back(wire::decode<ArtifactFileDto>(parsed, here));
            if (const auto problem = artifact_file_problem(result.files.back(), here))
                throw DecodeError(*problem);
            return false;  // not kept in the tree
        };
        try {
            const auto json = Json::parse(text.begin(), text.end(), look);
            if (!json.is_object()) throw DecodeError(where + " must be an object");
        } catch (const Json::parse_error& error) {
            throw DecodeError(where + " is not valid JSON (at byte " + std::to_string(error.byte) +
                              ")");
        } catch (const Json::out_of_range&) {
            throw DecodeError(where + " holds a number that is too large");
        }
        if (!found) throw DecodeError(where + ".files must be an array");
        return result;
    }

    static std::string encode_text(const ArtifactFiles& value) {
        std::string out = "{\"files\":[";
        for (const auto& file : value.files) {
            if (&file != value.files.data()) out += ',';
            write(out, file);
        }
        return out += "]}";
    }

private:
    static void write(std::string& out, const ArtifactFileDto& file) {
        const auto text = [&out](const char* before, std::string_view value) {
            out += before;
            detail::write_string(out, value);
        };
        text("{\"filePath\":", file.path);
        text(",\"fileHash\":", file.hash);
        text(",\"type\":", file.type);
        if (file.size) out += ",\"size\":" + std::to_string(*file.size);
        out += ",\"metadata\":[";
        for (const auto& entry : file.metadata) {
            text(&entry == file.metadata.data() ? "{\"key\":" : ",{\"key\":", entry.key);
            text(",\"value\":", entry.value);
            out += '}';
        }
        out += "]}";
    }
};

}  // namespace neptune::wire

#endif
