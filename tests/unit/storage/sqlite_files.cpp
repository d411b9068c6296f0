#include <neptune/storage/sqlite_files.hpp>

#include <neptune/core/files.hpp>
#include <neptune/core/sha256.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

namespace {

using namespace storage_test;
namespace fs = std::filesystem;

Incoming file_content(Fixture& fixture, std::string_view bytes) {
    auto content = fixture.store->files().receive();
    content->write(bytes);
    return content;
}

std::string file_bytes(const http::BodySource& source) {
    std::string bytes(static_cast<std::size_t>(source.size), '\0');
    for (std::size_t at = 0; at < bytes.size();)
        at += source.read(at, bytes.data() + at, bytes.size() - at);
    return bytes;
}

/// What went wrong; empty if nothing did.
std::string put_file(Fixture& fixture, const std::string& path, std::string_view bytes,
                     const std::string& extension = "txt") {
    const auto applied = fixture.store->files().put_file(
        fixture.run.id, path, extension, file_content(fixture, bytes), start + 1000);
    return applied.errors.empty() ? "" : applied.errors[0].description;
}
std::string put_set(Fixture& fixture, const std::string& path,
                    const std::vector<std::pair<std::string, std::string>>& files,
                    bool reset = false) {
    std::vector<NewFile> added;
    for (const auto& file : files)
        added.push_back({file.first, file_content(fixture, file.second)});
    const auto applied = fixture.store->files().put_files(fixture.run.id, path, std::move(added),
                                                          reset, start + 1000);
    return applied.errors.empty() ? "" : applied.errors[0].description;
}

std::string stored(Fixture& fixture, const std::string& path) {
    const auto file = fixture.store->files().open_file(fixture.run.id, path);
    return file ? file->name + ": " + file_bytes(file->content) : "nothing";
}

/// Paths of the files below a directory of the data directory.
std::vector<std::string> files_below(Fixture& fixture, const std::string& directory) {
    std::vector<std::string> names;
    for (const auto& entry :
         fs::recursive_directory_iterator(fixture.directory.path + "/" + directory))
        if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
    return names;
}

std::string set_listing(Fixture& fixture, const std::string& path, const std::string& folder = "") {
    const auto entries = fixture.store->files().list_file_set(fixture.run.id, path, folder);
    if (!entries) return "nothing";
    std::string text;
    for (const auto& entry : *entries)
        text += entry.name + (entry.is_directory ? "/ " : "=" + std::to_string(entry.size) + " ");
    return text;
}

wire::Operation log_images(const std::vector<std::string>& images, double first = 0) {
    wire::LogImages log;
    for (const auto& image : images) {
        log.entries.push_back({{image, "name", {}}, first, start});
        first += 1;
    }
    return {"img", std::move(log)};
}

}  // namespace

TEST_CASE("files: what is stored is read, replaced, and survives a restart", "[storage]") {
    Fixture fixture;
    CHECK(put_file(fixture, "model", "weights", "bin") == "");
    CHECK(stored(fixture, "model") == "model.bin: weights");
    CHECK(fixture.get<wire::FileValue>("model") == wire::FileValue{"model.bin", "bin", 7});
    CHECK(put_file(fixture, "model", "", "") == "");
    CHECK(stored(fixture, "model") == "model: ");
    CHECK(put_file(fixture, "a/b", "deep") == "");
    fixture.reopen();
    CHECK(stored(fixture, "a/b") == "b.txt: deep");
    CHECK(stored(fixture, "unknown") == "nothing");
    CHECK(fixture.get<double>("sys/size") == 4);
}

TEST_CASE("files: a content is one file named by its hash, however often it is stored",
          "[storage]") {
    Fixture fixture;
    put_file(fixture, "a", "same");
    put_file(fixture, "b", "same");
    put_set(fixture, "set", {{"x", "same"}, {"y", "same"}});
    CHECK(files_below(fixture, "blobs") == std::vector{core::sha256_hex("same")});
    CHECK(files_below(fixture, "incoming").empty());
    CHECK(fixture.get<double>("sys/size") == 16);
}

TEST_CASE("files: content that is not stored in the end leaves nothing", "[storage]") {
    Fixture fixture;
    { auto dropped = file_content(fixture, "dropped"); }
    CHECK(files_below(fixture, "incoming").empty());
}

TEST_CASE("files: a refused path stores nothing", "[storage]") {
    Fixture fixture;
    fixture.apply({assign("number", 1.0)});
    CHECK(put_file(fixture, "number", "x") ==
          "Attribute 'number' is a Float, cannot apply a file upload");
    CHECK(put_file(fixture, "number/below", "x") ==
          "Cannot create 'number/below': 'number' is a field, not a namespace");
    CHECK(put_file(fixture, "sys/id", "x") ==
          "Field 'sys/id' belongs to the read-only part of the sys namespace");
    CHECK(put_file(fixture, "", "x") == "An empty path names the object itself, not a field");
    CHECK(put_set(fixture, "number", {{"a", "x"}}) ==
          "Attribute 'number' is a Float, cannot apply an upload of files");
    fixture.store->files().collect_garbage(start);
    CHECK(files_below(fixture, "blobs").empty());
    CHECK(files_below(fixture, "incoming").empty());
}

