#ifndef NEPTUNE_CLIENT_ENGINE_HPP
#define NEPTUNE_CLIENT_ENGINE_HPP

// One open object: state, order and lifetime between what the user calls and what a connection
// carries. One lock guards structure and order; nothing is waited for, and no user code runs, while
// it is held.

#include <neptune/client/artifact_files.hpp>
#include <neptune/client/collector.hpp>
#include <neptune/client/connection.hpp>
#include <neptune/client/monitoring/exception_report.hpp>
#include <neptune/client/monitoring/job_list.hpp>
#include <neptune/client/table_request.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/words.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace neptune::client {

/// What is known of an object once it is open.
struct Identity {
    ObjectKind kind = ObjectKind::run;
    std::string sys_id;
    std::string url;
    std::string monitoring_namespace;
    /// Prints where to look at the object when it is stopped.
    bool show_url = true;
    bool offline = false;
    bool writes = true;
    bool fail_on_exception = true;
    bool capture_traceback = false;
    std::optional<std::chrono::duration<double>> stop_timeout{};
};

class Engine final : public neptune::detail::Object {
public:
    Engine(Identity identity, std::unique_ptr<Reporter> reporter,
           std::unique_ptr<Connection> connection, OnIntOverflow on_int_overflow,
           OnNonfinite on_nonfinite)
        : identity_(std::move(identity)),
          reporter_(std::move(reporter)),
          rules_(on_int_overflow, on_nonfinite, *reporter_),
          collector_(table_, rules_, *reporter_),
          connection_(std::move(connection)) {}
    ~Engine() override {
        if (left_) left_(this);
    }

    /// `left` is called when the object is destroyed.
    void start(std::function<void(Engine*)> left) {
        left_ = std::move(left);
        state_ = State::started;
    }
    [[nodiscard]] Reporter& reporter() { return *reporter_; }
    [[nodiscard]] std::string queue_directory() const { return connection_->queue_directory(); }
    /// Once, before anybody else has the object.
    void start_jobs(std::vector<std::unique_ptr<Job>> jobs) {
        const std::lock_guard guard(life_);
        jobs_.start(std::move(jobs), *reporter_);
    }

    const FieldEntry* intern(std::string_view path) override {
        const std::lock_guard guard(mutex_);
        check_active();
        return table_.intern(path);
    }
    const FieldEntry* intern_below(const FieldEntry* parent, std::string_view path) override {
        const std::lock_guard guard(mutex_);
        check_active();
        return table_.intern(core::join_path(parent->path, core::normalize_path(path)));
    }

