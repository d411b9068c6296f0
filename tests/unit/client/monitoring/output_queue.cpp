#include <neptune/client/monitoring/output_queue.hpp>

#include "support/catch.hpp"

#include <string>
#include <vector>

using neptune::client::Output;
using neptune::client::OutputQueue;

TEST_CASE("output_queue: gives what was pushed, in order, with stream and time", "[monitoring]") {
    OutputQueue queue;
    queue.push(0, "one\n", 10);
    queue.push(0, "two\n", 10);
    queue.push(1, "error\n", 10);
    queue.push(0, "three\n", 11);
    queue.close();
    std::vector<Output> outputs;
    CHECK_FALSE(queue.take(outputs, {}));
    REQUIRE(outputs.size() == 3);
    CHECK(outputs[0].bytes == "one\ntwo\n");
    CHECK(outputs[1].bytes == "error\n");
    CHECK(outputs[1].stream == 1);
    CHECK(outputs[2].bytes == "three\n");
    CHECK(outputs[2].time == 11);
}

TEST_CASE("output_queue: a full queue drops what comes, and says how much where it is missing",
          "[monitoring]") {
    OutputQueue queue(10);
    queue.push(0, "12345678", 1);
    queue.push(0, "abc", 2);
    queue.push(0, "defg", 3);
    queue.push(0, "9", 4);  // fits again, but comes after what was dropped
    queue.push(1, "0", 5);
    queue.push(1, "lost", 6);
    queue.close();
    std::vector<Output> outputs;
    CHECK_FALSE(queue.take(outputs, {}));
    REQUIRE(outputs.size() == 4);
    CHECK(outputs[0].bytes == "12345678");
    CHECK(outputs[0].lost == 0);
    CHECK(outputs[1].bytes == "9");
    CHECK(outputs[1].lost == 7);
    CHECK(outputs[2].bytes == "0");
    CHECK(outputs[2].lost == 0);
    CHECK(outputs[3].bytes.empty());
    CHECK(outputs[3].stream == 1);
    CHECK(outputs[3].lost == 4);
}

TEST_CASE("output_queue: counts what is not logged until the next round", "[monitoring]") {
    const auto before = neptune::client::unlogged_output.load();
    {
        OutputQueue queue;
        queue.push(0, "four", 1);
        CHECK(neptune::client::unlogged_output == before + 4);
        std::vector<Output> outputs;
        CHECK(queue.take(outputs, {}));
        CHECK(neptune::client::unlogged_output == before + 4);
        CHECK(queue.take(outputs, OutputQueue::Clock::now()));
        CHECK(outputs.empty());
        CHECK(neptune::client::unlogged_output == before);
        queue.push(1, "left", 1);
    }
    CHECK(neptune::client::unlogged_output == before);
}
