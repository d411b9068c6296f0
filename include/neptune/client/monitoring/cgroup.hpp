#ifndef NEPTUNE_CLIENT_MONITORING_CGROUP_HPP
#define NEPTUNE_CLIENT_MONITORING_CGROUP_HPP

// Limits and use of the control group that this process runs in: what a container may use, not what
// the machine has. Versions 1 and 2, also mixed.

#include <neptune/client/monitoring/system_files.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::client {

/// Units: bytes, cores, seconds. Each function reads its files anew; nothing where there is no such
/// limit or figure.
class Cgroup {
public:
    /// `root` is put before every path; tests give a tree of their own.
    explicit Cgroup(std::string root = {}) : root_(std::move(root)) {
        const auto text = detail::system_file(root_ + "/proc/self/cgroup").value_or("");
        std::string unified;
        bool has_unified = false;
        for (const auto line : detail::split(text, "\n")) {
            // number:controllers:path
            const auto first = line.find(':');
            const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
            if (second == std::string_view::npos) continue;
            const auto controllers = line.substr(first + 1, second - first - 1);
            const std::string path(line.substr(second + 1));
            if (controllers.empty()) {
                unified = path;
                has_unified = true;
            }
            for (const auto controller : detail::split(controllers, ",")) {
                if (controller == "memory") memory_ = place({"memory"}, path, 1);
                if (controller == "cpu") cpu_ = place({"cpu", "cpu,cpuacct"}, path, 1);
                if (controller == "cpuacct") usage_ = place({"cpuacct", "cpu,cpuacct"}, path, 1);
            }
            const auto is_container = [&](std::string_view word) {
                return path.find(word) != std::string::npos;
            };
            in_container_ = in_container_ || is_container("docker") || is_container("kubepods") ||
                            is_container("containerd") || is_container("libpod") ||
                            is_container("lxc");
        }
        if (has_unified) {
            const auto second = place({"", "unified"}, unified, 2);
            if (memory_.version == 0) memory_ = second;
            if (cpu_.version == 0) cpu_ = usage_ = second;
        }
        for (const auto* mark : {"/.dockerenv", "/run/.containerenv"})
            if (detail::system_file(root_ + mark)) in_container_ = true;
    }

    [[nodiscard]] bool in_container() const { return in_container_; }

    [[nodiscard]] std::optional<double> memory_limit() const {
        return smallest(memory_, [this](const std::string& directory) {
            const auto text = detail::system_file(
                directory + (memory_.version == 1 ? "/memory.limit_in_bytes" : "/memory.max"));
            return text ? first_number(*text) : std::nullopt;
        });
    }
    /// Without the file cache that the kernel would give up first.
    [[nodiscard]] std::optional<double> memory_used() const {
        if (memory_.version == 0) return std::nullopt;
        const bool old = memory_.version == 1;
        const auto used = detail::system_file(memory_.directory() +
                                              (old ? "/memory.usage_in_bytes" : "/memory.current"));
        const auto number = used ? first_number(*used) : std::nullopt;
        if (!number) return std::nullopt;
        const auto statistics =
            detail::system_file(memory_.directory() + "/memory.stat").value_or("");
        const auto cache =
            detail::number_behind(statistics, old ? "total_inactive_file" : "inactive_file");
        return (std::max)(0.0, *number - cache.value_or(0));
    }
    [[nodiscard]] std::optional<double> cpu_limit() const {
        return smallest(cpu_, [this](const std::string& directory) -> std::optional<double> {
            std::optional<double> quota, period;
            if (cpu_.version == 1) {
                quota =
                    first_number(detail::system_file(directory + "/cpu.cfs_quota_us").value_or(""));
                period = first_number(
                    detail::system_file(directory + "/cpu.cfs_period_us").value_or(""));
            } else {
                const auto text = detail::system_file(directory + "/cpu.max").value_or("");
                const auto words = detail::split(text);
                if (words.size() == 2) {
                    quota = detail::system_number(words[0]);
                    period = detail::system_number(words[1]);
                }
            }
            if (!quota || !period || *quota <= 0 || *period <= 0) return std::nullopt;
            return *quota / *period;
        });
    }
    /// Time on all cores since the group was made.
    [[nodiscard]] std::optional<double> cpu_used() const {
        if (usage_.version == 0) return std::nullopt;
        if (usage_.version == 1) {
            const auto text = detail::system_file(usage_.directory() + "/cpuacct.usage");
            const auto nanoseconds = text ? first_number(*text) : std::nullopt;
            return nanoseconds ? std::optional(*nanoseconds / 1e9) : std::nullopt;
        }
        const auto text = detail::system_file(usage_.directory() + "/cpu.stat").value_or("");
        const auto microseconds = detail::number_behind(text, "usage_usec");
        return microseconds ? std::optional(*microseconds / 1e6) : std::nullopt;
    }

private:
    struct Place {
        int version = 0;    ///< 0: there is none
        std::string mount;  ///< where the controller's tree begins
        std::string path;   ///< of the group below it, "" or "/a/b"
        [[nodiscard]] std::string directory() const { return mount + path; }
    };

    // In a container the path is often that of the machine, while only the container's own group is
    // mounted: as the root of the tree.
    [[nodiscard]] Place place(const std::vector<std::string>& names, std::string path,
                              int version) const {
        if (path == "/") path.clear();
        const char* const probe = version == 2 ? "/cgroup.controllers" : "/cgroup.procs";
        for (const auto& name : names) {
            const std::string mount = root_ + "/sys/fs/cgroup" + (name.empty() ? "" : "/" + name);
            for (const auto& below : {path, std::string()})
                if (detail::system_file(mount + below + probe)) return {version, mount, below};
        }
        return {};
    }

    // The limits of all groups above hold too.
    template <class Read>
    static std::optional<double> smallest(const Place& place, Read read) {
        if (place.version == 0) return std::nullopt;
        std::optional<double> result;
        for (std::string path = place.path;; path.erase(path.rfind('/'))) {
            const auto limit = read(place.mount + path);
            if (limit && (!result || *limit < *result)) result = limit;
            if (path.empty()) return result;
        }
    }
    static std::optional<double> first_number(std::string_view text) {
        const auto words = detail::split(text);
        return words.empty() ? std::nullopt : detail::system_number(words[0]);
    }

    std::string root_;
    Place memory_, cpu_, usage_;
    bool in_container_ = false;
};

}  // namespace neptune::client

#endif
