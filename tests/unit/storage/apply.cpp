#include <neptune/storage/apply.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;
using Catch::Matchers::ContainsSubstring;
using wire::OperationErrorType;

TEST_CASE("apply: atoms are made, replaced, and read with their types", "[storage]") {
    Fixture f;
    const std::string text("NUL \0 'quote' \xff \xe2\x82\xac", 18);
    CHECK(f.apply({{"a/float", wire::AssignFloat{0.1}},
                   {"a/int", wire::AssignInt{INT64_MIN}},
                   {"a/bool", wire::AssignBool{true}},
                   {"a/string", wire::AssignString{text}},
                   {"a/empty", wire::AssignString{""}},
                   {"a/datetime", wire::AssignDatetime{-1}}})
              .empty());
    CHECK(f.get<double>("a/float") == 0.1);
    CHECK(f.get<std::int64_t>("a/int") == INT64_MIN);
    CHECK(f.get<bool>("a/bool"));
    CHECK(f.get<std::string>("a/string") == text);
    CHECK(f.get<std::string>("a/empty").empty());
    CHECK(f.get<wire::DatetimeValue>("a/datetime").ms == -1);
    CHECK(f.store->attribute(f.run.id, "a/int", start)->type == FieldType::integer);
    CHECK_FALSE(f.value("a"));

    CHECK(f.apply({assign("a/float", 2), {"a/bool", wire::AssignBool{false}}}).empty());
    f.reopen();
    CHECK(f.get<double>("a/float") == 2.0);
    CHECK_FALSE(f.get<bool>("a/bool"));
    CHECK(f.error_of({"a/int", wire::AssignFloat{1}}) ==
          "Attribute 'a/int' is an Integer, cannot apply assignFloat");
}

TEST_CASE("apply: fields come in code-point order of their paths", "[storage]") {
    Fixture f;
    f.apply({assign("b", 1.0), assign("\xe2\x82\xac", 1.0), assign("a/b", 1.0), assign("B", 1.0),
             assign("a!", 1.0), assign("tab", 1.0)});
    auto paths = names(f.store->attributes(f.run.id, start));
    CHECK(std::is_sorted(paths.begin(), paths.end()));
    CHECK(paths.front() == "B");
    CHECK(paths.back() == "\xe2\x82\xac");
}

TEST_CASE("apply: one bad operation prevents none of the others", "[storage]") {
    Fixture f;
    const auto errors = f.apply({assign("a", 1.0),
                                 assign("b", std::numeric_limits<double>::quiet_NaN()),
                                 {"a", wire::AssignString{"x"}},
                                 assign("c", 3.0),
                                 {"d", wire::Malformed{"what is this"}},
                                 {"", wire::AssignInt{1}},
                                 {"e", wire::InsertStrings{{"tag"}}},
                                 assign("f", 6.0)});
    REQUIRE(errors.size() == 5);
    CHECK(errors[0].type == OperationErrorType::assign_float_value);
    CHECK(errors[0].index == 1);
    CHECK(errors[0].path == "b");
    CHECK(errors[1].type == OperationErrorType::metadata_inconsistency);
    CHECK(errors[1].index == 2);
    CHECK(errors[1].path == "a");
    CHECK(errors[2].index == 4);
    CHECK_THAT(errors[2].description, ContainsSubstring("what is this"));
    CHECK(errors[3].index == 5);
    CHECK(errors[4].index == 6);
    CHECK_THAT(errors[4].description, ContainsSubstring("sys/tags"));
    CHECK(f.get<double>("a") == 1.0);
    CHECK(f.get<double>("c") == 3.0);
    CHECK(f.get<double>("f") == 6.0);
    CHECK_FALSE(f.value("b"));
    CHECK_FALSE(f.value("e"));
}

TEST_CASE("apply: operations happen in their order", "[storage]") {
    Fixture f;
    CHECK(f.apply({assign("a", 1.0),
                   {"a", wire::DeleteAttribute{}},
                   assign("a", "text"),
                   log_floats("s", {1, 2}),
                   {"s", wire::ClearFloatSeries{}},
                   log_floats("s", {3}, 0)})
              .empty());
    CHECK(f.get<std::string>("a") == "text");
    CHECK(f.store->float_points(f.run.id, "s", 0, 10)->points ==
          std::vector<wire::SeriesPoint<double>>{{0, start, 3}});
}

