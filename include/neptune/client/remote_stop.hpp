#ifndef NEPTUNE_CLIENT_REMOTE_STOP_HPP
#define NEPTUNE_CLIENT_REMOTE_STOP_HPP

// What a process does that is told from outside to stop a run: it stops the run and ends. Source:
// the Python client's websocket_signals_background_job.py.

#include <neptune/client/engine.hpp>
#include <neptune/client/environment.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/processes.hpp>
#include <neptune/wire/signals.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <signal.h>

namespace neptune::client {

enum class RemoteOrder { stop, abort };

/// Nothing for signals of other types.
[[nodiscard]] inline std::optional<RemoteOrder> order_of(std::string_view type) {
    std::string lower(type);
    for (auto& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (lower == wire::signal_stop) return RemoteOrder::stop;
    if (lower == wire::signal_abort) return RemoteOrder::abort;
    return std::nullopt;
}

/// Ends the children of this process and theirs, those that are left after `patience` by force, and
/// then this process, by SIGTERM.
inline void end_process(Seconds patience) {
    auto left = core::descendants(core::process_id());
    for (const auto pid : left) ::kill(pid, SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const auto forget_ended = [&left] {
        std::erase_if(left, [](::pid_t pid) { return !core::is_running(pid); });
    };
    for (forget_ended(); !left.empty() && std::chrono::steady_clock::now() < deadline;
         forget_ended())
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    for (const auto pid : left) ::kill(pid, SIGKILL);
    ::kill(core::process_id(), SIGTERM);
}

/// Obeys one signal, in the caller's thread, which is none that the engine waits for. `end` comes
/// last.
template <class End>
void obey(Engine& engine, const wire::Signal& signal, End end) {
    const auto order = order_of(signal.type);
    if (!order) return;
    std::optional<Seconds> limit;
    if (signal.body && signal.body->is_object())
        if (const auto seconds = signal.body->find("seconds");
            seconds != signal.body->end() && seconds->is_number())
            limit = Seconds((std::max)(0.0, seconds->get<double>()));
    engine.reporter().error("the run " + engine.sys_id() + " received the signal " +
                            (*order == RemoteOrder::stop ? "stop" : "abort") +
                            "; it is stopped and the process ended");
    try {
        if (*order == RemoteOrder::abort)
            engine.assign(engine.intern("sys/failed"), Value(true), {});
        engine.stop(limit);
    } catch (const std::exception& error) {
        // Stopped already, perhaps: the process is to end all the same.
        engine.reporter().warning(std::string("stopping the run failed: ") + error.what());
    }
    end();
}

}  // namespace neptune::client

#endif
