#ifndef NEPTUNE_TESTS_UNIT_JOURNAL_FIXTURE_HPP
#define NEPTUNE_TESTS_UNIT_JOURNAL_FIXTURE_HPP

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>
#include <neptune/journal/journal.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace journal_test {

/// A directory of the test's own, removed at the end.
class TempDir {
public:
    TempDir() : path_(neptune::core::make_temp_directory("neptune-journal-")) {}
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir() { neptune::core::remove_tree(path_); }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string operator/(const std::string& name) const {
        return path_ + "/" + name;
    }

private:
    std::string path_;
};

inline neptune::journal::Options options_in(const std::string& directory) {
    neptune::journal::Options options;
    options.directory = directory;
    options.metadata = "{}";
    options.min_free_bytes = 0;
    return options;
}

/// What a test compares: number, field, text.
struct Seen {
    std::uint64_t sequence;
    std::string path;
    std::string payload;
    friend bool operator==(const Seen&, const Seen&) = default;
};

inline std::vector<Seen> seen(const neptune::journal::Journal& journal,
                              const neptune::journal::Batch& batch) {
    std::vector<Seen> result;
    for (const auto& record : batch.records)
        result.push_back({record.sequence, std::string(journal.path(record.field)),
                          std::string(record.payload)});
    return result;
}

/// All that is not yet acknowledged.
inline std::vector<Seen> pending(const neptune::journal::Journal& journal) {
    return seen(journal, journal.read(journal.acknowledged() + 1, SIZE_MAX, SIZE_MAX));
}

inline std::vector<std::string> segment_names(const std::string& directory) {
    std::vector<std::string> names;
    for (auto& name : neptune::core::list_directory(directory))
        if (name.starts_with("segment-")) names.push_back(std::move(name));
    return names;
}

/// Runs `body` in a child process and gives its exit code, 128 + signal, or what `body` returned.
template <class Body>
int in_child(Body body) {
    const ::pid_t child = ::fork();
    if (child == 0) {
        int code = 99;
        try {
            code = body();
        } catch (...) {
        }
        ::_exit(code);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace journal_test

#endif
