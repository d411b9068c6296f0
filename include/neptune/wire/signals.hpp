#ifndef NEPTUNE_WIRE_SIGNALS_HPP
#define NEPTUNE_WIRE_SIGNALS_HPP

// Signals to the processes that have a run open (wire protocol §12, §15.4).

#include <neptune/wire/codec.hpp>
#include <neptune/wire/endpoint.hpp>
#include <neptune/wire/management.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace neptune::wire {

/// Where the server pushes a run's signals on a WebSocket; the ids are UUIDs.
inline constexpr std::string_view signal_socket_path =
    "/api/notifications/v1/runs/{project}/{run}/signal";
[[nodiscard]] inline std::string signal_socket_of(const std::string& project_id,
                                                  const std::string& run_id) {
    return "/api/notifications/v1/runs/" + project_id + "/" + run_id + "/signal";
}

/// The types that clients obey, in any case.
inline constexpr std::string_view signal_stop = "neptune/stop", signal_abort = "neptune/abort";

/// What a client gets. `body`: an object, which may have `seconds`, how long to wait for the queue.
struct Signal {
    static constexpr std::string_view definition = "SignalDTO";
    std::string type;
    std::optional<Json> body{};
    static constexpr auto members() {
        return std::make_tuple(member("type", &Signal::type), member("body", &Signal::body));
    }
};

/// Answer to a ping. Other servers answer without a body, and the Python client looks for none, so
/// the Swagger document does not declare it.
struct PingReply {
    static constexpr std::string_view definition = "PingReply";
    static constexpr bool undeclared = true;
    std::optional<std::vector<Signal>> signals{};
    static constexpr auto members() {
        return std::make_tuple(member("signals", &PingReply::signals));
    }
};

/// A signal to some runs.
struct RunSignal {
    static constexpr std::string_view definition = "Signal";
    std::string type;
    Json body;
    std::vector<std::string> experiment_identifiers;
    static constexpr auto members() {
        using S = RunSignal;
        return std::make_tuple(member("type", &S::type), member("body", &S::body),
                               member("experimentIdentifiers", &S::experiment_identifiers));
    }
};

/// Refused are NOT_EXISTS and ALREADY_FINISHED.
struct SignalRuns {
    static constexpr std::string_view operation_id = "signalRuns", method = "POST",
                                      path = "/api/leaderboard/v1/experiments/signal";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        RunSignal signal;
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   wire::body("signal", &Request::signal));
        }
    };
    using Response = BulkResult;
};

}  // namespace neptune::wire

#endif
