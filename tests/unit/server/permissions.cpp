// Who may call what: every endpoint, every kind of caller, every visibility of the project. An
// endpoint without a row fails the first test.

#include <neptune/server/access.hpp>

#include <neptune/core/base64.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace server_test;

namespace {

/// What an endpoint asks of its caller.
enum class Needs {
    nothing,
    token,  ///< an API token in place of an access token
    somebody,
    see,
    write,
    manage,
    delete_project,
    see_workspace,
    create_project,
    manage_workspace,
};

struct Row {
    Needs needs;
    /// Placeholders: PROJECT, RUN, ATTRIBUTE (parameters of a query), USER, ACCOUNT, WORKSPACE.
    std::string query{};
    Json body = nullptr;
};
using Endpoint = std::pair<std::string, std::string>;

std::map<Endpoint, Row> rows() {
    const std::string backend = "/api/backend/v1", board = "/api/leaderboard/v1";
    const Json role{{"role", "viewer"}};
    std::map<Endpoint, Row> result{
        {{"GET", "/api/backend/swagger.json"}, {Needs::nothing}},
        {{"GET", "/api/leaderboard/swagger.json"}, {Needs::somebody}},
        {{"GET", "/api/artifacts/swagger.json"}, {Needs::somebody}},
        {{"GET", "/api/backend/echo"}, {Needs::nothing}},
        {{"GET", "/api/backend/status"}, {Needs::nothing}},
        {{"GET", "/api/backend/healthz"}, {Needs::nothing}},
        {{"POST", "/auth/realms/neptune/protocol/openid-connect/token"}, {Needs::token}},
        {{"GET", backend + "/clients/config"}, {Needs::nothing}},
        {{"GET", backend + "/authorization/oauth-token"}, {Needs::token}},
        {{"GET", backend + "/projects"}, {Needs::somebody}},
        {{"GET", backend + "/myOrganizations"}, {Needs::somebody}},
        {{"GET", backend + "/projects/get"}, {Needs::see, "PROJECT"}},
        {{"POST", backend + "/projects"},
         {Needs::create_project, "", {{"name", "made here"}, {"organizationId", "WORKSPACE"}}}},
        {{"PUT", backend + "/projects"}, {Needs::manage, "PROJECT", {{"description", "new"}}}},
        {{"DELETE", backend + "/projects"}, {Needs::delete_project, "PROJECT"}},
        {{"GET", backend + "/projects/membersOf"}, {Needs::see, "PROJECT"}},
        {{"POST", backend + "/projects/members"},
         {Needs::manage, "PROJECT", {{"userId", "new"}, {"role", "viewer"}}}},
        {{"PATCH", backend + "/projects/members/{userId}"}, {Needs::manage, "PROJECT", role}},
        {{"DELETE", backend + "/projects/members/{userId}"}, {Needs::manage, "PROJECT"}},
        {{"GET", backend + "/projects/service_accounts"}, {Needs::see, "PROJECT"}},
        {{"POST", backend + "/projects/service_accounts"},
         {Needs::manage, "PROJECT", {{"serviceAccountId", "ACCOUNT"}, {"role", "viewer"}}}},
        {{"PATCH", backend + "/projects/service_accounts/{serviceAccountId}"},
         {Needs::manage, "PROJECT", role}},
        {{"DELETE", backend + "/projects/service_accounts/{serviceAccountId}"},
         {Needs::manage, "PROJECT"}},
        {{"GET", backend + "/serviceAccounts"},
         {Needs::see_workspace, "organizationIdentifier=WORKSPACE"}},
        {{"GET", backend + "/organizations2/{organizationIdentifier}/members"},
         {Needs::see_workspace}},
        {{"GET", backend + "/payments/{organizationIdentifier}/status"}, {Needs::see_workspace}},
        {{"POST", backend + "/invitations/organization"},
         {Needs::manage_workspace,
          "",
          {{"organizationIdentifier", "WORKSPACE"}, {"invitationsEntries", Json::array()}}}},
        {{"GET", board + "/experiments"}, {Needs::see, "RUN"}},
        {{"POST", board + "/experiments"},
         {Needs::write, "", {{"projectIdentifier", "WORKSPACE/classification"}}}},
        {{"POST", board + "/notebooks/{notebookId}/checkpoints2"},
         {Needs::somebody, "", {{"path", "a.ipynb"}}}},
        {{"POST", board + "/attributes/ping"}, {Needs::write, "RUN"}},
        {{"POST", board + "/attributes/operations"}, {Needs::write, "RUN", Json::array()}},
        {{"GET", board + "/attributes"}, {Needs::see, "RUN"}},
    };
    for (const char* type : {"artifacts", "floats", "integers", "booleans", "strings", "datetimes",
                             "floatSeries", "stringSeries", "stringSets", "series/float",
                             "series/string", "files", "series/image", "download"})
        result[{"GET", board + "/attributes/" + type}] = {Needs::see, "RUN&ATTRIBUTE"};
    const std::string file = board + "/attributes/storage/file/upload";
    const std::string set = board + "/attributes/storage/fileset/upload";
    for (const auto& [path, query] : {std::pair(file, std::string("TARGET&ATTRIBUTE&ext=")),
                                      std::pair(set, std::string("TARGET&ATTRIBUTE&subPath=a"))}) {
        const std::string upload = query + "&uploadId=u";
        result[{"POST", path}] = {Needs::write, query};
        result[{"POST", path + "/start"}] = {Needs::write, query + "&totalLength=1"};
        result[{"POST", path + "/part"}] = {Needs::write, upload + "&uploadPartIdx=0"};
        result[{"POST", path + "/finish"}] = {Needs::write, upload};
    }
    result[{"POST", board + "/attributes/uploadFileSetTar"}] = {Needs::write, "RUN&ATTRIBUTE"};
    result[{"POST", board + "/attributes/downloadFileSetZipRequest"}] = {Needs::see,
                                                                         "RUN&ATTRIBUTE"};
    result[{"GET", board + "/download/downloadRequest"}] = {Needs::see, "id=DOWNLOAD"};
    result[{"GET", board + "/download/downloadFile"}] = {Needs::see, "id=DOWNLOAD"};
    result[{"GET", board + "/attributes/ls"}] = {Needs::see, "RUN&ATTRIBUTE&path="};
    result[{"GET", board + "/attributes/series/image/single"}] = {Needs::see,
                                                                  "RUN&ATTRIBUTE&index=0"};
    const std::string artifact = "/api/artifacts/v1/artifact",
                      hash = "&hash=" + std::string(64, 'a');
    const Json no_files{{"files", Json::array()}};
    result[{"PUT", artifact}] = {Needs::write, "PROJECT&PARENT" + hash};
    result[{"POST", artifact}] = {Needs::write, "PROJECT&PARENT" + hash, no_files};
    result[{"PUT", artifact + "/files"}] = {Needs::write, "PROJECT" + hash, no_files};
    result[{"GET", artifact}] = {Needs::see, "PROJECT" + hash};
    result[{"GET", artifact + "/files"}] = {Needs::see, "PROJECT" + hash};
    for (const char* what : {"", "/restore", "/delete"})
        result[{"POST", board + "/experiments/trash" + what}] = {Needs::write, "PROJECT",
                                                                 Json::array()};
    result[{"POST", board + "/experiments/signal"}] = {Needs::write,
                                                       "PROJECT",
                                                       {{"type", "neptune/stop"},
                                                        {"body", Json::object()},
                                                        {"experimentIdentifiers", Json::array()}}};
    for (const char* what : {"attributes", "entries"})
        result[{"POST", board + "/leaderboard/" + what + "/search"}] = {
            Needs::see, "PROJECT", {{"query", {{"query", ""}}}}};
    for (const char* what : {"/restoreAll", "/deleteAll"})
        result[{"POST", board + "/experiments/trash" + what}] = {Needs::write, "PROJECT"};
    return result;
}

constexpr std::array<const char*, 13> callers{
    "",      // nobody
    "gone",  // whose token was revoked
    "eve",     "mia", "ada",        "viewer",          "contributor",
    "manager", "bot", "viewer-bot", "contributor-bot", "manager-bot",
    "guest"};

/// What the caller hears: 200 is "may", 401, 403, or 404 as if it did not exist.
int expected(Needs needs, const std::string& who, storage::Visibility visibility) {
    if (needs == Needs::nothing || needs == Needs::token) return 200;
    if (who.empty() || who == "gone") return 401;
    if (needs == Needs::somebody) return 200;
    const bool of_workspace = who != "eve" && who != "guest";
    if (needs == Needs::see_workspace || needs == Needs::create_project)
        return of_workspace ? 200 : 404;
    if (needs == Needs::manage_workspace) return who == "ada" ? 200 : of_workspace ? 403 : 404;

    // 0 nothing, 1 viewer, 2 contributor, 3 manager, 4 owner of the workspace
    static const std::map<std::string, int> private_ranks{
        {"eve", 0},     {"mia", 0}, {"ada", 4},        {"viewer", 1},          {"contributor", 2},
        {"manager", 3}, {"bot", 0}, {"viewer-bot", 1}, {"contributor-bot", 2}, {"manager-bot", 3},
        {"guest", 1}};
    int rank = private_ranks.at(who);
    const bool is_person_of_workspace =
        who == "mia" || who == "viewer" || who == "contributor" || who == "manager";
    if (visibility == storage::Visibility::workspace && is_person_of_workspace) rank = 3;
    if (visibility == storage::Visibility::pub && rank == 0) rank = 1;
    const int needed = needs == Needs::see      ? 1
                       : needs == Needs::write  ? 2
                       : needs == Needs::manage ? 3
                                                : 4;
    return rank == 0 ? 404 : rank < needed ? 403 : 200;
}

/// A server with one caller of each kind. What a call changes, the next one must not feel.
struct World {
    explicit World(storage::Visibility visibility) {
        run = server.new_run();
        using storage::ProjectRole;
        for (const auto& [name, role] : {std::pair("viewer", ProjectRole::viewer),
                                         std::pair("contributor", ProjectRole::member),
                                         std::pair("manager", ProjectRole::manager)}) {
            const std::string bot = std::string(name) + "-bot";
            give(server.add(name).id, role);
            give(server.add(bot, storage::UserKind::service_account).id, role);
        }
        server.add("bot", storage::UserKind::service_account);
        // Whom the calls act on, which are no callers themselves.
        account = server.add("new-bot", storage::UserKind::service_account).id;
        server.add("new");
        server.add("gone");
        for (const char* name : callers)
            if (*name && std::string(name) != "guest")
                authorizations[name] = server.authorization(name);
        server.revoke("gone");
        // Of another workspace, but invited into the project.
        give(server.user("eve").id, ProjectRole::viewer);
        authorizations["guest"] = authorizations["eve"];
        give(server.user("eve").id, std::nullopt);
        storage::ProjectChange change;
        change.visibility = visibility;
        server.store().update_project(server.project.id, change);
    }

