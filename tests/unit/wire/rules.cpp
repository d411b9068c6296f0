#include <neptune/wire/rules.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune;
using namespace neptune::wire;

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr ObjectKind kinds[] = {ObjectKind::run, ObjectKind::model, ObjectKind::model_version,
                                ObjectKind::project};

/// One operation of each kind.
const std::vector<Payload> every_payload{AssignFloat{1},
                                         AssignInt{1},
                                         AssignBool{true},
                                         AssignString{"x"},
                                         AssignDatetime{0},
                                         LogFloats{},
                                         LogStrings{},
                                         ClearFloatSeries{},
                                         ClearStringSeries{},
                                         ConfigFloatSeries{},
                                         InsertStrings{},
                                         RemoveStrings{},
                                         ClearStringSet{},
                                         LogImages{},
                                         ClearImageSeries{},
                                         DeleteFiles{},
                                         AssignArtifact{std::string(empty_artifact_hash)},
                                         ClearArtifact{},
                                         DeleteAttribute{},
                                         Malformed{"m"}};

std::string words(const std::optional<OperationError>& error) {
    return error ? error->description : "accepted";
}
std::string repeat(std::string_view text, std::size_t count) {
    std::string result;
    for (; count > 0; --count) result += text;
    return result;
}

}  // namespace

TEST_CASE("rules: outside sys every path takes every operation but those on sets", "[wire]") {
    REQUIRE(every_payload.size() == std::variant_size_v<Payload>);
    for (const auto kind : kinds)
        for (const auto& payload : every_payload)
            for (const std::string path : {"a", "a/b/c", "system/id", "tags", "a/sys/tags"}) {
                INFO(path << " " << name_of(payload));
                const auto error = rules::check_path(path, payload, kind);
                if (type_of(payload) == FieldType::string_set) {
                    REQUIRE(error);
                    CHECK(error->type == OperationErrorType::metadata_inconsistency);
                    CHECK(error->description ==
                          "A StringSet exists only at sys/tags and sys/group_tags, not at '" +
                              path + "'");
                } else {
                    CHECK_FALSE(error);
                }
            }
}

TEST_CASE("rules: files are stored outside of sys only", "[wire]") {
    CHECK_FALSE(rules::check_file_field("a/b"));
    CHECK(words(rules::check_file_field("sys/name")) ==
          "Field 'sys/name' belongs to the read-only part of the sys namespace");
    CHECK(words(rules::check_file_field("")) ==
          "An empty path names the object itself, not a field");
    CHECK(rules::check_file_field("a\nb"));
    CHECK(
        rules::type_conflict("a", FieldType::file, std::string_view("a file upload")).description ==
        "Attribute 'a' is a File, cannot apply a file upload");
}

TEST_CASE("rules: below sys each kind of object has its writable fields, of one type", "[wire]") {
    // Source: client semantics §1.3.
    using Types = std::map<std::string, FieldType>;
    const std::map<ObjectKind, Types> writable{
        {ObjectKind::run,
         {{"sys/name", FieldType::string},
          {"sys/description", FieldType::string},
          {"sys/hostname", FieldType::string},
          {"sys/failed", FieldType::boolean},
          {"sys/tags", FieldType::string_set},
          {"sys/group_tags", FieldType::string_set}}},
        {ObjectKind::model,
         {{"sys/name", FieldType::string},
          {"sys/description", FieldType::string},
          {"sys/tags", FieldType::string_set},
          {"sys/group_tags", FieldType::string_set}}},
        {ObjectKind::model_version,
         {{"sys/name", FieldType::string},
          {"sys/description", FieldType::string},
          {"sys/stage", FieldType::string},
          {"sys/tags", FieldType::string_set},
          {"sys/group_tags", FieldType::string_set}}},
        {ObjectKind::project,
         {{"sys/name", FieldType::string},
          {"sys/tags", FieldType::string_set},
          {"sys/group_tags", FieldType::string_set}}},
    };
    const std::vector<std::string> paths{"sys",
                                         "sys/id",
                                         "sys/custom_run_id",
                                         "sys/name",
                                         "sys/description",
                                         "sys/owner",
                                         "sys/tags",
                                         "sys/group_tags",
                                         "sys/creation_time",
                                         "sys/modification_time",
                                         "sys/ping_time",
                                         "sys/running_time",
                                         "sys/size",
                                         "sys/monitoring_time",
                                         "sys/state",
                                         "sys/failed",
                                         "sys/hostname",
                                         "sys/trashed",
                                         "sys/model_id",
                                         "sys/stage",
                                         "sys/visibility",
                                         "sys/new",
                                         "sys/name/below",
                                         "sys/Name"};
    for (const auto kind : kinds) {
        for (const auto& path : paths) {
            for (const auto& payload : every_payload) {
                INFO(display_name(kind) << " " << path << " " << name_of(payload));
                const auto& fields = writable.at(kind);
                const auto field = fields.find(path);
                const auto error = rules::check_path(path, payload, kind);
                if (field == fields.end() || std::holds_alternative<DeleteAttribute>(payload))
                    CHECK(words(error) ==
                          "Field '" + path +
                              "' belongs to the read-only part of the sys namespace");
                else if (type_of(payload) && type_of(payload) != field->second)
                    CHECK(words(error) == "Field '" + path + "' is a " +
                                              std::string(display_name(field->second)) +
                                              ", cannot apply " + std::string(name_of(payload)));
                else
                    CHECK_FALSE(error);
            }
        }
    }
}

