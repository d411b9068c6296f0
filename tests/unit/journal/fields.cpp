#include <neptune/journal/fields.hpp>

#include "support/catch.hpp"

#include <string>

using neptune::journal::Fields;

TEST_CASE("fields: a path has one id, and its text stays in place", "[journal]") {
    Fields fields;
    const auto first = fields.intern("a/b");
    const auto text = fields.path(first);
    for (int i = 0; i < 10'000; ++i) CHECK(fields.intern("f/" + std::to_string(i)) != first);
    CHECK(fields.intern("a/b") == first);
    CHECK(fields.path(first).data() == text.data());
    CHECK_THROWS_AS(fields.intern(""), std::invalid_argument);
}

TEST_CASE("fields: definitions from disk keep their ids, holes included", "[journal]") {
    Fields fields;
    fields.define(3, "x", 1);
    CHECK(fields.path(3) == "x");
    CHECK(fields.path(1).empty());
    CHECK(fields.intern("x") == 3);
    CHECK(fields.intern("y") == 4);
    CHECK_THROWS_AS(fields.at(1), std::invalid_argument);
    CHECK_THROWS_AS(fields.at(5), std::invalid_argument);
}
