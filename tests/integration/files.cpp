// Files and file sets of a C++ client on a real server.
#include "support/catch.hpp"
#include "support/stored_files.hpp"
#include "support/test_server.hpp"

#include <neptune/core/files.hpp>

#include <atomic>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;
using Kind = http::ConnectionError::Kind;

namespace {

constexpr std::string_view file_upload = "/storage/file/upload?";

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

TEST_CASE("files: content and streams are stored byte for byte, with their extension",
          "[integration]") {
    World world;
    const auto run = world.run();
    const std::string binary("a\0b\xFF\n", 5);
    run["text"].upload(File::from_content("hello"));
    run["bytes"].upload(File::from_content(std::vector<unsigned char>{0, 255}), {.wait = true});
    run["deep/path/stream"].upload(File::from_stream(std::istringstream(binary), "dat"));
    run["assigned"] = File::from_content("<p>", "html");
    run["empty"].upload(File::from_content(""));
    run["json"] = {{"config", File::as_json(Dict{{"lr", 0.5}})}};
    run.wait();
    const auto view = world.look(run);
    CHECK(downloaded(view["text"]) == "hello");
    CHECK(view["text"].fetch_extension() == "txt");
    CHECK(downloaded(view["bytes"]) == std::string("\0\xFF", 2));
    CHECK(view["bytes"].fetch_extension() == "bin");
    CHECK(downloaded(view["deep/path/stream"]) == binary);
    CHECK(view["deep/path/stream"].fetch_extension() == "dat");
    CHECK(downloaded(view["assigned"]) == "<p>");
    CHECK(downloaded(view["empty"]).empty());
    CHECK(downloaded(view["json/config"]) == "{\"lr\":0.5}");
    CHECK(world.errors.all().empty());
    run["text"].upload(File::from_content("new", "md"));
    run.wait();
    CHECK(downloaded(run["text"]) == "new");
    CHECK(run["text"].fetch_extension() == "md");
}

TEST_CASE("files: a path is read when it is sent, content at the call", "[integration]") {
    World world;
    const TempDirectory files;
    const auto run = world.run();
    run.wait();
    world.route([](Flight&) -> http::Reply { return break_connection(Kind::connect); });
    write_file(files.path + "/a.tar.gz", "before");
    std::string text = "at the call";
    run["path"].upload(files.path + "/a.tar.gz");
    run["content"].upload(File::from_content(text));
    write_file(files.path + "/a.tar.gz", "after");
    text = "later";
    world.route(nullptr);
    run.wait();
    CHECK(downloaded(run["path"]) == "after");
    CHECK(run["path"].fetch_extension() == "gz");
    CHECK(downloaded(run["content"]) == "at the call");
}

TEST_CASE("files: relative paths and file:// are those of the call", "[integration]") {
    World world;
    const TempDirectory files;
    write_file(files.path + "/sub/a.txt", "relative");
    const auto run = world.run();
    {
        const WorkingDirectory there(files.path);
        run["relative"].upload("sub/../sub/a.txt");
        run["set"].upload_files("sub/*.txt");
    }
    run["url"].upload("file://" + files.path + "/sub/a.txt");
    run.wait();
    CHECK(downloaded(run["relative"]) == "relative");
    CHECK(downloaded(run["url"]) == "relative");
    CHECK(names_in(run["set"]) == std::set<std::string>{"sub/a.txt"});
}

TEST_CASE("files: what cannot be read is warned of, reported once, and the rest goes on",
          "[integration]") {
    World world;
    const TempDirectory files;
    const auto run = world.run();
    run["missing"].upload(files.path + "/none.txt");
    run["directory"].upload(files.path);
    run["pipe"].upload("/dev/null");
    run["before"] = 1;
    run["good"].upload(File::from_content("good"));
    run.wait();
    // One warning at the call, one error when it was to be sent.
    world.errors.await(ErrorCode::file_not_found, 2);
    world.errors.await(ErrorCode::file_unreadable, 3);
    CHECK(world.errors.all().size() == 5);
    CHECK_THAT(world.errors.text(ErrorCode::file_not_found),
               ContainsSubstring(files.path + "/none.txt"));
    CHECK(run["before"].fetch<int>() == 1);
    CHECK(downloaded(run["good"]) == "good");
    CHECK_THROWS_AS(run["missing"].download(files.path), FetchAttributeNotFound);
    if (::geteuid() != 0) {
        write_file(files.path + "/secret", "x");
        ::chmod((files.path + "/secret").c_str(), 0);
        run["secret"].upload(files.path + "/secret");
        run.wait();
        world.errors.await(ErrorCode::file_unreadable, 4);
    }
}

TEST_CASE("files: sync mode throws what cannot be uploaded", "[integration]") {
    World world;
    const TempDirectory files;
    const auto run = world.run({.mode = Mode::sync});
    try {
        run["missing"].upload(files.path + "/none.txt");
        FAIL("nothing was thrown");
    } catch (const FileUploadError& error) {
        CHECK(error.code() == ErrorCode::file_not_found);
        CHECK_THAT(error.what(), ContainsSubstring("none.txt"));
    }
    CHECK_THROWS_AS(run["directory"].upload(files.path), FileUploadError);
    run["good"].upload(File::from_content("good"));
    CHECK(downloaded(run["good"]) == "good");
}

TEST_CASE("files: other types of fields, other schemes and empty paths are refused at the call",
          "[integration]") {
    World world;
    const auto run = world.run();
    run["number"] = 1;
    run["file"].upload(File::from_content("x"));
    CHECK_THROWS_AS(run["number"].upload("x"), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["number"] = File::from_content("x"), MetadataInconsistency);
    CHECK_THROWS_AS(run["file"] = 1, MetadataInconsistency);
    CHECK_THROWS_AS(run["file"].upload_files("*"), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["file"].append(1), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["file"].fetch(), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["number"].download(), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["file"].list_fileset_files(), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["nothing"].download(), MissingField);
    CHECK_THROWS_AS(run["web"].upload("https://example.com/a"), InvalidArgument);
    CHECK_THROWS_AS(run["web"].upload_files("gs://bucket/*"), InvalidArgument);
    CHECK_THROWS_AS(run["web"].upload(""), InvalidArgument);
    CHECK_FALSE(run.exists("web"));
    CHECK_THROWS_AS(run["sys/stage"].upload("x"), ProtectedPathError);
}

TEST_CASE("files: uploads of a dead process are delivered by the next", "[integration]") {
    World world;
    const TempDirectory files;
    write_file(files.path + "/a.txt", "from a path");
    std::string id;
    {
        const auto run = world.run({.flush_period = std::chrono::hours(1)});
        run.wait();
        id = id_of(run);
        world.route([](Flight&) -> http::Reply { return break_connection(Kind::connect); });
        run["path"].upload(files.path + "/a.txt");
        run["content"].upload(File::from_content(numbered_bytes(300'000)));
        run["set"].upload_files(files.path + "/*.txt");
        run["after"] = 1;
        run.detach();
    }
    world.route(nullptr);
    REQUIRE(world.queues().size() == 1);
    const auto run = world.run({.with_id = id, .adopt = Adopt::wait});
    run.wait();
    run.sync();
    CHECK(world.queues().size() == 1);
    CHECK(downloaded(run["path"]) == "from a path");
    CHECK((downloaded(run["content"]) == numbered_bytes(300'000)));
    CHECK(names_in(run["set"]) == std::set<std::string>{"a.txt"});
    CHECK(run["after"].fetch<int>() == 1);
}

TEST_CASE("files: an answer that is lost doubles nothing and loses nothing", "[integration]") {
    World world;
    const auto run = world.run();
    run.wait();
    std::atomic<int> sent = 0;
    world.route([&](Flight& flight) {
        auto reply = flight.deliver();
        if ((flight.to("/storage/") || flight.carries_data()) && ++sent % 3 != 0)
            break_connection();
        return reply;
    });
    for (int i = 0; i < 20; ++i) {
        run["file" + std::to_string(i)].upload(File::from_content("content " + std::to_string(i)));
        run["loss"].append(i);
        if (i % 5 == 0) run.wait();
    }
    run.wait();
    world.route(nullptr);
    CHECK(values_of(run, "loss").size() == 20);
    for (int i = 0; i < 20; ++i)
        CHECK(downloaded(run["file" + std::to_string(i)]) == "content " + std::to_string(i));
}

TEST_CASE("files: a deletion between two uploads keeps its place", "[integration]") {
    World world;
    const auto run = world.run();
    run["a"].upload(File::from_content("first"));
    run.erase("a");
    run["a"] = 5;
    run.erase("a");
    run["a"].upload(File::from_content("second"));
    run["b"].upload(File::from_content("gone"));
    run.erase("b");
    run.wait();
    CHECK(downloaded(run["a"]) == "second");
    CHECK_FALSE(world.look(run).exists("b"));
    CHECK(world.errors.all().empty());
}

TEST_CASE("files: a refusal of the server is reported, and the rest goes on", "[integration]") {
    World world;
    const auto run = world.run();
    const auto other = world.run({.with_id = id_of(run)});
    other["a"] = 1;
    other.wait();
    run["a"].upload(File::from_content("x"));  // unknown to this object
    run["ok"] = 1;
    run.wait();
    world.errors.await(ErrorCode::operation_refused);
    CHECK(run["ok"].fetch<int>() == 1);
    CHECK(world.look(run)["a"].fetch<int>() == 1);
    // A proxy in front of the server that takes no large bodies.
    world.route([](Flight& flight) {
        return flight.to(file_upload) ? reply_with(413, "<html>too large</html>")
                                      : flight.deliver();
    });
    run["b"].upload(File::from_content("x"));
    run["ok"] = 2;
    run.wait();
    world.errors.await(ErrorCode::upload_refused);
    CHECK(run["ok"].fetch<int>() == 2);
}

TEST_CASE("files: read-only mode drops uploads with the usual warning", "[integration]") {
    World world;
    const auto run = world.run();
    run["f"].upload(File::from_content("kept"));
    run.wait();
    const auto reader = world.run({.with_id = id_of(run), .mode = Mode::read_only});
    reader["f"].upload("whatever");
    reader["g"].upload_files("*");
    reader["f"] = File::from_content("lost");
    reader["f"].delete_files("x");
    CHECK(downloaded(reader["f"]) == "kept");
    CHECK_FALSE(world.look(run).exists("g"));
}

TEST_CASE("files: offline everything waits on the disk, and nothing can be downloaded",
          "[integration]") {
    World world;
    const auto run = world.run({.mode = Mode::offline});
    run["f"].upload(File::from_content(std::string(100'000, 'x')));
    run["s"].upload_files("/nothing/here/*");
    CHECK_THROWS_AS(run["f"].download(), OfflineModeError);
    CHECK_THROWS_AS(run["f"].fetch_extension(), OfflineModeError);
    CHECK_THROWS_AS(run["s"].list_fileset_files(), OfflineModeError);
    run.stop();
    CHECK(world.queues("offline").size() == 1);
    CHECK(world.requests() == 0);
}

TEST_CASE("files: debug mode keeps files in memory", "[integration]") {
    World world;
    const TempDirectory files;
    write_file(files.path + "/a.txt", "of the disk");
    const auto run = world.run({.mode = Mode::debug});
    run["memory"].upload(File::from_content("of the call", "md"));
    run["path"].upload(files.path + "/a.txt");
    run["set"].upload_files(files.path);
    CHECK(downloaded(run["memory"]) == "of the call");
    CHECK(downloaded(run["path"]) == "of the disk");
    CHECK(run["memory"].fetch_extension() == "md");
    run["memory"].download(files.path);
    CHECK(core::read_file(files.path + "/memory.md") == "of the call");
    CHECK_THROWS_AS(run["set"].download(), FileError);
    CHECK(world.requests() == 0);
}
