#ifndef NEPTUNE_CLIENT_OPTIONS_HPP
#define NEPTUNE_CLIENT_OPTIONS_HPP

// Options of all calls: aggregates for designated initialisers. Members have the order, the names
// and the meaning of the Python client's keyword arguments; ours come after them. A member that is
// not given means "not given".

#include <neptune/client/progress.hpp>
#include <neptune/client/value.hpp>
#include <neptune/core/callback.hpp>
#include <neptune/core/error.hpp>
#include <neptune/journal/policy.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace neptune {

class Run;
class Model;
class ModelVersion;
class Project;

/// How an object is connected. `async`: calls return at once and a thread sends; `sync`: a call
/// returns when the server has stored its data; `offline`: everything stays on disk; `read_only`:
/// writes are dropped with one warning; `debug`: in memory only, nothing is stored or sent.
/// Default: NEPTUNE_MODE, else async.
enum class Mode { async, sync, offline, read_only, debug };

/// The modes of objects that cannot be logged offline.
enum class OnlineMode { async, sync, read_only, debug };

/// Life of an object in this process.
enum class State { created, started, stopping, stopped };

/// What `wait()` waits for.
enum class WaitFor { server, disk };

/// What a power cut may take, and what happens when the queue on disk is full (journal/policy.hpp).
using Durability = journal::Durability;
using QueueFull = journal::QueueFull;

/// An integer outside 32 bits, which Neptune's Integer has: skipped with a warning (as Python
/// does), stored as a Float, or thrown as InvalidArgument.
enum class OnIntOverflow { warn_skip, as_float, throw_error };

/// NaN or infinity: skipped with a warning (as Python does), thrown as InvalidArgument, or stored
/// as the text "nan", "inf" or "-inf" (single values only; points are skipped).
enum class OnNonfinite { warn_skip, throw_error, as_string };

/// Whether `init_*` waits until data that a dead process left behind for the same object have been
/// sent. In sync mode it always does.
enum class Adopt { in_background, wait };

/// Where standard output and error are captured: at the descriptor, with all that printf, libraries
/// and started programs write, or only what goes through std::cout, std::cerr and std::clog.
enum class CaptureLevel { off, streambuf, descriptor };

/// `true` (descriptor), `false` (off), or a level.
struct Capture {
    Capture(bool on) : level(on ? CaptureLevel::descriptor : CaptureLevel::off) {}
    Capture(CaptureLevel given) : level(given) {}
    CaptureLevel level;
};

/// Repository whose state is recorded; empty path: the one of the program's source.
struct GitRef {
    std::string repository_path;
};

/// `true`, `false` (nothing is recorded), or a GitRef.
struct GitOption {
    GitOption(bool on) : enabled(on) {}
    GitOption(GitRef given) : enabled(true), repository_path(std::move(given.repository_path)) {}
    bool enabled;
    std::string repository_path{};
};

/// Scheme ("http", "https") to URL of the proxy.
using Proxies = std::map<std::string, std::string>;
using ErrorHandler = Callback<void(const Error&)>;

/// `append`. `step` must increase strictly within a series, default last step + 1; `timestamp`
/// default now; `wait`: return when the server has it; `name` and `description`: of an image.
struct Append {
    std::optional<double> step{};
    std::optional<Timestamp> timestamp{};
    bool wait = false;
    std::optional<std::string> name{}, description{};
};

/// `extend`. Shape: `steps` and `timestamps` are empty or as long as the values.
struct Extend {
    std::vector<double> steps{};
    std::vector<Timestamp> timestamps{};
    bool wait = false;
    std::optional<std::string> name{}, description{};
};

/// `assign`, `upload`, `upload_files`, `delete_files`, `add`, `remove`, `clear`, `erase`.
struct Write {
    bool wait = false;
};

/// `configure`: display range and unit of a float series; replaces the former ones as a whole.
struct Configure {
    std::optional<double> min{}, max{};
    std::optional<std::string> unit{};
};

