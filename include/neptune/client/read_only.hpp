#ifndef NEPTUNE_CLIENT_READ_ONLY_HPP
#define NEPTUNE_CLIENT_READ_ONLY_HPP

// The recommended form for fetching: objects whose handles have no writing members.

#include <neptune/client/objects.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune {
namespace detail {

// Anything that a writing member of Field takes, braces included; only ever a parameter of refused
// functions.
struct AnyArgument {
    template <class... T>
    AnyArgument(const T&...);
    AnyArgument(std::initializer_list<Entry>);
};

}  // namespace detail

#define NEPTUNE_DETAIL_READ_ONLY(...)                           \
    template <class neptune_object_was_opened_read_only = void> \
    NEPTUNE_REFUSE("object was opened read-only", void __VA_ARGS__ const);

/// Handle of a field of an object that was opened read-only. Reading members are those of Field.
class ReadOnlyField {
public:
    explicit ReadOnlyField(Field field) : field_(std::move(field)) {}

    [[nodiscard]] Value fetch() const { return field_.fetch(); }
    template <class T>
    [[nodiscard]] T fetch() const {
        return field_.fetch<T>();
    }
    template <class T>
    [[nodiscard]] T fetch_as(T missing) const {
        return field_.fetch_as<T>(std::move(missing));
    }
    template <class T>
    [[nodiscard]] std::optional<T> fetch_last() const {
        return field_.fetch_last<T>();
    }
    template <class T>
    [[nodiscard]] std::vector<Point<T>> fetch_values(const FetchValues& options = {}) const {
        return field_.fetch_values<T>(options);
    }
    void download(const Download& options = {}) const { field_.download(options); }
    template <detail::PathLike T>
    void download(const T& destination) const {
        field_.download(destination);
    }
    void download_last(const Download& options = {}) const { field_.download_last(options); }
    template <detail::PathLike T>
    void download_last(const T& destination) const {
        field_.download_last(destination);
    }
    [[nodiscard]] std::string fetch_extension() const { return field_.fetch_extension(); }
    [[nodiscard]] std::vector<FileEntry> list_fileset_files(std::string_view path = {}) const {
        return field_.list_fileset_files(path);
    }
    [[nodiscard]] std::string fetch_hash() const { return field_.fetch_hash(); }
    [[nodiscard]] std::vector<ArtifactFile> fetch_files_list() const {
        return field_.fetch_files_list();
    }
    [[nodiscard]] ReadOnlyField operator[](std::string_view path) const {
        return ReadOnlyField(field_[path]);
    }
    template <detail::NoPath neptune_paths_are_strings>
    NEPTUNE_REFUSE("paths are strings", ReadOnlyField operator[](neptune_paths_are_strings) const);
    [[nodiscard]] bool exists() const { return field_.exists(); }
    [[nodiscard]] const std::string& path() const { return field_.path(); }
    [[nodiscard]] std::string to_string() const { return field_.to_string(); }

    struct neptune_object_was_opened_read_only;
    NEPTUNE_REFUSE("object was opened read-only",
                   const neptune_object_was_opened_read_only& operator=(const ReadOnlyField&)
                       const);
    NEPTUNE_DETAIL_READ_ONLY(operator=(detail::AnyArgument))
    NEPTUNE_DETAIL_READ_ONLY(assign(detail::AnyArgument, const Write& = {}))
    NEPTUNE_DETAIL_READ_ONLY(append(detail::AnyArgument, const Append& = {}))
    NEPTUNE_DETAIL_READ_ONLY(extend(detail::AnyArgument, const Extend& = {}))
    NEPTUNE_DETAIL_READ_ONLY(configure(const Configure&))
    NEPTUNE_DETAIL_READ_ONLY(clear(const Write& = {}))
    NEPTUNE_DETAIL_READ_ONLY(add(detail::AnyArgument, const Write& = {}))
    NEPTUNE_DETAIL_READ_ONLY(remove(detail::AnyArgument, const Write& = {}))
    NEPTUNE_DETAIL_READ_ONLY(upload(detail::AnyArgument, const Write& = {}))
    NEPTUNE_DETAIL_READ_ONLY(upload_files(detail::AnyArgument, const Write& = {}))
    NEPTUNE_DETAIL_READ_ONLY(delete_files(detail::AnyArgument, const Write& = {}))
    NEPTUNE_DETAIL_READ_ONLY(track_files(std::string_view, const TrackFiles& = {}))
    NEPTUNE_DETAIL_READ_ONLY(erase(const Write& = {}))
    NEPTUNE_DETAIL_READ_ONLY(pop(const Write& = {}))
    NEPTUNE_DETAIL_READ_ONLY(pop(std::string_view, const Write& = {}))

private:
    Field field_;
};

