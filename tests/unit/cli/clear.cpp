#include "fixture.hpp"
#include "local_world.hpp"
#include "support/catch.hpp"
#include "support/python_directory.hpp"

#include <neptune/core/os.hpp>
#include <neptune/run.hpp>

#include <filesystem>
#include <string>

using namespace neptune;
using namespace cli_test;

TEST_CASE("clear: asks before it deletes what was never sent, and takes silence for no") {
    LocalWorld here;
    const auto id = here.leave_run(1);
    const auto uuid = here.leave_offline_run();
    const std::string listed = "\nUnsynchronized objects:\n- team/test/" + id +
                               "\n\nUnsynchronized offline objects:\n- offline/" + uuid +
                               "\n\nDelete the data listed above? [y/N]: ";
    for (const std::string answer : {"", "\n", "n\n", "please\n"}) {
        const auto outcome = here.run({"clear"}, answer);
        CHECK(outcome.code == 0);
        CHECK(outcome.out == listed + (answer.empty() ? "\n" : ""));
        CHECK(here.world.queues("async").size() == 1);
        CHECK(here.world.queues("offline").size() == 1);
    }
    const auto queue = here.queue("async"), offline = here.queue("offline");
    const auto outcome = here.run({"clear"}, "Y\n");
    CHECK(outcome.code == 0);
    CHECK(outcome.out == listed + "Deleted: " + queue + "\nDeleted: " + offline + "\n");
    CHECK(here.world.queues("async").empty());
    CHECK(here.world.queues("offline").empty());
    CHECK_THROWS_AS(here.losses(id), MissingField);
}

TEST_CASE("clear --force: does not ask") {
    LocalWorld here;
    here.leave_run(1);
    here.leave_offline_run();
    const auto outcome = here.run({"clear", "--force"});
    CHECK(outcome.code == 0);
    CHECK_FALSE(outcome.says("[y/N]"));
    CHECK(here.world.queues("async").empty());
    CHECK(here.world.queues("offline").empty());
}

TEST_CASE("clear: deletes what is sent, and what belongs to objects that have gone, unasked") {
    LocalWorld here;
    here.leave_run(0);
    const auto uuid = LocalWorld::uuid_in(here.queue());
    const auto async = here.directory() + "/async";
    support::PythonDirectory sent(async, "run__" + uuid + "__1__abcdefgh");
    sent.put("AssignInt", "a", R"("value": 1)");
    sent.write("last_ack_version", "1");
    support::PythonDirectory gone(async, "run__00000000-0000-4000-8000-000000000001__1__abcdefgh");
    gone.put("AssignInt", "a", R"("value": 1)");
    // 4194304 is beyond the numbers that Linux gives to processes.
    support::PythonDirectory uploads(here.directory() + "/sync",
                                     "run__" + uuid + "__4194305__abcdefgh");
    const auto outcome = here.run({"clear"}, "n\n");
    CHECK(outcome.code == 0);
    CHECK_FALSE(here.exists(sent.path));
    CHECK_FALSE(here.exists(gone.path));
    CHECK_FALSE(here.exists(uploads.path));
    CHECK(here.world.queues().size() == 1);  // unsent
}

TEST_CASE("clear: a 404 that does not speak of the object does not make it gone") {
    LocalWorld here;
    here.leave_run(1);
    here.world.route([](support::Flight& flight) {
        // What a proxy says that has lost its server.
        if (flight.request.method == "GET" && flight.to("/experiments"))
            return support::reply_with(404, "<html>not here</html>");
        return flight.deliver();
    });
    static_cast<void>(here.run({"clear"}, "n\n"));
    CHECK(here.world.queues().size() == 1);
}

TEST_CASE("clear: never touches what a process writes, not even with --force") {
    LocalWorld here;
    auto run = here.world.run();
    auto offline = here.world.run({.mode = Mode::offline});
    const auto uploads = here.directory() + "/sync/run__00000000-0000-4000-8000-000000000001__" +
                         std::to_string(core::process_id()) + "__abcdefgh";
    core::make_directories(uploads);
    const auto outcome = here.run({"clear", "--force"});
    CHECK(outcome.code == 0);
    CHECK(outcome.out.empty());
    CHECK(here.world.queues("async").size() == 1);
    CHECK(here.world.queues("offline").size() == 1);
    CHECK(here.exists(uploads));
    run["loss"].append(1);
    run.wait();
    CHECK(here.losses(support::id_of(run)) == std::vector<double>{1});
}

TEST_CASE("clear: leaves alone what is no queue") {
    LocalWorld here;
    const auto path = here.directory() + "/async/notes";
    core::make_directories(path);
    const auto outcome = here.run({"clear", "--force"});
    CHECK(outcome.complains(path + " is no queue; it is left alone."));
    CHECK(here.exists(path));
}
