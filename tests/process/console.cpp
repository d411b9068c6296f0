// Standard output and error as series of a run: whatever prints is logged, in order and line by
// line, and still reaches the terminal, here a file; the program is never held up, and afterwards
// everything is as it was.

#include "support/child_process.hpp"
#include "support/test_server.hpp"

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
// What only threads of the parent refer to looks like a leak in a forked child.
extern "C" const char* __asan_default_options() {
    return "detect_leaks=0";
}
#endif

namespace {

using namespace support;
using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

struct Signs {
    std::atomic<bool> half_seen;
};

neptune::InitRun options(const std::string& name) {
    return {.custom_run_id = name,
            .source_files = Lines(),
            .capture_hardware_metrics = false,
            .monitoring_namespace = "m",
            .git_ref = false};
}

// --- what the children do

void every_way(const std::string& signs) {
    const Shared<Signs> shared(signs, false);
    std::printf("before the run\n");
    auto run = neptune::init_run(options("every way"));
    std::cout << "by cout" << std::endl;
    std::printf("by printf\n");
    std::fflush(stdout);
    require(std::system("echo by a child") == 0, "no shell");
    require(::write(1, "by write\n", 9) == 9, "no output");
    std::cerr << "an error\n";
    std::printf("\nbinary \xff\xfe\n");
    std::printf("half a line");
    std::fflush(stdout);
    while (!shared->half_seen) std::this_thread::sleep_for(5ms);
    std::printf(" and its end\n");
    std::printf("without an end");
    run.stop();
    std::printf("\nafter the run\n");
}

constexpr int burst_lines = 100'000;

std::string burst_line(int number) {
    return "burst " + std::to_string(number) + " " + std::string(90, 'x');
}

void burst() {
    const auto run = neptune::init_run(options("burst"));
    for (int i = 0; i < burst_lines; ++i) std::printf("%s\n", burst_line(i).c_str());
}

// More than such a pipe holds, less than ours.
constexpr std::size_t slow_lines = 500, slow_line_length = 799;

// Whoever reads the program's output begins late: later than a stop() that does not wait for it.
void slow_reader() {
    std::array<int, 2> ends{};
    require(::pipe(ends.data()) == 0, "no pipe");
    require(::dup2(ends[1], 1) == 1, "no standard output");
    ::close(ends[1]);
    const std::string line(slow_line_length, 'x');
    auto run = neptune::init_run(options("slow reader"));
    for (std::size_t i = 0; i < slow_lines; ++i) std::cout << line << '\n';
    std::size_t received = 0;
    std::thread reader([&] {
        std::this_thread::sleep_for(2500ms);
        std::vector<char> buffer(65536);
        for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
            received += static_cast<std::size_t>(got);
    });
    run.stop();
    ::close(1);
    reader.join();
    require(received == slow_lines * (slow_line_length + 1),
            "of the output only " + std::to_string(received) + " bytes arrived");
}

void nested() {
    auto first = neptune::init_run(options("first"));
    std::cout << "one" << std::endl;
    auto second = neptune::init_run(options("second"));
    std::cout << "two" << std::endl;
    first.stop();
    std::cout << "three" << std::endl;
    second.stop();
    std::cout << "four" << std::endl;
    auto third = neptune::init_run(options("third"));
    std::cout << "five" << std::endl;
}

void streambuf() {
    auto wanted = options("streambuf");
    wanted.capture_stdout = neptune::CaptureLevel::streambuf;
    wanted.capture_stderr = false;
    const auto run = neptune::init_run(wanted);
    std::cout << "by cout" << std::endl;
    std::printf("by printf\n");
    std::fflush(stdout);
    std::cerr << "not captured\n";
}

void closed() {
    ::close(1);
    const auto run = neptune::init_run(options("closed"));
    std::cerr << "but this\n";
}

void replaced(const std::string& file) {
    auto run = neptune::init_run(options("replaced"));
    std::cout << "captured" << std::endl;
    require(std::freopen(file.c_str(), "w", stdout) != nullptr, "no file");
    std::cout << "the program's own business" << std::endl;
    run.stop();
    std::cout << "still" << std::endl;
}

std::size_t thread_count() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator("/proc/self/task"))
        ++count;
    return count;
}

