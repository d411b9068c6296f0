#ifndef NEPTUNE_CLIENT_FIELD_HPP
#define NEPTUNE_CLIENT_FIELD_HPP

// The handle: `run["train/loss"]`.

#include <neptune/client/file_formats.hpp>
#include <neptune/client/object.hpp>
#include <neptune/client/stringify.hpp>
#include <neptune/client/value_get.hpp>

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace neptune {
namespace detail {

/// Only the library makes handles: with a constructor that braces can reach, `run["p"] =
/// {{"a","b"},{"c","d"}}` would be ambiguous.
class FieldKey {
    friend struct FieldMaker;
    explicit FieldKey() = default;
};
struct FieldMaker {
    static Field make(std::shared_ptr<Object> object, const FieldEntry* entry);
};

// Catches braced lists of two and more elements that are no dictionary.
struct AnyBraces {
    template <class A, class B, class... Rest>
    AnyBraces(const A&, const B&, const Rest&...);
};

// What `run[0]` means: 0 converts to a pointer, and from there to a string_view.
template <class T>
concept NoPath = std::integral<T> || std::same_as<T, std::nullptr_t>;

template <class R>
concept RangeOfSeriesValues = requires(const R& range) {
    range.begin();
    range.end();
}
&&!StringLike<R> && SeriesValue<std::remove_cvref_t<decltype(*std::declval<const R&>().begin())>>;

template <class M>
concept MapOfRanges = MapLike<M> &&
    RangeOfSeriesValues<std::remove_cvref_t<decltype(std::declval<const M&>().begin()->second)>>;

template <RangeOfSeriesValues R>
SeriesValues series_values(const R& range) {
    using Element = std::remove_cvref_t<decltype(*range.begin())>;
    if constexpr (StringLike<Element>) {
        std::vector<std::string> values;
        for (const auto& value : range) values.emplace_back(text_of(value));
        return values;
    } else if constexpr (std::same_as<Element, File>) {
        return std::vector<File>(range.begin(), range.end());
    } else {
        std::vector<double> values;
        for (const auto& value : range) values.push_back(static_cast<double>(value));
        return values;
    }
}

// Dictionaries of points: braces, maps, described structs, and types that were taught to become one
// (or a point).
template <class T>
concept PointDictionary = !std::same_as<T, Stringified> &&
                          (std::same_as<T, Dict> || DescribedStruct<T> || MapLike<T> || Taught<T>);

}  // namespace detail

/// Handle of one field or namespace of an open object: cheap to copy, keeps the object's core
/// alive, never touches the network by itself. What is at the path may change: the handle sees it.
///
/// Writing is `const`: a handle is like a pointer. Errors of all writing members:
/// MetadataInconsistency (the field has another type, or the path runs through a field),
/// ProtectedPathError (`sys/stage`), InactiveObjectError (after stop()), InvalidArgument; in sync
/// mode also what the server refused, and ConnectionLost. Threads: any. Durability: what returned
/// survives SIGKILL. Source: `Handler` of the Python client.
class Field {
public:
    Field(detail::FieldKey, std::shared_ptr<detail::Object> object, const detail::FieldEntry* entry)
        : object_(std::move(object)), entry_(entry) {}
    Field(const Field&) = default;
    Field(Field&&) = default;

    // --- assignment
    /// Sets the field; the first assignment decides its type. A dictionary sets one field per leaf.
    template <Storable T>
    const Field& operator=(const T& value) const {
        assign(value);
        return *this;
    }
    const Field& operator=(const Dict& dict) const {
        assign(dict);
        return *this;
    }
    /// `run["a"] = run["b"]` copies the value that the server has, on a temporary only.
    const Field& operator=(const Field& other) const&& {
        assign(other);
        return *this;
    }
    struct neptune_a_handle_is_never_rebound_use_assign_for_the_server_side_copy;
    NEPTUNE_REFUSE("a handle is never rebound; use handle.assign(other) for the server-side copy",
                   const neptune_a_handle_is_never_rebound_use_assign_for_the_server_side_copy&
                   operator=(const Field&) const&);
    template <class neptune_cannot_store_this_type_see_neptune_stringify>
    requires(!Storable<neptune_cannot_store_this_type_see_neptune_stringify>) NEPTUNE_REFUSE(
        "a field cannot hold this type; see neptune::stringify or specialise neptune::FieldTraits",
        const Field& operator=(const neptune_cannot_store_this_type_see_neptune_stringify&) const);
    template <class neptune_a_braced_list_is_no_value_use_extend_or_add>
    NEPTUNE_REFUSE(
        "a braced list is no value; use extend() for a series, add() for tags, "
        "{{\"key\", value}} for a dictionary",
        const Field& operator=(
            std::initializer_list<neptune_a_braced_list_is_no_value_use_extend_or_add>) const);
    template <class neptune_a_braced_list_is_no_value_use_extend_or_add = void>
    NEPTUNE_REFUSE(
        "a braced list is no value; use extend() for a series, add() for tags, "
        "{{\"key\", value}} for a dictionary",
        const Field& operator=(detail::AnyBraces) const);

    template <Storable T>
    void assign(const T& value, const Write& options = {}) const {
        if constexpr (std::same_as<T, Value>)
            object_->assign(entry_, value, options);
        else
            object_->assign(entry_, Value(value), options);
    }
    template <class neptune_cannot_store_this_type_see_neptune_stringify>
    requires(!Storable<neptune_cannot_store_this_type_see_neptune_stringify>) NEPTUNE_REFUSE(
        "a field cannot hold this type; see neptune::stringify or specialise neptune::FieldTraits",
        void assign(const neptune_cannot_store_this_type_see_neptune_stringify&, const Write& = {})
            const);
    void assign(const Dict& dict, const Write& options = {}) const {
        object_->assign(entry_, Value(dict), options);
    }
    void assign(const Field& other, const Write& options = {}) const {
        object_->assign(entry_, Value(other), options);
    }

    // --- series
    /// Adds one point; the first point decides between a float, a string and an image series.
    template <SeriesValue T>
    void append(const T& value, const Append& options = {}) const {
        if constexpr (detail::StringLike<T>)
            object_->append(entry_, detail::text_of(value), options);
        else if constexpr (std::same_as<T, File>)
            object_->append(entry_, value, options);
        else
            object_->append(entry_, static_cast<double>(value), options);
    }
    /// One point per leaf, all with the same step and time.
    void append(const Dict& dict, const Append& options = {}) const {
        object_->append(entry_, dict, options);
    }
    template <class T>
    requires(detail::PointDictionary<T>&& Storable<T> &&
             !std::same_as<T, Dict>) void append(const T& value, const Append& options = {}) const {
        if constexpr (detail::Taught<T>)
            append(FieldTraits<T>::to_field(value), options);
        else
            object_->append(entry_, Value(value).template get<Dict>(), options);
    }
    /// A number stays a number, everything else is a text; a namespace is one point per leaf.
    void append(const Stringified& point, const Append& options = {}) const {
        const auto value = detail::as_point(point.value);
        if (const auto* number = std::get_if<double>(&value.storage()))
            object_->append(entry_, *number, options);
        else if (const auto* text = std::get_if<std::string>(&value.storage()))
            object_->append(entry_, std::string_view(*text), options);
        else
            object_->append(entry_, value.get<Dict>(), options);
    }
    template <class neptune_a_point_is_a_number_or_a_text>
    requires(!SeriesValue<neptune_a_point_is_a_number_or_a_text> &&
             !(detail::PointDictionary<neptune_a_point_is_a_number_or_a_text> &&
               Storable<neptune_a_point_is_a_number_or_a_text>))
        NEPTUNE_REFUSE("a point of a series is a number or a text",
                       void append(const neptune_a_point_is_a_number_or_a_text&, const Append& = {})
                           const);

    /// Adds many points. An empty range does nothing. Errors: InvalidArgument if steps or
    /// timestamps have another length.
    template <detail::RangeOfSeriesValues R>
    void extend(const R& values, const Extend& options = {}) const {
        object_->extend(entry_, detail::series_values(values), options);
    }
    template <SeriesValue T>
    void extend(std::initializer_list<T> values, const Extend& options = {}) const {
        object_->extend(entry_, detail::series_values(values), options);
    }
    /// One series per entry of the map.
    template <detail::MapOfRanges M>
    void extend(const M& map, const Extend& options = {}) const {
        std::vector<std::pair<std::string, detail::SeriesValues>> parts;
        for (const auto& item : map)
            parts.emplace_back(std::string(detail::text_of(item.first)),
                               detail::series_values(item.second));
        object_->extend(entry_, std::move(parts), options);
    }
    template <class neptune_extend_takes_a_range_of_numbers_or_texts>
    requires(!detail::RangeOfSeriesValues<neptune_extend_takes_a_range_of_numbers_or_texts> &&
             !detail::MapOfRanges<neptune_extend_takes_a_range_of_numbers_or_texts>)
        NEPTUNE_REFUSE("extend takes a range of numbers or texts; use append for one point",
                       void extend(const neptune_extend_takes_a_range_of_numbers_or_texts&,
                                   const Extend& = {}) const);

    /// Display range and unit of a float series, which is made if it does not exist.
    void configure(const Configure& options) const { object_->configure(entry_, options); }
    /// Removes all points of a series, or all members of a set; the field stays.
    void clear(const Write& options = {}) const { object_->clear(entry_, options); }

    // --- string sets: sys/tags and sys/group_tags
    void add(std::string_view value, const Write& options = {}) const {
        object_->insert_strings(entry_, {std::string(value)}, options);
    }
    void add(std::initializer_list<std::string_view> values, const Write& options = {}) const {
        object_->insert_strings(entry_, {values.begin(), values.end()}, options);
    }
    void add(const std::vector<std::string>& values, const Write& options = {}) const {
        object_->insert_strings(entry_, values, options);
    }
    void remove(std::string_view value, const Write& options = {}) const {
        object_->remove_strings(entry_, {std::string(value)}, options);
    }
    void remove(std::initializer_list<std::string_view> values, const Write& options = {}) const {
        object_->remove_strings(entry_, {values.begin(), values.end()}, options);
    }
    void remove(const std::vector<std::string>& values, const Write& options = {}) const {
        object_->remove_strings(entry_, values, options);
    }

    // --- files; what cannot be read is reported when it is sent (sync mode: thrown as
    // FileUploadError)
    /// Stores a file, in place of the one before. A path is read when it is sent, `s3://bucket/key`
    /// too. Errors: InvalidArgument for any other `scheme://`.
    template <detail::PathLike T>
    void upload(const T& path, const Write& options = {}) const {
        object_->upload(entry_, File::from_path(path), options);
    }
    void upload(const File& file, const Write& options = {}) const {
        object_->upload(entry_, file, options);
    }
    template <class neptune_upload_takes_a_path_or_a_File>
    requires(!detail::PathLike<neptune_upload_takes_a_path_or_a_File> &&
             !std::same_as<neptune_upload_takes_a_path_or_a_File, File>)
        NEPTUNE_REFUSE(
            "upload takes a path or a neptune::File; see File::as_image, as_json, "
            "from_content",
            void upload(const neptune_upload_takes_a_path_or_a_File&, const Write& = {}) const);
    /// Adds to a file set what matches (see FileSet). Names in the set are relative to the common
    /// directory of all matches, or to the working directory if that lies above it.
    template <detail::PathLike T>
    void upload_files(const T& glob, const Write& options = {}) const {
        object_->upload_files(entry_, {detail::path_text(glob)}, options);
    }
    void upload_files(std::initializer_list<std::string_view> globs,
                      const Write& options = {}) const {
        object_->upload_files(entry_, {globs.begin(), globs.end()}, options);
    }
    void upload_files(const std::vector<std::string>& globs, const Write& options = {}) const {
        object_->upload_files(entry_, globs, options);
    }
    /// Removes files, or directories with all below them, from a file set, by their names in it.
    void delete_files(std::string_view path, const Write& options = {}) const {
        object_->delete_files(entry_, {std::string(path)}, options);
    }
    void delete_files(std::initializer_list<std::string_view> paths,
                      const Write& options = {}) const {
        object_->delete_files(entry_, {paths.begin(), paths.end()}, options);
    }
    void delete_files(const std::vector<std::string>& paths, const Write& options = {}) const {
        object_->delete_files(entry_, paths, options);
    }

    // --- artifacts
    /// Adds files to an Artifact: a local file or directory, or `s3://bucket/prefix`. Their hashes
    /// and locations are stored, not their contents. What cannot be tracked is reported by the
    /// thread that sends (in sync mode: thrown), see core/artifact_error.hpp. Errors:
    /// TypeDoesNotSupportMethod for a field of another type.
    void track_files(std::string_view path, const TrackFiles& options = {}) const {
        object_->track_files(entry_, path, options);
    }

    // --- deleting
    /// Deletes the field, or the namespace with all below it, with its data; irreversible. Errors:
    /// MetadataInconsistency if there is nothing.
    void erase(const Write& options = {}) const { object_->erase(entry_, options); }
    void pop(const Write& options = {}) const { erase(options); }
    void pop(std::string_view path, const Write& options = {}) const {
        (*this)[path].erase(options);
    }

    // --- reading; each call is at least one request. Errors: MissingField (nothing known here:
    // perhaps sync()), FetchAttributeNotFound (not on the server yet: wait()), TypeMismatch,
    // TypeDoesNotSupportMethod, OfflineModeError, ConnectionLost, ApiError.
    /// The value; for a namespace a Dict of all single values below it.
    [[nodiscard]] Value fetch() const { return object_->fetch(entry_); }
    template <class T>
    [[nodiscard]] T fetch() const {
        return fetch().template get<T>();
    }
    /// As fetch<T>(), but `missing` where there is no such field.
    template <class T>
    [[nodiscard]] T fetch_as(T missing) const {
        if (!exists()) return missing;
        try {
            return fetch<T>();
        } catch (const FetchAttributeNotFound&) {
            return missing;
        }
    }
    /// Last point of a series; nothing if it has none. T is double or std::string.
    template <class T>
    [[nodiscard]] std::optional<T> fetch_last() const {
        static_assert(std::same_as<T, double> || std::same_as<T, std::string>,
                      "neptune: fetch_last<double>() for a FloatSeries, fetch_last<std::string>() "
                      "for a StringSeries");
        if constexpr (std::same_as<T, double>)
            return object_->fetch_last_float(entry_);
        else if constexpr (std::same_as<T, std::string>)
            return object_->fetch_last_string(entry_);
    }
    /// All points, ordered by step; fetched in pages of 1,000. T is double or std::string.
    template <class T>
    [[nodiscard]] std::vector<Point<T>> fetch_values(const FetchValues& options = {}) const {
        static_assert(std::same_as<T, double> || std::same_as<T, std::string>,
                      "neptune: fetch_values<double>() for a FloatSeries, "
                      "fetch_values<std::string>() for a StringSeries");
        if constexpr (std::same_as<T, double>)
            return object_->fetch_floats(entry_, options);
        else if constexpr (std::same_as<T, std::string>)
            return object_->fetch_strings(entry_, options);
    }

    /// Fetches a File, a FileSet (one zip), the images of a FileSeries (`<index>.<type>`) or the
    /// files of an Artifact (links to local ones, copies of those in S3). A file appears under its
    /// name when it is complete. Errors also: FileError, ArtifactError.
    void download(const Download& options = {}) const { object_->download(entry_, options); }
    template <detail::PathLike T>
    void download(const T& destination) const {
        download(Download{.destination = destination});
    }
    /// The last image of a FileSeries. Errors also: InvalidArgument if there is none.
    void download_last(const Download& options = {}) const {
        object_->download_last(entry_, options);
    }
    template <detail::PathLike T>
    void download_last(const T& destination) const {
        download_last(Download{.destination = destination});
    }
    /// Extension of a File, without the dot.
    [[nodiscard]] std::string fetch_extension() const { return object_->fetch_extension(entry_); }
    /// One directory of a FileSet; an empty path is its root. Errors also: FileSetNotFound.
    [[nodiscard]] std::vector<FileEntry> list_fileset_files(std::string_view path = {}) const {
        return object_->list_files(entry_, path);
    }
    /// Hash of an Artifact.
    [[nodiscard]] std::string fetch_hash() const { return fetch<Artifact>().hash; }
    /// Files of an Artifact, ordered by path. Errors also: ArtifactNotFound.
    [[nodiscard]] std::vector<ArtifactFile> fetch_files_list() const {
        return object_->artifact_files(entry_);
    }

    // --- about the handle
    /// Handle of what lies below: `run["a"]["b"]` is `run["a/b"]`.
    [[nodiscard]] Field operator[](std::string_view path) const {
        return detail::FieldMaker::make(object_, object_->intern_below(entry_, path));
    }
    template <detail::NoPath neptune_paths_are_strings>
    NEPTUNE_REFUSE("paths are strings", Field operator[](neptune_paths_are_strings) const);
    /// Handle of the object itself: `run["a/b"].root()["c"]` is `run["c"]`.
    [[nodiscard]] Field root() const {
        return detail::FieldMaker::make(object_, object_->intern(""));
    }
    /// True if a field or namespace is known here; local knowledge, no request.
    [[nodiscard]] bool exists() const { return object_->exists(entry_->path); }
    /// Normalised path; empty for the object itself.
    [[nodiscard]] const std::string& path() const { return entry_->path; }
    /// `<Integer field at "x/y">`, `<Unassigned field at "z">`, `<Namespace field at "a">`.
    [[nodiscard]] std::string to_string() const { return object_->description(entry_); }

    template <class... neptune_call_this_on_the_object_not_on_a_field>
    NEPTUNE_REFUSE("stop() belongs to the object, not to a field",
                   void stop(const neptune_call_this_on_the_object_not_on_a_field&...) const);
    template <class... neptune_call_this_on_the_object_not_on_a_field>
    NEPTUNE_REFUSE("sync() belongs to the object, not to a field",
                   void sync(const neptune_call_this_on_the_object_not_on_a_field&...) const);
    template <class... neptune_call_this_on_the_object_not_on_a_field>
    NEPTUNE_REFUSE("wait() belongs to the object, not to a field",
                   void wait(const neptune_call_this_on_the_object_not_on_a_field&...) const);
    template <class neptune_a_handle_is_no_value_use_fetch>
    NEPTUNE_REFUSE("a handle is no value; compare field.fetch<T>()",
                   bool operator==(const neptune_a_handle_is_no_value_use_fetch&) const);

    [[nodiscard]] const std::shared_ptr<detail::Object>& object() const { return object_; }

private:
    friend detail::CopySource detail::copy_source_of(const Field& field);
    std::shared_ptr<detail::Object> object_;
    const detail::FieldEntry* entry_;
};

inline Field detail::FieldMaker::make(std::shared_ptr<Object> object, const FieldEntry* entry) {
    return Field(FieldKey{}, std::move(object), entry);
}

inline detail::CopySource detail::copy_source_of(const Field& field) {
    return field.object_->copy_source(field.entry_);
}

/// Prints `to_string()` on any stream.
template <class Stream>
requires requires(Stream& stream, const std::string& text) {
    stream << text;
}
Stream& operator<<(Stream& stream, const Field& field) {
    stream << field.to_string();
    return stream;
}

}  // namespace neptune

#endif
