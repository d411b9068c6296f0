// Large files travel in parts, which survive broken connections, restarts and changes of the file.
#include "support/catch.hpp"
#include "support/stored_files.hpp"
#include "support/test_server.hpp"

#include <atomic>
#include <filesystem>
#include <string>
#include <string_view>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::string_view file_upload = "/storage/file/upload?", file_start = "/file/upload/start",
                           file_part = "/file/upload/part", file_finish = "/file/upload/finish";

}  // namespace

TEST_CASE("upload parts: 12 MiB travel in parts of 5 MiB", "[integration]") {
    World world;
    const TempDirectory files;
    const auto content = numbered_bytes(std::size_t{12} << 20);
    write_file(files.path + "/large.bin", content);
    const auto run = world.run();
    run["large"].upload(files.path + "/large.bin");
    run["memory"].upload(File::from_content(content.substr(0, std::size_t{6} << 20)));
    run.wait();
    CHECK(world.requests(file_start) == 2);
    CHECK(world.requests(file_part) == 5);
    CHECK(world.requests(file_finish) == 2);
    CHECK(world.requests(file_upload) == 0);
    CHECK((downloaded(run["large"]) == content));
    CHECK((downloaded(run["memory"]) == content.substr(0, std::size_t{6} << 20)));
    CHECK(run["large"].fetch_extension() == "bin");
    CHECK(world.errors.all().empty());
}

TEST_CASE("upload parts: an upload in parts goes on where the connection broke", "[integration]") {
    World world;
    const TempDirectory files;
    const auto content = numbered_bytes(std::size_t{6} << 20);
    write_file(files.path + "/large.bin", content);
    const auto run = world.run();
    run.wait();
    std::atomic<int> attempts = 0, first_parts = 0;
    world.route([&](Flight& flight) -> http::Reply {
        if (flight.to(file_part) && flight.to("uploadPartIdx=0")) ++first_parts;
        // Longer than one call is repeated: the whole batch begins again.
        if (flight.to("uploadPartIdx=1") && ++attempts < 40) return break_connection();
        return flight.deliver();
    });
    run["large"].upload(files.path + "/large.bin");
    run["number"] = 1;
    run.wait();
    CHECK(attempts == 40);
    CHECK(first_parts == 1);
    CHECK(world.requests(file_start) == 1);
    CHECK((downloaded(run["large"]) == content));
    CHECK(run["number"].fetch<int>() == 1);
}

TEST_CASE("upload parts: an upload in parts survives a restart of the server", "[integration]") {
    World world;
    const TempDirectory files;
    const auto content = numbered_bytes(std::size_t{6} << 20);
    write_file(files.path + "/large.bin", content);
    const auto run = world.run();
    run.wait();
    std::atomic<bool> restarted = false;
    world.route([&](Flight& flight) {
        if (flight.to("uploadPartIdx=1") && !restarted.exchange(true)) {
            world.server.close();
            world.server.reopen();
        }
        return flight.deliver();
    });
    run["large"].upload(files.path + "/large.bin");
    run.wait();
    CHECK(restarted);
    CHECK((downloaded(run["large"]) == content));
}

TEST_CASE("upload parts: a file that changes while it is uploaded is begun again",
          "[integration]") {
    World world;
    const TempDirectory files;
    const auto path = files.path + "/changing.bin";
    const auto old_content = numbered_bytes(std::size_t{6} << 20);
    write_file(path, old_content);
    const auto run = world.run();
    run.wait();
    const auto new_content =
        GENERATE_COPY(as<std::string>(), "smaller", std::string(old_content.size(), 'n'),
                      old_content + "and a line more");
    std::atomic<bool> changed = false;
    world.route([&](Flight& flight) {
        if (flight.to("uploadPartIdx=1") && !changed.exchange(true)) write_file(path, new_content);
        return flight.deliver();
    });
    run["changing"].upload(path);
    run.wait();
    CHECK(changed);
    CHECK((downloaded(run["changing"]) == new_content));
    CHECK(world.errors.all().empty());
}

TEST_CASE("upload parts: a file that never rests is given up with a report", "[integration]") {
    World world;
    const TempDirectory files;
    const auto path = files.path + "/restless.bin";
    write_file(path, numbered_bytes(std::size_t{6} << 20));
    const auto run = world.run();
    run.wait();
    world.route([&](Flight& flight) {
        if (flight.to(file_part)) std::ofstream(path, std::ios::app) << "more";
        return flight.deliver();
    });
    run["restless"].upload(path);
    run["number"] = 1;
    run.wait();
    world.errors.await(ErrorCode::file_changed);
    CHECK(world.requests(file_start) == 10);
    CHECK(run["number"].fetch<int>() == 1);
}

TEST_CASE("upload parts: one that has more parts than the server takes is refused at once",
          "[integration]") {
    World world;
    const TempDirectory files;
    const auto path = files.path + "/sparse";
    write_file(path, "");
    std::filesystem::resize_file(path, std::uintmax_t{10} << 30);
    world.route([](Flight& flight) {
        auto reply = flight.deliver();
        const std::string count = "\"maxChunkSize\":";
        const auto at = reply.body.find(count);
        if (flight.to("/clients/config") && at != std::string::npos) {
            const auto end = reply.body.find_first_of(",}", at);
            reply.body.replace(at, end - at, count + "5242880");
        }
        return reply;
    });
    const auto run = world.run();
    run["sparse"].upload(path);
    run["number"] = 1;
    run.wait();
    world.errors.await(ErrorCode::file_too_large);
    CHECK_THAT(world.errors.text(ErrorCode::file_too_large),
               ContainsSubstring("10737418240") && ContainsSubstring("maxChunkCount"));
    CHECK(world.requests(file_start) == 0);
    CHECK(run["number"].fetch<int>() == 1);
}
