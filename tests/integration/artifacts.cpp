// Files that are tracked as artifacts, against the server.
#include <neptune/core/files.hpp>

#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

void write_file(const std::string& path, const std::string& content) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << content;
}
std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}
std::vector<std::string> paths_of(const std::vector<ArtifactFile>& files) {
    std::vector<std::string> result;
    for (const auto& file : files) result.push_back(file.file_path);
    return result;
}
using Paths = std::vector<std::string>;

/// a.csv, sub/b.csv and sub/.hidden, a link to a.csv, a link to nothing, and a link to a directory.
struct Dataset {
    Dataset() {
        write_file(path + "/a.csv", "1,2\n");
        write_file(path + "/sub/b.csv", "3,4\n");
        write_file(path + "/sub/.hidden", "");
        fs::create_symlink("a.csv", path + "/link.csv");
        fs::create_symlink("nothing", path + "/broken");
        fs::create_directory_symlink("sub", path + "/linked_sub");
    }
    TempDirectory directory;
    std::string path = directory.path + "/dataset";
};

// SHA-1 of "1,2\n" and of nothing.
const std::string hash_of_a = "13ab9f4291943d24149ff0a6b80050ce822cf627",
                  hash_of_nothing = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

}  // namespace

TEST_CASE(
    "artifacts: a directory is tracked with all files below it, links to directories not "
    "followed") {
    World world;
    const Dataset data;
    auto run = world.run();
    run["data"].track_files(data.path, {.wait = true});
    const auto files = run["data"].fetch_files_list();
    CHECK(paths_of(files) == Paths{"a.csv", "link.csv", "sub/.hidden", "sub/b.csv"});
    CHECK(files[0].type == "Local");
    CHECK(files[0].file_hash == hash_of_a);
    CHECK(files[0].size == 4);
    CHECK(files[0].metadata.at("file_path") ==
          "file://" + fs::canonical(data.path + "/a.csv").string());
    CHECK(files[0].metadata.at("last_modified").size() ==
          std::string("2024-05-06 07:08:09").size());
    CHECK(files[1].file_hash == files[0].file_hash);
    CHECK(files[1].metadata.at("file_path") == files[0].metadata.at("file_path"));
    CHECK(files[2].file_hash == hash_of_nothing);
    CHECK(files[2].size == 0);

    const auto hash = run["data"].fetch_hash();
    CHECK(hash.size() == 64);
    CHECK(run["data"].fetch<Artifact>() == Artifact{hash});
    CHECK(run["data"].fetch().type_name() == "Artifact");
    CHECK(run["data"].to_string() == "<Artifact field at \"data\">");
    // The same from another object, which reads only.
    CHECK(world.look(run)["data"].fetch_hash() == hash);
    CHECK(world.look(run)["data"].fetch_files_list() == files);
    CHECK(world.errors.all().empty());
}

TEST_CASE("artifacts: a file is tracked under its name, by path, by URL, and below the home") {
    World world;
    const Dataset data;
    auto run = world.run();
    const Variable home("HOME", data.path.c_str());
    run["path"].track_files(data.path + "/sub/b.csv");
    run["url"].track_files("file://" + data.path + "/sub/b.csv");
    run["home"].track_files("~/sub/b.csv");
    run["below"].track_files(data.path + "/sub/b.csv", {.destination = "x//./y/"});
    run.wait();
    for (const auto* field : {"path", "url", "home"}) {
        CHECK(paths_of(run[field].fetch_files_list()) == Paths{"b.csv"});
        CHECK(run[field].fetch_hash() == run["path"].fetch_hash());
    }
    CHECK(paths_of(run["below"].fetch_files_list()) == Paths{"x/y/b.csv"});
}

TEST_CASE("artifacts: a relative path is that of the working directory at the call") {
    World world;
    const Dataset data;
    auto run = world.run();
    const auto before = fs::current_path();
    fs::current_path(data.path);
    run["data"].track_files("sub");
    fs::current_path(before);
    run.wait();
    CHECK(paths_of(run["data"].fetch_files_list()) == Paths{".hidden", "b.csv"});
}

