#ifndef NEPTUNE_CLIENT_OBJECTS_HPP
#define NEPTUNE_CLIENT_OBJECTS_HPP

// The four objects and the functions that open them.

#include <neptune/client/logged_object.hpp>
#include <neptune/client/table.hpp>

#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace neptune {

/// One execution of a program. Log through `run["path"]`. Threads: all members and all handles may
/// be used from any thread. Order: calls of one thread keep their order. Durability: what a call
/// logged is on disk when it returns and survives SIGKILL. Shutdown: the destructor, an exit hook,
/// or `stop()` sends what is left. Source: `Run` of the Python client.
class Run : public detail::LoggedObject {
public:
    /// @cond for the library: an owner stops the object.
    explicit Run(std::shared_ptr<detail::Object> object, bool owns = true)
        : LoggedObject(std::move(object), owns) {}
    /// @endcond
    Run(Run&&) noexcept = default;
    Run& operator=(Run&&) noexcept = default;

    /// Namespace for what is measured about this process: `monitoring/<8 hex digits>` unless given.
    [[nodiscard]] std::string monitoring_namespace() const {
        return held()->monitoring_namespace();
    }
    [[nodiscard]] const Run& root() const { return *this; }

    /// Calls `function()`; if an exception leaves it, logs it (option `capture_traceback`), marks
    /// this run and no other as failed (`fail_on_exception`), stops it and rethrows. Returns what
    /// the function returns.
    template <class Function>
    decltype(auto) guard(Function&& function) const {
        try {
            return std::forward<Function>(function)();
        } catch (...) {
            held()->exception_left_scope(std::current_exception());
            held()->stop(std::nullopt);
            throw;
        }
    }
};

/// A model as a concept: what all its versions share.
class Model : public detail::LoggedObject {
public:
    explicit Model(std::shared_ptr<detail::Object> object, bool owns = true)
        : LoggedObject(std::move(object), owns) {}
    Model(Model&&) noexcept = default;
    Model& operator=(Model&&) noexcept = default;
    [[nodiscard]] const Model& root() const { return *this; }

    /// The versions of this model that are not in the trash. Errors: as Project::fetch_runs_table.
    [[nodiscard]] Table fetch_model_versions_table(const ModelVersionsQuery& query = {}) const {
        return Table(held(),
                     held()->open_table(ObjectKind::model_version, detail::runs_query(query)));
    }
};

/// One version of a model, with a lifecycle stage.
class ModelVersion : public detail::LoggedObject {
public:
    explicit ModelVersion(std::shared_ptr<detail::Object> object, bool owns = true)
        : LoggedObject(std::move(object), owns) {}
    ModelVersion(ModelVersion&&) noexcept = default;
    ModelVersion& operator=(ModelVersion&&) noexcept = default;
    [[nodiscard]] const ModelVersion& root() const { return *this; }

    /// Moves the version to a stage: waits for what was logged before, returns when the server has
    /// it. Any transition is allowed, and several versions may be in production. Errors: as those
    /// of a field in sync mode.
    void change_stage(Stage stage) const { held()->change_stage(stage); }
    template <class neptune_a_stage_is_neptune_Stage_or_stage_from_string>
    NEPTUNE_REFUSE(
        "a stage is neptune::Stage::staging etc.; for text use neptune::stage_from_string",
        void change_stage(const neptune_a_stage_is_neptune_Stage_or_stage_from_string&) const);
};

/// The project itself: metadata that all its runs and models share.
class Project : public detail::LoggedObject {
public:
    explicit Project(std::shared_ptr<detail::Object> object, bool owns = true)
        : LoggedObject(std::move(object), owns) {}
    Project(Project&&) noexcept = default;
    Project& operator=(Project&&) noexcept = default;
    [[nodiscard]] const Project& root() const { return *this; }

    /// The runs that fit the query; rows are fetched while they are read. Errors: InvalidArgument
    /// for options that make no sense, or a column to sort by that no run has or that is a series,
    /// set or file; InvalidQuery, with the first row, for NQL that the server does not understand;
    /// ConnectionLost, ApiError. Lifetime: the table keeps the object's core, but once it is
    /// stopped no more rows come.
    [[nodiscard]] Table fetch_runs_table(const RunsQuery& query = {}) const {
        return Table(held(), held()->open_table(ObjectKind::run, query));
    }
    /// The models that fit the query. Errors: as fetch_runs_table.
    [[nodiscard]] Table fetch_models_table(const ModelsQuery& query = {}) const {
        return Table(held(), held()->open_table(ObjectKind::model, detail::runs_query(query)));
    }
};

