#include <neptune/client/options.hpp>

#include <neptune/client/objects.hpp>
#include <neptune/client/read_only.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/recording_object.hpp"

namespace {

using namespace std::chrono_literals;
using neptune::Error;
using neptune::ErrorCode;

// Each aggregate with all its members in the documented order: a designated initialiser in another
// order, or for a member that is missing, does not compile.
const neptune::InitRun every_run_option{
    .with_id = "RUN-1",
    .project = "w/p",
    .api_token = "token",
    .custom_run_id = "custom",
    .mode = neptune::Mode::offline,
    .name = "name",
    .description = "description",
    .tags = {"a", "b"},
    .source_files = std::vector<std::string>{"*.cpp"},
    .capture_stdout = false,
    .capture_stderr = neptune::CaptureLevel::streambuf,
    .capture_hardware_metrics = false,
    .fail_on_exception = false,
    .capture_traceback = false,
    .monitoring_namespace = "monitoring/x",
    .flush_period = 1s,
    .proxies = {{"http", "http://127.0.0.1:1"}},
    .git_ref = neptune::GitRef{"/repo"},
    .dependencies = "infer",
    .async_lag_callback = [](neptune::Run& run) { run["lag"] = true; },
    .async_lag_threshold = 250ms,
    .async_no_progress_callback = [](neptune::Run& run) { run["stuck"] = true; },
    .async_no_progress_threshold = 2min,
    .on_error = [](const Error&) {},
    .on_int_overflow = neptune::OnIntOverflow::as_float,
    .on_nonfinite = neptune::OnNonfinite::as_string,
    .durability = neptune::Durability::per_call,
    .queue_limit = 1u << 20,
    .on_queue_full = neptune::QueueFull::drop_oldest_points,
    .stop_timeout = 5s,
    .handle_signals = true,
    .adopt = neptune::Adopt::wait,
};

const neptune::InitModel every_model_option{
    .with_id = "P-M",
    .name = "name",
    .key = "M",
    .project = "w/p",
    .api_token = "token",
    .mode = neptune::OnlineMode::debug,
    .flush_period = 1s,
    .proxies = {{"https", "http://127.0.0.1:1"}},
    .async_lag_callback = [](neptune::Model& model) { model["lag"] = true; },
    .async_lag_threshold = 1s,
    .async_no_progress_callback = [](neptune::Model& model) { model["stuck"] = true; },
    .async_no_progress_threshold = 2s,
    .on_error = [](const Error&) {},
    .on_int_overflow = neptune::OnIntOverflow::throw_error,
    .on_nonfinite = neptune::OnNonfinite::throw_error,
    .durability = neptune::Durability::per_call,
    .queue_limit = 7,
    .on_queue_full = neptune::QueueFull::drop_oldest_points,
    .stop_timeout = 5s,
    .adopt = neptune::Adopt::wait,
};

const neptune::InitModelVersion every_version_option{
    .with_id = "P-M-1",
    .name = "name",
    .model = "P-M",
    .project = "w/p",
    .api_token = "token",
    .mode = neptune::OnlineMode::sync,
    .flush_period = 1s,
    .proxies = {},
    .async_lag_callback = [](neptune::ModelVersion& version) { version["lag"] = true; },
    .async_lag_threshold = 1s,
    .async_no_progress_callback = [](neptune::ModelVersion& version) { version["stuck"] = true; },
    .async_no_progress_threshold = 2s,
    .on_error = [](const Error&) {},
    .on_int_overflow = neptune::OnIntOverflow::throw_error,
    .on_nonfinite = neptune::OnNonfinite::throw_error,
    .durability = neptune::Durability::per_call,
    .queue_limit = 7,
    .on_queue_full = neptune::QueueFull::drop_oldest_points,
    .stop_timeout = 5s,
    .adopt = neptune::Adopt::wait,
};

const neptune::InitProject every_project_option{
    .project = "w/p",
    .api_token = "token",
    .mode = neptune::OnlineMode::read_only,
    .flush_period = 1s,
    .proxies = {},
    .async_lag_callback = [](neptune::Project& project) { project["lag"] = true; },
    .async_lag_threshold = 1s,
    .async_no_progress_callback = [](neptune::Project& project) { project["stuck"] = true; },
    .async_no_progress_threshold = 2s,
    .on_error = [](const Error&) {},
    .on_int_overflow = neptune::OnIntOverflow::throw_error,
    .on_nonfinite = neptune::OnNonfinite::throw_error,
    .durability = neptune::Durability::per_call,
    .queue_limit = 7,
    .on_queue_full = neptune::QueueFull::drop_oldest_points,
    .stop_timeout = 5s,
    .adopt = neptune::Adopt::wait,
};

const neptune::OpenRun every_open_option{.with_id = "RUN-1",
                                         .project = "w/p",
                                         .api_token = "token",
                                         .custom_run_id = "custom",
                                         .proxies = {{"http", "x"}},
                                         .on_error = [](const Error&) {}};
[[maybe_unused]] const neptune::OpenModel open_model{
    .with_id = "P-M", .project = "w/p", .api_token = "token", .proxies = {}, .on_error = {}};
[[maybe_unused]] const neptune::OpenModelVersion open_version{
    .with_id = "P-M-1", .project = "w/p", .api_token = "token", .proxies = {}, .on_error = {}};
[[maybe_unused]] const neptune::OpenProject open_project{
    .project = "w/p", .api_token = "token", .proxies = {}, .on_error = {}};

template <class Options>
concept HasKey = requires(Options options) {
    options.key;
};
template <class Options>
concept HasModel = requires(Options options) {
    options.model;
};
template <class Options>
concept HasCustomRunId = requires(Options options) {
    options.custom_run_id;
};
template <class Options>
concept HasMonitoring = requires(Options options) {
    options.capture_stdout;
};
static_assert(HasKey<neptune::InitModel> && !HasKey<neptune::InitRun> &&
              !HasKey<neptune::InitModelVersion>);
static_assert(HasModel<neptune::InitModelVersion> && !HasModel<neptune::InitModel> &&
              !HasModel<neptune::InitRun>);
static_assert(HasCustomRunId<neptune::InitRun> && !HasCustomRunId<neptune::InitModel>);
static_assert(!HasCustomRunId<neptune::InitModelVersion> && !HasCustomRunId<neptune::InitProject>);
static_assert(HasMonitoring<neptune::InitRun> && !HasMonitoring<neptune::InitModel>);
static_assert(!HasMonitoring<neptune::InitModelVersion> && !HasMonitoring<neptune::InitProject>);

// The four aggregates have what follows in common.
template <class Options>
void check_common(const Options& options, const neptune::detail::OpenRequest& request) {
    CHECK(request.project == "w/p");
    CHECK(request.api_token == "token");
    CHECK(request.flush_period == options.flush_period);
    CHECK(request.proxies == options.proxies);
    CHECK(request.async_lag_threshold == options.async_lag_threshold);
    CHECK(request.async_no_progress_threshold == options.async_no_progress_threshold);
    CHECK(request.on_error);
    CHECK(request.on_int_overflow == options.on_int_overflow);
    CHECK(request.on_nonfinite == options.on_nonfinite);
    CHECK(request.durability == options.durability);
    CHECK(request.queue_limit == options.queue_limit);
    CHECK(request.on_queue_full == options.on_queue_full);
    CHECK(request.stop_timeout == options.stop_timeout);
    CHECK(request.adopt == options.adopt);

    const auto object = std::make_shared<support::RecordingObject>();
    request.async_lag_callback(object);
    request.async_no_progress_callback(object);
    // The callback's object is no owner: it stops nothing.
    REQUIRE(object->calls.size() == 2);
    CHECK(object->calls[0].path == "lag");
    CHECK(object->calls[1].path == "stuck");
}

}  // namespace

