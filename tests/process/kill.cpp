// A program that logs is killed with SIGKILL again and again, at any moment, and started anew, resuming its run by a custom ID.
// In the end the server has every value whose call had returned, exactly once and in the order of the calls.
//
//     kill [rounds]          default 100, under a sanitizer 10

#include <neptune/run.hpp>

#include "support/test_server.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int default_rounds = 10;
#else
constexpr int default_rounds = 100;
#endif

namespace {

constexpr std::size_t most_values = std::size_t{1} << 22;
constexpr const char* series[] = {"own_steps", "given_steps"};

/// Shared with the child through a file: what it has begun to log, and which of its calls had returned.
struct Diary {
    std::atomic<std::uint64_t> begun{0};
    std::atomic<std::uint8_t> returned[most_values] = {};
};

Diary* map_diary(const std::string& path, bool make) {
    const int file = ::open(path.c_str(), O_RDWR | (make ? O_CREAT : 0), 0600);
    if (file < 0 || (make && ::ftruncate(file, sizeof(Diary)) != 0)) throw std::runtime_error("cannot open " + path);
    void* const memory = ::mmap(nullptr, sizeof(Diary), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (memory == MAP_FAILED) throw std::runtime_error("cannot map " + path);
    return static_cast<Diary*>(memory);  // a new file is all zeros, which is what the members begin with
}

/// Logs until it is killed: value n is logged at most once, by whichever child comes to it.
[[noreturn]] void child(const std::string& diary_path) {
    Diary& diary = *map_diary(diary_path, false);
    // Short enough that many kills hit a batch on its way.
    const auto run = neptune::init_run({.custom_run_id = "killed", .flush_period = std::chrono::milliseconds(20)});
    const auto own_steps = run[series[0]], given_steps = run[series[1]];
    for (;;) {
        const std::uint64_t n = ++diary.begun;
        if (n >= most_values) throw std::runtime_error("the diary is full");
        own_steps.append(static_cast<double>(n));
        diary.returned[n] = 1;
        given_steps.append(static_cast<double>(n), {.step = static_cast<double>(n)});
        diary.returned[n] = 3;
        std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
}

void kill_after(const char* program, const std::string& diary_path, std::chrono::microseconds time) {
    const ::pid_t pid = ::fork();
    if (pid == 0) {
        ::execl(program, program, "child", diary_path.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    std::this_thread::sleep_for(time);
    ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (!WIFSIGNALED(status)) throw std::runtime_error("the child ended by itself, status " + std::to_string(status));
}

int check(const char* name, int bit, const Diary& diary, const std::vector<double>& values) {
    int faults = 0;
    double last = 0;
    std::vector<bool> there(most_values);
    for (const double value : values) {
        if (value <= last && faults++ < 5) std::printf("%s: %g comes after %g\n", name, value, last);
        last = value;
        there[static_cast<std::size_t>(value)] = true;
    }
    std::uint64_t returned = 0;
    for (std::size_t n = 1; n <= diary.begun; ++n) {
        if ((diary.returned[n] & bit) == 0) continue;
        ++returned;
        if (!there[n] && faults++ < 5) std::printf("%s: %zu was logged and is not there\n", name, n);
    }
    std::printf("%s: %llu calls returned, %zu values on the server, %d faults\n", name,
                static_cast<unsigned long long>(returned), values.size(), faults);
    return faults;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc == 3 && std::strcmp(argv[1], "child") == 0) child(argv[2]);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : default_rounds;

    support::TestServer server;
    server.listen();
    const support::TempDirectory directory;
    ::setenv("NEPTUNE_API_TOKEN", server.token().c_str(), 1);
    ::setenv("NEPTUNE_PROJECT", "team/test", 1);
    ::setenv("NEPTUNE_DATA_DIRECTORY", directory.path.c_str(), 1);
    const std::string diary_path = directory.path + "/diary";
    const Diary& diary = *map_diary(diary_path, true);

    std::mt19937 random(std::random_device{}());
    // From the first instruction of the child, through its start and the adoption, to well into its logging.
    std::uniform_int_distribution<int> moment(0, rounds == default_rounds && default_rounds == 10 ? 2'000'000 : 250'000);
    for (int round = 0; round < rounds; ++round)
        kill_after(argv[0], diary_path, std::chrono::microseconds(moment(random)));

    {
        const auto run = neptune::init_run({.custom_run_id = "killed", .adopt = neptune::Adopt::wait});
        run.stop();
    }
    const auto view = neptune::open_run({.custom_run_id = "killed"});
    int faults = check(series[0], 1, diary, support::values_of(view, series[0]));
    faults += check(series[1], 2, diary, support::values_of(view, series[1]));
    if (diary.begun < static_cast<std::uint64_t>(rounds)) {
        std::printf("the children logged only %llu values\n", static_cast<unsigned long long>(diary.begun.load()));
        return 1;
    }
    return faults == 0 ? 0 : 1;
} catch (const std::exception& error) {
    std::printf("%s\n", error.what());
    return 1;
}