void forked() {
    auto wanted = options("forked");
    wanted.capture_hardware_metrics = true;
    const auto run = neptune::init_run(wanted);
    std::cout << "parent" << std::endl;
    const auto pid = ::fork();
    if (pid == 0) {
        const bool alone = thread_count() == 1;
        std::cout << "forked child" << std::endl;
        run["child"] = alone;
        std::exit(alone ? 0 : 1);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the forked child did not end well");
    std::cout << "parent again" << std::endl;
}

// The last words of a program that dies reach the terminal, and the run is marked.
void dies(int signal) {
    auto wanted = options("dies of " + std::to_string(signal));
    wanted.handle_signals = true;
    const auto run = neptune::init_run(wanted);
    run["a"] = 1;
    for (int i = 0; i < 1000; ++i) std::printf("%s\n", burst_line(i).c_str());
    std::fflush(stdout);
    ::raise(signal);
}

struct PrintsLate {
    ~PrintsLate() { std::cout << "late" << std::endl; }
} const prints_late;

void child(const std::string& role, const std::string& argument) {
    if (role == "every way") return every_way(argument);
    if (role == "burst") return burst();
    if (role == "slow reader") return slow_reader();
    if (role == "nested") return nested();
    if (role == "streambuf") return streambuf();
    if (role == "closed") return closed();
    if (role == "replaced") return replaced(argument);
    if (role == "forked") return forked();
    dies(std::stoi(role));
}

// --- what must have come of it

class Test {
public:
    Test() {
        server_.listen();
        Shared<Signs> signs(signs_path(), true);
    }
    void operator()() {
        check_every_way();
        check_burst();
        check_slow_reader();
        check_nested();
        check_others();
        if (!is_slow) check_forked();
        check_death(SIGABRT);
        if (is_slow) return;  // a sanitizer handles the others itself
        for (const int signal : {SIGSEGV, SIGFPE}) check_death(signal);
    }

private:
    std::string signs_path() const { return directory_.path + "/signs"; }

    [[nodiscard]] Child start(const std::string& role, const std::string& argument = {}) const {
        return Child({role, argument}, variables());
    }
    [[nodiscard]] std::map<std::string, std::string> variables() const {
        return {{"NEPTUNE_API_TOKEN", server_.token()},
                {"NEPTUNE_PROJECT", "team/test"},
                {"NEPTUNE_DATA_DIRECTORY", directory_.path + "/queues"}};
    }
    [[nodiscard]] neptune::ReadOnly<neptune::Run> look(const std::string& name) const {
        return neptune::open_run(
            {.project = "team/test", .api_token = server_.token(), .custom_run_id = name});
    }
    [[nodiscard]] Lines series(const std::string& name, const std::string& path) const {
        const auto view = look(name);
        Lines lines;
        for (const auto& point : view[path].fetch_values<std::string>()) {
            lines.push_back(point.value);
            const auto age = std::chrono::system_clock::now() - point.timestamp;
            require(age > 0s && age < 600s, path + ": a point has the wrong time");
        }
        return lines;
    }
    void expect(const std::string& name, const std::string& path, const Lines& wanted) const {
        const auto found = series(name, path);
        if (found == wanted) return;
        std::string text;
        for (const auto& line : found) text += "\n  <" + line + ">";
        throw std::runtime_error(name + ": " + path + " is" + text);
    }
    static void expect_in_order(const std::string& output, const Lines& wanted) {
        std::size_t at = 0;
        for (const auto& text : wanted) {
            at = output.find(text, at);
            require(at != std::string::npos, "the output lacks, or has in another place: " + text +
                                                 "\nit is:\n" + output.substr(0, 5000));
        }
    }

    void check_every_way() {
        const Shared<Signs> signs(signs_path(), false);
        auto child = start("every way", signs_path());
        // Half a line is logged after a second, without waiting for its end.
        const auto is_half_logged = [&] {
            try {
                const auto lines = series("every way", "m/stdout");
                return !lines.empty() && lines.back() == "half a line";
            } catch (const neptune::Error&) {
                return false;  // the run is not there yet
            }
        };
        while (child.runs() && !is_half_logged()) std::this_thread::sleep_for(20ms);
        signs->half_seen = true;
        child.finish();
        expect("every way", "m/stdout",
               {"by cout", "by printf", "by a child", "by write", "", "binary \uFFFD\uFFFD",
                "half a line", " and its end", "without an end"});
        expect("every way", "m/stderr", {"an error"});
        expect_in_order(child.output(),
                        {"before the run\n", "by cout\n", "by printf\n", "by a child\n",
                         "by write\n", "binary \xff\xfe\n", "half a line", " and its end\n",
                         "without an end", "\nafter the run\n", "late\n"});
    }

    void check_burst() {
        auto child = start("burst");
        child.finish();
        const auto lines = series("burst", "m/stdout");
        // On a machine that is busy for a second a line may come in two points.
        std::string logged, wanted, all;
        for (const auto& line : lines) logged += line;
        for (int i = 0; i < burst_lines; ++i) {
            wanted += burst_line(i);
            all += burst_line(i) + "\n";
        }
        require(logged == wanted, "the burst was not logged as it was printed, in " +
                                      std::to_string(lines.size()) + " points");
        // Without the library's own lines, which may stand in the middle of others.
        std::string printed = child.output();
        for (std::size_t at = 0; (at = printed.find("[neptune] [", at)) != std::string::npos;)
            printed.erase(at, printed.find('\n', at) + 1 - at);
        require(printed.find(all) != std::string::npos,
                "the burst did not reach the terminal as it was");
    }

    void check_slow_reader() {
        auto child = start("slow reader");
        child.finish();
        // The line at which the reader was waited for comes in two points.
        std::size_t logged = 0;
        for (const auto& line : series("slow reader", "m/stdout")) logged += line.size();
        require(logged == slow_lines * slow_line_length,
                "of the output only " + std::to_string(logged) + " bytes were logged");
    }
    void check_nested() {
        auto child = start("nested");
        child.finish();
        expect("first", "m/stdout", {"one", "two"});
        expect("second", "m/stdout", {"two", "three"});
        expect("third", "m/stdout", {"five"});
        expect_in_order(child.output(), {"one\n", "two\n", "three\n", "four\n", "five\n"});
    }

    void check_others() {
        auto light = start("streambuf");
        light.finish();
        expect("streambuf", "m/stdout", {"by cout"});
        expect_in_order(light.output(), {"by cout\n", "by printf\n"});

        auto deaf = start("closed");
        deaf.finish();
        require(!look("closed").exists("m/stdout"), "a closed output is captured");
        expect("closed", "m/stderr", {"but this"});

        auto other = start("replaced", directory_.path + "/replaced");
        other.finish();
        expect("replaced", "m/stdout", {"captured"});
        require(neptune::core::read_file(directory_.path + "/replaced") ==
                    "the program's own business\nstill\nlate\n",
                "a file that the program put in place of its output was taken from it");
    }

    void check_forked() {
        auto parent = start("forked");
        parent.finish();
        // The child's output goes where the program's went before.
        expect("forked", "m/stdout", {"parent", "parent again"});
        expect_in_order(parent.output(), {"forked child\n", "parent again\n"});
        const auto view = look("forked");
        require(view["child"].fetch<bool>(), "a forked child has threads of jobs");
        require(!values_of(view, "m/cpu").empty(), "no figure of the processor");
    }

    void check_death(int signal) {
        auto child = start(std::to_string(signal));
        const int status = child.wait();
        require(WIFSIGNALED(status) && WTERMSIG(status) == signal,
                "the child ended with status " + std::to_string(status) + ":\n" + child.output());
        expect_in_order(child.output(), {burst_line(0), burst_line(999)});
        const std::string name = "dies of " + std::to_string(signal);
        auto wanted = options(name);
        wanted.project = "team/test";
        wanted.api_token = server_.token();
        wanted.capture_stdout = wanted.capture_stderr = false;
        wanted.adopt = neptune::Adopt::wait;
        ::setenv("NEPTUNE_DATA_DIRECTORY", (directory_.path + "/queues").c_str(), 1);
        neptune::init_run(wanted).stop();
        const auto view = look(name);
        require(view["a"].fetch<std::int64_t>() == 1, "what the dead run logged is lost");
        require(view["sys/failed"].fetch<bool>(), "the dead run is not marked as failed");
        require(series(name, "m/stdout").size() == 1000, "the last words are not logged");
    }

    TestServer server_;
    TempDirectory directory_;
};

}  // namespace

int main(int argc, char** argv) {
    return run_process_test(argc, argv, [](const std::vector<std::string>& arguments) {
        if (arguments.size() == 2)
            child(arguments[0], arguments[1]);
        else
            Test()();
        return 0;
    });
}
