#ifndef NEPTUNE_STORAGE_APPLY_HPP
#define NEPTUNE_STORAGE_APPLY_HPP

// Operations on the fields of one object (wire protocol §6.6). Each is accepted or refused by
// itself.

#include <neptune/storage/activity.hpp>
#include <neptune/storage/blobs.hpp>
#include <neptune/storage/catalogue.hpp>
#include <neptune/storage/file_fields.hpp>
#include <neptune/storage/producers.hpp>
#include <neptune/storage/series.hpp>
#include <neptune/wire/artifacts.hpp>
#include <neptune/wire/files.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/rules.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::storage {

/// Where the bytes of the images of some operations lie, which stay where they are meanwhile.
using ImageBlobs = std::unordered_map<const wire::Image*, Blob>;

/// Applies operations in their order and collects their errors. Lifetime: within one call of the
/// writer.
class Applier {
public:
    /// `images`: the published contents of all images that pass wire::rules::check_point.
    /// `drop_repeated`: a point that is stored already is a retry, not an error.
    Applier(Database& database, Catalogue& catalogue, const ImageBlobs& images, bool drop_repeated)
        : database_(database),
          catalogue_(catalogue),
          images_(images),
          drop_repeated_(drop_repeated) {}

    void apply(const wire::Operation& operation) {
        if (auto error = refuse(operation))
            report(operation.path, *std::move(error));
        else
            std::visit([&](const auto& payload) { change(operation.path, payload); },
                       operation.payload);
        ++index_;
    }

    [[nodiscard]] std::vector<wire::OperationError> take_errors() { return std::move(errors_); }
    /// Bytes that `sys/size` grew by.
    [[nodiscard]] std::int64_t size_change() const { return size_change_; }

private:
    std::optional<wire::OperationError> refuse(const wire::Operation& operation) {
        namespace rules = wire::rules;
        const auto& [path, payload] = operation;
        if (std::holds_alternative<wire::Malformed>(payload))
            return rules::check_value(path, payload);
        if (auto error = rules::check_path(path, payload, catalogue_.kind)) return error;
        if (auto error = rules::check_value(path, payload)) return error;
        const auto type = wire::type_of(payload);
        if (!type) return std::nullopt;
        return refuse_type(catalogue_, path, *type, wire::name_of(payload));
    }

    void report(const std::string& path, wire::OperationError error) {
        error.index = index_;
        error.path = path;
        errors_.push_back(std::move(error));
    }

    template <class Value>
    CatalogueField& create(const std::string& path, FieldType type, const Value& value) {
        return catalogue_.add(path, insert_field(database_, catalogue_.object, path, type, value),
                              type);
    }

    template <class Value>
    void assign(const std::string& path, FieldType type, const Value& value) {
        if (const CatalogueField* field = catalogue_.find(path))
            database_.execute("UPDATE fields SET value = ? WHERE id = ?", value, field->id);
        else
            create(path, type, value);
    }

    void change(const std::string& path, const wire::AssignFloat& op) {
        assign(path, op.type, op.value);
    }
    void change(const std::string& path, const wire::AssignInt& op) {
        assign(path, op.type, op.value);
    }
    void change(const std::string& path, const wire::AssignBool& op) {
        assign(path, op.type, op.value);
    }
    void change(const std::string& path, const wire::AssignString& op) {
        assign(path, op.type, op.value);
    }
    void change(const std::string& path, const wire::AssignDatetime& op) {
        assign(path, op.type, op.value_ms);
    }

    CatalogueField& find_or_create(const std::string& path, FieldType type) {
        CatalogueField* const field = catalogue_.find(path);
        return field ? *field : create(path, type, std::nullopt);
    }

    template <class Value>
    SeriesWriter<Value> series(const std::string& path) {
        CatalogueField& field = find_or_create(path, detail::PointSql<Value>::type);
        if (!field.series)
            field.series = std::make_unique<SeriesState>(load_series(database_, field.id));
        return SeriesWriter<Value>(database_, field.id, *field.series);
    }

