// Runs the real program neptune-cpp, whose path is in NEPTUNE_CPP: a server as a child process,
// commands beside it, what they change over HTTP, and every way in which the server ends.

#include <neptune/core/base64.hpp>
#include <neptune/core/descriptor.hpp>
#include <neptune/core/environment.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include "unit/http/sockets.hpp"

#include <nlohmann/json.hpp>

#include <httplib.h>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace core = neptune::core;
using nlohmann::json;

void require(bool condition, const std::string& what) {
    if (!condition) throw std::runtime_error(what);
}

/// A child that runs neptune-cpp, with its output in pipes. Killed if it is still there at the end.
class Program {
public:
    explicit Program(const std::vector<std::string>& arguments) {
        int out[2], err[2];
        require(::pipe(out) == 0 && ::pipe(err) == 0, "no pipe");
        std::vector<char*> argv{const_cast<char*>("neptune-cpp")};
        for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
        argv.push_back(nullptr);
        const std::string path = core::environment("NEPTUNE_CPP").value_or("");
        pid_ = ::fork();
        require(pid_ >= 0, "no process");
        if (pid_ == 0) {
            ::dup2(out[1], STDOUT_FILENO);
            ::dup2(err[1], STDERR_FILENO);
            for (const int number : {out[0], out[1], err[0], err[1]}) ::close(number);
            ::execv(path.c_str(), argv.data());
            std::perror(("cannot run '" + path + "', given by NEPTUNE_CPP").c_str());
            ::_exit(127);
        }
        ::close(out[1]);
        ::close(err[1]);
        out_ = core::Descriptor(out[0]);
        err_ = core::Descriptor(err[0]);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program() {
        if (pid_ > 0) end_by(SIGKILL);
    }

    [[nodiscard]] ::pid_t pid() const { return pid_; }

    /// The next line of stdout; what stderr says if there is none.
    std::string line() {
        std::string text;
        char c = 0;
        while (core::read_up_to(out_, &c, 1, "stdout") == 1 && c != '\n') text += c;
        if (c != '\n') throw std::runtime_error("the program ended: " + rest(err_));
        return text;
    }

    struct End {
        int status = 0;
        std::string out, err;
        [[nodiscard]] int code() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }
    };
    /// Waits until the program ends by itself.
    End end() {
        End result;
        result.out = rest(out_);
        result.err = rest(err_);
        ::waitpid(std::exchange(pid_, -1), &result.status, 0);
        return result;
    }
    End end_by(int signal) {
        ::kill(pid_, signal);
        return end();
    }

private:
    static std::string rest(const core::Descriptor& pipe) {
        std::string text;
        char buffer[4096];
        while (const auto size = core::read_up_to(pipe, buffer, sizeof buffer, "pipe"))
            text.append(buffer, size);
        return text;
    }

    ::pid_t pid_ = -1;
    core::Descriptor out_, err_;
};

/// Runs a command to its end, which must be exit code 0, and gives its last line.
std::string run(const std::vector<std::string>& arguments) {
    const auto end = Program(arguments).end();
    require(end.code() == 0, arguments[0] + " " + arguments[1] + " failed: " + end.err);
    require(!end.out.empty() && end.out.back() == '\n', arguments[0] + " wrote no whole line");
    const auto text = end.out.substr(0, end.out.size() - 1);
    return text.substr(text.rfind('\n') + 1);
}

/// A server on `data`, ready for requests.
struct Server {
    explicit Server(const std::string& data, const std::vector<std::string>& options = {})
        : program(arguments(data, options)), url(program.line()), http(url) {
        require(url.rfind("http://127.0.0.1:", 0) == 0, "no address on the first line: " + url);
        const auto health = http.Get("/api/backend/healthz");
        require(health && health->status == 200, "the server does not answer");
    }
    static std::vector<std::string> arguments(const std::string& data,
                                              const std::vector<std::string>& options) {
        std::vector<std::string> all{"serve", "--port", "0", "--data", data};
        all.insert(all.end(), options.begin(), options.end());
        return all;
    }

    int exchange(const std::string& token) { return ask_for_access(token).first; }

    int get_project(const std::string& name, const std::string& token) {
        const auto access =
            json::parse(ask_for_access(token).second).at("accessToken").get<std::string>();
        const auto reply =
            http.Get(("/api/backend/v1/projects/get?projectIdentifier=" + name).c_str(),
                     httplib::Headers{{"Authorization", "Bearer " + access}});
        require(bool(reply), "no answer");
        return reply->status;
    }

    Program program;
    std::string url;
    httplib::Client http;

private:
    std::pair<int, std::string> ask_for_access(const std::string& token) {
        const auto reply = http.Get("/api/backend/v1/authorization/oauth-token",
                                    httplib::Headers{{"X-Neptune-Api-Token", token}});
        require(bool(reply), "no answer");
        return {reply->status, reply->body};
    }
};

std::string admin_token(const std::string& data) {
    auto text = core::read_file(data + "/admin.token").value();
    text.pop_back();
    return text;
}
json content(const std::string& token) {
    return json::parse(core::base64::decode(token).value());
}