TEST_CASE("rules: a path that no field can have is named, cut and repaired", "[wire]") {
    const auto check = [](std::string_view path) {
        return words(rules::check_path(path, AssignInt{1}, ObjectKind::run));
    };
    CHECK(check("") == "An empty path names the object itself, not a field");
    CHECK(check("a\nb") == "The path 'a\nb' contains a control character");
    CHECK(check(repeat("x", 1024)) == "accepted");
    CHECK(check(repeat("x", 1025)) ==
          "The path '" + repeat("x", 80) + "' has a part longer than 1024 bytes");
    CHECK(check(repeat("a/", 64) + "a") ==
          "The path '" + repeat("a/", 40) + "' has more than 64 parts");
    CHECK(check("\xFF\n") == "The path '\xEF\xBF\xBD\n' contains a control character");
    CHECK(rules::check_path("", DeleteAttribute{}, ObjectKind::run));
}

TEST_CASE("rules: sets exist at two paths only", "[wire]") {
    CHECK(rules::may_hold_string_set("sys/tags"));
    CHECK(rules::may_hold_string_set("sys/group_tags"));
    CHECK_FALSE(rules::may_hold_string_set("tags"));
    CHECK_FALSE(rules::may_hold_string_set("sys/tags/x"));
    CHECK_FALSE(rules::may_hold_string_set(""));
}

TEST_CASE("rules: ordinary values are accepted, whatever the operation", "[wire]") {
    for (const auto& payload : every_payload) {
        INFO(name_of(payload));
        if (std::holds_alternative<Malformed>(payload))
            CHECK(words(rules::check_value("a/b", payload)) == "Field 'a/b': m");
        else
            CHECK_FALSE(rules::check_value("a/b", payload));
    }
}

TEST_CASE("rules: a Float is finite", "[wire]") {
    for (const double value :
         {0.0, -0.0, std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest(),
          std::numeric_limits<double>::denorm_min()})
        CHECK_FALSE(rules::check_value("x", AssignFloat{value}));
    for (const double value : {not_a_number, infinity, -infinity}) {
        const auto error = rules::check_value("x", AssignFloat{value});
        REQUIRE(error);
        CHECK(error->type == OperationErrorType::assign_float_value);
        CHECK(wire_name(error->type) == "assignFloatValueError");
        CHECK(error->description == "Field 'x': a Float must be finite, not NaN or infinite");
        CHECK(words(rules::check_value("x", ConfigFloatSeries{value, {}, {}})) ==
              "Field 'x': min and max of a FloatSeries must be finite");
        CHECK(rules::check_value("x", ConfigFloatSeries{0, value, "%"}));
    }
    CHECK_FALSE(rules::check_value("x", ConfigFloatSeries{0, 1, "%"}));
}