TEST_CASE("options: what all objects have in common reaches the request", "[client]") {
    using neptune::ObjectKind;
    using neptune::detail::common_request;
    const auto run = common_request(ObjectKind::run, every_run_option);
    CHECK(run.kind == ObjectKind::run);
    CHECK(run.mode == neptune::Mode::offline);
    check_common(every_run_option, run);
    const auto model = common_request(ObjectKind::model, every_model_option);
    CHECK(model.kind == ObjectKind::model);
    CHECK(model.mode == neptune::Mode::debug);
    check_common(every_model_option, model);
    const auto version = common_request(ObjectKind::model_version, every_version_option);
    CHECK(version.mode == neptune::Mode::sync);
    check_common(every_version_option, version);
    const auto project = common_request(ObjectKind::project, every_project_option);
    CHECK(project.mode == neptune::Mode::read_only);
    check_common(every_project_option, project);
}

TEST_CASE("options: what was not given stays not given", "[client]") {
    const auto request =
        neptune::detail::common_request(neptune::ObjectKind::run, neptune::InitRun{});
    CHECK_FALSE(request.mode);
    CHECK_FALSE(request.project);
    CHECK_FALSE(request.api_token);
    CHECK_FALSE(request.on_error);
    CHECK_FALSE(request.async_lag_callback);
    CHECK_FALSE(request.stop_timeout);
    CHECK_FALSE(request.read_only_form);
    CHECK_FALSE(
        neptune::detail::common_request(neptune::ObjectKind::model, neptune::InitModel{}).mode);
}