    // --- writing
    void assign(const FieldEntry* entry, const Value& value, const Write& options) override {
        write(options.wait, [&](Operations& out) { collector_.assign(entry->path, value, out); });
    }
    void append(const FieldEntry* entry, double value, const Append& options) override {
        std::optional<Ticket> ticket;
        {
            const std::lock_guard guard(mutex_);
            check_active();
            if (!identity_.writes) {
                connection_->put({});
                return;
            }
            if (!collector_.float_point_accepted(entry->path, value, options.step)) return;
            // The entry is this object's own; handles see it as const.
            ticket = connection_->put_point(const_cast<FieldEntry&>(*entry),
                                            {value, options.step, time_of(options.timestamp)});
        }
        settle(ticket, options.wait);
    }
    void append(const FieldEntry* entry, std::string_view text, const Append& options) override {
        write(options.wait, [&](Operations& out) {
            collector_.text_point(entry->path, text, {options.step, time_of(options.timestamp)},
                                  out);
        });
    }
    void append(const FieldEntry* entry, const Dict& dict, const Append& options) override {
        write(options.wait, [&](Operations& out) {
            collector_.points(entry->path, dict, options, core::now_ms(), out);
        });
    }
    void extend(const FieldEntry* entry, SeriesValues values, const Extend& options) override {
        if (auto* files = std::get_if<std::vector<File>>(&values))
            for (auto& file : *files) file = FileRules::in_memory(file);
        write(options.wait, [&](Operations& out) {
            collector_.series(entry->path, std::move(values), options, out);
        });
    }
    void extend(const FieldEntry* entry, std::vector<std::pair<std::string, SeriesValues>> parts,
                const Extend& options) override {
        write(options.wait, [&](Operations& out) {
            collector_.series_below(entry->path, std::move(parts), options, out);
        });
    }
    void append(const FieldEntry* entry, const File& file, const Append& options) override {
        // Read before the lock is taken, which must not be held while a disk answers.
        const File image = FileRules::in_memory(file);
        write(options.wait, [&](Operations& out) {
            collector_.image_point(entry->path, image, {options.step, time_of(options.timestamp)},
                                   {options.name, options.description}, out);
        });
    }
    void upload(const FieldEntry* entry, const File& file, const Write& options) override {
        write(options.wait, [&](Operations& out) { collector_.upload(entry->path, file, out); });
    }
    void upload_files(const FieldEntry* entry, std::vector<std::string> globs,
                      const Write& options) override {
        write(options.wait,
              [&](Operations& out) { collector_.upload_files(entry->path, globs, out); });
    }
    void delete_files(const FieldEntry* entry, std::vector<std::string> paths,
                      const Write& options) override {
        write(options.wait, [&](Operations& out) {
            collector_.delete_files(entry->path, std::move(paths), out);
        });
    }
    void insert_strings(const FieldEntry* entry, std::vector<std::string> values,
                        const Write& options) override {
        write(options.wait, [&](Operations& out) {
            collector_.insert_strings(entry->path, std::move(values), out);
        });
    }
    void remove_strings(const FieldEntry* entry, std::vector<std::string> values,
                        const Write& options) override {
        write(options.wait, [&](Operations& out) {
            collector_.remove_strings(entry->path, std::move(values), out);
        });
    }
    void clear(const FieldEntry* entry, const Write& options) override {
        write(options.wait, [&](Operations& out) { collector_.clear(entry->path, out); });
    }
    void configure(const FieldEntry* entry, const Configure& options) override {
        write(false, [&](Operations& out) { collector_.configure(entry->path, options, out); });
    }
    void track_files(const FieldEntry* entry, std::string_view location,
                     const TrackFiles& options) override {
        // The working directory and the home are those of the call, not of the sending.
        const auto absolute = absolute_location(location);
        write(options.wait, [&](Operations& out) {
            collector_.track(entry->path, absolute, options.destination, out);
        });
    }
    void erase(const FieldEntry* entry, const Write& options) override {
        write(options.wait, [&](Operations& out) { collector_.erase(entry->path, out); });
    }
    void change_stage(Stage stage) override {
        wait(WaitFor::server);
        write(true, [&](Operations& out) {
            out.push_back(
                {"sys/stage", wire::Payload(wire::AssignString{std::string(to_string(stage))})});
        });
    }