TEST_CASE("rules: a String has at most 16384 code points", "[wire]") {
    const auto check = [](std::string_view character, std::size_t count) {
        return words(rules::check_value("x", AssignString{repeat(character, count)}));
    };
    for (const auto character : {"a", "é", "漢", "😀"}) {
        INFO(character);
        CHECK(check(character, 16384) == "accepted");
        CHECK(check(character, 16385) == "Field 'x': Max string attribute length (16384) exceeded");
    }
    CHECK(check("", 0) == "accepted");
}

TEST_CASE("rules: a text point has at most 1000 code points", "[wire]") {
    const auto check = [](std::string_view character, std::size_t count) {
        return rules::check_point("log", LogEntry<std::string>{repeat(character, count), 1, 0});
    };
    for (const auto character : {"a", "é", "漢", "😀"}) {
        INFO(character);
        CHECK_FALSE(check(character, 1000));
        const auto error = check(character, 1001);
        REQUIRE(error);
        CHECK(error->type == OperationErrorType::log_series_value);
        CHECK(error->description ==
              "Series attribute 'log': a text is longer than 1000 characters");
    }
}

TEST_CASE("rules: an image has at most 32 MiB and names of at most 16384 code points", "[wire]") {
    const auto check = [](Image image) {
        return words(rules::check_point("i", LogEntry<Image>{std::move(image), 1, 0}));
    };
    CHECK(check({"", std::nullopt, std::nullopt}) == "accepted");
    CHECK(check({std::string(limits::image_bytes, 'x'), "n", "d"}) == "accepted");
    CHECK(check({std::string(limits::image_bytes + 1, 'x'), "n", "d"}) ==
          "Series attribute 'i': an image has 33554433 bytes, more than the limit image_bytes of "
          "33554432");
    CHECK(check({"", repeat("é", 16384), repeat("é", 16384)}) == "accepted");
    const std::string too_long =
        "Series attribute 'i': the name or description of an image is longer than 16384 characters";
    CHECK(check({"", repeat("é", 16385), {}}) == too_long);
    CHECK(check({"", {}, repeat("é", 16385)}) == too_long);
}

TEST_CASE("rules: a tag has at most 256 code points, a removal any number", "[wire]") {
    CHECK_FALSE(rules::check_value("sys/tags", InsertStrings{{"a", repeat("é", 256)}}));
    CHECK(words(rules::check_value("sys/tags", InsertStrings{{"a", repeat("é", 257)}})) ==
          "Field 'sys/tags': a tag is longer than 256 characters");
    CHECK_FALSE(rules::check_value("sys/tags", RemoveStrings{{repeat("é", 257)}}));
    CHECK(rules::too_many_members("sys/tags").description ==
          "Field 'sys/tags': a StringSet holds at most 1000 members");
}

TEST_CASE("rules: a stage is one of four words, at sys/stage only", "[wire]") {
    for (const std::string stage : {"none", "staging", "production", "archived"})
        CHECK_FALSE(rules::check_value("sys/stage", AssignString{stage}));
    for (const std::string stage : {"", "Production", "prod", "production "})
        CHECK(words(rules::check_value("sys/stage", AssignString{stage})) ==
              "Field 'sys/stage': '" + stage +
                  "' is no stage; use none, staging, production or archived");
    CHECK_FALSE(rules::check_value("stage", AssignString{"prod"}));
}

TEST_CASE("rules: a Datetime lies within four-digit years", "[wire]") {
    CHECK_FALSE(rules::check_value("x", AssignDatetime{core::earliest_time}));
    CHECK_FALSE(rules::check_value("x", AssignDatetime{core::latest_time}));
    CHECK(words(rules::check_value("x", AssignDatetime{core::earliest_time - 1})) ==
          "Field 'x': a Datetime must lie within the years 0000 to 9999");
    CHECK(rules::check_value("x", AssignDatetime{core::latest_time + 1}));
    CHECK(rules::check_value("x", AssignDatetime{INT64_MIN}));
}

