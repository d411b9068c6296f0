#include <neptune/server/swagger_definitions.hpp>

#include "support/catch.hpp"

#include <neptune/wire/accounts.hpp>

using namespace neptune;
using server::swagger::Definitions;
using wire::Json;

TEST_CASE("swagger_definitions: a structure becomes a named object, its nested structures too") {
    Definitions definitions;
    CHECK(definitions.schema<wire::ProjectList>() ==
          Json{{"$ref", "#/definitions/ProjectListDTO"}});
    const auto& json = definitions.json();
    CHECK(json.at("ProjectListDTO").at("properties").at("entries") ==
          Json{{"type", "array"}, {"items", {{"$ref", "#/definitions/ProjectWithRoleDTO"}}}});
    const auto& project = json.at("ProjectWithRoleDTO");
    CHECK(project.at("properties").at("id") == Json{{"type", "string"}, {"format", "uuid"}});
    CHECK(project.at("properties").at("featured") == Json{{"type", "boolean"}});
    CHECK(project.at("properties").at("description") == Json{{"type", "string"}});
}

TEST_CASE("swagger_definitions: optional members are not required, all others are") {
    Definitions definitions;
    static_cast<void>(definitions.schema<wire::ArtifactsConfig>());
    CHECK(definitions.json().at("ArtifactsConfigDTO").at("required") == Json::array({"enabled"}));
    static_cast<void>(definitions.schema<wire::ClientVersions>());
    CHECK_FALSE(definitions.json().at("ClientVersionsConfigDTO").contains("required"));
}

TEST_CASE("swagger_definitions: simple types say their format") {
    Definitions definitions;
    CHECK(definitions.schema<std::int64_t>() == Json{{"type", "integer"}, {"format", "int64"}});
    CHECK(definitions.schema<double>() == Json{{"type", "number"}, {"format", "double"}});
    CHECK(definitions.schema<std::optional<bool>>() == Json{{"type", "boolean"}});
    CHECK(definitions.schema<std::string>("date-time") ==
          Json{{"type", "string"}, {"format", "date-time"}});
    CHECK(definitions.json().empty());
}
