#ifndef NEPTUNE_CLIENT_PYTHON_OPERATIONS_HPP
#define NEPTUNE_CLIENT_PYTHON_OPERATIONS_HPP

// The operations in the Python client's queues, of which neptune/internal/operation.py of version
// 1.14.1 knows 24, as ours.

#include <neptune/client/artifact_names.hpp>
#include <neptune/client/record_codec.hpp>
#include <neptune/core/base64.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/time.hpp>
#include <neptune/wire/codec.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::client {

/// An operation that cannot be read; `what()` says why.
struct PythonOperationError : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// One of a type that this version does not know.
struct UnknownPythonOperation : PythonOperationError {
    using PythonOperationError::PythonOperationError;
};

namespace detail {

/// Reads the members of one operation. Errors: PythonOperationError that names the member.
class PythonMembers {
public:
    explicit PythonMembers(const wire::Json& json) : json_(json) {
        if (!json.is_object()) throw PythonOperationError("it is no JSON object");
    }
    [[nodiscard]] const wire::Json& at(const char* name) const {
        const auto found = json_.find(name);
        if (found == json_.end()) throw wrong(name, "is missing");
        return *found;
    }
    [[nodiscard]] bool has(const char* name) const {
        const auto found = json_.find(name);
        return found != json_.end() && !found->is_null();
    }
    [[nodiscard]] std::string text(const char* name) const { return as_text(at(name), name); }
    [[nodiscard]] double number(const char* name) const { return as_number(at(name), name); }
    [[nodiscard]] std::optional<double> maybe_number(const char* name) const {
        return has(name) ? std::optional(number(name)) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> maybe_text(const char* name) const {
        return has(name) ? std::optional(text(name)) : std::nullopt;
    }
    // Python's integers have no limit.
    [[nodiscard]] std::int64_t integer(const char* name) const {
        const auto& value = at(name);
        const bool fits = value.is_number_unsigned() ? value.get<std::uint64_t>() <= INT64_MAX
                                                     : value.is_number_integer();
        if (!fits) throw wrong(name, "is no integer of 64 bits");
        return value.get<std::int64_t>();
    }
    [[nodiscard]] bool boolean(const char* name) const {
        const auto& value = at(name);
        if (!value.is_boolean()) throw wrong(name, "is neither true nor false");
        return value.get<bool>();
    }
    [[nodiscard]] std::string base64(const char* name) const {
        auto bytes = core::base64::decode(text(name));
        if (!bytes) throw wrong(name, "is no base64");
        return *std::move(bytes);
    }
    [[nodiscard]] const wire::Json& list(const char* name) const {
        const auto& value = at(name);
        if (!value.is_array()) throw wrong(name, "is no list");
        return value;
    }
    [[nodiscard]] std::vector<std::string> texts(const char* name) const {
        std::vector<std::string> result;
        for (const auto& element : list(name)) result.push_back(as_text(element, name));
        return result;
    }
    /// `["a", "b"]` as `a/b`.
    [[nodiscard]] std::string path(const char* name) const {
        std::string result;
        for (const auto& part : texts(name)) result += (result.empty() ? "" : "/") + part;
        if (result.empty()) throw wrong(name, "is empty");
        return result;
    }

private:
    static PythonOperationError wrong(const char* name, const char* problem) {
        return PythonOperationError("its member '" + std::string(name) + "' " + problem);
    }
    static std::string as_text(const wire::Json& value, const char* name) {
        if (!value.is_string()) throw wrong(name, "is no text");
        return value.get<std::string>();
    }
    static double as_number(const wire::Json& value, const char* name) {
        if (!value.is_number()) throw wrong(name, "is no number");
        return value.get<double>();
    }

    const wire::Json& json_;
};

template <class Read>
auto python_entries(const PythonMembers& operation, Read read) {
    using Entry = wire::LogEntry<decltype(read(operation))>;
    std::vector<Entry> entries;
    for (const auto& element : operation.list("values")) {
        const PythonMembers members(element);
        Entry entry;
        entry.value = read(members);
        entry.step = members.maybe_number("step");
        // Cut, not rounded, as the Python client does when it sends.
        const auto time = core::millis_from_seconds(members.number("ts"));
        if (!time) throw PythonOperationError("a point has the time " + element["ts"].dump());
        entry.timestamp_ms = *time;
        entries.push_back(std::move(entry));
    }
    return entries;
}

/// Source: `ImageValue` of the Python client, of which older versions wrote the data alone.
inline wire::Image python_image(const PythonMembers& entry) {
    const auto& value = entry.at("value");
    if (value.is_null()) return {};
    if (value.is_string()) return {entry.base64("value")};
    const PythonMembers image(value);
    return {image.has("data") ? image.base64("data") : std::string(), image.maybe_text("name"),
            image.maybe_text("description")};
}

/// Contents that were in memory lie in `directory`; other files are read when they are sent.
inline UploadFile python_upload(const PythonMembers& operation, const std::string& directory) {
    UploadFile result;
    result.extension = operation.text("ext");
    if (operation.has("file_path")) {
        result.path = operation.text("file_path");
        return result;
    }
    const auto name = operation.text("tmp_file_name");
    auto content = name.find('/') == std::string::npos ? core::read_file(directory + "/" + name)
                                                       : std::nullopt;
    if (!content) throw PythonOperationError("the content to be uploaded is missing: " + name);
    result.content = *std::move(content);
    return result;
}

/// Locations are relative to where `sync` runs, as those of the Python client are, which writes one
/// to an operation.
inline TrackedPath python_tracked(const PythonMembers& operation) {
    const auto& entries = operation.list("entries");
    if (entries.size() != 1 || !entries[0].is_array() || entries[0].size() != 2 ||
        !entries[0][0].is_string() || !(entries[0][1].is_string() || entries[0][1].is_null()))
        throw PythonOperationError("its member 'entries' is no list of one location");
    TrackedPath result{absolute_location(entries[0][0].get<std::string>())};
    if (entries[0][1].is_string()) result.destination = entries[0][1].get<std::string>();
    return result;
}

/// Types that the Python client can copy, by the names of its classes.
inline CopyField python_copy(const PythonMembers& operation) {
    const auto word = operation.text("source_attr_name");
    for (const auto type : {FieldType::float_number, FieldType::integer, FieldType::boolean,
                            FieldType::string, FieldType::datetime, FieldType::artifact})
        if (display_name(type) == word)
            return {operation.text("container_id"), operation.path("source_path"), type};
    throw PythonOperationError("it copies the type " + word + ", which cannot be copied");
}

}  // namespace detail

/// One element `obj` of a queue. `upload_directory` is the one of the queue. Errors:
/// PythonOperationError; std::system_error for a content that cannot be read.
[[nodiscard]] inline QueuedOperation read_python_operation(const wire::Json& json,
                                                           const std::string& upload_directory) {
    const detail::PythonMembers operation(json);
    const auto type = operation.text("type");
    QueuedOperation result{operation.path("path"), wire::Payload{}};
    const auto is = [&](std::string_view word) { return type == word; };
    const auto set = [&](wire::Payload payload) {
        result.work = std::move(payload);
        return result;
    };
    if (is("AssignFloat")) return set(wire::AssignFloat{operation.number("value")});
    if (is("AssignInt")) return set(wire::AssignInt{operation.integer("value")});
    if (is("AssignBool")) return set(wire::AssignBool{operation.boolean("value")});
    if (is("AssignString")) return set(wire::AssignString{operation.text("value")});
    if (is("AssignDatetime")) return set(wire::AssignDatetime{operation.integer("value")});
    if (is("LogFloats"))
        return set(wire::LogFloats{detail::python_entries(
            operation, [](const auto& members) { return members.number("value"); })});
    if (is("LogStrings"))
        return set(wire::LogStrings{detail::python_entries(
            operation, [](const auto& members) { return members.text("value"); })});
    if (is("LogImages"))
        return set(wire::LogImages{detail::python_entries(operation, detail::python_image)});
    if (is("ClearImageLog")) return set(wire::ClearImageSeries{});
    if (is("DeleteFiles")) return set(wire::DeleteFiles{operation.texts("file_paths")});
    if (is("ClearFloatLog")) return set(wire::ClearFloatSeries{});
    if (is("ClearStringLog")) return set(wire::ClearStringSeries{});
    if (is("ConfigFloatSeries"))
        return set(wire::ConfigFloatSeries{operation.maybe_number("min"),
                                           operation.maybe_number("max"),
                                           operation.maybe_text("unit")});
    if (is("AddStrings")) return set(wire::InsertStrings{operation.texts("values")});
    if (is("RemoveStrings")) return set(wire::RemoveStrings{operation.texts("values")});
    if (is("ClearStringSet")) return set(wire::ClearStringSet{});
    if (is("AssignArtifact")) return set(wire::AssignArtifact{operation.text("hash")});
    if (is("ClearArtifact")) return set(wire::ClearArtifact{});
    if (is("TrackFilesToArtifact")) {
        result.work = detail::python_tracked(operation);
        return result;
    }
    if (is("DeleteAttribute")) return set(wire::DeleteAttribute{});
    if (is("CopyAttribute")) {
        result.work = detail::python_copy(operation);
        return result;
    }
    if (is("UploadFile")) {
        result.work = detail::python_upload(operation, upload_directory);
        return result;
    }
    if (is("UploadFileContent")) {
        result.work = UploadFile{{}, operation.base64("file_content"), operation.text("ext")};
        return result;
    }
    if (is("UploadFileSet")) {
        // The patterns are absolute; names in the set are relative to where `sync` runs, as those
        // of the Python client are.
        result.work =
            UploadFileSet{operation.texts("file_globs"), std::filesystem::current_path().string(),
                          operation.text("reset") != "False"};
        return result;
    }
    throw UnknownPythonOperation("this version cannot send operations of the type " + type);
}

}  // namespace neptune::client

#endif
