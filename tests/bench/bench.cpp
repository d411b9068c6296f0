// Prints figures, one `name value unit` a line: what a logging call costs, how fast values become
// durable on the server, and what the two doors cost the compiler. To be run by hand on a quiet
// machine, built with the preset `release`.

#include <neptune/run.hpp>

#include "support/many_runs.hpp"
#include "support/test_server.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

double nanoseconds(Clock::duration time) {
    return std::chrono::duration<double, std::nano>(time).count();
}
double seconds(Clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

void print(const char* name, double value, const char* unit) {
    std::printf("%-36s %12.1f %s\n", name, value, unit);
    std::fflush(stdout);
}

/// Median over rounds of the mean time of one call, and the 99th percentile of single calls, clock
/// included.
template <class Call>
void measure_call(const char* name, Call call) {
    constexpr int rounds = 15, calls = 20'000;
    std::vector<double> means, singles;
    for (int round = 0; round < rounds; ++round) {
        const auto start = Clock::now();
        for (int i = 0; i < calls; ++i) call();
        means.push_back(nanoseconds(Clock::now() - start) / calls);
        for (int i = 0; i < 1000; ++i) {
            const auto before = Clock::now();
            call();
            singles.push_back(nanoseconds(Clock::now() - before));
        }
    }
    std::sort(means.begin(), means.end());
    std::sort(singles.begin(), singles.end());
    print((std::string(name) + "_median").c_str(), means[means.size() / 2], "ns");
    print((std::string(name) + "_p99").c_str(), singles[singles.size() * 99 / 100], "ns");
}

/// Options of a run that records nothing by itself.
neptune::InitRun bare() {
    return {.source_files = std::vector<std::string>(),
            .capture_stdout = false,
            .capture_stderr = false,
            .capture_hardware_metrics = false,
            .capture_traceback = false,
            .git_ref = false};
}

void measure_logging() {
    auto options = bare();
    options.mode = neptune::Mode::offline;
    auto run = neptune::init_run(options);
    const auto handle = run["train/loss"];
    double value = 0;
    measure_call("append_by_handle", [&] { handle.append(value += 0.5); });
    measure_call("append_by_path", [&] { run["train/accuracy"].append(value += 0.5); });
    measure_call("assign_by_path", [&] { run["status/epoch"] = value += 0.5; });
    run.stop();
}

void measure_durable() {
    auto run = neptune::init_run(bare());
    constexpr std::size_t points = 1'000'000;
    std::vector<double> values(10'000, 0.25);
    const auto start = Clock::now();
    for (std::size_t sent = 0; sent < points; sent += values.size())
        run["train/loss"].extend(values);
    run.wait();
    print("durable_extend", points / seconds(Clock::now() - start), "values/s");

    constexpr std::size_t singles = 200'000;
    const auto handle = run["train/accuracy"];
    const auto begin = Clock::now();
    for (std::size_t i = 0; i < singles; ++i) handle.append(0.25);
    run.wait();
    print("durable_append", singles / seconds(Clock::now() - begin), "values/s");
    run.stop();
}

void measure_start_and_stop(const char* name, const neptune::InitRun& options) {
    std::vector<double> times;
    for (int i = 0; i < 15; ++i) {
        const auto start = Clock::now();
        auto run = neptune::init_run(options);
        run.stop();
        times.push_back(seconds(Clock::now() - start) * 1000);
    }
    std::sort(times.begin(), times.end());
    print(name, times[times.size() / 2], "ms");
}

/// What a line of output costs the program; `flush`: one write(2) for each.
double nanoseconds_a_line(bool flush) {
    constexpr int lines = 100'000;
    const auto start = Clock::now();
    for (int i = 0; i < lines; ++i) {
        std::printf("epoch %d: loss 0.123456, accuracy 0.987654, 12.3 s\n", i);
        if (flush) std::fflush(stdout);
    }
    return nanoseconds(Clock::now() - start) / lines;
}

void measure_capture() {
    std::fflush(stdout);
    const int terminal = ::dup(1);
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, 1);
    const auto plain = nanoseconds_a_line(false), plain_flushed = nanoseconds_a_line(true);
    auto options = bare();
    options.capture_stdout = true;
    auto run = neptune::init_run(options);
    const auto captured = nanoseconds_a_line(false), captured_flushed = nanoseconds_a_line(true);
    run.stop();
    std::fflush(stdout);
    ::dup2(terminal, 1);
    ::close(nowhere);
    ::close(terminal);
    print("print_a_line", plain, "ns");
    print("print_a_line_captured", captured, "ns");
    print("print_and_flush_a_line", plain_flushed, "ns");
    print("print_and_flush_a_line_captured", captured_flushed, "ns");
}

/// Processor time of a run with all its jobs that logs nothing, the server's part included.
void measure_idle() {
    const auto run = neptune::init_run();
    run.wait();
    const auto cpu = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
    const auto before = cpu();
    constexpr std::chrono::seconds time(20);
    std::this_thread::sleep_for(time);
    print("idle_run", 100 * (cpu() - before) / seconds(time), "% of a core");
}

/// A page of 100 of 10,000 runs with 50 fields each, filtered and sorted, from the call to the
/// rows.
void measure_tables(const std::string& data) {
    support::add_runs(data, 10'000, 50);
    const auto project = neptune::open_project();
    const auto measure = [&](const char* name, std::optional<std::vector<std::string>> columns) {
        std::vector<double> times;
        for (int i = 0; i < 15; ++i) {
            const auto start = Clock::now();
            auto table = project.fetch_runs_table({.query = "`params/p1`:float > 5 OR x:int = 3",
                                                   .columns = columns,
                                                   .limit = 100,
                                                   .sort_by = "params/p2"});
            if (table.to_rows().size() != 100) std::printf("%s is wrong\n", name);
            times.push_back(seconds(Clock::now() - start) * 1000);
        }
        if (columns) print("table_page_cold", times.front(), "ms");
        std::sort(times.begin(), times.end());
        print(name, times[times.size() / 2], "ms");
    };
    measure("table_page_of_3_columns", std::vector<std::string>{"params/p1"});
    measure("table_page_of_all_columns", std::nullopt);
}

/// Lines after the preprocessor, and seconds of a compilation without optimisation.
void measure_door(const char* name, const std::string& header) {
    const std::string compiler =
        NEPTUNE_BENCH_COMPILER " -std=c++20 -I" NEPTUNE_BENCH_INCLUDE
                               " $(pkg-config --cflags cpp-httplib 2>/dev/null) -x c++ ";
    const std::string source = "echo '#include <neptune/" + header + ">' | ";
    if (FILE* lines = ::popen((source + compiler + "-E - | wc -l").c_str(), "r")) {
        long count = 0;
        if (std::fscanf(lines, "%ld", &count) == 1)
            print((std::string(name) + "_lines").c_str(), static_cast<double>(count), "lines");
        ::pclose(lines);
    }
    const auto start = Clock::now();
    if (FILE* done = ::popen((source + compiler + "-O0 -c -o /dev/null -").c_str(), "r");
        done && ::pclose(done) == 0)
        print((std::string(name) + "_compile").c_str(), seconds(Clock::now() - start), "s");
}

}  // namespace

int main() {
    support::TestServer server;
    server.listen();
    const support::TempDirectory directory;
    ::setenv("NEPTUNE_API_TOKEN", server.token().c_str(), 1);
    ::setenv("NEPTUNE_PROJECT", "team/test", 1);
    ::setenv("NEPTUNE_DATA_DIRECTORY", directory.path.c_str(), 1);
    measure_logging();
    measure_start_and_stop("init_run_and_stop_bare", bare());
    measure_start_and_stop("init_run_and_stop", {});
    measure_capture();
    measure_idle();
    measure_durable();
    measure_tables(server.data());
    measure_door("run_hpp", "run.hpp");
    measure_door("neptune_hpp", "neptune.hpp");
}
