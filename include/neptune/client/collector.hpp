#ifndef NEPTUNE_CLIENT_COLLECTOR_HPP
#define NEPTUNE_CLIENT_COLLECTOR_HPP

// From one logging call to its operations: dictionaries are taken apart, types and paths are
// checked against the local structure, which learns the new fields. Threads: the engine's lock.

#include <neptune/client/field_table.hpp>
#include <neptune/client/file_rules.hpp>
#include <neptune/client/object.hpp>
#include <neptune/client/record_codec.hpp>
#include <neptune/client/value_rules.hpp>
#include <neptune/core/time.hpp>
#include <neptune/core/words.hpp>
#include <neptune/wire/rules.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::client {

using neptune::detail::FieldEntry;
using neptune::detail::SeriesValues;
using Operations = std::vector<QueuedOperation>;

class Collector {
public:
    Collector(FieldTable& table, const ValueRules& rules, Reporter& reporter)
        : table_(table), rules_(rules), reporter_(reporter), files_(reporter) {}

    /// Any value that can be assigned; a dictionary becomes one assignment per leaf.
    void assign(const std::string& path, const Value& value, Operations& out) {
        if (const auto* dict = std::get_if<Dict>(&value.storage())) {
            if (const auto type = table_.type(path); type && !dict->empty())
                throw MetadataInconsistency(ErrorCode::path_conflict,
                                            "cannot assign a dictionary to " + path +
                                                ": it is a field (" +
                                                std::string(display_name(*type)) + ")",
                                            "use another path, or erase this one first");
            for (const auto& [key, leaf] : dict->items())
                if (const auto below = child(path, key)) assign(*below, leaf, out);
            return;
        }
        check_writable(path);
        if (const auto* source = std::get_if<neptune::detail::CopySource>(&value.storage())) {
            ValueRules::expect(path, display_name(source->type), table_.type(path), source->type);
            out.push_back({path, CopyField{source->object_id, source->path, source->type}});
            table_.set(path, source->type);
        } else if (const auto* set = std::get_if<StringSet>(&value.storage())) {
            check_set(path, "assigning a StringSet");
            push(path, wire::ClearStringSet{}, out);
            if (!set->values.empty())
                push(path, wire::InsertStrings{valid_texts(path, set->values)}, out);
        } else if (const auto* floats = std::get_if<FloatSeries>(&value.storage())) {
            expect_series(path, FieldType::float_series, "a FloatSeries");
            check_shape(path, floats->values.size(), floats->steps, floats->timestamps);
            const Configure range{floats->min, floats->max, floats->unit};
            check_range(path, range);
            push(path, wire::ClearFloatSeries{}, out);
            if (range.min || range.max || range.unit) configure(path, range, out);
            collect(path, floats->values, floats->steps, floats->timestamps, out);
        } else if (const auto* strings = std::get_if<StringSeries>(&value.storage())) {
            expect_series(path, FieldType::string_series, "a StringSeries");
            check_shape(path, strings->values.size(), strings->steps, strings->timestamps);
            push(path, wire::ClearStringSeries{}, out);
            collect(path, strings->values, strings->steps, strings->timestamps, out);
        } else if (const auto* file = std::get_if<File>(&value.storage())) {
            ValueRules::expect(path, "File", table_.type(path), FieldType::file);
            push_upload(path, FieldType::file, files_.upload(path, *file), out);
        } else if (const auto* files = std::get_if<FileSet>(&value.storage())) {
            ValueRules::expect(path, "FileSet", table_.type(path), FieldType::file_set);
            push_upload(path, FieldType::file_set, FileRules::upload(files->globs, true), out);
        } else if (const auto* images = std::get_if<FileSeries>(&value.storage())) {
            expect_series(path, FieldType::image_series, "a FileSeries");
            check_shape(path, images->values.size(), images->steps, images->timestamps);
            push(path, wire::ClearImageSeries{}, out);
            image_series(path, images->values, images->steps, images->timestamps,
                         {images->name, images->description}, out);
        } else if (auto payload = rules_.assignment(path, value, table_.type(path))) {
            push(path, std::move(*payload), out);
        }
    }

