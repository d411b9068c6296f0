#ifndef NEPTUNE_TESTS_SUPPORT_TEST_SERVER_HPP
#define NEPTUNE_TESTS_SUPPORT_TEST_SERVER_HPP

// A real server in this process, and objects that reach it by function calls in place of sockets. A
// test may decide what happens to requests on their way; what answers is always the server itself.
// Compiled once, in test_server.cpp.

#include "support/temp_directory.hpp"

#include <neptune/client/environment.hpp>
#include <neptune/http/error.hpp>
#include <neptune/http/message.hpp>
#include <neptune/run.hpp>
#include <neptune/server/options.hpp>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// Workspace `team` with the project `team/test` (key TEST) over a data directory of its own.
class TestServer {
public:
    /// `options.data` is set here.
    explicit TestServer(neptune::ServerOptions options = {});
    ~TestServer();

    /// By function call. Errors: ConnectionError while it is closed.
    [[nodiscard]] neptune::http::Reply answer(const neptune::http::Request& request) const;
    /// Also over a socket, at `url()`.
    void listen();
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string token() const;
    /// Makes a project and returns `team/<name>`.
    std::string make_project(const std::string& name, const std::string& key);
    /// Makes a member of the workspace beside the running server, and returns an API token.
    std::string make_user(const std::string& name, bool is_service_account = false);

    /// Closes the directory; `reopen` begins again with it, at the same port if it listened.
    void close();
    void reopen();
    [[nodiscard]] const std::string& data() const { return directory_.path; }

private:
    TempDirectory directory_;
    struct Running;
    mutable std::shared_mutex mutex_;  // shared: while requests are answered
    std::unique_ptr<Running> running_;
    neptune::ServerOptions options_;
};

/// One request on its way.
class Flight {
public:
    const neptune::http::Request& request;
    /// True for the endpoint whose path holds these words.
    [[nodiscard]] bool to(std::string_view words) const {
        return request.target.find(words) != std::string::npos;
    }
    [[nodiscard]] bool carries_data() const { return to("/attributes/operations"); }

    /// The server's answer.
    const std::function<neptune::http::Reply()> deliver;
    /// Blocks until the client gives up, by its time-out or because it ends, or the test chooses
    /// another way.
    const std::function<neptune::http::Reply()> hang;
};
using Way = std::function<neptune::http::Reply(Flight&)>;

/// The connection breaks.
[[noreturn]] inline neptune::http::Reply break_connection(
    neptune::http::ConnectionError::Kind kind = neptune::http::ConnectionError::Kind::reset) {
    throw neptune::http::ConnectionError(kind, "the test broke the connection", "server:80");
}
/// What a server or a proxy in front of it may answer.
inline neptune::http::Reply reply_with(int status, std::string body = "{}",
                                       neptune::http::Headers headers = {}) {
    neptune::http::Reply reply;
    reply.status = status;
    reply.body = std::move(body);
    reply.headers = std::move(headers);
    return reply;
}

/// Collects what reaches `on_error`. Threads: any.
class ErrorLog {
public:
    [[nodiscard]] neptune::ErrorHandler handler();
    /// Blocks until there are that many errors of that code.
    void await(neptune::ErrorCode code, std::size_t number = 1);
    [[nodiscard]] std::size_t count(neptune::ErrorCode code) const;
    [[nodiscard]] std::vector<neptune::Error> all() const;
    /// First error of that code, as text; empty if there is none.
    [[nodiscard]] std::string text(neptune::ErrorCode code) const;

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<neptune::Error> errors_;
};

/// A server and what the client side of one test needs. Waits of the client take a thousandth of
/// their time.
class World {
public:
    explicit World(neptune::ServerOptions options = {});
    ~World();

    TestServer server;
    TempDirectory directory;  ///< of the client's queues
    neptune::client::Environment environment;
    ErrorLog errors;      ///< of every object without an `on_error` of its own
    bool prints = false;  ///< true: objects without `on_error` print to stderr

    // Objects in team/test with the owner's token, if the options do not say otherwise.
    // Runs record nothing by themselves unless `environment.records` is set; `source_file` is the
    // one that calls init_run.
    neptune::Run run(const neptune::InitRun& options = {}, const char* source_file = "");
    neptune::Model model(const neptune::InitModel& options);
    neptune::ModelVersion version(const neptune::InitModelVersion& options);
    neptune::Project project(const neptune::InitProject& options = {});
    /// What is behind neptune::management, with the owner's token if none is given.
    std::unique_ptr<neptune::management::detail::Manager> manager(
        const std::optional<std::string>& token = std::nullopt);
    neptune::ReadOnly<neptune::Run> look(const neptune::Run& run);
    neptune::ReadOnly<neptune::Run> look_at(const neptune::OpenRun& options);
    neptune::ReadOnly<neptune::Model> look_at(const neptune::OpenModel& options);
    neptune::ReadOnly<neptune::ModelVersion> look_at(const neptune::OpenModelVersion& options);
    neptune::ReadOnly<neptune::Project> look_at(const neptune::OpenProject& options);

    /// For engines without an object: `environment` and the way to the server.
    [[nodiscard]] neptune::client::Environment connected_environment();

    /// From now on requests go this way; null: straight. `look` always goes straight.
    void route(Way way);
    /// Blocks until so many requests to the endpoint have been sent, from the beginning of the
    /// test.
    void await_requests(std::string_view endpoint, std::size_t number);
    [[nodiscard]] std::size_t requests(std::string_view endpoint = {}) const;

    /// Addresses that objects wanted to be connected with, in order; it is the server all the same.
    [[nodiscard]] std::vector<std::string> addresses() const;

    /// Names of the queues in `<data directory>/cpp/<word>`.
    [[nodiscard]] std::vector<std::string> queues(const std::string& word = "async") const;
    [[nodiscard]] std::string queue_directory(const std::string& word = "async") const;

private:
    class InProcess;
    std::shared_ptr<neptune::detail::Object> open(neptune::detail::OpenRequest request,
                                                  bool straight);
    neptune::client::Environment connected(bool straight);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Way way_;
    std::size_t ways_ = 0;
    std::vector<std::string> requests_, addresses_;
};

/// Sets a variable of the environment until the end of the scope; null unsets it.
class Variable {
public:
    Variable(const char* name, const char* value);
    ~Variable();
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    std::string name_;
    std::string before_;
    bool was_set_;
};

/// What this process writes to stderr until `text()` is called.
class CapturedStderr {
public:
    CapturedStderr();
    ~CapturedStderr();
    CapturedStderr(const CapturedStderr&) = delete;
    CapturedStderr& operator=(const CapturedStderr&) = delete;
    /// What there is by now.
    [[nodiscard]] std::string so_far() const;
    /// Ends the capture.
    std::string text();

private:
    int saved_ = -1;
    int file_ = -1;
};

/// `sys/id` of an open object.
template <class Object>
std::string id_of(const Object& object) {
    return object.core()->sys_id();
}

/// Values of a float series.
template <class Object>
std::vector<double> values_of(const Object& object, const std::string& path) {
    std::vector<double> values;
    for (const auto& point : object[path].template fetch_values<double>())
        values.push_back(point.value);
    return values;
}

}  // namespace support

#endif  // NEPTUNE_TESTS_SUPPORT_TEST_SERVER_HPP
