// The engine of the client, the server and the helpers that need both: the one heavy file of all
// tests. Test files include <neptune/run.hpp> and the helpers' headers, and are linked with this.
#include "support/test_server.hpp"

#include <neptune/core/os.hpp>
#include <neptune/neptune.hpp>
#include <neptune/server.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace support {

namespace core = neptune::core;
namespace http = neptune::http;
using neptune::detail::OpenRequest;

namespace {

// Only a test that has failed already waits that long.
constexpr std::chrono::seconds patience(60);

}  // namespace

struct TestServer::Running {
    explicit Running(const neptune::ServerOptions& options)
        : server(options), handler(server.handler()) {}
    neptune::Server server;
    http::Handler handler;
};

TestServer::TestServer(neptune::ServerOptions options) : options_(std::move(options)) {
    options_.data = directory_.path;
    options_.public_url = "http://server.test";
    options_.workspace = "team";
    options_.user = "ada";
    reopen();
    make_project("test", "TEST");
}
TestServer::~TestServer() = default;

http::Reply TestServer::answer(const http::Request& request) const {
    const std::shared_lock guard(mutex_);
    if (!running_)
        throw http::ConnectionError(http::ConnectionError::Kind::connect, "nobody listens",
                                    "server.test:80");
    return http::collect(running_->handler(request));
}
void TestServer::listen() {
    options_.public_url.clear();
    reopen();
    running_->server.start();
    options_.port = http::parse_url(url()).port;
}
std::string TestServer::url() const {
    return running_->server.url();
}
std::string TestServer::token() const {
    return running_->server.token();
}
std::string TestServer::make_project(const std::string& name, const std::string& key) {
    return running_->server.ensure_project(name, key);
}
std::string TestServer::make_user(const std::string& name, bool is_service_account) {
    namespace storage = neptune::storage;
    storage::SqliteStore store({.path = data()});
    const auto kind =
        is_service_account ? storage::UserKind::service_account : storage::UserKind::person;
    const auto user = store
                          .create_user(name, kind, store.find_workspace("team").value().id,
                                       storage::WorkspaceRole::member, core::now_ms())
                          .value();
    const auto secret = neptune::server::new_secret();
    store.create_token(user.id, neptune::server::secret_hash(secret), core::now_ms());
    return neptune::server::make_api_token(url(), secret);
}
void TestServer::close() {
    const std::lock_guard guard(mutex_);
    running_.reset();
}
void TestServer::reopen() {
    const std::lock_guard guard(mutex_);
    running_.reset();
    running_ = std::make_unique<Running>(options_);
    if (options_.port != 0) running_->server.start();
}

neptune::ErrorHandler ErrorLog::handler() {
    return [this](const neptune::Error& error) {
        const std::lock_guard guard(mutex_);
        // Characters of its own: the sanitizer does not see how exceptions share theirs.
        errors_.emplace_back(error.code(), error.message(), error.advice());
        changed_.notify_all();
    };
}
std::size_t ErrorLog::count(neptune::ErrorCode code) const {
    const std::lock_guard guard(mutex_);
    return static_cast<std::size_t>(
        std::count_if(errors_.begin(), errors_.end(),
                      [code](const auto& error) { return error.code() == code; }));
}
void ErrorLog::await(neptune::ErrorCode code, std::size_t number) {
    std::unique_lock lock(mutex_);
    const auto enough = [&] {
        return static_cast<std::size_t>(std::count_if(
                   errors_.begin(), errors_.end(),
                   [code](const auto& error) { return error.code() == code; })) >= number;
    };
    if (changed_.wait_for(lock, patience, enough)) return;
    std::string heard;
    for (const auto& error : errors_) heard += std::string("\n  ") + error.what();
    throw std::runtime_error("on_error did not hear of it; it heard:" + heard);
}
std::vector<neptune::Error> ErrorLog::all() const {
    const std::lock_guard guard(mutex_);
    return errors_;
}
std::string ErrorLog::text(neptune::ErrorCode code) const {
    const std::lock_guard guard(mutex_);
    for (const auto& error : errors_)
        if (error.code() == code) return error.what();
    return {};
}

