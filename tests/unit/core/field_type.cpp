#include <neptune/core/field_type.hpp>

#include <set>
#include <string_view>

#include "support/catch.hpp"

namespace {

using namespace neptune;

// The tables are read at compile time by the wire layer.
static_assert(wire_name(FieldType::artifact) == "artifact" &&
              display_name(FieldType::artifact) == "Artifact");
static_assert(field_type_from_wire("artifact") == FieldType::artifact);

}  // namespace

TEST_CASE("field type: each has the word of the wire and the word that users read", "[core]") {
    struct Row {
        FieldType type;
        std::string_view wire, display;
    };
    // Source: `AttributeType` of the Python client, wire protocol §7.1.
    const Row rows[] = {{FieldType::float_number, "float", "Float"},
                        {FieldType::integer, "int", "Integer"},
                        {FieldType::boolean, "bool", "Boolean"},
                        {FieldType::string, "string", "String"},
                        {FieldType::datetime, "datetime", "Datetime"},
                        {FieldType::file, "file", "File"},
                        {FieldType::file_set, "fileSet", "FileSet"},
                        {FieldType::float_series, "floatSeries", "FloatSeries"},
                        {FieldType::string_series, "stringSeries", "StringSeries"},
                        {FieldType::image_series, "imageSeries", "FileSeries"},
                        {FieldType::string_set, "stringSet", "StringSet"},
                        {FieldType::git_ref, "gitRef", "GitRef"},
                        {FieldType::run_state, "experimentState", "RunState"},
                        {FieldType::notebook_ref, "notebookRef", "NotebookRef"},
                        {FieldType::artifact, "artifact", "Artifact"}};
    CHECK(std::size(rows) == core::field_type_names.size());
    for (const auto& row : rows) {
        CHECK(wire_name(row.type) == row.wire);
        CHECK(display_name(row.type) == row.display);
        CHECK(field_type_from_wire(row.wire) == row.type);
    }
    CHECK_FALSE(field_type_from_wire("Float"));
    CHECK_FALSE(field_type_from_wire(""));
    CHECK_FALSE(field_type_from_wire("floats"));
}

TEST_CASE("field type: atoms and series are told apart", "[core]") {
    const std::set<FieldType> atoms{FieldType::float_number, FieldType::integer, FieldType::boolean,
                                    FieldType::string, FieldType::datetime};
    const std::set<FieldType> series{FieldType::float_series, FieldType::string_series,
                                     FieldType::image_series};
    for (std::size_t i = 0; i < core::field_type_names.size(); ++i) {
        const auto type = static_cast<FieldType>(i);
        CHECK(is_atom(type) == atoms.contains(type));
        CHECK(is_series(type) == series.contains(type));
    }
}

TEST_CASE("object kind: each has the word of the wire and the word of directories", "[core]") {
    CHECK(wire_name(ObjectKind::run) == "run");
    CHECK(wire_name(ObjectKind::model) == "model");
    CHECK(wire_name(ObjectKind::model_version) == "modelVersion");
    CHECK(wire_name(ObjectKind::project) == "project");
    CHECK(display_name(ObjectKind::model_version) == "model_version");
    for (const auto kind :
         {ObjectKind::run, ObjectKind::model, ObjectKind::model_version, ObjectKind::project})
        CHECK(object_kind_from_wire(wire_name(kind)) == kind);
    CHECK_FALSE(object_kind_from_wire("model_version"));
    CHECK_FALSE(object_kind_from_wire(""));
}

TEST_CASE("stage: the four words and no other", "[core]") {
    CHECK(to_string(Stage::none) == "none");
    CHECK(to_string(Stage::staging) == "staging");
    CHECK(to_string(Stage::production) == "production");
    CHECK(to_string(Stage::archived) == "archived");
    for (const auto stage : {Stage::none, Stage::staging, Stage::production, Stage::archived})
        CHECK(stage_from_string(to_string(stage)) == stage);
    CHECK_FALSE(stage_from_string("Production"));
    CHECK_FALSE(stage_from_string(""));
    CHECK_FALSE(stage_from_string("prod"));
}

TEST_CASE("run state: running and idle on the wire", "[core]") {
    CHECK(wire_name(RunState::active) == "running");
    CHECK(wire_name(RunState::inactive) == "idle");
}
