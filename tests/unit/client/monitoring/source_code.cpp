#include <neptune/client/monitoring/source_code.hpp>

#include "support/catch.hpp"

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <string>
#include <vector>

#include <fcntl.h>

using neptune::client::find_source_code;

namespace {

struct Sources {
    std::string root = neptune::core::make_temp_directory("neptune-source-");
    Sources() {
        neptune::core::make_directories(root + "/src/util");
        for (const char* const name : {"/src/main.cpp", "/src/util/a.hpp", "/src/util/b.hpp"})
            neptune::core::write_file_atomically(root + name, "// text\n");
    }
    Sources(const Sources&) = delete;
    Sources& operator=(const Sources&) = delete;
    ~Sources() { neptune::core::remove_tree(root); }
};
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("source_code: by default the file that opened the run", "[monitoring]") {
    const Sources sources;
    const auto main = sources.root + "/src/main.cpp";
    auto found = find_source_code(main, {}, "/");
    CHECK(found.entrypoint == "main.cpp");
    CHECK(found.files == Names{main});
    // As a compiler gives it that was started in the folder of the sources.
    found = find_source_code("src/main.cpp", {}, sources.root);
    CHECK(found.entrypoint == "main.cpp");
    CHECK(found.files == Names{main});
}

TEST_CASE("source_code: of a file that is not on this machine only the name is known",
          "[monitoring]") {
    const auto found = find_source_code("/build/elsewhere/train.cpp", {}, "/");
    CHECK(found.entrypoint == "train.cpp");
    CHECK(found.files.empty());
    CHECK(find_source_code("", {}, "/").entrypoint.empty());
}

TEST_CASE("source_code: with files given the entry point is named from what they have in common",
          "[monitoring]") {
    const Sources sources;
    const auto found =
        find_source_code("src/main.cpp", Names{"src/*.cpp", "src/**/*.hpp"}, sources.root);
    CHECK(found.files == Names{sources.root + "/src/*.cpp", sources.root + "/src/**/*.hpp"});
    CHECK(found.entrypoint == "src/main.cpp");
    const auto elsewhere =
        find_source_code(sources.root + "/src/main.cpp", Names{"src/util/*.hpp"}, sources.root);
    CHECK(elsewhere.entrypoint.find("main.cpp") != std::string::npos);
}

TEST_CASE("source_code: an empty list uploads nothing, the entry point is kept", "[monitoring]") {
    const Sources sources;
    const auto found = find_source_code("src/main.cpp", Names{}, sources.root);
    CHECK(found.entrypoint == "main.cpp");
    CHECK(found.files.empty());
    CHECK(find_source_code("src/main.cpp", Names{"src/*.none"}, sources.root).entrypoint ==
          "main.cpp");
}
