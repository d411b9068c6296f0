// File sets and image series of a C++ client on a real server.
#include "support/catch.hpp"
#include "support/inflate.hpp"
#include "support/stored_files.hpp"
#include "support/test_server.hpp"

#include <neptune/core/files.hpp>

#include <atomic>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;

namespace {

using Names = std::set<std::string>;

File grey_image(std::uint8_t value) {
    const std::vector<std::uint8_t> pixels = {value, 10, 20, 30, 40, 50};
    return File::as_image(ImageView{pixels.data(), 2, 3});
}

}  // namespace

TEST_CASE("file sets: patterns name files below their common directory", "[integration]") {
    World world;
    const TempDirectory files;
    for (const auto* name : {"src/a.cpp", "src/deep/b.cpp", "src/.hidden/c.cpp", "src/.d.cpp",
                             "src/e.txt", "other/f.cpp"})
        write_file(files.path + "/" + name, name);
    const auto run = world.run();
    run["deep"].upload_files(files.path + "/src/**/*.cpp");
    run["directory"].upload_files(files.path + "/src");
    run["two"].upload_files({files.path + "/src/*.cpp", files.path + "/other"});
    run["one"].upload_files(files.path + "/src/e.txt");
    run["none"].upload_files(files.path + "/nothing/*");
    run.wait();
    CHECK(names_in(run["deep"]) == Names{"a.cpp", "deep/b.cpp"});
    CHECK(names_in(run["directory"]) ==
          Names{"a.cpp", "deep/b.cpp", ".hidden/c.cpp", ".d.cpp", "e.txt"});
    CHECK(names_in(run["two"]) == Names{"src/a.cpp", "other/f.cpp"});
    CHECK(names_in(run["one"]) == Names{"e.txt"});
    CHECK_FALSE(world.look(run).exists("none"));
    CHECK(world.errors.all().empty());

    const auto entries = run["directory"].list_fileset_files();
    const auto file = std::find_if(entries.begin(), entries.end(),
                                   [](const auto& entry) { return entry.name == "e.txt"; });
    REQUIRE(file != entries.end());
    CHECK(file->size == 9U);
    CHECK(file->file_type == FileType::file);
    CHECK(file->mtime.time_since_epoch().count() > 1'600'000'000'000);
    CHECK_THROWS_AS(run["directory"].list_fileset_files("no/such"), FileSetNotFound);
}

TEST_CASE("file sets: calls add up, an assignment replaces", "[integration]") {
    World world;
    const TempDirectory files;
    for (const auto* name : {"a.txt", "b.txt", "c.log", "d.log"})
        write_file(files.path + "/" + name, name);
    const auto run = world.run();
    run["set"].upload_files(files.path + "/a.txt");
    run["set"].upload_files(files.path + "/*.log");
    run.wait();
    CHECK(names_in(run["set"]) == Names{"a.txt", "c.log", "d.log"});
    run["set"] = FileSet{{files.path + "/b.txt"}};
    run["set"].upload_files(files.path + "/c.log");
    run.wait();
    CHECK(names_in(run["set"]) == Names{"b.txt", "c.log"});
    run["set"] = FileSet{{files.path + "/nothing*"}};
    run.wait();
    CHECK(run["set"].list_fileset_files().empty());
    CHECK(world.errors.all().empty());
}

TEST_CASE("file sets: files are deleted by name and by directory, in the order of the calls",
          "[integration]") {
    World world;
    const TempDirectory files;
    for (const auto* name : {"a.txt", "dir/b.txt", "dir/deep/c.txt", "directory.txt"})
        write_file(files.path + "/" + name, name);
    const auto run = world.run();
    run["set"].upload_files(files.path);
    run["set"].delete_files({"a.txt", "dir", "not there"});
    run.wait();
    CHECK(names_in(run["set"]) == Names{"directory.txt"});
    run["set"].delete_files("directory.txt");
    run["set"].upload_files(files.path + "/dir/*");
    run["set"].delete_files("deep");
    run.wait();
    CHECK(names_in(run["set"]) == Names{"b.txt"});
    CHECK(world.errors.all().empty());
}