TEST_CASE("artifacts: calls add up, in one batch and over many, to the hash of tracking at once") {
    World world;
    const Dataset data;
    auto run = world.run();
    const auto track = [&](const char* field, const char* what, const char* destination,
                           bool wait) {
        run[field].track_files(data.path + what, {.destination = destination, .wait = wait});
    };
    track("one_batch", "/a.csv", "d", false);
    track("one_batch", "/sub", "d/sub", false);
    track("many", "/a.csv", "d", true);
    const auto first = run["many"].fetch_hash();
    track("many", "/sub", "d/sub", true);
    run.wait();
    CHECK(paths_of(run["many"].fetch_files_list()) ==
          Paths{"d/a.csv", "d/sub/.hidden", "d/sub/b.csv"});
    CHECK(run["one_batch"].fetch_hash() == run["many"].fetch_hash());
    CHECK(first != run["many"].fetch_hash());
    // A file that changed takes the place of the old one.
    write_file(data.path + "/a.csv", "changed");
    track("many", "/a.csv", "d", true);
    CHECK(run["many"].fetch_files_list().size() == 3);
    CHECK(run["many"].fetch_files_list()[0].size == 7);
    CHECK(world.errors.all().empty());
}

TEST_CASE("artifacts: an artifact is assigned and copied by its hash") {
    World world;
    const Dataset data;
    auto run = world.run();
    run["data"].track_files(data.path, {.wait = true});
    const auto artifact = run["data"].fetch<Artifact>();
    run["assigned"] = artifact;
    run["copied"] = run["data"];
    auto project = world.project();
    project["dataset/latest"] = artifact;
    run.wait();
    project.wait();
    CHECK(run["assigned"].fetch_hash() == artifact.hash);
    CHECK(run["copied"].fetch_hash() == artifact.hash);
    CHECK(project["dataset/latest"].fetch_files_list() == run["data"].fetch_files_list());
    // What is assigned replaces what was there, and can be added to again.
    run["assigned"].track_files(data.path + "/a.csv", {.destination = "more", .wait = true});
    CHECK(run["assigned"].fetch_files_list().size() == 5);
    run["assigned"].assign(artifact, {.wait = true});
    CHECK(run["assigned"].fetch_hash() == artifact.hash);
    CHECK_THROWS_AS(run["assigned"] = Artifact{"0964"}, InvalidArgument);
    CHECK_THROWS_AS(run["assigned"] = 5, MetadataInconsistency);
    CHECK(world.errors.all().empty());
}

TEST_CASE("artifacts: order counts on one field: track, erase, track; assign, track") {
    World world;
    const Dataset data;
    auto run = world.run();
    run["a"].track_files(data.path);
    run["a"].erase();
    run["a"].track_files(data.path + "/a.csv");
    run["b"].track_files(data.path + "/sub", {.wait = true});
    const auto sub = run["b"].fetch<Artifact>();
    run["c"].track_files(data.path);
    run["c"] = sub;
    run["c"].track_files(data.path + "/a.csv");
    run["a2/below"] = 1;
    run["a2/below"].erase();
    run["a2"].track_files(data.path + "/a.csv");
    run.wait();
    CHECK(paths_of(run["a"].fetch_files_list()) == Paths{"a.csv"});
    CHECK(paths_of(run["c"].fetch_files_list()) == Paths{".hidden", "a.csv", "b.csv"});
    CHECK(paths_of(run["a2"].fetch_files_list()) == Paths{"a.csv"});
    CHECK(world.errors.all().empty());
}

TEST_CASE("artifacts: what cannot be tracked is reported by the thread, and the rest goes on") {
    World world;
    const Dataset data;
    auto run = world.run();
    run["wildcard"].track_files(data.path + "/*.csv");
    run["scheme"].track_files("gs://bucket/data");
    run["missing"].track_files(data.path + "/nothing");
    fs::create_directory(data.path + "/empty");
    run["empty"].track_files(data.path + "/empty");
    run["good"].track_files(data.path);
    run["number"] = 5;
    run.wait();
    world.errors.await(ErrorCode::unsupported_artifact_functionality);
    CHECK_THAT(world.errors.text(ErrorCode::unsupported_artifact_functionality),
               ContainsSubstring("/*.csv"));
    world.errors.await(ErrorCode::unhandled_artifact_scheme);
    CHECK_THAT(world.errors.text(ErrorCode::unhandled_artifact_scheme),
               ContainsSubstring("gs://bucket/data"));
    world.errors.await(ErrorCode::empty_location, 2);
    std::string empty;
    for (const auto& error : world.errors.all())
        if (error.code() == ErrorCode::empty_location) empty += error.message();
    CHECK_THAT(empty, ContainsSubstring("/nothing'") && ContainsSubstring("/empty'"));
    CHECK(run["good"].fetch_files_list().size() == 4);
    CHECK(run["number"].fetch<int>() == 5);
    CHECK_THROWS_AS(run["missing"].fetch_hash(), FetchAttributeNotFound);
}