    // --- reading
    Value fetch(const FieldEntry* entry) override {
        if (const auto type = type_for_reading(entry->path))
            return connection_->fetch(entry->path, *type);
        const std::size_t prefix = entry->path.empty() ? 0 : entry->path.size() + 1;
        const auto values = connection_->fetch_namespace(entry->path);
        return Value(nested(values.begin(), values.end(), prefix));
    }
    std::optional<double> fetch_last_float(const FieldEntry* entry) override {
        expect_for_reading("fetch_last<double>()", entry->path, FieldType::float_series);
        return connection_->fetch_last_float(entry->path);
    }
    std::optional<std::string> fetch_last_string(const FieldEntry* entry) override {
        expect_for_reading("fetch_last<std::string>()", entry->path, FieldType::string_series);
        return connection_->fetch_last_string(entry->path);
    }
    std::vector<Point<double>> fetch_floats(const FieldEntry* entry,
                                            const FetchValues& options) override {
        expect_for_reading("fetch_values<double>()", entry->path, FieldType::float_series);
        return connection_->fetch_floats(entry->path, options);
    }
    std::vector<Point<std::string>> fetch_strings(const FieldEntry* entry,
                                                  const FetchValues& options) override {
        expect_for_reading("fetch_values<std::string>()", entry->path, FieldType::string_series);
        return connection_->fetch_strings(entry->path, options);
    }
    void download(const FieldEntry* entry, const Download& options) override {
        const auto type = type_for_reading(entry->path);
        if (type != FieldType::file && type != FieldType::file_set &&
            type != FieldType::image_series && type != FieldType::artifact)
            throw_wrong_method("download()", entry->path, type);
        connection_->download(entry->path, *type, options);
    }
    void download_last(const FieldEntry* entry, const Download& options) override {
        expect_for_reading("download_last()", entry->path, FieldType::image_series);
        connection_->download_last(entry->path, options);
    }
    std::string fetch_extension(const FieldEntry* entry) override {
        expect_for_reading("fetch_extension()", entry->path, FieldType::file);
        return connection_->fetch_extension(entry->path);
    }
    std::vector<FileEntry> list_files(const FieldEntry* entry, std::string_view path) override {
        expect_for_reading("list_fileset_files()", entry->path, FieldType::file_set);
        return connection_->list_files(entry->path, std::string(path));
    }
    std::unique_ptr<neptune::detail::TableSource> open_table(ObjectKind rows,
                                                             const RunsQuery& query) override {
        check_table_query(query);
        check_active_now();
        return std::make_unique<EngineTable>(*this, connection_->open_table(rows, query));
    }
    std::vector<ArtifactFile> artifact_files(const FieldEntry* entry) override {
        expect_for_reading("fetch_files_list()", entry->path, FieldType::artifact);
        return connection_->artifact_files(entry->path);
    }
    neptune::detail::CopySource copy_source(const FieldEntry* entry) override {
        const std::lock_guard guard(mutex_);
        check_active();
        const auto type = table_.type(entry->path);
        if (!type && !table_.is_namespace(entry->path)) throw Collector::missing(entry->path);
        if (!type || (!is_atom(*type) && *type != FieldType::artifact))
            throw MetadataInconsistency(
                ErrorCode::copy_source_unreadable,
                "cannot copy " + entry->path + ": it is " +
                    core::with_article(type ? display_name(*type) : "namespace") +
                    ", and only single values can be copied");
        return {connection_->object_id(), entry->path, *type};
    }

    // --- local knowledge
    bool exists(std::string_view path) override {
        const auto normal = core::normalize_path(path);
        const std::lock_guard guard(mutex_);
        return table_.exists(normal);
    }
    std::string description(const FieldEntry* entry) override {
        const std::lock_guard guard(mutex_);
        const auto type = table_.type(entry->path);
        const std::string word = type ? std::string(display_name(*type))
                                 : table_.is_namespace(entry->path) ? "Namespace"
                                                                    : "Unassigned";
        return "<" + word + " field at \"" + entry->path + "\">";
    }
    Structure structure() override {
        const std::lock_guard guard(mutex_);
        return table_.structure();
    }

    // --- life
    void wait(WaitFor what) override { connection_->wait(what); }
    void sync(const Sync& options) override {
        if (state_ != State::started) throw inactive();
        if (options.wait) connection_->wait(WaitFor::server);
        const auto fields = connection_->fields();
        const std::lock_guard guard(mutex_);
        table_.merge(fields);
    }
    void stop(std::optional<std::chrono::duration<double>> limit) override {
        if (!limit) limit = identity_.stop_timeout;
        finish(limit, [this](const auto& left) { connection_->stop(left); });
    }
    void detach() override {
        finish(std::nullopt, [this](const auto&) { connection_->detach(); });
    }
    State state() const override { return state_; }
    std::string url() override { return identity_.url; }
    std::string sys_id() override { return identity_.sys_id; }
    std::string monitoring_namespace() override { return identity_.monitoring_namespace; }
    void exception_left_scope(std::exception_ptr cause) noexcept override {
        try {
            record_failure("An exception left the scope of the run",
                           cause ? describe_exception(cause)
                                 : std::vector<std::string>{
                                       "(a destructor cannot see which; run.guard() does)"});
        } catch (const std::exception& error) {
            reporter_->error(std::string("the run could not be marked as failed: ") + error.what());
        }
    }
    /// The process ends by std::terminate. Not for a forked child, which has none of the run's
    /// jobs. Errors: as `extend`.
    void process_terminates(const std::vector<std::string>& cause) {
        if (!is_forked_) record_failure("The program was terminated", cause);
    }

