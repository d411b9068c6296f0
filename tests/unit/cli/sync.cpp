#include "fixture.hpp"
#include "local_world.hpp"
#include "support/catch.hpp"
#include "support/python_directory.hpp"

#include <neptune/core/os.hpp>
#include <neptune/run.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

using namespace neptune;
using namespace cli_test;
using support::PythonDirectory;

namespace {

const std::string unknown_uuid = "00000000-0000-4000-8000-000000000001";

}  // namespace

TEST_CASE("sync: what a dead run left is delivered once, and its directory deleted") {
    LocalWorld here;
    const auto id = here.leave_run(2500);
    const auto queue = here.queue();
    const auto outcome = here.run({"sync"});
    CHECK(outcome.err.empty());
    CHECK(outcome.code == 0);
    CHECK(outcome.out == "Synchronising team/test/" + id + "\nDeleted: " + queue +
                             "\nSynchronization of run team/test/" + id + " completed.\n");
    CHECK(here.losses(id) == counted(2500));
    CHECK_FALSE(here.exists(queue));

    const auto again = here.run({"sync"});
    CHECK(again.code == 0);
    CHECK(again.out.empty());
}

TEST_CASE("sync: several dead processes of one run are sent oldest first") {
    LocalWorld here;
    const auto id = here.leave_run(3);
    here.world.route([](support::Flight& flight) {
        return flight.carries_data() ? flight.hang() : flight.deliver();
    });
    {
        auto run = here.world.run({.with_id = id});
        run["loss"].append(3, {.step = 3});
        run.detach();
    }
    here.world.route(nullptr);
    CHECK(here.world.queues().size() == 2);
    CHECK(here.run({"sync"}).code == 0);
    CHECK(here.losses(id) == counted(4));
    CHECK(here.world.queues().empty());
}

TEST_CASE("sync: queues of sync mode, models and projects are sent too") {
    LocalWorld here;
    here.world.route([](support::Flight& flight) {
        return flight.carries_data() ? flight.hang() : flight.deliver();
    });
    auto model = here.world.model({.key = "M"});
    model["a"] = 1;
    model.detach();
    auto project = here.world.project();
    project["b"] = 2;
    project.detach();
    here.world.route(nullptr);
    std::filesystem::rename(here.world.queue_directory(), here.world.queue_directory("sync"));
    const auto outcome = here.run({"sync"});
    CHECK(outcome.code == 0);
    CHECK(outcome.says("Synchronization of model team/test/TEST-M completed."));
    CHECK(outcome.says("Synchronization of project team/test/TEST completed."));
    CHECK(here.world.look_at(OpenModel{.with_id = "TEST-M"})["a"].fetch<int>() == 1);
    CHECK(here.world.look_at(OpenProject{})["b"].fetch<int>() == 2);
}

TEST_CASE("sync: an offline run is made in the project and delivered") {
    LocalWorld here;
    const auto uuid = here.leave_offline_run({.name = "from the train", .tags = {"offline"}});
    const auto outcome = here.run({"sync", "--project", "team/test"});
    CHECK(outcome.err.empty());
    CHECK(outcome.code == 0);
    CHECK(outcome.says("Offline run " + uuid +
                       " registered as team/test/TEST-1\nSynchronising team/test/TEST-1\n"
                       "Deleted: " +
                       here.world.queue_directory("async") + "/run__"));
    CHECK(outcome.last_line() == "Synchronization of run team/test/TEST-1 completed.");
    CHECK(here.losses("TEST-1") == std::vector<double>{0.5});
    const auto run = here.world.look_at(OpenRun{.with_id = "TEST-1"});
    CHECK(run["sys/name"].fetch<std::string>() == "from the train");
    CHECK(here.world.queues("offline").empty());
    CHECK(here.world.queues("async").empty());
}

TEST_CASE("sync: an offline run keeps its custom ID, and joins a run that has it already") {
    LocalWorld here;
    here.leave_offline_run({.custom_run_id = "mine"});
    CHECK(here.run({"sync", "-p", "team/test"}).code == 0);
    const auto run = here.world.look_at(OpenRun{.custom_run_id = "mine"});
    CHECK(run["sys/id"].fetch<std::string>() == "TEST-1");
    here.leave_offline_run({.custom_run_id = "mine"});
    CHECK(here.run({"sync", "-p", "team/test"}).says("registered as team/test/TEST-1"));
    CHECK(here.losses("TEST-1") == std::vector<double>{0.5, 0.5});
}

