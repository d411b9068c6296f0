#include <neptune/client/field_table.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune;
using Catch::Matchers::ContainsSubstring;
using client::FieldTable;

FieldTable sample() {
    FieldTable table;
    table.set("a/b", FieldType::integer);
    table.set("a/c/d", FieldType::string);
    table.set("a-b", FieldType::boolean);  // sorts between "a" and "a/b"
    table.set("ab", FieldType::float_series);
    return table;
}

}  // namespace

TEST_CASE("field_table: a path has one entry however it is spelled, at an address that stays",
          "[client]") {
    FieldTable table;
    const auto* entry = table.intern("a/b");
    for (int i = 0; i < 1000; ++i) table.intern("x/" + std::to_string(i));
    CHECK(table.intern("//a//b/") == entry);
    CHECK(table.intern(entry->path) == entry);
    CHECK(entry->path == "a/b");
    CHECK(table.intern("") == table.intern("/"));
    CHECK(table.intern("a") != entry);
    CHECK_FALSE(table.exists("a/b"));  // an entry is no field
}

TEST_CASE("field_table: paths that no field can have are refused, with what is wrong", "[client]") {
    FieldTable table;
    CHECK_THROWS_WITH(table.intern("a\tb"), ContainsSubstring("contains a control character"));
    CHECK_THROWS_AS(table.intern(std::string(1025, 'x')), InvalidPathError);
    CHECK_NOTHROW(table.intern(std::string(1024, 'x')));
    std::string deep;
    for (int i = 0; i < 64; ++i) deep += "x/";
    CHECK_NOTHROW(table.intern(deep));
    CHECK_THROWS_AS(table.intern(deep + "x"), InvalidPathError);
}

TEST_CASE("field_table: knows fields and namespaces apart", "[client]") {
    const auto table = sample();
    CHECK(table.type("a/b") == FieldType::integer);
    CHECK_FALSE(table.type("a"));
    CHECK_FALSE(table.type("a/b/c"));
    CHECK(table.is_namespace("a"));
    CHECK(table.is_namespace("a/c"));
    CHECK(table.is_namespace(""));
    CHECK_FALSE(FieldTable().is_namespace(""));
    for (const auto* path : {"a/b", "ab", "a-", "a/c/d", "none"})
        CHECK_FALSE(table.is_namespace(path));
    CHECK(table.exists("a"));
    CHECK(table.exists("a/c/d"));
    CHECK_FALSE(table.exists("a/bb"));
    CHECK_FALSE(table.exists("a/b/c"));
}

TEST_CASE("field_table: a new field must not lie below a field or above others", "[client]") {
    const auto table = sample();
    CHECK_NOTHROW(table.check_new("a/b"));  // exists
    CHECK_NOTHROW(table.check_new("a/bb"));
    CHECK_NOTHROW(table.check_new("new/deep/path"));
    CHECK_THROWS_WITH(table.check_new("a/b/c/d"),
                      ContainsSubstring("a/b is a field (Integer), not a namespace"));
    CHECK_THROWS_WITH(table.check_new("a"),
                      ContainsSubstring("it is a namespace, there are fields below it"));
    CHECK_THROWS_AS(table.check_new("a/c"), MetadataInconsistency);
    CHECK_THROWS_AS(table.check_new(""), InvalidPathError);
}

TEST_CASE("field_table: lists a field, or what lies below a namespace", "[client]") {
    auto table = sample();
    CHECK(table.fields_at("a/b") == std::vector<std::string>{"a/b"});
    CHECK(table.fields_at("a") == std::vector<std::string>{"a/b", "a/c/d"});
    CHECK(table.fields_at("").size() == 4);
    CHECK(table.fields_at("none").empty());
    table.erase("a/c/d");
    table.erase("none");
    CHECK_FALSE(table.exists("a/c"));
    CHECK(table.fields_at("a") == std::vector<std::string>{"a/b"});
}

TEST_CASE("field_table: what the server has is added, what only this process knows stays",
          "[client]") {
    auto table = sample();
    table.merge({{"a/b", FieldType::float_number}, {"z", FieldType::datetime}});
    CHECK(table.type("a/b") == FieldType::float_number);
    CHECK(table.type("z") == FieldType::datetime);
    CHECK(table.type("ab") == FieldType::float_series);
    CHECK(table.structure().find("a/c/d")->type() == FieldType::string);
    CHECK(table.structure().children().size() == 4);
}

TEST_CASE("field_table: a forked child numbers its fields anew", "[client]") {
    FieldTable table;
    auto* entry = table.intern("a");
    entry->journal_id = 7;
    table.forget_journal_ids();
    CHECK(entry->journal_id == 0);
}
