#include <neptune/client/table_request.hpp>

#include <neptune/wire/nql_parser.hpp>

#include "support/catch.hpp"

#include <string>

using namespace neptune;
using client::check_table_query;
using client::table_columns;
using client::table_nql;

TEST_CASE("table request: the query is that of the Python client", "[tables]") {
    const std::string not_trashed = "(`sys/trashed`:bool = false)";
    CHECK(table_nql({}, "") == not_trashed);
    CHECK(table_nql({.trashed = true}, "") == "(`sys/trashed`:bool = true)");
    CHECK(table_nql({.trashed = std::nullopt}, "") == "");
    CHECK(table_nql({.query = ""}, "") == not_trashed);
    CHECK(table_nql({.query = "", .trashed = std::nullopt}, "") == "");
    CHECK(table_nql({.query = "a OR b"}, "") == "(a OR b AND " + not_trashed + ")");
    CHECK(table_nql({.query = "a OR b", .trashed = std::nullopt}, "") == "a OR b");
    CHECK(table_nql({.id = {"X", "Y"}, .trashed = std::nullopt}, "") ==
          "((`sys/id`:string = \"X\") OR (`sys/id`:string = \"Y\"))");
    CHECK(table_nql({.id = {"X"}}, "") == "(" + not_trashed + " AND (`sys/id`:string = \"X\"))");
    CHECK(table_nql({.state = {RunState::active}, .tag = {"a", "b"}}, "") ==
          "(" + not_trashed +
              " AND (`sys/state`:experimentState = \"running\") AND "
              "((`sys/tags`:stringSet CONTAINS \"a\") AND (`sys/tags`:stringSet CONTAINS \"b\")))");
    CHECK(table_nql({.state = {RunState::active, RunState::inactive},
                     .owner = {"jackie"},
                     .trashed = std::nullopt},
                    "") ==
          "(((`sys/state`:experimentState = \"running\") OR (`sys/state`:experimentState = "
          "\"idle\")) AND (`sys/owner`:string = \"jackie\"))");
    CHECK(table_nql(neptune::detail::runs_query(ModelVersionsQuery{.query = "q"}), "CLS-PRE") ==
          "((q AND " + not_trashed + ") AND (`sys/model_id`:string = \"CLS-PRE\"))");
    CHECK(table_nql(neptune::detail::runs_query(ModelVersionsQuery{}), "CLS-PRE") ==
          "(" + not_trashed + " AND (`sys/model_id`:string = \"CLS-PRE\"))");
    CHECK(table_nql(neptune::detail::runs_query(ModelsQuery{.trashed = true}), "") ==
          "(`sys/trashed`:bool = true)");
}

TEST_CASE("table request: values are escaped", "[tables]") {
    const std::string tag = "say \"x\" \\";
    const auto query = wire::nql::parse(table_nql({.tag = {tag}, .trashed = std::nullopt}, ""), 0);
    CHECK(query.criterion.value.text == tag);
}

TEST_CASE("table request: options that make no sense are refused", "[tables]") {
    CHECK_NOTHROW(check_table_query({}));
    CHECK_NOTHROW(check_table_query({.query = "", .id = {}}));
    CHECK_THROWS_AS(check_table_query({.query = "", .id = {"X"}}), InvalidArgument);
    CHECK_THROWS_AS(check_table_query({.query = "a", .state = {RunState::active}}),
                    InvalidArgument);
    CHECK_THROWS_AS(check_table_query({.query = "a", .owner = {"X"}}), InvalidArgument);
    CHECK_THROWS_AS(check_table_query({.query = "a", .tag = {"X"}}), InvalidArgument);
    CHECK_NOTHROW(check_table_query({.limit = 1}));
    CHECK_THROWS_AS(check_table_query({.limit = 0}), InvalidArgument);
    CHECK_THROWS_AS(check_table_query({.limit = -1}), InvalidArgument);
    CHECK_THROWS_WITH(check_table_query({.columns = std::vector<std::string>(10'001, "a")}),
                      Catch::Matchers::ContainsSubstring("table_columns"));
}

TEST_CASE("table request: every row has its ID and the column it is sorted by", "[tables]") {
    const auto paths = [](const RunsQuery& query) {
        const auto filters = table_columns(query).value();
        std::string result;
        for (const auto& filter : filters) result += (result.empty() ? "" : " ") + filter.path;
        return result;
    };
    CHECK(!table_columns({}));
    CHECK(paths({.columns = std::vector<std::string>{}}) == "sys/creation_time sys/id");
    CHECK(paths({.columns = {{"b", "a", "sys/id"}}, .sort_by = "b"}) == "a b sys/id");
}
