#ifndef NEPTUNE_CLI_SYNC_HPP
#define NEPTUNE_CLI_SYNC_HPP

// neptune-cpp sync. Source of the lines: the Python client's `neptune sync`. One broken queue never
// keeps the others back; what is not delivered stays where it is.

#include <neptune/cli/console.hpp>
#include <neptune/cli/names.hpp>
#include <neptune/cli/queues.hpp>
#include <neptune/cli/remote_objects.hpp>
#include <neptune/cli/status.hpp>
#include <neptune/client/delivery.hpp>
#include <neptune/client/lookup.hpp>
#include <neptune/client/python_import.hpp>
#include <neptune/client/queue_setup.hpp>
#include <neptune/core/time.hpp>
#include <neptune/version.hpp>
#include <neptune/wire/codec.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace neptune::cli {

struct SyncOptions {
    std::optional<std::string> path{};
    /// `workspace/project/SYS-ID` or `offline/<uuid>`; none: everything.
    std::vector<std::string> objects{};
    /// Where offline runs go; else NEPTUNE_PROJECT.
    std::optional<std::string> project{};
    bool offline_only = false;
};

class Synchronizer {
public:
    Synchronizer(const SyncOptions& options, const client::Environment& environment,
                 const Console& console)
        : options_(options),
          environment_(environment),
          console_(console),
          data_(find_data_directory(options.path, environment)),
          remote_(environment) {
        environment_.data_directory = data_.directory();
        reporter_.set_silent(true);
    }

    /// Gives the exit code. Errors: those that concern all objects alike, such as ConnectionLost.
    int run() {
        for (const auto& path : data_.strangers())
            console_.err << path << " is no queue; it is left alone.\n";
        if (!options_.objects.empty()) {
            select();
        } else {
            if (!options_.offline_only)
                for (const auto& object : data_.online())
                    if (needs_work(object)) online_.push_back(&object);
            for (const auto& run : data_.offline()) offline_.push_back(&run);
        }
        for (const auto* object : online_) attempt([&] { sync_online(*object); });
        if (!offline_.empty()) sync_all_offline();
        if (failed_) return exit_failed;
        return refused_ != 0 ? exit_refused : exit_done;
    }

private:
    // What concerns one object must not end the others; a server that is away ends all.
    template <class Function>
    void attempt(Function function) {
        try {
            function();
        } catch (const ConnectionLost&) {
            throw;
        } catch (const ConfigError&) {
            throw;
        } catch (const Unauthorized&) {
            throw;
        } catch (const std::exception& error) {
            fail(error.what());
        }
    }
    void fail(const std::string& sentence) {
        console_.err << "neptune-cpp: " << sentence << '\n';
        failed_ = true;
    }

    // Whoever writes an object sends its data himself, those of dead processes only when it begins.
    static bool needs_work(const LocalObject& object) {
        return object.has(Queue::State::unsent) || object.has(Queue::State::damaged);
    }

    void select() {
        for (const auto& name : options_.objects) {
            if (name.starts_with(offline_prefix)) {
                const auto id = name.substr(std::string_view(offline_prefix).size());
                if (const auto* run = find(data_.offline(), id))
                    offline_.push_back(run);
                else
                    fail("there is no offline run " + id + " in " + data_.directory());
                continue;
            }
            attempt([&] {
                const auto object = remote_.find(name);
                if (!object) {
                    fail("there is no object " + name + " on the server");
                    return;
                }
                const auto* local = find(data_.online(), object->id);
                if (!local)
                    fail("there are no data of " + name + " in " + data_.directory());
                else if (needs_work(*local))
                    online_.push_back(local);
                else
                    console_.out << name
                                 << (local->has(Queue::State::live)
                                         ? " is being written by a process, which sends it.\n"
                                         : " is synchronized already.\n");
            });
        }
        const auto drop_repetitions = [](auto& list) {
            std::sort(list.begin(), list.end());
            list.erase(std::unique(list.begin(), list.end()), list.end());
        };
        drop_repetitions(online_);
        drop_repetitions(offline_);
    }
    static const LocalObject* find(const std::vector<LocalObject>& objects, const std::string& id) {
        const auto found = std::find_if(objects.begin(), objects.end(),
                                        [&](const LocalObject& object) { return object.id == id; });
        return found == objects.end() ? nullptr : &*found;
    }

    void sync_online(const LocalObject& object) {
        const auto known = remote_.find(object.id);
        if (!known) {
            console_.out << "The " << spoken_name(object.kind) << ' ' << object.id
                         << " does not exist any more and is skipped; `" << console_.program
                         << " clear` deletes its data.\n";
            return;
        }
        send(*known, object.kind, object.queues);
    }

