#ifndef NEPTUNE_CLI_CONSOLE_HPP
#define NEPTUNE_CLI_CONSOLE_HPP

// What every command of the program neptune-cpp has in common: where it writes, and how it ends.

#include <iosfwd>
#include <stdexcept>
#include <string>

namespace neptune::cli {

/// Exit codes of every command. The last: `sync` delivered, but the server refused an operation.
inline constexpr int exit_done = 0, exit_failed = 1, exit_wrong_usage = 2, exit_refused = 3;

/// The command cannot do what it was asked for; its text is what the user reads. Exit code 1.
struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The command line contradicts itself. Exit code 2.
struct WrongUsage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Where a command writes. Results go to `out`, where scripts read them, remarks and errors to
/// `err`.
struct Console {
    std::ostream& out;
    std::ostream& err;
    /// How the user called the program, for the commands that it tells him to type.
    std::string program = "neptune-cpp";
    /// Where questions are answered; null: nobody answers.
    std::istream* in = nullptr;
};

}  // namespace neptune::cli

#endif