/// `sync`. `wait`: first wait until the server has what was logged.
struct Sync {
    bool wait = true;
};

/// `download`, `download_last`. `destination`: a directory that exists is where the file goes,
/// under the server's name; anything else is the file's name; empty means the working directory.
/// Images always go into a directory, by default `neptune/<last part of the path>`.
struct Download {
    PathArgument destination{};
    ProgressOption progress{};
};

/// `fetch_values`. Without `include_timestamp` the timestamps are 0.
struct FetchValues {
    bool include_timestamp = true;
    ProgressOption progress{};
};

/// Options of `init_run`. Units: periods and thresholds in seconds. Threads: callbacks run on
/// threads of the library, never under a lock; what they throw is swallowed. Source: `init_run` of
/// the Python client 1.14.
struct InitRun {
    std::optional<std::string> with_id{};
    std::optional<std::string>
        project{};  ///< default NEPTUNE_PROJECT; "workspace/name" or a unique name
    std::optional<std::string>
        api_token{};  ///< default NEPTUNE_API_TOKEN; carries the server's address
    std::optional<std::string>
        custom_run_id{};  ///< default NEPTUNE_CUSTOM_RUN_ID; at most 36 characters
    std::optional<Mode> mode{};
    std::optional<std::string> name{};
    std::optional<std::string> description{};
    std::vector<std::string> tags{};  ///< added to sys/tags, also on resume
    /// Files and globs for source_code/files; default: the file that calls `init_run`; empty: none.
    std::optional<std::vector<std::string>> source_files{};
    Capture capture_stdout = true;         ///< <monitoring namespace>/stdout, a point a line
    Capture capture_stderr = true;         ///< <monitoring namespace>/stderr
    bool capture_hardware_metrics = true;  ///< cpu, memory, gpu*; every 10 s
    bool fail_on_exception = true;  ///< set sys/failed when an exception leaves the run's scope
    bool capture_traceback = true;  ///< <monitoring namespace>/traceback, when one does
    std::optional<std::string> monitoring_namespace{};  ///< default NEPTUNE_MONITORING_NAMESPACE
    std::chrono::duration<double> flush_period{5.0};
    Proxies proxies{};  ///< default HTTP_PROXY, HTTPS_PROXY, NO_PROXY
    GitOption git_ref = true;
    /// source_code/requirements: "infer" (compiler, build, loaded libraries), or a file.
    std::optional<std::string> dependencies{};
    Callback<void(Run&)> async_lag_callback{};
    std::chrono::duration<double> async_lag_threshold{1800.0};
    Callback<void(Run&)> async_no_progress_callback{};
    std::chrono::duration<double> async_no_progress_threshold{300.0};
    ErrorHandler
        on_error{};  ///< gets what no call can throw; default: one line on stderr per cause
    OnIntOverflow on_int_overflow = OnIntOverflow::warn_skip;
    OnNonfinite on_nonfinite = OnNonfinite::warn_skip;
    Durability durability = Durability::per_second;
    std::uint64_t queue_limit = std::uint64_t{16} << 30;  ///< bytes of this object's directory
    QueueFull on_queue_full = QueueFull::stop_recording;
    std::optional<std::chrono::duration<double>>
        stop_timeout{};  ///< for the destructor and the exit hook
    /// A fatal signal (SIGABRT, SIGSEGV, …) that the program does not handle leaves a mark beside
    /// the run's data, by which whoever sends them sets sys/failed.
    bool handle_signals = false;
    Adopt adopt = Adopt::in_background;
};

