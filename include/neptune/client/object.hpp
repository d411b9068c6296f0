#ifndef NEPTUNE_CLIENT_OBJECT_HPP
#define NEPTUNE_CLIENT_OBJECT_HPP

// What handles and objects need of the engine, and nothing of what is behind it: this interface is
// the border between the light door <neptune/run.hpp> and the heavy one <neptune/neptune.hpp>.

#include <neptune/client/options.hpp>
#include <neptune/client/structure.hpp>
#include <neptune/client/table_source.hpp>
#include <neptune/client/value.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace neptune {

/// One point of a series as it is fetched.
template <class T>
struct Point {
    double step = 0;
    T value{};
    Datetime timestamp{};
    bool operator==(const Point&) const = default;
};

namespace detail {

/// A path of one object, interned once: its address stays the same while the object lives, so that
/// a handle looks nothing up. Only the object changes what is behind it.
struct FieldEntry {
    std::string path;
    /// Number of the field in the journal + 1; 0 = none yet.
    std::uint32_t journal_id = 0;
};

/// Values of one series for `extend`.
using SeriesValues = std::variant<std::vector<double>, std::vector<std::string>, std::vector<File>>;

/// One open run, model, model version or project. Threads: all functions, from any thread. Errors:
/// every function but `state`, `url`, `wait`, `stop`, `detach` and those named throws
/// InactiveObjectError after `stop()`.
class Object {
public:
    Object() = default;
    Object(const Object&) = delete;
    Object& operator=(const Object&) = delete;
    virtual ~Object() = default;

    /// The entry of a path that need not be normalised. Errors: InvalidPathError.
    virtual const FieldEntry* intern(std::string_view path) = 0;
    virtual const FieldEntry* intern_below(const FieldEntry* parent, std::string_view path) = 0;

    // Writing. Errors: MetadataInconsistency, InvalidPathError, ProtectedPathError,
    // TypeDoesNotSupportMethod, InvalidArgument; in sync mode also what the server refused, and
    // ConnectionLost.
    virtual void assign(const FieldEntry*, const Value&, const Write&) = 0;
    virtual void append(const FieldEntry*, double, const Append&) = 0;
    virtual void append(const FieldEntry*, std::string_view, const Append&) = 0;
    virtual void append(const FieldEntry*, const Dict&, const Append&) = 0;
    virtual void append(const FieldEntry*, const File&, const Append&) = 0;
    virtual void extend(const FieldEntry*, SeriesValues, const Extend&) = 0;
    virtual void extend(const FieldEntry*, std::vector<std::pair<std::string, SeriesValues>>,
                        const Extend&) = 0;
    virtual void insert_strings(const FieldEntry*, std::vector<std::string>, const Write&) = 0;
    virtual void remove_strings(const FieldEntry*, std::vector<std::string>, const Write&) = 0;
    virtual void clear(const FieldEntry*, const Write&) = 0;
    virtual void upload(const FieldEntry*, const File&, const Write&) = 0;
    virtual void upload_files(const FieldEntry*, std::vector<std::string> globs, const Write&) = 0;
    virtual void delete_files(const FieldEntry*, std::vector<std::string> paths, const Write&) = 0;
    virtual void configure(const FieldEntry*, const Configure&) = 0;
    virtual void track_files(const FieldEntry*, std::string_view location, const TrackFiles&) = 0;
    virtual void erase(const FieldEntry*, const Write&) = 0;
    virtual void change_stage(Stage) = 0;

    // Reading. Errors: MissingField, FetchAttributeNotFound, TypeDoesNotSupportMethod,
    // OfflineModeError, ConnectionLost, ApiError.
    virtual Value fetch(const FieldEntry*) = 0;
    virtual std::optional<double> fetch_last_float(const FieldEntry*) = 0;
    virtual std::optional<std::string> fetch_last_string(const FieldEntry*) = 0;
    virtual std::vector<Point<double>> fetch_floats(const FieldEntry*, const FetchValues&) = 0;
    virtual std::vector<Point<std::string>> fetch_strings(const FieldEntry*,
                                                          const FetchValues&) = 0;

