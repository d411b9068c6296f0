#include <neptune/server/tables_api.hpp>

#include "support/catch.hpp"
#include "unit/server/fixture.hpp"

#include <string>
#include <vector>

using namespace server_test;
using Catch::Matchers::ContainsSubstring;

namespace {

const std::string leaderboard_root = "/api/leaderboard/v1/leaderboard/";

Answer entries(const Fixture& f, const Json& body, const std::string& types = "&type=run",
               const std::string& who = "ada") {
    return f.post(leaderboard_root + "entries/search?projectIdentifier=" + f.project.id + types,
                  body, who);
}
Answer columns(const Fixture& f, const std::string& rest = "&type=run",
               const std::string& who = "ada") {
    return f.post(leaderboard_root + "attributes/search?projectIdentifier=" + f.project.id + rest,
                  Json::object(), who);
}
Json asking(const std::string& query, int limit = 100, int offset = 0) {
    return {{"query", {{"query", query}}}, {"pagination", {{"limit", limit}, {"offset", offset}}}};
}
Json ordered_by(const std::string& name, const std::string& type, const std::string& direction) {
    auto body = asking("");
    body["sorting"] = {{"dir", direction},
                       {"aggregationMode", "none"},
                       {"sortBy", {{"name", name}, {"type", type}}}};
    return body;
}
/// Names of the columns found: "a:float b:int".
std::string names_in(const Answer& answer) {
    std::string result;
    for (const auto& entry : answer.json.at("entries"))
        result += (result.empty() ? "" : " ") + entry.at("name").get<std::string>() + ":" +
                  entry.at("type").get<std::string>();
    return result;
}
/// Values of one field, in the order of the rows.
std::string values_in(const Answer& answer, const std::string& name) {
    std::string result;
    for (const auto& entry : answer.json.at("entries"))
        for (const auto& attribute : entry.at("attributes"))
            if (attribute.at("name") == name)
                result += (result.empty() ? "" : " ") +
                          attribute.at(attribute.at("type").get<std::string>() + "Properties")
                              .at("value")
                              .dump();
    return result;
}
Json assign_int(const std::string& path, int value) {
    return {{"path", path}, {"assignInt", {{"value", value}}}};
}

}  // namespace

TEST_CASE("tables api: a page has the rows, their fields and the number of all") {
    const Fixture f;
    const auto first = f.new_run();
    const auto second = f.new_run();
    REQUIRE(f.execute(first, Json::array({assign_int("x", 1)})).status == 200);
    REQUIRE(f.execute(second, Json::array({assign_int("x", 2), assign_int("y", 3)})).status == 200);
    const auto answer = entries(f, asking("(`sys/trashed`:bool = false)"));
    REQUIRE(answer.status == 200);
    CHECK(answer.json.at("matchingItemCount") == 2);
    const auto& row = answer.json.at("entries").at(0);
    CHECK(row.at("experimentId") == second);
    CHECK(row.at("type") == "run");
    CHECK(row.at("projectId") == f.project.id);
    CHECK(row.at("projectName") == "classification");
    CHECK(row.at("organizationName") == "ml-team");
    CHECK(row.at("organizationId") == f.project.workspace_id);
    CHECK(values_in(answer, "x") == "2 1");
    CHECK(row.at("attributes").size() > 10);

    auto body = asking("");
    body["attributeFilters"] = {
        {{"path", "sys/id"}}, {{"path", "y"}}, {{"path", "y"}}, {{"path", "z"}}};
    const auto filtered = entries(f, body);
    CHECK(filtered.json.at("entries").at(0).at("attributes").size() == 2);
    CHECK(filtered.json.at("entries").at(1).at("attributes").size() == 1);
    CHECK(values_in(filtered, "sys/id") == "\"CLS-2\" \"CLS-1\"");
}

TEST_CASE("tables api: the request of the Python client, limits and offsets") {
    const Fixture f;
    for (int i = 0; i < 5; ++i) static_cast<void>(f.new_run());
    auto body = ordered_by("sys/id", "string", "ascending");
    body["pagination"] = {{"limit", 0}, {"offset", 0}};
    const auto count = entries(f, body);
    CHECK(count.json == Json({{"matchingItemCount", 5}, {"entries", Json::array()}}));
    body["pagination"] = {{"limit", 2}, {"offset", 3}};
    CHECK(values_in(entries(f, body), "sys/id") == "\"CLS-4\" \"CLS-5\"");
    body["pagination"] = {{"limit", 2}, {"offset", 1'000'000}};
    const auto beyond = entries(f, body);
    CHECK(beyond.status == 200);
    CHECK(beyond.json.at("entries").empty());
    CHECK(entries(f, Json::object()).json.at("matchingItemCount") == 5);
}

