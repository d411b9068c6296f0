#ifndef NEPTUNE_CLIENT_MONITORING_PROGRAM_HPP
#define NEPTUNE_CLIENT_MONITORING_PROGRAM_HPP

// Asking another program, within limits.

#include <neptune/core/descriptor.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace neptune::client {

struct ProgramLimits {
    std::chrono::steady_clock::time_point deadline;
    std::size_t output_bytes = std::size_t{64} << 20;
    /// Ends it early when it becomes true; may be null.
    const std::atomic<bool>* cancelled = nullptr;
};

namespace detail {

class SpawnSettings {
public:
    SpawnSettings() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
    ~SpawnSettings() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
    ::posix_spawn_file_actions_t actions;
    ::posix_spawnattr_t attributes;
};

}  // namespace detail

/// Runs a program, found in PATH, without a terminal and with nothing to read, and gives what it
/// wrote to standard output. Nothing if it is not installed, fails, writes too much or takes too
/// long; it is killed then, with all that it started. `variables` ("NAME=value", or "NAME" to
/// remove one) change its environment.
[[nodiscard]] inline std::optional<std::string> run_program(
    std::vector<std::string> words, const std::vector<std::string>& variables,
    const ProgramLimits& limits) {
    const auto name_of = [](std::string_view text) { return text.substr(0, text.find('=')); };
    std::vector<char*> environment, arguments;
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry)
        if (std::none_of(variables.begin(), variables.end(), [&](const auto& variable) {
                return name_of(variable) == name_of(*entry);
            }))
            environment.push_back(*entry);
    std::vector<std::string> added;
    for (const auto& variable : variables)
        if (variable.find('=') != std::string::npos) added.push_back(variable);
    for (auto& variable : added) environment.push_back(variable.data());
    environment.push_back(nullptr);
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);

    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return std::nullopt;
    // Above the standard ones, which may be closed, so that the actions below do not meet them.
    core::Descriptor read_end(::fcntl(ends[0], F_DUPFD_CLOEXEC, 3));
    core::Descriptor write_end(::fcntl(ends[1], F_DUPFD_CLOEXEC, 3));
    ::close(ends[0]);
    ::close(ends[1]);
    if (!read_end || !write_end) return std::nullopt;

    detail::SpawnSettings settings;
    auto& actions = settings.actions;
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, write_end.get(), 1);
    ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    // A group of its own, to end it as a whole; the signals as a shell would leave them.
    ::sigset_t none, defaults;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigmask(&settings.attributes, &none);
    ::posix_spawnattr_setsigdefault(&settings.attributes, &defaults);
    ::posix_spawnattr_setflags(
        &settings.attributes,
        static_cast<short>(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    ::pid_t pid = 0;
    if (::posix_spawnp(&pid, arguments[0], &actions, &settings.attributes, arguments.data(),
                       environment.data()) != 0)
        return std::nullopt;
    { const core::Descriptor closed = std::move(write_end); }

    std::string output;
    bool complete = false;
    while (!complete && output.size() <= limits.output_bytes) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            limits.deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0 || (limits.cancelled != nullptr && *limits.cancelled)) break;
        // In turns, to see that it was cancelled.
        ::pollfd readable{read_end.get(), POLLIN, 0};
        const int ready = ::poll(
            &readable, 1, static_cast<int>((std::min)(left.count(), decltype(left.count()){50})));
        if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
        std::array<char, 1 << 16> buffer;
        const auto got = ::read(read_end.get(), buffer.data(), buffer.size());
        if (got > 0)
            output.append(buffer.data(), static_cast<std::size_t>(got));
        else if (got == 0)
            complete = true;
        else if (errno != EINTR)
            break;
    }
    if (!complete) ::kill(-pid, SIGKILL);
    int status = 0;
    ::pid_t waited = 0;
    do waited = ::waitpid(pid, &status, 0);
    while (waited < 0 && errno == EINTR);
    // Where the program lets the system reap its children there is no status to be had.
    const bool ended_well =
        waited < 0 ? !output.empty() : WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return complete && ended_well ? std::optional(std::move(output)) : std::nullopt;
}

}  // namespace neptune::client

#endif