TEST_CASE("apply: a path is a field or a namespace, never both", "[storage]") {
    Fixture f;
    f.apply({assign("a/b/c", 1.0)});
    CHECK(f.error_of(assign("a/b", 1.0)) == "Cannot create 'a/b': it is a namespace");
    CHECK(f.error_of(assign("a", 1.0)) == "Cannot create 'a': it is a namespace");
    CHECK(f.error_of(assign("a/b/c/d/e", 1.0)) ==
          "Cannot create 'a/b/c/d/e': 'a/b/c' is a field, not a namespace");
    CHECK(f.error_of(assign("a/b/c!", 1.0)).empty());
    CHECK(f.error_of(assign("a/b/c0", 1.0)).empty());
    CHECK(f.error_of(assign("a/bb", 1.0)).empty());
    CHECK(f.error_of(assign("a!", 1.0)).empty());
    CHECK_FALSE(f.error_of(assign("sys", 1.0)).empty());
    f.reopen();
    CHECK(f.error_of(assign("a/b", 1.0)) == "Cannot create 'a/b': it is a namespace");
    f.apply({{"a/b/c", wire::DeleteAttribute{}},
             {"a/b/c!", wire::DeleteAttribute{}},
             {"a/b/c0", wire::DeleteAttribute{}}});
    CHECK(f.error_of(assign("a/b", 1.0)).empty());
}

TEST_CASE("apply: a deletion removes exactly that field, an unknown one is no error", "[storage]") {
    Fixture f;
    f.apply(
        {assign("a/b", 1.0), assign("a/bc", 1.0), assign("a/c/d", 1.0), log_floats("s", {1, 2})});
    CHECK(f.error_of({"unknown", wire::DeleteAttribute{}}).empty());
    CHECK(f.error_of({"a", wire::DeleteAttribute{}}).empty());
    CHECK(f.error_of({"a/b", wire::DeleteAttribute{}}).empty());
    CHECK_FALSE(f.value("a/b"));
    CHECK(f.value("a/bc"));
    CHECK(f.value("a/c/d"));
    CHECK(f.error_of({"s", wire::DeleteAttribute{}}).empty());
    CHECK(f.error_of({"s", wire::LogStrings{{{"now text", {}, start}}}}).empty());
    CHECK_FALSE(f.store->float_points(f.run.id, "s", 0, 10));
    CHECK(f.store->string_points(f.run.id, "s", 0, 10)->total == 1);
    CHECK_FALSE(f.error_of({"sys/name", wire::DeleteAttribute{}}).empty());
    CHECK_FALSE(f.error_of({"sys/nothing", wire::DeleteAttribute{}}).empty());
}

TEST_CASE("apply: sys fields are written where the object has them", "[storage]") {
    Fixture f;
    CHECK(f.apply({assign("sys/name", "my run"),
                   assign("sys/description", ""),
                   {"sys/failed", wire::AssignBool{true}},
                   assign("sys/hostname", "h")})
              .empty());
    CHECK(f.get<std::string>("sys/name") == "my run");
    CHECK(f.get<std::string>("sys/description").empty());
    CHECK(f.get<bool>("sys/failed"));
    for (const char* path :
         {"sys/id", "sys/owner", "sys/stage", "sys/mine", "sys/creation_time", "sys/name/x"})
        CHECK_FALSE(f.error_of(assign(path, "x")).empty());
    CHECK_FALSE(f.error_of({"sys/state", wire::AssignString{"idle"}}).empty());
    CHECK(f.get<std::string>("sys/id") == "CLS-1");
}

TEST_CASE("apply: a stage is one of four words, on model versions only", "[storage]") {
    Fixture f;
    const Object version =
        f.create(ObjectKind::model_version, {}, f.create(ObjectKind::model, "M").id);
    const auto errors_of = [&](const char* stage) {
        return f.store->apply(version.id, {assign("sys/stage", stage)}, std::nullopt, start)
            .errors.size();
    };
    for (const char* stage : {"staging", "production", "archived", "none"}) {
        CHECK(errors_of(stage) == 0);
        CHECK(f.value(version, "sys/stage") == wire::AttributeValue(std::string(stage)));
    }
    CHECK(errors_of("Production") == 1);
    CHECK(f.value(version, "sys/stage") == wire::AttributeValue(std::string("none")));
}