TEST_CASE("tables api: a page of too many fields is refused, with what to do") {
    const Fixture f(Settings{.table_fields_per_page = 5});
    for (int i = 0; i < 3; ++i) static_cast<void>(f.new_run());
    auto body = asking("");
    body["attributeFilters"] = {{{"path", "sys/id"}}, {{"path", "sys/owner"}}};
    const auto refused = entries(f, body);
    CHECK(refused.status == 400);
    CHECK_THAT(refused.json.at("message").get<std::string>(),
               ContainsSubstring("limit table_fields_per_page") && ContainsSubstring("fewer rows"));
    body["pagination"] = {{"limit", 2}, {"offset", 0}};
    CHECK(entries(f, body).status == 200);
}

TEST_CASE("tables api: a query that takes too long is refused, with what to do") {
    const Fixture f(Settings{.table_query_ms = 0});
    static_cast<void>(f.new_run());
    const auto refused = entries(f, asking(""));
    CHECK(refused.status == 400);
    CHECK_THAT(refused.json.at("message").get<std::string>(),
               ContainsSubstring("longer than 0 ms (limit table_query_ms)") &&
                   ContainsSubstring("fewer rows"));
}

TEST_CASE("tables api: a mistake in the query is a Syntax error with its place") {
    const Fixture f;
    for (const char* query : {"key: float = (-_-)", "a = 1 b", "()", "a:stringSet = x", "`a",
                              "a:unknown = 1", "a:float = x", "a MATCHES '('"}) {
        INFO(query);
        const auto answer = entries(f, asking(query));
        CHECK(answer.status == 400);
        CHECK(answer.json.at("title") == "Syntax error");
        CHECK(answer.json.at("position").is_number_unsigned());
    }
    const auto answer = entries(f, asking("a = 1 b"));
    CHECK(answer.json.at("message") ==
          "Character 7 of the query: expected AND, OR or the end of the query, found 'b'");
    CHECK(answer.json.at("position") == 6);
    CHECK(f.log->empty());
}

