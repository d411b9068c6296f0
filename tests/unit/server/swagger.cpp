#include <neptune/server/swagger.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace neptune;
using wire::Json;

namespace {

const Json backend = server::swagger::document<wire::BackendEndpoints>("backend");
const Json leaderboard = server::swagger::document<wire::LeaderboardEndpoints>("leaderboard");
const Json artifacts = server::swagger::document<wire::ArtifactEndpoints>("artifacts");

std::string name_in(const Json& schema) {
    const auto reference = schema.value("$ref", "");
    return reference.substr(reference.rfind('/') + 1);
}
std::string describe(const Json& schema) {
    if (schema.value("type", "") == "array" && schema.at("items").contains("$ref"))
        return "array-of-" + name_in(schema.at("items"));
    return schema.contains("$ref") ? name_in(schema) : schema.value("type", "-");
}

/// An operation in the words of the golden file.
struct Facts {
    std::string method, path, answer;
    std::set<std::string> parameters;
};

std::map<std::string, Facts> facts_of(const Json& document) {
    std::map<std::string, Facts> result;
    for (const auto& [path, methods] : document.at("paths").items())
        for (const auto& [method, operation] : methods.items()) {
            const auto success = operation.at("responses").at("200");
            Facts facts{method,
                        path,
                        success.contains("schema") ? describe(success.at("schema")) : "-",
                        {}};
            for (const auto& parameter : operation.at("parameters"))
                facts.parameters.insert(
                    parameter.at("name").get<std::string>() + ":" +
                    parameter.at("in").get<std::string>() + ":" +
                    describe(parameter.contains("schema") ? parameter.at("schema") : parameter));
            result[operation.at("operationId").get<std::string>()] = facts;
        }
    return result;
}

std::map<std::string, Facts> golden_facts() {
    std::map<std::string, Facts> result;
    std::ifstream file(NEPTUNE_TESTS_DIR "/golden/hosted_operations.txt");
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream words(line);
        std::string operation;
        Facts facts;
        words >> operation >> facts.method >> facts.path >> facts.answer;
        for (std::string parameter; words >> parameter;) facts.parameters.insert(parameter);
        result[operation] = facts;
    }
    return result;
}

std::string name_of_parameter(const std::string& parameter) {
    return parameter.substr(0, parameter.find(':'));
}

void collect_references(const Json& json, std::set<std::string>& names) {
    if (json.is_object() && json.contains("$ref")) names.insert(name_in(json));
    for (const auto& child : json)
        if (child.is_structured()) collect_references(child, names);
}

}  // namespace

TEST_CASE("swagger: operations agree with those of the hosted service in all that both have") {
    const auto golden = golden_facts();
    auto ours = facts_of(backend);
    ours.merge(facts_of(leaderboard));
    ours.merge(facts_of(artifacts));
    REQUIRE(golden.size() >= 20);
    REQUIRE(ours.size() == golden.size());
    for (const auto& [operation, theirs] : golden) {
        INFO(operation);
        REQUIRE(ours.count(operation) == 1);
        const auto& mine = ours.at(operation);
        CHECK(mine.method == theirs.method);
        CHECK(mine.path == theirs.path);
        if (theirs.answer != "*") CHECK(mine.answer == theirs.answer);
        for (const auto& parameter : mine.parameters)
            for (const auto& other : theirs.parameters)
                if (name_of_parameter(parameter) == name_of_parameter(other))
                    CHECK(parameter == other);
    }
}

TEST_CASE("swagger: every parameter that the Python client passes is declared") {
    const auto ours = facts_of(leaderboard);
    const auto has = [&](const std::string& operation, const std::string& parameter) {
        return ours.at(operation).parameters.count(parameter) == 1;
    };
    CHECK(has("createExperiment", "X-Neptune-CliVersion:header:string"));
    CHECK(has("executeOperations", "operations:body:array-of-Operation"));
    CHECK(has("getFloatSeriesValues", "limit:query:integer"));
    CHECK(has("getFloatSeriesValues", "offset:query:integer"));
    CHECK(has("getImageSeriesValues", "limit:query:integer"));
    CHECK(has("fileAtomMultipartUploadStart", "totalLength:query:integer"));
    CHECK(has("fileSetFileMultipartUploadFinish", "subPath:query:string"));
    const auto listing = facts_of(backend).at("listProjects").parameters;
    for (const char* name :
         {"limit:query:integer", "organizationIdentifier:query:string", "searchTerm:query:string",
          "sortBy:query:array", "sortDirection:query:array", "userRelation:query:string"})
        CHECK(listing.count(name) == 1);
}

TEST_CASE("swagger: the rules that make a document usable hold") {
    for (const Json* document : {&backend, &leaderboard, &artifacts}) {
        CHECK(document->at("swagger") == "2.0");
        CHECK(document->at("basePath") == "/");
        CHECK_FALSE(document->contains("host"));
        CHECK_FALSE(document->contains("schemes"));
        std::set<std::string> names;
        collect_references(*document, names);
        for (const auto& name : names) {
            INFO(name);
            REQUIRE(document->at("definitions").contains(name));
        }
        for (const auto& [name, definition] : document->at("definitions").items()) {
            INFO(name);
            CHECK(definition.at("type") == "object");
            for (const auto& property : definition.value("required", Json::array()))
                CHECK(definition.at("properties").contains(property.get<std::string>()));
            // Nested objects without a name would come out as dictionaries, which is right only for
            // one of any content.
            for (const auto& property : definition.at("properties"))
                CHECK_FALSE(property.contains("properties"));
        }
        for (const auto& [path, methods] : document->at("paths").items()) {
            CHECK(path.rfind("/api/", 0) == 0);
            for (const auto& operation : methods) {
                CHECK_FALSE(operation.contains("tags"));
                CHECK_FALSE(operation.at("responses").contains("201"));
                for (const auto& parameter : operation.at("parameters"))
                    if (parameter.value("type", "") == "array")
                        CHECK(parameter.at("collectionFormat") == "multi");
            }
        }
    }
}

