#ifndef NEPTUNE_CLI_CLEAR_HPP
#define NEPTUNE_CLI_CLEAR_HPP

// neptune-cpp clear. Source: the Python client's `neptune clear`, which has no --force.

#include <neptune/cli/console.hpp>
#include <neptune/cli/queues.hpp>
#include <neptune/cli/remote_objects.hpp>
#include <neptune/cli/status.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace neptune::cli {

struct ClearOptions {
    std::optional<std::string> path{};
    /// Delete without asking.
    bool force = false;
};

namespace detail {

class Cleaner {
public:
    explicit Cleaner(const Console& console) : console_(console) {}

    /// Removes a queue that nobody holds.
    void remove(const Queue& queue) {
        if (queue.state == Queue::State::live) return;
        try {
            const auto lock = lock_queue(queue);
            if (!lock || python_writes(queue)) return;
            // First what makes it a queue, for a process that dies in between.
            ::unlink((queue.path + "/producer").c_str());
            if (core::remove_tree(queue.path)) console_.out << "Deleted: " << queue.path << '\n';
        } catch (const std::system_error& error) {
            complain(error);
        }
    }
    void remove(const LocalObject& object) {
        for (const auto& queue : object.queues) remove(queue);
    }
    void remove_directory(const std::string& path) {
        try {
            if (core::remove_tree(path)) console_.out << "Deleted: " << path << '\n';
        } catch (const std::system_error& error) {
            complain(error);
        }
    }
    [[nodiscard]] bool failed() const { return failed_; }

private:
    void complain(const std::system_error& error) {
        console_.err << "neptune-cpp: " << error.what() << '\n';
        failed_ = true;
    }
    const Console& console_;
    bool failed_ = false;
};

/// Anything but yes is no; so is the end of the input.
inline bool confirm(const std::string& question, const Console& console) {
    console.out << question << " [y/N]: " << std::flush;
    std::string answer;
    const bool answered = console.in != nullptr && std::getline(*console.in, answer);
    if (!answered) console.out << '\n';
    for (auto& c : answer) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return answer == "y" || answer == "yes";
}

}  // namespace detail

/// Gives the exit code. Errors: WrongUsage, and those of the server.
inline int clear(const ClearOptions& options, const client::Environment& environment,
                 const Console& console) {
    const LocalData data(find_data_directory(options.path, environment));
    RemoteObjects remote(environment);
    const auto overview = look_up(remote, data);
    const detail::Summary summary(data, overview);
    detail::Cleaner cleaner(console);
    detail::tell_of_trouble(data, overview, console);

    // The Python client keeps nothing there but contents of uploads that are under way.
    for (const auto& path : data.python_sync_directories()) cleaner.remove_directory(path);
    for (const auto* object : overview.gone) cleaner.remove(*object);
    for (const auto& object : overview.known)
        for (const auto& queue : object.local->queues)
            if (queue.state == Queue::State::sent) cleaner.remove(queue);

    if (summary.unsent.empty() && summary.offline.empty())
        return cleaner.failed() ? exit_failed : exit_done;
    if (!summary.unsent.empty()) {
        console.out << '\n';
        detail::list_unsent(summary.unsent, console.out);
    }
    if (!summary.offline.empty()) {
        console.out << '\n';
        detail::list_offline(summary.offline, console.out);
    }
    console.out << '\n';
    if (options.force || detail::confirm("Delete the data listed above?", console)) {
        for (const auto& object : summary.unsent) cleaner.remove(*object.local);
        for (const auto* run : summary.offline) cleaner.remove(*run);
    }
    return cleaner.failed() ? exit_failed : exit_done;
}

/// `code` is where the exit code goes.
inline void add_clear_command(CLI::App& program, const Console& console,
                              const client::Environment& environment, int& code) {
    auto* command = program.add_subcommand(
        "clear", "Delete what is synchronized already; asks before it deletes anything else");
    const auto options = std::make_shared<ClearOptions>();
    add_path_option(*command, options->path);
    command->add_flag("--force", options->force,
                      "Delete unsynchronized and offline data too, without asking");
    command->callback(
        [options, console, environment, &code] { code = clear(*options, environment, console); });
}

}  // namespace neptune::cli

#endif
