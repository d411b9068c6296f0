#ifndef NEPTUNE_CLIENT_DEBUG_CONNECTION_HPP
#define NEPTUNE_CLIENT_DEBUG_CONNECTION_HPP

// Mode debug: the object lives in memory, under the same rules as on the server. Threads: the
// engine's lock for writing, one of its own for reading.

#include <neptune/client/artifacts.hpp>
#include <neptune/client/connection.hpp>
#include <neptune/client/downloads.hpp>
#include <neptune/client/local_file.hpp>
#include <neptune/client/remote_fields.hpp>
#include <neptune/core/path.hpp>
#include <neptune/core/random.hpp>
#include <neptune/core/time.hpp>
#include <neptune/wire/rules.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::client {

class DebugConnection final : public Connection {
public:
    DebugConnection(ObjectKind kind, std::string sys_id) : kind_(kind) {
        const auto now = wire::DatetimeValue{core::now_ms()};
        fields_["sys/id"].value = std::move(sys_id);
        fields_["sys/creation_time"].value = now;
        fields_["sys/modification_time"].value = now;
        fields_["sys/ping_time"].value = now;
        fields_["sys/state"].value = RunState::active;
        fields_["sys/tags"].value = wire::StringSetValue{};
        fields_["sys/group_tags"].value = wire::StringSetValue{};
        fields_["sys/name"].value = std::string("Untitled");
        if (kind == ObjectKind::run) fields_["sys/failed"].value = false;
        if (kind != ObjectKind::project) fields_["sys/trashed"].value = false;
        if (kind == ObjectKind::model_version) fields_["sys/stage"].value = std::string("none");
    }

    std::optional<Ticket> put(std::vector<QueuedOperation> operations) override {
        const std::lock_guard guard(mutex_);
        for (auto& operation : operations) {
            if (auto* file = std::get_if<UploadFile>(&operation.work)) {
                upload(operation.path, std::move(*file));
                continue;
            }
            if (std::holds_alternative<UploadFileSet>(operation.work)) {
                set(fields_[operation.path], wire::FileSetValue{});
                continue;
            }
            wire::Payload payload;
            if (auto* copy = std::get_if<CopyField>(&operation.work))
                payload = copied(*copy);
            else if (auto* tracked = std::get_if<TrackedPath>(&operation.work))
                payload = track(operation.path, *tracked);
            else
                payload = std::move(std::get<wire::Payload>(operation.work));
            if (const auto error = apply(operation.path, payload))
                throw MetadataInconsistency(ErrorCode::operation_refused, error->description);
        }
        return Ticket{};
    }
    std::optional<Ticket> put_point(neptune::detail::FieldEntry& entry,
                                    const wire::LogEntry<double>& point) override {
        return put({{entry.path, wire::Payload(wire::LogFloats{{point}})}});
    }

