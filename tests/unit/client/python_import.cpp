#include <neptune/client/python_import.hpp>

#include <fstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/python_directory.hpp"

using namespace neptune;
using namespace neptune::client;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string name = "run__00000000-0000-4000-8000-000000000001__1__abcdefgh";

struct Place {
    std::string path = core::make_temp_directory("neptune-import-");
    ~Place() { core::remove_tree(path); }
    [[nodiscard]] std::string queues() const { return path + "/cpp"; }
    [[nodiscard]] std::string journal() const { return queues() + "/async/" + name; }
    [[nodiscard]] std::unique_ptr<journal::Journal> open() const {
        journal::Options options;
        options.directory = journal();
        return journal::Journal::open(std::move(options));
    }
};

}  // namespace

TEST_CASE("python_queue: reads several files, without what is acknowledged or torn", "[client]") {
    const Place place;
    support::PythonDirectory python(place.path, name);
    python.put_points("loss", 0, 12);
    python.begin_file();  // data-13 comes after data-1, and data-2 would come after both as text
    python.put_points("loss", 12, 2);
    python.add("{\"obj\": {\"type\"");
    python.write("last_ack_version", "11\n");
    const PythonQueue queue(python.path);
    std::vector<std::int64_t> versions;
    queue.read([&](const PythonQueue::Line& line) {
        REQUIRE(line.object);
        CHECK(line.time_ms == 1'790'000'000'250);
        versions.push_back(line.version);
    });
    CHECK(versions == std::vector<std::int64_t>{12, 13, 14});
    CHECK_FALSE(queue.is_sent());
    python.write("last_ack_version", "14");
    CHECK(queue.is_sent());
    CHECK_FALSE(queue.writer());
    const std::ofstream held(python.path + "/data-13.log", std::ios::app);
    CHECK(queue.writer() == core::process_id());
}

TEST_CASE("python_import: the journal holds the operations in order, with their times",
          "[client]") {
    const Place place;
    support::PythonDirectory python(place.path, name);
    python.put_points("loss", 0, 2500);
    python.put("AssignString", "params/name", "\"value\": \"" + std::string(100'000, 'x') + "\"");
    python.write("last_put_version", "2510");
    const auto result = import_python_queue(python.path, place.queues(), name);
    CHECK(result.unreadable.empty());
    CHECK(result.lost == 9);
    CHECK_FALSE(journal::Journal::is_journal(place.queues() + "/import/" + name));
    CHECK(::access(python.path.c_str(), F_OK) != 0);

    const auto journal = place.open();
    const auto batch = journal->read(1, 10'000, std::size_t{1} << 30);
    REQUIRE(batch.records.size() == 2501);
    CHECK(batch.records[0].time_ms == 1'790'000'000'250);
    CHECK(journal->path(batch.records[0].field) == "loss");
    const auto decoded =
        decode_operation("loss", batch.records[1234].kind, batch.records[1234].payload);
    CHECK(std::get<QueuedOperation>(decoded) ==
          QueuedOperation{"loss", wire::LogFloats{{{1234.5, 1234.0, 1'790'000'000'125}}}});
    CHECK(batch.records[2500].payload.size() == 100'000);
    CHECK_THAT(journal->metadata(), ContainsSubstring("1.14.1"));
}

TEST_CASE("python_import: a process that died in the middle is repeated without doubling",
          "[client]") {
    const Place place;
    support::PythonDirectory python(place.path, name);
    python.put_points("loss", 0, 3);
    // Before the journal was whole: a draft lies there.
    core::make_directories(place.queues() + "/import/" + name);
    std::ofstream(place.queues() + "/import/" + name + "/producer") << std::string(36, 'x');
    static_cast<void>(import_python_queue(python.path, place.queues(), name));
    CHECK(place.open()->last_sequence() == 3);
    // After that: the queue was not yet removed.
    support::PythonDirectory again(place.path, name);
    again.put_points("loss", 0, 3);
    static_cast<void>(import_python_queue(again.path, place.queues(), name));
    CHECK(place.open()->last_sequence() == 3);
    CHECK(::access(again.path.c_str(), F_OK) != 0);
}

TEST_CASE("python_import: the same content has the same producer, whenever it is taken over",
          "[client]") {
    const Place place;
    const auto producer_of = [&](const std::string& acknowledged) {
        support::PythonDirectory python(place.path, name);
        python.put_points("loss", 0, 3);
        python.write("last_ack_version", acknowledged);
        static_cast<void>(import_python_queue(python.path, place.queues(), name));
        auto producer = place.open()->producer();
        core::remove_tree(place.journal());
        return producer;
    };
    const auto first = producer_of("0");
    CHECK(first.size() == 36);
    CHECK(producer_of("0") == first);
    // What the Python client sent meanwhile has other numbers in the next journal.
    CHECK(producer_of("1") != first);
}

TEST_CASE("python_import: a queue of a newer client stays as it is", "[client]") {
    const Place place;
    support::PythonDirectory python(place.path, name);
    python.put_points("loss", 0, 3);
    python.put("AssignTensor", "x");
    CHECK_THROWS_WITH(import_python_queue(python.path, place.queues(), name),
                      ContainsSubstring("AssignTensor") && ContainsSubstring("left as it is"));
    CHECK_FALSE(journal::Journal::is_journal(place.journal()));
    CHECK(PythonQueue(python.path).last_put() == 4);
}
