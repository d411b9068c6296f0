#include <neptune/wire/attributes_json.hpp>

#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/golden.hpp"

namespace {

using namespace neptune::wire;
using neptune::FieldType;
using neptune::RunState;

const std::vector<Attribute> attributes{
    {"params/lr", FieldType::float_number, 0.001},
    {"params/n", FieldType::integer, std::int64_t{5}},
    {"sys/failed", FieldType::boolean, false},
    {"sys/id", FieldType::string, std::string("CLS-12")},
    {"sys/creation_time", FieldType::datetime, DatetimeValue{1744898036123}},
    {"train/loss", FieldType::float_series,
     FloatSeriesValue{{0, 1.5, "nats"}, 0.64, 2, 0.64, 0.71, 0.675, 0.25}},
    {"empty", FieldType::float_series, FloatSeriesValue{}},
    {"log", FieldType::string_series, StringSeriesValue{"done", 41}},
    {"none", FieldType::string_series, StringSeriesValue{}},
    {"model", FieldType::file, FileValue{"model.onnx", "onnx", 5368709120}},
    {"src", FieldType::file_set, FileSetValue{3}},
    {"img", FieldType::image_series, ImageSeriesValue{"00000000-0000-4000-8000-00000000002a", 6}},
    {"img", FieldType::image_series,
     ImageSeriesValue{"00000000-0000-4000-8000-00000000002a", std::nullopt}},
    {"sys/tags", FieldType::string_set, StringSetValue{{"baseline", "v2"}}},
    {"source_code/git", FieldType::git_ref,
     GitRefValue{"c0ffee", "fix", "A", "a@b", 1709210096000, true, "main", {"origin"}}},
    {"sys/state", FieldType::run_state, RunState::active},
    {"sys/state", FieldType::run_state, RunState::inactive},
    {"data/train", FieldType::artifact, ArtifactValue{"0964f6210624"}},
};

template <FieldType Type>
std::string error_of(const std::string& text) {
    try {
        static_cast<void>(decode<SingleAttribute<Type>>(Json::parse(text), "reply"));
    } catch (const DecodeError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("attributes: the bytes of each type are those of the golden file, and are read back",
          "[wire]") {
    const auto lines = support::golden_lines("attributes.jsonl");
    REQUIRE(lines.size() == attributes.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        CHECK(to_text(encode(attributes[i])) == lines[i]);
        const auto received = decode<ReceivedAttribute>(Json::parse(lines[i]), "attribute");
        CHECK(received.name == attributes[i].name);
        CHECK(received.type == attributes[i].type);
        CHECK(received.value == attributes[i].value);
    }
}

TEST_CASE("attributes: a type without a value here, or unknown to this client, is kept by name",
          "[wire]") {
    const auto notebook = decode<ReceivedAttribute>(
        Json::parse(
            R"({"name":"n","type":"notebookRef","notebookRefProperties":{"attributeName":"n","attributeType":"notebookRef","notebookName":"a.ipynb"}})"),
        "attribute");
    CHECK(notebook.type == FieldType::notebook_ref);
    CHECK_FALSE(notebook.value);
    const auto later = decode<ReceivedAttribute>(
        Json::parse(R"({"name":"h","type":"histogram","histogramProperties":5})"), "attribute");
    CHECK(later.name == "h");
    CHECK_FALSE(later.type);
    CHECK_FALSE(later.value);
    const auto bare =
        decode<ReceivedAttribute>(Json::parse(R"({"name":"x","type":"float"})"), "attribute");
    CHECK(bare.type == FieldType::float_number);
    CHECK_FALSE(bare.value);
    CHECK_THROWS_WITH(
        decode<ReceivedAttribute>(Json::parse(R"({"name":5,"type":"float"})"), "attribute"),
        "attribute.name must be a string");
    CHECK_THROWS_WITH(decode<ReceivedAttribute>(Json::parse(R"({"name":"x"})"), "attribute"),
                      "attribute.type must be a string");
    CHECK_THROWS_WITH(decode<ReceivedAttribute>(Json::parse("[]"), "attribute"),
                      "attribute must be an object");
}

TEST_CASE("attributes: a getter answers the properties alone", "[wire]") {
    const SingleAttribute<FieldType::float_series> series{attributes[5]};
    const auto json = encode(series);
    CHECK(json.at("attributeName") == "train/loss");
    CHECK(json.at("attributeType") == "floatSeries");
    CHECK_FALSE(json.contains("name"));
    CHECK(decode<SingleAttribute<FieldType::float_series>>(json, "reply").attribute ==
          attributes[5]);
    // The hosted service wrote other members too, and integers where a double is meant.
    const auto number = decode<SingleAttribute<FieldType::float_number>>(
        Json::parse(R"({"attributeName":"a","attributeType":"float","value":5,"more":[1]})"),
        "reply");
    CHECK(number.attribute.value == AttributeValue(5.0));
    // The name is not needed to read the value.
    CHECK(decode<SingleAttribute<FieldType::boolean>>(
              Json::parse(R"({"attributeName":5,"value":true})"), "reply")
              .attribute.value == AttributeValue(true));
}

TEST_CASE("attributes: a value of the wrong type is an error that names it", "[wire]") {
    CHECK(error_of<FieldType::float_number>(R"({"value":"x"})") == "reply.value must be a number");
    CHECK(error_of<FieldType::float_number>("{}") == "reply.value is missing");
    CHECK(error_of<FieldType::integer>(R"({"value":1.5})") == "reply.value must be an integer");
    CHECK(error_of<FieldType::boolean>(R"({"value":0})") == "reply.value must be true or false");
    CHECK(error_of<FieldType::string>(R"({"value":null})") == "reply.value must be a string");
    CHECK(error_of<FieldType::datetime>(R"({"value":"yesterday"})") ==
          "reply.value must be an ISO 8601 date-time");
    CHECK(error_of<FieldType::datetime>(R"({"value":5})") == "reply.value must be a string");
    CHECK(error_of<FieldType::string_set>("{}") == "reply.values is missing");
    CHECK(error_of<FieldType::string_set>(R"({"values":[1]})") ==
          "reply.values[0] must be a string");
    CHECK(error_of<FieldType::git_ref>("{}") == "reply.commit is missing");
    CHECK(
        error_of<FieldType::git_ref>(
            R"({"repositoryDirty":false,"commit":{"commitId":"","message":"","authorName":"","authorEmail":"","commitDate":"x"}})") ==
        "reply.commit.commitDate must be an ISO 8601 date-time");
    CHECK(error_of<FieldType::float_number>("[]") == "reply must be an object");
    CHECK(error_of<FieldType::file>("{}") == "reply.name is missing");
    CHECK(error_of<FieldType::file>(R"({"name":"a","ext":"","size":"5"})") ==
          "reply.size must be an integer");
    CHECK(error_of<FieldType::notebook_ref>("{}") == "reply has no value");
}

TEST_CASE("attributes: an empty or odd series has nothing where a number is missing", "[wire]") {
    const auto series = decode_properties(
        FieldType::float_series,
        Json::parse(R"({"config":{"min":"x","unit":5},"last":"NaN","max":2})"), "reply");
    CHECK(series ==
          AttributeValue(FloatSeriesValue{
              {}, std::nullopt, std::nullopt, std::nullopt, 2, std::nullopt, std::nullopt}));
    CHECK(decode_properties(FieldType::string_series, Json::object(), "reply") ==
          AttributeValue(StringSeriesValue{}));
}

TEST_CASE("attributes: the list of an object is written, and read back without the legacy part",
          "[wire]") {
    const ExperimentAttributes all{.id = "i",
                                   .project_id = "p",
                                   .project_name = "cls",
                                   .organization_id = "o",
                                   .organization_name = "ml",
                                   .trashed = false,
                                   .attributes = attributes,
                                   .received = {}};
    const auto json = encode(all);
    CHECK(json.at("projectName") == "cls");
    CHECK(json.at("trashed") == false);
    CHECK(json.at("attributes").size() == attributes.size());
    const auto& system = json.at("systemAttributes");
    CHECK(system.at("shortId").at("value") == "CLS-12");
    CHECK(system.at("tags").at("values").size() == 2);
    CHECK(system.at("description").at("value") == "");
    CHECK(system.at("trashed").at("attributeType") == "bool");
    CHECK_FALSE(system.contains("owner"));

    const auto read = decode<ExperimentAttributes>(json, "reply");
    CHECK(read.id == "i");
    REQUIRE(read.received.size() == attributes.size());
    CHECK(read.received[9].value == attributes[9].value);
    CHECK_THROWS_WITH(
        decode<ExperimentAttributes>(
            Json::parse(R"({"attributes":[{"name":"a","type":"float"},5]})"), "reply"),
        "reply.attributes[1] must be an object");
    CHECK_THROWS_WITH(decode<ExperimentAttributes>(Json::object(), "reply"),
                      "reply.attributes must be an array");
}

TEST_CASE("attributes: each type has a definition in the Swagger document", "[wire]") {
    CHECK(properties_definition(FieldType::float_series) == "FloatSeriesAttributeDTO");
    CHECK(properties_definition(FieldType::integer) == "IntAttributeDTO");
    CHECK(properties_definition(FieldType::run_state) == "ExperimentStateAttributeDTO");
    CHECK(properties_definition(FieldType::git_ref) == "GitInfoDTO");
}
