#include <neptune/wire/codec.hpp>

#include <neptune/wire/accounts.hpp>
#include <neptune/wire/objects.hpp>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune::wire;

struct Part {
    static constexpr std::string_view definition = "PartDTO";
    std::string id;
    std::optional<double> weight{};
    static constexpr auto members() {
        return std::make_tuple(member("id", &Part::id, "uuid"), member("weight", &Part::weight));
    }
    bool operator==(const Part&) const = default;
};

struct Whole {
    static constexpr std::string_view definition = "WholeDTO";
    std::string name;
    bool flag = false;
    double number = 0;
    std::int64_t count = 0;
    std::vector<std::string> texts;
    std::vector<Part> parts;
    Part main;
    std::optional<Part> other{};
    std::optional<std::vector<std::string>> notes{};
    static constexpr auto members() {
        using W = Whole;
        return std::make_tuple(
            member("name", &W::name), member("flag", &W::flag), member("number", &W::number),
            member("count", &W::count), member("texts", &W::texts), member("parts", &W::parts),
            member("main", &W::main), member("other", &W::other), member("notes", &W::notes));
    }
    bool operator==(const Whole&) const = default;
};

const Json complete =
    Json::parse(R"({"name":"n","flag":true,"number":0.5,"count":-3,"texts":["a","b"],
    "parts":[{"id":"1"},{"id":"2","weight":1.5}],"main":{"id":"m"}})");

std::string error_of(const Json& json) {
    try {
        static_cast<void>(decode<Whole>(json, "body"));
    } catch (const DecodeError& error) {
        return error.what();
    }
    return "accepted";
}
Json with(const char* pointer, const Json& value) {
    Json result = complete;
    result[Json::json_pointer(pointer)] = value;
    return result;
}

static_assert(Described<Whole> && Described<Part> && !Described<int> && !Described<std::string>);

// Every structure of the protocol: names once each, what is encoded is decoded to the same JSON,
// and the text says the same.
template <class T>
void check_structure(const T& value) {
    INFO(T::definition);
    std::set<std::string> names;
    for_each_member<T>(
        [&](const auto& member) { CHECK(names.insert(std::string(member.name)).second); });
    const auto json = encode(value);
    CHECK(json.is_object());
    CHECK(encode(decode<T>(json, "body")) == json);
    CHECK(Json::parse(encode_text(value)) == json);
}

}  // namespace

TEST_CASE("codec: a structure makes the round trip", "[wire]") {
    const auto whole = decode<Whole>(complete, "body");
    CHECK(whole.name == "n");
    CHECK(whole.flag);
    CHECK(whole.number == 0.5);
    CHECK(whole.count == -3);
    CHECK(whole.texts == std::vector<std::string>{"a", "b"});
    CHECK(whole.parts == std::vector<Part>{{"1", std::nullopt}, {"2", 1.5}});
    CHECK_FALSE(whole.other);
    CHECK(encode(whole) == complete);

    auto more = whole;
    more.other = Part{"o", 2};
    more.notes = std::vector<std::string>{};
    CHECK(decode<Whole>(encode(more), "body") == more);
}

TEST_CASE("codec: text is that of the tree, without a tree of all", "[wire]") {
    auto whole = decode<Whole>(complete, "body");
    for (int round = 0; round < 2; ++round) {
        CHECK(Json::parse(encode_text(whole)) == Json::parse(to_text(encode(whole))));
        whole.other = Part{"o\xFF\"", 2};
        whole.notes = std::vector<std::string>{};
        whole.texts.clear();
        whole.parts.clear();
    }
    CHECK(Json::parse(encode_text(whole)).at("other").at("id") == "o\uFFFD\"");
    CHECK(encode_text(StringSeriesValues{2, {{1, 2.5, "x"}, {3, 4, "y"}}}) ==
          R"({"totalItemCount":2,"values":[{"step":2.5,"timestampMillis":1,"value":"x"},)"
          R"({"step":4.0,"timestampMillis":3,"value":"y"}]})");
    CHECK(encode_text(StringSeriesValues{}) == R"({"totalItemCount":0,"values":[]})");
}

TEST_CASE("codec: an empty optional member is left out, and null or absence make it empty",
          "[wire]") {
    CHECK_FALSE(encode(decode<Whole>(complete, "body")).contains("other"));
    CHECK_FALSE(decode<Whole>(with("/other", nullptr), "body").other);
    CHECK_FALSE(decode<Whole>(with("/parts/1/weight", nullptr), "body").parts[1].weight);
}

TEST_CASE("codec: unknown members are ignored", "[wire]") {
    CHECK(decode<Whole>(with("/extra", Json::parse(R"({"a":[1]})")), "body") ==
          decode<Whole>(complete, "body"));
}