    std::vector<std::pair<std::string, FieldType>> fields() override {
        const std::lock_guard guard(mutex_);
        std::vector<std::pair<std::string, FieldType>> result;
        for (const auto& [path, field] : fields_) result.emplace_back(path, type_of(field));
        return result;
    }
    Value fetch(const std::string& path, FieldType) override {
        const std::lock_guard guard(mutex_);
        return to_value(at(path).value);
    }
    std::vector<std::pair<std::string, Value>> fetch_namespace(const std::string& path) override {
        const std::lock_guard guard(mutex_);
        std::vector<std::pair<std::string, Value>> result;
        for (const auto& [name, field] : fields_)
            if (core::is_below(name, path) &&
                (is_atom(type_of(field)) || type_of(field) == FieldType::run_state))
                result.emplace_back(name, to_value(field.value));
        return result;
    }
    std::optional<double> fetch_last_float(const std::string& path) override {
        const std::lock_guard guard(mutex_);
        const auto& points = at(path).floats;
        return points.empty() ? std::nullopt : std::optional(points.back().value);
    }
    std::optional<std::string> fetch_last_string(const std::string& path) override {
        const std::lock_guard guard(mutex_);
        const auto& points = at(path).strings;
        return points.empty() ? std::nullopt : std::optional(points.back().value);
    }
    std::vector<Point<double>> fetch_floats(const std::string& path, const FetchValues&) override {
        const std::lock_guard guard(mutex_);
        return at(path).floats;
    }
    std::vector<Point<std::string>> fetch_strings(const std::string& path,
                                                  const FetchValues&) override {
        const std::lock_guard guard(mutex_);
        return at(path).strings;
    }
    /// Of files and artifacts only; a path is read now. Nothing else is kept in this mode.
    void download(const std::string& path, FieldType type, const Download& options) override {
        const std::lock_guard guard(mutex_);
        if (type == FieldType::artifact) {
            download_artifact(files_of(at(path)), options.destination.text);
            return;
        }
        const auto found = files_.find(path);
        if (type != FieldType::file || found == files_.end()) refuse(path);
        const auto& file = found->second;
        const http::Headers headers{
            {"Content-Disposition", "filename=" + std::get<wire::FileValue>(at(path).value).name}};
        FileReceiver receiver(options.destination.text, last_part(path), options.progress, path);
        const auto sink = receiver.sink();
        sink.begin(headers);
        sink.write(file.path.empty() ? file.content : LocalFile(file.path).content());
        receiver.finish();
    }
    void download_last(const std::string& path, const Download&) override { refuse(path); }
    std::string fetch_extension(const std::string& path) override {
        const std::lock_guard guard(mutex_);
        return std::get<wire::FileValue>(at(path).value).extension;
    }
    std::vector<FileEntry> list_files(const std::string& path, const std::string&) override {
        refuse(path);
    }

    std::vector<ArtifactFile> artifact_files(const std::string& path) override {
        const std::lock_guard guard(mutex_);
        std::vector<ArtifactFile> result;
        for (const auto& file : files_of(at(path))) result.push_back(to_artifact_file(file));
        return result;
    }
    [[nodiscard]] std::string object_id() const override { return object_id_; }

    void before_fork() override { mutex_.lock(); }
    void after_fork_in_parent() override { mutex_.unlock(); }
    void after_fork_in_child() override { mutex_.unlock(); }

private:
    [[noreturn]] static void refuse(const std::string& path) {
        throw FileError(ErrorCode::offline_mode,
                        "the files of " + path + " were not kept: the object is in debug mode",
                        "open it in another mode to store file sets and images");
    }
    void upload(const std::string& path, UploadFile file) {
        auto name = last_part(path);
        if (!file.extension.empty()) name += "." + file.extension;
        set(fields_[path], wire::FileValue{std::move(name), file.extension,
                                           static_cast<std::int64_t>(file.content.size())});
        files_[path] = std::move(file);
    }

    struct Field {
        wire::AttributeValue value;
        std::vector<Point<double>> floats{};
        std::vector<Point<std::string>> strings{};
    };

    static FieldType type_of(const Field& field) {
        struct Types {
            FieldType operator()(double) const { return FieldType::float_number; }
            FieldType operator()(std::int64_t) const { return FieldType::integer; }
            FieldType operator()(bool) const { return FieldType::boolean; }
            FieldType operator()(const std::string&) const { return FieldType::string; }
            FieldType operator()(const wire::DatetimeValue&) const { return FieldType::datetime; }
            FieldType operator()(const wire::FloatSeriesValue&) const {
                return FieldType::float_series;
            }
            FieldType operator()(const wire::StringSeriesValue&) const {
                return FieldType::string_series;
            }
            FieldType operator()(const wire::StringSetValue&) const {
                return FieldType::string_set;
            }
            FieldType operator()(const wire::GitRefValue&) const { return FieldType::git_ref; }
            FieldType operator()(RunState) const { return FieldType::run_state; }
            FieldType operator()(const wire::FileValue&) const { return FieldType::file; }
            FieldType operator()(const wire::FileSetValue&) const { return FieldType::file_set; }
            FieldType operator()(const wire::ImageSeriesValue&) const {
                return FieldType::image_series;
            }
            FieldType operator()(const wire::ArtifactValue&) const { return FieldType::artifact; }
        };
        return std::visit(Types{}, field.value);
    }

    const Field& at(const std::string& path) const {
        const auto found = fields_.find(path);
        if (found == fields_.end()) throw not_on_server(path);
        return found->second;
    }

