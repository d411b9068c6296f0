#ifndef NEPTUNE_BRIDGES_SPDLOG_HPP
#define NEPTUNE_BRIDGES_SPDLOG_HPP

// spdlog -> string series: everything that a logger prints becomes a point. Inert where spdlog is
// not installed.
//
//     auto sink = std::make_shared<neptune::SpdlogSinkMt>(run["monitoring/log"]);
//     spdlog::default_logger()->sinks().push_back(sink);

#include <neptune/neptune.hpp>

#if __has_include(<spdlog/sinks/base_sink.h>)

#include <spdlog/details/null_mutex.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace neptune {

/// Appends each message, as the sink's pattern formats it and with its own time, to a string
/// series; texts over 1,000 characters are cut. Silent once the object is stopped, so that a logger
/// may outlive its run. Threads: as `Mutex` says. Errors: those of `append` reach spdlog's error
/// handler.
template <class Mutex>
class SpdlogSink final : public spdlog::sinks::base_sink<Mutex> {
public:
    /// The default pattern has no time, because the point has one: "[info] text".
    explicit SpdlogSink(Field series, const std::string& pattern = "[%l] %v")
        : series_(std::move(series)) {
        // No end of line behind a point.
        this->set_formatter_(std::make_unique<spdlog::pattern_formatter>(
            pattern, spdlog::pattern_time_type::local, ""));
    }

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t text;
        this->formatter_->format(message, text);
        try {
            series_.append(std::string_view(text.data(), text.size()),
                           {.timestamp = Timestamp(message.time)});
        } catch (const InactiveObjectError&) {
            // The object was stopped; the program's own sinks still have the message.
        }
    }
    void flush_() override {}

private:
    Field series_;
};

using SpdlogSinkMt = SpdlogSink<std::mutex>;
using SpdlogSinkSt = SpdlogSink<spdlog::details::null_mutex>;

}  // namespace neptune

#endif

#endif
