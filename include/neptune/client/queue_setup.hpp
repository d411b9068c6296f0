#ifndef NEPTUNE_CLIENT_QUEUE_SETUP_HPP
#define NEPTUNE_CLIENT_QUEUE_SETUP_HPP

// Where the journals of an object lie, what their metadata.json says, and what dead processes left
// there.

#include <neptune/client/journal_queue.hpp>
#include <neptune/client/monitoring/crash_mark.hpp>
#include <neptune/version.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/objects.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace neptune::client {

using neptune::detail::OpenRequest;

/// Copyable: a forked child makes another journal from the same. Lifetime: `reporter` outlives it.
struct QueueSetup {
    OpenRequest request;
    Environment environment;
    Mode mode = Mode::async;
    std::string object_id;
    Reporter& reporter;
    /// Of an offline run, which is made later.
    std::optional<wire::GitInfoDto> git_info{};

    [[nodiscard]] static std::string word(Mode mode) {
        return mode == Mode::sync ? "sync" : mode == Mode::offline ? "offline" : "async";
    }

    [[nodiscard]] journal::Options new_journal() const {
        const auto directory = queue_directory(environment, word(mode)) + "/" +
                               journal::directory_name(display_name(request.kind), object_id);
        return JournalQueue::options(request, environment, directory, metadata(), reporter);
    }

    /// The members of the Python client's metadata.json, with the compiler in place of the Python
    /// version; for offline runs also what is needed to make the run later.
    [[nodiscard]] std::string metadata() const {
        wire::Json json = {{"mode", word(mode)},
                           {"containerId", object_id},
                           {"containerType", display_name(request.kind)},
                           {"structureVersion", 3},
                           {"os", "Linux"},
                           {"compiler", compiler()},
                           {"neptuneClientVersion", neptune::version},
                           {"createdAt", core::to_iso8601(core::now_ms())}};
        if (mode == Mode::offline && request.custom_run_id)
            json["customId"] = *request.custom_run_id;
        if (mode == Mode::offline && git_info) json["gitInfo"] = wire::encode(*git_info);
        return wire::to_text(json);
    }

    /// Takes over every left-over of this object, oldest first.
    [[nodiscard]] std::vector<std::unique_ptr<journal::Journal>> claim_left_overs() const {
        const auto prefix = journal::object_prefix(display_name(request.kind), object_id);
        std::vector<std::tuple<std::int64_t, std::int64_t, std::string>> found;
        for (const auto* place : {"async", "sync"})
            for (auto& path : journal::left_overs(queue_directory(environment, place), prefix)) {
                struct stat status {};
                if (::stat((path + "/producer").c_str(), &status) == 0)
                    found.emplace_back(status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                                       std::move(path));
            }
        std::sort(found.begin(), found.end());
        std::vector<std::unique_ptr<journal::Journal>> result;
        for (const auto& entry : found) {
            const auto& path = std::get<2>(entry);
            try {
                auto journal =
                    journal::claim(JournalQueue::options(request, environment, path, {}, reporter));
                if (!journal) continue;
                take_crash_mark(*journal);
                if (const auto bytes = journal->damaged_bytes(); bytes != 0)
                    reporter.warning(
                        std::to_string(bytes) + " bytes of the queue " + path +
                        " that an earlier process left are damaged; what they held is lost");
                result.push_back(std::move(journal));
            } catch (const std::exception& error) {
                reporter.warning("the queue " + path +
                                 " that an earlier process left cannot be read: " + error.what());
            }
        }
        return result;
    }

    /// One line if other objects have unsent data here.
    void tell_of_left_overs() const {
        std::size_t count = 0;
        for (const auto* place : {"async", "sync", "offline"})
            count += journal::left_overs(queue_directory(environment, place), "").size();
        if (count != 0)
            reporter.info(std::to_string(count) + (count == 1 ? " queue" : " queues") +
                          " of earlier runs in this directory " + (count == 1 ? "is" : "are") +
                          " not sent; run `neptune-cpp sync`");
    }

private:
    static std::string compiler() {
#if defined(__clang__)
        return "clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__);
#elif defined(__GNUC__)
        return "gcc " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#else
        return "unknown";
#endif
    }
};

}  // namespace neptune::client

#endif