/// Calls the server in the thread of the client, by the way that the test has chosen.
class World::InProcess final : public http::Channel {
public:
    InProcess(World& world, bool straight, neptune::client::Seconds timeout)
        : world_(world), straight_(straight), timeout_(timeout) {}

    http::Reply send(const http::Request& request) override {
        Way way;
        std::size_t ways = 0;
        {
            const std::lock_guard guard(world_.mutex_);
            ways = world_.ways_;
            if (!straight_) {
                way = world_.way_;
                world_.requests_.push_back(request.method + " " + request.target);
                world_.changed_.notify_all();
            }
        }
        check_aborted();
        // What a socket does with a body that lies elsewhere.
        http::Request sent = request;
        sent.source.reset();
        sent.sink.reset();
        if (request.source) {
            sent.body.resize(static_cast<std::size_t>(request.source->size));
            for (std::size_t at = 0; at < sent.body.size();) {
                at += request.source->read(at, sent.body.data() + at, sent.body.size() - at);
            }
        }
        Flight flight{sent, [&] { return world_.server.answer(sent); },
                      [this, ways] { return hang(ways); }};
        auto reply = way ? way(flight) : flight.deliver();
        check_aborted();
        if (request.sink && reply.status == 200) {
            request.sink->begin(reply.headers);
            for (std::string_view rest = reply.body; !rest.empty();) {
                const auto piece = rest.substr(0, 100'000);
                request.sink->write(piece);
                rest.remove_prefix(piece.size());
                check_aborted();
            }
            reply.body.clear();
        }
        return reply;
    }
    void abort() noexcept override {
        const std::lock_guard guard(world_.mutex_);
        aborted_ = true;
        world_.changed_.notify_all();
    }

private:
    using Kind = http::ConnectionError::Kind;
    void check_aborted() {
        if (aborted_)
            throw http::ConnectionError(Kind::aborted, "the request was aborted", "server:80");
    }
    http::Reply hang(std::size_t ways) {
        {
            std::unique_lock lock(world_.mutex_);
            world_.changed_.wait_for(lock, timeout_,
                                     [&] { return aborted_ || world_.ways_ != ways; });
        }
        check_aborted();
        throw http::ConnectionError(Kind::timeout, "no answer in time", "server:80");
    }

    World& world_;
    const bool straight_;
    const neptune::client::Seconds timeout_;
    std::atomic<bool> aborted_ = false;
};

World::World(neptune::ServerOptions options) : server(std::move(options)) {
    environment.data_directory = directory.path;
    environment.timing.pause_scale = 0.001;
    environment.timing.stop_without_progress = patience;
    environment.silent = true;
    environment.records = false;
}
World::~World() = default;

std::shared_ptr<neptune::detail::Object> World::open(OpenRequest request, bool straight) {
    if (!request.api_token) request.api_token = server.token();
    if (!request.project) request.project = "team/test";
    if (!request.on_error && !prints) request.on_error = errors.handler();
    return neptune::client::Opener(request, connected(straight)).open();
}
neptune::client::Environment World::connected(bool straight) {
    auto used = environment;
    used.silent = !prints;
    used.connect = [this, straight](const std::string& address, const neptune::Proxies&,
                                    const neptune::client::Timing& timing) {
        {
            const std::lock_guard guard(mutex_);
            addresses_.push_back(address);
        }
        return std::unique_ptr<http::Channel>(
            std::make_unique<InProcess>(*this, straight, timing.request_timeout));
    };
    return used;
}
neptune::client::Environment World::connected_environment() {
    return connected(false);
}
neptune::Run World::run(const neptune::InitRun& options, const char* source_file) {
    return neptune::Run(open(neptune::detail::request_of(options, source_file), false));
}
neptune::Model World::model(const neptune::InitModel& options) {
    return neptune::Model(open(neptune::detail::request_of(options), false));
}
neptune::ModelVersion World::version(const neptune::InitModelVersion& options) {
    return neptune::ModelVersion(open(neptune::detail::request_of(options), false));
}
neptune::Project World::project(const neptune::InitProject& options) {
    return neptune::Project(open(neptune::detail::request_of(options), false));
}
std::unique_ptr<neptune::management::detail::Manager> World::manager(
    const std::optional<std::string>& token) {
    auto used = environment;
    used.silent = !prints;
    used.connect = [this](const std::string&, const neptune::Proxies&,
                          const neptune::client::Timing& timing) {
        return std::unique_ptr<http::Channel>(
            std::make_unique<InProcess>(*this, false, timing.request_timeout));
    };
    return std::make_unique<neptune::client::RemoteManager>(token.value_or(server.token()), used);
}
neptune::ReadOnly<neptune::Run> World::look(const neptune::Run& run) {
    return look_at(neptune::OpenRun{.with_id = id_of(run)});
}
neptune::ReadOnly<neptune::Run> World::look_at(const neptune::OpenRun& options) {
    return neptune::ReadOnly<neptune::Run>(
        neptune::Run(open(neptune::detail::request_of(options), true)));
}
neptune::ReadOnly<neptune::Model> World::look_at(const neptune::OpenModel& options) {
    return neptune::ReadOnly<neptune::Model>(
        neptune::Model(open(neptune::detail::request_of(options), true)));
}
neptune::ReadOnly<neptune::ModelVersion> World::look_at(const neptune::OpenModelVersion& options) {
    return neptune::ReadOnly<neptune::ModelVersion>(
        neptune::ModelVersion(open(neptune::detail::request_of(options), true)));
}
neptune::ReadOnly<neptune::Project> World::look_at(const neptune::OpenProject& options) {
    return neptune::ReadOnly<neptune::Project>(
        neptune::Project(open(neptune::detail::request_of(options), true)));
}

std::vector<std::string> World::addresses() const {
    const std::lock_guard guard(mutex_);
    return addresses_;
}
void World::route(Way way) {
    const std::lock_guard guard(mutex_);
    way_ = std::move(way);
    ++ways_;
    changed_.notify_all();
}
std::size_t World::requests(std::string_view endpoint) const {
    const std::lock_guard guard(mutex_);
    return static_cast<std::size_t>(std::count_if(
        requests_.begin(), requests_.end(),
        [&](const auto& request) { return request.find(endpoint) != std::string::npos; }));
}
void World::await_requests(std::string_view endpoint, std::size_t number) {
    std::unique_lock lock(mutex_);
    const auto enough = [&] {
        return static_cast<std::size_t>(
                   std::count_if(requests_.begin(), requests_.end(), [&](const auto& request) {
                       return request.find(endpoint) != std::string::npos;
                   })) >= number;
    };
    if (!changed_.wait_for(lock, patience, enough))
        throw std::runtime_error("the requests did not come");
}

std::string World::queue_directory(const std::string& word) const {
    return directory.path + "/cpp/" + word;
}
std::vector<std::string> World::queues(const std::string& word) const {
    const auto path = queue_directory(word);
    if (::access(path.c_str(), F_OK) != 0) return {};
    auto names = core::list_directory(path);
    std::sort(names.begin(), names.end());
    return names;
}

Variable::Variable(const char* name, const char* value)
    : name_(name), was_set_(std::getenv(name) != nullptr) {
    if (was_set_) before_ = std::getenv(name);
    if (value != nullptr)
        ::setenv(name, value, 1);
    else
        ::unsetenv(name);
}
Variable::~Variable() {
    if (was_set_)
        ::setenv(name_.c_str(), before_.c_str(), 1);
    else
        ::unsetenv(name_.c_str());
}

CapturedStderr::CapturedStderr() {
    std::string path = core::temp_directory() + "/neptune-stderr-XXXXXX";
    file_ = ::mkstemp(path.data());
    ::unlink(path.c_str());
    saved_ = ::dup(2);
    ::dup2(file_, 2);
}
CapturedStderr::~CapturedStderr() {
    if (saved_ >= 0) static_cast<void>(text());
}
std::string CapturedStderr::so_far() const {
    std::string result;
    char buffer[4096];
    for (ssize_t got = 0;
         (got = ::pread(file_, buffer, sizeof buffer, static_cast<off_t>(result.size()))) > 0;)
        result.append(buffer, static_cast<std::size_t>(got));
    return result;
}
std::string CapturedStderr::text() {
    ::dup2(saved_, 2);
    ::close(std::exchange(saved_, -1));
    auto result = so_far();
    ::close(std::exchange(file_, -1));
    return result;
}

}  // namespace support