    // `queues` belong to the object, wherever they lie.
    void send(const wire::Experiment& object, ObjectKind kind, const std::vector<Queue>& queues) {
        const auto name = qualified_name(object);
        console_.out << "Synchronising " << name << std::endl;
        bool whole = true;
        for (const auto& queue : queues) {
            if (queue.state == Queue::State::damaged) {
                fail("the queue " + queue.path + " cannot be read: " + queue.problem);
                whole = false;
            } else if (queue.writer == Queue::Writer::python &&
                       queue.state == Queue::State::unsent) {
                attempt_import(queue, kind, object.id, whole);
            }
        }
        auto journals = claim(kind, object.id);
        std::vector<std::string> paths;
        for (const auto& journal : journals) paths.push_back(journal->directory());
        const auto refused_before = refused_;
        if (!journals.empty()) {
            const auto delivery =
                client::deliver(remote_.session(), environment_, object.id, std::move(journals),
                                ErrorHandler([this](const Error& error) { take_error(error); }));
            if (!delivery.complete && delivery.connection_lost)
                throw ConnectionLost(ErrorCode::connection_lost, delivery.failure,
                                     "the rest is kept in " + data_.directory());
            if (!delivery.complete) {
                fail(name + " could not be synchronized: " + delivery.failure);
                return;
            }
        }
        for (const auto& path : paths) console_.out << "Deleted: " << path << '\n';
        if (refused_ != refused_before)
            console_.out << "The server refused " << refused_ - refused_before
                         << (refused_ - refused_before == 1 ? " operation" : " operations")
                         << ", see above.\n";
        if (whole)
            console_.out << "Synchronization of " << spoken_name(kind) << ' ' << name
                         << " completed." << std::endl;
    }

    void attempt_import(const Queue& queue, ObjectKind kind, const std::string& id, bool& whole) {
        try {
            const auto lock = lock_queue(queue);
            if (!lock) return;  // another process of this program takes it over
            if (python_writes(queue)) return;
            import(queue, kind, id);
        } catch (const std::exception& error) {
            fail(error.what());
            whole = false;
        }
    }
    // The caller holds the queue's lock.
    void import(const Queue& queue, ObjectKind kind, const std::string& id) {
        const auto taken = client::import_python_queue(
            queue.path, data_.own_queues(),
            journal::object_prefix(display_name(kind), id) + queue.suffix);
        for (const auto& problem : taken.unreadable) console_.err << problem << '\n';
        refused_ += taken.unreadable.size();
        if (taken.lost > 0)
            console_.err << taken.lost << (taken.lost == 1 ? " operation of " : " operations of ")
                         << queue.path
                         << " had not reached the disk when their process ended, and are lost.\n";
    }

    std::vector<std::unique_ptr<journal::Journal>> claim(ObjectKind kind, const std::string& id) {
        neptune::detail::OpenRequest request;
        request.kind = kind;
        const client::QueueSetup setup{request, environment_, Mode::async, id, reporter_};
        auto journals = setup.claim_left_overs();
        for (const auto& journal : journals)
            if (const auto bytes = journal->damaged_bytes(); bytes != 0)
                console_.err << bytes << " bytes of " << journal->directory()
                             << " are damaged; what they held is lost.\n";
        return journals;
    }

    // Called by the thread of the reporter while this one waits for the delivery.
    void take_error(const Error& error) {
        console_.err << error.what() << std::endl;
        if (client::tells_of_refusal(error.code())) ++refused_;
    }

    void sync_all_offline() {
        std::optional<wire::ProjectDto> project;
        try {
            project = client::find_project(remote_.session(), options_.project);
        } catch (const MissingProjectName&) {
            console_.out << "No project was named, so the offline runs are not synchronized. Name "
                            "it with the option\n--project, or in the environment variable "
                            "NEPTUNE_PROJECT.\n";
            fail("offline runs cannot be synchronized without a project");
            return;
        } catch (const ProjectNotFound& error) {
            fail(std::string("the offline runs are not synchronized: ") + error.what());
            return;
        }
        for (const auto* run : offline_) attempt([&] { sync_offline(*run, *project); });
    }

