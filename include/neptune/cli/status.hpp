#ifndef NEPTUNE_CLI_STATUS_HPP
#define NEPTUNE_CLI_STATUS_HPP

// neptune-cpp status. Source of the lines: the Python client's `neptune status`.

#include <neptune/cli/console.hpp>
#include <neptune/cli/names.hpp>
#include <neptune/cli/queues.hpp>
#include <neptune/cli/remote_objects.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace neptune::cli {

inline constexpr const char* offline_prefix = "offline/";

namespace detail {

inline std::string trashed_mark(const wire::Experiment& object) {
    return object.trashed ? " (Trashed)" : "";
}

inline void list_unsent(const std::vector<KnownObject>& objects, std::ostream& out) {
    out << "Unsynchronized objects:\n";
    for (const auto& object : objects)
        out << "- " << qualified_name(object.remote) << trashed_mark(object.remote) << '\n';
}
inline void list_offline(const std::vector<const LocalObject*>& runs, std::ostream& out) {
    out << "Unsynchronized offline objects:\n";
    for (const auto* run : runs) out << "- " << offline_prefix << run->id << '\n';
}

/// Says what cannot be read or asked for; to be looked at by a person.
inline void tell_of_trouble(const LocalData& data, const Overview& overview,
                            const Console& console) {
    for (const auto& path : data.strangers())
        console.err << path << " is no queue; it is left alone.\n";
    for (const auto* objects : {&data.online(), &data.offline()})
        for (const auto& object : *objects)
            for (const auto& queue : object.queues)
                if (queue.state == Queue::State::damaged)
                    console.err << queue.path << " cannot be read: " << queue.problem << '\n';
    for (const auto& [local, why] : overview.hidden)
        console.err << "The server does not tell of the " << spoken_name(local->kind) << ' '
                    << local->id << ", which is skipped: " << why << '\n';
}

/// What the lists of `status` and `clear` are made of.
struct Summary {
    std::vector<KnownObject> unsent, sent, live;
    std::vector<const LocalObject*> offline, offline_live;

    Summary(const LocalData& data, const Overview& overview) {
        for (const auto& object : overview.known) {
            if (object.local->has(Queue::State::unsent) || object.local->has(Queue::State::damaged))
                unsent.push_back(object);
            else if (object.local->has(Queue::State::live))
                live.push_back(object);
            else
                sent.push_back(object);
        }
        const auto by_name = [](const KnownObject& a, const KnownObject& b) {
            return qualified_name(a.remote) < qualified_name(b.remote);
        };
        for (auto* list : {&unsent, &sent, &live}) std::sort(list->begin(), list->end(), by_name);
        for (const auto& run : data.offline())
            (run.has(Queue::State::live) ? offline_live : offline).push_back(&run);
    }
};

}  // namespace detail

/// Gives the exit code: 1 if there is nothing at all. Errors: WrongUsage, and those of the server.
inline int show_status(const std::optional<std::string>& path,
                       const client::Environment& environment, const Console& console) {
    const LocalData data(find_data_directory(path, environment));
    RemoteObjects remote(environment);
    const auto overview = look_up(remote, data);
    const detail::Summary summary(data, overview);
    auto& out = console.out;
    detail::tell_of_trouble(data, overview, console);
    if (!overview.gone.empty())
        out << "WARNING: " << overview.gone.size()
            << (overview.gone.size() == 1 ? " object is" : " objects are")
            << " skipped because they do not exist any more.\n\n";
    if (overview.known.empty() && data.offline().empty()) {
        out << "There are no Neptune objects in " << data.directory() << '\n';
        return exit_failed;
    }
    if (!summary.unsent.empty()) {
        detail::list_unsent(summary.unsent, out);
        out << '\n';
    }
    if (!summary.offline.empty()) {
        detail::list_offline(summary.offline, out);
        out << "\nRuns that are logged offline are not on the server and in no project yet; the "
               "UUIDs above\nstand for them. To synchronize them, name the target "
               "workspace/project "
               "with --project, or in\nthe environment variable NEPTUNE_PROJECT.\n\n";
    }
    if (!summary.live.empty() || !summary.offline_live.empty()) {
        out << "Objects that a process is writing now:\n";
        for (const auto& object : summary.live)
            out << "- " << qualified_name(object.remote) << detail::trashed_mark(object.remote)
                << '\n';
        for (const auto* run : summary.offline_live)
            out << "- " << offline_prefix << run->id << '\n';
        out << '\n';
    }
    if (summary.unsent.empty())
        out << "There are no unsynchronized objects in " << data.directory() << "\n\n";
    if (summary.sent.empty())
        out << "There are no synchronized objects in " << data.directory() << "\n\n";
    out << "See " << shell_word(console.program) << " sync --help for examples.\n";
    return exit_done;
}

/// `code` is where the exit code goes.
inline void add_status_command(CLI::App& program, const Console& console,
                               const client::Environment& environment, int& code) {
    auto* command = program.add_subcommand(
        "status", "List the objects here whose data have not all reached the server");
    const auto path = std::make_shared<std::optional<std::string>>();
    add_path_option(*command, *path);
    command->callback(
        [path, console, environment, &code] { code = show_status(*path, environment, console); });
}

}  // namespace neptune::cli

#endif