    void give(const std::string& user, std::optional<storage::ProjectRole> role) {
        server.store().set_project_role(server.project.id, user, role);
    }

    /// `hidden`: names something of the same kind that does not exist.
    Answer call(const Endpoint& endpoint, const Row& row, const std::string& who, bool hidden) {
        // The role of a guest, for this call.
        if (who == "guest") give(server.user("eve").id, storage::ProjectRole::viewer);
        http::Request request;
        request.method = endpoint.first;
        request.target = endpoint.second + (row.query.empty() ? "" : "?" + row.query);
        if (!row.body.is_null()) {
            request.body = row.body.dump();
            request.headers.add("Content-Type", "application/json");
        }
        for (std::string* text : {&request.target, &request.body}) fill(*text, hidden);
        request.headers.add("X-Range", "bytes=0-0/1");
        if (!who.empty()) request.headers.add("Authorization", authorizations.at(who));
        if (row.needs == Needs::token)
            request.headers.add("X-Neptune-Api-Token", server.api_token("ada"));
        auto answer = server.send(request);
        if (who == "guest") give(server.user("eve").id, std::nullopt);
        return answer;
    }

    void fill(std::string& text, bool hidden) const {
        const std::string workspace = hidden ? "nothing" : "ml-team";
        const std::string none = "00000000-0000-4000-8000-000000000000";
        for (const auto& [word, value] : std::vector<std::pair<std::string, std::string>>{
                 {"PROJECT", "projectIdentifier=" + (hidden ? none : server.project.id)},
                 {"RUN", "experimentId=" + (hidden ? none : run)},
                 {"TARGET", "experimentIdentifier=" + (hidden ? none : run)},
                 {"DOWNLOAD", core::base64::encode_url((hidden ? none : run) + "/x")},
                 {"PARENT", "parentIdentifier=" + (hidden ? none : run)},
                 {"ATTRIBUTE", "attribute=x"},
                 {"{userId}", "new"},
                 {"{serviceAccountId}", account},
                 {"ACCOUNT", account},
                 {"{organizationIdentifier}", workspace},
                 {"WORKSPACE", workspace}})
            if (const auto at = text.find(word); at != std::string::npos)
                text.replace(at, word.size(), value);
    }

