// Kills a program that logs to a real server at random moments, lets it resume the same run, and
// looks whether the server has every value whose call had returned, exactly once and in order.
//
//     kill [rounds = 100, under a sanitizer 10]

#include "support/child_process.hpp"
#include "support/test_server.hpp"

#include <neptune/journal/left_overs.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <random>
#include <thread>

namespace {

using namespace support;

constexpr std::size_t most_calls = 400'000;
constexpr std::uint64_t burst = 1500;

/// What the children report: first the call, then its mark.
struct Calls {
    std::array<std::atomic<std::uint32_t>, 2> begun;  ///< by thread, over all children
    std::array<std::array<std::atomic<bool>, most_calls>, 2> returned;
    std::atomic<std::uint64_t> first_of_round;  ///< calls that returned in this round
};

// --- the child
// ----------------------------------------------------------------------------------------------------------

/// Logs until it is killed. Each value is logged once by all children together: whoever takes over
/// goes on with the next.
int log_for_ever(const std::string& memory) {
    using namespace std::chrono_literals;
    const Shared<Calls> calls(memory, false);
    const auto run = neptune::init_run({.custom_run_id = "killed", .flush_period = 20ms});
    const auto work = [&](std::size_t thread, const auto& log) {
        for (std::uint64_t i = 0;; ++i) {
            const auto value = calls->begun[thread]++;
            if (value >= most_calls) std::abort();
            log(value);
            calls->returned[thread][value] = true;
            calls->first_of_round = 1;
            if (i > burst) std::this_thread::sleep_for(500us);
        }
    };
    std::thread texts([&] {
        work(1, [text = run["texts"], counter = run["counter"]](std::uint32_t value) {
            counter = value;
            text.append(std::to_string(value));
        });
    });
    work(0, [loss = run["loss"], stepped = run["stepped"]](std::uint32_t value) {
        loss.append(value);
        stepped.append(value, {.step = value});
    });
    return 1;
}

// --- the parent
// ---------------------------------------------------------------------------------------------------------

/// `logged`: what the server has, in its order.
void check(const std::string& name, const std::vector<std::uint32_t>& logged, const Calls& calls,
           std::size_t thread) {
    std::vector<bool> found(most_calls);
    for (std::size_t i = 0; i < logged.size(); ++i) {
        if (i > 0)
            require(logged[i] > logged[i - 1], name + ": " + std::to_string(logged[i]) +
                                                   " comes after " + std::to_string(logged[i - 1]));
        require(logged[i] < calls.begun[thread], name + " has a value that was never logged");
        found[logged[i]] = true;
    }
    for (std::uint32_t value = 0; value < calls.begun[thread]; ++value)
        require(found[value] || !calls.returned[thread][value],
                name + ": the call for " + std::to_string(value) +
                    " had returned, but the server does not have it");
}

int kill_again_and_again(unsigned rounds) {
    TestServer server;
    server.listen();
    const TempDirectory directory;
    const std::string memory = directory.path + "/calls";
    const Shared<Calls> calls(memory, true);
    const std::map<std::string, std::string> variables{
        {"NEPTUNE_API_TOKEN", server.token()},
        {"NEPTUNE_PROJECT", "team/test"},
        {"NEPTUNE_DATA_DIRECTORY", directory.path + "/queues"}};
    std::mt19937 random{std::random_device{}()};
    for (unsigned round = 0; round < rounds; ++round) {
        calls->first_of_round = 0;
        Child child({"child", memory}, variables);
        // In two of three rounds not before something was logged, else in the middle of opening.
        while (round % 3 != 0 && calls->first_of_round == 0 && child.runs()) ::usleep(500);
        ::usleep(static_cast<::useconds_t>(random() % 80'000));
        const int status = child.kill(SIGKILL);
        require(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
                "the child ended by itself:\n" + child.output());
    }

    // One that is not killed delivers what all of them left.
    ::setenv("NEPTUNE_DATA_DIRECTORY", variables.at("NEPTUNE_DATA_DIRECTORY").c_str(), 1);
    {
        const auto run = neptune::init_run({.project = "team/test",
                                            .api_token = server.token(),
                                            .custom_run_id = "killed",
                                            .adopt = neptune::Adopt::wait});
    }
    // A child that is killed while it makes or removes its queue leaves a directory without one.
    const auto left = neptune::journal::left_overs(directory.path + "/queues/cpp/async", "");
    require(left.empty(), "a queue is left: " + (left.empty() ? "" : left.front()));

    const auto view = neptune::open_run(
        {.project = "team/test", .api_token = server.token(), .custom_run_id = "killed"});
    std::vector<std::uint32_t> loss, stepped, texts;
    for (const auto& point : view["loss"].fetch_values<double>())
        loss.push_back(static_cast<std::uint32_t>(point.value));
    for (const auto& point : view["stepped"].fetch_values<double>()) {
        require(point.step == point.value, "a point has the step of another one");
        stepped.push_back(static_cast<std::uint32_t>(point.value));
    }
    for (const auto& point : view["texts"].fetch_values<std::string>())
        texts.push_back(static_cast<std::uint32_t>(std::stoul(point.value)));
    check("loss", loss, *calls, 0);
    check("stepped", stepped, *calls, 0);
    check("texts", texts, *calls, 1);
    const auto counter = view["counter"].fetch<std::uint32_t>();
    require(counter >= texts.back() && counter < calls->begun[1], "the counter has an old value");
    std::printf("%u kills, %zu + %zu values, none lost, none doubled\n", rounds, loss.size(),
                texts.size());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return run_process_test(argc, argv, [](const std::vector<std::string>& arguments) {
        if (arguments.size() == 2 && arguments[0] == "child") return log_for_ever(arguments[1]);
        const unsigned usual = is_slow ? 10 : 100;
        return kill_again_and_again(
            arguments.empty() ? usual : static_cast<unsigned>(std::stoul(arguments[0])));
    });
}