TEST_CASE("apply: tags are a set of at most 1000 members", "[storage]") {
    Fixture f;
    CHECK(
        f.apply({{"sys/tags", wire::InsertStrings{{"b", "a", "b", "\xe2\x82\xac", ""}}}}).empty());
    CHECK(f.get<wire::StringSetValue>("sys/tags").values ==
          std::vector<std::string>{"", "a", "b", "\xe2\x82\xac"});
    CHECK(f.apply({{"sys/tags", wire::RemoveStrings{{"", "a", "unknown"}}}}).empty());
    CHECK(f.get<wire::StringSetValue>("sys/tags").values ==
          std::vector<std::string>{"b", "\xe2\x82\xac"});
    CHECK(f.get<wire::StringSetValue>("sys/group_tags").values.empty());

    wire::InsertStrings many;
    for (int i = 0; i < 998; ++i) many.values.push_back("tag " + std::to_string(i));
    CHECK(f.error_of({"sys/tags", many}).empty());
    CHECK(f.error_of({"sys/tags", many}).empty());
    CHECK(f.error_of({"sys/tags", wire::InsertStrings{{"b", "one more"}}}) ==
          "Field 'sys/tags': a StringSet holds at most 1000 members");
    CHECK(f.get<wire::StringSetValue>("sys/tags").values.size() == 1000);
    CHECK(f.apply({{"sys/tags", wire::ClearStringSet{}}}).empty());
    CHECK(f.get<wire::StringSetValue>("sys/tags").values.empty());
    CHECK_FALSE(f.error_of({"sys/tags", wire::InsertStrings{{std::string(257, 'x')}}}).empty());
    CHECK_FALSE(f.error_of({"tags", wire::ClearStringSet{}}).empty());
    CHECK_FALSE(f.value("tags"));
}

TEST_CASE("apply: the field limit counts without sys and refuses the whole call", "[storage]") {
    Fixture f(3);
    CHECK(f.apply({assign("a", 1.0), assign("b", 1.0), assign("sys/description", "x")}).empty());
    const auto refused =
        f.store->apply(f.run.id, {assign("a", 9.0), assign("c", 1.0), assign("d", 1.0)},
                       std::nullopt, start + 99'000);
    CHECK(refused.outcome == Applied::Outcome::field_limit);
    CHECK(f.get<double>("a") == 1.0);
    CHECK_FALSE(f.value("c"));
    CHECK(f.get<wire::DatetimeValue>("sys/modification_time").ms == start + 1000);
    CHECK(f.apply({assign("c", 1.0), assign("c", 2.0), assign("sys/hostname", "h")}).empty());
    CHECK(f.apply({{"c", wire::DeleteAttribute{}}, assign("d", 1.0)}).empty());
    CHECK(f.store->apply(f.run.id, {assign("e", 1.0)}, std::nullopt, start).outcome ==
          Applied::Outcome::field_limit);

    f.options.fields_per_object = 1;
    f.reopen();
    CHECK(f.apply({assign("a", 5.0)}).empty());
}

TEST_CASE("apply: long values are refused by code points", "[storage]") {
    Fixture f;
    std::string euros;
    for (std::size_t i = 0; i < wire::limits::string_code_points; ++i) euros += "\xe2\x82\xac";
    CHECK(f.error_of({"a", wire::AssignString{euros}}).empty());
    CHECK(f.get<std::string>("a") == euros);
    CHECK_THAT(f.error_of({"a", wire::AssignString{euros + "x"}}),
               ContainsSubstring("Max string attribute length (16384) exceeded"));
    CHECK(f.get<std::string>("a") == euros);
}

TEST_CASE("apply: paths are values, never SQL", "[storage]") {
    Fixture f;
    const std::vector<std::string> paths{"'; DROP TABLE fields; --", "a\"b", "100%", "\xff\xfe",
                                         "[x]"};
    for (const auto& path : paths) {
        CHECK(f.error_of(assign(path, 1.0)).empty());
        CHECK(f.get<double>(path) == 1.0);
    }
    CHECK_FALSE(f.error_of(assign(std::string("a\0b", 3), 1.0)).empty());
    f.reopen();
    for (const auto& path : paths) CHECK(f.get<double>(path) == 1.0);
}

TEST_CASE("apply: an object that does not exist takes nothing", "[storage]") {
    Fixture f;
    const auto applied = f.store->apply("nothing", {assign("a", 1.0)}, std::nullopt, start);
    CHECK(applied.outcome == Applied::Outcome::no_such_object);
    CHECK(applied.errors.empty());
}

TEST_CASE("apply: errors alone are activity too", "[storage]") {
    Fixture f;
    f.store->apply(f.run.id, {{"a", wire::Malformed{"x"}}}, std::nullopt, start + 5'000);
    CHECK(f.get<wire::DatetimeValue>("sys/modification_time").ms == start + 5'000);
}
