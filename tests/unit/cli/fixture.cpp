#include "fixture.hpp"

#include <neptune/cli/program.hpp>
#include <neptune/client/credentials.hpp>
#include <neptune/server/host.hpp>

#include <nlohmann/json.hpp>

#include <sstream>
#include <utility>

namespace cli_test {

using namespace neptune;

std::string Outcome::last_line() const {
    if (out.empty() || out.back() != '\n') return "(the last line has no end)";
    const auto text = out.substr(0, out.size() - 1);
    return text.substr(text.rfind('\n') + 1);
}

Outcome run(const std::vector<std::string>& arguments) {
    return run(arguments, client::real_environment());
}

Outcome run(const std::vector<std::string>& arguments, const client::Environment& environment,
            const std::string& input) {
    std::vector<const char*> argv{"neptune-cpp"};
    for (const auto& argument : arguments) argv.push_back(argument.c_str());
    std::ostringstream out, err;
    std::istringstream in(input);
    Outcome outcome;
    outcome.code = cli::run(static_cast<int>(argv.size()), argv.data(),
                            {out, err, "neptune-cpp", &in}, environment);
    outcome.out = out.str();
    outcome.err = err.str();
    return outcome;
}

std::string address_in(const std::string& token) {
    return client::read_credentials(token).config_address;
}

struct Fixture::Running {
    explicit Running(ServerOptions options)
        : server(std::move(options)), handler(server.handler()) {}
    Server server;
    http::Handler handler;
};

Fixture::Fixture() = default;
Fixture::~Fixture() {
    running_.reset();
    core::remove_tree(parent_);
}

Outcome Fixture::run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--data", data});
    return cli_test::run(arguments);
}

void Fixture::start_server(const std::string& public_url) {
    ServerOptions options;
    options.data = data;
    options.workspace = "ml";
    options.user = "ada";
    options.public_url = public_url;
    running_ = std::make_unique<Running>(options);
}

void Fixture::stop_server() {
    running_.reset();
}

namespace {

http::Reply ask_for_access(const http::Handler& handler, const std::string& token) {
    http::Request request;
    request.method = "GET";
    request.target = "/api/backend/v1/authorization/oauth-token";
    request.headers.add("X-Neptune-Api-Token", token);
    return handler(request);
}

}  // namespace

int Fixture::exchange(const std::string& token) const {
    return ask_for_access(running_->handler, token).status;
}

int Fixture::get(const std::string& target, const std::string& token) const {
    const auto access = nlohmann::json::parse(ask_for_access(running_->handler, token).body);
    http::Request request;
    request.method = "GET";
    request.target = target;
    request.headers.add("Authorization", "Bearer " + access.at("accessToken").get<std::string>());
    return running_->handler(request).status;
}

std::string Fixture::admin_token() const {
    auto text = core::read_file(data + "/admin.token").value();
    text.pop_back();
    return text;
}

}  // namespace cli_test
