#include <neptune/server/operations_api.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <string>

using namespace server_test;

namespace {

Json assign(const std::string& path, double value) {
    return {{"path", path}, {"assignFloat", {{"value", value}}}};
}
Json point(double value, double step) {
    return {{"value", value}, {"step", step}, {"timestampMilliseconds", 1'700'000'000'000}};
}

Answer send(const Fixture& server, const std::string& run, const Json& list,
            const std::string& producer, const std::string& sequence) {
    http::Request request{"POST", operations + "?experimentId=" + run, {}, list.dump()};
    request.headers.add("Authorization", server.authorization("ada"));
    if (!producer.empty()) request.headers.add("X-Neptune-Producer", producer);
    if (!sequence.empty()) request.headers.add("X-Neptune-Sequence", sequence);
    return server.send(request);
}

const std::string producer = "11111111-1111-4111-8111-111111111111";

std::size_t points(const Fixture& server, const std::string& run, const std::string& path) {
    const auto answer =
        server.get(attributes + "/series/float?experimentId=" + run + "&attribute=" + path);
    return answer.status == 200 ? answer.json.at("totalItemCount").get<std::size_t>() : 0;
}

}  // namespace

TEST_CASE(
    "operations_api: good operations are answered with an empty list, and so is none at all") {
    const Fixture server;
    const auto run = server.new_run();
    CHECK(server.execute(run, {assign("a", 1), assign("b", 2)}).text == "[]");
    CHECK(server.execute(run, Json::array()).text == "[]");
}

TEST_CASE(
    "operations_api: a bad operation has its error, its place and its path; the others are "
    "applied") {
    const Fixture server;
    const auto run = server.new_run();
    const auto answer = server.execute(
        run, {assign("a", 1), {{"path", "a"}, {"assignString", {{"value", "x"}}}}, assign("b", 2)});
    REQUIRE(answer.status == 200);
    CHECK(answer.json ==
          Json::array({{{"errorType", "metadata_inconsistency"},
                        {"errorDescription", "Attribute 'a' is a Float, cannot apply assignString"},
                        {"index", 1},
                        {"path", "a"}}}));
    CHECK(
        server.get(attributes + "/floats?experimentId=" + run + "&attribute=b").json.at("value") ==
        2.0);
}

TEST_CASE("operations_api: an element that is no operation is an error of that element only") {
    const Fixture server;
    const auto run = server.new_run();
    const auto answer = server.execute(run, {{{"path", "a"}, {"assignColour", {{"value", "red"}}}},
                                             {{"path", "b"}},
                                             7,
                                             {{"path", "c"}, {"assignInt", {{"value", "x"}}}},
                                             {{"path", "d"}, {"assignArtifact", {{"hash", "x"}}}},
                                             assign("e", 1)});
    REQUIRE(answer.status == 200);
    REQUIRE(answer.json.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(answer.json[i].at("index") == i);
        CHECK(answer.json[i].at("errorType") == "metadata_inconsistency");
    }
    CHECK(answer.json[0].at("errorDescription").get<std::string>().find("assignColour") !=
          std::string::npos);
    CHECK(server.get(attributes + "/floats?experimentId=" + run + "&attribute=e").status == 200);
}