TEST_CASE("file sets: many files are packed, large ones travel alone", "[integration]") {
    World world;
    const TempDirectory files;
    const std::string large(std::size_t{6} << 20, 'l'), medium(std::size_t{3} << 20, 'm');
    for (int i = 0; i < 600; ++i)
        write_file(files.path + "/small/" + std::to_string(i) + ".txt", std::to_string(i));
    write_file(files.path + "/large.bin", large);
    write_file(files.path + "/medium1.bin", medium);
    write_file(files.path + "/medium2.bin", medium);
    const auto run = world.run();
    run["set"].upload_files(files.path);
    run.wait();
    CHECK(world.requests("/fileset/upload/start") == 1);
    CHECK(world.requests("/fileset/upload/part") == 2);
    CHECK(world.requests("uploadFileSetTar") >= 2);
    CHECK(world.requests("uploadFileSetTar") <= 4);
    CHECK(names_in(run["set"]).size() == 603);
    std::uint64_t bytes = 0;
    for (const auto& entry : run["set"].list_fileset_files()) bytes += entry.size.value_or(0);
    CHECK(bytes >= large.size() + 2 * medium.size());
    CHECK(world.errors.all().empty());
}

TEST_CASE("file sets: names of every kind arrive", "[integration]") {
    World world;
    const TempDirectory files;
    const Names names = {"with space.txt",
                         "Größe/日本.txt",
                         "100%.txt",
                         "a+b&c=d.txt",
                         std::string(200, 'n') + ".txt",
                         "quote\".txt"};
    for (const auto& name : names) write_file(files.path + "/" + name, name);
    const auto run = world.run();
    run["set"].upload_files(files.path);
    run["single"].upload_files(files.path + "/100%.txt");
    run.wait();
    CHECK(names_in(run["set"]) == names);
    CHECK(names_in(run["single"]) == Names{"100%.txt"});
    CHECK(world.errors.all().empty());
}

TEST_CASE("file sets: one that cannot be read is named, the others arrive", "[integration]") {
    World world;
    const TempDirectory files;
    const auto write = [&] {
        write_file(files.path + "/good.txt", "good");
        write_file(files.path + "/gone.txt", "gone");
    };
    // The set is emptied between looking for its files and reading them.
    world.route([&](Flight& flight) -> http::Reply {
        if (flight.request.body.find("deleteAttribute") != std::string::npos)
            core::remove_tree(files.path + "/gone.txt");
        return flight.deliver();
    });
    write();
    const auto run = world.run();
    run["set"] = FileSet{{files.path}};
    run.wait();
    world.errors.await(ErrorCode::file_unreadable);
    CHECK_THAT(world.errors.text(ErrorCode::file_unreadable), ContainsSubstring("gone.txt"));
    CHECK(names_in(run["set"]) == Names{"good.txt"});

    write();
    const auto synchronous = world.run({.mode = Mode::sync});
    try {
        synchronous["set"] = FileSet{{files.path}};
        FAIL("nothing was thrown");
    } catch (const FileSetUploadError& error) {
        CHECK_THAT(error.what(), ContainsSubstring("gone.txt"));
    }
    CHECK(names_in(synchronous["set"]) == Names{"good.txt"});
}

TEST_CASE("file sets: the archive is asked for until it is ready", "[integration]") {
    World world;
    const TempDirectory files;
    write_file(files.path + "/in/a.txt", "content of a");
    write_file(files.path + "/in/b.txt", "content of b");
    const auto run = world.run();
    run["data/set"].upload_files(files.path + "/in");
    run.wait();
    std::atomic<int> asked = 0;
    world.route([&](Flight& flight) {
        auto reply = flight.deliver();
        const auto url = reply.body.find(",\"downloadUrl\"");
        const bool ready = flight.to("/download/downloadRequest") && ++asked > 2;
        const bool asks = flight.to("downloadFileSetZipRequest") || flight.to("/downloadRequest");
        if (asks && !ready && reply.status == 200) {
            const auto at = reply.body.find("\"downloadUrl\":");
            if (at != std::string::npos) {
                const auto end = reply.body.find('"', at + 15);
                reply.body.replace(at, end + 1 - at, "\"waiting\":true");
            }
        }
        static_cast<void>(url);
        return reply;
    });
    core::make_directories(files.path + "/out");
    run["data/set"].download(files.path + "/out");
    CHECK(asked == 3);
    const auto archive = core::read_file(files.path + "/out/set.zip");
    REQUIRE(archive.has_value());
    CHECK(archive->starts_with("PK"));
    CHECK_THAT(*archive, ContainsSubstring("a.txt") && ContainsSubstring("b.txt"));
}