TEST_CASE("artifacts: in sync mode each error is thrown as its class") {
    World world;
    const Dataset data;
    auto run = world.run({.mode = Mode::sync});
    const auto track = [&](const std::string& location) { run["data"].track_files(location); };
    CHECK_THROWS_AS(track(data.path + "/*"), UnsupportedArtifactFunctionality);
    CHECK_THROWS_AS(track("http://host/x"), UnhandledArtifactScheme);
    CHECK_THROWS_AS(track(data.path + "/nothing"), EmptyLocation);
    CHECK_THROWS_AS(track("s3://"), RemoteStorageAccess);
    write_file(data.path + "/bad\xff", "x");
    CHECK_THROWS_AS(track(data.path), LocalStorageAccess);
    fs::remove(data.path + "/bad\xff");
    track(data.path);
    CHECK(run["data"].fetch_files_list().size() == 4);
}

TEST_CASE("artifacts: without credentials for S3 there is a clear error") {
    World world;
    auto run = world.run({.mode = Mode::sync});
    const Variable home("HOME", world.directory.path.c_str()), key("AWS_ACCESS_KEY_ID", nullptr),
        file("AWS_SHARED_CREDENTIALS_FILE", nullptr), config("AWS_CONFIG_FILE", nullptr);
    try {
        run["data"].track_files("s3://bucket/prefix");
        FAIL("it was tracked");
    } catch (const RemoteStorageCredentials& error) {
        CHECK_THAT(error.what(),
                   ContainsSubstring("s3://bucket") && ContainsSubstring("AWS_ACCESS_KEY_ID"));
    }
}

TEST_CASE("artifacts: a type lock is an error at the call") {
    World world;
    auto run = world.run();
    run["number"] = 5;
    CHECK_THROWS_AS(run["number"].track_files("x"), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["number/below"].track_files("x"), MetadataInconsistency);
    run.wait();
    CHECK_THROWS_AS(run["number"].fetch_files_list(), TypeDoesNotSupportMethod);
    CHECK_THROWS_AS(run["number"].fetch_hash(), TypeMismatch);
    CHECK_THROWS_AS(run["nothing"].fetch_files_list(), MissingField);
}

TEST_CASE("artifacts: download links local files; what was there is replaced, the source never") {
    World world;
    const Dataset data;
    auto run = world.run();
    run["data"].track_files(data.path, {.wait = true});
    const auto target = data.directory.path + "/copy";
    write_file(target + "/a.csv", "in the way");
    run["data"].download(target);
    CHECK(fs::is_symlink(target + "/a.csv"));
    CHECK(content_of(target + "/a.csv") == "1,2\n");
    CHECK(content_of(target + "/sub/b.csv") == "3,4\n");
    run["data"].download(target);
    CHECK(content_of(target + "/sub/b.csv") == "3,4\n");
    // Into the directory that was tracked: nothing is lost.
    run["data"].download(data.path);
    CHECK_FALSE(fs::is_symlink(data.path + "/a.csv"));
    CHECK(content_of(data.path + "/a.csv") == "1,2\n");
    fs::remove(data.path + "/a.csv");
    try {
        world.look(run)["data"].download(target);
        FAIL("it was downloaded");
    } catch (const LocalStorageAccess& error) {
        CHECK_THAT(error.what(), ContainsSubstring("/dataset/a.csv"));
    }
}

TEST_CASE("artifacts: paths and types that another client stored cannot harm a download") {
    World world;
    const Dataset data;
    auto run = world.run();
    run["data"].track_files(data.path + "/a.csv", {.destination = "../../outside", .wait = true});
    CHECK(run["data"].fetch_files_list()[0].file_path == "../../outside/a.csv");
    const auto target = data.directory.path + "/deep/er";
    CHECK_THROWS_AS(run["data"].download(target), LocalStorageAccess);
    CHECK_FALSE(fs::exists(data.directory.path + "/outside"));
}

