#include <neptune/server/signal_board.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace neptune;
using server::SignalBoard;

namespace {

std::vector<std::string> taken(SignalBoard& board, const std::string& run,
                               const std::string& producer, core::Millis now,
                               bool closing = false) {
    std::vector<std::string> types;
    for (const auto& signal : board.take(run, producer, closing, now)) types.push_back(signal.type);
    return types;
}
using Types = std::vector<std::string>;

}  // namespace

TEST_CASE("signal_board: every process that has the run open gets a signal once") {
    SignalBoard board;
    CHECK(taken(board, "a", "one", 0).empty());
    CHECK(taken(board, "a", "two", 0).empty());
    CHECK(taken(board, "b", "three", 0).empty());
    board.send("a", {"stop", wire::Json{{"seconds", 5}}}, 1000);
    board.send("a", {"abort"}, 1001);
    CHECK(taken(board, "a", "one", 2000) == Types{"stop", "abort"});
    CHECK(taken(board, "a", "one", 3000).empty());
    CHECK(taken(board, "b", "three", 3000).empty());
    CHECK(taken(board, "a", "two", 3000) == Types{"stop", "abort"});
}

TEST_CASE("signal_board: a process that opens the run later is not stopped by an old signal") {
    SignalBoard board;
    CHECK(taken(board, "a", "one", 0).empty());
    board.send("a", {"stop"}, 1000);
    CHECK(taken(board, "a", "resumed", 2000).empty());
    CHECK(taken(board, "a", "one", 2000) == Types{"stop"});
    // One that closed the run before is not waited for.
    CHECK(taken(board, "a", "one", 3000, true).empty());
    board.send("a", {"stop"}, 4000);
    CHECK(taken(board, "a", "one", 5000).empty());
    CHECK(taken(board, "a", "resumed", 5000) == Types{"stop"});
}

TEST_CASE("signal_board: where nobody is known, the first sign of life gets it, for a minute") {
    SignalBoard board;
    board.send("a", {"stop"}, 1000);
    CHECK(taken(board, "a", "one", 2000) == Types{"stop"});
    CHECK(taken(board, "a", "two", 2000).empty());
    board.send("b", {"stop"}, 1000);
    CHECK(taken(board, "b", "one", 61'000).empty());
}

TEST_CASE("signal_board: only the newest signals of a run are kept") {
    SignalBoard board;
    for (std::size_t i = 0; i < server::signals_per_run + 3; ++i)
        board.send("a", {std::to_string(i)}, 1000);
    const auto types = taken(board, "a", "one", 2000);
    CHECK(types.size() == server::signals_per_run);
    CHECK(types.front() == "3");
}

namespace {

Types heard(SignalBoard::Listener& listener) {
    Types types;
    while (const auto signal = listener.wait(std::chrono::milliseconds(0))) {
        types.push_back(signal->type);
        listener.delivered();
    }
    return types;
}

}  // namespace

TEST_CASE("signal_board: who listens all the time hears every signal at once") {
    SignalBoard board;
    board.send("a", {"early"}, 500);
    CHECK(taken(board, "b", "one", 600).empty());
    SignalBoard::Listener listener(board, "a", 1000);
    CHECK(heard(listener) == Types{"early"});
    board.send("a", {"stop"}, 2000);
    board.send("b", {"stop"}, 2000);
    CHECK(heard(listener) == Types{"stop"});
    CHECK(heard(listener).empty());
    // Somebody heard it: who comes later is not stopped by it.
    CHECK(taken(board, "a", "later", 2500).empty());
    board.wake();
    CHECK_FALSE(listener.wait(std::chrono::hours(1)));
}

TEST_CASE("signal_board: a flood of signals does not push out the one that is being sent") {
    SignalBoard board;
    SignalBoard::Listener listener(board, "a", 1000);
    board.send("a", {"first"}, 1000);
    REQUIRE(listener.wait(std::chrono::milliseconds(0))->type == "first");
    for (std::size_t i = 0; i < server::signals_per_run + 1; ++i)
        board.send("a", {std::to_string(i)}, 1000);
    listener.delivered();
    const auto types = heard(listener);
    CHECK(types.size() == server::signals_per_run);
    CHECK(types.front() == "1");
}

TEST_CASE("signal_board: who listens and pings hears a signal once") {
    SignalBoard board;
    CHECK(taken(board, "a", "one", 1000).empty());
    CHECK(taken(board, "a", "two", 1000).empty());
    board.send("a", {"early"}, 1500);
    {
        SignalBoard::Listener listener(board, "a", 2000, "one");
        CHECK(heard(listener) == Types{"early"});
        board.send("a", {"stop"}, 2000);
        CHECK(heard(listener) == Types{"stop"});
        CHECK(taken(board, "a", "one", 2500).empty());
        CHECK(taken(board, "a", "two", 2500) == Types{"early", "stop"});
    }
    // Without its socket by pings, as before.
    board.send("a", {"abort"}, 3000);
    CHECK(taken(board, "a", "one", 3500) == Types{"abort"});
}

TEST_CASE(
    "signal_board: what a listener did not hear is for the next one, unless others heard it") {
    SignalBoard board;
    {
        SignalBoard::Listener gone(board, "a", 1000);
        board.send("a", {"first"}, 1000);
        CHECK(heard(gone) == Types{"first"});
        board.send("a", {"second"}, 1000);
        // Taken, but on its way to nobody.
        CHECK(gone.wait(std::chrono::milliseconds(0)));
    }
    {
        SignalBoard::Listener again(board, "a", 2000);
        CHECK(heard(again) == Types{"second"});
        {
            const SignalBoard::Listener other(board, "a", 2000);
            board.send("a", {"third"}, 2000);
        }
        CHECK(heard(again) == Types{"third"});
    }
    CHECK(taken(board, "a", "one", 3000).empty());
    // Nor for ever.
    {
        const SignalBoard::Listener gone(board, "b", 1000);
        board.send("b", {"stop"}, 1000);
    }
    SignalBoard::Listener late(board, "b", 1000 + server::signal_lifetime);
    CHECK(heard(late).empty());
}
