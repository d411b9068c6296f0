#include <neptune/client/artifact_names.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune;
using namespace neptune::client;

std::vector<std::string> s3_names(const std::string& prefix, const std::vector<std::string>& keys,
                                  std::optional<std::string> destination = {}) {
    S3Names names(prefix, std::move(destination));
    std::vector<std::string> result;
    for (const auto& key : keys) result.push_back(names.of(key));
    return result;
}
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("artifact_names: paths are joined and cleaned as pathlib does it", "[client]") {
    CHECK(join_posix("", "a/b") == "a/b");
    CHECK(join_posix("d", "a") == "d/a");
    CHECK(join_posix("d/", "a") == "d/a");
    CHECK(join_posix("./d//e/.", "./a") == "d/e/a");
    CHECK(join_posix("/d", "a") == "/d/a");
    CHECK(join_posix("../d", "a") == "../d/a");
    CHECK(join_posix("", "") == ".");
    CHECK(join_posix(".", "") == ".");
    CHECK(join_posix("/", "") == "/");
}

TEST_CASE("artifact_names: local locations become absolute, those with a scheme stay", "[client]") {
    const auto here = std::filesystem::current_path().string();
    CHECK(absolute_location("data") == here + "/data");
    CHECK(absolute_location("/x/y") == "/x/y");
    CHECK(absolute_location("file:///x/y") == "/x/y");
    CHECK(absolute_location("file://data") == here + "/data");
    CHECK(absolute_location("s3://b/p") == "s3://b/p");
    CHECK(absolute_location("gs://b/p") == "gs://b/p");
    const std::string home = std::getenv("HOME") ? std::getenv("HOME") : "";
    if (!home.empty()) CHECK(absolute_location("~/data") == home + "/data");
    CHECK(absolute_location("~nobody_has_this_name/x") == here + "/~nobody_has_this_name/x");
    CHECK(absolute_location("a~b") == here + "/a~b");
}

TEST_CASE("artifact_names: a location in S3 is a bucket and the rest", "[client]") {
    const auto whole = parse_s3_location("s3://bucket//dir/x?y#z");
    CHECK(whole.bucket == "bucket");
    CHECK(whole.key == "dir/x?y#z");
    CHECK(parse_s3_location("s3://bucket").key.empty());
    CHECK_THROWS_AS(parse_s3_location("s3://"), RemoteStorageAccess);
    CHECK_THROWS_AS(parse_s3_location("s3:///key"), RemoteStorageAccess);
}

// Source: `S3ArtifactDriver.get_tracked_files` of the Python client 1.14, run on the same keys.
TEST_CASE("artifact_names: keys in S3 lose the prefix, by the letter", "[client]") {
    CHECK(s3_names("data/", {"data/a", "data/b/c"}) == Names{"a", "b/c"});
    CHECK(s3_names("data", {"data/a", "data2/x"}) == Names{"a", "2/x"});
    CHECK(s3_names("", {"a", "b/c"}) == Names{"a", "b/c"});
    CHECK(s3_names("data/", {"data/a", "data/b"}, "d//e") == Names{"d/e/a", "d/e/b"});
    CHECK(s3_names("data/", {"data/a"}, "/abs") == Names{"abs/a"});
    CHECK(s3_names("data", {"data//a"}) == Names{"a"});
    CHECK(s3_names("data/", {"data/"}) == Names{"data"});
}

TEST_CASE("artifact_names: a prefix that is a key gives way to its directory", "[client]") {
    CHECK(s3_names("data/a.csv", {"data/a.csv"}) == Names{"a.csv"});
    CHECK(s3_names("a.csv", {"a.csv", "a.csv.old"}) == Names{"a.csv", "a.csv.old"});
    CHECK(s3_names("dir/a", {"dir/a", "dir/ab"}) == Names{"a", "ab"});
    CHECK(s3_names(".hidden", {".hidden/x"}) == Names{"n/x"});  // the client's own slip, kept
}