TEST_CASE("artifacts: an assigned hash that the server does not know has no files") {
    World world;
    const Dataset data;
    auto run = world.run();
    run["data"] = Artifact{std::string(64, 'a')};
    run.wait();
    CHECK(run["data"].fetch_hash() == std::string(64, 'a'));
    CHECK_THROWS_AS(run["data"].fetch_files_list(), ArtifactNotFound);
    run["data"].track_files(data.path);
    run.wait();
    world.errors.await(ErrorCode::artifact_not_found);
    CHECK_THAT(world.errors.text(ErrorCode::artifact_not_found), ContainsSubstring("data"));
}

TEST_CASE("artifacts: offline files are tracked by who sends; read-only drops; debug keeps") {
    World world;
    const Dataset data;
    auto offline = world.run({.mode = Mode::offline});
    offline["data"].track_files(data.path);
    CHECK_THROWS_AS(offline["data"].fetch_files_list(), OfflineModeError);
    offline.stop();

    auto debug = world.run({.mode = Mode::debug});
    debug["data"].track_files(data.path + "/a.csv");
    debug["data"].track_files(data.path + "/sub");
    CHECK(paths_of(debug["data"].fetch_files_list()) == Paths{".hidden", "a.csv", "b.csv"});
    CHECK_THROWS_AS(debug["data"].track_files(data.path + "/nothing"), EmptyLocation);
    auto run = world.run();
    run["data"].track_files(data.path + "/a.csv");
    run["data"].track_files(data.path + "/sub");
    run.wait();
    CHECK(debug["data"].fetch_hash() == run["data"].fetch_hash());
    const auto target = data.directory.path + "/debug";
    debug["data"].download(target);
    CHECK(content_of(target + "/b.csv") == "3,4\n");

    auto reader = world.run({.with_id = id_of(run), .mode = Mode::read_only});
    reader["data"].track_files(data.path);
    world.errors.await(ErrorCode::read_only_mode);
}

TEST_CASE("artifacts: a lost answer changes nothing: the batch is repeated") {
    World world;
    const Dataset data;
    auto run = world.run();
    run["data"].track_files(data.path + "/a.csv", {.wait = true});
    std::atomic<int> lost = 0;
    for (const auto* endpoint : {"/artifacts/v1/artifact", "/attributes/operations"}) {
        std::atomic<bool> once = true;
        world.route([&](Flight& flight) {
            auto reply = flight.deliver();
            if (flight.to(endpoint) && once.exchange(false)) {
                ++lost;
                break_connection();
            }
            return reply;
        });
        run["data"].track_files(data.path + "/sub", {.wait = true});
        world.route(nullptr);
        CHECK(paths_of(run["data"].fetch_files_list()) == Paths{".hidden", "a.csv", "b.csv"});
    }
    CHECK(lost == 2);
}

TEST_CASE("artifacts: a list is sent once; a project that knows it is asked for no files") {
    World world;
    const Dataset data;
    auto run = world.run();
    run["one"].track_files(data.path, {.wait = true});
    const auto sent = world.requests("/artifacts/v1/artifact/files");
    CHECK(sent == 1);
    run["two"].track_files(data.path, {.wait = true});
    CHECK(world.requests("/artifacts/v1/artifact/files") == sent);
}

TEST_CASE("artifacts: a server without the feature is told of, and the rest goes on") {
    World world;
    const Dataset data;
    world.route([](Flight& flight) {
        auto reply = flight.deliver();
        if (flight.to("/clients/config")) {
            auto config = nlohmann::json::parse(reply.body);
            config.erase("artifacts");
            reply.body = config.dump();
        }
        return reply;
    });
    auto run = world.run();
    run["data"].track_files(data.path);
    run["number"] = 5;
    run.wait();
    world.errors.await(ErrorCode::feature_not_available);
    CHECK_THAT(world.errors.text(ErrorCode::feature_not_available),
               ContainsSubstring("does not support artifacts"));
    CHECK(run["number"].fetch<int>() == 5);
}
