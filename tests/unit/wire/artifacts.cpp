#include <neptune/wire/artifacts.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune::wire;

ArtifactFileDto local_file(const std::string& path, const std::string& hash) {
    return {path,
            hash,
            "Local",
            3,
            {{"last_modified", "2024-05-06 07:08:09"}, {"file_path", "file:///data/" + path}}};
}

const std::string hash_of_two = "5cb138284d431abd6a053a56625ec088bfb88912",
                  hash_of_one = "7e240de74fb1ed08fa08d38063f6a6a91462a815";

}  // namespace

// Source of the numbers: wire protocol, appendix D.
TEST_CASE("artifacts: the hash of two files is that of the Python client, in any order", "[wire]") {
    std::vector<ArtifactFileDto> files{local_file("b/two.txt", hash_of_two),
                                       local_file("a.txt", hash_of_one)};
    for (int order = 0; order < 2; ++order) {
        CHECK(artifact_hash(files) ==
              "0964f6210624897af778381966c59e5610277d1c2dfcf8d11412a85be3f0362d");
        CHECK(artifact_hash(files, true) ==
              "1ca1cd0518dd348934001c0e667b833b727bb436d20d25a00d5e02e9d8e9dd40");
        std::swap(files[0], files[1]);
    }
}

TEST_CASE("artifacts: lengths in the hash count code points; an unknown size is left out",
          "[wire]") {
    const std::vector<ArtifactFileDto> files{
        {"é/x",
         "abc",
         "S3",
         std::nullopt,
         {{"location", "s3://b/é/x"}, {"last_modified", "2024-05-06 07:08:09"}}}};
    CHECK(artifact_hash(files) ==
          "f9535f5ab2cb903239e0925b4fa35937f7a5b75f06f012070b4a82000e6ba26d");
    CHECK(artifact_hash(files, true) ==
          "39e8ca1aa21fa58b49befdc510dcc7cc2ba7eb67be7cfeffeffcb6fbe691c5f0");
}

TEST_CASE("artifacts: without files the hash is the empty one", "[wire]") {
    CHECK(artifact_hash({}) == empty_artifact_hash);
    CHECK(artifact_hash({}, true) == empty_artifact_hash);
    CHECK(is_artifact_hash(empty_artifact_hash));
    CHECK_FALSE(is_artifact_hash(std::string(empty_artifact_hash) + "0"));
    CHECK_FALSE(is_artifact_hash(std::string(64, 'G')));
    CHECK_FALSE(is_artifact_hash(""));
}

TEST_CASE("artifacts: a path that comes twice counts twice, in the order in which it came",
          "[wire]") {
    const auto one = local_file("a", hash_of_one), two = local_file("a", hash_of_two);
    CHECK(artifact_hash({one, two}) != artifact_hash({two, one}));
    CHECK(artifact_hash({one, two}) != artifact_hash({one}));
}

TEST_CASE("artifacts: merging adds files, and replaces those with the same path", "[wire]") {
    const auto a = local_file("a", hash_of_one), b = local_file("b", hash_of_one),
               c = local_file("c", hash_of_one), new_b = local_file("b", hash_of_two);
    CHECK(merge_artifact_files({a, c}, {b}) == std::vector<ArtifactFileDto>{a, b, c});
    CHECK(merge_artifact_files({b, a}, {c, new_b}) == std::vector<ArtifactFileDto>{a, new_b, c});
    CHECK(merge_artifact_files({}, {b, a}) == std::vector<ArtifactFileDto>{a, b});
    CHECK(merge_artifact_files({b, a}, {}) == std::vector<ArtifactFileDto>{a, b});
    // Adding twice, as a client does that repeats a batch, changes nothing.
    const auto once = merge_artifact_files({a, b}, {new_b, c, c});
    CHECK(merge_artifact_files(once, {new_b, c, c}) == once);
}

TEST_CASE("artifacts: the size is the sum of the files, or unknown", "[wire]") {
    auto a = local_file("a", hash_of_one);
    CHECK(artifact_size({}) == 0);
    CHECK(artifact_size({a, a}) == 6);
    auto huge = a;
    huge.size = INT64_MAX;
    CHECK_FALSE(artifact_size({a, huge}));
    a.size.reset();
    CHECK_FALSE(artifact_size({a}));
}
