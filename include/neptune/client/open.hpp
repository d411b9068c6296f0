#ifndef NEPTUNE_CLIENT_OPEN_HPP
#define NEPTUNE_CLIENT_OPEN_HPP

// Opening an object: mode, credentials, project, the object itself, its connection, its first
// fields.

#include <neptune/client/debug_connection.hpp>
#include <neptune/client/lookup.hpp>
#include <neptune/client/monitoring/namespace.hpp>
#include <neptune/client/monitoring/run_recorder.hpp>
#include <neptune/client/offline_connection.hpp>
#include <neptune/client/online_connection.hpp>
#include <neptune/client/queue_setup.hpp>
#include <neptune/client/registry.hpp>
#include <neptune/client/remote_stop.hpp>
#include <neptune/core/os.hpp>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace neptune::client {

class Opener {
public:
    Opener(const OpenRequest& request, Environment environment)
        : request_(request),
          environment_(std::move(environment)),
          reporter_(std::make_unique<Reporter>(request.on_error)) {
        reporter_->set_silent(environment_.silent);
    }

    /// Errors: those of the init functions, see client/objects.hpp.
    std::shared_ptr<Engine> open() {
        mode_ = resolve_mode();
        if (environment_.max_disk_usage_percent < 0 && first_time("NEPTUNE_MAX_DISK_USAGE"))
            reporter_->warning(
                "NEPTUNE_MAX_DISK_USAGE is no percentage in (0, 100]; the disk is not checked");
        identity_.kind = request_.kind;
        identity_.fail_on_exception = request_.fail_on_exception;
        identity_.stop_timeout = request_.stop_timeout;
        identity_.writes = mode_ != Mode::read_only;
        identity_.offline = mode_ == Mode::offline;
        resolve_custom_id();
        if (request_.kind == ObjectKind::run) {
            identity_.monitoring_namespace = monitoring_namespace();
            if (identity_.writes && environment_.records) {
                identity_.capture_traceback = request_.records.capture_traceback;
                recorder_ =
                    std::make_unique<RunRecorder>(request_.records, identity_.monitoring_namespace,
                                                  environment_.timing.hardware_period, *reporter_);
            }
        }
        switch (mode_) {
            case Mode::debug:
                return open_debug();
            case Mode::offline:
                return open_offline();
            default:
                return open_remote();
        }
    }

private:
    Mode resolve_mode() const {
        if (request_.mode) return *request_.mode;
        const auto word = core::environment("NEPTUNE_MODE").value_or("");
        if (word.empty() || word == "async") return Mode::async;
        if (word == "sync") return Mode::sync;
        if (word == "offline") return Mode::offline;
        if (word == "read-only") return Mode::read_only;
        if (word == "debug") return Mode::debug;
        throw InvalidArgument(ErrorCode::invalid_mode, "NEPTUNE_MODE is '" + word + "'",
                              "use async, sync, offline, read-only or debug");
    }

    std::string monitoring_namespace() const {
        if (request_.monitoring_namespace) return *request_.monitoring_namespace;
        if (const auto given = core::environment("NEPTUNE_MONITORING_NAMESPACE");
            given && !given->empty())
            return *given;
        return default_monitoring_namespace(core::host_name(), std::to_string(core::process_id()),
                                            std::to_string(core::thread_id()));
    }

    void resolve_custom_id() {
        if (request_.kind != ObjectKind::run) return;
        if (request_.with_id && request_.custom_run_id)
            throw RunResumeAndCustomIdCollision(ErrorCode::run_resume_and_custom_id_collision,
                                                "both .with_id and .custom_run_id were given",
                                                "use one of them");
        if (!request_.with_id && !request_.custom_run_id)
            if (const auto given = core::environment("NEPTUNE_CUSTOM_RUN_ID");
                given && !given->empty())
                request_.custom_run_id = given;
        if (request_.custom_run_id &&
            core::count_code_points(*request_.custom_run_id) > wire::limits::custom_id_characters) {
            reporter_->warning("the custom run ID is longer than " +
                               std::to_string(wire::limits::custom_id_characters) +
                               " characters and is ignored");
            request_.custom_run_id.reset();
        }
    }

    [[noreturn]] void throw_no_such_object_locally(const char* mode) const {
        const std::string what = "the " + std::string(spoken_name(request_.kind)) + " " +
                                 *request_.with_id + " cannot be opened in " + mode +
                                 " mode, which does not know the server's objects";
        const std::string advice = "open it in another mode, or leave .with_id out";
        if (request_.kind == ObjectKind::model_version)
            throw ModelVersionNotFound(ErrorCode::model_version_not_found, what, advice);
        if (request_.kind == ObjectKind::model)
            throw ModelNotFound(ErrorCode::model_not_found, what, advice);
        throw RunNotFound(ErrorCode::run_not_found, what, advice);
    }

