// Where downloads go, and what is left of those that break.
#include "support/catch.hpp"
#include "support/stored_files.hpp"
#include "support/test_server.hpp"

#include <neptune/core/files.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

using namespace neptune;
using namespace support;

namespace {

/// The program runs there until the end of the scope.
class WorkingDirectory {
public:
    explicit WorkingDirectory(const std::string& path) : before_(std::filesystem::current_path()) {
        std::filesystem::current_path(path);
    }
    ~WorkingDirectory() { std::filesystem::current_path(before_); }
    WorkingDirectory(const WorkingDirectory&) = delete;
    WorkingDirectory& operator=(const WorkingDirectory&) = delete;

private:
    std::filesystem::path before_;
};

}  // namespace

TEST_CASE("downloads: a download goes where it is told", "[integration]") {
    World world;
    const TempDirectory files;
    const auto run = world.run();
    run["models/best"].upload(File::from_content("weights", "onnx"));
    run.wait();
    const WorkingDirectory there(files.path);
    run["models/best"].download();
    CHECK(core::read_file("best.onnx") == "weights");
    core::make_directories("directory");
    run["models/best"].download("directory");
    CHECK(core::read_file("directory/best.onnx") == "weights");
    run["models/best"].download(std::filesystem::path("name.bin"));
    CHECK(core::read_file("name.bin") == "weights");
    write_file("./old", "old and longer");
    run["models/best"].download({.destination = "old"});
    CHECK(core::read_file("old") == "weights");
    CHECK_THROWS_AS(run["models/best"].download("no/such/directory/x"), FileError);
    // Nothing is left beside the files.
    CHECK(core::list_directory(".") ==
          std::vector<std::string>{"best.onnx", "directory", "name.bin", "old"});
}

TEST_CASE("downloads: a server does not choose where a download goes", "[integration]") {
    World world;
    const TempDirectory files;
    core::make_directories(files.path + "/in");
    const auto run = world.run();
    run["f"].upload(File::from_content("x"));
    run.wait();
    const auto name =
        GENERATE(as<std::string>(), "\"../../escaped\"", "\"/tmp/escaped\"", "..", "\"\"", "\".\"");
    world.route([&](Flight& flight) {
        auto reply = flight.deliver();
        if (flight.to("/attributes/download"))
            reply.headers.set("Content-Disposition", "attachment; filename=" + name);
        return reply;
    });
    run["f"].download(files.path + "/in");
    const auto found = core::list_directory(files.path + "/in");
    REQUIRE(found.size() == 1);
    CHECK((found.front() == "escaped" || found.front() == "f"));
    CHECK(core::list_directory(files.path).size() == 1);
}

TEST_CASE("downloads: a download that breaks is asked for again and never left half",
          "[integration]") {
    World world;
    const TempDirectory files;
    const auto content = numbered_bytes(3'000'000);
    const auto run = world.run();
    run["f"].upload(File::from_content(content));
    run.wait();
    std::atomic<int> asked = 0;
    world.route([&](Flight& flight) {
        if (flight.to("/attributes/download") && ++asked < 3) break_connection();
        return flight.deliver();
    });
    std::uint64_t last = 0, calls = 0;
    run["f"].download({.destination = files.path + "/f", .progress = [&](const Progress& progress) {
                           CHECK(progress.done >= last);
                           CHECK(progress.total.value_or(content.size()) == content.size());
                           last = progress.done;
                           ++calls;
                       }});
    CHECK(asked == 3);
    CHECK(last == content.size());
    CHECK(calls > 1);
    CHECK((core::read_file(files.path + "/f") == content));
    // What the user's function throws ends the download.
    CHECK_THROWS_WITH(
        run["f"].download(
            {.destination = files.path + "/g",
             .progress = [](const Progress&) { throw std::runtime_error("enough"); }}),
        "enough");
    CHECK(core::list_directory(files.path) == std::vector<std::string>{"f"});
}
