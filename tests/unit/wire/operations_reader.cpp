#include <neptune/wire/operations_reader.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/golden.hpp"

namespace {

using namespace neptune::wire;

/// The problem of the only element of a body, which must be malformed.
std::string problem_of(std::string_view element) {
    const auto operations = read_operations("[" + std::string(element) + "]");
    REQUIRE(operations.size() == 1);
    REQUIRE(std::holds_alternative<Malformed>(operations[0].payload));
    return std::get<Malformed>(operations[0].payload).problem;
}

/// The only operation of a body, which must be well-formed.
Operation operation_of(std::string_view element) {
    auto operations = read_operations("[" + std::string(element) + "]");
    REQUIRE(operations.size() == 1);
    if (const auto* malformed = std::get_if<Malformed>(&operations[0].payload))
        FAIL(malformed->problem);
    return std::move(operations[0]);
}

std::string error_of(std::string_view body) {
    try {
        static_cast<void>(read_operations(body));
    } catch (const DecodeError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("operations: numbers may be written as integers or with exponents", "[wire]") {
    CHECK(operation_of(R"({"path":"a","assignFloat":{"value":5}})").payload ==
          Payload(AssignFloat{5}));
    CHECK(operation_of(R"({"path":"a","assignFloat":{"value":-5}})").payload ==
          Payload(AssignFloat{-5}));
    CHECK(operation_of(R"({"path":"a","assignFloat":{"value":18446744073709551615}})").payload ==
          Payload(AssignFloat{18446744073709551615.0}));
    CHECK(operation_of(R"({"path":"a","assignFloat":{"value":1E2}})").payload ==
          Payload(AssignFloat{100}));
    CHECK(operation_of(R"({"path":"a","assignInt":{"value":9223372036854775807}})").payload ==
          Payload(AssignInt{INT64_MAX}));
    const auto point = operation_of(
        R"({"path":"a","logFloats":{"entries":[{"value":1,"step":2,"timestampMilliseconds":3}]}})");
    CHECK(point.payload == Payload(LogFloats{{{1, 2, 3}}}));
}

TEST_CASE("operations: paths are normalised when they are read", "[wire]") {
    CHECK(operation_of(R"({"path":"//a///b/","deleteAttribute":{}})").path == "a/b");
    CHECK(operation_of(R"({"path":"/","deleteAttribute":{}})").path.empty());
    CHECK(operation_of(R"({"deleteAttribute":{},"path":"a"})").path == "a");
}

TEST_CASE("operations: what is null or unknown is ignored, at every depth", "[wire]") {
    CHECK(operation_of(R"({"path":"a","assignInt":{"value":1},"assignFloat":null})").payload ==
          Payload(AssignInt{1}));
    CHECK(operation_of(R"({"assignFloat":null,"path":"a","assignInt":{"value":1}})").payload ==
          Payload(AssignInt{1}));
    CHECK(operation_of(R"({"path":"a","assignString":{"value":"x","currentValueCond":"y"}})")
              .payload == Payload(AssignString{"x"}));
    CHECK(
        operation_of(
            R"({"path":"a","assignInt":{"more":{"value":2,"entries":[3]},"value":1,"list":[4,[5]]}})")
            .payload == Payload(AssignInt{1}));
    CHECK(operation_of(R"({"path":"a","configFloatSeries":{"min":null,"max":2.0,"unit":null}})")
              .payload == Payload(ConfigFloatSeries{std::nullopt, 2, std::nullopt}));
    CHECK(operation_of(R"({"path":"a","logFloats":{"entries":null}})").payload ==
          Payload(LogFloats{}));
    CHECK(operation_of(R"({"path":"a","logFloats":{}})").payload == Payload(LogFloats{}));
    CHECK(
        operation_of(
            R"({"path":"a","logFloats":{"values":[7],"entries":[{"x":[1,{"value":9}],"value":1.0,"step":null,"y":{"step":4},"timestampMilliseconds":2}]}})")
            .payload == Payload(LogFloats{{{1, std::nullopt, 2}}}));
    CHECK(
        operation_of(
            R"({"path":"a","logFloats":{"entries":[{"value":1.0}],"more":[7],"object":{"value":{"step":8}}}})")
            .payload == Payload(LogFloats{{{1, std::nullopt, 0}}}));
    CHECK(operation_of(R"({"path":"a","deleteAttribute":{"value":[1]}})").payload ==
          Payload(DeleteAttribute{}));
    CHECK(operation_of(R"({"path":"a","assignFloat":{"":[1],"value":1.0}})").payload ==
          Payload(AssignFloat{1}));
}

TEST_CASE("operations: each malformed element has words that name what is wrong", "[wire]") {
    const std::vector<std::pair<std::string, std::string>> rows{
        // The element.
        {R"(5)", "an operation must be an object"},
        {R"("text")", "an operation must be an object"},
        {R"(null)", "an operation must be an object"},
        {R"([])", "an operation must be an object"},
        {R"([{"path":"a","assignInt":{"value":1}}])", "an operation must be an object"},
        {R"({})", "the element names no operation"},
        {R"({"path":"a"})", "the element names no operation"},
        {R"({"path":"a","assignInt":null})", "the element names no operation"},
        {R"({"path":"a","assignInt":{"value":1},"deleteAttribute":{}})",
         "the element names more than one operation"},
        {R"({"path":"a","assignIntt":{"value":1}})", "unknown operation 'assignIntt'"},
        {R"({"path":"a","":{"value":1}})", "unknown operation ''"},
        {R"({"path":"a","assignArtefact":{"hash":""}})", "unknown operation 'assignArtefact'"},
        // Images and files.
        {R"({"path":"a","logImages":{"entries":[{"value":{}}]}})",
         "logImages: data of an image is missing"},
        {R"({"path":"a","logImages":{"entries":[{"value":{"data":null}}]}})",
         "logImages: data of an image is missing"},
        {R"({"path":"a","logImages":{"entries":[{"value":{"data":5}}]}})",
         "logImages: data of an image must be a string"},
        {R"({"path":"a","logImages":{"entries":[{"value":{"data":"=="}}]}})",
         "logImages: data of an image must be base64"},
        {R"({"path":"a","logImages":{"entries":[{"value":{"data":"","name":{"x":1}}}]}})",
         "logImages: name of an image must be a string"},
        {R"({"path":"a","logImages":{"entries":[{"value":"iVBORw=="}]}})",
         "logImages: the value of an entry must be an image"},
        {R"({"path":"a","logImages":{"entries":[{"step":1.0}]}})",
         "logImages: the value of an entry must be an image"},
        {R"({"path":"a","logImages":{"entries":["iVBORw=="]}})",
         "logImages: an entry must be an object"},
        {R"({"path":"a","deleteFiles":{"filePaths":"one.txt"}})",
         "deleteFiles: filePaths must be an array"},
        {R"({"path":"a","deleteFiles":{"filePaths":["one.txt",1]}})",
         "deleteFiles: filePaths must be strings"},
        {R"({"path":"a","assignInt":1})", "assignInt: must be an object"},
        {R"({"path":"a","assignInt":[1]})", "assignInt: must be an object"},
        {R"({"path":"a","unknown":true})", "unknown: must be an object"},
        // The path.
        {R"({"assignInt":{"value":1}})", "assignInt: path is missing"},
        {R"({"path":null,"assignInt":{"value":1}})", "path must be a string"},
        {R"({"path":5,"assignInt":{"value":1}})", "path must be a string"},
        {R"({"path":["a"],"assignInt":{"value":1}})", "path must be a string"},
        {R"({"path":{"value":2},"assignInt":{"value":1}})", "path must be a string"},
        {R"({"assignInt":{"value":1},"path":[5]})", "assignInt: path must be a string"},
        // Single values.
        {R"({"path":"a","assignFloat":{}})", "assignFloat: value is missing"},
        {R"({"path":"a","assignFloat":{"value":null}})", "assignFloat: value is missing"},
        {R"({"path":"a","assignFloat":{"value":"1"}})", "assignFloat: value must be a number"},
        {R"({"path":"a","assignFloat":{"value":[1.0]}})", "assignFloat: value must be a number"},
        {R"({"path":"a","assignFloat":{"value":{}}})", "assignFloat: value must be a number"},
        {R"({"path":"a","assignInt":{"value":1.5}})", "assignInt: value must be a 64-bit integer"},
        {R"({"path":"a","assignInt":{"value":9223372036854775808}})",
         "assignInt: value must be a 64-bit integer"},
        {R"({"path":"a","assignInt":{"value":-9223372036854775809}})",
         "assignInt: value must be a 64-bit integer"},
        {R"({"path":"a","assignInt":{"value":true}})", "assignInt: value must be a 64-bit integer"},
        {R"({"path":"a","assignBool":{"value":1}})", "assignBool: value must be true or false"},
        {R"({"path":"a","assignString":{"value":1}})", "assignString: value must be a string"},
        {R"({"path":"a","assignString":{"value":["x"]}})", "assignString: value must be a string"},
        {R"({"path":"a","assignDatetime":{"value":1}})",
         "assignDatetime: valueMilliseconds is missing"},
        {R"({"path":"a","assignDatetime":{}})", "assignDatetime: valueMilliseconds is missing"},
        {R"({"path":"a","assignDatetime":{"valueMilliseconds":1.5}})",
         "assignDatetime: valueMilliseconds must be an integer"},
        {R"({"path":"a","assignDatetime":{"valueMilliseconds":"2024"}})",
         "assignDatetime: valueMilliseconds must be an integer"},
        // Series.
        {R"({"path":"a","logFloats":{"entries":5}})", "logFloats: entries must be an array"},
        {R"({"path":"a","logFloats":{"entries":{}}})", "logFloats: entries must be an array"},
        {R"({"path":"a","logFloats":{"entries":[5]}})", "logFloats: an entry must be an object"},
        {R"({"path":"a","logFloats":{"entries":[[{"value":1.0}]]}})",
         "logFloats: an entry must be an object"},
        {R"({"path":"a","logFloats":{"entries":[{"timestampMilliseconds":1}]}})",
         "logFloats: the value of an entry must be a number"},
        {R"({"path":"a","logFloats":{"entries":[{"value":"x"}]}})",
         "logFloats: the value of an entry must be a number"},
        {R"({"path":"a","logFloats":{"entries":[{"value":[1]}]}})",
         "logFloats: the value of an entry must be a number"},
        {R"({"path":"a","logFloats":{"entries":[{"value":1.0,"step":"1"}]}})",
         "logFloats: step must be a number"},
        {R"({"path":"a","logFloats":{"entries":[{"value":1.0,"step":{}}]}})",
         "logFloats: step must be a number"},
        {R"({"path":"a","logFloats":{"entries":[{"value":1.0,"timestampMilliseconds":1.5}]}})",
         "logFloats: timestampMilliseconds must be an integer"},
        {R"({"path":"a","logStrings":{"entries":[{"value":1.0}]}})",
         "logStrings: the value of an entry must be a string"},
        {R"({"path":"a","logStrings":{"entries":"x"}})", "logStrings: entries must be an array"},
        {R"({"path":"a","configFloatSeries":{"min":"0"}})",
         "configFloatSeries: min must be a number"},
        {R"({"path":"a","configFloatSeries":{"max":[0]}})",
         "configFloatSeries: max must be a number"},
        {R"({"path":"a","configFloatSeries":{"unit":5}})",
         "configFloatSeries: unit must be a string"},
        {R"({"path":"a","configFloatSeries":{"unit":{}}})",
         "configFloatSeries: unit must be a string"},
        // Sets.
        {R"({"path":"a","insertStrings":{"values":"x"}})",
         "insertStrings: values must be an array"},
        {R"({"path":"a","insertStrings":{"values":[5]}})", "insertStrings: values must be strings"},
        {R"({"path":"a","insertStrings":{"values":[null]}})",
         "insertStrings: values must be strings"},
        {R"({"path":"a","removeStrings":{"values":[["x"]]}})",
         "removeStrings: values must be strings"},
        {R"({"path":"a","removeStrings":{"values":[{"value":"x"}]}})",
         "removeStrings: values must be strings"},
    };
    for (const auto& [element, words] : rows) {
        INFO(element);
        CHECK(problem_of(element) == words);
    }
}

TEST_CASE("operations: a malformed element keeps its place and its path, and harms no neighbour",
          "[wire]") {
    const auto operations = read_operations(
        R"([{"path":"a","assignInt":{"value":1}},
            {"path":"b","logFloats":{"entries":[5,{"value":[1,{"step":2}]}]}},
            [[{"path":"x","assignInt":{"value":9}}]],
            {"path":"c","insertStrings":{"values":["v"]}}])");
    REQUIRE(operations.size() == 4);
    CHECK(operations[0] == Operation{"a", AssignInt{1}});
    CHECK(operations[1] == Operation{"b", Malformed{"logFloats: an entry must be an object"}});
    CHECK(operations[2] == Operation{"", Malformed{"an operation must be an object"}});
    CHECK(operations[3] == Operation{"c", InsertStrings{{"v"}}});
}

TEST_CASE("operations: a long unknown name is cut in the message, at a whole character", "[wire]") {
    std::string name;
    for (int i = 0; i < 1000; ++i) name += "é";
    const auto problem = problem_of("{\"path\":\"a\",\"" + name + "\":{}}");
    CHECK(problem == "unknown operation '" + name.substr(0, 160) + "'");
}

TEST_CASE("operations: a body that is no array is refused as a whole", "[wire]") {
    for (const std::string body :
         {"{}", R"({"path":"a","assignInt":{"value":1}})", "5", "null", "\"text\"", "true"})
        CHECK(error_of(body) == "the body must be an array of operations");
    for (const std::string body :
         {"", " ", "[", "[]]", "[] x", "[NaN]", "[,]", "[{\"path\":\"\xFF\"}]", "[{'path':1}]"}) {
        INFO(body);
        CHECK_THAT(error_of(body),
                   Catch::Matchers::StartsWith("the body is not valid JSON (at byte "));
    }
    CHECK(error_of("[1,]") == "the body is not valid JSON (at byte 4)");
    CHECK_THAT(error_of(R"([{"path":"a","assignFloat":{"value":1e999}}])"),
               Catch::Matchers::StartsWith("the body is not valid JSON"));
}

TEST_CASE("operations: a body that is cut anywhere is refused, never half read", "[wire]") {
    std::string body = "[";
    for (const auto& line : support::golden_lines("operations.jsonl"))
        body += (body.size() > 1 ? "," : "") + line;
    body += "]";
    CHECK(read_operations(body).size() == 29);
    for (std::size_t length = 0; length < body.size(); ++length) {
        INFO("the first " << length << " bytes");
        CHECK_THROWS_AS(read_operations(std::string_view(body).substr(0, length)), DecodeError);
    }
}

TEST_CASE("operations: deep nesting costs no stack", "[wire]") {
    const std::size_t depth = 100'000;
    const auto open = std::string(depth, '[');
    const auto close = std::string(depth, ']');
    CHECK_THROWS_AS(read_operations(open), DecodeError);
    CHECK(problem_of(open + close) == "an operation must be an object");
    CHECK(problem_of("{\"path\":\"a\",\"assignFloat\":{\"value\":" + open + close + "}}") ==
          "assignFloat: value must be a number");
    CHECK(
        operation_of("{\"path\":\"a\",\"assignFloat\":{\"x\":" + open + close + ",\"value\":1.0}}")
            .payload == Payload(AssignFloat{1}));
    std::string objects;
    for (std::size_t i = 0; i < depth; ++i) objects += "{\"a\":";
    CHECK(problem_of("{\"path\":\"a\",\"logFloats\":{\"entries\":[{\"value\":" + objects + "1" +
                     std::string(depth, '}') + "}]}}") ==
          "logFloats: the value of an entry must be a number");
}