TEST_CASE("operations_api: paths and values that cannot be are refused one by one") {
    const Fixture server;
    const auto run = server.new_run();
    const auto error_of = [&](const Json& operation) {
        const auto answer = server.execute(run, Json::array({operation}));
        REQUIRE(answer.status == 200);
        return answer.json.empty() ? "" : answer.json[0].at("errorType").get<std::string>();
    };
    const std::string inconsistency = "metadata_inconsistency";
    for (const std::string& path :
         {std::string(), std::string("/"), std::string("sys/id"), std::string("sys/new"),
          std::string("a\nb"), std::string("a\0b", 3), std::string(5000, 'x'),
          std::string(1025, 'x')}) {
        INFO(path.substr(0, 20));
        CHECK(error_of(assign(path, 1)) == inconsistency);
    }
    std::string deep;
    for (int i = 0; i < 65; ++i) deep += "x/";
    CHECK(error_of(assign(deep, 1)) == inconsistency);
    CHECK(error_of({{"path", "s"}, {"assignString", {{"value", std::string(16'385, 'x')}}}}) ==
          inconsistency);
    CHECK(error_of({{"path", "t"}, {"insertStrings", {{"values", {"x"}}}}}) == inconsistency);
    CHECK(error_of({{"path", "d"}, {"assignDatetime", {{"valueMilliseconds", INT64_MAX}}}}) ==
          inconsistency);
    CHECK(error_of({{"path", "'; DROP TABLE fields; --"}, {"assignInt", {{"value", 1}}}}) == "");
    CHECK(error_of({{"path", "i"}, {"assignInt", {{"value", INT64_MIN}}}}) == "");
    CHECK(server.get(attributes + "?experimentId=" + run).status == 200);
}

TEST_CASE("operations_api: steps go up, with the words that other tools read") {
    const Fixture server;
    const auto run = server.new_run();
    const auto answer = server.execute(
        run, {{{"path", "train/loss"},
               {"logFloats", {{"entries", {point(0.7, 300), point(0.6, 299), point(0.5, 301)}}}}}});
    CHECK(answer.json ==
          Json::array({{{"errorType", "logSeriesValueError"},
                        {"errorDescription",
                         "X-coordinates (step) must be strictly increasing for series "
                         "attribute: train/loss. Invalid point: 299.0"},
                        {"index", 0},
                        {"path", "train/loss"}}}));
    CHECK(points(server, run, "train/loss") == 2);
}

TEST_CASE("operations_api: a body that is no array of operations is a 400") {
    const Fixture server;
    const auto run = server.new_run();
    for (const std::string body :
         {"", "{}", "7", "null", "\"x\"", "[", "[{]", "[1e999]", "[NaN]", "[]]"}) {
        INFO(body);
        const auto answer = server.post_text(operations + "?experimentId=" + run, body);
        CHECK(answer.status == 400);
        CHECK(answer.json.at("message").is_string());
    }
}

TEST_CASE("operations_api: 100,000 brackets are a 400, not the end of the stack") {
    const Fixture server;
    const auto run = server.new_run();
    const std::string open(100'000, '['), close(100'000, ']');
    CHECK(server.post_text(operations + "?experimentId=" + run, open).status == 400);
    // Complete, it is an array with an element that is no operation.
    const auto nested = server.post_text(operations + "?experimentId=" + run, open + close);
    CHECK(nested.status == 200);
    CHECK(nested.json.size() == 1);
    CHECK(server.post_text(experiments, open + close).status == 400);
    std::string objects;
    for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
    CHECK(server.post_text(experiments, objects + "1" + std::string(100'000, '}')).status == 400);
}

TEST_CASE("operations_api: a binary batch is a 415, upon which clients send JSON") {
    const Fixture server;
    const auto run = server.new_run();
    CHECK(
        server.post_text(operations + "?experimentId=" + run, "\x01", "application/x-neptune-batch")
            .status == 415);
    CHECK(server.post_text(operations + "?experimentId=" + run, "[]", "").status == 200);
    CHECK(
        server
            .post_text(operations + "?experimentId=" + run, "[]", "Application/JSON;charset=utf-8")
            .status == 200);
}

TEST_CASE("operations_api: an unknown object is a 404 without a type") {
    const Fixture server;
    for (const std::string& id : {std::string("11111111-2222-4333-8444-555555555555"),
                                  std::string("ml-team/classification/CLS-9")}) {
        const auto answer = server.execute(id, Json::array());
        CHECK(answer.status == 404);
        CHECK_FALSE(answer.json.contains("errorType"));
    }
}

TEST_CASE("operations_api: too many fields are a 422 that names the limit and changes nothing") {
    const Fixture server({.fields_per_object = 5});
    const auto run = server.new_run();
    Json many = Json::array();
    for (int i = 0; i < 6; ++i) many.push_back(assign("f" + std::to_string(i), i));
    const auto answer = server.execute(run, many);
    CHECK(answer.status == 422);
    CHECK(answer.error_type() == "ATTRIBUTES_PER_EXPERIMENT_LIMIT_EXCEEDED");
    CHECK(answer.json.at("limit") == 5);
    CHECK(answer.json.at("experimentType") == "run");
    CHECK(answer.json.at("experimentQualifiedName") == "ml-team/classification/CLS-1");
    CHECK(server.get(attributes + "/floats?experimentId=" + run + "&attribute=f0").status == 404);
}

TEST_CASE("operations_api: what a producer numbered is applied once") {
    const Fixture server;
    const auto run = server.new_run();
    const Json batch = {{{"path", "x"}, {"logFloats", {{"entries", {point(1, 1), point(2, 1)}}}}}};
    const auto first = send(server, run, batch, producer, "1-2");
    CHECK(first.json.size() == 1);
    CHECK(points(server, run, "x") == 1);
    const auto again = send(server, run, batch, producer, "1-2");
    CHECK(again.status == 200);
    CHECK(again.json == first.json);
    CHECK(points(server, run, "x") == 1);
}

TEST_CASE(
    "operations_api: a gap or an overlap of a producer's numbers is a 409 with the last one "
    "applied") {
    const Fixture server;
    const auto run = server.new_run();
    REQUIRE(send(server, run, Json::array(), producer, "1-10").status == 200);
    for (const std::string sequence : {"12-13", "10-11", "5-20"}) {
        const auto answer = send(server, run, Json::array({assign("a", 1)}), producer, sequence);
        CHECK(answer.status == 409);
        CHECK(answer.error_type() == "PRODUCER_SEQUENCE");
        CHECK(answer.json.at("lastSequence") == 10);
    }
    CHECK(server.get(attributes + "/floats?experimentId=" + run + "&attribute=a").status == 404);
    CHECK(send(server, run, Json::array({assign("a", 1)}), producer, "11-11").status == 200);
}

TEST_CASE("operations_api: headers of a producer that make no sense are refused") {
    const Fixture server;
    const auto run = server.new_run();
    CHECK(send(server, run, Json::array(), producer, "").status == 400);
    CHECK(send(server, run, Json::array(), "", "1-2").status == 400);
    CHECK(send(server, run, Json::array(), "me", "1-2").status == 400);
    for (const std::string sequence :
         {"1", "-", "1-", "-2", "0-2", "3-2", "a-b", "1-2-3", "1 - 2", "1-9223372036854775808"}) {
        INFO(sequence);
        CHECK(send(server, run, Json::array(), producer, sequence).status == 400);
    }
}