TEST_CASE("swagger: the artifacts document has what the Python client passes and reads") {
    const auto ours = facts_of(artifacts);
    CHECK(ours.at("createNewArtifact").parameters ==
          std::set<std::string>{"projectIdentifier:query:string", "hash:query:string",
                                "size:query:integer", "parentIdentifier:query:string",
                                "X-Neptune-Artifact-Api-Version:header:string"});
    CHECK(ours.at("createArtifactVersion")
              .parameters.count("artifactFilesDTO:body:ArtifactFilesDTO"));
    const auto& definitions = artifacts.at("definitions");
    CHECK(definitions.at("ArtifactDTO").at("required") ==
          Json{"artifactHash", "projectId", "receivedMetadata"});
    CHECK(definitions.at("ArtifactFileDTO").at("required") ==
          Json{"filePath", "fileHash", "type", "metadata"});
    CHECK(name_in(definitions.at("ArtifactFileDTO").at("properties").at("metadata").at("items")) ==
          "ArtifactFileMetadataEntryDTO");
}

TEST_CASE("swagger: definitions that the client depends on have the right formats") {
    const auto& definitions = leaderboard.at("definitions");
    CHECK(definitions.at("GitCommitDTO").at("properties").at("commitDate").at("format") ==
          "date-time");
    CHECK(definitions.at("Experiment").at("properties").at("id").at("format") == "uuid");
    CHECK(definitions.at("FloatAttributeDTO").at("properties").at("value").at("format") ==
          "double");
    CHECK(definitions.at("DatetimeAttributeDTO").at("properties").at("value").at("format") ==
          "date-time");
    CHECK(definitions.at("AssignIntOperation").at("properties").at("value").at("format") ==
          "int64");
    CHECK(definitions.at("OperationError").at("required") == Json{"errorType", "errorDescription"});
}

TEST_CASE(
    "swagger: an operation has one optional member per word of the wire, each with its "
    "definition") {
    const auto& definitions = leaderboard.at("definitions");
    const auto& operation = definitions.at("Operation");
    CHECK_FALSE(operation.contains("required"));
    const std::map<std::string, std::string> expected = {
        {"assignFloat", "AssignFloatOperation"},
        {"assignInt", "AssignIntOperation"},
        {"assignBool", "AssignBoolOperation"},
        {"assignString", "AssignStringOperation"},
        {"assignDatetime", "AssignDatetimeOperation"},
        {"logFloats", "LogFloatsOperation"},
        {"logStrings", "LogStringsOperation"},
        {"logImages", "LogImages"},
        {"clearImageSeries", "ClearImageSeries"},
        {"deleteFiles", "DeleteFilesOperation"},
        {"clearFloatSeries", "ClearFloatSeriesOperation"},
        {"clearStringSeries", "ClearStringSeriesOperation"},
        {"configFloatSeries", "ConfigFloatSeries"},
        {"insertStrings", "InsertStringsOperation"},
        {"removeStrings", "RemoveStringsOperation"},
        {"clearStringSet", "ClearStringSetOperation"},
        {"assignArtifact", "AssignArtifactOperation"},
        {"clearArtifact", "ClearArtifactOperation"},
        {"deleteAttribute", "DeleteVariableOperation"}};
    CHECK(operation.at("properties").size() == expected.size() + 1);
    for (const auto& [word, definition] : expected)
        CHECK(name_in(operation.at("properties").at(word)) == definition);
    // A declared optional member whose value is None is left out; an undeclared one is sent as
    // null.
    CHECK(definitions.at("LogFloatEntry").at("required") == Json{"value", "timestampMilliseconds"});
    CHECK(definitions.at("LogFloatEntry").at("properties").contains("step"));
    CHECK(definitions.at("ConfigFloatSeries").at("properties").size() == 3);
    CHECK(definitions.at("Image").at("required") == Json{"data"});
    CHECK(name_in(definitions.at("LogImageEntry").at("properties").at("value")) == "Image");
}

TEST_CASE("swagger: each type of field has its properties, named after the type") {
    const auto& attribute = leaderboard.at("definitions").at("AttributeDTO").at("properties");
    CHECK(name_in(attribute.at("floatProperties")) == "FloatAttributeDTO");
    CHECK(name_in(attribute.at("experimentStateProperties")) == "ExperimentStateAttributeDTO");
    CHECK(name_in(attribute.at("gitRefProperties")) == "GitInfoDTO");
    CHECK(name_in(attribute.at("floatSeriesProperties")) == "FloatSeriesAttributeDTO");
    CHECK(name_in(attribute.at("stringSetProperties")) == "StringSetAttributeDTO");
    CHECK(name_in(attribute.at("artifactProperties")) == "ArtifactAttributeDTO");
}
