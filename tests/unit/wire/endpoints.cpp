#include <neptune/wire/endpoints.hpp>

#include <neptune/wire/describe.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune::wire;

template <class Tuple, class Visit, std::size_t... I>
void visit_each(Visit&& visit, std::index_sequence<I...>) {
    (visit(std::type_identity<std::tuple_element_t<I, Tuple>>{}), ...);
}
template <class Visit>
void for_each_endpoint(Visit&& visit) {
    visit_each<BackendEndpoints>(visit,
                                 std::make_index_sequence<std::tuple_size_v<BackendEndpoints>>{});
    visit_each<LeaderboardEndpoints>(
        visit, std::make_index_sequence<std::tuple_size_v<LeaderboardEndpoints>>{});
}

template <class Tuple>
constexpr bool all_endpoints = false;
template <class... T>
constexpr bool all_endpoints<std::tuple<T...>> = (Endpoint<T> && ...);
static_assert(all_endpoints<BackendEndpoints> && all_endpoints<LeaderboardEndpoints>);
static_assert(!Endpoint<Nothing> && !Endpoint<ClientConfig> && !Endpoint<int>);

}  // namespace

TEST_CASE("endpoints: names, methods, paths and access are those of the protocol", "[wire]") {
    struct Row {
        std::string_view id, method, path;
        Access access;
        bool operator==(const Row&) const = default;
    };
    // Source: wire protocol §4.3 and §4.4.
    const std::vector<Row> expected{
        {"getClientConfig", "GET", "/api/backend/v1/clients/config", Access::open},
        {"exchangeApiToken", "GET", "/api/backend/v1/authorization/oauth-token", Access::api_token},
        {"getProject", "GET", "/api/backend/v1/projects/get", Access::bearer},
        {"listProjects", "GET", "/api/backend/v1/projects", Access::bearer},
        {"listOrganizations", "GET", "/api/backend/v1/myOrganizations", Access::bearer},
        {"createProject", "POST", "/api/backend/v1/projects", Access::bearer},
        {"updateProject", "PUT", "/api/backend/v1/projects", Access::bearer},
        {"deleteProject", "DELETE", "/api/backend/v1/projects", Access::bearer},
        {"listProjectMembers", "GET", "/api/backend/v1/projects/membersOf", Access::bearer},
        {"addProjectMember", "POST", "/api/backend/v1/projects/members", Access::bearer},
        {"updateProjectMember", "PATCH", "/api/backend/v1/projects/members/{userId}",
         Access::bearer},
        {"deleteProjectMember", "DELETE", "/api/backend/v1/projects/members/{userId}",
         Access::bearer},
        {"listProjectServiceAccounts", "GET", "/api/backend/v1/projects/service_accounts",
         Access::bearer},
        {"addProjectServiceAccount", "POST", "/api/backend/v1/projects/service_accounts",
         Access::bearer},
        {"updateProjectServiceAccount", "PATCH",
         "/api/backend/v1/projects/service_accounts/{serviceAccountId}", Access::bearer},
        {"deleteProjectServiceAccount", "DELETE",
         "/api/backend/v1/projects/service_accounts/{serviceAccountId}", Access::bearer},
        {"listServiceAccounts", "GET", "/api/backend/v1/serviceAccounts", Access::bearer},
        {"listOrganizationMembers", "GET",
         "/api/backend/v1/organizations2/{organizationIdentifier}/members", Access::bearer},
        {"createOrganizationInvitations", "POST", "/api/backend/v1/invitations/organization",
         Access::bearer},
        {"workspaceStatus", "GET", "/api/backend/v1/payments/{organizationIdentifier}/status",
         Access::bearer},
        {"getExperiment", "GET", "/api/leaderboard/v1/experiments", Access::bearer},
        {"createExperiment", "POST", "/api/leaderboard/v1/experiments", Access::bearer},
        {"createEmptyCheckpoint", "POST", "/api/leaderboard/v1/notebooks/{notebookId}/checkpoints2",
         Access::bearer},
        {"ping", "POST", "/api/leaderboard/v1/attributes/ping", Access::bearer},
        {"executeOperations", "POST", "/api/leaderboard/v1/attributes/operations", Access::bearer},
        {"getExperimentAttributes", "GET", "/api/leaderboard/v1/attributes", Access::bearer},
        {"getFloatAttribute", "GET", "/api/leaderboard/v1/attributes/floats", Access::bearer},
        {"getIntAttribute", "GET", "/api/leaderboard/v1/attributes/integers", Access::bearer},
        {"getBoolAttribute", "GET", "/api/leaderboard/v1/attributes/booleans", Access::bearer},
        {"getStringAttribute", "GET", "/api/leaderboard/v1/attributes/strings", Access::bearer},
        {"getDatetimeAttribute", "GET", "/api/leaderboard/v1/attributes/datetimes", Access::bearer},
        {"getFloatSeriesAttribute", "GET", "/api/leaderboard/v1/attributes/floatSeries",
         Access::bearer},
        {"getStringSeriesAttribute", "GET", "/api/leaderboard/v1/attributes/stringSeries",
         Access::bearer},
        {"getStringSetAttribute", "GET", "/api/leaderboard/v1/attributes/stringSets",
         Access::bearer},
        {"getArtifactAttribute", "GET", "/api/leaderboard/v1/attributes/artifacts", Access::bearer},
        {"getFloatSeriesValues", "GET", "/api/leaderboard/v1/attributes/series/float",
         Access::bearer},
        {"getStringSeriesValues", "GET", "/api/leaderboard/v1/attributes/series/string",
         Access::bearer},
        {"getFileAttribute", "GET", "/api/leaderboard/v1/attributes/files", Access::bearer},
        {"fileAtomUpload", "POST", "/api/leaderboard/v1/attributes/storage/file/upload",
         Access::bearer},
        {"fileAtomMultipartUploadStart", "POST",
         "/api/leaderboard/v1/attributes/storage/file/upload/start", Access::bearer},
        {"fileAtomMultipartUploadPart", "POST",
         "/api/leaderboard/v1/attributes/storage/file/upload/part", Access::bearer},
        {"fileAtomMultipartUploadFinish", "POST",
         "/api/leaderboard/v1/attributes/storage/file/upload/finish", Access::bearer},
        {"fileSetFileUpload", "POST", "/api/leaderboard/v1/attributes/storage/fileset/upload",
         Access::bearer},
        {"fileSetFileMultipartUploadStart", "POST",
         "/api/leaderboard/v1/attributes/storage/fileset/upload/start", Access::bearer},
        {"fileSetFileMultipartUploadPart", "POST",
         "/api/leaderboard/v1/attributes/storage/fileset/upload/part", Access::bearer},
        {"fileSetFileMultipartUploadFinish", "POST",
         "/api/leaderboard/v1/attributes/storage/fileset/upload/finish", Access::bearer},
        {"uploadFileSetAttributeTar", "POST", "/api/leaderboard/v1/attributes/uploadFileSetTar",
         Access::bearer},
        {"downloadAttribute", "GET", "/api/leaderboard/v1/attributes/download", Access::bearer},
        {"prepareForDownloadFileSetAttributeZip", "POST",
         "/api/leaderboard/v1/attributes/downloadFileSetZipRequest", Access::bearer},
        {"getDownloadPrepareRequest", "GET", "/api/leaderboard/v1/download/downloadRequest",
         Access::bearer},
        {"download", "GET", "/api/leaderboard/v1/download/downloadFile", Access::bearer},
        {"lsFileSetAttribute", "GET", "/api/leaderboard/v1/attributes/ls", Access::bearer},
        {"getImageSeriesValues", "GET", "/api/leaderboard/v1/attributes/series/image",
         Access::bearer},
        {"getImageSeriesValue", "GET", "/api/leaderboard/v1/attributes/series/image/single",
         Access::bearer},
        {"searchLeaderboardAttributes", "POST", "/api/leaderboard/v1/leaderboard/attributes/search",
         Access::bearer},
        {"searchLeaderboardEntries", "POST", "/api/leaderboard/v1/leaderboard/entries/search",
         Access::bearer},
        {"signalRuns", "POST", "/api/leaderboard/v1/experiments/signal", Access::bearer},
        {"trashExperiments", "POST", "/api/leaderboard/v1/experiments/trash", Access::bearer},
        {"restoreExperiments", "POST", "/api/leaderboard/v1/experiments/trash/restore",
         Access::bearer},
        {"restoreAllExperiments", "POST", "/api/leaderboard/v1/experiments/trash/restoreAll",
         Access::bearer},
        {"deleteExperiments", "POST", "/api/leaderboard/v1/experiments/trash/delete",
         Access::bearer},
        {"deleteAllExperiments", "POST", "/api/leaderboard/v1/experiments/trash/deleteAll",
         Access::bearer},
    };
    std::vector<Row> found;
    for_each_endpoint([&]<class E>(std::type_identity<E>) {
        found.push_back({E::operation_id, E::method, E::path, E::access});
    });
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        INFO(expected[i].id);
        CHECK(found[i] == expected[i]);
    }
}