    virtual void download(const FieldEntry*, const Download&) = 0;
    virtual void download_last(const FieldEntry*, const Download&) = 0;
    virtual std::string fetch_extension(const FieldEntry*) = 0;
    virtual std::vector<FileEntry> list_files(const FieldEntry*, std::string_view path) = 0;
    /// Rows of this project or, for model versions, of this model. Lifetime: the object's. Errors:
    /// also InvalidArgument; the rows' own come with them.
    virtual std::unique_ptr<TableSource> open_table(ObjectKind rows, const RunsQuery&) = 0;
    virtual std::vector<ArtifactFile> artifact_files(const FieldEntry*) = 0;

    /// The field as the source of a copy. Errors: MissingField; MetadataInconsistency for what is
    /// no single value.
    virtual CopySource copy_source(const FieldEntry*) = 0;

    // Local knowledge; these do not throw after stop().
    /// For a path that need not be normalised; false for one that no field can have.
    virtual bool exists(std::string_view path) = 0;
    virtual std::string description(const FieldEntry*) = 0;
    virtual Structure structure() = 0;

    // Life.
    virtual void wait(WaitFor) = 0;
    virtual void sync(const Sync&) = 0;
    virtual void stop(std::optional<std::chrono::duration<double>> limit) = 0;
    /// Stops without sending; data stay on disk for `neptune-cpp sync`.
    virtual void detach() = 0;
    virtual State state() const = 0;
    virtual std::string url() = 0;
    virtual std::string sys_id() = 0;
    virtual std::string monitoring_namespace() = 0;
    /// Logs the exception if `capture_traceback` was asked for, and sets sys/failed if
    /// `fail_on_exception` was; called when one leaves the object's scope. Null: it is out of
    /// reach.
    virtual void exception_left_scope(std::exception_ptr) noexcept = 0;
};

/// What a run records by itself about its process and its source; nothing of it is recorded for
/// other objects, in read-only mode, or where InitRun is not what opens the run.
struct RunRecords {
    Capture capture_stdout = false, capture_stderr = false;
    bool capture_hardware_metrics = false, capture_traceback = false, handle_signals = false;
    GitOption git_ref = false;
    std::optional<std::vector<std::string>> source_files{};
    std::optional<std::string> dependencies{};
    /// The file that called `init_run`, as its compiler was given it.
    std::string source_file{};
};

/// Options of all init functions in one structure; each function fills what its aggregate has.
struct OpenRequest {
    ObjectKind kind = ObjectKind::run;
    /// An `open_…` function, whose result cannot write.
    bool read_only_form = false;
    std::optional<Mode> mode{};
    std::optional<std::string> with_id{}, project{}, api_token{}, custom_run_id{}, name{},
        description{}, key{}, model{}, monitoring_namespace{};
    std::vector<std::string> tags{};
    bool fail_on_exception = true;
    RunRecords records{};
    std::chrono::duration<double> flush_period{5.0};
    Proxies proxies{};
    Callback<void(const std::shared_ptr<Object>&)> async_lag_callback{},
        async_no_progress_callback{};
    std::chrono::duration<double> async_lag_threshold{1800.0}, async_no_progress_threshold{300.0};
    ErrorHandler on_error{};
    OnIntOverflow on_int_overflow = OnIntOverflow::warn_skip;
    OnNonfinite on_nonfinite = OnNonfinite::warn_skip;
    Durability durability = Durability::per_second;
    std::uint64_t queue_limit = std::uint64_t{16} << 30;
    QueueFull on_queue_full = QueueFull::stop_recording;
    std::optional<std::chrono::duration<double>> stop_timeout{};
    Adopt adopt = Adopt::in_background;
};

#if defined(__GNUC__)
#define NEPTUNE_DETAIL_EXPORT __attribute__((visibility("default")))
#else
#define NEPTUNE_DETAIL_EXPORT
#endif

/// The engine behind the heavy door. Declared here, defined and instantiated in
/// <neptune/neptune.hpp>: without that header in one file of the program the linker names this
/// class, and with it the remedy.
template <class Door>
struct the_program_must_include_neptune_neptune_hpp_in_one_file {
    NEPTUNE_DETAIL_EXPORT static std::shared_ptr<Object> open(const OpenRequest& request);
};
extern template struct the_program_must_include_neptune_neptune_hpp_in_one_file<void>;

inline std::shared_ptr<Object> open_object(const OpenRequest& request) {
    return the_program_must_include_neptune_neptune_hpp_in_one_file<void>::open(request);
}

}  // namespace detail
}  // namespace neptune

#endif