    // --- fork: waits for a stop() under way, and the reverse. Of several objects first all lives
    // are locked: what stops one may be waiting for a handler that logs to another.
    void lock_life_for_fork() { life_.lock(); }
    void before_fork() {
        mutex_.lock();
        connection_->before_fork();
        reporter_->lock_for_fork();
    }
    void after_fork_in_parent() {
        reporter_->unlock_after_fork();
        connection_->after_fork_in_parent();
        mutex_.unlock();
        life_.unlock();
    }
    void after_fork_in_child() {
        reporter_->silence_in_child();
        reporter_->unlock_after_fork();
        connection_->after_fork_in_child();
        table_.forget_journal_ids();
        jobs_.leave_in_child();
        is_forked_ = true;
        // The thread that was about to stop it is the parent's.
        if (state_ == State::stopping) state_ = State::stopped;
        mutex_.unlock();
        life_.unlock();
    }

private:
    /// Gives nothing after the object was stopped.
    class EngineTable final : public neptune::detail::TableSource {
    public:
        EngineTable(Engine& engine, std::unique_ptr<neptune::detail::TableSource> table)
            : engine_(engine), table_(std::move(table)) {}
        std::vector<neptune::detail::RowData> next_page() override {
            engine_.check_active_now();
            return table_->next_page();
        }
        void download(const std::string& object_id, const std::string& path, FieldType type,
                      const Download& options) override {
            engine_.check_active_now();
            table_->download(object_id, path, type, options);
        }

    private:
        Engine& engine_;
        std::unique_ptr<neptune::detail::TableSource> table_;
    };

    void check_active_now() const {
        const std::lock_guard guard(mutex_);
        check_active();
    }

    static std::int64_t time_of(const std::optional<Timestamp>& timestamp) {
        return timestamp ? timestamp->ms : core::now_ms();
    }

    [[nodiscard]] InactiveObjectError inactive() const {
        return InactiveObjectError(
            ErrorCode::inactive_object,
            "the " + std::string(spoken_name(identity_.kind)) + " " + identity_.sys_id +
                " was stopped",
            "resume it with .with_id, stop it later, or open it read-only to fetch");
    }
    void check_active() const {
        if (state_ != State::started) throw inactive();
    }

    // Queues what `collect` makes. An error in the middle leaves what came before written, as in
    // Python.
    template <class Collect>
    void write(bool wait, Collect collect) {
        std::optional<Ticket> ticket;
        std::exception_ptr error;
        {
            const std::lock_guard guard(mutex_);
            check_active();
            Operations operations;
            if (identity_.writes) {
                try {
                    collect(operations);
                } catch (...) {
                    error = std::current_exception();
                }
            }
            if (!operations.empty() || !identity_.writes)
                ticket = connection_->put(std::move(operations));
        }
        settle(ticket, wait);
        if (error) std::rethrow_exception(error);
    }
    void settle(const std::optional<Ticket>& ticket, bool wait) {
        if (ticket && (wait || (connection_->is_synchronous() && !in_job_thread)))
            connection_->await(*ticket);
    }

    void record_failure(const std::string& title, const std::vector<std::string>& cause) {
        if (identity_.kind != ObjectKind::run || !identity_.writes || state_ != State::started)
            return;
        if (identity_.capture_traceback) {
            std::vector<std::string> lines{title + " on host " + core::host_name()};
            if (identity_.fail_on_exception) lines.push_back("The run is marked as failed");
            lines.push_back("Cause:");
            for (const auto& line : cause)
                lines.emplace_back(
                    core::truncate_code_points(line, wire::limits::string_point_code_points));
            extend(intern(identity_.monitoring_namespace + "/traceback"),
                   SeriesValues(std::move(lines)), {});
        }
        if (identity_.fail_on_exception)
            write(false, [](Operations& out) {
                out.push_back({"sys/failed", wire::Payload(wire::AssignBool{true})});
            });
    }

