#include <neptune/wire/files.hpp>

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune::wire;

UploadErrors upload_errors_of(const std::string& text) {
    return decode<UploadErrors>(Json::parse(text), "reply");
}

}  // namespace

TEST_CASE("files: the answer of an upload is read in all three forms", "[wire]") {
    CHECK(upload_errors_of(R"({"errors":[]})").errors.empty());
    CHECK(upload_errors_of("null").errors.empty());
    const auto present = upload_errors_of(
        R"({"errors":[{"errorType":"metadata_inconsistency","errorDescription":"no"}]})");
    REQUIRE(present.errors.size() == 1);
    CHECK(present.errors[0].error_description == "no");
    CHECK(present.errors[0].error_type == "metadata_inconsistency");
    const auto older = upload_errors_of(R"({"errorDescription":"no"})");
    REQUIRE(older.errors.size() == 1);
    CHECK(older.errors[0].error_description == "no");
    for (const char* wrong : {"{}", "[]", "5", R"({"errors":5})", R"({"errors":[5]})",
                              R"({"errors":[{"errorType":"x"}]})", R"({"errorDescription":5})"}) {
        INFO(wrong);
        CHECK_THROWS_AS(upload_errors_of(wrong), DecodeError);
    }
    CHECK(to_text(encode(UploadErrors{})) == R"({"errors":[]})");
}

TEST_CASE("files: what is absent from the other structures is left out", "[wire]") {
    CHECK(to_text(encode(UploadMetadata{"u-17", std::vector<OperationErrorDto>{}})) ==
          R"({"errors":[],"uploadId":"u-17"})");
    CHECK(to_text(encode(DownloadPreparation{"d-9", {}})) == R"({"id":"d-9"})");
    CHECK(to_text(encode(FileEntry{"src", "directory", "2025-04-17T13:53:56.123Z", {}})) ==
          R"({"fileType":"directory","mtime":"2025-04-17T13:53:56.123Z","name":"src"})");
    const FileEntry entry{"a.txt", "file", "2025-04-17T13:53:56.123Z", 5};
    CHECK(decode<FileEntry>(encode(entry), "entry") == entry);
}

TEST_CASE("files: the range of a part is written and read", "[wire]") {
    const UploadRange range{5242880, 10485759, 11534340};
    CHECK(to_text(range) == "bytes=5242880-10485759/11534340");
    CHECK(parse_upload_range(to_text(range)) == range);
    CHECK(parse_upload_range("bytes=0-0/1") == UploadRange{0, 0, 1});
    for (const char* wrong :
         {"", "bytes=", "bytes=0-5", "0-5/6", "bytes=5-4/9", "bytes=0-9/9", "bytes=-1-5/9",
          "bytes=0-5/9 ", "bytes=a-b/c", "bytes=0-5/99999999999999999999", "bytes=0/5-9",
          "bytes= 0-5/9", "bytes=0-5/*"}) {
        INFO(wrong);
        CHECK_FALSE(parse_upload_range(wrong));
    }
}

TEST_CASE("files: paths in a set have one form", "[wire]") {
    const std::vector<std::pair<std::string, std::string>> rows{
        {"a/b", "a/b"},   {"./a//b/", "a/b"}, {"a/./b", "a/b"},  {"", ""},
        {".", ""},        {"./", ""},         {"/", "/"},        {"//a", "/a"},
        {"../a", "../a"}, {"a/..", "a/.."},   {".a/b.", ".a/b."}};
    for (const auto& [path, expected] : rows) {
        INFO(path);
        CHECK(normalize_file_path(path) == expected);
        CHECK(normalize_file_path(expected) == expected);
    }
}

TEST_CASE("files: a path that would leave the set, or is beyond a limit, is refused", "[wire]") {
    const auto problem = [](const std::string& path) {
        return file_path_problem(path).value_or("");
    };
    const auto deep = [](std::size_t parts) {
        std::string path;
        for (std::size_t i = 0; i < parts; ++i) path += i == 0 ? "d" : "/d";
        return path;
    };
    for (const std::string fine : {"a", "a/b.txt", "...", "..a/b", "ü/漢", "with space", "C:\\x"})
        CHECK(problem(fine).empty());
    CHECK(problem("") == "is empty");
    CHECK(problem("/etc/passwd") == "is absolute");
    for (const char* up : {"..", "../a", "a/../b", "a/.."}) CHECK(problem(up) == "goes up by '..'");
    CHECK(problem(std::string("a\0b", 3)) == "contains a control character");
    CHECK(problem("a\x7f") == "contains a control character");
    CHECK(problem(deep(limits::file_path_parts)).empty());
    CHECK(problem(deep(limits::file_path_parts + 1)) ==
          "has more than 64 parts (limit file_path_parts)");
    CHECK(problem(std::string(255, 'x')).empty());
    CHECK(problem(std::string(256, 'x')) ==
          "has a part longer than 255 bytes (limit file_path_part_bytes)");
    CHECK(problem(std::string(4097, 'x')) == "is longer than 4096 bytes (limit file_path_bytes)");
}

TEST_CASE("files: an extension is a part of a name", "[wire]") {
    for (const std::string fine : {"", "txt", "tar.gz", "漢"}) CHECK_FALSE(extension_problem(fine));
    for (const std::string& wrong : {std::string("a/b"), std::string("a\n"), std::string(256, 'x')})
        CHECK(extension_problem(wrong));
}