    // Placeholders of the Python client: project key OFFLINE, counters from 1.
    std::shared_ptr<Engine> open_debug() {
        if (request_.with_id) throw_no_such_object_locally("debug");
        switch (request_.kind) {
            case ObjectKind::run:
                identity_.sys_id = "OFFLINE-1";
                break;
            case ObjectKind::model:
                identity_.sys_id = "OFFLINE-" + request_.key.value_or("MOD");
                break;
            case ObjectKind::model_version:
                identity_.sys_id = request_.model.value_or("OFFLINE-MOD") + "-1";
                break;
            case ObjectKind::project:
                identity_.sys_id = "OFFLINE";
                break;
        }
        identity_.url = "debug/" + identity_.sys_id;
        identity_.show_url = false;
        auto connection = std::make_unique<DebugConnection>(request_.kind, identity_.sys_id);
        return finish(std::move(connection), true);
    }

    std::shared_ptr<Engine> open_offline() {
        if (request_.kind != ObjectKind::run)
            throw ConfigError(ErrorCode::offline_mode,
                              "a " + std::string(spoken_name(request_.kind)) +
                                  " cannot be opened in offline mode",
                              "only runs can; is NEPTUNE_MODE set?");
        if (request_.with_id) throw_no_such_object_locally("offline");
        const std::string id = core::uuid4();
        identity_.sys_id = identity_.url = "offline/" + id;
        identity_.show_url = false;
        QueueSetup setup{request_, environment_, mode_, id, *reporter_, git_reference()};
        auto connection = std::make_unique<OfflineConnection>(
            id, [setup] { return setup.new_journal(); }, environment_.timing.disk_period,
            *reporter_);
        auto engine = finish(std::move(connection), true);
        engine->reporter().info("logging offline as " + identity_.url +
                                "; run `neptune-cpp sync` to send it");
        return engine;
    }

    std::shared_ptr<Engine> open_remote() {
        const auto credentials = read_credentials(request_.api_token);
        const auto connect = [credentials, proxies = request_.proxies, environment = environment_,
                              reporter = reporter_.get()] {
            return std::make_unique<Session>(credentials, proxies, environment, *reporter);
        };
        auto session = connect();
        session->open();
        const auto project = find_project(*session, request_.project);
        const auto found = ObjectFinder(*session, project, request_, [this] {
                               return git_reference();
                           }).find_or_create(mode_ == Mode::read_only);
        identity_.sys_id = found.object.short_id;
        identity_.url = object_url(*session, found.object);
        identity_.show_url = !request_.read_only_form;
        name_by_server_ = session->config().sys_name_set_by_backend.value_or(false);
        if (found.object.trashed)
            reporter_->warning("the object " + identity_.sys_id + " is in the trash");
        if (mode_ == Mode::read_only) {
            return finish(std::make_unique<ReadOnlyConnection>(found.object.id, connect,
                                                               std::move(session), *reporter_),
                          false);
        }

        const QueueSetup setup{request_, environment_, mode_, found.object.id, *reporter_, {}};
        auto left_overs = found.is_new ? std::vector<std::unique_ptr<journal::Journal>>()
                                       : setup.claim_left_overs();
        if (found.is_new) setup.tell_of_left_overs();
        const bool adopts = !left_overs.empty();
        auto connection = std::make_unique<OnlineConnection>(
            online_settings(setup, found.object.project_id), found.object.id, connect,
            std::move(session), *reporter_, std::move(left_overs));
        OnlineConnection& online = *connection;
        if (adopts && (mode_ == Mode::sync || request_.adopt == Adopt::wait))
            online.await_left_overs();
        auto engine = finish(std::move(connection), found.is_new);
        online.start_jobs();
        return engine;
    }