TEST_CASE("options: defaults are those of the Python client", "[client]") {
    const neptune::InitRun options;
    CHECK(options.flush_period == 5s);
    CHECK(options.async_lag_threshold == 30min);
    CHECK(options.async_no_progress_threshold == 5min);
    CHECK(options.fail_on_exception);
    CHECK(options.capture_traceback);
    CHECK(options.capture_hardware_metrics);
    CHECK(options.capture_stdout.level == neptune::CaptureLevel::descriptor);
    CHECK(options.git_ref.enabled);
    CHECK(options.on_int_overflow == neptune::OnIntOverflow::warn_skip);
    CHECK(options.on_nonfinite == neptune::OnNonfinite::warn_skip);
    CHECK(options.durability == neptune::Durability::per_second);
    CHECK(options.queue_limit == std::uint64_t{17'179'869'184});
    CHECK_FALSE(options.source_files);
    CHECK(neptune::Sync{}.wait);
    CHECK_FALSE(neptune::Write{}.wait);
    CHECK_FALSE(neptune::Append{}.wait);
    CHECK(neptune::FetchValues{}.include_timestamp);
    CHECK(neptune::FetchValues{}.progress.bar);
}

TEST_CASE("options: capture and git_ref take true, false and their own types", "[client]") {
    CHECK(neptune::Capture(true).level == neptune::CaptureLevel::descriptor);
    CHECK(neptune::Capture(false).level == neptune::CaptureLevel::off);
    CHECK(every_run_option.capture_stdout.level == neptune::CaptureLevel::off);
    CHECK(every_run_option.capture_stderr.level == neptune::CaptureLevel::streambuf);
    CHECK_FALSE(neptune::GitOption(false).enabled);
    CHECK(neptune::GitOption(true).repository_path.empty());
    CHECK(every_run_option.git_ref.enabled);
    CHECK(every_run_option.git_ref.repository_path == "/repo");
}

TEST_CASE("options: the read-only form asks for reading only", "[client]") {
    const auto request =
        neptune::detail::read_only_request(neptune::ObjectKind::run, every_open_option);
    CHECK(request.read_only_form);
    CHECK(request.mode == neptune::Mode::read_only);
    CHECK(request.project == "w/p");
    CHECK(request.api_token == "token");
    CHECK(request.proxies == every_open_option.proxies);
    CHECK(request.on_error);
}
