#ifndef NEPTUNE_TESTS_UNIT_CLI_FIXTURE_HPP
#define NEPTUNE_TESTS_UNIT_CLI_FIXTURE_HPP

// The program neptune-cpp as a function, and a server without a socket on the same directory.
// Compiled once, in fixture.cpp.

#include <neptune/client/environment.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <memory>
#include <string>
#include <vector>

namespace cli_test {

struct Outcome {
    int code = 0;
    std::string out, err;
    /// Without the line's end.
    [[nodiscard]] std::string last_line() const;
    [[nodiscard]] bool says(const std::string& text) const {
        return out.find(text) != std::string::npos;
    }
    [[nodiscard]] bool complains(const std::string& text) const {
        return err.find(text) != std::string::npos;
    }
};

/// Runs `neptune-cpp` with these arguments.
[[nodiscard]] Outcome run(const std::vector<std::string>& arguments);

/// The same with another way to the server, and these answers to its questions.
[[nodiscard]] Outcome run(const std::vector<std::string>& arguments,
                          const neptune::client::Environment& environment,
                          const std::string& input = {});

/// Address in an API token.
[[nodiscard]] std::string address_in(const std::string& token);

class Fixture {
    std::string parent_ = neptune::core::make_temp_directory("neptune-cli-");

public:
    Fixture();  // where Running is known
    ~Fixture();
    Fixture(const Fixture&) = delete;
    Fixture& operator=(const Fixture&) = delete;

    /// With `--data` of this fixture behind the arguments.
    [[nodiscard]] Outcome run(std::vector<std::string> arguments) const;

    /// Starts a server on the directory and keeps it: workspace ml, owner ada.
    void start_server(const std::string& public_url = "http://neptune.test:1234");
    void stop_server();
    /// Status of the answer to the exchange of that API token, by the server that runs.
    [[nodiscard]] int exchange(const std::string& token) const;
    /// Status of the answer to a GET with the access token of that API token.
    [[nodiscard]] int get(const std::string& target, const std::string& token) const;

    [[nodiscard]] std::string admin_token() const;

    /// Not made yet.
    std::string data = parent_ + "/data";

private:
    struct Running;
    std::unique_ptr<Running> running_;
};

}  // namespace cli_test

#endif
