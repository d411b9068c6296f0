#include "fixture.hpp"
#include "local_world.hpp"
#include "support/catch.hpp"
#include "support/python_directory.hpp"

#include <neptune/run.hpp>

#include <string>

using namespace neptune;
using namespace cli_test;

TEST_CASE("status: nothing at all is said in one line, exit code 1") {
    LocalWorld here;
    const auto outcome = here.run({"status"});
    CHECK(outcome.code == 1);
    CHECK(outcome.out == "There are no Neptune objects in " + here.directory() + "\n");
    CHECK(outcome.err.empty());
}

TEST_CASE("status: lists objects with unsent data and offline runs") {
    LocalWorld here;
    const auto second = here.leave_run(1), first = here.leave_run(1);
    const auto uuid = here.leave_offline_run();
    const auto outcome = here.run({"status"});
    CHECK(outcome.code == 0);
    CHECK(outcome.out ==
          "Unsynchronized objects:\n"
          "- team/test/TEST-1\n"
          "- team/test/TEST-2\n"
          "\n"
          "Unsynchronized offline objects:\n"
          "- offline/" +
              uuid +
              "\n"
              "\n"
              "Runs that are logged offline are not on the server and in no project yet; the UUIDs "
              "above\n"
              "stand for them. To synchronize them, name the target workspace/project with "
              "--project, or in\n"
              "the environment variable NEPTUNE_PROJECT.\n"
              "\n"
              "There are no synchronized objects in " +
              here.directory() +
              "\n"
              "\n"
              "See neptune-cpp sync --help for examples.\n");
    CHECK(here.world.queues().size() == 2);
    CHECK(here.run({"status"}).out == outcome.out);
}

TEST_CASE("status: tells objects that are being written, sent ones, and those that have gone") {
    LocalWorld here;
    auto run = here.world.run();
    const auto live = here.run({"status"});
    CHECK(live.code == 0);
    CHECK(
        live.says("Objects that a process is writing now:\n- team/test/TEST-1\n\n"
                  "There are no unsynchronized objects in " +
                  here.directory()));

    const auto id = here.leave_run(0);
    support::PythonDirectory sent(here.directory() + "/async",
                                  "run__00000000-0000-4000-8000-000000000001__1__abcdefgh");
    sent.put("AssignInt", "a", R"("value": 1)");
    const auto gone = here.run({"status"});
    CHECK(gone.says("WARNING: 1 object is skipped because they do not exist any more."));
    CHECK(gone.says("Unsynchronized objects:\n- team/test/" + id + "\n"));
}

TEST_CASE("status: a counter that is behind its data does not hide them") {
    LocalWorld here;
    here.leave_run(0);
    const auto uuid = LocalWorld::uuid_in(here.queue());
    CHECK(here.run({"sync"}).code == 0);
    support::PythonDirectory python(here.directory() + "/async", "run__" + uuid + "__1__abcdefgh");
    python.put("AssignInt", "a", R"("value": 1)");
    python.write("last_put_version", "");
    CHECK(here.run({"status"}).says("Unsynchronized objects:\n- team/test/TEST-1\n"));
    python.write("last_put_version", "1");
    python.write("last_ack_version", "1");
    const auto outcome = here.run({"status"});
    CHECK(outcome.code == 0);
    CHECK(outcome.out == "There are no unsynchronized objects in " + here.directory() +
                             "\n\nSee neptune-cpp sync --help for examples.\n");
}