    OnlineConnection::Settings online_settings(const QueueSetup& setup,
                                               const std::string& project_id) {
        OnlineConnection::Settings settings;
        settings.synchronous = mode_ == Mode::sync;
        settings.heartbeat = request_.kind != ObjectKind::project;
        settings.new_journal = [setup] { return setup.new_journal(); };
        settings.timing = environment_.timing;
        settings.uploader.object_id = setup.object_id;
        settings.uploader.flush_period = request_.flush_period;
        settings.uploader.keep_errors = settings.synchronous;
        settings.uploader.batch_operations = environment_.batch_operations;
        settings.uploader.batch_bytes = environment_.batch_bytes;
        settings.uploader.timing = environment_.timing;
        if (request_.kind == ObjectKind::run) {
            settings.on_signal = signal_handler();
            settings.signal_target = wire::signal_socket_of(project_id, setup.object_id);
        }
        settings.lag_threshold = request_.async_lag_threshold;
        settings.no_progress_threshold = request_.async_no_progress_threshold;
        settings.on_lag =
            callback(request_.async_lag_callback, environment_.default_lag_callback, "lag");
        settings.on_no_progress =
            callback(request_.async_no_progress_callback, environment_.default_no_progress_callback,
                     "no progress");
        return settings;
    }

    // Signals go to runs only. The engine lives on while one is obeyed.
    std::function<void(const wire::Signal&)> signal_handler() {
        auto end = environment_.end_process;
        if (!end) end = [patience = environment_.timing.child_patience] { end_process(patience); };
        return [self = self_, end = std::move(end)](const wire::Signal& signal) {
            if (const auto engine = self->lock()) obey(*engine, signal, end);
        };
    }

    // The user's callback wins over the default one, which stops the object.
    std::function<void()> callback(
        const Callback<void(const std::shared_ptr<neptune::detail::Object>&)>& given,
        bool use_default, const char* what) {
        if (!given && !use_default) return {};
        return [self = self_, given, what] {
            const auto engine = self->lock();
            if (!engine) return;
            try {
                if (given) {
                    given(engine);
                    return;
                }
                engine->reporter().error(std::string("synchronization shows ") + what +
                                         "; the object is stopped");
                engine->stop(Seconds(60));
            } catch (const std::exception& error) {
                engine->reporter().error(std::string("the callback for ") + what +
                                         " threw: " + error.what());
            }
        };
    }

    std::shared_ptr<Engine> finish(std::unique_ptr<Connection> connection, bool is_new) {
        Reporter& reporter = *reporter_;
        auto engine =
            std::make_shared<Engine>(identity_, std::move(reporter_), std::move(connection),
                                     request_.on_int_overflow, request_.on_nonfinite);
        *self_ = engine;
        Registry::instance().add(engine);
        engine->start([](Engine* gone) { Registry::instance().remove(gone); });
        if (mode_ != Mode::offline) engine->sync({.wait = false});
        if (mode_ != Mode::read_only) write_first_fields(*engine, is_new);
        if (identity_.show_url && mode_ != Mode::debug)
            reporter.info("the " + std::string(spoken_name(request_.kind)) + " " +
                          identity_.sys_id + " is ready: " + identity_.url);
        if (recorder_) {
            Registry::instance().watch_terminate();
            engine->start_jobs(recorder_->make_jobs(*engine, engine->queue_directory()));
        }
        return engine;
    }

    // Names only for new objects, unless given; nothing is written over when an object is resumed.
    void write_first_fields(Engine& engine, bool is_new) const {
        const auto set = [&engine](const char* path, const Value& value) {
            engine.assign(engine.intern(path), value, {});
        };
        if (request_.kind == ObjectKind::project) return;
        if (request_.name)
            set("sys/name", *request_.name);
        else if (is_new && !name_by_server_ && mode_ != Mode::debug)
            set("sys/name", "Untitled");
        if (request_.kind != ObjectKind::run) return;
        if (request_.description)
            set("sys/description", *request_.description);
        else if (is_new)
            set("sys/description", "");
        if (is_new) set("sys/hostname", core::host_name());
        if (!request_.tags.empty())
            engine.insert_strings(engine.intern("sys/tags"), request_.tags, {});
        if (is_new) set("sys/failed", false);
        if (recorder_) recorder_->write_first_fields(engine, is_new);
    }
    std::optional<wire::GitInfoDto> git_reference() const {
        return recorder_ ? recorder_->git_reference() : std::nullopt;
    }

    OpenRequest request_;
    Environment environment_;
    std::unique_ptr<Reporter> reporter_;
    Mode mode_ = Mode::async;
    Identity identity_;
    bool name_by_server_ = false;
    std::unique_ptr<RunRecorder> recorder_;  // of runs that write
    // Filled when the engine exists; callbacks that are made before hold on to it.
    std::shared_ptr<std::weak_ptr<Engine>> self_ = std::make_shared<std::weak_ptr<Engine>>();
};

}  // namespace neptune::client

#endif
