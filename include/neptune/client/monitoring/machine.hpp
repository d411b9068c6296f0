#ifndef NEPTUNE_CLIENT_MONITORING_MACHINE_HPP
#define NEPTUNE_CLIENT_MONITORING_MACHINE_HPP

// CPU and memory in use: of the machine, or of the container where there are limits.

#include <neptune/client/monitoring/cgroup.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::client {

/// Linux; elsewhere there are no figures. Threads: one at a time.
class Machine {
public:
    /// `root` is put before every path; `now` is in seconds of a clock that never goes back, here
    /// and below.
    Machine(std::string root, double now) : root_(std::move(root)), cgroup_(root_) {
        const auto info = detail::system_file(root_ + "/proc/meminfo").value_or("");
        memory_total_ = detail::number_behind(info, "MemTotal").value_or(0) * 1024;
        const auto limit = cgroup_.memory_limit();
        memory_of_group_ =
            cgroup_.memory_used() && (cgroup_.in_container() || (limit && *limit < memory_total_));
        if (memory_of_group_ && limit && (memory_total_ <= 0 || *limit < memory_total_))
            memory_total_ = *limit;

        cores_ = count_cores();
        const auto cores = cgroup_.cpu_limit();
        cpu_of_group_ =
            cgroup_.cpu_used() && (cgroup_.in_container() || (cores && *cores < cores_));
        if (cpu_of_group_ && cores && (cores_ <= 0 || *cores < cores_)) cores_ = *cores;
        before_ = cpu_times(now);
    }

    /// Bytes that may be used; 0 if that is not known.
    [[nodiscard]] double memory_total() const { return memory_total_; }
    /// Bytes in use: for a machine what is not available to a new program.
    [[nodiscard]] std::optional<double> memory_used() const {
        if (memory_of_group_) return cgroup_.memory_used();
        const auto info = detail::system_file(root_ + "/proc/meminfo").value_or("");
        const auto available = detail::number_behind(info, "MemAvailable");
        return available ? std::optional((std::max)(0.0, memory_total_ - *available * 1024))
                         : std::nullopt;
    }

    /// Percent of all cores that may be used, over the time since the last call, at first since the
    /// construction; 0 if no time has passed that the system can measure.
    [[nodiscard]] std::optional<double> cpu_percent(double now) {
        const auto times = cpu_times(now);
        if (!times || !before_) return std::nullopt;
        const double busy = times->busy - before_->busy;
        const double all = times->all - before_->all;
        before_ = times;
        return all > 0 ? std::clamp(100 * busy / all, 0.0, 100.0) : 0.0;
    }

private:
    struct CpuTimes {
        double busy, all;
    };

    [[nodiscard]] double count_cores() const {
        const auto text = detail::system_file(root_ + "/proc/stat").value_or("");
        double count = 0;
        for (const auto line : detail::split(text, "\n"))
            if (line.size() > 3 && line.starts_with("cpu") && line[3] != ' ') ++count;
        return count;
    }

    [[nodiscard]] std::optional<CpuTimes> cpu_times(double now) const {
        if (cpu_of_group_) {
            const auto used = cgroup_.cpu_used();
            return used ? std::optional(CpuTimes{*used, now * cores_}) : std::nullopt;
        }
        const auto text = detail::system_file(root_ + "/proc/stat").value_or("");
        for (const auto line : detail::split(text, "\n")) {
            const auto words = detail::split(line);
            if (words.size() < 5 || words[0] != "cpu") continue;
            CpuTimes times{0, 0};
            // user nice system idle iowait irq softirq steal; what follows is part of user and nice
            for (std::size_t i = 1; i < (std::min)(words.size(), std::size_t{9}); ++i) {
                const double ticks = detail::system_number(words[i]).value_or(0);
                times.all += ticks;
                if (i != 4 && i != 5) times.busy += ticks;
            }
            return times;
        }
        return std::nullopt;
    }

    std::string root_;
    Cgroup cgroup_;
    double memory_total_ = 0, cores_ = 0;
    bool memory_of_group_ = false, cpu_of_group_ = false;
    std::optional<CpuTimes> before_;
};

}  // namespace neptune::client

#endif