    void change(const std::string& path, const wire::LogFloats& op) { log(path, op.entries); }
    void change(const std::string& path, const wire::LogStrings& op) { log(path, op.entries); }
    void change(const std::string& path, const wire::LogImages& op) {
        std::vector<wire::LogEntry<StoredImage>> entries;
        entries.reserve(op.entries.size());
        std::size_t refused = 0;
        for (const auto& entry : op.entries) {
            if (auto error = wire::rules::check_point(path, entry)) {
                if (++refused <= wire::limits::point_errors_per_operation)
                    report(path, *std::move(error));
                continue;
            }
            const Blob& blob = images_.at(&entry.value);
            entries.push_back(
                {{intern(database_, blob), entry.value.name, entry.value.description, blob.size},
                 entry.step,
                 entry.timestamp_ms});
        }
        log(path, entries);
    }

    template <class Value>
    void log(const std::string& path, const std::vector<wire::LogEntry<Value>>& entries) {
        auto writer = series<Value>(path);
        const SeriesState& state = *catalogue_.find(path)->series;
        std::size_t refused = 0;
        for (const auto& entry : entries) {
            const std::int64_t before = state.count;
            if (auto error = add_point(writer, state, path, entry);
                error && ++refused <= wire::limits::point_errors_per_operation)
                report(path, *std::move(error));
            if constexpr (std::is_same_v<Value, StoredImage>)
                size_change_ += state.count > before ? entry.value.size : 0;
        }
        size_change_ += bytes_per_point * writer.finish();
    }

    template <class Value>
    std::optional<wire::OperationError> add_point(SeriesWriter<Value>& writer,
                                                  const SeriesState& state, const std::string& path,
                                                  const wire::LogEntry<Value>& entry) {
        namespace rules = wire::rules;
        if constexpr (!std::is_same_v<Value, StoredImage>)
            if (auto error = rules::check_point(path, entry)) return error;
        const rules::SeriesEnd end{state.count > 0 ? std::optional(state.last_step) : std::nullopt};
        const double step = entry.step ? *entry.step : rules::next_step(end);
        if (end.last_step && step <= *end.last_step) {
            if (drop_repeated_ && entry.step &&
                writer.contains(step, entry.timestamp_ms, entry.value))
                return std::nullopt;
            return rules::step_error(path, step);
        }
        if (state.count == max_points_per_series)
            return rules::inconsistency("Series attribute '" + path + "' is full: it has " +
                                        std::to_string(max_points_per_series) + " points");
        writer.append(step, entry.timestamp_ms, entry.value);
        return std::nullopt;
    }

    void change(const std::string& path, const wire::ClearFloatSeries&) { clear<double>(path); }
    void change(const std::string& path, const wire::ClearStringSeries&) {
        clear<std::string>(path);
    }
    void change(const std::string& path, const wire::ClearImageSeries& op) {
        if (const CatalogueField* field = catalogue_.find(path))
            size_change_ -= content_bytes(database_, field->id, op.type);
        clear<StoredImage>(path);
    }

    template <class Value>
    void clear(const std::string& path) {
        size_change_ -= bytes_per_point * series<Value>(path).clear();
    }

    void change(const std::string& path, const wire::ConfigFloatSeries& op) {
        const CatalogueField& field = find_or_create(path, op.type);
        database_.execute(
            "UPDATE series SET config_min = ?, config_max = ?, config_unit = ? WHERE field = ?",
            op.min, op.max, op.unit, field.id);
    }

    void change(const std::string& path, const wire::InsertStrings& op) {
        const CatalogueField& field = find_or_create(path, op.type);
        const auto stored =
            read_all(database_.query("SELECT value FROM set_members WHERE field = ?", field.id),
                     [](const Statement& row) { return row.text(0); });
        std::set<std::string_view> members(stored.begin(), stored.end());
        members.insert(op.values.begin(), op.values.end());
        if (members.size() > wire::limits::string_set_members)
            return report(path, wire::rules::too_many_members(path));
        for (const auto& value : op.values)
            database_.execute(
                "INSERT INTO set_members (field, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
                field.id, value);
    }

