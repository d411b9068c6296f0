#ifndef NEPTUNE_CLI_QUEUES_HPP
#define NEPTUNE_CLI_QUEUES_HPP

// The queues below a `.neptune` directory: our own in cpp/{async,offline,sync}, and those that the
// Python client left in {async,offline}.

#include <neptune/cli/console.hpp>
#include <neptune/client/environment.hpp>
#include <neptune/client/monitoring/crash_mark.hpp>
#include <neptune/client/python_queue.hpp>
#include <neptune/core/environment.hpp>
#include <neptune/core/field_type.hpp>
#include <neptune/core/file_lock.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/processes.hpp>
#include <neptune/journal/left_overs.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace neptune::cli {

/// `--path` of the commands that work on local queues.
inline void add_path_option(CLI::App& command, std::optional<std::string>& path) {
    command
        .add_option("--path", path,
                    "Directory that contains .neptune, or .neptune itself [NEPTUNE_DATA_DIRECTORY, "
                    "else the working directory]")
        ->type_name("DIR");
}

/// The directory with the queues, absolute. Errors: WrongUsage if there is none.
[[nodiscard]] inline std::string find_data_directory(const std::optional<std::string>& path,
                                                     const client::Environment& environment) {
    namespace fs = std::filesystem;
    const auto absolute = [](const fs::path& found) {
        auto text = fs::absolute(found).lexically_normal().string();
        if (text.size() > 1 && text.back() == '/') text.pop_back();
        return text;
    };
    std::error_code ignored;
    if (!path) {
        if (fs::is_directory(environment.data_directory, ignored))
            return absolute(environment.data_directory);
        throw WrongUsage("there is no directory " + environment.data_directory +
                         (environment.data_directory == ".neptune"
                              ? " here; give --path, or run it where the program was started"
                              : ", which NEPTUNE_DATA_DIRECTORY names"));
    }
    const auto given = absolute(*path);
    if (fs::is_directory(given + "/.neptune", ignored)) return given + "/.neptune";
    const bool is_it =
        fs::path(given).filename() == ".neptune" || given == absolute(environment.data_directory);
    if (is_it && fs::is_directory(given, ignored)) return given;
    throw WrongUsage("the directory " + given + " does not contain a .neptune directory");
}

/// One directory that one process wrote for one object.
struct Queue {
    enum class Writer { ours, python };
    enum class State {
        unsent,   ///< holds what the server does not have
        sent,     ///< nothing is left to be sent
        live,     ///< a process writes it, or synchronises it, now
        damaged,  ///< cannot be read, see `problem`
    };
    std::string path;
    Writer writer = Writer::ours;
    State state = State::unsent;
    std::string problem{};
    /// What follows the object's id in the name, `<pid>__<random>`.
    std::string suffix{};
};

/// All queues of one object, or of one offline run.
struct LocalObject {
    ObjectKind kind = ObjectKind::run;
    std::string id;
    std::vector<Queue> queues;

    [[nodiscard]] bool has(Queue::State state) const {
        return std::any_of(queues.begin(), queues.end(),
                           [&](const Queue& queue) { return queue.state == state; });
    }
};

/// Holds others of this program off a queue while it is changed: the lock of a journal, or for a
/// queue of the Python client one of our own beside its files. Nothing if somebody has it, or the
/// queue has gone. Errors: std::system_error.
[[nodiscard]] inline std::optional<core::FileLock> lock_queue(const Queue& queue) {
    const bool ours = queue.writer == Queue::Writer::ours;
    try {
        return core::FileLock::try_acquire(queue.path + (ours ? "/lock" : "/neptune-cpp.lock"));
    } catch (const std::system_error& error) {
        if (error.code() == std::errc::no_such_file_or_directory) return std::nullopt;
        throw;
    }
}

/// Whether the Python client has opened the queue since it was looked at: it does not know our
/// lock.
[[nodiscard]] inline bool python_writes(const Queue& queue) {
    return queue.writer == Queue::Writer::python &&
           client::PythonQueue(queue.path).writer().has_value();
}

class LocalData {
public:
    /// Reads all queues. Errors: std::system_error if the directory cannot be listed.
    explicit LocalData(std::string data_directory) : directory_(std::move(data_directory)) {
        for (const auto* word : {"async", "sync"}) collect_ours(word, online_);
        collect_python("async", online_);
        collect_ours("offline", offline_);
        collect_python("offline", offline_);
    }

    [[nodiscard]] const std::string& directory() const { return directory_; }
    /// Directory of our own queues.
    [[nodiscard]] std::string own_queues() const { return directory_ + "/cpp"; }
    /// Objects that exist, or existed, on a server.
    [[nodiscard]] const std::vector<LocalObject>& online() const { return online_; }
    /// Runs that no server knows yet.
    [[nodiscard]] const std::vector<LocalObject>& offline() const { return offline_; }
    /// Where the Python client kept contents of uploads in sync mode, but for those whose process
    /// still runs; with nothing else in them that is worth keeping.
    [[nodiscard]] std::vector<std::string> python_sync_directories() const {
        std::vector<std::string> result;
        for (const auto& text : names(directory_ + "/sync"))
            if (!writer_may_run(directory_ + "/sync/" + text))
                result.push_back(directory_ + "/sync/" + text);
        return result;
    }
    /// Paths of what is no queue.
    [[nodiscard]] const std::vector<std::string>& strangers() const { return strangers_; }

private:
    static std::vector<std::string> names(const std::string& directory) {
        std::error_code ignored;
        if (!std::filesystem::is_directory(directory, ignored)) return {};
        return core::list_directory(directory);
    }