TEST_CASE("rules: a point has a finite value and a finite step, or none", "[wire]") {
    CHECK_FALSE(rules::check_point("x", LogEntry<double>{1, std::nullopt, 0}));
    CHECK_FALSE(rules::check_point("x", LogEntry<double>{1, -5.5, INT64_MIN}));
    for (const double bad : {not_a_number, infinity, -infinity}) {
        const auto value = rules::check_point("x", LogEntry<double>{bad, 1, 0});
        REQUIRE(value);
        CHECK(value->type == OperationErrorType::log_series_value);
        CHECK(wire_name(value->type) == "logSeriesValueError");
        CHECK(value->description ==
              "Series attribute 'x': a value must be finite, not NaN or infinite");
        CHECK(words(rules::check_point("x", LogEntry<double>{1, bad, 0})) ==
              "Series attribute 'x': a step must be finite");
        CHECK(rules::check_point("x", LogEntry<std::string>{"text", bad, 0}));
    }
}

TEST_CASE("rules: the hash of an artifact has 64 lower-case hexadecimal digits", "[wire]") {
    const std::string good = repeat("0a", 32);
    CHECK(words(rules::check_value("a", AssignArtifact{good})) == "accepted");
    for (const auto& bad :
         {std::string(), good.substr(1), good + "0", repeat("0A", 32), repeat("g0", 32)})
        CHECK(words(rules::check_value("a", AssignArtifact{bad})) ==
              "Field 'a': the hash of an Artifact has 64 hexadecimal digits");
}

TEST_CASE("rules: the step error has the words that other tools parse", "[wire]") {
    const auto error = rules::step_error("train/loss", 299);
    CHECK(error.type == OperationErrorType::log_series_value);
    CHECK(error.description ==
          "X-coordinates (step) must be strictly increasing for series attribute: train/loss. "
          "Invalid point: 299.0");
    CHECK(rules::step_error("s", 0.1).description ==
          "X-coordinates (step) must be strictly increasing for series attribute: s. Invalid "
          "point: 0.1");
    CHECK(rules::step_error("s", -2).description.ends_with("Invalid point: -2.0"));
}

TEST_CASE("rules: a point without a step continues with the last step + 1, from 0", "[wire]") {
    CHECK(rules::next_step({}) == 0.0);
    CHECK(rules::next_step({.last_step = 0}) == 1.0);
    CHECK(rules::next_step({.last_step = 10.5}) == 11.5);
    CHECK(rules::next_step({.last_step = -3}) == -2.0);
}

TEST_CASE("rules: conflicts name the path, what is there and what was tried", "[wire]") {
    CHECK(rules::type_conflict("a", FieldType::float_number, AssignString{"x"}).description ==
          "Attribute 'a' is a Float, cannot apply assignString");
    CHECK(rules::below_a_field("a/b", "a").description ==
          "Cannot create 'a/b': 'a' is a field, not a namespace");
    CHECK(rules::is_a_namespace("a").description == "Cannot create 'a': it is a namespace");
    CHECK(rules::is_a_namespace("a").type == OperationErrorType::metadata_inconsistency);
}

TEST_CASE("operations: each has its word, and the type of field that it makes or needs", "[wire]") {
    const std::vector<std::pair<std::string_view, std::optional<FieldType>>> expected{
        {"assignFloat", FieldType::float_number},
        {"assignInt", FieldType::integer},
        {"assignBool", FieldType::boolean},
        {"assignString", FieldType::string},
        {"assignDatetime", FieldType::datetime},
        {"logFloats", FieldType::float_series},
        {"logStrings", FieldType::string_series},
        {"clearFloatSeries", FieldType::float_series},
        {"clearStringSeries", FieldType::string_series},
        {"configFloatSeries", FieldType::float_series},
        {"insertStrings", FieldType::string_set},
        {"removeStrings", FieldType::string_set},
        {"clearStringSet", FieldType::string_set},
        {"logImages", FieldType::image_series},
        {"clearImageSeries", FieldType::image_series},
        {"deleteFiles", FieldType::file_set},
        {"assignArtifact", FieldType::artifact},
        {"clearArtifact", FieldType::artifact},
        {"deleteAttribute", std::nullopt},
        {"", std::nullopt}};
    REQUIRE(expected.size() == every_payload.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(name_of(every_payload[i]) == expected[i].first);
        CHECK(type_of(every_payload[i]) == expected[i].second);
    }
}