namespace detail {

inline std::optional<Mode> to_mode(std::optional<OnlineMode> mode) {
    if (!mode) return std::nullopt;
    switch (*mode) {
        case OnlineMode::async:
            return Mode::async;
        case OnlineMode::sync:
            return Mode::sync;
        case OnlineMode::read_only:
            return Mode::read_only;
        case OnlineMode::debug:
            return Mode::debug;
    }
    return std::nullopt;
}
inline std::optional<Mode> to_mode(std::optional<Mode> mode) {
    return mode;
}

// The user's callback takes the object by its class; it gets one that does not own.
template <class Class>
Callback<void(const std::shared_ptr<Object>&)> adapt(const Callback<void(Class&)>& callback) {
    if (!callback) return {};
    return [callback](const std::shared_ptr<Object>& object) {
        Class view(object, false);
        callback(view);
    };
}

// Members that all four aggregates have.
template <class Options>
OpenRequest common_request(ObjectKind kind, const Options& options) {
    OpenRequest request;
    request.kind = kind;
    request.mode = to_mode(options.mode);
    request.project = options.project;
    request.api_token = options.api_token;
    request.flush_period = options.flush_period;
    request.proxies = options.proxies;
    request.async_lag_callback = adapt(options.async_lag_callback);
    request.async_lag_threshold = options.async_lag_threshold;
    request.async_no_progress_callback = adapt(options.async_no_progress_callback);
    request.async_no_progress_threshold = options.async_no_progress_threshold;
    request.on_error = options.on_error;
    request.on_int_overflow = options.on_int_overflow;
    request.on_nonfinite = options.on_nonfinite;
    request.durability = options.durability;
    request.queue_limit = options.queue_limit;
    request.on_queue_full = options.on_queue_full;
    request.stop_timeout = options.stop_timeout;
    request.adopt = options.adopt;
    return request;
}

/// What each `init_…` function asks the engine for. `source_file`: where `init_run` was called.
inline OpenRequest request_of(const InitRun& options, const char* source_file = "") {
    auto request = common_request(ObjectKind::run, options);
    request.with_id = options.with_id;
    request.custom_run_id = options.custom_run_id;
    request.name = options.name;
    request.description = options.description;
    request.tags = options.tags;
    request.fail_on_exception = options.fail_on_exception;
    request.monitoring_namespace = options.monitoring_namespace;
    request.records.capture_stdout = options.capture_stdout;
    request.records.capture_stderr = options.capture_stderr;
    request.records.capture_hardware_metrics = options.capture_hardware_metrics;
    request.records.capture_traceback = options.capture_traceback;
    request.records.handle_signals = options.handle_signals;
    request.records.git_ref = options.git_ref;
    request.records.source_files = options.source_files;
    request.records.dependencies = options.dependencies;
    request.records.source_file = source_file;
    return request;
}
inline OpenRequest request_of(const InitModel& options) {
    auto request = common_request(ObjectKind::model, options);
    request.with_id = options.with_id;
    request.name = options.name;
    request.key = options.key;
    return request;
}
inline OpenRequest request_of(const InitModelVersion& options) {
    auto request = common_request(ObjectKind::model_version, options);
    request.with_id = options.with_id;
    request.name = options.name;
    request.model = options.model;
    return request;
}
inline OpenRequest request_of(const InitProject& options) {
    return common_request(ObjectKind::project, options);
}

}  // namespace detail

/// Creates a run, or resumes one (`with_id`, or a `custom_run_id` that exists). `source_file` is
/// the file that calls it and becomes `source_code/entrypoint`. Errors: ConfigError and below,
/// RunNotFound, ConnectionLost, ApiError.
[[nodiscard]] inline Run init_run(const InitRun& options = {},
                                  const char* source_file = __builtin_FILE()) {
    return Run(detail::open_object(detail::request_of(options, source_file)));
}

/// Creates a model, or resumes one. Errors: also ModelKeyAlreadyExists,
/// MissingRequiredInitParameter, ModelNotFound.
[[nodiscard]] inline Model init_model(const InitModel& options = {}) {
    return Model(detail::open_object(detail::request_of(options)));
}

/// Creates a version of a model, or resumes one. Errors: also ModelNotFound, ModelVersionNotFound.
[[nodiscard]] inline ModelVersion init_model_version(const InitModelVersion& options = {}) {
    return ModelVersion(detail::open_object(detail::request_of(options)));
}

/// Opens an existing project. Errors: also ProjectNotFound.
[[nodiscard]] inline Project init_project(const InitProject& options = {}) {
    return Project(detail::open_object(detail::request_of(options)));
}

/// Calls `function(run)` on a new run; an exception that leaves it marks the run as failed, stops
/// it and goes on.
template <class Function>
decltype(auto) with_run(const InitRun& options, Function&& function,
                        const char* source_file = __builtin_FILE()) {
    Run run = init_run(options, source_file);
    return run.guard([&]() -> decltype(auto) { return std::forward<Function>(function)(run); });
}

}  // namespace neptune

#endif
