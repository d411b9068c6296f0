#include <neptune/client/file.hpp>

#include <neptune/client/objects.hpp>

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/recording_object.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;
using neptune::File;
using neptune::FileSet;

struct Config {
    double lr = 0.5;
    std::string name = "a \"quoted\"\n\x01 name";
};
NEPTUNE_DESCRIBE(Config, lr, name)

/// What a JSON library's values look like from here.
struct JsonLibraryValue {
    [[nodiscard]] std::string dump() const { return "[1]"; }
};

struct Plain {
    std::int32_t a = 1, b = 2;
};

}  // namespace

static_assert(neptune::Storable<File> && neptune::Storable<FileSet> &&
              neptune::Storable<neptune::FileSeries>);
static_assert(neptune::SeriesValue<File> && !neptune::SeriesValue<FileSet>);
static_assert(!neptune::Storable<std::vector<File>> && !neptune::Storable<std::filesystem::path>);
static_assert(neptune::Storable<std::map<std::string, File>>);

TEST_CASE("file: the extension is what follows the last dot of the name", "[client]") {
    for (const auto& [path, extension] :
         std::vector<std::pair<std::string, std::string>>{{"a.txt", "txt"},
                                                          {"dir.d/a.tar.gz", "gz"},
                                                          {"dir.d/name", ""},
                                                          {"name", ""},
                                                          {".bashrc", ""},
                                                          {"..hidden.log", "log"},
                                                          {"dir/.x.y", "y"},
                                                          {"ends.", ""},
                                                          {"", ""}})
        CHECK(File::from_path(path).extension() == extension);
    CHECK(File::from_path("a.txt", "bin").extension() == "bin");
    CHECK(File::from_path("a.txt", "").extension().empty());
    CHECK(File::from_path(std::filesystem::path("d/model.onnx")).path() == "d/model.onnx");
    CHECK(File::from_path("a").is_path());
}

TEST_CASE("file: content is kept as it is, texts as txt and bytes as bin", "[client]") {
    const auto text = File::from_content("hello");
    CHECK_FALSE(text.is_path());
    CHECK(text.content() == "hello");
    CHECK(text.extension() == "txt");
    CHECK(File::from_content(std::string("a\0b", 3)).content() == std::string("a\0b", 3));
    CHECK(File::from_content(std::string_view("<p>"), "html").extension() == "html");

    const std::vector<unsigned char> bytes = {0, 255, 7};
    const auto binary = File::from_content(bytes);
    CHECK(binary.content() == std::string("\0\xFF\x07", 3));
    CHECK(binary.extension() == "bin");
    const std::array<std::byte, 2> more = {std::byte{1}, std::byte{2}};
    CHECK(File::from_content(more, "dat").content() == "\x01\x02");
    CHECK(File::from_content("").content().empty());
    CHECK_FALSE(File::from_content("").is_path());
}

