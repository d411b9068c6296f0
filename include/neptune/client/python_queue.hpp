#ifndef NEPTUNE_CLIENT_PYTHON_QUEUE_HPP
#define NEPTUNE_CLIENT_PYTHON_QUEUE_HPP

// A queue directory that the Python client left behind: data-<first version>.log with one JSON
// object per line, last_put_version, last_ack_version, upload_path/. It takes no lock. After
// SIGKILL the counter of what was put may be ahead of the data, and the last line be cut short.

#include <neptune/core/descriptor.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/processes.hpp>
#include <neptune/core/time.hpp>
#include <neptune/wire/codec.hpp>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::client {

/// Reads only. Threads: one.
class PythonQueue {
public:
    /// Errors: std::system_error if the directory cannot be read.
    explicit PythonQueue(std::string directory) : directory_(std::move(directory)) {
        constexpr std::string_view before = "data-", after = ".log";
        for (const auto& name : core::list_directory(directory_)) {
            if (name.size() <= before.size() + after.size() || !name.starts_with(before) ||
                !name.ends_with(after))
                continue;
            const auto version = core::parse_int64(
                name.substr(before.size(), name.size() - before.size() - after.size()));
            if (version) files_.emplace_back(*version, directory_ + "/" + name);
        }
        std::sort(files_.begin(), files_.end());
    }

    /// The process that writes it; nothing if none of this user on this machine does.
    [[nodiscard]] std::optional<::pid_t> writer() const {
        if (const auto pid = core::process_with_open_file(directory_ + "/last_put_version"))
            return pid;
        return files_.empty() ? std::nullopt : core::process_with_open_file(files_.back().second);
    }

    /// Version of the last operation that was queued, as far as its counter says; 0 if it does not.
    [[nodiscard]] std::int64_t last_put() const { return counter("last_put_version"); }
    /// Version of the last operation that the server has.
    [[nodiscard]] std::int64_t last_acknowledged() const { return counter("last_ack_version"); }

    /// True if nothing is left to be sent, whatever the counter of the queued ones says.
    [[nodiscard]] bool is_sent() const {
        const auto acknowledged = last_acknowledged();
        if (last_put() > acknowledged) return false;
        return !read_until(
            [&](const Line& line) { return !line.object || line.version > acknowledged; });
    }

    /// One line of the data.
    struct Line {
        /// 0 if the line cannot be read.
        std::int64_t version = 0;
        /// When it was queued, ms since the Unix epoch, UTC; 0 if it does not say.
        std::int64_t time_ms = 0;
        /// The operation; nothing if the line is damaged.
        std::optional<wire::Json> object{};
    };

    /// Hands all lines that are not acknowledged to `take`, in order. A last line that is cut short
    /// is left out: it was never wholly written. Errors: what `take` throws.
    template <class Take>
    void read(Take take) const {
        const auto acknowledged = last_acknowledged();
        read_until([&](const Line& line) {
            if (!line.object || line.version > acknowledged) take(line);
            return false;
        });
    }

    [[nodiscard]] const std::string& directory() const { return directory_; }

private:
    [[nodiscard]] std::int64_t counter(const char* name) const {
        auto text = core::read_file(directory_ + "/" + name).value_or("");
        text.erase(text.find_last_not_of(" \r\n") + 1);
        return core::parse_int64(text).value_or(0);
    }

    static Line parse(const std::string& text) {
        Line line;
        auto json = wire::Json::parse(text, nullptr, false);
        if (!json.is_object() || !json.contains("obj") || !json.contains("version") ||
            !json["version"].is_number_integer())
            return line;
        line.version = json["version"].get<std::int64_t>();
        if (const auto at = json.find("at"); at != json.end() && at->is_number())
            line.time_ms = core::millis_from_seconds(at->get<double>()).value_or(0);
        line.object = std::move(json["obj"]);
        return line;
    }

    // Until `stop` gives true; gives whether it did.
    template <class Stop>
    bool read_until(Stop stop) const {
        for (std::size_t i = 0; i < files_.size(); ++i) {
            std::ifstream file(files_[i].second, std::ios::binary);
            if (!file) throw core::os_error(EIO, "read", files_[i].second);
            for (std::string text; std::getline(file, text);) {
                const bool is_whole = !file.eof();  // the newline was there
                if (text.find_first_not_of(" \r\t") == std::string::npos) continue;
                auto line = parse(text);
                if (!line.object && !is_whole && i + 1 == files_.size()) continue;
                if (stop(line)) return true;
            }
        }
        return false;
    }

    std::string directory_;
    std::vector<std::pair<std::int64_t, std::string>> files_;
};

}  // namespace neptune::client

#endif