TEST_CASE("images: a series holds PNG images that come back pixel by pixel", "[integration]") {
    World world;
    const TempDirectory files;
    const auto run = world.run();
    run["images"].append(grey_image(1), {.step = 0, .name = "one", .description = "first"});
    run["images"].extend({grey_image(2), grey_image(3)}, {.steps = {5, 7}});
    run["below"].append({{"image", grey_image(4)}, {"loss", 0.5}}, {.step = 1});
    run.wait();
    run["images"].download(files.path + "/images");
    CHECK(core::list_directory(files.path + "/images") ==
          std::vector<std::string>{"0.png", "1.png", "2.png"});
    for (const int index : {0, 1, 2}) {
        const auto file =
            core::read_file(files.path + "/images/" + std::to_string(index) + ".png").value();
        const auto image = read_png(file);
        CHECK(image.width == 3);
        CHECK(image.height == 2);
        CHECK(image.bytes.front() == index + 1);
    }
    run["images"].download_last(files.path + "/last");
    CHECK(core::list_directory(files.path + "/last") == std::vector<std::string>{"2.png"});
    run["below/image"].download_last(files.path + "/below");
    CHECK(values_of(run, "below/loss") == std::vector<double>{0.5});

    run["images"].clear();
    run.wait();
    CHECK_THROWS_AS(run["images"].download_last(files.path), InvalidArgument);
    run["images"].download(files.path + "/none");
    CHECK(core::list_directory(files.path + "/none").empty());
    run["images"] = FileSeries{.values = {grey_image(9)}, .steps = {3}};
    run.wait();
    run["images"].download_last(files.path + "/replaced");
    CHECK(core::list_directory(files.path + "/replaced") == std::vector<std::string>{"0.png"});
    CHECK(world.errors.all().empty());
}

TEST_CASE("images: a path is read at the call, and without one they go below neptune",
          "[integration]") {
    World world;
    const TempDirectory files;
    write_file(files.path + "/a.png", grey_image(1).content());
    const auto run = world.run();
    run["pictures/cats"].append(File::from_path(files.path + "/a.png"));
    std::filesystem::remove(files.path + "/a.png");
    run.wait();
    struct BackHome {
        std::filesystem::path before = std::filesystem::current_path();
        ~BackHome() { std::filesystem::current_path(before); }
    } home;
    std::filesystem::current_path(files.path);
    run["pictures/cats"].download();
    CHECK(core::list_directory(files.path + "/neptune/cats") == std::vector<std::string>{"0.png"});
}

TEST_CASE("images: what is no image is refused at the call, what is too large is skipped",
          "[integration]") {
    World world;
    const TempDirectory files;
    const auto run = world.run();
    run["images"].append(grey_image(1));
    CHECK_THROWS_AS(run["images"].append(File::from_content("no image")), OperationNotSupported);
    CHECK_THROWS_AS(run["images"].append(File::from_content("\x89PNG\r\n\x1A\n and no header")),
                    OperationNotSupported);
    CHECK_THROWS_AS(run["images"].append(File::from_content("")), OperationNotSupported);
    CHECK_THROWS_AS(run["images"].append(File::from_path(files.path + "/none.png")), FileNotFound);
    CHECK_THROWS_AS(run["images"].append(File::from_path(files.path)), FileError);
    CHECK_THROWS_AS(run["images"].append(1.0), MetadataInconsistency);
    CHECK_THROWS_AS(run["images"].fetch_last<double>(), TypeDoesNotSupportMethod);
    // A path is text: it makes a string series.
    run["texts"].append(files.path + "/none.png");
    std::string large(grey_image(1).content());
    large.resize((std::size_t{32} << 20) + 1);
    run["images"].append(File::from_content(large));
    world.errors.await(ErrorCode::image_too_large);
    write_file(files.path + "/large.png", large);
    run["images"].append(File::from_path(files.path + "/large.png"));
    world.errors.await(ErrorCode::image_too_large, 2);
    run["images"].append(grey_image(2));
    run.wait();
    run["images"].download(files.path + "/images");
    CHECK(core::list_directory(files.path + "/images").size() == 2);
    CHECK(world.errors.all().size() == 2);
}

TEST_CASE("images: values that could not be scaled are told", "[integration]") {
    World world;
    const auto run = world.run();
    const std::vector<double> wild = {-1, 300};
    run["image"].upload(File::as_image(ImageView{wild.data(), 1, 2}));
    run.wait();
    world.errors.await(ErrorCode::unsupported_image);
    CHECK(run["image"].fetch_extension() == "png");
}
