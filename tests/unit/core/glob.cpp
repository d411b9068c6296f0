#include <neptune/core/glob.hpp>

#include <fstream>
#include <string>
#include <vector>

#include <neptune/core/os.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"

using namespace neptune::core;

namespace {

using Names = std::vector<std::string>;

// A tree of files in a temporary directory.
struct GlobTree {
    std::string root = make_temp_directory("neptune-glob-");
    explicit GlobTree(const Names& files) {
        for (const auto& file : files) {
            const auto path = root + "/" + file;
            make_directories(path.substr(0, path.rfind('/')));
            std::ofstream(path) << file;
        }
    }
    GlobTree(const GlobTree&) = delete;
    GlobTree& operator=(const GlobTree&) = delete;
    ~GlobTree() { remove_tree(root); }

    [[nodiscard]] Names expand(const Names& patterns) const {
        Names absolute, relative;
        for (const auto& pattern : patterns) absolute.push_back(root + "/" + pattern);
        for (const auto& file : expand_globs(absolute)) {
            REQUIRE(file.starts_with(root + "/"));
            relative.push_back(file.substr(root.size() + 1));
        }
        return relative;
    }
};

}  // namespace

TEST_CASE("glob: names fit patterns", "[core]") {
    for (const auto& [pattern, name] :
         std::vector<std::pair<std::string, std::string>>{{"*", ""},
                                                          {"*", "abc"},
                                                          {"a*c", "abbbc"},
                                                          {"a*c*", "ac"},
                                                          {"?", "x"},
                                                          {"?", "ü"},
                                                          {"[a-c]x", "bx"},
                                                          {"[!a-c]", "z"},
                                                          {"[]]", "]"},
                                                          {"[a-]", "-"},
                                                          {"[", "["},
                                                          {"*.t?t", "a.txt"},
                                                          {"**", "ab"}})
        CHECK(name_matches(pattern, name));
    for (const auto& [pattern, name] : std::vector<std::pair<std::string, std::string>>{
             {"", "a"}, {"a", ""}, {"a*c", "abb"}, {"?", ""}, {"[a-c]", "d"}, {"[!a-c]", "b"}})
        CHECK_FALSE(name_matches(pattern, name));
    // Exponential matching would not come back.
    CHECK_FALSE(name_matches("*a*a*a*a*a*a*a*a*a*a*a*b", std::string(2'000, 'a')));
}

TEST_CASE("glob: two stars go down, one star does not, hidden names are skipped", "[core]") {
    const GlobTree tree(
        {"a.py", "b.txt", "src/c.py", "src/deep/d.py", ".git/e.py", ".f.py", "src/.hidden/g.py"});
    CHECK(tree.expand({"*.py"}) == Names{"a.py"});
    CHECK(tree.expand({"**/*.py"}) == Names{"a.py", "src/c.py", "src/deep/d.py"});
    CHECK(tree.expand({"*/*.py"}) == Names{"src/c.py"});
    CHECK(tree.expand({".*.py"}) == Names{".f.py"});
    CHECK(tree.expand({".git/*"}) == Names{".git/e.py"});
    CHECK(tree.expand({"src/**"}) == Names{"src/.hidden/g.py", "src/c.py", "src/deep/d.py"});
    CHECK(tree.expand({"src/**/d.py"}) == Names{"src/deep/d.py"});
    CHECK(tree.expand({"nothing*", "nothing/at/all"}).empty());
}

TEST_CASE("glob: a directory stands for all below it, and every file comes once", "[core]") {
    const GlobTree tree({"src/c.py", "src/deep/d.py", "src/.hidden/g.py", "x"});
    const Names all = {"src/.hidden/g.py", "src/c.py", "src/deep/d.py"};
    CHECK(tree.expand({"src"}) == all);
    CHECK(tree.expand({"src/"}) == all);
    CHECK(tree.expand({"s*"}) == all);
    CHECK(tree.expand({"src", "src/c.py", "**/c.py"}) == all);
    CHECK(tree.expand({"x", "x"}) == Names{"x"});
}

TEST_CASE("glob: circles of links end, pipes are no files", "[core]") {
    const GlobTree tree({"a/b/c"});
    REQUIRE(::symlink("..", (tree.root + "/a/b/up").c_str()) == 0);
    REQUIRE(::symlink("gone", (tree.root + "/a/dangling").c_str()) == 0);
    REQUIRE(::mkfifo((tree.root + "/a/pipe").c_str(), 0600) == 0);
    CHECK(tree.expand({"a/**/c"}) == Names{"a/b/c"});
    CHECK(tree.expand({"a"}) == Names{"a/b/c"});
    CHECK(tree.expand({"a/pipe", "a/dangling"}).empty());
}

TEST_CASE("glob: paths are made absolute", "[core]") {
    CHECK(absolute_path("a/b", "/x") == "/x/a/b");
    CHECK(absolute_path("./a//b/../c", "/x/y") == "/x/y/a/c");
    CHECK(absolute_path("../../..", "/x") == "/");
    CHECK(absolute_path("/a/./b", "/x") == "/a/b");
    CHECK(absolute_path("", "/x") == "/x");
}

TEST_CASE("glob: names in a set begin at the common directory, or where the program runs",
          "[core]") {
    CHECK(common_root({"/data/a/x", "/data/a/y"}, "/home") == "/data/a");
    CHECK(common_root({"/data/a/x", "/data/b/y"}, "/home") == "/data");
    CHECK(common_root({"/data/a/x"}, "/home") == "/data/a");
    CHECK(common_root({"/data/ab/x", "/data/a/y"}, "/home") == "/data");
    CHECK(common_root({"/a/x", "/b/y"}, "/home") == "/");
    CHECK(common_root({"/home/src/x", "/home/src/y"}, "/home") == "/home");
    CHECK(common_root({"/home/x"}, "/home") == "/home");
    CHECK(common_root({"/homes/x"}, "/home") == "/homes");
    CHECK(common_root({}, "/home") == "/home");
    CHECK(common_root({"/tmp/x"}, "/") == "/");
}