TEST_CASE("files: the limit of fields holds for files too", "[storage]") {
    Fixture fixture(1);
    CHECK(put_file(fixture, "one", "x") == "");
    const auto second = fixture.store->files().put_file(fixture.run.id, "two", "",
                                                        file_content(fixture, "x"), start);
    CHECK(second.outcome == Applied::Outcome::field_limit);
    CHECK(put_file(fixture, "one", "again") == "");
    const auto gone = fixture.store->files().put_file("no-such-object", "a", "",
                                                      file_content(fixture, "x"), start);
    CHECK(gone.outcome == Applied::Outcome::no_such_object);
}

TEST_CASE("file sets: files are added, replaced, listed level by level and removed", "[storage]") {
    Fixture fixture;
    CHECK(put_set(fixture, "set", {{"b.txt", "12"}, {"src/main.py", "1"}, {"src/a/x", ""}}) == "");
    CHECK(put_set(fixture, "set", {{"b.txt", "123"}, {"src-2/y", "1"}}) == "");
    CHECK(set_listing(fixture, "set") == "b.txt=3 src-2/ src/ ");
    CHECK(set_listing(fixture, "set", "src") == "a/ main.py=1 ");
    CHECK(set_listing(fixture, "set", "src/a") == "x=0 ");
    CHECK(set_listing(fixture, "set", "sr") == "nothing");
    CHECK(set_listing(fixture, "set", "b.txt") == "nothing");
    CHECK(set_listing(fixture, "other") == "nothing");
    CHECK(fixture.get<wire::FileSetValue>("set").size == 5);
    CHECK(fixture.get<double>("sys/size") == 5);
    const auto file = fixture.store->files().open_file_in_set(fixture.run.id, "set", "src/main.py");
    REQUIRE(file);
    CHECK(file->name == "main.py");
    CHECK(file_bytes(file->content) == "1");
    CHECK_FALSE(fixture.store->files().open_file_in_set(fixture.run.id, "set", "src"));

    fixture.apply({{"set", wire::DeleteFiles{{"./src", "unknown", "", "/"}}}});
    CHECK(set_listing(fixture, "set") == "b.txt=3 src-2/ ");
    CHECK(fixture.get<double>("sys/size") == 4);
    fixture.apply({{"set", wire::DeleteFiles{{"b.txt", "src-2/y"}}}});
    CHECK(set_listing(fixture, "set") == "");
    CHECK(fixture.get<wire::FileSetValue>("set").size == 0);
    CHECK(put_set(fixture, "set", {{"new", "1"}}, true) == "");
    CHECK(put_set(fixture, "set", {}, true) == "");
    CHECK(set_listing(fixture, "set") == "");
    CHECK(fixture.get<double>("sys/size") == 0);
    CHECK(fixture.error_of({"fresh", wire::DeleteFiles{{"x"}}}) == "");
    CHECK(set_listing(fixture, "fresh") == "");
}

TEST_CASE("file sets: a path is a file or a folder, and one bad file refuses the upload",
          "[storage]") {
    Fixture fixture;
    CHECK(put_set(fixture, "set", {{"a", "x"}, {"d/e", "y"}}) == "");
    CHECK(put_set(fixture, "set", {{"new", "z"}, {"a/b", "x"}}) ==
          "Field 'set': cannot store the file 'a/b': 'a' is a file of the set, not a folder");
    CHECK(put_set(fixture, "set", {{"d", "x"}}) ==
          "Field 'set': cannot store the file 'd': 'd' is a folder of the set, not a file");
    CHECK(set_listing(fixture, "set") == "a=1 d/ ");
    // The catalogue in memory was not left with what was undone.
    CHECK(put_set(fixture, "other", {{"a", "x"}, {"a/b", "y"}}) != "");
    CHECK(fixture.error_of(assign("other", 1.0)) == "");
}