void commands_act_on_a_running_server(const std::string& data) {
    Server server(data, {"--workspace", "ml", "--user", "ada"});
    struct ::stat status {};
    require(::stat((data + "/admin.token").c_str(), &status) == 0, "there is no admin.token");
    require((status.st_mode & 0777) == 0600, "admin.token can be read by others");
    const auto ada = admin_token(data);
    require(content(ada).at("api_address") == server.url, "admin.token has another address");
    require(server.exchange(ada) == 200, "admin.token is refused");

    require(server.get_project("ml/digits", ada) == 404, "there is a project before it was made");
    run({"project", "create", "ml/digits", "--visibility", "workspace", "--data", data});
    require(server.get_project("ml/digits", ada) == 200, "the new project is not found");

    const auto bob = run({"user", "create", "bob", "--data", data});
    require(content(bob).at("api_address") == server.url,
            "the new user's token has another address");
    require(server.get_project("ml/digits", bob) == 200, "the new user does not see the project");
    const auto robot = run({"service-account", "create", "ci", "--data", data});
    require(server.exchange(robot) == 200, "the service account's token is refused");
    const auto second = run({"token", "create", "--user", "bob", "--data", data});
    require(server.exchange(second) == 200, "the second token is refused");
    require(run({"token", "revoke", "--user", "bob", "--data", data}) == "2 tokens of 'bob' ended.",
            "not two tokens ended");
    require(server.exchange(bob) == 401 && server.exchange(second) == 401,
            "a revoked token is good");
    require(server.exchange(ada) == 200, "the owner's token ended with another's");

    const auto end = server.program.end_by(SIGTERM);
    require(end.code() == 0, "SIGTERM: exit code " + std::to_string(end.code()) + ": " + end.err);
    require(end.out.find("export NEPTUNE_API_TOKEN=$(cat " + data + "/admin.token)\n") !=
                    std::string::npos &&
                end.out.find("export OAUTHLIB_INSECURE_TRANSPORT=1\n") != std::string::npos,
            "the export lines are missing: " + end.out);
    require(end.out.find("\nStopping") != std::string::npos, "the end is not told: " + end.out);
    require(end.err.empty(), "stderr: " + end.err);
}

void a_second_server_is_refused_with_the_pid_of_the_first(const std::string& data) {
    Server first(data);
    const auto end = Program(Server::arguments(data, {})).end();
    require(end.code() == 1, "a second server ended with " + std::to_string(end.code()));
    require(end.err.find("process " + std::to_string(first.program.pid())) != std::string::npos,
            "the first one's pid is missing: " + end.err);
    require(first.exchange(admin_token(data)) == 200, "the first server suffered");
    require(first.program.end_by(SIGINT).code() == 0, "SIGINT is not exit code 0");
}

void a_request_in_flight_is_answered_before_the_end(const std::string& data) {
    Server server(data);
    const auto connection =
        http_test::connect_to(std::stoi(server.url.substr(server.url.rfind(':') + 1)));
    http_test::send_text(connection,
                         "POST /api/leaderboard/v1/experiments HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                         "Content-Type: application/json\r\nContent-Length: 2\r\n"
                         "Expect: 100-continue\r\n\r\n");
    const auto taken = http_test::receive_until(connection, "\r\n\r\n");
    require(taken.find(" 100 ") != std::string::npos,
            "the server does not want the body: " + taken);
    ::kill(server.program.pid(), SIGTERM);
    while (server.program.line().rfind("Stopping", 0) != 0) continue;
    http_test::send_text(connection, "{}");
    const auto reply = http_test::receive_until(connection, "\r\n\r\n");
    require(reply.find(" 401 ") != std::string::npos, "no answer to a request in flight: " + reply);
    require(server.program.end().code() == 0, "SIGTERM is not exit code 0");
}

void a_port_in_use_is_refused(const std::string& data) {
    Server first(data);
    const auto port = first.url.substr(first.url.rfind(':') + 1);
    const auto end = Program({"serve", "--port", port, "--data", data + "-2"}).end();
    require(end.code() == 1 && end.out.empty(), "the port of another server was taken");
    require(end.err.find("127.0.0.1:" + port) != std::string::npos,
            "the address is not named: " + end.err);
    require(first.program.end_by(SIGTERM).code() == 0, "SIGTERM is not exit code 0");
}

void restarts_keep_the_secret_and_write_the_new_address(const std::string& data) {
    const auto before = content(admin_token(data));
    std::string first_url;
    {
        Server server(data);
        first_url = server.url;
        const auto end = server.program.end_by(SIGKILL);
        require(WIFSIGNALED(end.status), "SIGKILL was not what ended it");
    }
    Server server(data);
    const auto after = content(admin_token(data));
    require(after.at("api_key") == before.at("api_key"), "a restart changed the secret");
    require(after.at("api_address") == server.url, "the address is not that of this start");
    require(server.exchange(admin_token(data)) == 200, "the token is refused after a kill");
    require(server.get_project("ml/digits", admin_token(data)) == 200,
            "the project did not survive");
    require(server.program.end_by(SIGTERM).code() == 0, "SIGTERM is not exit code 0");
}

}  // namespace

int main() {
    const std::string directory = core::make_temp_directory("neptune-serve-");
    try {
        const std::string data = directory + "/data";
        commands_act_on_a_running_server(data);
        a_second_server_is_refused_with_the_pid_of_the_first(data);
        a_request_in_flight_is_answered_before_the_end(data);
        a_port_in_use_is_refused(data);
        restarts_keep_the_secret_and_write_the_new_address(data);
        core::remove_tree(directory);
        std::puts("the program serves, stops, is refused and comes back as it should");
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "serve: %s (its data: %s)\n", error.what(), directory.c_str());
        return 1;
    }
}
