#ifndef NEPTUNE_CORE_PROCESSES_HPP
#define NEPTUNE_CORE_PROCESSES_HPP

// What other processes do with files of programs that take no locks, as far as the system tells.

#include <neptune/core/number.hpp>
#include <neptune/core/os.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace neptune::core {

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
    const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    const auto system = read_file("/proc/stat");
    if (!stat || !system) return std::nullopt;
    // Behind the program's name, which may hold anything, the 20th word counts ticks since the
    // machine's start. Source: proc(5).
    std::istringstream words(stat->substr(stat->rfind(')') + 1));
    std::string word;
    for (int i = 0; i < 20; ++i) words >> word;
    const auto ticks = parse_int64(word);
    const std::string_view name = "\nbtime ";
    const auto at = system->find(name);
    if (!ticks || at == std::string::npos) return std::nullopt;
    const auto begin = at + name.size();
    const auto boot = parse_int64(system->substr(begin, system->find('\n', begin) - begin));
    if (!boot) return std::nullopt;
    return *boot + *ticks / ::sysconf(_SC_CLK_TCK);
}

}  // namespace neptune::core

#endif
