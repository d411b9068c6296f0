#ifndef NEPTUNE_CLIENT_MONITORING_GIT_HPP
#define NEPTUNE_CLIENT_MONITORING_GIT_HPP

// The state of a repository: by the program git where it is installed and answers in time, else as
// far as the repository's files tell.

#include <neptune/client/monitoring/git_files.hpp>
#include <neptune/client/monitoring/program.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/time.hpp>
#include <neptune/wire/objects.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::client {

/// Threads: one at a time, but `cancel` from any.
class Git {
public:
    /// `program` is another one in tests.
    explicit Git(GitFiles files, std::string program = "git")
        : files_(std::move(files)), program_(std::move(program)) {}

    /// What the server makes `source_code/git` of. Nothing if there is no commit yet. Takes a few
    /// seconds at most, even in a huge or hanging repository.
    [[nodiscard]] std::optional<wire::GitInfoDto> reference() {
        wire::GitInfoDto result;
        constexpr auto patience = std::chrono::seconds(3);
        const auto log =
            ask({"log", "-1", "--no-show-signature", "--format=%H%x00%an%x00%ae%x00%cI%x00%B"},
                patience);
        auto& commit = result.commit;
        const auto parts = log ? fields(*log) : std::vector<std::string>();
        if (parts.size() == 5) {
            commit = {parts[0], parts[4], parts[1], parts[2], parts[3]};
            // The format adds the end of a line to the one that the message ends with.
            if (commit.message.ends_with('\n')) commit.message.pop_back();
        } else if (const auto id = files_.commit()) {
            commit.commit_id = *id;
            const auto move = files_.last_move();
            commit.commit_date = core::to_iso8601(move ? move->time : 0);
            constexpr std::string_view by_commit = "commit";
            if (move && move->commit == *id && move->message.starts_with(by_commit)) {
                commit.author_name = move->name;
                commit.author_email = move->email;
                const auto colon = move->message.find(": ");
                if (colon != std::string::npos) commit.message = move->message.substr(colon + 2);
            }
        } else {
            return std::nullopt;
        }
        const auto status = ask({"status", "--porcelain"}, patience);
        result.repository_dirty = status ? !status->empty() : files_.looks_dirty();
        result.current_branch = files_.branch().value_or("Detached HEAD");
        result.remotes = files_.remotes();
        return result;
    }

    /// Uncommitted changes against HEAD as a patch; nothing if there are none.
    [[nodiscard]] std::optional<std::string> diff() { return diff_to("HEAD"); }

    struct UpstreamDiff {
        std::string commit, patch;
    };
    /// Difference to the branch that this one tracks, else to the nearest common ancestor with any
    /// tracked branch; nothing if that is HEAD, or there is none, or no difference.
    [[nodiscard]] std::optional<UpstreamDiff> upstream_diff() {
        const auto head = files_.commit() ? files_.commit() : line({"rev-parse", "HEAD"});
        auto upstream = line({"rev-parse", "--verify", "--quiet", "@{upstream}^{commit}"});
        if (!upstream) upstream = nearest_ancestor();
        if (!upstream || !head || *upstream == *head) return std::nullopt;
        auto patch = diff_to(*upstream);
        if (!patch) return std::nullopt;
        return UpstreamDiff{std::move(*upstream), std::move(*patch)};
    }

    /// Ends the question under way and answers no more.
    void cancel() { cancelled_ = true; }

private:
    static constexpr auto long_patience = std::chrono::seconds(30);

    // Without pagers, prompts, locks, helpers of the user, and the variables of a hook that this
    // program may have been started by.
    [[nodiscard]] std::optional<std::string> ask(
        std::vector<std::string> words, std::chrono::steady_clock::duration patience) const {
        std::vector<std::string> command{program_, "--no-pager",
                                         "-C",     files_.root(),
                                         "-c",     "core.fsmonitor=false",
                                         "-c",     "core.quotePath=false",
                                         "-c",     "status.showUntrackedFiles=normal"};
        std::move(words.begin(), words.end(), std::back_inserter(command));
        return run_program(
            std::move(command),
            {"GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1",
             "GIT_ASKPASS=", "SSH_ASKPASS=", "LC_ALL=C", "GIT_DIR", "GIT_WORK_TREE",
             "GIT_INDEX_FILE", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS"},
            {std::chrono::steady_clock::now() + patience, std::size_t{64} << 20, &cancelled_});
    }
    [[nodiscard]] std::optional<std::string> line(std::vector<std::string> words) const {
        auto text = ask(std::move(words), long_patience);
        if (!text) return std::nullopt;
        text->erase((std::min)(text->find('\n'), text->size()));
        return text->empty() ? std::nullopt : text;
    }
    [[nodiscard]] std::optional<std::string> diff_to(const std::string& commit) const {
        auto patch = ask({"diff", "--no-ext-diff", "--no-textconv", "--no-color", commit, "--"},
                         long_patience);
        return patch && !patch->empty() ? patch : std::nullopt;
    }
    [[nodiscard]] std::optional<std::string> nearest_ancestor() const {
        const auto tracked =
            ask({"for-each-ref", "--format=%(upstream)", "refs/heads"}, long_patience).value_or("");
        std::optional<std::string> nearest;
        std::int64_t nearest_time = 0;
        constexpr std::size_t most = 50;  // each costs a program
        std::size_t asked = 0;
        for (const auto branch : detail::split(tracked, "\n")) {
            if (++asked > most) break;
            const auto base = line({"merge-base", "HEAD", std::string(branch)});
            const auto time = base ? line({"log", "-1", "--format=%ct", *base}) : std::nullopt;
            const auto seconds = time ? core::parse_int64(*time) : std::nullopt;
            if (!seconds || (nearest && *seconds <= nearest_time)) continue;
            nearest = base;
            nearest_time = *seconds;
        }
        return nearest;
    }
    // Parts between NUL bytes.
    static std::vector<std::string> fields(const std::string& text) {
        std::vector<std::string> result;
        for (std::size_t at = 0;;) {
            const auto end = text.find('\0', at);
            result.push_back(text.substr(at, end == std::string::npos ? end : end - at));
            if (end == std::string::npos) return result;
            at = end + 1;
        }
    }

    GitFiles files_;
    const std::string program_;
    std::atomic<bool> cancelled_{false};
};

}  // namespace neptune::client

#endif