    // Lists of files by their hash, as a server keeps them.
    const std::vector<wire::ArtifactFileDto>& files_of(const Field& field) const {
        const auto& hash = std::get<wire::ArtifactValue>(field.value).hash;
        const auto found = artifacts_.find(hash);
        if (found != artifacts_.end()) return found->second;
        throw ArtifactNotFound(ErrorCode::artifact_not_found,
                               "no files are known of the artifact " + hash);
    }
    wire::Payload track(const std::string& path, const TrackedPath& tracked) {
        auto files = files_at({tracked}, false, hashes_, [] { return true; });
        if (const auto found = fields_.find(path); found != fields_.end())
            if (std::holds_alternative<wire::ArtifactValue>(found->second.value))
                files = wire::merge_artifact_files(files_of(found->second), std::move(files));
        const auto hash = wire::artifact_hash(files);
        wire::sort_artifact_files(files);
        artifacts_.insert_or_assign(hash, std::move(files));
        return wire::AssignArtifact{hash};
    }

    wire::Payload copied(const CopyField& copy) const {
        if (copy.object_id != object_id_)
            throw MetadataInconsistency(
                ErrorCode::copy_source_unreadable,
                "in debug mode a field can be copied within one object only");
        const auto& value = at(copy.path).value;
        if (const auto* v = std::get_if<double>(&value)) return wire::AssignFloat{*v};
        if (const auto* v = std::get_if<std::int64_t>(&value)) return wire::AssignInt{*v};
        if (const auto* v = std::get_if<bool>(&value)) return wire::AssignBool{*v};
        if (const auto* v = std::get_if<std::string>(&value)) return wire::AssignString{*v};
        if (const auto* v = std::get_if<wire::DatetimeValue>(&value))
            return wire::AssignDatetime{v->ms};
        if (const auto* v = std::get_if<wire::ArtifactValue>(&value))
            return wire::AssignArtifact{v->hash};
        throw MetadataInconsistency(ErrorCode::copy_source_unreadable,
                                    "only single values can be copied");
    }

    std::optional<wire::OperationError> apply(const std::string& path, wire::Payload& payload) {
        if (auto error = wire::rules::check_path(path, payload, kind_)) return error;
        if (auto error = wire::rules::check_value(path, payload)) return error;
        if (std::holds_alternative<wire::DeleteAttribute>(payload)) {
            fields_.erase(path);
            return std::nullopt;
        }
        const auto found = fields_.find(path);
        if (found != fields_.end() && type_of(found->second) != wire::type_of(payload))
            return wire::rules::type_conflict(path, type_of(found->second), payload);
        Field& field = fields_[path];
        std::optional<wire::OperationError> error;
        std::visit([&](auto& operation) { error = change(path, field, operation); }, payload);
        return error;
    }