TEST_CASE("sync: an offline run keeps its Git reference and the time at which it began") {
    LocalWorld here;
    here.leave_offline_run();
    const auto path = here.queue("offline") + "/metadata.json";
    auto metadata = nlohmann::json::parse(core::read_file(path).value());
    const auto began = metadata.at("createdAt").get<std::string>();
    metadata["createdAt"] = "2024-02-29T12:34:56.789Z";
    metadata["gitInfo"] = {{"commit",
                            {{"commitId", "c0ffee"},
                             {"message", "Brew"},
                             {"authorName", "Ada"},
                             {"authorEmail", "ada@example.org"},
                             {"commitDate", "2024-02-28T00:00:00.000Z"}}},
                           {"repositoryDirty", true},
                           {"currentBranch", "main"},
                           {"remotes", {"git@example.org:ada/brew"}}};
    std::ofstream(path) << metadata;
    CHECK(here.run({"sync", "-p", "team/test"}).code == 0);
    const auto run = here.world.look_at(OpenRun{.with_id = "TEST-1"});
    CHECK(run["sys/creation_time"].fetch<Datetime>() ==
          Datetime(std::chrono::milliseconds(1'709'210'096'789)));
    const auto git = run["source_code/git"].fetch<GitInfo>();
    CHECK(git.commit_id == "c0ffee");
    CHECK(git.dirty);
    CHECK(began > "2026");
}

TEST_CASE("sync: offline runs without a project are kept, after all others are sent") {
    LocalWorld here;
    const auto id = here.leave_run(1);
    here.leave_offline_run();
    const auto outcome = here.run({"sync"});
    CHECK(outcome.code == 1);
    CHECK(outcome.says("Synchronization of run team/test/" + id +
                       " completed.\n"
                       "No project was named"));
    CHECK(outcome.complains("offline runs cannot be synchronized without a project"));
    CHECK(here.world.queues("offline").size() == 1);

    const support::Variable project("NEPTUNE_PROJECT", "team/test");
    CHECK(here.run({"sync"}).code == 0);
    CHECK(here.world.queues("offline").empty());
}

TEST_CASE("sync: a project that does not exist is an error that names those that do") {
    LocalWorld here;
    here.leave_offline_run();
    const auto outcome = here.run({"sync", "--project", "team/none"});
    CHECK(outcome.code == 1);
    CHECK(outcome.complains("there is no project team/none"));
    CHECK(outcome.complains("team/test"));
    CHECK(here.world.queues("offline").size() == 1);
}

TEST_CASE("sync --object: only the objects that were named, unknown ones do not stop it") {
    LocalWorld here;
    const auto first = here.leave_run(1), second = here.leave_run(2);
    const auto uuid = here.leave_offline_run();
    const auto outcome = here.run({"sync", "--object", "team/test/NONE-1", "--object",
                                   "team/test/" + second, "--object", "offline/" + unknown_uuid});
    CHECK(outcome.code == 1);
    CHECK(outcome.complains("there is no object team/test/NONE-1 on the server"));
    CHECK(outcome.complains("there is no offline run " + unknown_uuid));
    CHECK(here.losses(second) == counted(2));
    CHECK(here.world.queues().size() == 1);
    CHECK(here.world.queues("offline").size() == 1);

    CHECK(here.run({"sync", "--object", "offline/" + uuid, "-p", "team/test"}).code == 0);
    CHECK(here.world.queues().size() == 1);
    CHECK(here.world.queues("offline").empty());

    CHECK(here.run({"sync", "--object", "team/test/" + first}).code == 0);
    CHECK(here.run({"sync", "--object", "team/test/" + first})
              .complains("there are no data of team/test/" + first));
}

TEST_CASE("sync --offline-only: leaves the others alone") {
    LocalWorld here;
    here.leave_run(1);
    here.leave_offline_run();
    CHECK(here.run({"sync", "--offline-only", "--project", "team/test"}).code == 0);
    CHECK(here.world.queues("async").size() == 1);
    CHECK(here.world.queues("offline").empty());
}

TEST_CASE("sync: wrong usage ends with exit code 2 and changes nothing") {
    LocalWorld here;
    here.leave_run(1);
    CHECK(here.run({"sync", "--offline-only", "--object", "team/test/TEST-1"}).code == 2);
    const auto elsewhere = here.run({"sync", "--path", "/proc"});
    CHECK(elsewhere.code == 2);
    CHECK(elsewhere.complains("the directory /proc does not contain a .neptune directory"));
    here.world.environment.data_directory = "/none";
    CHECK(here.run({"sync"}).complains("NEPTUNE_DATA_DIRECTORY"));
    CHECK(here.run({"sync"}).code == 2);
    CHECK(here.world.queues().size() == 1);
}