    /// One point per leaf.
    void points(const std::string& path, const Dict& dict, const Append& options, std::int64_t now,
                Operations& out) {
        const auto time = options.timestamp ? options.timestamp->ms : now;
        for (const auto& [key, leaf] : dict.items()) {
            const auto below = child(path, key);
            if (!below) continue;
            if (const auto* inner = std::get_if<Dict>(&leaf.storage())) {
                points(*below, *inner, options, now, out);
            } else if (const auto* text = std::get_if<std::string>(&leaf.storage())) {
                text_point(*below, *text, {options.step, time}, out);
            } else if (const auto* file = std::get_if<File>(&leaf.storage())) {
                image_point(*below, *file, {options.step, time},
                            {options.name, options.description}, out);
            } else {
                if (!float_point_accepted(*below, number(*below, leaf), options.step)) continue;
                push(*below, wire::LogFloats{{{number(*below, leaf), options.step, time}}}, out);
            }
        }
    }

    struct Place {
        std::optional<double> step;
        std::int64_t time_ms;
    };
    void text_point(const std::string& path, std::string_view text, const Place& place,
                    Operations& out) {
        if (place.step) ValueRules::check_step(path, *place.step);
        expect_series(path, FieldType::string_series, "a text point");
        push(path, wire::LogStrings{{{rules_.point_text(path, text), place.step, place.time_ms}}},
             out);
    }
    struct Caption {
        std::optional<std::string> name, description;
    };
    /// Errors also: FileNotFound, FileError, OperationNotSupported for what is no image.
    void image_point(const std::string& path, const File& file, const Place& place,
                     const Caption& caption, Operations& out) {
        if (place.step) ValueRules::check_step(path, *place.step);
        expect_series(path, FieldType::image_series, "an image");
        auto data = files_.image(path, file);
        if (!data) return;
        wire::Image image{std::move(*data), valid(path, caption.name),
                          valid(path, caption.description)};
        wire::LogImages log;
        log.entries.push_back({std::move(image), place.step, place.time_ms});
        push(path, std::move(log), out);
    }
    void image_series(const std::string& path, const std::vector<File>& files,
                      const std::vector<double>& steps, const std::vector<Timestamp>& times,
                      const Caption& caption, Operations& out) {
        check_shape(path, files.size(), steps, times);
        const auto now = core::now_ms();
        for (std::size_t i = 0; i < files.size(); ++i)
            image_point(path, files[i],
                        {steps.empty() ? std::nullopt : std::optional(steps[i]),
                         times.empty() ? now : times[i].ms},
                        caption, out);
    }

    /// Errors: TypeDoesNotSupportMethod for a field of another type, InvalidArgument.
    void upload(const std::string& path, const File& file, Operations& out) {
        check_files(path, FieldType::file, "upload()");
        push_upload(path, FieldType::file, files_.upload(path, file), out);
    }
    void upload_files(const std::string& path, const std::vector<std::string>& globs,
                      Operations& out) {
        check_files(path, FieldType::file_set, "upload_files()");
        push_upload(path, FieldType::file_set, FileRules::upload(globs, false), out);
    }
    void delete_files(const std::string& path, std::vector<std::string> names, Operations& out) {
        check_files(path, FieldType::file_set, "delete_files()");
        if (!names.empty()) push(path, wire::DeleteFiles{std::move(names)}, out);
    }

    /// Checks a float point; true if it is to be logged. The field is known afterwards.
    bool float_point_accepted(const std::string& path, double value,
                              const std::optional<double>& step) {
        if (step) ValueRules::check_step(path, *step);
        expect_series(path, FieldType::float_series, "a number point");
        if (!rules_.accepts_point(path, value)) return false;
        table_.set(path, FieldType::float_series);
        return true;
    }

    /// Many points. Errors: InvalidArgument for steps or times of another length.
    void series(const std::string& path, SeriesValues values, const Extend& options,
                Operations& out) {
        if (const auto* images = std::get_if<std::vector<File>>(&values))
            image_series(path, *images, options.steps, options.timestamps,
                         {options.name, options.description}, out);
        else if (auto* floats = std::get_if<std::vector<double>>(&values))
            collect(path, *floats, options.steps, options.timestamps, out);
        else
            collect(path, std::get<std::vector<std::string>>(values), options.steps,
                    options.timestamps, out);
    }

    /// One series per entry of a dictionary.
    void series_below(const std::string& path,
                      std::vector<std::pair<std::string, SeriesValues>> parts,
                      const Extend& options, Operations& out) {
        for (auto& [key, values] : parts)
            if (const auto below = child(path, key))
                series(*below, std::move(values), options, out);
    }

