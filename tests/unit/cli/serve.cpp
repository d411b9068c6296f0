#include <neptune/cli/serve.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

using namespace neptune;

namespace {

/// `serve`, told to stop before it starts.
cli_test::Outcome serve_and_stop(const cli_test::Fixture& fixture,
                                 std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"serve", "--port", "0"});
    const cli::StopSignals signals;
    ::pthread_kill(::pthread_self(), SIGTERM);
    auto outcome = fixture.run(options);
    // Not taken by a server that refused to start.
    if (outcome.code != 0) signals.wait();
    return outcome;
}

std::string next_steps(const std::string& url, const ServerOptions& options) {
    std::ostringstream out, err;
    cli::print_next_steps(url, options, {out, err, "./neptune-cpp"});
    return out.str();
}

}  // namespace

TEST_CASE("serve: the first line is the address, the last one says that the server stops") {
    const cli_test::Fixture fixture;
    const auto outcome = serve_and_stop(fixture, {"--workspace", "ml", "--user", "ada"});
    CHECK(outcome.code == 0);
    CHECK(outcome.err.empty());
    const auto url = outcome.out.substr(0, outcome.out.find('\n'));
    CHECK(url.rfind("http://127.0.0.1:", 0) == 0);
    CHECK(cli_test::address_in(fixture.admin_token()) == url);
    CHECK(outcome.last_line() == "Stopping; requests in flight are answered first.");
    CHECK(fixture.run({"token", "list", "--user", "ada"}).code == 0);
}

TEST_CASE("serve: without a project it says how to make one, and what to export") {
    cli_test::Fixture fixture;
    fixture.start_server();
    CHECK(next_steps("http://127.0.0.1:8080", {.data = fixture.data}) ==
          "\n# There is no project yet. Make one, from another terminal:\n"
          "./neptune-cpp project create ml/first --data " +
              fixture.data +
              "\n"
              "\n# A C++ program needs:\n"
              "export NEPTUNE_API_TOKEN=$(cat " +
              fixture.data +
              "/admin.token)\n"
              "export NEPTUNE_PROJECT=ml/first\n"
              "\n# A Python program needs these two and a third, because Python's OAuth library "
              "refuses plain http:\n"
              "export OAUTHLIB_INSECURE_TRANSPORT=1\n"
              "\n# Ctrl-C stops the server.\n");
}

TEST_CASE("serve: with https Python needs nothing more, with a project that one is named") {
    cli_test::Fixture fixture;
    fixture.start_server();
    CHECK(fixture.run({"project", "create", "ml/my digits"}).code == 0);
    const auto text = next_steps("https://127.0.0.1:8080", {.data = fixture.data, .open = true});
    CHECK(text.find("OAUTHLIB") == std::string::npos);
    CHECK(text.find("no project yet") == std::string::npos);
    CHECK(text.find("export NEPTUNE_PROJECT='ml/my digits'\n") != std::string::npos);
    CHECK(text.find("--open: whoever connects") != std::string::npos);
}

TEST_CASE("serve: what cannot work is refused in one line, with exit code 1") {
    cli_test::Fixture fixture;
    const auto refused = [&](const std::vector<std::string>& options, const std::string& reason) {
        const auto outcome = serve_and_stop(fixture, options);
        CHECK(outcome.code == 1);
        CHECK(outcome.out.empty());
        CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
        CHECK(outcome.complains(reason));
    };
    fixture.start_server();
    refused({}, fixture.data);
    fixture.stop_server();
    refused({"--tls-cert", "/nowhere/cert.pem", "--tls-key", "/nowhere/key.pem"},
            "/nowhere/cert.pem");
    refused({"--workspace", "other"}, "holds the workspace 'ml', not 'other'");
    fixture.data = "/dev/null/data";
    refused({}, "/dev/null");
}

TEST_CASE("serve: options that contradict each other are wrong usage") {
    const cli_test::Fixture fixture;
    const auto code = [&](const std::vector<std::string>& options) {
        auto arguments = options;
        arguments.insert(arguments.begin(), "serve");
        const auto outcome = fixture.run(arguments);
        CHECK(outcome.complains("See: neptune-cpp serve --help"));
        return outcome.code;
    };
    CHECK(code({"--tls-cert", "cert.pem"}) == 2);
    CHECK(code({"--tls-key", "key.pem"}) == 2);
    CHECK(code({"--open", "--host", "0.0.0.0"}) == 2);
    CHECK(code({"--port", "65536"}) == 2);
    CHECK(code({"--rate-limit", "-1"}) == 2);
    CHECK(code({"--token-lifetime", "0"}) == 2);
    CHECK(code({"--public-url", "neptune.example.org"}) == 2);
    CHECK(code({"--workspace", "a/b"}) == 2);
    CHECK(code({"--user", ""}) == 2);
    CHECK(code({"--host", ""}) == 2);
    CHECK_FALSE(storage::holds_data(fixture.data));
}