TEST_CASE("sync --path: the directory around .neptune, or .neptune itself") {
    LocalWorld here;
    const auto around = here.directory() + "/project";
    here.world.environment.data_directory = around + "/.neptune";
    const auto first = here.leave_run(1);
    here.world.environment.data_directory = ".neptune";
    CHECK(here.run({"sync", "--path", around}).says(first + " completed"));
    here.world.environment.data_directory = around + "/.neptune";
    const auto second = here.leave_run(1);
    here.world.environment.data_directory = ".neptune";
    CHECK(here.run({"sync", "--path", around + "/.neptune/"}).says(second + " completed"));
}

TEST_CASE("sync: refused operations are printed, the others delivered, exit code 3") {
    LocalWorld here;
    const auto id = here.leave_run(3);
    // Another machine makes the field with another type meanwhile.
    here.world.environment.data_directory = here.directory() + "/elsewhere";
    {
        auto run = here.world.run({.with_id = id});
        run["loss"] = "a string";
        run["text"] = 1;
    }
    here.world.environment.data_directory = here.directory();
    const auto queue = here.queue();
    const auto outcome = here.run({"sync"});
    CHECK(outcome.code == 3);
    CHECK(outcome.complains("loss"));
    CHECK(outcome.complains("the server refused an operation"));
    CHECK(outcome.out == "Synchronising team/test/" + id + "\nDeleted: " + queue +
                             "\nThe server refused 1 operation, see above.\n"
                             "Synchronization of run team/test/" +
                             id + " completed.\n");
    const auto run = here.world.look_at(OpenRun{.with_id = id});
    CHECK(run["sys/failed"].fetch<bool>() == false);
    CHECK(run["loss"].fetch<std::string>() == "a string");
    CHECK(here.run({"sync"}).code == 0);
}

TEST_CASE("sync: an object that another process has open is left to that process") {
    LocalWorld here;
    auto run = here.world.run();
    for (int i = 0; i < 3; ++i) {
        run["loss"].append(i, {.step = i});
        const auto outcome = here.run({"sync"});
        CHECK(outcome.code == 0);
        CHECK(outcome.out.empty());
        CHECK(here.world.queues().size() == 1);
    }
    const auto id = support::id_of(run);
    const auto named = here.run({"sync", "--object", "team/test/" + id});
    CHECK(named.out == "team/test/" + id + " is being written by a process, which sends it.\n");
    run.stop();
    CHECK(here.losses(id) == counted(3));

    auto offline = here.world.run({.mode = Mode::offline});
    offline["loss"].append(0.5);
    const auto skipped = here.run({"sync", "--project", "team/test"});
    CHECK(skipped.code == 0);
    CHECK(skipped.out ==
          "The run " + support::id_of(offline) + " is skipped: a process is still writing it.\n");
    offline["loss"].append(1.5);
    offline.stop();
    CHECK(here.run({"sync", "--project", "team/test"}).code == 0);
    CHECK(here.losses("TEST-2") == std::vector<double>{0.5, 1.5});
}

TEST_CASE("sync: a broken queue does not keep the others back") {
    LocalWorld here;
    const auto broken = here.leave_run(1);
    const auto path = here.queue();
    {
        std::fstream segment(path + "/segment-1", std::ios::in | std::ios::out | std::ios::binary);
        REQUIRE(segment.is_open());
        segment.seekp(8);
        segment << "\xff\xff\xff\xff";  // the version of the layout
    }
    const auto whole = here.leave_run(2);
    const auto outcome = here.run({"sync"});
    CHECK(outcome.code == 1);
    CHECK(outcome.complains("the queue " + path + " cannot be read"));
    CHECK_FALSE(outcome.says("Synchronization of run team/test/" + broken + " completed"));
    CHECK(here.losses(whole) == counted(2));
    CHECK(here.exists(path));
}

TEST_CASE("sync: an object that does not exist any more is skipped and its data kept") {
    LocalWorld here;
    here.leave_run(1);
    const auto gone = here.world.queue_directory() + "/run__" + unknown_uuid + "__1__abcdefgh";
    std::filesystem::rename(here.queue(), gone);
    const auto outcome = here.run({"sync"});
    CHECK(outcome.code == 0);
    CHECK(outcome.says("The run " + unknown_uuid + " does not exist any more"));
    CHECK(here.exists(gone));
}