/// Options of `init_model`; the meaning of the members is that of InitRun's. `key` is required for
/// a new model.
struct InitModel {
    std::optional<std::string> with_id{};
    std::optional<std::string> name{};
    std::optional<std::string> key{};
    std::optional<std::string> project{};
    std::optional<std::string> api_token{};
    std::optional<OnlineMode> mode{};
    std::chrono::duration<double> flush_period{5.0};
    Proxies proxies{};
    Callback<void(Model&)> async_lag_callback{};
    std::chrono::duration<double> async_lag_threshold{1800.0};
    Callback<void(Model&)> async_no_progress_callback{};
    std::chrono::duration<double> async_no_progress_threshold{300.0};
    ErrorHandler on_error{};
    OnIntOverflow on_int_overflow = OnIntOverflow::warn_skip;
    OnNonfinite on_nonfinite = OnNonfinite::warn_skip;
    Durability durability = Durability::per_second;
    std::uint64_t queue_limit = std::uint64_t{16} << 30;
    QueueFull on_queue_full = QueueFull::stop_recording;
    std::optional<std::chrono::duration<double>> stop_timeout{};
    Adopt adopt = Adopt::in_background;
};

/// Options of `init_model_version`. `model` is the sys/id of the parent, required for a new
/// version.
struct InitModelVersion {
    std::optional<std::string> with_id{};
    std::optional<std::string> name{};
    std::optional<std::string> model{};
    std::optional<std::string> project{};
    std::optional<std::string> api_token{};
    std::optional<OnlineMode> mode{};
    std::chrono::duration<double> flush_period{5.0};
    Proxies proxies{};
    Callback<void(ModelVersion&)> async_lag_callback{};
    std::chrono::duration<double> async_lag_threshold{1800.0};
    Callback<void(ModelVersion&)> async_no_progress_callback{};
    std::chrono::duration<double> async_no_progress_threshold{300.0};
    ErrorHandler on_error{};
    OnIntOverflow on_int_overflow = OnIntOverflow::warn_skip;
    OnNonfinite on_nonfinite = OnNonfinite::warn_skip;
    Durability durability = Durability::per_second;
    std::uint64_t queue_limit = std::uint64_t{16} << 30;
    QueueFull on_queue_full = QueueFull::stop_recording;
    std::optional<std::chrono::duration<double>> stop_timeout{};
    Adopt adopt = Adopt::in_background;
};

/// Options of `init_project`, which opens an existing project as an object.
struct InitProject {
    std::optional<std::string> project{};
    std::optional<std::string> api_token{};
    std::optional<OnlineMode> mode{};
    std::chrono::duration<double> flush_period{5.0};
    Proxies proxies{};
    Callback<void(Project&)> async_lag_callback{};
    std::chrono::duration<double> async_lag_threshold{1800.0};
    Callback<void(Project&)> async_no_progress_callback{};
    std::chrono::duration<double> async_no_progress_threshold{300.0};
    ErrorHandler on_error{};
    OnIntOverflow on_int_overflow = OnIntOverflow::warn_skip;
    OnNonfinite on_nonfinite = OnNonfinite::warn_skip;
    Durability durability = Durability::per_second;
    std::uint64_t queue_limit = std::uint64_t{16} << 30;
    QueueFull on_queue_full = QueueFull::stop_recording;
    std::optional<std::chrono::duration<double>> stop_timeout{};
    Adopt adopt = Adopt::in_background;
};

/// Options of the read-only forms `open_run`, `open_model`, `open_model_version`, `open_project`.
struct OpenRun {
    std::optional<std::string> with_id{};
    std::optional<std::string> project{};
    std::optional<std::string> api_token{};
    std::optional<std::string> custom_run_id{};
    Proxies proxies{};
    ErrorHandler on_error{};
};
struct OpenModel {
    std::optional<std::string> with_id{};
    std::optional<std::string> project{};
    std::optional<std::string> api_token{};
    Proxies proxies{};
    ErrorHandler on_error{};
};
struct OpenModelVersion {
    std::optional<std::string> with_id{};
    std::optional<std::string> project{};
    std::optional<std::string> api_token{};
    Proxies proxies{};
    ErrorHandler on_error{};
};
struct OpenProject {
    std::optional<std::string> project{};
    std::optional<std::string> api_token{};
    Proxies proxies{};
    ErrorHandler on_error{};
};

}  // namespace neptune

#endif
