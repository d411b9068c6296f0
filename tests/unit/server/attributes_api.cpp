#include <neptune/server/attributes_api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>

using namespace server_test;

namespace {

constexpr std::int64_t moment = 1'744'898'036'000;

Json floats(int count, int first_step = 0) {
    Json entries = Json::array();
    for (int i = 0; i < count; ++i)
        entries.push_back(
            {{"value", i / 2.0}, {"step", first_step + i}, {"timestampMilliseconds", moment + i}});
    return {{"entries", entries}};
}

/// A run with a field of each type.
struct Filled : Fixture {
    Filled() : run(new_run()) {
        const auto answer = execute(
            run, {{{"path", "f"}, {"assignFloat", {{"value", 0.001}}}},
                  {{"path", "i"}, {"assignInt", {{"value", 5}}}},
                  {{"path", "b"}, {"assignBool", {{"value", true}}}},
                  {{"path", "s"}, {"assignString", {{"value", "Größe \"1\""}}}},
                  {{"path", "d"}, {"assignDatetime", {{"valueMilliseconds", moment + 123}}}},
                  {{"path", "fs"}, {"logFloats", floats(3)}},
                  {{"path", "fs"}, {"configFloatSeries", {{"min", 0.0}, {"unit", "nats"}}}},
                  {{"path", "ss"},
                   {"logStrings",
                    {{"entries", {{{"value", "done"}, {"timestampMilliseconds", moment}}}}}}},
                  {{"path", "sys/tags"}, {"insertStrings", {{"values", {"v2", "baseline"}}}}}});
        REQUIRE(answer.text == "[]");
    }
    [[nodiscard]] Answer field(const std::string& getter, const std::string& path) const {
        return get(attributes + "/" + getter + "?experimentId=" + run + "&attribute=" + path);
    }
    std::string run;
};

}  // namespace

TEST_CASE("attributes_api: each getter answers with the properties of its type") {
    const Filled server;
    const auto with = [](const std::string& name, const std::string& type, Json properties) {
        properties["attributeName"] = name;
        properties["attributeType"] = type;
        return properties;
    };
    CHECK(server.field("floats", "f").json == with("f", "float", {{"value", 0.001}}));
    CHECK(server.field("integers", "i").json == with("i", "int", {{"value", 5}}));
    CHECK(server.field("booleans", "b").json == with("b", "bool", {{"value", true}}));
    CHECK(server.field("strings", "s").json == with("s", "string", {{"value", "Größe \"1\""}}));
    CHECK(server.field("datetimes", "d").json ==
          with("d", "datetime", {{"value", "2025-04-17T13:53:56.123Z"}}));
    CHECK(server.field("stringSets", "sys%2Ftags").json ==
          with("sys/tags", "stringSet", {{"values", {"baseline", "v2"}}}));
    CHECK(server.field("stringSeries", "ss").json ==
          with("ss", "stringSeries", {{"last", "done"}, {"lastStep", 0.0}}));
    const auto series = server.field("floatSeries", "fs").json;
    CHECK(series.at("config") == Json{{"min", 0.0}, {"unit", "nats"}});
    CHECK(series.at("last") == 1.0);
    CHECK(series.at("lastStep") == 2.0);
    CHECK(series.at("min") == 0.0);
    CHECK(series.at("max") == 1.0);
    CHECK(series.at("average") == 0.5);
}

TEST_CASE("attributes_api: an empty series has no last value") {
    const Filled server;
    REQUIRE(
        server.execute(server.run, {{{"path", "e"}, {"logFloats", {{"entries", Json::array()}}}}})
            .text == "[]");
    const auto series = server.field("floatSeries", "e");
    CHECK(series.status == 200);
    CHECK_FALSE(series.json.contains("last"));
    CHECK(server.field("series/float", "e").json ==
          Json{{"totalItemCount", 0}, {"values", Json::array()}});
}

TEST_CASE("attributes_api: a field that is missing or of another type is a 404 without a type") {
    const Filled server;
    for (const auto& [getter, path] :
         {std::pair("floats", "nothing"), std::pair("floats", "i"), std::pair("integers", "f"),
          std::pair("strings", "sys/state"), std::pair("floatSeries", "ss"),
          std::pair("series/float", "ss"), std::pair("series/string", "fs"),
          std::pair("series/float", "f"), std::pair("series/string", "nothing"),
          std::pair("strings", ""), std::pair("strings", "%ff%00")}) {
        INFO(getter << " " << path);
        const auto answer = server.field(getter, path);
        CHECK(answer.status == 404);
        CHECK_FALSE(answer.json.contains("errorType"));
    }
}

TEST_CASE("attributes_api: a path is normalised before it is looked up") {
    const Filled server;
    CHECK(server.field("floats", "%2Ff%2F").status == 200);
    CHECK(server.field("series/float", "%2F%2Ffs").status == 200);
}

