#include <neptune/core/path.hpp>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune::core;

/// Paths of slashes, letters, dots and non-ASCII characters; seeded, so that a failure can be
/// repeated.
std::string random_path(std::mt19937& random) {
    static const std::vector<std::string> pieces{"/", "/",  "//", "a", "B",  "sys",
                                                 ".", "..", " ",  "é", "\\", "x y"};
    std::string path;
    for (auto count = random() % 12; count > 0; --count) path += pieces[random() % pieces.size()];
    return path;
}

/// The parts of a path, by the definition: split at slashes, without the empty ones.
std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts(1);
    for (const char c : path) {
        if (c == '/')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    std::erase(parts, "");
    return parts;
}

std::string repeat(std::string_view text, std::size_t count) {
    std::string result;
    for (; count > 0; --count) result += text;
    return result;
}

}  // namespace

TEST_CASE("path: empty parts are dropped and nothing else is changed", "[core]") {
    CHECK(normalize_path("//x///y/") == "x/y");
    CHECK(normalize_path("x/y") == "x/y");
    CHECK(normalize_path("x") == "x");
    CHECK(normalize_path("").empty());
    CHECK(normalize_path("/").empty());
    CHECK(normalize_path("///").empty());
    CHECK(normalize_path("A/a") == "A/a");
    CHECK(normalize_path("a/../b/./c") == "a/../b/./c");
    CHECK(normalize_path(" a / b ") == " a / b ");
    CHECK(normalize_path(std::string_view("a\0/b", 4)) == std::string("a\0/b", 4));
}

TEST_CASE("path: normalising keeps the parts in order, and does nothing the second time",
          "[core]") {
    std::mt19937 random(52);
    for (int round = 0; round < 20'000; ++round) {
        const auto path = random_path(random);
        const auto normal = normalize_path(path);
        INFO("path '" << path << "', normalised '" << normal << "'");
        REQUIRE(parts_of(normal) == parts_of(path));
        REQUIRE(normalize_path(normal) == normal);
        REQUIRE(is_normalized_path(normal));
        REQUIRE(is_normalized_path(path) == (normal == path));
    }
}

TEST_CASE("path: joining two paths and normalising the joined text is the same", "[core]") {
    std::mt19937 random(53);
    for (int round = 0; round < 20'000; ++round) {
        const auto parent = random_path(random);
        const auto child = random_path(random);
        INFO("'" << parent << "' and '" << child << "'");
        const auto joined = join_path(normalize_path(parent), normalize_path(child));
        REQUIRE(joined == normalize_path(parent + "/" + child));
        // Strictly below its parent, unless one of them is the root.
        if (!normalize_path(child).empty()) REQUIRE(is_below(joined, normalize_path(parent)));
    }
}

TEST_CASE("path: below means by whole parts, and strictly", "[core]") {
    CHECK(is_below("a/b", "a"));
    CHECK(is_below("a/b/c", "a"));
    CHECK(is_below("a/b/c", "a/b"));
    CHECK(is_below("a", ""));
    CHECK_FALSE(is_below("", ""));
    CHECK_FALSE(is_below("a", "a"));
    CHECK_FALSE(is_below("ab", "a"));
    CHECK_FALSE(is_below("ab/c", "a"));
    CHECK_FALSE(is_below("a", "a/b"));
    CHECK_FALSE(is_below("b/a", "a"));
}

TEST_CASE("path: the sys namespace is sys and all below it", "[core]") {
    CHECK(is_sys_path("sys"));
    CHECK(is_sys_path("sys/id"));
    CHECK_FALSE(is_sys_path("system"));
    CHECK_FALSE(is_sys_path("a/sys"));
    CHECK_FALSE(is_sys_path("SYS"));
    CHECK_FALSE(is_sys_path(""));
}

TEST_CASE("path: limits hold at their very number, and are named beyond it", "[core]") {
    CHECK_FALSE(path_problem(""));
    CHECK_FALSE(path_problem("a/b c/é/\\/.."));

    const auto longest_part = std::string(1024, 'x');
    CHECK_FALSE(path_problem(longest_part));
    CHECK_FALSE(path_problem("a/" + longest_part + "/b"));
    CHECK(path_problem(longest_part + "x") == "has a part longer than 1024 bytes");
    CHECK(path_problem("a/" + longest_part + "x/b") == "has a part longer than 1024 bytes");

    const auto longest = repeat(std::string(1023, 'x') + "/", 4);
    REQUIRE(longest.size() == 4096);
    CHECK_FALSE(path_problem(longest));
    CHECK(path_problem(longest + "y") == "is longer than 4096 bytes");

    const auto deepest = normalize_path(repeat("a/", 64));
    CHECK_FALSE(path_problem(deepest));
    CHECK(path_problem(deepest + "/a") == "has more than 64 parts");
    // Bytes are counted, not characters.
    CHECK(path_problem(repeat("é", 513)) == "has a part longer than 1024 bytes");
}

TEST_CASE("path: each control character is refused, all other bytes are fine", "[core]") {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string path{'a', static_cast<char>(byte), 'b'};
        INFO("byte " << byte);
        const auto problem = path_problem(path);
        if (byte < 0x20 || byte == 0x7f)
            CHECK(problem == "contains a control character");
        else
            CHECK_FALSE(problem);
    }
}
