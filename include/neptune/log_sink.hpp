#ifndef NEPTUNE_LOG_SINK_HPP
#define NEPTUNE_LOG_SINK_HPP

// The program's own log as a string series of a run. Light enough for any file.
//
//     neptune::LogSink sink(run);                            // <monitoring namespace>/log
//     sink("epoch 3 done");                                  // from a logger's callback
//     std::ostream log(sink.rdbuf());                        // or as the buffer of a stream
//
// For spdlog there is <neptune/bridges/spdlog.hpp>; for glog a google::LogSink whose send() calls
// sink(std::string_view(message, length)).

#include <neptune/client/monitoring/byte_sink.hpp>
#include <neptune/client/monitoring/line_cutter.hpp>
#include <neptune/client/objects.hpp>
#include <neptune/core/utf8.hpp>
#include <neptune/version.hpp>
#include <neptune/wire/limits.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>

namespace neptune {

/// Appends each record to a string series, in points of at most 1,000 characters. Never throws and
/// never disturbs the logger it belongs to: after the run was stopped records are dropped silently,
/// any other failure is said once on stderr. Copies share everything. Threads: any; a record that
/// is logged while one is being appended in the same thread is dropped, as it comes from there.
/// Lifetime: keeps the run's core alive, not the run open. Source: `NeptuneHandler` of the Python
/// client.
class LogSink {
public:
    /// The series at `path`, default `<monitoring namespace>/log`. Also notes this library's
    /// version in the run. Errors: InactiveObjectError, InvalidPathError.
    explicit LogSink(const Run& run, std::string_view path = {})
        : LogSink(path.empty() ? run[run.monitoring_namespace() + "/log"] : run[path]) {
        run["source_code/integrations/neptune-cpp-log-sink"] = neptune::version;
    }
    explicit LogSink(Field series) : state_(std::make_shared<State>(std::move(series))) {}

    /// One record; an end of line behind it is left out.
    void operator()(std::string_view record) const noexcept {
        while (record.ends_with('\n') || record.ends_with('\r')) record.remove_suffix(1);
        state_->append(record);
    }

    /// A buffer for streams: each line is a record. Lifetime: that of the last copy of the sink.
    /// Threads: as std::streambuf, one at a time.
    [[nodiscard]] std::streambuf* rdbuf() const noexcept { return state_.get(); }

private:
    class State final : public client::ByteSink {
    public:
        explicit State(Field series) : series_(std::move(series)) {}
        ~State() override { flush(); }

        void append(std::string_view record) noexcept {
            static thread_local bool inside = false;
            if (inside) return;
            inside = true;
            try {
                do {
                    const auto piece =
                        core::truncate_code_points(record, wire::limits::string_point_code_points);
                    series_.append(piece);
                    record.remove_prefix(piece.size());
                } while (!record.empty());
            } catch (const InactiveObjectError&) {
                // The program may log longer than its run lasts.
            } catch (const std::exception& error) {
                say_once(error.what());
            }
            inside = false;
        }

    protected:
        std::streamsize xsputn(const char* bytes, std::streamsize size) override {
            cutter_.take(std::string_view(bytes, static_cast<std::size_t>(size)),
                         [this](const std::string& line) { append(line); });
            return size;
        }
        int sync() override {
            flush();
            return 0;
        }

    private:
        void flush() {
            cutter_.flush(true, [this](const std::string& line) { append(line); });
        }
        void say_once(const char* what) noexcept {
            const std::lock_guard guard(mutex_);
            if (std::exchange(has_said_, true)) return;
            std::fprintf(stderr, "[neptune] [warning] the log cannot be appended to %s: %s\n",
                         series_.path().c_str(), what);
        }

        Field series_;
        client::LineCutter cutter_;
        std::mutex mutex_;
        bool has_said_ = false;
    };

    std::shared_ptr<State> state_;
};

}  // namespace neptune

#endif