    void insert_strings(const std::string& path, std::vector<std::string> values, Operations& out) {
        check_set(path, "add()");
        if (!values.empty()) push(path, wire::InsertStrings{valid_texts(path, values)}, out);
    }
    void remove_strings(const std::string& path, std::vector<std::string> values, Operations& out) {
        check_set(path, "remove()");
        if (!values.empty()) push(path, wire::RemoveStrings{valid_texts(path, values)}, out);
    }
    void clear(const std::string& path, Operations& out) {
        check_writable(path);
        const auto type = table_.type(path);
        if (!type) throw missing(path);
        switch (*type) {
            case FieldType::float_series:
                return push(path, wire::ClearFloatSeries{}, out);
            case FieldType::string_series:
                return push(path, wire::ClearStringSeries{}, out);
            case FieldType::image_series:
                return push(path, wire::ClearImageSeries{}, out);
            case FieldType::string_set:
                return push(path, wire::ClearStringSet{}, out);
            default:
                throw wrong_method("clear()", path, *type);
        }
    }
    void configure(const std::string& path, const Configure& options, Operations& out) {
        expect_series(path, FieldType::float_series, "configure()");
        check_range(path, options);
        const auto unit =
            options.unit ? std::optional(rules_.valid_text(path, *options.unit)) : std::nullopt;
        push(path, wire::ConfigFloatSeries{options.min, options.max, unit}, out);
    }
    /// `location`: absolute, or with a scheme.
    void track(const std::string& path, std::string location,
               std::optional<std::string> destination, Operations& out) {
        check_writable(path);
        if (const auto type = table_.type(path); type && *type != FieldType::artifact)
            throw wrong_method("track_files()", path, *type);
        out.push_back({path, TrackedPath{std::move(location), std::move(destination)}});
        table_.set(path, FieldType::artifact);
    }
    /// A field, or all fields of a namespace.
    void erase(const std::string& path, Operations& out) {
        if (path.empty())
            throw InvalidPathError(ErrorCode::invalid_path,
                                   "an empty path names the object itself, which cannot be erased",
                                   "name a field or a namespace");
        const auto paths = table_.fields_at(path);
        if (paths.empty())
            throw MetadataInconsistency(
                ErrorCode::missing_field,
                "cannot erase " + path + ": there is no such field or namespace",
                "call sync() if another process made it");
        for (const auto& field : paths) check_protected(field);
        for (const auto& field : paths) {
            out.push_back({field, wire::Payload(wire::DeleteAttribute{})});
            table_.erase(field);
        }
    }

    [[nodiscard]] static MissingField missing(const std::string& path) {
        return MissingField(ErrorCode::missing_field, "there is no field " + path,
                            "check the spelling; call sync() if another process made it");
    }
    [[nodiscard]] static TypeDoesNotSupportMethod wrong_method(const std::string& method,
                                                               const std::string& path,
                                                               FieldType type) {
        return TypeDoesNotSupportMethod(
            ErrorCode::type_does_not_support_method,
            method + " does not fit " + path + ": it is " + core::with_article(display_name(type)),
            "see which methods the type has");
    }

private:
    void push(const std::string& path, wire::Payload payload, Operations& out) {
        if (const auto type = wire::type_of(payload)) table_.set(path, *type);
        out.push_back({path, std::move(payload)});
    }

    template <class Work>
    void push_upload(const std::string& path, FieldType type, Work work, Operations& out) {
        table_.set(path, type);
        out.push_back({path, std::move(work)});
    }
    void check_files(const std::string& path, FieldType wanted, const std::string& method) const {
        check_writable(path);
        if (const auto type = table_.type(path); type && *type != wanted)
            throw wrong_method(method, path, *type);
    }
    std::optional<std::string> valid(const std::string& path,
                                     const std::optional<std::string>& text) const {
        return text ? std::optional(rules_.valid_text(path, *text)) : std::nullopt;
    }

    // Nothing for a key that names nothing, which is told.
    std::optional<std::string> child(const std::string& path, const std::string& key) {
        auto name = core::normalize_path(key);
        if (name.empty()) {
            reporter_.report(Error(ErrorCode::invalid_argument,
                                   "the dictionary key '" + key + "' below '" + path +
                                       "' names no field and was dropped",
                                   "give the key a name"),
                             path, Level::warning);
            return std::nullopt;
        }
        return table_.intern(core::join_path(path, name))->path;
    }

