// Kills a process that logs as fast as it can, at random moments, and looks for every record whose
// call had returned.
//
//     journal_kill [rounds = 100]
//
// The child counts returned calls in shared memory, which outlives it: first the call, then the
// count.

#include <neptune/core/os.hpp>
#include <neptune/journal/left_overs.hpp>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <signal.h>

namespace {

namespace core = neptune::core;
namespace journal = neptune::journal;

constexpr std::size_t threads = 2;
constexpr std::size_t large_every = 997;

/// What the child has been told, in shared memory.
struct Returned {
    std::atomic<std::uint64_t> calls[threads];  ///< per thread: calls that returned
    std::atomic<std::uint64_t> acknowledged;    ///< the highest number given to acknowledge()
    std::atomic<std::uint64_t> flight;  ///< the highest number given to begin_flight(), returned
};

void require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

std::string payload_of(std::size_t thread, std::uint64_t call) {
    std::string payload = std::to_string(thread) + ":" + std::to_string(call);
    if (call % large_every == 0) payload += std::string(70'000, '.');
    return payload;
}

/// Logs until it is killed. Acknowledges now and then, so that segments come and go.
[[noreturn]] void log_for_ever(const journal::Options& options, Returned& returned) {
    const auto log = journal::Journal::create(options);
    const auto work = [&](std::size_t thread) {
        const auto field = log->intern("thread/" + std::to_string(thread));
        for (std::uint64_t call = 1;; ++call) {
            if (!log->append(field, 1, 0, 0, payload_of(thread, call))) std::abort();
            returned.calls[thread].store(call);
            if (thread == 0 && call % 5000 == 0) {
                const std::uint64_t last = log->last_sequence() - 1000;
                if (last <= log->acknowledged()) continue;
                log->begin_flight(last);
                returned.flight.store(last);
                // Before the call: it may be cut short after the counters moved.
                returned.acknowledged.store(last);
                if (call % 10000 == 0) log->acknowledge(last);
            }
        }
    };
    std::thread other(work, 1);
    work(0);
    std::abort();
}

/// Every record after the acknowledged ones, in order, without gaps or doubles, and all that had
/// returned.
std::uint64_t check(const journal::Options& options, const Returned& returned) {
    const auto left =
        journal::left_overs(options.directory.substr(0, options.directory.rfind('/')), "");
    require(left == std::vector<std::string>{options.directory}, "the directory is no left-over");
    const auto log = journal::claim(options);
    require(log != nullptr, "the directory cannot be claimed");
    require(log->acknowledged() <= returned.acknowledged, "acknowledged what nobody acknowledged");
    const std::uint64_t flight = returned.flight;
    if (flight > log->acknowledged())
        require(log->in_flight() && log->in_flight()->last >= flight,
                "the batch under way is lost");

    std::uint64_t expected = log->acknowledged() + 1;
    std::uint64_t next[threads] = {};
    while (true) {
        const journal::Batch batch = log->read(expected, 10'000, std::size_t{16} << 20);
        if (batch.empty()) break;
        for (const journal::Record& record : batch.records) {
            require(record.sequence == expected, "number " + std::to_string(record.sequence) +
                                                     " comes instead of " +
                                                     std::to_string(expected));
            ++expected;
            const std::size_t thread = record.payload.at(0) == '0' ? 0 : 1;
            const std::uint64_t call = std::stoull(std::string(record.payload.substr(2, 20)));
            require(log->path(record.field) == "thread/" + std::to_string(thread), "wrong field");
            require(record.payload == payload_of(thread, call), "wrong payload");
            require(next[thread] == 0 || call == next[thread], "call " + std::to_string(call) +
                                                                   " comes instead of " +
                                                                   std::to_string(next[thread]));
            next[thread] = call + 1;
        }
    }
    require(expected == log->last_sequence() + 1, "records are missing at the end");
    std::uint64_t calls = 0;
    for (std::size_t thread = 0; thread < threads; ++thread) {
        calls += returned.calls[thread];
        if (next[thread] != 0)
            require(next[thread] > returned.calls[thread], "a returned call is lost");
    }
    require(log->last_sequence() >= calls, "there are fewer records than returned calls");
    require(log->last_sequence() <= calls + threads, "there are more records than calls");

    if (log->last_sequence() > log->acknowledged()) log->acknowledge(log->last_sequence());
    require(log->close_and_remove(), "the directory stays");
    return calls;
}

int run(unsigned rounds) {
    std::mt19937 random_number{std::random_device{}()};
    const std::string base = core::make_temp_directory("neptune-kill-");
    void* const memory = ::mmap(nullptr, sizeof(Returned), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    require(memory != MAP_FAILED, "no shared memory");
    std::uint64_t total = 0;
    for (unsigned round = 0; round < rounds; ++round) {
        Returned& returned = *new (memory) Returned{};
        journal::Options options;
        options.directory = base + "/" + journal::directory_name("run", core::uuid4());
        options.segment_size = std::size_t{256} << 10;
        const auto microseconds = static_cast<::useconds_t>(random_number() % 30'000);
        const ::pid_t child = ::fork();
        require(child >= 0, "no process");
        if (child == 0) {
            try {
                log_for_ever(options, returned);
            } catch (const std::exception& error) {
                std::fprintf(stderr, "child: %s\n", error.what());
            }
            std::abort();
        }
        // Not before the first call, else a slow machine would test nothing.
        while (returned.calls[0] == 0 && ::waitpid(child, nullptr, WNOHANG) == 0) ::usleep(100);
        ::usleep(microseconds);
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        require(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "the child failed by itself");
        total += check(options, returned);
    }
    core::remove_tree(base);
    std::printf("%u kills, %llu returned calls, none lost\n", rounds,
                static_cast<unsigned long long>(total));
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc > 1 ? static_cast<unsigned>(std::stoul(argv[1])) : 100);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "journal_kill: %s\n", error.what());
        return 1;
    }
}