    // Type of a field; nothing for a namespace. Errors: OfflineModeError, MissingField.
    std::optional<FieldType> type_for_reading(const std::string& path) {
        const std::lock_guard guard(mutex_);
        check_active();
        if (identity_.offline)
            throw OfflineModeError(
                ErrorCode::offline_mode, "nothing can be fetched in offline mode",
                "open the run in another mode, or run `neptune-cpp sync` and open it read-only");
        const auto type = table_.type(path);
        if (!type && !path.empty() && !table_.is_namespace(path)) throw Collector::missing(path);
        return type;
    }
    void expect_for_reading(const std::string& method, const std::string& path, FieldType wanted) {
        const auto type = type_for_reading(path);
        if (type == wanted) return;
        const auto is_number_or_text = [](FieldType t) {
            return t == FieldType::float_series || t == FieldType::string_series;
        };
        if (type && is_number_or_text(*type) && is_number_or_text(wanted))
            throw TypeMismatch(ErrorCode::type_mismatch,
                               method + " does not fit " + path + ": it is " +
                                   core::with_article(display_name(*type)),
                               "name the type of the series' values");
        throw_wrong_method(method, path, type);
    }
    [[noreturn]] static void throw_wrong_method(const std::string& method, const std::string& path,
                                                std::optional<FieldType> type) {
        if (type) throw Collector::wrong_method(method, path, *type);
        throw TypeDoesNotSupportMethod(ErrorCode::type_does_not_support_method,
                                       method + " does not fit " + path + ": it is a namespace");
    }

    // Values with sorted paths, as a tree; the first `prefix` bytes of the paths are left out.
    template <class Iterator>
    static Dict nested(Iterator first, Iterator last, std::size_t prefix) {
        Dict result;
        while (first != last) {
            const std::string_view rest = std::string_view(first->first).substr(prefix);
            const auto slash = rest.find('/');
            if (slash == std::string_view::npos) {
                result.add(std::string(rest), first->second);
                ++first;
                continue;
            }
            const auto group = first->first.substr(0, prefix + slash + 1);
            auto end = first;
            while (end != last && end->first.compare(0, group.size(), group) == 0) ++end;
            result.add(std::string(rest.substr(0, slash)), Value(nested(first, end, group.size())));
            first = end;
        }
        return result;
    }

    // A second call waits for the first one. Not so in the user's handler, for which the first one
    // waits.
    template <class End>
    void finish(std::optional<std::chrono::duration<double>> limit, End end) {
        using Clock = std::chrono::steady_clock;
        const auto start = Clock::now();
        std::unique_lock life(life_, std::defer_lock);
        if (reporter_->is_handler_thread()) {
            while (!life.try_lock()) {
                if (state_ != State::started) return;
                std::this_thread::yield();
            }
        } else {
            life.lock();
        }
        if (state_ != State::started) return;
        // Before the state changes: they still log.
        stop_jobs(start + std::chrono::duration_cast<Clock::duration>(
                              limit.value_or(std::chrono::duration<double>(60))));
        {
            const std::lock_guard guard(mutex_);
            state_ = State::stopping;
        }
        if (limit)
            limit = (std::max)(*limit - std::chrono::duration<double>(Clock::now() - start),
                               std::chrono::duration<double>(0));
        end(limit);
        if (identity_.show_url)
            reporter_->info("explore the metadata at " + identity_.url +
                            (identity_.url.ends_with('/') ? "metadata" : "/metadata"));
        reporter_->close();
        state_ = State::stopped;
    }

    void stop_jobs(std::chrono::steady_clock::time_point deadline) {
        if (jobs_.empty()) return;
        const bool tell = identity_.show_url || identity_.offline;  // not in debug mode
        if (tell) reporter_->info("shutting down background jobs, please wait a moment");
        jobs_.stop(deadline);
        if (tell) reporter_->info("background jobs are done");
    }

    Identity identity_;
    std::unique_ptr<Reporter> reporter_;
    std::mutex life_;
    mutable std::mutex mutex_;  // taken behind the other one
    FieldTable table_;
    ValueRules rules_;
    Collector collector_;
    std::unique_ptr<Connection> connection_;
    std::atomic<State> state_{State::created};
    std::function<void(Engine*)> left_;
    bool is_forked_ = false;
    JobList jobs_;  // changed under `life_`; ends first, because jobs use all the rest
};

}  // namespace neptune::client

#endif