TEST_CASE("attributes_api: an unknown type of field is an unknown address") {
    const Filled server;
    const auto answer = server.field("colours", "f");
    CHECK(answer.status == 404);
    CHECK(answer.json.at("title") == "Unknown address");
}

TEST_CASE("attributes_api: the list has every field with the properties of its type") {
    const Filled server;
    const auto answer = server.get(attributes + "?experimentId=" + server.run);
    REQUIRE(answer.status == 200);
    CHECK(answer.json.at("id") == server.run);
    CHECK(answer.json.at("projectId") == server.project.id);
    CHECK(answer.json.at("organizationName") == "ml-team");
    CHECK(answer.json.at("trashed") == false);
    std::string previous;
    for (const auto& attribute : answer.json.at("attributes")) {
        const auto name = attribute.at("name").get<std::string>();
        INFO(name);
        CHECK(previous < name);
        previous = name;
        const auto type = attribute.at("type").get<std::string>();
        CHECK(attribute.size() == 3);
        CHECK(attribute.at(type + "Properties").at("attributeName") == name);
        CHECK(attribute.at(type + "Properties").at("attributeType") == type);
    }
    CHECK(answer.json.at("systemAttributes").at("shortId").at("value") == "CLS-1");
    CHECK(answer.json.at("systemAttributes").at("description").at("value") == "");
}

TEST_CASE("attributes_api: a project has its own fields") {
    const Filled server;
    const auto answer = server.get(attributes + "?experimentId=" + server.project.id);
    std::vector<std::string> names;
    for (const auto& attribute : answer.json.at("attributes"))
        names.push_back(attribute.at("name"));
    CHECK(names == std::vector<std::string>{"sys/creation_time", "sys/group_tags", "sys/id",
                                            "sys/modification_time", "sys/monitoring_time",
                                            "sys/name", "sys/ping_time", "sys/running_time",
                                            "sys/size", "sys/state", "sys/tags", "sys/visibility"});
}

TEST_CASE("attributes_api: fields of an unknown object are a 404 without a type") {
    const Filled server;
    const std::string unknown = "11111111-2222-4333-8444-555555555555";
    for (const std::string& target :
         {attributes + "?experimentId=" + unknown,
          attributes + "/floats?experimentId=" + unknown + "&attribute=f",
          attributes + "/series/float?experimentId=" + unknown + "&attribute=fs"}) {
        const auto answer = server.get(target);
        CHECK(answer.status == 404);
        CHECK_FALSE(answer.json.contains("errorType"));
        CHECK(server.get(target, "eve").status == 404);
    }
    CHECK(server.get(attributes + "/floats?experimentId=" + server.run + "&attribute=f", "eve")
              .status == 404);
}

TEST_CASE("attributes_api: points come ordered by step, in full pages that cover each once") {
    const Filled server;
    REQUIRE(server.execute(server.run, {{{"path", "long"}, {"logFloats", floats(2500)}}}).text ==
            "[]");
    const auto page = [&](const std::string& query) {
        return server.field("series/float", "long" + query).json;
    };
    CHECK(page("").at("values").size() == 1000);
    CHECK(page("").at("totalItemCount") == 2500);
    int seen = 0;
    for (const std::string offset : {"0", "1000", "2000"}) {
        const auto points = page("&limit=1000&offset=" + offset).at("values");
        CHECK(points.size() == (offset == "2000" ? 500U : 1000U));
        for (const auto& point : points) {
            REQUIRE(point == Json{{"timestampMillis", moment + seen},
                                  {"step", seen * 1.0},
                                  {"value", seen / 2.0}});
            ++seen;
        }
    }
    CHECK(seen == 2500);
    CHECK(page("&offset=2500").at("values").empty());
    CHECK(page("&limit=0").at("values").empty());
    CHECK(page("&limit=100000").at("values").size() == 2500);
}

TEST_CASE("attributes_api: a step without a fraction is still a number with one") {
    const Filled server;
    CHECK(
        server.field("series/float", "fs&limit=1").text ==
        R"({"totalItemCount":3,"values":[{"step":0.0,"timestampMillis":1744898036000,"value":0.0}]})");
}

TEST_CASE("attributes_api: string series are read the same way") {
    const Filled server;
    CHECK(server.field("series/string", "ss&limit=1000&offset=0").json ==
          Json{{"totalItemCount", 1},
               {"values",
                Json::array({{{"timestampMillis", moment}, {"step", 0.0}, {"value", "done"}}})}});
}

TEST_CASE("attributes_api: pages outside of the limits are refused with the limit") {
    const Filled server;
    for (const std::string query :
         {"&limit=-1", "&offset=-1", "&limit=100001", "&limit=x", "&offset=9223372036854775808"}) {
        INFO(query);
        CHECK(server.field("series/float", "fs" + query).status == 400);
    }
    CHECK(server.field("series/float", "fs&limit=100001").json.at("message") ==
          "Query parameter 'limit' must be 0 to 100000 (limit points_per_page), not 100001");
    CHECK(server.field("series/float", "fs&offset=9223372036854775807").json.at("values").empty());
}
