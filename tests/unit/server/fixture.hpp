#ifndef NEPTUNE_TESTS_UNIT_SERVER_FIXTURE_HPP
#define NEPTUNE_TESTS_UNIT_SERVER_FIXTURE_HPP

// A server without a socket over a database in a directory of its own. Compiled once, in
// fixture.cpp.
//
// People of workspace ml-team: ada, its owner; mia, a member who may do what each test gives her.
// Of workspace others: eve. Project ml-team/classification (key CLS) is private and ada's.

#include <neptune/core/time.hpp>
#include <neptune/http/message.hpp>
#include <neptune/http/push_socket.hpp>
#include <neptune/storage/store.hpp>

#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace server_test {

using Json = nlohmann::json;
using namespace neptune;

struct FakeClock : core::Clock {
    core::Millis wall = 1'700'000'000'000, since_start = 0;
    core::Millis now() const override { return wall; }
    core::Millis steady() const override { return since_start; }
    void pass(core::Millis span) { wall += span, since_start += span; }
};

struct Settings {
    bool open = false;
    double rate_limit = 0;
    core::Millis access_lifetime = 24 * 3'600'000;
    std::size_t fields_per_object = 200'000;
    std::size_t projects_per_workspace = 10'000;
    std::size_t table_fields_per_page = 1'000'000;
    std::int64_t table_query_ms = 20'000;
    bool public_projects = false;
};

/// A reply in the form in which tests look at it.
struct Answer {
    int status = 0;
    http::Headers headers;
    std::string text;
    /// The body; a discarded value if it is no JSON.
    Json json;
    [[nodiscard]] std::string header(const std::string& name) const {
        const auto* value = headers.find(name);
        return value ? *value : "";
    }
    [[nodiscard]] std::string error_type() const { return json.value("errorType", ""); }
};

class Fixture {
public:
    explicit Fixture(Settings settings = {});
    ~Fixture();

    [[nodiscard]] Answer send(const http::Request& request) const;
    /// With the access token of `who`; nobody's if that is empty.
    [[nodiscard]] Answer get(const std::string& target, const std::string& who = "ada") const;
    [[nodiscard]] Answer post(const std::string& target, const Json& body,
                              const std::string& who = "ada") const;
    [[nodiscard]] Answer post_text(const std::string& target, const std::string& body,
                                   const std::string& content_type = "application/json",
                                   const std::string& who = "ada") const;
    /// Any method; no body if `body` is null.
    Answer call(const std::string& method, const std::string& target, const Json& body = nullptr,
                const std::string& who = "ada") const;
    /// Creates an object with these members beside the project and gives the whole answer.
    [[nodiscard]] Answer create(Json members, const std::string& who = "ada") const;
    /// Id of a new run.
    [[nodiscard]] std::string new_run(const std::string& who = "ada") const;
    /// Answer of executeOperations.
    Answer execute(const std::string& id, const Json& operations,
                   const std::string& who = "ada") const;

    /// API token, and `Authorization` header, of a user.
    [[nodiscard]] std::string api_token(const std::string& who) const;
    [[nodiscard]] std::string authorization(const std::string& who) const;
    void revoke(const std::string& who);
    /// Makes somebody of workspace ml-team, with a token.
    storage::User add(const std::string& name, storage::UserKind kind = storage::UserKind::person);
    /// (method, path) of all endpoints.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> endpoints() const;
    [[nodiscard]] bool takes_content(const http::Request& head) const;
    [[nodiscard]] bool may_push(const http::Request& head) const;
    void push(const http::Request& head, http::PushSocket& socket) const;
    void close() const;

    storage::Store& store();
    storage::User user(const std::string& name);

    FakeClock clock;
    storage::Project project;
    /// What the server wrote into its log.
    std::shared_ptr<std::vector<std::string>> log = std::make_shared<std::vector<std::string>>();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

inline const std::string experiments = "/api/leaderboard/v1/experiments";
inline const std::string attributes = "/api/leaderboard/v1/attributes";
inline const std::string operations = "/api/leaderboard/v1/attributes/operations";
inline const std::string project_of = "/api/backend/v1/projects/get?projectIdentifier=";

}  // namespace server_test

#endif
