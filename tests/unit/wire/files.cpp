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