    // It holds no file of it open, but its number is in the name: `run__<uuid>__<pid>__<random>`. A
    // process that is younger than the directory has come by the number later.
    static bool writer_may_run(const std::string& path) {
        const auto name = parse(std::filesystem::path(path).filename().string());
        if (!name) return false;
        const auto pid = core::parse_int64(name->suffix.substr(0, name->suffix.find("__")));
        const auto start = pid ? core::process_start(static_cast<::pid_t>(*pid)) : std::nullopt;
        struct ::stat made {};
        return start && ::stat(path.c_str(), &made) == 0 && *start <= made.st_mtim.tv_sec;
    }

    struct Name {
        ObjectKind kind = ObjectKind::run;
        std::string id, suffix;
    };
    static std::optional<Name> parse(std::string_view name) {
        const auto kind_end = name.find("__");
        if (kind_end == std::string_view::npos) return std::nullopt;
        const auto kind =
            core::find_word<ObjectKind>(core::object_kind_names, name.substr(0, kind_end),
                                        [](const auto& entry) { return entry.second; });
        if (!kind) return std::nullopt;
        name.remove_prefix(kind_end + 2);
        const auto id_end = (std::min)(name.find("__"), name.size());
        if (id_end == 0) return std::nullopt;
        return Name{*kind, std::string(name.substr(0, id_end)),
                    std::string(id_end < name.size() ? name.substr(id_end + 2) : "")};
    }

    static void add(std::vector<LocalObject>& objects, const Name& name, Queue queue) {
        auto found = std::find_if(objects.begin(), objects.end(), [&](const LocalObject& object) {
            return object.kind == name.kind && object.id == name.id;
        });
        if (found == objects.end()) found = objects.insert(objects.end(), {name.kind, name.id, {}});
        found->queues.push_back(std::move(queue));
    }

    void collect_ours(const std::string& word, std::vector<LocalObject>& objects) {
        const auto parent = own_queues() + "/" + word;
        for (const auto& text : names(parent)) {
            const auto path = parent + "/" + text;
            const auto name = parse(text);
            if (!name || name->suffix.empty()) {
                strangers_.push_back(path);
                continue;
            }
            Queue queue{path, Queue::Writer::ours, Queue::State::unsent, {}, name->suffix};
            try {
                queue.state = state_of_journal(path);
            } catch (const std::exception& error) {
                queue.state = Queue::State::damaged;
                queue.problem = error.what();
            }
            add(objects, *name, std::move(queue));
        }
    }

    static Queue::State state_of_journal(const std::string& path) {
        // One that is being made, or was being removed when its process died.
        if (!journal::Journal::is_journal(path))
            return core::FileLock::holder_pid(path + "/lock") ? Queue::State::live
                                                              : Queue::State::sent;
        if (!journal::is_left_over(path)) return Queue::State::live;
        journal::Options options;
        options.directory = path;
        const auto journal = journal::claim(std::move(options));
        if (!journal) return Queue::State::live;
        // The mark of a fatal signal has yet to become sys/failed.
        return journal->empty() && !client::has_crash_mark(path) ? Queue::State::sent
                                                                 : Queue::State::unsent;
    }

    // Names of the Python client: `run__<uuid>__<pid>__<random>`; before version 1.1 one directory
    // for each object, with one below it for each process.
    void collect_python(const std::string& word, std::vector<LocalObject>& objects) {
        const auto parent = directory_ + "/" + word;
        for (const auto& text : names(parent)) {
            const auto path = parent + "/" + text;
            auto name = parse(text);
            if (!name) {
                strangers_.push_back(path);
                continue;
            }
            if (!name->suffix.empty() || word == "offline") {
                if (name->suffix.empty()) name->suffix = "0__queue";
                add_python(objects, *name, path);
                continue;
            }
            for (const auto& child : names(path)) {
                name->suffix = "0__" + child;
                add_python(objects, *name, path + "/" + child);
            }
        }
    }
    static void add_python(std::vector<LocalObject>& objects, const Name& name,
                           const std::string& path) {
        Queue queue{path, Queue::Writer::python, Queue::State::unsent, {}, name.suffix};
        try {
            const client::PythonQueue files(path);
            queue.state = files.writer()    ? Queue::State::live
                          : files.is_sent() ? Queue::State::sent
                                            : Queue::State::unsent;
        } catch (const std::exception& error) {
            queue.state = Queue::State::damaged;
            queue.problem = error.what();
        }
        add(objects, name, std::move(queue));
    }

    std::string directory_;
    std::vector<LocalObject> online_, offline_;
    std::vector<std::string> strangers_;
};

}  // namespace neptune::cli

#endif