#undef NEPTUNE_DETAIL_READ_ONLY

/// A Run, Model, ModelVersion or Project opened for reading only. Closing it prints nothing and
/// sends nothing.
template <class Object>
class ReadOnly {
public:
    explicit ReadOnly(Object object) : object_(std::move(object)) {}

    [[nodiscard]] ReadOnlyField operator[](std::string_view path) const {
        return ReadOnlyField(object_[path]);
    }
    template <detail::NoPath neptune_paths_are_strings>
    NEPTUNE_REFUSE("paths are strings", ReadOnlyField operator[](neptune_paths_are_strings) const);
    [[nodiscard]] Dict fetch() const { return object_.fetch(); }
    [[nodiscard]] bool exists(std::string_view path) const { return object_.exists(path); }
    [[nodiscard]] Structure structure() const { return object_.structure(); }
    void print_structure() const { object_.print_structure(); }
    [[nodiscard]] Table fetch_runs_table(
        const RunsQuery& query = {}) const requires std::same_as<Object, Project> {
        return object_.fetch_runs_table(query);
    }
    [[nodiscard]] Table fetch_models_table(
        const ModelsQuery& query = {}) const requires std::same_as<Object, Project> {
        return object_.fetch_models_table(query);
    }
    [[nodiscard]] Table fetch_model_versions_table(
        const ModelVersionsQuery& query = {}) const requires std::same_as<Object, Model> {
        return object_.fetch_model_versions_table(query);
    }
    void sync() const { object_.sync({.wait = false}); }
    void stop() const { object_.stop(); }
    [[nodiscard]] State state() const { return object_.state(); }
    [[nodiscard]] std::string url() const { return object_.url(); }

private:
    Object object_;
};

namespace detail {
template <class Options>
OpenRequest read_only_request(ObjectKind kind, const Options& options) {
    OpenRequest request;
    request.kind = kind;
    request.read_only_form = true;
    request.mode = Mode::read_only;
    request.project = options.project;
    request.api_token = options.api_token;
    request.proxies = options.proxies;
    request.on_error = options.on_error;
    return request;
}

inline OpenRequest request_of(const OpenRun& options) {
    auto request = read_only_request(ObjectKind::run, options);
    request.with_id = options.with_id;
    request.custom_run_id = options.custom_run_id;
    return request;
}
inline OpenRequest request_of(const OpenModel& options) {
    auto request = read_only_request(ObjectKind::model, options);
    request.with_id = options.with_id;
    return request;
}
inline OpenRequest request_of(const OpenModelVersion& options) {
    auto request = read_only_request(ObjectKind::model_version, options);
    request.with_id = options.with_id;
    return request;
}
inline OpenRequest request_of(const OpenProject& options) {
    return read_only_request(ObjectKind::project, options);
}
}  // namespace detail

/// Opens an existing run by `with_id` or `custom_run_id`; never creates one. Errors: RunNotFound,
/// ConfigError, ConnectionLost.
[[nodiscard]] inline ReadOnly<Run> open_run(const OpenRun& options) {
    return ReadOnly<Run>(Run(detail::open_object(detail::request_of(options))));
}
[[nodiscard]] inline ReadOnly<Model> open_model(const OpenModel& options) {
    return ReadOnly<Model>(Model(detail::open_object(detail::request_of(options))));
}
[[nodiscard]] inline ReadOnly<ModelVersion> open_model_version(const OpenModelVersion& options) {
    return ReadOnly<ModelVersion>(ModelVersion(detail::open_object(detail::request_of(options))));
}
[[nodiscard]] inline ReadOnly<Project> open_project(const OpenProject& options = {}) {
    return ReadOnly<Project>(Project(detail::open_object(detail::request_of(options))));
}

}  // namespace neptune

#endif