TEST_CASE("sync: a server that is away ends it, and everything is kept") {
    LocalWorld here;
    const auto id = here.leave_run(5);
    here.world.environment.timing.sync_batch = client::Seconds(100);
    here.world.route([](support::Flight& flight) {
        return flight.carries_data() ? support::break_connection() : flight.deliver();
    });
    const auto outcome = here.run({"sync"});
    CHECK(outcome.code == 1);
    CHECK(outcome.complains("synchronization is interrupted"));
    CHECK(here.world.queues().size() == 1);
    here.world.route(nullptr);
    CHECK(here.run({"sync"}).code == 0);
    CHECK(here.losses(id) == counted(5));
}

TEST_CASE("sync: needs a token") {
    LocalWorld here;
    here.leave_run(1);
    const support::Variable token("NEPTUNE_API_TOKEN", nullptr);
    const auto outcome = here.run({"sync"});
    CHECK(outcome.code == 1);
    CHECK(outcome.complains("no API token was given"));
}

TEST_CASE("sync: what the Python client left is delivered, but for what never reached the disk") {
    LocalWorld here;
    const auto id = here.leave_run(0);
    const auto uuid = LocalWorld::uuid_in(here.queue());
    CHECK(here.run({"sync"}).code == 0);

    PythonDirectory python(here.directory() + "/async", "run__" + uuid + "__77__abcdefgh");
    python.put_points("loss", 0, 4);
    python.write("last_ack_version", "2");
    python.begin_file();
    python.put_points("loss", 4, 3);
    python.put("AssignInt", "params/n", R"("value": 7)");
    python.put("AssignInt", "params/big", R"("value": 123456789012345678901234567890)");
    python.put("AddStrings", "sys/tags", R"("values": ["a", "b"])");
    python.add(R"({"obj": {"type": "AssignInt", "pa)");
    python.write("last_put_version", "15");

    const auto outcome = here.run({"sync"});
    CHECK(outcome.code == 3);
    CHECK(outcome.complains("an operation of " + python.path +
                            " cannot be read and is left out: its member 'value' is no integer"));
    CHECK(outcome.complains("5 operations of " + python.path + " had not reached the disk"));
    CHECK(outcome.last_line() == "Synchronization of run team/test/" + id + " completed.");
    CHECK(here.losses(id) == std::vector<double>{2.5, 3.5, 4.5, 5.5, 6.5});
    const auto run = here.world.look_at(OpenRun{.with_id = id});
    CHECK(run["params/n"].fetch<int>() == 7);
    CHECK(run["sys/tags"].fetch<std::set<std::string>>() == std::set<std::string>{"a", "b"});
    CHECK_FALSE(here.exists(python.path));
    CHECK(here.world.queues().empty());
}

TEST_CASE("sync: an offline run of the Python client moves among the others and is delivered") {
    LocalWorld here;
    PythonDirectory python(here.directory() + "/offline",
                           "run__" + unknown_uuid + "__77__abcdefgh");
    python.put_points("loss", 0, 2);
    const auto outcome = here.run({"sync", "--project", "team/test"});
    CHECK(outcome.code == 0);
    CHECK(outcome.says("Offline run " + unknown_uuid + " registered as team/test/TEST-1"));
    CHECK(here.losses("TEST-1") == std::vector<double>{0.5, 1.5});
    CHECK_FALSE(here.exists(python.path));
}

TEST_CASE("sync: a queue that a Python process writes, or whose operations are newer, stays") {
    LocalWorld here;
    const auto id = here.leave_run(0);
    const auto uuid = LocalWorld::uuid_in(here.queue());
    CHECK(here.run({"sync"}).code == 0);
    PythonDirectory live(here.directory() + "/async", "run__" + uuid + "__77__abcdefgh");
    live.put_points("loss", 0, 1);
    PythonDirectory newer(here.directory() + "/async", "run__" + uuid + "__78__abcdefgh");
    newer.put("AssignTensor", "x");
    {
        const std::ofstream held(live.path + "/last_put_version", std::ios::app);
        const auto outcome = here.run({"sync"});
        CHECK(outcome.code == 1);
        CHECK(outcome.complains("cannot send operations of the type AssignTensor"));
        CHECK(here.exists(live.path + "/data-1.log"));
        CHECK(here.exists(newer.path + "/data-1.log"));
    }
    CHECK(here.run({"sync"}).code == 1);
    CHECK_FALSE(here.exists(live.path));
    CHECK(here.losses(id) == std::vector<double>{0.5});
}
