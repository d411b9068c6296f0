#ifndef NEPTUNE_TESTS_UNIT_CLI_LOCAL_WORLD_HPP
#define NEPTUNE_TESTS_UNIT_CLI_LOCAL_WORLD_HPP

// A server without a socket, queues of dead processes, and the commands that send, list and delete
// them.

#include "fixture.hpp"
#include "support/many.hpp"
#include "support/test_server.hpp"

#include <neptune/core/files.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace cli_test {

class LocalWorld {
public:
    support::World world;

    /// A command on this world's queues, without --path.
    [[nodiscard]] Outcome run(const std::vector<std::string>& arguments,
                              const std::string& input = {}) {
        return cli_test::run(arguments, world.connected_environment(), input);
    }

    /// A run whose process dies with so many points of `loss` on disk; gives its sys/id.
    std::string leave_run(int points, const neptune::InitRun& options = {}) {
        world.route([](support::Flight& flight) {
            return flight.carries_data() ? flight.hang() : flight.deliver();
        });
        auto run = world.run(options);
        for (int i = 0; i < points; ++i) run["loss"].append(i, {.step = i});
        const auto id = support::id_of(run);
        run.detach();
        world.route(nullptr);
        return id;
    }
    /// An offline run with one point; gives its UUID.
    std::string leave_offline_run(const neptune::InitRun& options = {}) {
        auto used = options;
        used.mode = neptune::Mode::offline;
        auto run = world.run(used);
        run["loss"].append(0.5);
        run.stop();
        return support::id_of(run).substr(std::string("offline/").size());
    }

    [[nodiscard]] std::vector<double> losses(const std::string& id) {
        return support::values_of(world.look_at(neptune::OpenRun{.with_id = id}), "loss");
    }

    [[nodiscard]] const std::string& directory() const { return world.directory.path; }
    /// Path of the only queue of that word.
    [[nodiscard]] std::string queue(const std::string& word = "async") const {
        return world.queue_directory(word) + "/" + world.queues(word).at(0);
    }
    [[nodiscard]] bool exists(const std::string& path) const {
        return std::filesystem::exists(path);
    }
    /// UUID of the object whose queue that is.
    [[nodiscard]] static std::string uuid_in(const std::string& path) {
        const auto name = path.substr(path.rfind('/') + 1);
        const auto begin = name.find("__") + 2;
        return name.substr(begin, name.find("__", begin) - begin);
    }

private:
    support::Variable token_{"NEPTUNE_API_TOKEN", world.server.token().c_str()};
    support::Variable project_{"NEPTUNE_PROJECT", nullptr};
};

using support::counted;

}  // namespace cli_test

#endif