TEST_CASE("file: a stream is read to its end, and once", "[client]") {
    const std::string large(200'000, 'x');
    std::istringstream stream(large);
    const auto file = File::from_stream(stream);
    CHECK(file.content() == large);
    CHECK(file.extension() == "bin");
    CHECK_THROWS_AS(File::from_stream(stream), neptune::StreamAlreadyUsed);
    std::istringstream half("skipped,kept");
    half.ignore(8);
    CHECK(File::from_stream(half, "csv").content() == "kept");
    CHECK(File::from_stream(std::istringstream(std::string(65'536, 'y'))).content().size() ==
          65'536);
    CHECK(File::from_stream(std::istringstream("")).content().empty());
}

TEST_CASE("file: objects become their bytes, or what a serializer writes", "[client]") {
    CHECK(File::as_binary(Plain{}).content().size() == sizeof(Plain));
    CHECK(File::as_binary(std::vector<float>{1, 2, 3}).content().size() == 12);
    CHECK(File::as_binary(std::array<char, 3>{'a', 'b', 'c'}).content() == "abc");
    const auto written =
        File::from_serializer([](std::ostream& out) { out << 1 << ' ' << 2; }, "cereal");
    CHECK(written.content() == "1 2");
    CHECK(written.extension() == "cereal");
    CHECK_THROWS_AS(
        File::from_serializer([](std::ostream& out) { out.setstate(std::ios::badbit); }),
        neptune::FileError);
}

TEST_CASE("file: values become JSON", "[client]") {
    const auto json = [](const auto& value) { return std::string(File::as_json(value).content()); };
    CHECK(json(Config{}) == "{\"lr\":0.5,\"name\":\"a \\\"quoted\\\"\\u000a\\u0001 name\"}");
    CHECK(json(neptune::Dict{{"a", 1}, {"b", {{"c", true}}}}) == "{\"a\":1,\"b\":{\"c\":true}}");
    CHECK(json(std::map<std::string, double>{{"x", 1e300}}) == "{\"x\":1e+300}");
    CHECK(json(std::numeric_limits<double>::infinity()) == "null");
    CHECK(json(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
    CHECK(json(neptune::Datetime(std::chrono::milliseconds(1'500))) == "1500");
    CHECK(json(neptune::StringSet{{"a", "b"}}) == "[\"a\",\"b\"]");
    CHECK(json(neptune::FloatSeries{{1, 2.5}}) == "[1.0,2.5]");
    CHECK(json(JsonLibraryValue{}) == "[1]");
    CHECK(File::as_json(1).extension() == "json");
    CHECK_THROWS_AS(File::as_json(FileSet{}), neptune::InvalidArgument);
}

TEST_CASE("file: rows become an HTML table", "[client]") {
    const auto file = File::as_html(std::vector<std::vector<double>>{{1, 2.5}}, {"a<b", "c"});
    CHECK(file.extension() == "html");
    const std::string html(file.content());
    CHECK_THAT(html, ContainsSubstring("<tr><th>a&lt;b</th><th>c</th></tr>"));
    CHECK_THAT(html, ContainsSubstring("<tr><td>1.0</td><td>2.5</td></tr>"));
    CHECK_THAT(
        std::string(File::as_html(std::vector<std::array<const char*, 1>>{{"x & y"}}).content()),
        ContainsSubstring("<td>x &amp; y</td>"));
}

TEST_CASE("file: every spelling of a handle reaches the object", "[client]") {
    const auto object = std::make_shared<support::RecordingObject>();
    const neptune::Run run(object, false);
    const auto last = [&]() -> const support::Call& { return object->calls.back(); };
    const auto path_of = [&] { return std::get<File>(last().value.storage()).path(); };

    run["model"].upload("m.onnx", {.wait = true});
    CHECK(last().function == "upload");
    CHECK(last().wait);
    CHECK(path_of() == "m.onnx");
    run["model"].upload(std::filesystem::path("d/m.onnx"));
    CHECK(path_of() == "d/m.onnx");
    run["model"].upload(File::from_path("x", "png"));
    CHECK(std::get<File>(last().value.storage()).extension() == "png");
    run["model"] = File::from_path("y");
    CHECK(last().function == "assign");
    CHECK(path_of() == "y");
    run["set"] = FileSet{{"*.cpp", "*.hpp"}};
    CHECK(std::get<FileSet>(last().value.storage()).globs.size() == 2);

    run["set"].upload_files("*.cpp");
    CHECK(last().function == "upload_files");
    CHECK(last().strings == std::vector<std::string>{"*.cpp"});
    run["set"].upload_files({"a", "b"}, {.wait = true});
    CHECK(last().strings == std::vector<std::string>{"a", "b"});
    run["set"].upload_files(std::filesystem::path("dir"));
    CHECK(last().strings == std::vector<std::string>{"dir"});
    run["set"].delete_files("a/b");
    CHECK(last().function == "delete_files");
    run["set"].delete_files({"a", "b"});
    CHECK(last().strings == std::vector<std::string>{"a", "b"});

    run["images"].append(File::from_content("png"), {.step = 3, .name = "cat"});
    CHECK(last().function == "append");
    CHECK(last().append.step == 3.0);
    CHECK(last().append.name == "cat");
    run["images"].extend(std::vector<File>{File::from_content("1"), File::from_content("2")},
                         {.description = "pets"});
    CHECK(std::get<std::vector<File>>(last().series.front().second).size() == 2);
    CHECK(last().extend.description == "pets");

    run["model"].download("here");
    CHECK(last().strings == std::vector<std::string>{"here"});
    run["model"].download({.destination = std::filesystem::path("there"), .progress = false});
    CHECK(last().strings == std::vector<std::string>{"there"});
    run["model"].download();
    CHECK(last().strings == std::vector<std::string>{""});
    run["images"].download_last("here");
    CHECK(last().function == "download_last");
    CHECK(run["model"].fetch_extension() == "txt");
    CHECK(run["set"].list_fileset_files("sub").front().name == "a.txt");
    CHECK(last().strings == std::vector<std::string>{"sub"});
}
