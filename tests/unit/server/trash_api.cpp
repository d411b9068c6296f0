#include <neptune/server/trash_api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>

using namespace server_test;

namespace {

const std::string name = "ml-team/classification";
const std::string project_query = "?projectIdentifier=ml-team%2Fclassification";

Answer act(const Fixture& server, const std::string& what, const Json& ids,
           const std::string& who = "ada") {
    return server.call("POST", experiments + "/trash" + what + project_query, ids, who);
}

Json trashed(const Fixture& server, const std::string& id) {
    return server.get(experiments + "?experimentId=" + id).json.at("trashed");
}

std::string reason(const Answer& answer, std::size_t i = 0) {
    return answer.json.at("errors").at(i).at("reason");
}

}  // namespace

TEST_CASE("trash_api: objects go to the trash by any of their names; what cannot go is told") {
    const Fixture server;
    const auto run = server.new_run();
    const auto other = server.new_run();
    const auto result = act(server, "",
                            {name + "/CLS-1", other, name + "/CLS-9", "nonsense", name + "/CLS",
                             "others/project/CLS-1"});
    REQUIRE(result.status == 200);
    CHECK(result.json.at("updatedExperimentIdentifiers") == Json{name + "/CLS-1", other});
    REQUIRE(result.json.at("errors").size() == 4);
    CHECK(result.json.at("errors").at(0) ==
          Json{{"experimentIdentifier", name + "/CLS-9"},
               {"reason", "NOT_EXISTS"},
               {"message", "'" + name + "/CLS-9' does not exist in this project"}});
    CHECK(reason(result, 1) == "NOT_EXISTS");
    CHECK(reason(result, 2) == "IS_PROJECT");
    CHECK(reason(result, 3) == "NOT_EXISTS");
    CHECK(trashed(server, run) == true);
    CHECK(reason(act(server, "", {run})) == "ALREADY_TRASHED");
}

TEST_CASE("trash_api: what is in the trash can be read, not written; restored it can") {
    const Fixture server;
    const auto run = server.new_run();
    server.execute(run, {{{"path", "x"}, {"assignFloat", {{"value", 1.5}}}}});
    act(server, "", {run});

    const auto value = attributes + "/floats?attribute=x&experimentId=" + run;
    CHECK(server.get(value).json.at("value") == 1.5);
    const auto refused = server.execute(run, {{{"path", "x"}, {"assignFloat", {{"value", 2.5}}}}});
    CHECK(refused.status == 422);
    CHECK(refused.json.at("title") == "Object is in the trash");
    CHECK(server.call("POST", attributes + "/ping?experimentId=" + run).status == 200);
    CHECK(server.get(value).json.at("value") == 1.5);

    CHECK(act(server, "/restore", {run}).json.at("updatedExperimentIdentifiers") == Json{run});
    CHECK(trashed(server, run) == false);
    CHECK(server.execute(run, {{{"path", "x"}, {"assignFloat", {{"value", 2.5}}}}}).json.empty());
    CHECK(reason(act(server, "/restore", {run})) == "NOT_IN_TRASH");
}

TEST_CASE("trash_api: a model in the trash gets no new versions, and its versions wait for it") {
    const Fixture server;
    const auto model = server.create({{"type", "model"}, {"key", "FOREST"}}).json.at("id");
    const Json latest{{"type", "modelVersion"}, {"parentId", model}};
    const auto first = server.create(latest).json.at("id").get<std::string>();
    act(server, "", {name + "/CLS-FOREST"});
    CHECK(trashed(server, first) == true);
    CHECK(server.create(latest).status == 422);
    CHECK(reason(act(server, "/restore", {first})) == "TRASHED");
    act(server, "/restore", Json::array({model}));
    CHECK(trashed(server, first) == false);
    CHECK(server.create(latest).json.at("shortId") == "CLS-FOREST-2");
}

TEST_CASE("trash_api: only the trash is deleted") {
    const Fixture server;
    const auto run = server.new_run();
    CHECK(reason(act(server, "/delete", {run})) == "NOT_IN_TRASH");
    act(server, "", {run});
    CHECK(act(server, "/delete", {name + "/CLS-1"}).json ==
          Json{{"errors", Json::array()}, {"updatedExperimentIdentifiers", {name + "/CLS-1"}}});
    CHECK(server.get(experiments + "?experimentId=" + run).status == 404);
    CHECK(server.create({{"type", "run"}}).json.at("shortId") == "CLS-2");
}

TEST_CASE("trash_api: all of the trash is restored, or deleted, and nothing else") {
    const Fixture server;
    const auto kept = server.new_run();
    const auto run = server.new_run();
    const auto model =
        server.create({{"type", "model"}, {"key", "FOREST"}}).json.at("id").get<std::string>();
    const auto latest = server.create({{"type", "modelVersion"}, {"parentId", model}})
                            .json.at("id")
                            .get<std::string>();
    act(server, "", {run, model});
    CHECK(act(server, "/restoreAll", nullptr).json.at("updatedExperimentIdentifiers") ==
          Json{run, model, latest});
    for (const auto& id : {kept, run, model, latest}) CHECK(trashed(server, id) == false);

    act(server, "", {latest});
    act(server, "", {run, model});
    const auto deleted = act(server, "/deleteAll", nullptr);
    CHECK(deleted.json.at("updatedExperimentIdentifiers") == Json{run, model, latest});
    CHECK(deleted.json.at("errors").empty());
    for (const auto& id : {run, model, latest})
        CHECK(server.get(experiments + "?experimentId=" + id).status == 404);
    CHECK(trashed(server, kept) == false);
    CHECK(act(server, "/deleteAll", nullptr).json.at("updatedExperimentIdentifiers").empty());
}

TEST_CASE("trash_api: a list has a limit, which is named; a body that is no list is refused") {
    const Fixture server;
    const auto answer = act(server, "", Json(Json::array_t(1001, "x")));
    CHECK(answer.status == 400);
    CHECK(answer.json.at("message").get<std::string>().find("objects_per_trash_request") !=
          std::string::npos);
    CHECK(act(server, "", {{"a", 1}}).status == 400);
    CHECK(act(server, "", Json::array({1})).status == 400);
    CHECK(act(server, "", Json::array()).json.at("errors").empty());
}