    Fixture server{Settings{.public_projects = true}};
    std::string run, account;
    std::map<std::string, std::string> authorizations;
};

/// Whether the answer says that this caller may not, or that there is nothing. Members of the body
/// of a request that make no sense are another matter.
int verdict(const Answer& answer) {
    const auto title = answer.json.is_object() ? answer.json.value("title", "") : "";
    for (const char* missing :
         {"Field not found", "User not found", "Upload not found", "Folder not found",
          "Image not found", "Artifact not found", "Notebook not found"})
        if (answer.status == 404 && title == missing) return 200;
    return answer.status == 401 || answer.status == 403 || answer.status == 404 ? answer.status
                                                                                : 200;
}

}  // namespace

TEST_CASE("permissions: every endpoint has a row, and every row an endpoint") {
    const Fixture server;
    std::set<Endpoint> served, listed;
    for (const auto& endpoint : server.endpoints()) served.insert(endpoint);
    for (const auto& row : rows()) listed.insert(row.first);
    for (const auto& endpoint : served) {
        INFO(endpoint.first + " " + endpoint.second);
        CHECK(listed.count(endpoint) == 1);
    }
    for (const auto& endpoint : listed) {
        INFO(endpoint.first + " " + endpoint.second);
        CHECK(served.count(endpoint) == 1);
    }
}

