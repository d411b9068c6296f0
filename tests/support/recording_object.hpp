#ifndef NEPTUNE_TESTS_SUPPORT_RECORDING_OBJECT_HPP
#define NEPTUNE_TESTS_SUPPORT_RECORDING_OBJECT_HPP

// An object without an engine: it writes down which call each C++ expression became. For tests of
// the proxy only.

#include <neptune/client/object.hpp>
#include <neptune/core/path.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// One call that reached the object; members that the call does not have stay empty.
struct Call {
    std::string function;
    std::string path;
    neptune::Value value{};
    neptune::Append append{};
    neptune::Extend extend{};
    neptune::Configure configure{};
    std::vector<std::pair<std::string, neptune::detail::SeriesValues>> series{};
    std::vector<std::string> strings{};
    bool wait = false;
};

class RecordingObject : public neptune::detail::Object {
public:
    using FieldEntry = neptune::detail::FieldEntry;
    using SeriesValues = neptune::detail::SeriesValues;

    /// Every call but `intern`, in order.
    std::vector<Call> calls;
    /// What `fetch` answers, by path.
    std::map<std::string, neptune::Value> stored;
    std::string id = "RUN-1";
    neptune::State state_now = neptune::State::started;
    bool stopping_fails = false;

    /// The only call so far.
    [[nodiscard]] const Call& only() const {
        if (calls.size() != 1) throw std::logic_error(std::to_string(calls.size()) + " calls");
        return calls.front();
    }

    const FieldEntry* intern(std::string_view path) override {
        auto normal = neptune::core::normalize_path(path);
        if (neptune::core::path_problem(normal))
            throw neptune::InvalidPathError(neptune::ErrorCode::invalid_path,
                                            "the path is no path");
        auto& entry = entries_[normal];
        entry.path = std::move(normal);
        return &entry;
    }
    const FieldEntry* intern_below(const FieldEntry* parent, std::string_view path) override {
        return intern(neptune::core::join_path(parent->path, neptune::core::normalize_path(path)));
    }

    void assign(const FieldEntry* entry, const neptune::Value& value,
                const neptune::Write& options) override {
        add({.function = "assign", .path = entry->path, .value = value, .wait = options.wait});
    }
    void append(const FieldEntry* entry, double value, const neptune::Append& options) override {
        add({.function = "append", .path = entry->path, .value = value, .append = options});
    }
    void append(const FieldEntry* entry, std::string_view value,
                const neptune::Append& options) override {
        add({.function = "append", .path = entry->path, .value = value, .append = options});
    }
    void append(const FieldEntry* entry, const neptune::Dict& value,
                const neptune::Append& options) override {
        add({.function = "append", .path = entry->path, .value = value, .append = options});
    }
    void extend(const FieldEntry* entry, SeriesValues values,
                const neptune::Extend& options) override {
        add({.function = "extend",
             .path = entry->path,
             .extend = options,
             .series = {{"", std::move(values)}}});
    }
    void extend(const FieldEntry* entry, std::vector<std::pair<std::string, SeriesValues>> parts,
                const neptune::Extend& options) override {
        add({.function = "extend",
             .path = entry->path,
             .extend = options,
             .series = std::move(parts)});
    }
    void append(const FieldEntry* entry, const neptune::File& value,
                const neptune::Append& options) override {
        add({.function = "append", .path = entry->path, .value = value, .append = options});
    }
    void upload(const FieldEntry* entry, const neptune::File& file,
                const neptune::Write& options) override {
        add({.function = "upload", .path = entry->path, .value = file, .wait = options.wait});
    }
    void upload_files(const FieldEntry* entry, std::vector<std::string> globs,
                      const neptune::Write& options) override {
        add({.function = "upload_files",
             .path = entry->path,
             .strings = std::move(globs),
             .wait = options.wait});
    }
    void delete_files(const FieldEntry* entry, std::vector<std::string> paths,
                      const neptune::Write& options) override {
        add({.function = "delete_files",
             .path = entry->path,
             .strings = std::move(paths),
             .wait = options.wait});
    }
    void insert_strings(const FieldEntry* entry, std::vector<std::string> values,
                        const neptune::Write& options) override {
        add({.function = "insert",
             .path = entry->path,
             .strings = std::move(values),
             .wait = options.wait});
    }
    void remove_strings(const FieldEntry* entry, std::vector<std::string> values,
                        const neptune::Write& options) override {
        add({.function = "remove",
             .path = entry->path,
             .strings = std::move(values),
             .wait = options.wait});
    }
    void clear(const FieldEntry* entry, const neptune::Write& options) override {
        add({.function = "clear", .path = entry->path, .wait = options.wait});
    }
    void configure(const FieldEntry* entry, const neptune::Configure& options) override {
        add({.function = "configure", .path = entry->path, .configure = options});
    }
    void track_files(const FieldEntry* entry, std::string_view location,
                     const neptune::TrackFiles& options) override {
        add({.function = "track_files",
             .path = entry->path,
             .value = std::string(location),
             .strings = {options.destination.value_or("")},
             .wait = options.wait});
    }
    void erase(const FieldEntry* entry, const neptune::Write& options) override {
        add({.function = "erase", .path = entry->path, .wait = options.wait});
    }
    void change_stage(neptune::Stage stage) override {
        add({.function = "change_stage", .path = {}, .value = neptune::to_string(stage)});
    }