    void change(const std::string& path, const wire::RemoveStrings& op) {
        const CatalogueField& field = find_or_create(path, op.type);
        for (const auto& value : op.values)
            database_.execute("DELETE FROM set_members WHERE field = ? AND value = ?", field.id,
                              value);
    }

    void change(const std::string& path, const wire::ClearStringSet& op) {
        const CatalogueField& field = find_or_create(path, op.type);
        database_.execute("DELETE FROM set_members WHERE field = ?", field.id);
    }

    void change(const std::string& path, const wire::AssignArtifact& op) {
        assign(path, op.type, op.hash);
    }
    void change(const std::string& path, const wire::ClearArtifact& op) {
        assign(path, op.type, wire::empty_artifact_hash);
    }

    void change(const std::string& path, const wire::DeleteFiles& op) {
        FileSetWriter files(database_, find_or_create(path, op.type).id);
        for (const auto& file : op.paths)
            if (const auto normal = wire::normalize_file_path(file); !normal.empty())
                files.remove(normal);
        size_change_ += files.finish();
    }

    /// An unknown path is no error: clients delete before they assign a file set for the first
    /// time.
    void change(const std::string& path, const wire::DeleteAttribute&) {
        CatalogueField* const field = catalogue_.find(path);
        if (!field) return;
        if (is_series(field->type)) {
            const auto count =
                field->series ? field->series->count : load_series(database_, field->id).count;
            size_change_ -= bytes_per_point * count;
        }
        size_change_ -= content_bytes(database_, field->id, field->type);
        database_.execute("DELETE FROM fields WHERE id = ?", field->id);
        catalogue_.remove(path);
    }

    void change(const std::string&, const wire::Malformed&) {}  // always refused

    Database& database_;
    Catalogue& catalogue_;
    const ImageBlobs& images_;
    bool drop_repeated_;
    std::int64_t index_ = 0;
    std::int64_t size_change_ = 0;
    std::vector<wire::OperationError> errors_;
};

/// The object would hold more fields than allowed.
struct FieldLimitExceeded {};

/// See Store::apply. Errors: throws FieldLimitExceeded or StoreError, after which the transaction
/// must be undone.
[[nodiscard]] inline Applied apply_operations(WriteSession& session, CatalogueCache& cache,
                                              std::string_view object_id,
                                              const std::vector<wire::Operation>& operations,
                                              const ImageBlobs& images,
                                              const std::optional<wire::ProducerRange>& range,
                                              std::size_t field_limit, Millis now) {
    Database& database = session.database;
    Catalogue* const catalogue = cache.get(session, object_id);
    if (!catalogue) return {Applied::Outcome::no_such_object, {}, 0};
    std::int64_t last = 0;
    if (range) {
        last = producers::last_sequence(database, catalogue->object, range->producer);
        const auto outcome = producers::judge(*range, last);
        // Errors of ranges before the last one are not kept; their client has long seen the answer.
        if (outcome == Applied::Outcome::repeated && range->last == last)
            return {outcome, producers::errors(database, catalogue->object, range->producer), last};
        if (outcome != Applied::Outcome::applied) return {outcome, {}, last};
        last = range->last;
    }
    try {
        const std::size_t before = catalogue->user_fields();
        Applier applier(database, *catalogue, images, !range);
        for (const auto& operation : operations) applier.apply(operation);
        const std::size_t after = catalogue->user_fields();
        if (after > before && after > field_limit) throw FieldLimitExceeded();
        activity::note_write(database, catalogue->object, catalogue->project, applier.size_change(),
                             now);
        Applied applied{Applied::Outcome::applied, applier.take_errors(), last};
        if (range) producers::remember(database, catalogue->object, *range, applied.errors);
        return applied;
    } catch (...) {
        cache.drop(object_id);
        throw;
    }
}

}  // namespace neptune::storage

#endif