TEST_CASE("images: they are read by their place, in the order of their steps", "[storage]") {
    Fixture fixture;
    CHECK(fixture.apply({log_images({"first", "", "third"})}).empty());
    auto& files = fixture.store->files();
    CHECK(files.count_images(fixture.run.id, "img") == 3);
    CHECK(file_bytes(*files.open_image(fixture.run.id, "img", 0)) == "first");
    CHECK(files.open_image(fixture.run.id, "img", 1)->size == 0);
    CHECK(file_bytes(*files.open_image(fixture.run.id, "img", 2)) == "third");
    CHECK_FALSE(files.open_image(fixture.run.id, "img", 3));
    CHECK_FALSE(files.open_image(fixture.run.id, "img", -1));
    CHECK_FALSE(files.count_images(fixture.run.id, "none"));
    const auto value = fixture.get<wire::ImageSeriesValue>("img");
    CHECK(value.last_step == 2);
    CHECK(value.channel_id.size() == 36);
    CHECK(fixture.get<double>("sys/size") == 3 * 16 + 10);

    // The step rule, and a retry of the very same image.
    CHECK(fixture.apply({log_images({"third"}, 2)}).empty());
    const auto errors = fixture.apply({log_images({"other", "fourth"}, 2)});
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].type == wire::OperationErrorType::log_series_value);
    CHECK(files.count_images(fixture.run.id, "img") == 4);

    CHECK(fixture.error_of({"img", wire::ClearImageSeries{}}) == "");
    CHECK(files.count_images(fixture.run.id, "img") == 0);
    CHECK_FALSE(fixture.get<wire::ImageSeriesValue>("img").last_step);
    CHECK(fixture.get<double>("sys/size") == 0);
    CHECK(fixture.error_of({"img", wire::LogImages{}}) == "");
    CHECK(fixture.error_of(assign("img", 1.0)) ==
          "Attribute 'img' is a FileSeries, cannot apply assignFloat");
}

TEST_CASE("images: one that is too large is refused, its neighbours are kept", "[storage]") {
    Fixture fixture;
    const auto errors =
        fixture.apply({log_images({"a", std::string(wire::limits::image_bytes + 1, 'x'), "c"})});
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].description.find("limit image_bytes") != std::string::npos);
    CHECK(fixture.store->files().count_images(fixture.run.id, "img") == 2);
}

TEST_CASE("garbage: contents go when nothing refers to them, and not before", "[storage]") {
    Fixture fixture;
    put_file(fixture, "a", "one");
    put_file(fixture, "b", "one");
    put_set(fixture, "set", {{"x", "two"}});
    fixture.apply({log_images({"three", "four"})});
    auto& files = fixture.store->files();
    const auto collect = [&] {
        files.collect_garbage(start);
        return files_below(fixture, "blobs").size();
    };
    CHECK(collect() == 4);
    put_file(fixture, "a", "five");
    CHECK(collect() == 5);
    const auto reading = files.open_file(fixture.run.id, "b");
    fixture.apply({{"b", wire::DeleteAttribute{}}});
    CHECK(collect() == 4);
    CHECK(file_bytes(reading->content) == "one");
    fixture.apply({{"set", wire::DeleteFiles{{"x"}}}});
    CHECK(collect() == 3);
    fixture.apply({{"img", wire::ClearImageSeries{}}});
    CHECK(collect() == 1);
    fixture.apply({log_images({"six"})});
    fixture.apply({{"img", wire::DeleteAttribute{}}, {"a", wire::DeleteAttribute{}}});
    CHECK(collect() == 0);
    CHECK(fixture.get<double>("sys/size") == 0);
    // What came back is there again.
    put_file(fixture, "a", "one");
    CHECK(collect() == 1);
    CHECK(stored(fixture, "a") == "a.txt: one");
}

TEST_CASE("garbage: what a crash leaves is removed, what is referred to is not", "[storage]") {
    Fixture fixture;
    put_file(fixture, "kept", "kept");
    const auto lost = core::sha256_hex("lost");
    const auto path = [&](const std::string& name) { return fixture.directory.path + name; };
    // Half arrived; complete but without a row; with a row, and the mark still there.
    core::write_file_atomically(path("/incoming/half"), "ha", 0600);
    fs::create_directories(path("/blobs/" + lost.substr(0, 2)));
    core::write_file_atomically(path("/blobs/" + lost.substr(0, 2) + "/" + lost), "lost", 0600);
    core::write_file_atomically(path("/incoming/" + lost + ".mark"), "", 0600);
    core::write_file_atomically(path("/incoming/" + core::sha256_hex("kept") + ".mark"), "", 0600);
    fs::create_directories(path("/uploads/unknown"));
    fixture.reopen();
    fixture.store->files().recover(start);
    CHECK(files_below(fixture, "incoming").empty());
    CHECK(files_below(fixture, "blobs") == std::vector{core::sha256_hex("kept")});
    CHECK_FALSE(fs::exists(path("/uploads/unknown")));
    CHECK(stored(fixture, "kept") == "kept.txt: kept");
}

