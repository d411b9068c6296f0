#ifndef NEPTUNE_CLIENT_ENVIRONMENT_HPP
#define NEPTUNE_CLIENT_ENVIRONMENT_HPP

// What the engine takes from outside: channels to servers, the variables of the environment, and
// the lengths of its waits, which tests make short.

#include <neptune/core/environment.hpp>
#include <neptune/core/number.hpp>
#include <neptune/http/channel.hpp>
#include <neptune/http/retry.hpp>
#include <neptune/wire/limits.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace neptune::client {

using Seconds = std::chrono::duration<double>;

/// Lengths of the engine's waits. Sources: the Python client's constants unless said otherwise.
struct Timing {
    Seconds retry_budget{60};           ///< NEPTUNE_RETRIES_TIMEOUT: of one call
    Seconds request_timeout{600};       ///< NEPTUNE_REQUEST_TIMEOUT
    Seconds stop_without_progress{60};  ///< NEPTUNE_SYNC_AFTER_STOP_TIMEOUT
    Seconds sync_batch{3600};  ///< NEPTUNE_SYNC_BATCH_TIMEOUT: of one batch in `neptune-cpp sync`
    Seconds ping_period{10};
    Seconds ping_timeout{10};
    Seconds listen_again{10};  ///< between two WebSockets for signals; ours, pings are as frequent
    Seconds first_backoff{2};  ///< doubled up to `longest_backoff`
    Seconds longest_backoff{120};
    Seconds waiting_message_period{30};
    Seconds callback_check_period{10};
    Seconds callback_repeat{300};
    Seconds child_patience{5};  ///< NEPTUNE_SUBPROCESS_KILL_TIMEOUT: after a remote stop
    Seconds hardware_period{10};
    Seconds disk_period{1};  ///< ours: a power cut takes at most this much
    /// Length of every pause inside one call, 1 = as it is; tests shrink it.
    double pause_scale = 1;
};

/// One per opened object.
struct Environment {
    /// Makes the channel to a server's address.
    std::function<std::unique_ptr<http::Channel>(const std::string& address,
                                                 const std::map<std::string, std::string>& proxies,
                                                 const Timing& timing)>
        connect;
    Timing timing{};
    /// NEPTUNE_DATA_DIRECTORY, else `.neptune` in the working directory.
    std::string data_directory = ".neptune";
    std::size_t batch_operations = wire::limits::batch_operations;  ///< NEPTUNE_ASYNC_BATCH_SIZE
    std::size_t batch_bytes = wire::limits::batch_bytes;  ///< NEPTUNE_MAX_BATCH_SIZE_BYTES
    double max_disk_usage_percent = 0;                    ///< NEPTUNE_MAX_DISK_USAGE; 0 = no check
    bool throw_when_disk_full = false;  ///< NEPTUNE_RAISE_ERROR_ON_DISK_USAGE_EXCEEDED
    bool default_lag_callback = false;
    bool default_no_progress_callback = false;
    /// Runs record what InitRun asks for about process and source. Tests of other things do not.
    bool records = true;
    /// No lines on stderr.
    bool silent = false;
    /// Ends the process after a remote stop; empty: as the Python client does, see remote_stop.hpp.
    std::function<void()> end_process{};
};

/// Reads the variables; `connect` stays empty.
[[nodiscard]] inline Environment read_environment() {
    Environment result;
    const auto seconds = [](const char* name, Seconds fallback) {
        const auto text = core::environment(name);
        const auto value = text ? core::parse_double(*text) : std::nullopt;
        return value && *value > 0 ? Seconds(*value) : fallback;
    };
    auto& timing = result.timing;
    timing.retry_budget = seconds("NEPTUNE_RETRIES_TIMEOUT", timing.retry_budget);
    timing.request_timeout = seconds("NEPTUNE_REQUEST_TIMEOUT", timing.request_timeout);
    timing.stop_without_progress =
        seconds("NEPTUNE_SYNC_AFTER_STOP_TIMEOUT", timing.stop_without_progress);
    timing.child_patience = seconds("NEPTUNE_SUBPROCESS_KILL_TIMEOUT", timing.child_patience);
    timing.sync_batch = seconds("NEPTUNE_SYNC_BATCH_TIMEOUT", timing.sync_batch);
    if (const auto directory = core::environment("NEPTUNE_DATA_DIRECTORY");
        directory && !directory->empty())
        result.data_directory = *directory;
    const auto positive = [](const char* name, std::size_t fallback) {
        const auto value = core::environment_number(name, 0);
        return value > 0 ? static_cast<std::size_t>(value) : fallback;
    };
    result.batch_operations = positive("NEPTUNE_ASYNC_BATCH_SIZE", result.batch_operations);
    result.batch_bytes = positive("NEPTUNE_MAX_BATCH_SIZE_BYTES", result.batch_bytes);
    if (const auto percent = core::environment("NEPTUNE_MAX_DISK_USAGE")) {
        const auto value = core::parse_double(*percent);
        if (value && *value > 0 && *value <= 100)
            result.max_disk_usage_percent = *value;
        else
            result.max_disk_usage_percent = -1;  // reported where there is a reporter
    }
    result.throw_when_disk_full =
        core::environment_flag("NEPTUNE_RAISE_ERROR_ON_DISK_USAGE_EXCEEDED", false);
    result.default_lag_callback =
        core::environment("NEPTUNE_ENABLE_DEFAULT_ASYNC_LAG_CALLBACK") == "TRUE";
    result.default_no_progress_callback =
        core::environment("NEPTUNE_ENABLE_DEFAULT_ASYNC_NO_PROGRESS_CALLBACK") == "TRUE";
    return result;
}

/// A pause that the end of the object cuts short.
class AbortablePause final : public http::Pause {
public:
    explicit AbortablePause(double scale) : scale_(scale) {}
    bool sleep(std::chrono::milliseconds time) override {
        std::unique_lock lock(mutex_);
        return !changed_.wait_for(lock, time * scale_, [this] { return aborted_; });
    }
    void abort() {
        const std::lock_guard guard(mutex_);
        aborted_ = true;
        changed_.notify_all();
    }

private:
    double scale_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool aborted_ = false;
};

}  // namespace neptune::client

#endif