TEST_CASE("permissions: each caller hears what his role allows, whatever the visibility") {
    const auto visibility = GENERATE(storage::Visibility::priv, storage::Visibility::workspace,
                                     storage::Visibility::pub);
    World world(visibility);
    std::pair<Endpoint, Row> last;
    for (const auto& [endpoint, row] : rows()) {
        // Afterwards there would be nothing left to ask for.
        const bool ends_project = row.needs == Needs::delete_project;
        for (const std::string who : callers) {
            INFO(endpoint.first + " " + endpoint.second + " by '" + who + "', visibility " +
                 std::string(storage::visibility_names[static_cast<std::size_t>(visibility)]));
            if (ends_project && who == "ada") continue;
            const auto answer = world.call(endpoint, row, who, false);
            const int heard = expected(row.needs, who, visibility);
            CHECK(verdict(answer) == heard);
            CHECK(answer.status < 500);
            if (heard != 404) continue;
            // What may not be seen is to be told from nothing by no member of the answer.
            const auto missing = world.call(endpoint, row, who, true);
            CHECK(missing.status == 404);
            CHECK(answer.json.at("title") == missing.json.at("title"));
            CHECK(answer.error_type() == missing.error_type());
            CHECK(answer.json.size() == missing.json.size());
        }
    }
    const Endpoint deletion{"DELETE", "/api/backend/v1/projects"};
    CHECK(world.call(deletion, rows().at(deletion), "ada", false).status == 200);
}