TEST_CASE("garbage: a damaged file is an error that names it", "[storage]") {
    Fixture fixture;
    put_file(fixture, "a", "content");
    const auto name = core::sha256_hex("content");
    core::write_file_atomically(fixture.directory.path + "/blobs/" + name.substr(0, 2) + "/" + name,
                                "cut", 0600);
    CHECK_THROWS_WITH(fixture.store->files().open_file(fixture.run.id, "a"),
                      Catch::Matchers::ContainsSubstring("has 3 bytes in place of 7"));
    // Storing the same content again mends it.
    put_file(fixture, "b", "content");
    CHECK(stored(fixture, "a") == "a.txt: content");
}

TEST_CASE("uploads: of requests that end one at once each is done or told to ask again",
          "[storage]") {
    Fixture fixture;
    auto& files = fixture.store->files();
    const auto id = std::get<std::string>(files.start_upload(
        {fixture.run.id, "model", FieldType::file, "bin", std::int64_t{1} << 20}, start));
    CHECK(files.put_part(id, 0, file_content(fixture, std::string(std::size_t{1} << 20, 'x')),
                         start));
    std::atomic<int> done = 0, again = 0, wrong = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            try {
                const auto applied = files.finish_upload(id, start);
                ++(applied.outcome == Applied::Outcome::applied && applied.errors.empty() ? done
                                                                                          : wrong);
            } catch (const StoreError& error) {
                ++(error.transient ? again : wrong);
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(done >= 1);
    CHECK(done + again == 4);
    CHECK(files.finish_upload(id, start).errors.empty());
}

TEST_CASE("uploads: parts come in any order, again, and after a restart", "[storage]") {
    Fixture fixture;
    const auto begin = [&](FieldType type, const std::string& path, const std::string& name,
                           std::int64_t size) {
        return std::get<std::string>(
            fixture.store->files().start_upload({fixture.run.id, path, type, name, size}, start));
    };
    const auto put = [&](const std::string& id, std::int64_t first, std::string_view bytes) {
        return fixture.store->files().put_part(id, first, file_content(fixture, bytes), start);
    };
    const auto finish = [&](const std::string& id) {
        const auto applied = fixture.store->files().finish_upload(id, start);
        if (applied.outcome != Applied::Outcome::applied) return std::string("gone");
        return applied.errors.empty() ? std::string() : applied.errors[0].description;
    };
    const auto id = begin(FieldType::file, "model", "bin", 10);
    CHECK(put(id, 8, "89"));
    CHECK(put(id, 0, "wrong"));
    CHECK(finish(id) == "Field 'model': the upload is not complete: bytes 5 to 7 are missing");
    fixture.reopen();
    fixture.store->files().recover(start);
    CHECK(put(id, 0, "01234567"));
    CHECK(stored(fixture, "model") == "nothing");
    CHECK(finish(id) == "");
    CHECK(stored(fixture, "model") == "model.bin: 0123456789");
    CHECK(finish(id) == "");  // its answer was lost
    CHECK_FALSE(put(id, 0, "late"));
    CHECK(fixture.store->files().find_upload(id)->finished);

    const auto overlap = begin(FieldType::file, "model", "bin", 3);
    CHECK(finish(overlap) == "Field 'model': the upload is not complete: bytes 0 to 2 are missing");
    put(overlap, 0, "ab");
    put(overlap, 1, "bc");
    CHECK(finish(overlap) == "Field 'model': the upload is not complete: two parts hold byte 1");
    CHECK(stored(fixture, "model") == "model.bin: 0123456789");

    const auto in_set = begin(FieldType::file_set, "set", "d/large", 2);
    put(in_set, 0, "xy");
    CHECK(finish(in_set) == "");
    CHECK(set_listing(fixture, "set", "d") == "large=2 ");
    const auto empty = begin(FieldType::file, "empty", "", 0);
    CHECK(finish(empty) == "");
    CHECK(stored(fixture, "empty") == "empty: ");
    CHECK(finish("unknown") == "gone");
}

TEST_CASE("uploads: abandoned ones expire, others do not", "[storage]") {
    Fixture fixture;
    auto& files = fixture.store->files();
    const Upload wanted{fixture.run.id, "f", FieldType::file, "", 5};
    const auto old = std::get<std::string>(files.start_upload(wanted, start));
    const auto young = std::get<std::string>(files.start_upload(wanted, start));
    CHECK(files.put_part(young, 0, file_content(fixture, "x"), start + 10));
    files.collect_garbage(start + upload_expiry_ms + 5);
    CHECK_FALSE(files.find_upload(old));
    CHECK_FALSE(files.put_part(old, 0, file_content(fixture, "x"), start));
    CHECK(files.find_upload(young));
    CHECK(files_below(fixture, "uploads").size() == 1);
    fixture.apply({assign("f", 1.0)});
    const auto refused = files.start_upload(wanted, start);
    CHECK(std::get<std::vector<wire::OperationError>>(refused).at(0).description ==
          "Attribute 'f' is a Float, cannot apply a file upload");
}
