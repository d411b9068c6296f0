#include <neptune/wire/operations_writer.hpp>

#include <neptune/wire/operations_reader.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "random_operations.hpp"
#include "support/catch.hpp"
#include "support/golden.hpp"

namespace {

using namespace neptune::wire;
using namespace std::string_literals;

std::string written(const Operation& operation) {
    std::string out;
    write_operation(out, operation);
    return out;
}

}  // namespace

TEST_CASE("operations: the bytes of each operation are those of the golden file", "[wire]") {
    const std::vector<Operation> operations{
        {"params/float", AssignFloat{0.1}},
        {"params/big_float", AssignFloat{1e300}},
        {"params/whole", AssignFloat{2}},
        {"params/int", AssignInt{INT32_MAX}},
        {"params/negative", AssignInt{INT64_MIN}},
        {"sys/failed", AssignBool{false}},
        {"params/bool", AssignBool{true}},
        {"sys/description", AssignString{""}},
        {"params/text", AssignString{"a \"quoted\" \\ back\nslash / é 漢 😀 \0"s}},
        {"params/datetime", AssignDatetime{1709210096789}},
        {"params/before_1970", AssignDatetime{-1}},
        {"s", LogFloats{{{2, 5, 1795428171384}, {0.1 + 0.2, 11.5, 1795428171385}}}},
        {"series", LogFloats{{{1, std::nullopt, 1795428176446}}}},
        {"empty", LogFloats{}},
        {"a/text", LogStrings{{{"line", std::nullopt, 1795428180929}, {"\n", 3, 0}}}},
        {"img", LogImages{{{{"\x89PNG\r\n", "red", "the \"first\""}, std::nullopt, 1795428242469},
                           {{"", std::nullopt, std::nullopt}, 5, 0}}}},
        {"img", ClearImageSeries{}},
        {"set", DeleteFiles{{"one.txt", "tree/sub/c.txt"}}},
        {"monitoring/fixed/cpu", ClearFloatSeries{}},
        {"monitoring/fixed/stderr", ClearStringSeries{}},
        {"monitoring/fixed/cpu", ConfigFloatSeries{0, 100, "%"}},
        {"monitoring/fixed/gpu", ConfigFloatSeries{std::nullopt, 23.540576934814453, std::nullopt}},
        {"monitoring/fixed/none", ConfigFloatSeries{}},
        {"sys/tags", InsertStrings{{"t", "project tag"}}},
        {"sys/tags", RemoveStrings{{"a", "absent"}}},
        {"sys/group_tags", ClearStringSet{}},
        {"data/train", AssignArtifact{"0964f6210624"}},
        {"data/train", ClearArtifact{}},
        {"ns/b/c", DeleteAttribute{}},
    };
    const auto lines = support::golden_lines("operations.jsonl");
    REQUIRE(lines.size() == operations.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        CHECK(written(operations[i]) == lines[i]);
        CHECK(read_operations("[" + lines[i] + "]") == std::vector{operations[i]});
    }
}

TEST_CASE("operations: what is written is read back, and is the JSON that nlohmann reads",
          "[wire]") {
    wire_test::RandomOperations random(6);
    for (int round = 0; round < 300; ++round) {
        std::vector<Operation> operations;
        for (int i = 0; i < 20; ++i) operations.push_back(random());
        const auto body = write_operations(operations);
        REQUIRE(read_operations(body) == operations);

        const auto json = Json::parse(body);
        REQUIRE(json.size() == operations.size());
        for (std::size_t i = 0; i < operations.size(); ++i) {
            const auto& operation = operations[i];
            const auto& element = json[i];
            REQUIRE(element.size() == 2);
            REQUIRE(element.at("path") == operation.path);
            const auto& object = element.at(std::string(name_of(operation.payload)));
            if (const auto* number = std::get_if<AssignFloat>(&operation.payload))
                REQUIRE(object.at("value").get<double>() == number->value);
            if (const auto* text = std::get_if<AssignString>(&operation.payload))
                REQUIRE(object.at("value") == text->value);
            if (const auto* log = std::get_if<LogFloats>(&operation.payload))
                for (std::size_t p = 0; p < log->entries.size(); ++p)
                    REQUIRE(object.at("entries").at(p).at("value").get<double>() ==
                            log->entries[p].value);
        }
        // Another writer, with other spacing and order of members, is understood as well.
        REQUIRE(read_operations(json.dump(3)) == operations);
        REQUIRE(read_operations(json.dump(-1, ' ', true)) == operations);
    }
}

TEST_CASE("operations: the sign of zero and the last bit of a double survive", "[wire]") {
    const auto back =
        read_operations(write_operations({{"x", AssignFloat{-0.0}}, {"y", AssignFloat{4.9e-324}}}));
    CHECK(std::signbit(std::get<AssignFloat>(back[0].payload).value));
    CHECK(std::get<AssignFloat>(back[1].payload).value ==
          std::numeric_limits<double>::denorm_min());
}

TEST_CASE("operations: text that is no UTF-8 is written with U+FFFD", "[wire]") {
    CHECK(written({"a", AssignString{"x\xFFy"}}) ==
          "{\"path\":\"a\",\"assignString\":{\"value\":\"x\xEF\xBF\xBDy\"}}");
}

TEST_CASE("operations: an empty body of operations is an empty array", "[wire]") {
    CHECK(write_operations({}) == "[]");
    CHECK(read_operations("[]").empty());
    CHECK(read_operations(" [ ] ").empty());
}