    using Outcome = std::optional<wire::OperationError>;
    static Outcome set(Field& field, wire::AttributeValue value) {
        field.value = std::move(value);
        return std::nullopt;
    }
    static Outcome change(const std::string&, Field& field, wire::AssignFloat& op) {
        return set(field, op.value);
    }
    static Outcome change(const std::string&, Field& field, wire::AssignInt& op) {
        return set(field, op.value);
    }
    static Outcome change(const std::string&, Field& field, wire::AssignBool& op) {
        return set(field, op.value);
    }
    static Outcome change(const std::string&, Field& field, wire::AssignString& op) {
        return set(field, op.value);
    }
    static Outcome change(const std::string&, Field& field, wire::AssignDatetime& op) {
        return set(field, wire::DatetimeValue{op.value_ms});
    }
    static Outcome change(const std::string& path, Field& field, wire::LogFloats& op) {
        if (!std::holds_alternative<wire::FloatSeriesValue>(field.value))
            field.value = wire::FloatSeriesValue{};
        return log(path, field.floats, op.entries);
    }
    static Outcome change(const std::string& path, Field& field, wire::LogStrings& op) {
        if (!std::holds_alternative<wire::StringSeriesValue>(field.value))
            field.value = wire::StringSeriesValue{};
        return log(path, field.strings, op.entries);
    }
    static Outcome change(const std::string& path, Field& field, wire::LogImages& op) {
        if (!std::holds_alternative<wire::ImageSeriesValue>(field.value))
            field.value = wire::ImageSeriesValue{core::uuid4()};
        auto& last = std::get<wire::ImageSeriesValue>(field.value).last_step;
        for (const auto& entry : op.entries) {
            if (auto error = wire::rules::check_point(path, entry)) return error;
            const double step = entry.step.value_or(wire::rules::next_step({last}));
            if (last && step <= *last) return wire::rules::step_error(path, step);
            last = step;
        }
        return std::nullopt;
    }
    static Outcome change(const std::string&, Field& field, wire::ClearImageSeries&) {
        return set(field, wire::ImageSeriesValue{core::uuid4()});
    }
    static Outcome change(const std::string&, Field& field, wire::DeleteFiles&) {
        if (!std::holds_alternative<wire::FileSetValue>(field.value))
            field.value = wire::FileSetValue{};
        return std::nullopt;
    }
    static Outcome change(const std::string&, Field& field, wire::ClearFloatSeries&) {
        field.floats.clear();
        if (!std::holds_alternative<wire::FloatSeriesValue>(field.value))
            field.value = wire::FloatSeriesValue{};
        return std::nullopt;
    }
    static Outcome change(const std::string&, Field& field, wire::ClearStringSeries&) {
        field.strings.clear();
        return set(field, wire::StringSeriesValue{});
    }
    static Outcome change(const std::string&, Field& field, wire::ConfigFloatSeries& op) {
        return set(field, wire::FloatSeriesValue{{op.min, op.max, op.unit}});
    }
    static Outcome change(const std::string& path, Field& field, wire::InsertStrings& op) {
        auto set = members(field);
        set.insert(op.values.begin(), op.values.end());
        if (set.size() > wire::limits::string_set_members)
            return wire::rules::too_many_members(path);
        field.value = wire::StringSetValue{{set.begin(), set.end()}};
        return std::nullopt;
    }
    static Outcome change(const std::string&, Field& field, wire::RemoveStrings& op) {
        auto set = members(field);
        for (const auto& value : op.values) set.erase(value);
        field.value = wire::StringSetValue{{set.begin(), set.end()}};
        return std::nullopt;
    }
    static Outcome change(const std::string&, Field& field, wire::ClearStringSet&) {
        return set(field, wire::StringSetValue{});
    }
    static Outcome change(const std::string&, Field& field, wire::AssignArtifact& op) {
        return set(field, wire::ArtifactValue{op.hash});
    }
    static Outcome change(const std::string&, Field& field, wire::ClearArtifact&) {
        return set(field, wire::ArtifactValue{std::string(wire::empty_artifact_hash)});
    }
    static Outcome change(const std::string&, Field&, wire::DeleteAttribute&) {
        return std::nullopt;
    }
    static Outcome change(const std::string&, Field&, wire::Malformed&) { return std::nullopt; }

    static std::set<std::string> members(const Field& field) {
        const auto* set = std::get_if<wire::StringSetValue>(&field.value);
        return set ? std::set<std::string>(set->values.begin(), set->values.end())
                   : std::set<std::string>();
    }
    template <class T>
    static Outcome log(const std::string& path, std::vector<Point<T>>& points,
                       std::vector<wire::LogEntry<T>>& entries) {
        for (auto& entry : entries) {
            if (auto error = wire::rules::check_point(path, entry)) return error;
            const wire::rules::SeriesEnd end{points.empty() ? std::nullopt
                                                            : std::optional(points.back().step)};
            const double step = entry.step.value_or(wire::rules::next_step(end));
            if (end.last_step && step <= *end.last_step) return wire::rules::step_error(path, step);
            points.push_back({step, std::move(entry.value),
                              Datetime(std::chrono::milliseconds(entry.timestamp_ms))});
        }
        return std::nullopt;
    }

    ObjectKind kind_;
    std::string object_id_ = core::uuid4();
    std::mutex mutex_;
    std::map<std::string, Field, std::less<>> fields_;
    std::map<std::string, UploadFile> files_;
    std::map<std::string, std::vector<wire::ArtifactFileDto>, std::less<>> artifacts_{
        {std::string(wire::empty_artifact_hash), {}}};
    FileHashes hashes_;
};

}  // namespace neptune::client

#endif