TEST_CASE("codec: an error names the member and what was expected", "[wire]") {
    CHECK(error_of(with("/name", 5)) == "body.name must be a string");
    CHECK(error_of(with("/name", nullptr)) == "body.name is missing");
    CHECK(error_of(with("/flag", 1)) == "body.flag must be true or false");
    CHECK(error_of(with("/number", "1")) == "body.number must be a number");
    CHECK(error_of(with("/number", true)) == "body.number must be a number");
    CHECK(error_of(with("/count", 1.0)) == "body.count must be an integer");
    CHECK(error_of(with("/count", std::uint64_t{1} << 63)) == "body.count is larger than 64 bits");
    CHECK(error_of(with("/texts", "a")) == "body.texts must be an array");
    CHECK(error_of(with("/texts/1", 7)) == "body.texts[1] must be a string");
    CHECK(error_of(with("/parts/1", Json::array())) == "body.parts[1] must be an object");
    CHECK(error_of(with("/parts/0/id", 7)) == "body.parts[0].id must be a string");
    CHECK(error_of(with("/parts/1/weight", "x")) == "body.parts[1].weight must be a number");
    CHECK(error_of(with("/main", Json::object())) == "body.main.id is missing");
    CHECK(error_of(with("/other", 5)) == "body.other must be an object");
    CHECK(error_of(Json::array()) == "body must be an object");
    CHECK(error_of(nullptr) == "body must be an object");
    auto without = complete;
    without.erase("texts");
    CHECK(error_of(without) == "body.texts is missing");
}

TEST_CASE("codec: numbers keep their value", "[wire]") {
    CHECK(decode<double>(Json(5), "x") == 5.0);
    CHECK(decode<std::int64_t>(Json(INT64_MIN), "x") == INT64_MIN);
    CHECK(decode<std::int64_t>(Json(std::uint64_t{INT64_MAX}), "x") == INT64_MAX);
    CHECK(encode<double>(0.1).dump() == "0.1");
    CHECK(encode<double>(2.0).dump() == "2.0");
    CHECK(encode<std::int64_t>(INT64_MAX).dump() == "9223372036854775807");
}

TEST_CASE("codec: text that is no UTF-8 is replaced in JSON, never thrown about", "[wire]") {
    CHECK(to_text(Json("a\xFFz")) == "\"a\xEF\xBF\xBDz\"");
    CHECK(to_text(Json{{"a", 1}}) == R"({"a":1})");
}

TEST_CASE("codec: text that is no JSON gives an error with its position", "[wire]") {
    CHECK(parse_json("[1]", "the body") == Json::parse("[1]"));
    CHECK_THROWS_AS(parse_json("[1", "the body"), DecodeError);
    CHECK_THROWS_WITH(parse_json("[1,]", "the body"), "the body is not valid JSON (at byte 4)");
    CHECK_THROWS_WITH(parse_json("[1e999]", "the body"),
                      "the body holds a number that is too large");
    CHECK_THROWS_AS(parse_json("", "the body"), DecodeError);
    CHECK_THROWS_AS(parse_json("\"\xFF\"", "the body"), DecodeError);
}

TEST_CASE("codec: text that is nested beyond every use is refused before it is parsed", "[wire]") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + "\"[[\\\"\"" + std::string(depth, ']');
    };
    CHECK_NOTHROW(parse_json(nested(100), "the body"));
    CHECK_THROWS_WITH(
        parse_json(nested(101), "the body"),
        Catch::Matchers::ContainsSubstring("deeper than 100 levels (limit json_depth)"));
    CHECK_THROWS_AS(parse_json(std::string(1'000'000, '{'), "the body"), DecodeError);
}

TEST_CASE("codec: every structure of the protocol makes the round trip", "[wire]") {
    Experiment experiment{"i", "RUN-1", "run", "p", "q", "cls", "o", "ml"};
    check_structure(experiment);
    experiment.created = true;
    check_structure(experiment);
    check_structure(GitCommit{"c", "m", "a", "e", "2025-04-17T13:53:56.123Z"});
    GitInfoDto git;
    git.remotes = {"r"};
    git.current_branch = "main";
    check_structure(git);
    ExperimentCreationParams params{.project_identifier = "w/p"};
    check_structure(params);
    params.git_info = git;
    params.custom_id = "x";
    check_structure(params);
    check_structure(OperationErrorDto{"metadata_inconsistency", "d", 3, "a/b"});
    check_structure(OperationErrorDto{"metadata_inconsistency", "d"});
    check_structure(FloatPointDto{1, 2, 3});
    check_structure(FloatSeriesValues{2, {{1, 2, 3}, {4, 5, 6}}});
    check_structure(StringPointDto{1, 2, "x"});
    check_structure(StringSeriesValues{1, {{1, 2, "x"}}});
    check_structure(ClientVersions{.min_compatible = "1.0.0"});
    check_structure(MultiPartUpload{});
    check_structure(ArtifactsConfig{});
    check_structure(Extensions{"0.1.0", {"producer"}});
    ClientConfig config{
        .api_url = "http://a", .application_url = "http://b", .py_lib_versions = {}};
    check_structure(config);
    config.neptune_cpp = Extensions{"0.1.0", {}};
    config.multi_part_upload = MultiPartUpload{};
    check_structure(config);
    check_structure(OauthToken{"a", "r", "u"});
    check_structure(RefreshedToken{.access_token = "a", .expires_in = 300});
    check_structure(ProjectDto{"i", "n", "K", "o", "w"});
    check_structure(ProjectWithRole{});
    check_structure(ProjectList{});
    check_structure(OrganizationWithRole{});
}