    static void check_protected(const std::string& path) {
        if (path == "sys/stage")
            throw ProtectedPathError(ErrorCode::protected_path,
                                     "sys/stage cannot be written like a field",
                                     "call change_stage() on the model version");
    }
    void check_writable(const std::string& path) const {
        check_protected(path);
        table_.check_new(path);
    }
    void check_set(const std::string& path, const std::string& method) const {
        check_writable(path);
        if (const auto type = table_.type(path); type && *type != FieldType::string_set)
            throw wrong_method(method, path, *type);
        if (!wire::rules::may_hold_string_set(path))
            throw MetadataInconsistency(
                ErrorCode::string_set_path,
                "a StringSet exists only at sys/tags and sys/group_tags, not at " + path,
                "log the texts as a dictionary or as one String");
    }
    // Errors: TypeDoesNotSupportMethod for a field of another type.
    void expect_series(const std::string& path, FieldType wanted, const char* what) const {
        check_writable(path);
        const auto type = table_.type(path);
        if (!type || *type == wanted) return;
        if (is_series(*type))
            throw MetadataInconsistency(ErrorCode::type_conflict,
                                        "cannot log " + std::string(what) + " to " + path +
                                            ": it is " + core::with_article(display_name(*type)),
                                        "use another field, or erase this one first");
        throw wrong_method("logging " + std::string(what), path, *type);
    }

    static double number(const std::string& path, const Value& leaf) {
        if (const auto* v = std::get_if<double>(&leaf.storage())) return *v;
        if (const auto* v = std::get_if<std::int64_t>(&leaf.storage()))
            return static_cast<double>(*v);
        if (const auto* v = std::get_if<std::uint64_t>(&leaf.storage()))
            return static_cast<double>(*v);
        if (const auto* v = std::get_if<bool>(&leaf.storage())) return *v ? 1.0 : 0.0;
        throw InvalidArgument(
            ErrorCode::invalid_argument,
            core::with_article(leaf.type_name()) + " cannot be a point of " + path,
            "points are numbers or texts");
    }

    std::vector<std::string> valid_texts(const std::string& path,
                                         const std::vector<std::string>& values) const {
        std::vector<std::string> result;
        for (const auto& value : values) result.push_back(rules_.valid_text(path, value));
        return result;
    }

    static void check_range(const std::string& path, const Configure& options) {
        for (const auto& bound : {options.min, options.max})
            if (bound && !core::is_finite(*bound))
                throw InvalidArgument(ErrorCode::invalid_argument,
                                      "a bound for " + path + " is NaN or infinite",
                                      "give a finite number, or none");
    }
    static void check_shape(const std::string& path, std::size_t values,
                            const std::vector<double>& steps, const std::vector<Timestamp>& times) {
        if ((!steps.empty() && steps.size() != values) ||
            (!times.empty() && times.size() != values))
            throw InvalidArgument(ErrorCode::invalid_argument,
                                  "the series " + path + " got " + std::to_string(values) +
                                      " values, " + std::to_string(steps.size()) + " steps and " +
                                      std::to_string(times.size()) + " timestamps",
                                  "give as many steps and timestamps as values, or none");
        for (const double step : steps) ValueRules::check_step(path, step);
    }

    // Points of one record: as many as the Python client puts into one operation.
    static constexpr std::size_t floats_per_record = 100, strings_per_record = 10;

    template <class T>
    void collect(const std::string& path, const std::vector<T>& values,
                 const std::vector<double>& steps, const std::vector<Timestamp>& times,
                 Operations& out) {
        check_shape(path, values.size(), steps, times);
        if (values.empty()) return;
        constexpr bool is_float = std::is_same_v<T, double>;
        using Log = std::conditional_t<is_float, wire::LogFloats, wire::LogStrings>;
        expect_series(path, Log::type, is_float ? "numbers" : "texts");
        const auto now = core::now_ms();
        constexpr std::size_t per_record = is_float ? floats_per_record : strings_per_record;
        Log log;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto step = steps.empty() ? std::nullopt : std::optional(steps[i]);
            const auto time = times.empty() ? now : times[i].ms;
            if constexpr (is_float) {
                if (!rules_.accepts_point(path, values[i])) continue;
                log.entries.push_back({values[i], step, time});
            } else {
                log.entries.push_back({rules_.point_text(path, values[i]), step, time});
            }
            if (log.entries.size() == per_record) push(path, std::exchange(log, {}), out);
        }
        if (!log.entries.empty()) push(path, std::move(log), out);
    }

    FieldTable& table_;
    const ValueRules& rules_;
    Reporter& reporter_;
    FileRules files_;
};

}  // namespace neptune::client

#endif