TEST_CASE("tables api: what the request says besides must make sense") {
    const Fixture f;
    const auto message = [&](const Json& body, const std::string& types = "&type=run") {
        const auto answer = entries(f, body, types);
        CHECK(answer.status == 400);
        CHECK(answer.json.at("title") == "Bad request");
        return answer.json.at("message").get<std::string>();
    };
    CHECK_THAT(message(asking("", -1)), ContainsSubstring("params.pagination.limit"));
    CHECK_THAT(message(asking("", 10'001)), ContainsSubstring("limit table_rows_per_page"));
    CHECK_THAT(message(asking("", 1, -1)), ContainsSubstring("params.pagination.offset"));
    CHECK_THAT(message(asking(""), "&type=project"), ContainsSubstring("'project'"));
    CHECK_THAT(message(ordered_by("a", "number", "ascending")), ContainsSubstring("'number'"));
    CHECK_THAT(message(ordered_by("a", "float", "up")), ContainsSubstring("'up'"));
    auto body = ordered_by("a", "floatSeries", "ascending");
    body["sorting"]["sortBy"]["aggregationMode"] = "median";
    CHECK_THAT(message(body), ContainsSubstring("'median'"));
    CHECK_THAT(message({{"query", "x"}}), ContainsSubstring("params.query must be an object"));
    CHECK_THAT(message({{"sorting", Json::object()}}), ContainsSubstring("sortBy is missing"));
    body = asking("");
    for (int i = 0; i < 10'001; ++i) body["attributeFilters"].push_back({{"path", "a"}});
    CHECK_THAT(message(body), ContainsSubstring("limit table_columns"));
    CHECK(f.log->empty());
}

TEST_CASE("tables api: a series is ordered by the aggregate asked for") {
    const Fixture f;
    const auto log = [&](const std::string& id, double a, double b) {
        const Json points = Json::array({{{"value", a}, {"timestampMilliseconds", 1}},
                                         {{"value", b}, {"timestampMilliseconds", 2}}});
        REQUIRE(f.execute(id, Json::array({{{"path", "m"}, {"logFloats", {{"entries", points}}}}}))
                    .status == 200);
    };
    log(f.new_run(), 9, 1);
    log(f.new_run(), 3, 2);
    auto body = ordered_by("m", "floatSeries", "ascending");
    CHECK(values_in(entries(f, body), "sys/id") == "\"CLS-1\" \"CLS-2\"");
    body["sorting"]["sortBy"]["aggregationMode"] = "max";
    CHECK(values_in(entries(f, body), "sys/id") == "\"CLS-2\" \"CLS-1\"");
    body["sorting"]["sortBy"]["aggregationMode"] = "auto";
    CHECK(values_in(entries(f, body), "sys/id") == "\"CLS-1\" \"CLS-2\"");
}

TEST_CASE("tables api: kinds of objects") {
    const Fixture f;
    static_cast<void>(f.new_run());
    const auto model = f.create({{"type", "model"}, {"key", "PRE"}});
    REQUIRE(model.status == 200);
    static_cast<void>(f.create({{"type", "modelVersion"}, {"parentId", model.json.at("id")}}));
    const auto found = [&](const std::string& types) {
        return values_in(entries(f, ordered_by("sys/id", "string", "ascending"), types), "sys/id");
    };
    CHECK(found("&type=model") == "\"CLS-PRE\"");
    CHECK(found("&type=modelVersion") == "\"CLS-PRE-1\"");
    CHECK(found("&type=run&type=model") == "\"CLS-1\" \"CLS-PRE\"");
    CHECK(found("") == "\"CLS-1\" \"CLS-PRE\" \"CLS-PRE-1\"");
}

TEST_CASE("tables api: columns are found by name, part or pattern, the exact one first") {
    const Fixture f;
    const auto run = f.new_run();
    REQUIRE(f.execute(run, Json::array({assign_int("acc", 1), assign_int("a/acc", 1),
                                        assign_int("a.c", 1), assign_int("f(x", 1)}))
                .status == 200);
    CHECK(names_in(columns(f, "&search=acc")) == "acc:int a/acc:int");
    CHECK(names_in(columns(f, "&search=a.c")) == "a.c:int a/acc:int acc:int");
    CHECK(names_in(columns(f, "&search=%5Ea%2F")) == "a/acc:int");
    CHECK(names_in(columns(f, "&search=f(x")) == "f(x:int");
    CHECK(names_in(columns(f, "&search=nothing")) == "");
    CHECK(names_in(columns(f, "&search=sys/creation_time")) == "sys/creation_time:datetime");
    CHECK(columns(f, "&limit=3").json.at("entries").size() == 3);
    CHECK(columns(f, "&limit=-1").status == 400);
    CHECK(columns(f, "&limit=10001").status == 400);
    CHECK(names_in(columns(f, "&type=model&search=acc")) == "");
    CHECK(columns(f, "&type=tensor").status == 400);
}

TEST_CASE("tables api: a project without objects has the columns of sys") {
    const Fixture f;
    CHECK(names_in(columns(f, "&search=sys/creation_time&type=run")) ==
          "sys/creation_time:datetime");
    CHECK(names_in(columns(f, "&search=sys/model_id&type=modelVersion")) == "sys/model_id:string");
    CHECK(entries(f, asking("")).json.at("matchingItemCount") == 0);
}

TEST_CASE("tables api: who may not see a project gets none of its rows") {
    Fixture f;
    static_cast<void>(f.new_run());
    CHECK(entries(f, asking(""), "", "eve").status == 404);
    CHECK(columns(f, "", "eve").status == 404);
    CHECK(entries(f, asking(""), "", "").status == 401);
    f.store().set_project_role(f.project.id, f.user("mia").id, storage::ProjectRole::viewer);
    CHECK(entries(f, asking(""), "", "mia").json.at("matchingItemCount") == 1);
    const auto unknown = f.post(
        leaderboard_root + "entries/search?projectIdentifier=ml-team/nothing", Json::object());
    CHECK(unknown.status == 404);
    const auto by_name =
        f.post(leaderboard_root + "entries/search?projectIdentifier=ml-team/classification",
               Json::object());
    CHECK(by_name.json.at("matchingItemCount") == 1);
}
