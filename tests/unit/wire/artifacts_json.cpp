#include <neptune/wire/artifacts_json.hpp>

#include <string>

#include "support/catch.hpp"

namespace {

using namespace neptune::wire;
using Catch::Matchers::ContainsSubstring;

std::string artifact_error(const std::string& text) {
    try {
        static_cast<void>(decode_text<ArtifactFiles>(text, "artifactFilesDTO"));
    } catch (const DecodeError& error) {
        return error.what();
    }
    return "accepted";
}
std::string one_file(const std::string& members) {
    return R"({"files":[{)" + members + R"(,"metadata":[]}]})";
}

const std::string two_files =
    R"({"files":[{"filePath":"a.csv","fileHash":"13ab","type":"Local","size":4,"metadata":[{"key":"file_path","value":"file:///x"},{"key":"last_modified","value":"y"}]},)"
    R"({"filePath":"b\"é","fileHash":"85c7","type":"S3","metadata":[]}]})";

}  // namespace

TEST_CASE("artifacts_json: a list is read file by file, and written as it was", "[wire]") {
    const auto read = decode_text<ArtifactFiles>(two_files, "artifactFilesDTO");
    CHECK(read.files ==
          std::vector<ArtifactFileDto>{
              {"a.csv", "13ab", "Local", 4, {{"file_path", "file:///x"}, {"last_modified", "y"}}},
              {"b\"é", "85c7", "S3", std::nullopt, {}}});
    CHECK(encode_text(read) == two_files);
    CHECK(decode_text<ArtifactFiles>(R"({"files":[]})", "x").files.empty());
    CHECK(encode_text(ArtifactFiles{}) == R"({"files":[]})");
}

TEST_CASE("artifacts_json: members that nobody knows are skipped, lists below them too", "[wire]") {
    const auto read = decode_text<ArtifactFiles>(
        R"({"other":[{"filePath":5}],"files":[{"filePath":"a","fileHash":"h","type":"t","metadata":[],"files":[1,{"b":[]}]}],"more":{"files":[7]}})",
        "x");
    REQUIRE(read.files.size() == 1);
    CHECK(read.files[0].path == "a");
}

TEST_CASE("artifacts_json: whatever is no list of files is refused in words", "[wire]") {
    CHECK(artifact_error("[]") == "artifactFilesDTO must be an object");
    CHECK(artifact_error("5") == "artifactFilesDTO must be an object");
    CHECK(artifact_error("{}") == "artifactFilesDTO.files must be an array");
    CHECK(artifact_error(R"({"files":{}})") == "artifactFilesDTO.files must be an array");
    CHECK(artifact_error(R"({"files":null})") == "artifactFilesDTO.files must be an array");
    CHECK(artifact_error(R"({"files":[5]})") == "artifactFilesDTO.files[0] must be an object");
    CHECK(artifact_error(R"({"files":[[]]})") == "artifactFilesDTO.files[0] must be an object");
    CHECK(artifact_error(R"({"files":[{}]})") == "artifactFilesDTO.files[0].filePath is missing");
    CHECK(artifact_error(one_file(R"("filePath":"","fileHash":"h","type":"t")")) ==
          "artifactFilesDTO.files[0].filePath must not be empty");
    CHECK(artifact_error(one_file(R"("filePath":"a","fileHash":"h","type":"t","size":-1)")) ==
          "artifactFilesDTO.files[0].size must not be negative");
    CHECK(artifact_error(one_file(R"("filePath":"a","fileHash":"h","type":"t","size":1.5)")) ==
          "artifactFilesDTO.files[0].size must be an integer");
    CHECK_THAT(artifact_error(two_files.substr(0, 60)),
               ContainsSubstring("is not valid JSON (at byte 61)"));
    CHECK_THAT(artifact_error(one_file(R"("filePath":"a","fileHash":"h","type":"t","size":1e999)")),
               ContainsSubstring("a number that is too large"));
    std::string deep = R"({"files":[{"x":)" + std::string(100'000, '[');
    CHECK_THAT(artifact_error(deep), ContainsSubstring("is not valid JSON"));
}

TEST_CASE("artifacts_json: limits say their name and value", "[wire]") {
    CHECK_THAT(artifact_error(one_file(R"("filePath":")" + std::string(4097, 'a') +
                                       R"(","fileHash":"h","type":"t")")),
               ContainsSubstring("the limit artifact_path_bytes is 4096"));
    CHECK_THAT(artifact_error(one_file(R"("filePath":"a","fileHash":")" + std::string(1025, 'a') +
                                       R"(","type":"t")")),
               ContainsSubstring("the limit artifact_hash_bytes is 1024"));
    CHECK_THAT(
        artifact_error(
            R"({"files":[{"filePath":"a","fileHash":"h","type":"t","metadata":[{"key":"k","value":")" +
            std::string(16'384, 'v') + R"("}]}]})"),
        ContainsSubstring("the limit artifact_metadata_bytes is 16384"));
}
