#include <neptune/wire/nql_text.hpp>

#include <neptune/wire/nql_parser.hpp>

#include "support/catch.hpp"

#include <string>

namespace nql = neptune::wire::nql;

TEST_CASE("nql text: conditions are written as the Python client does", "[nql]") {
    const auto trashed = nql::condition("sys/trashed", "bool", "=", "false");
    const auto tag = [](const std::string& name) {
        return nql::condition("sys/tags", "stringSet", "CONTAINS", nql::in_quotes(name));
    };
    CHECK(trashed == "(`sys/trashed`:bool = false)");
    CHECK(nql::join("AND", {}) == "");
    CHECK(nql::join("AND", {"", ""}) == "");
    CHECK(nql::join("AND", {trashed, ""}) == trashed);
    CHECK(nql::join("AND", {trashed, nql::join("AND", {tag("a"), tag("b")})}) ==
          "((`sys/trashed`:bool = false) AND ((`sys/tags`:stringSet CONTAINS \"a\") AND "
          "(`sys/tags`:stringSet CONTAINS \"b\")))");
}

TEST_CASE("nql text: a quoted value is read back as it was", "[nql]") {
    for (const std::string value : {"", "a", "say \"x\"", "back\\slash", "\\\"", "it's", "\\d",
                                    "a\nb", "(x) AND y", "`", "\xC3\xA9"}) {
        const auto query = nql::condition("a", "string", "=", nql::in_quotes(value));
        CHECK(nql::parse(query, 0).criterion.value.text == value);
    }
}