    void sync_offline(const LocalObject& run, const wire::ProjectDto& project) {
        // All or none of them: a queue that comes later would not be known to belong to this run.
        std::vector<core::FileLock> locks;
        for (const auto& queue : run.queues) {
            auto lock = queue.state == Queue::State::live ? std::nullopt : lock_queue(queue);
            if (!lock) {
                console_.out << "The run " << offline_prefix << run.id
                             << " is skipped: a process is still writing it.\n";
                return;
            }
            locks.push_back(std::move(*lock));
        }
        const auto object = create_run(metadata_of(run), project);
        console_.out << "Offline run " << run.id << " registered as " << qualified_name(object)
                     << std::endl;
        std::vector<Queue> moved;
        for (const auto& queue : run.queues) moved.push_back(move(queue, object.id));
        locks.clear();
        send(object, ObjectKind::run, moved);
    }

    /// The queue's new place among those of objects that exist.
    Queue move(Queue queue, const std::string& object_id) {
        const auto parent =
            (queue.writer == Queue::Writer::ours ? data_.own_queues() : data_.directory()) +
            "/async";
        core::make_directories(parent);
        const auto target = parent + "/" + journal::object_prefix("run", object_id) + queue.suffix;
        if (std::rename(queue.path.c_str(), target.c_str()) != 0)
            throw core::os_error(errno, "move the queue to", target);
        queue.path = target;
        return queue;
    }

    /// Of the queue that knows most: a forked child's says the same.
    wire::Json metadata_of(const LocalObject& run) const {
        for (const auto& queue : run.queues) {
            auto json = wire::Json::parse(
                core::read_file(queue.path + "/metadata.json").value_or(""), nullptr, false);
            if (json.is_object()) return json;
        }
        return wire::Json::object();
    }

    wire::Experiment create_run(const wire::Json& metadata, const wire::ProjectDto& project) {
        wire::CreateExperiment::Request request;
        auto& params = request.params;
        params.project_identifier = params.parent_id.emplace(project.id);
        params.type = std::string(wire_name(ObjectKind::run));
        params.cli_version = request.client_version = std::string(neptune::version);
        const auto custom_id = metadata.find("customId");
        if (custom_id != metadata.end() && custom_id->is_string())
            params.custom_id = custom_id->get<std::string>();
        const auto created = metadata.find("createdAt");
        if (created != metadata.end() && created->is_string() &&
            core::parse_iso8601(created->get<std::string>()) &&
            remote_.session().has(wire::feature_creation_time))
            params.creation_time = created->get<std::string>();
        if (const auto git = metadata.find("gitInfo"); git != metadata.end() && git->is_object())
            params.git_info = wire::decode<wire::GitInfoDto>(*git, "gitInfo");
        auto object = remote_.session().call<wire::CreateExperiment>(request);
        if (object.trashed)
            throw Failure("the run " + qualified_name(object) + " with the custom ID " +
                          params.custom_id.value_or("") +
                          " is in the trash; restore it, then synchronize again");
        return object;
    }

    const SyncOptions options_;
    client::Environment environment_;
    const Console console_;
    const LocalData data_;
    RemoteObjects remote_;
    client::Reporter reporter_{ErrorHandler()};  // of journals, which here are only read
    std::vector<const LocalObject*> online_, offline_;
    bool failed_ = false;
    std::uint64_t refused_ = 0;
};

/// `code` is where the exit code goes.
inline void add_sync_command(CLI::App& program, const Console& console,
                             const client::Environment& environment, int& code) {
    auto* command = program.add_subcommand(
        "sync", "Send to the server what was logged offline, or left behind by dead processes");
    const auto options = std::make_shared<SyncOptions>();
    add_path_option(*command, options->path);
    auto* objects = command
                        ->add_option("--object", options->objects,
                                     "Only this object; may be given several times")
                        ->type_name("WORKSPACE/PROJECT/ID|offline/UUID")
                        ->allow_extra_args(false)
                        ->check(empty_problem);
    command->add_option("-p,--project", options->project, "Where offline runs go [NEPTUNE_PROJECT]")
        ->type_name("WORKSPACE/NAME")
        ->check(empty_problem);
    command->add_flag("--offline-only", options->offline_only, "Only runs that were logged offline")
        ->excludes(objects);
    command->footer(
        "Examples:\n"
        "  neptune-cpp sync                                everything in the working directory\n"
        "  neptune-cpp sync --path runs/                   everything in another directory\n"
        "  neptune-cpp sync --object ml/cls/CLS-4          one object\n"
        "  neptune-cpp sync --project ml/cls --offline-only\n"
        "  neptune-cpp sync --project ml/cls --object "
        "offline/a1561719-b425-4000-a65a-b5efb044d6bb\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 delivered, but the server refused "
        "operations.");
    command->callback([options, console, environment, &code] {
        code = Synchronizer(*options, environment, console).run();
    });
}

}  // namespace neptune::cli

#endif