    neptune::Value fetch(const FieldEntry* entry) override {
        add({.function = "fetch", .path = entry->path});
        const auto found = stored.find(entry->path);
        if (found == stored.end())
            throw neptune::FetchAttributeNotFound(neptune::ErrorCode::fetch_attribute_not_found,
                                                  "not there");
        return found->second;
    }
    std::optional<double> fetch_last_float(const FieldEntry* entry) override {
        add({.function = "fetch_last_float", .path = entry->path});
        return 1.5;
    }
    std::optional<std::string> fetch_last_string(const FieldEntry* entry) override {
        add({.function = "fetch_last_string", .path = entry->path});
        return "last";
    }
    std::vector<neptune::Point<double>> fetch_floats(const FieldEntry* entry,
                                                     const neptune::FetchValues&) override {
        add({.function = "fetch_floats", .path = entry->path});
        return {{1, 0.5, {}}};
    }
    std::vector<neptune::Point<std::string>> fetch_strings(const FieldEntry* entry,
                                                           const neptune::FetchValues&) override {
        add({.function = "fetch_strings", .path = entry->path});
        return {{1, "text", {}}};
    }

    void download(const FieldEntry* entry, const neptune::Download& options) override {
        add({.function = "download", .path = entry->path, .strings = {options.destination.text}});
    }
    void download_last(const FieldEntry* entry, const neptune::Download& options) override {
        add({.function = "download_last",
             .path = entry->path,
             .strings = {options.destination.text}});
    }
    std::string fetch_extension(const FieldEntry* entry) override {
        add({.function = "fetch_extension", .path = entry->path});
        return "txt";
    }
    std::vector<neptune::FileEntry> list_files(const FieldEntry* entry,
                                               std::string_view path) override {
        add({.function = "list_files", .path = entry->path, .strings = {std::string(path)}});
        return {{.name = "a.txt", .size = 3}};
    }
    std::vector<neptune::ArtifactFile> artifact_files(const FieldEntry* entry) override {
        add({.function = "artifact_files", .path = entry->path});
        return {{"a", "h", "Local", 1, {}}};
    }

    std::unique_ptr<neptune::detail::TableSource> open_table(neptune::ObjectKind,
                                                             const neptune::RunsQuery&) override {
        add({.function = "open_table", .path = {}});
        return nullptr;
    }

    neptune::detail::CopySource copy_source(const FieldEntry* entry) override {
        return {.object_id = id, .path = entry->path};
    }

    bool exists(std::string_view path) override {
        return stored.contains(neptune::core::normalize_path(path));
    }
    std::string description(const FieldEntry* entry) override {
        return "<field at \"" + entry->path + "\">";
    }
    neptune::Structure structure() override {
        neptune::Structure result;
        for (const auto& [path, value] : stored) result.add(path, neptune::FieldType::string);
        return result;
    }

    void wait(neptune::WaitFor what) override {
        add({.function = what == neptune::WaitFor::disk ? "wait disk" : "wait server", .path = {}});
    }
    void sync(const neptune::Sync& options) override {
        add({.function = "sync", .path = {}, .wait = options.wait});
    }
    void stop(std::optional<std::chrono::duration<double>> limit) override {
        add({.function = "stop",
             .path = {},
             .value = limit ? neptune::Value(limit->count()) : neptune::Value()});
        state_now = neptune::State::stopped;
        if (stopping_fails)
            throw neptune::ConnectionLost(neptune::ErrorCode::connection_lost, "gone");
    }
    void detach() override { add({.function = "detach", .path = {}}); }
    neptune::State state() const override { return state_now; }
    std::string url() override { return "http://127.0.0.1/run"; }
    std::string sys_id() override { return id; }
    std::string monitoring_namespace() override { return "monitoring/0badcafe"; }
    void exception_left_scope(std::exception_ptr) noexcept override {
        calls.push_back({.function = "exception", .path = {}});
    }

private:
    void add(Call call) { calls.push_back(std::move(call)); }

    std::map<std::string, FieldEntry> entries_;
};

}  // namespace support

#endif  // NEPTUNE_TESTS_SUPPORT_RECORDING_OBJECT_HPP
