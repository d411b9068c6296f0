#include <neptune/server/identifiers.hpp>

#include "support/catch.hpp"

using namespace neptune::server;

namespace {

const std::string uuid = "1f0e0d0c-0b0a-4908-8706-050403020100";

/// The identifier that a refusal names.
template <class Parse>
std::string refused(Parse parse, const std::string& text) {
    try {
        static_cast<void>(parse(text));
    } catch (const Refusal& refusal) {
        REQUIRE(refusal.reply().status == 400);
        REQUIRE(refusal.reply().type == neptune::wire::ErrorType::incorrect_identifier);
        return refusal.reply().details.at("identifier").get<std::string>();
    }
    return "(accepted)";
}

}  // namespace

TEST_CASE("identifiers: a project is a UUID in any case, or workspace/project") {
    CHECK(parse_project_identifier(uuid) == ProjectIdentifier(ById{uuid}));
    CHECK(parse_project_identifier("1F0E0D0C-0B0A-4908-8706-050403020100") ==
          ProjectIdentifier(ById{uuid}));
    CHECK(parse_project_identifier("ml team/Größe.1") ==
          ProjectIdentifier(ProjectName{"ml team", "Größe.1"}));
}

TEST_CASE("identifiers: everything else is no project, and the error names it") {
    const std::string text =
        GENERATE(as<std::string>{}, "", "/", "a", "a/", "/b", "a/b/", "a/b/c", "a//b",
                 "1f0e0d0c-0b0a-4908-8706-05040302010", "1f0e0d0c-0b0a-4908-8706-05040302010g",
                 "1f0e0d0c+0b0a-4908-8706-050403020100");
    CHECK(refused(parse_project_identifier, text) == text);
}

TEST_CASE(
    "identifiers: an object is a UUID, a system ID in its project, or a custom ID in its project") {
    CHECK(parse_object_identifier(uuid) == ObjectIdentifier(ById{uuid}));
    CHECK(parse_object_identifier("ml/cls/CLS-12") ==
          ObjectIdentifier(BySysId{{"ml", "cls"}, "CLS-12"}));
    CHECK(parse_object_identifier("CUSTOM/ml/cls/exp-7") ==
          ObjectIdentifier(ByCustomId{{"ml", "cls"}, "exp-7"}));
}

TEST_CASE("identifiers: a custom ID may contain slashes, also at its ends") {
    CHECK(parse_object_identifier("CUSTOM/ml/cls/a/b/c") ==
          ObjectIdentifier(ByCustomId{{"ml", "cls"}, "a/b/c"}));
    CHECK(parse_object_identifier("CUSTOM/ml/cls//a/") ==
          ObjectIdentifier(ByCustomId{{"ml", "cls"}, "/a/"}));
}

TEST_CASE("identifiers: a workspace may be named CUSTOM") {
    CHECK(parse_object_identifier("CUSTOM/cls/CLS-1") ==
          ObjectIdentifier(BySysId{{"CUSTOM", "cls"}, "CLS-1"}));
}

TEST_CASE("identifiers: everything else is no object, and the error names it") {
    const std::string text = GENERATE(
        as<std::string>{}, "", "CLS-1", "cls/CLS-1", "ml/cls/", "ml//CLS-1", "/cls/CLS-1",
        "ml/cls/CLS/1", "custom/ml/cls/exp-7", "CUSTOM/ml/cls/", "CUSTOM//cls/exp", "////");
    CHECK(refused(parse_object_identifier, text) == text);
}

TEST_CASE("identifiers: an identifier that is no UTF-8 is shown repaired") {
    CHECK(refused(parse_object_identifier, "\xff") == "\xEF\xBF\xBD");
}
