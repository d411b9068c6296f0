#include <neptune/client/monitoring/git.hpp>

#include "support/catch.hpp"

#include <neptune/core/files.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

using namespace neptune::client;

namespace {

/// A repository made by the program git in a directory of its own.
struct Repository {
    std::string root = neptune::core::make_temp_directory("neptune-git-");
    Repository() {
        git({"init", "-q", "-b", "main"});
        git({"config", "user.name", "A U Thor"});
        git({"config", "user.email", "author@example.com"});
    }
    Repository(const Repository&) = delete;
    Repository& operator=(const Repository&) = delete;
    ~Repository() { neptune::core::remove_tree(root); }

    std::string git(std::vector<std::string> words, const std::string& directory = {}) const {
        words.insert(words.begin(), {"git", "-C", directory.empty() ? root : directory});
        const auto output = run_program(
            words,
            {"GIT_AUTHOR_DATE=2024-01-02T03:04:05+01:00",
             "GIT_COMMITTER_DATE=2024-01-02T03:04:05+01:00", "GIT_CONFIG_GLOBAL=/dev/null",
             "GIT_CONFIG_SYSTEM=/dev/null", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"},
            {std::chrono::steady_clock::now() + std::chrono::seconds(60)});
        REQUIRE(output);
        return output->substr(0, output->find('\n'));
    }
    void write(const std::string& name, const std::string& text) const {
        const auto path = root + "/" + name;
        neptune::core::make_directories(path.substr(0, path.rfind('/')));
        const auto file = neptune::core::open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
        neptune::core::write_all(file, text, path);
    }
    std::string commit(const std::string& message = "first commit") const {
        write("src/main.cpp", "int main() {}\n");
        git({"add", "."});
        git({"commit", "-q", "-m", message});
        return git({"rev-parse", "HEAD"});
    }
    [[nodiscard]] Git with_git() const { return Git(GitFiles::find(root).value()); }
    /// As on a machine without the program.
    [[nodiscard]] Git without_git() const {
        return Git(GitFiles::find(root).value(), "neptune-has-no-such-program");
    }
};

/// Variables that a test may be started with, as inside a hook of Git.
struct HookVariables {
    HookVariables() { ::setenv("GIT_DIR", "/nonexistent", 1); }
    ~HookVariables() { ::unsetenv("GIT_DIR"); }
};

}  // namespace

TEST_CASE("git: a clean repository", "[monitoring]") {
    const Repository repository;
    const auto id = repository.commit();
    repository.git({"remote", "add", "origin", "https://user:secret@example.com/demo.git"});
    repository.git({"remote", "add", "backup", "git@example.com:demo.git"});
    const HookVariables variables;
    const auto found = repository.with_git().reference();
    REQUIRE(found);
    CHECK(found->commit.commit_id == id);
    CHECK(found->commit.message == "first commit\n");
    CHECK(found->commit.author_name == "A U Thor");
    CHECK(found->commit.author_email == "author@example.com");
    CHECK(found->commit.commit_date == "2024-01-02T03:04:05+01:00");
    CHECK_FALSE(found->repository_dirty);
    CHECK(found->current_branch == "main");
    using Remotes = std::vector<std::string>;
    CHECK(found->remotes == Remotes{"https://example.com/demo.git", "git@example.com:demo.git"});
    CHECK_FALSE(repository.with_git().diff());
    CHECK_FALSE(repository.with_git().upstream_diff());
}

TEST_CASE("git: without the program the files tell nearly the same", "[monitoring]") {
    const Repository repository;
    const auto id = repository.commit();
    auto found = repository.without_git().reference();
    REQUIRE(found);
    CHECK(found->commit.commit_id == id);
    CHECK(found->commit.message == "first commit");
    CHECK(found->commit.author_name == "A U Thor");
    CHECK(found->commit.author_email == "author@example.com");
    CHECK(found->commit.commit_date == "2024-01-02T02:04:05.000Z");
    CHECK_FALSE(found->repository_dirty);
    CHECK(found->current_branch == "main");
    CHECK_FALSE(repository.without_git().diff());

    repository.git({"pack-refs", "--all"});
    repository.write("src/main.cpp", "int main() { return 1; }\n");
    found = repository.without_git().reference();
    REQUIRE(found);
    CHECK(found->commit.commit_id == id);
    CHECK(found->repository_dirty);
    for (const char* const version : {"3", "4"}) {
        repository.git({"update-index", "--index-version", version});
        CHECK(repository.without_git().reference()->repository_dirty);
        repository.git({"checkout", "--", "."});
        CHECK_FALSE(repository.without_git().reference()->repository_dirty);
        ::unlink((repository.root + "/src/main.cpp").c_str());
        CHECK(repository.without_git().reference()->repository_dirty);
    }
}

TEST_CASE("git: changes and unknown files make a repository dirty, changes are in the diff",
          "[monitoring]") {
    const Repository repository;
    repository.commit();
    repository.write("notes.txt", "unknown to git\n");
    CHECK(repository.with_git().reference()->repository_dirty);
    CHECK_FALSE(repository.with_git().diff());
    repository.write("src/main.cpp", "int main() { return 1; }\n");
    const auto diff = repository.with_git().diff();
    REQUIRE(diff);
    CHECK_THAT(*diff, Catch::Matchers::ContainsSubstring("+int main() { return 1; }"));
    CHECK_THAT(*diff, !Catch::Matchers::ContainsSubstring("unknown to git"));
}

TEST_CASE("git: a detached head", "[monitoring]") {
    const Repository repository;
    const auto id = repository.commit();
    repository.git({"checkout", "-q", "--detach"});
    for (auto* const program : {"git", "neptune-has-no-such-program"}) {
        const auto found = Git(GitFiles::find(repository.root).value(), program).reference();
        REQUIRE(found);
        CHECK(found->commit.commit_id == id);
        CHECK(found->current_branch == "Detached HEAD");
    }
}

TEST_CASE("git: the difference to the upstream branch", "[monitoring]") {
    const Repository upstream;
    const auto first = upstream.commit();
    const std::string clone = neptune::core::make_temp_directory("neptune-clone-");
    upstream.git({"clone", "-q", upstream.root, clone + "/work"});
    const std::string work = clone + "/work";
    const auto find = [&] { return Git(GitFiles::find(work).value()).upstream_diff(); };
    CHECK_FALSE(find());

    upstream.git({"-c", "user.name=B", "-c", "user.email=b@example.com", "commit", "-q",
                  "--allow-empty", "-m", "nothing new"},
                 work);
    CHECK_FALSE(find());  // another commit, no difference
    const auto changed = neptune::core::open_file(work + "/src/main.cpp", O_WRONLY | O_APPEND);
    neptune::core::write_all(changed, "// more\n", work);
    auto diff = find();
    REQUIRE(diff);
    CHECK(diff->commit == first);
    CHECK_THAT(diff->patch, Catch::Matchers::ContainsSubstring("+// more"));

    // A branch that tracks nothing: the nearest commit that some tracked branch has.
    upstream.git({"checkout", "-q", "-b", "topic", "--no-track"}, work);
    diff = find();
    REQUIRE(diff);
    CHECK(diff->commit == first);
    neptune::core::remove_tree(clone);
}

TEST_CASE("git: found from a file or directory upwards, in worktrees too", "[monitoring]") {
    const Repository repository;
    repository.commit();
    CHECK(GitFiles::find(repository.root + "/src/main.cpp")->root() == repository.root);
    CHECK(GitFiles::find(repository.root + "/src")->root() == repository.root);
    CHECK_FALSE(GitFiles::find(repository.root + "/src/missing.cpp"));
    const std::string other = neptune::core::make_temp_directory("neptune-none-");
    CHECK_FALSE(GitFiles::find(other));
    repository.git({"worktree", "add", "-q", "-b", "second", other + "/tree"});
    const auto files = GitFiles::find(other + "/tree/src");
    REQUIRE(files);
    CHECK(files->root() == other + "/tree");
    CHECK(files->branch() == "second");
    CHECK(files->commit() == repository.git({"rev-parse", "HEAD"}));
    neptune::core::remove_tree(other);
}

TEST_CASE("git: no commit, no reference; damaged files tell less", "[monitoring]") {
    const Repository repository;
    CHECK_FALSE(repository.with_git().reference());
    CHECK_FALSE(repository.without_git().reference());
    const auto id = repository.commit();
    repository.write(".git/logs/HEAD", "nonsense\n");
    repository.write(".git/index", "DIRC\0\0\0\2\0\0\1\0short");
    repository.write(".git/config", "[remote \"origin\"\n\turl\n[remote \"b\"]\n url = \n");
    const auto found = repository.without_git().reference();
    REQUIRE(found);
    CHECK(found->commit.commit_id == id);
    CHECK(found->commit.author_name.empty());
    repository.write(".git/refs/heads/main", "ref: refs/heads/main\n");
    CHECK_FALSE(repository.without_git().reference());
}

TEST_CASE("git: a program that hangs does not keep us", "[monitoring]") {
    const Repository repository;
    const auto id = repository.commit();
    repository.write("hanging", "#!/bin/sh\nsleep 600\n");
    ::chmod((repository.root + "/hanging").c_str(), 0755);
    const auto start = std::chrono::steady_clock::now();
    Git git(GitFiles::find(repository.root).value(), repository.root + "/hanging");
    const auto found = git.reference();
    REQUIRE(found);
    CHECK(found->commit.commit_id == id);
    git.cancel();
    CHECK_FALSE(git.diff());
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}
