// Kills programs that log to a real server, or offline, at random moments, and lets the program
// neptune-cpp, whose path is in NEPTUNE_CPP, synchronise what they left. The server must then have
// every value whose call had returned, exactly once and in order. While a program lives, sync runs
// beside it and must change nothing for it.
//
//     sync [rounds = 20, under a sanitizer 4]

#include "support/child_process.hpp"
#include "support/test_server.hpp"

#include <neptune/core/environment.hpp>
#include <neptune/journal/left_overs.hpp>

#include <atomic>
#include <cstdint>
#include <random>
#include <thread>

namespace {

using namespace support;

/// What the children report: first the call, then its mark.
struct Calls {
    std::atomic<std::uint32_t> begun, returned;  ///< values of this round
};

/// Logs until it is killed, or stops after so many calls.
int log(const std::string& memory, const neptune::InitRun& options, std::uint32_t most) {
    const Shared<Calls> calls(memory, false);
    const auto run = neptune::init_run(options);
    const auto loss = run["loss"];
    const auto counter = run["counter"];
    while (calls->begun < most) {
        const std::uint32_t value = calls->begun++;
        loss.append(value, {.step = value});
        counter = value;
        calls->returned = value + 1;
        if (value > 2000) std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    return 0;
}

/// Runs a command of the program, which must end with that exit code; gives what it prints.
std::string program(std::vector<std::string> words,
                    const std::map<std::string, std::string>& variables, int code = 0) {
    words.insert(words.begin(), "program");
    Child child(words, variables);
    const int status = child.wait();
    require(WIFEXITED(status) && WEXITSTATUS(status) == code,
            words[1] + " ended with status " + std::to_string(status) + ":\n" + child.output());
    return child.output();
}

int become_program(const std::vector<std::string>& arguments) {
    const std::string path = neptune::core::environment("NEPTUNE_CPP").value_or("");
    std::vector<char*> words{const_cast<char*>("neptune-cpp")};
    for (std::size_t i = 1; i < arguments.size(); ++i)
        words.push_back(const_cast<char*>(arguments[i].c_str()));
    words.push_back(nullptr);
    ::execv(path.c_str(), words.data());
    std::perror(("cannot run '" + path + "', given by NEPTUNE_CPP").c_str());
    return 127;
}

void check(const TestServer& server, const std::string& custom_id, const Calls& calls) {
    if (calls.returned == 0) return;
    const auto view = neptune::open_run(
        {.project = "team/test", .api_token = server.token(), .custom_run_id = custom_id});
    const auto points = view["loss"].fetch_values<double>();
    require(points.size() >= calls.returned && points.size() <= calls.begun,
            custom_id + ": " + std::to_string(points.size()) + " points of " +
                std::to_string(calls.returned) + " to " + std::to_string(calls.begun));
    for (std::size_t i = 0; i < points.size(); ++i)
        require(points[i].step == static_cast<double>(i) && points[i].value == points[i].step,
                custom_id + ": another value at step " + std::to_string(i));
    require(view["counter"].fetch<std::uint32_t>() + 1 >= calls.returned,
            custom_id + ": the counter has an old value");
}

int kill_and_sync(unsigned rounds) {
    TestServer server;
    server.listen();
    const TempDirectory directory;
    const std::string memory = directory.path + "/calls", queues = directory.path + "/.neptune";
    const std::map<std::string, std::string> variables{{"NEPTUNE_API_TOKEN", server.token()},
                                                       {"NEPTUNE_PROJECT", "team/test"},
                                                       {"NEPTUNE_DATA_DIRECTORY", queues}};
    neptune::core::make_directories(queues);
    std::mt19937 random{std::random_device{}()};
    std::size_t values = 0;
    for (unsigned round = 0; round < rounds; ++round) {
        const bool offline = round % 2 != 0;
        const std::string custom_id = "round-" + std::to_string(round);
        const Shared<Calls> calls(memory, true);
        Child child({offline ? "offline" : "async", memory, custom_id}, variables);
        while (calls->returned == 0 && child.runs()) ::usleep(500);
        // Beside the living process, twice: it keeps its queue, and the data arrive once.
        if (round % 4 < 2)
            for (int i = 0; i < 2; ++i) {
                program({"sync"}, variables);
                program({"clear", "--force"}, variables);
            }
        ::usleep(static_cast<::useconds_t>(random() % 80'000));
        const int status = child.kill(SIGKILL);
        require(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
                "the child ended by itself:\n" + child.output());

        // One that is itself killed while it sends, then one that is not.
        {
            Child killed({"program", "sync"}, variables);
            ::usleep(static_cast<::useconds_t>(random() % 50'000));
            killed.kill(SIGKILL);
        }
        program({"sync"}, variables);
        // A queue that was sent whole, and lost its process before it was removed, is for `clear`,
        // which here deletes nothing else.
        program({"clear"}, variables);
        for (const auto* word : {"async", "offline"})
            require(neptune::journal::left_overs(queues + "/cpp/" + word, "").empty(),
                    "a queue is left");
        check(server, custom_id, *calls);
        values += calls->returned;
    }
    std::printf("%u kills, %zu values, none lost, none doubled\n", rounds, values);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return run_process_test(argc, argv, [](const std::vector<std::string>& arguments) {
        constexpr std::uint32_t most = 1'000'000;
        if (arguments.size() == 3 && arguments[0] == "async")
            return log(arguments[1], {.custom_run_id = arguments[2]}, most);
        if (arguments.size() == 3 && arguments[0] == "offline")
            return log(arguments[1],
                       {.custom_run_id = arguments[2], .mode = neptune::Mode::offline}, most);
        if (!arguments.empty() && arguments[0] == "program") return become_program(arguments);
        const unsigned usual = is_slow ? 4 : 20;
        return kill_and_sync(arguments.empty() ? usual
                                               : static_cast<unsigned>(std::stoul(arguments[0])));
    });
}
