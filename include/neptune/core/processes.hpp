#ifndef NEPTUNE_CORE_PROCESSES_HPP
#define NEPTUNE_CORE_PROCESSES_HPP

// What other processes do with files of programs that take no locks, as far as the system tells.

#include <neptune/core/number.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace neptune::core {

namespace detail {

/// A file below /proc; empty if it is not there, or its process ends meanwhile.
inline std::string proc_text(const std::string& name) {
    std::ifstream file("/proc/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace detail

/// A process of this machine that has the file open, this one included; nothing if there is none,
/// or no such file. Processes of other users are not seen, nor those behind a network file system,
/// nor any where the system does not tell (Linux does).
[[nodiscard]] inline std::optional<::pid_t> process_with_open_file(const std::string& path) {
    namespace fs = std::filesystem;
    struct ::stat wanted {};
    if (::stat(path.c_str(), &wanted) != 0) return std::nullopt;
    // Processes and their files come and go while they are listed: what cannot be read is skipped.
    std::error_code gone;
    for (fs::directory_iterator process("/proc", gone), end; !gone && process != end;
         process.increment(gone)) {
        const auto pid = parse_int64(process->path().filename().string());
        if (!pid) continue;
        std::error_code hidden;
        for (fs::directory_iterator file(process->path() / "fd", hidden); !hidden && file != end;
             file.increment(hidden)) {
            struct ::stat open {};
            // By identity, since containers see other paths.
            if (::stat(file->path().c_str(), &open) == 0 && open.st_dev == wanted.st_dev &&
                open.st_ino == wanted.st_ino)
                return static_cast<::pid_t>(*pid);
        }
    }
    return std::nullopt;
}

/// When the process began, in seconds since the Unix epoch; nothing if there is no such process, or
/// the system does not tell (Linux does).
[[nodiscard]] inline std::optional<std::int64_t> process_start(::pid_t pid) {
    const auto stat = detail::proc_text(std::to_string(pid) + "/stat");
    const auto system = detail::proc_text("stat");
    if (stat.empty() || system.empty()) return std::nullopt;
    // Behind the program's name, which may hold anything, the 20th word counts ticks since the
    // machine's start. Source: proc(5).
    std::istringstream words(stat.substr(stat.rfind(')') + 1));
    std::string word;
    for (int i = 0; i < 20; ++i) words >> word;
    const auto ticks = parse_int64(word);
    const std::string_view name = "\nbtime ";
    const auto at = system.find(name);
    if (!ticks || at == std::string::npos) return std::nullopt;
    const auto begin = at + name.size();
    const auto boot = parse_int64(system.substr(begin, system.find('\n', begin) - begin));
    if (!boot) return std::nullopt;
    return *boot + *ticks / ::sysconf(_SC_CLK_TCK);
}

namespace detail {

// State and parent of a process: the words behind its name, which may hold anything. Source:
// proc(5).
struct ProcessStat {
    char state = 0;
    ::pid_t parent = 0;
};
inline std::optional<ProcessStat> process_stat(::pid_t pid) {
    const auto text = proc_text(std::to_string(pid) + "/stat");
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    ProcessStat result;
    std::istringstream words(text.substr(name_end + 1));
    words >> result.state >> result.parent;
    return result;
}

}  // namespace detail

/// False for a process that has ended, its parent having asked for its status or not.
[[nodiscard]] inline bool is_running(::pid_t pid) {
    const auto stat = detail::process_stat(pid);
    return stat && stat->state != 'Z' && stat->state != 'X';
}

/// The children of a process, their children, and so on, as far as the system tells (Linux does).
[[nodiscard]] inline std::vector<::pid_t> descendants(::pid_t ancestor) {
    std::vector<std::pair<::pid_t, ::pid_t>> all;  // process, parent
    std::error_code gone;
    for (std::filesystem::directory_iterator process("/proc", gone), end; !gone && process != end;
         process.increment(gone))
        if (const auto pid = parse_int64(process->path().filename().string()))
            if (const auto stat = detail::process_stat(static_cast<::pid_t>(*pid)))
                all.emplace_back(static_cast<::pid_t>(*pid), stat->parent);
    std::vector<::pid_t> result{ancestor};
    for (std::size_t i = 0; i < result.size(); ++i)
        for (const auto& [pid, parent] : all)
            if (parent == result[i]) result.push_back(pid);
    result.erase(result.begin());
    return result;
}

}  // namespace neptune::core

#endif