TEST_CASE("endpoints: no two share a name, nor a method and a path", "[wire]") {
    std::set<std::string_view> ids;
    std::set<std::pair<std::string_view, std::string_view>> routes;
    for_each_endpoint([&]<class E>(std::type_identity<E>) {
        CHECK(ids.insert(E::operation_id).second);
        CHECK(routes.emplace(E::method, E::path).second);
    });
}

TEST_CASE("endpoints: a request has each parameter once, and at most one body", "[wire]") {
    for_each_endpoint([&]<class E>(std::type_identity<E>) {
        INFO(E::operation_id);
        std::set<std::string_view> names;
        std::size_t parameters = 0;
        int bodies = 0;
        const auto visit = [&](const auto& parameter) {
            ++parameters;
            names.insert(parameter.name);
            if (parameter.place == Place::body || parameter.place == Place::raw_body) ++bodies;
            const auto in_braces = "{" + std::string(parameter.name) + "}";
            CHECK((parameter.place == Place::path) ==
                  (E::path.find(in_braces) != std::string_view::npos));
        };
        std::apply([&](const auto&... all) { (visit(all), ...); }, E::Request::parameters());
        CHECK(names.size() == parameters);
        CHECK(bodies <= 1);
        CHECK((bodies == 0 || E::method.substr(0, 1) == "P"));  // POST, PUT, PATCH
    });
}

TEST_CASE("endpoints: the getter of a type answers that type", "[wire]") {
    CHECK(GetAttribute<neptune::FieldType::string_set>::Response::field_type ==
          neptune::FieldType::string_set);
    CHECK(ExecuteOperations::body_limit >= std::size_t{150} << 20);
    CHECK(takes_content<UploadFilePart>);
    CHECK(takes_content<UploadFileSetTar>);
    CHECK_FALSE(takes_content<FinishFileUpload>);
    CHECK_FALSE(takes_content<DownloadAttribute>);
}

TEST_CASE("endpoints: members of a structure are visited in their order", "[wire]") {
    std::vector<std::string_view> names;
    for_each_member<OperationErrorDto>([&](const auto& member) { names.push_back(member.name); });
    CHECK(names == std::vector<std::string_view>{"errorType", "errorDescription", "index", "path"});
    CHECK(IsOptional<std::optional<int>>::value);
    CHECK_FALSE(IsOptional<int>::value);
    CHECK(IsVector<std::vector<int>>::value);
    CHECK_FALSE(IsVector<std::string>::value);
}
