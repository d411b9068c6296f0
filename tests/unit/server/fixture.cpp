#include "fixture.hpp"

#include "support/temp_directory.hpp"

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>
#include <neptune/server/api.hpp>
#include <neptune/storage/sqlite_store.hpp>

#include <map>
#include <optional>
#include <utility>

namespace server_test {

using support::TempDirectory;

struct Fixture::Parts {
    Parts(const Settings& settings, const core::Clock& time,
          const std::shared_ptr<std::vector<std::string>>& log)
        : store({directory.path, settings.fields_per_object}) {
        const auto team = store.create_workspace("ml-team", time.now()).value();
        const auto others = store.create_workspace("others", time.now()).value();
        add("ada", team.id, storage::WorkspaceRole::owner, time);
        add("mia", team.id, storage::WorkspaceRole::member, time);
        add("eve", others.id, storage::WorkspaceRole::owner, time);
        project = store
                      .create_project({team.id, "classification", "CLS", storage::Visibility::priv,
                                       std::nullopt, store.find_user("ada")->id},
                                      time.now())
                      .project.value();
        server::ApiOptions options;
        options.url = "http://127.0.0.1:8080";
        if (settings.open) options.everybody = store.find_user("ada");
        options.rate_limit = settings.rate_limit;
        options.access_lifetime = settings.access_lifetime;
        options.fields_per_object = settings.fields_per_object;
        options.projects_per_workspace = settings.projects_per_workspace;
        options.table_fields_per_page = settings.table_fields_per_page;
        options.table_query_ms = settings.table_query_ms;
        options.public_projects = settings.public_projects;
        api.emplace(store, std::move(options), time,
                    [log](const std::string& line) { log->push_back(line); });
    }

    storage::User add(const std::string& name, const std::string& workspace,
                      storage::WorkspaceRole role, const core::Clock& time,
                      storage::UserKind kind = storage::UserKind::person) {
        auto user = store.create_user(name, kind, workspace, role, time.now()).value();
        const auto secret = server::new_secret();
        store.create_token(user.id, server::secret_hash(secret), time.now());
        tokens[name] = server::make_api_token("http://127.0.0.1:8080", secret);
        return user;
    }

    TempDirectory directory;
    storage::SqliteStore store;
    std::map<std::string, std::string> tokens;
    storage::Project project;
    std::optional<server::Api> api;
};

Fixture::Fixture(Settings settings) : parts_(std::make_unique<Parts>(settings, clock, log)) {
    project = parts_->project;
}
Fixture::~Fixture() = default;

Answer Fixture::send(const http::Request& request) const {
    auto reply = http::collect(parts_->api->handle(request));
    auto json = Json::parse(reply.body, nullptr, false);
    return {reply.status, std::move(reply.headers), std::move(reply.body), std::move(json)};
}

Answer Fixture::get(const std::string& target, const std::string& who) const {
    http::Request request;
    request.target = target;
    if (!who.empty()) request.headers.add("Authorization", authorization(who));
    return send(request);
}

Answer Fixture::post_text(const std::string& target, const std::string& body,
                          const std::string& content_type, const std::string& who) const {
    http::Request request;
    request.method = "POST";
    request.target = target;
    request.body = body;
    if (!content_type.empty()) request.headers.add("Content-Type", content_type);
    if (!who.empty()) request.headers.add("Authorization", authorization(who));
    return send(request);
}

Answer Fixture::post(const std::string& target, const Json& body, const std::string& who) const {
    return post_text(target, body.dump(), "application/json", who);
}

Answer Fixture::call(const std::string& method, const std::string& target, const Json& body,
                     const std::string& who) const {
    http::Request request;
    request.method = method;
    request.target = target;
    if (!body.is_null()) {
        request.body = body.dump();
        request.headers.add("Content-Type", "application/json");
    }
    if (!who.empty()) request.headers.add("Authorization", authorization(who));
    return send(request);
}

Answer Fixture::create(Json members, const std::string& who) const {
    if (!members.contains("projectIdentifier")) members["projectIdentifier"] = project.id;
    return post(experiments, members, who);
}

std::string Fixture::new_run(const std::string& who) const {
    return create({{"type", "run"}}, who).json.at("id").get<std::string>();
}

Answer Fixture::execute(const std::string& id, const Json& list, const std::string& who) const {
    return post(operations + "?experimentId=" + id, list, who);
}

std::string Fixture::api_token(const std::string& who) const {
    return parts_->tokens.at(who);
}

std::string Fixture::authorization(const std::string& who) const {
    http::Request request;
    request.target = "/api/backend/v1/authorization/oauth-token";
    request.headers.add("X-Neptune-Api-Token", api_token(who));
    return "Bearer " + send(request).json.at("accessToken").get<std::string>();
}

storage::User Fixture::add(const std::string& name, storage::UserKind kind) {
    return parts_->add(name, project.workspace_id, storage::WorkspaceRole::member, clock, kind);
}
std::vector<std::pair<std::string, std::string>> Fixture::endpoints() const {
    return parts_->api->endpoints();
}
bool Fixture::takes_content(const http::Request& head) const {
    return parts_->api->takes_content(head);
}
bool Fixture::may_push(const http::Request& head) const {
    return parts_->api->may_push(head);
}
void Fixture::push(const http::Request& head, http::PushSocket& socket) const {
    parts_->api->push(head, socket);
}
void Fixture::close() const {
    parts_->api->close();
}
void Fixture::revoke(const std::string& who) {
    store().revoke_tokens(user(who).id);
}
storage::Store& Fixture::store() {
    return parts_->store;
}
storage::User Fixture::user(const std::string& name) {
    return store().find_user(name).value();
}

}  // namespace server_test
