#include <neptune/storage/table_cell.hpp>

#include <neptune/wire/nql_parser.hpp>

#include "support/catch.hpp"

#include <string>
#include <vector>

namespace {

using neptune::FieldType;
using neptune::storage::Cell;
using neptune::storage::SeriesCell;

/// Whether the criterion, written as a query, is true of the cell.
bool cell_holds(const std::string& query, const Cell& cell) {
    return neptune::storage::holds(neptune::wire::nql::parse(query, 1'700'000'000'000).criterion,
                                   cell);
}

/// For `a = v`, `a != v`, `a < v`, `a <= v`, `a > v`, `a >= v`: one character each, + = true.
std::string cell_comparisons(const std::string& field, const Cell& cell, const std::string& value) {
    std::string result;
    for (const char* op : {"=", "!=", "<", "<=", ">", ">="})
        result += cell_holds(field + " " + op + " " + value, cell) ? '+' : '.';
    return result;
}

const Cell absent_cell{};
const Cell half_cell{FieldType::float_number, 0.5};
const Cell five_cell{FieldType::integer, std::int64_t{5}};
const Cell yes_cell{FieldType::boolean, std::int64_t{1}};
const Cell word_cell{FieldType::string, std::string("resnet50")};
const Cell moment_cell{FieldType::datetime, std::int64_t{1'700'000'000'123}};
const Cell idle_cell{FieldType::run_state, static_cast<std::int64_t>(neptune::RunState::inactive)};
// last, min, max, average, variance
const Cell curve_cell{FieldType::float_series, SeriesCell{{0.5, -1.0, 4.0, 1.5, 2.25}}};
const Cell empty_curve_cell{FieldType::float_series};
const Cell lines_cell{FieldType::string_series, std::string("epoch 7 done")};
const Cell tags_cell{FieldType::string_set, std::vector<std::string>{"best", "v 2"}};
const Cell hash_cell{FieldType::artifact, std::string("abc123")};
const Cell file_cell{FieldType::file};

}  // namespace

TEST_CASE("table cell: numbers are compared as numbers", "[tables]") {
    CHECK(cell_comparisons("a:float", half_cell, "0.5") == "+..+.+");
    CHECK(cell_comparisons("a:float", half_cell, "1") == ".+++..");
    CHECK(cell_comparisons("a:float", half_cell, "-1e3") == ".+..++");
    CHECK(cell_comparisons("a:float", half_cell, "\"0.5\"") == "+..+.+");
    CHECK(cell_comparisons("a:int", five_cell, "5") == "+..+.+");
    CHECK(cell_comparisons("a:int", five_cell, "5.5") == ".+++..");
    CHECK(cell_comparisons("a:int", five_cell, "4.5") == ".+..++");
    CHECK(cell_comparisons("a:int", five_cell, "5.0") == "+..+.+");
    CHECK(cell_comparisons("a:int", Cell{FieldType::integer, std::int64_t{5000}}, "5kB") ==
          "+..+.+");
    // A double holds neither of these two.
    const Cell large{FieldType::integer, std::int64_t{9007199254740993}};
    CHECK(cell_comparisons("a:int", large, "9007199254740993") == "+..+.+");
    CHECK(cell_comparisons("a:int", large, "9007199254740992") == ".+..++");
}

TEST_CASE("table cell: texts are compared by code points, and searched", "[tables]") {
    CHECK(cell_comparisons("a:string", word_cell, "resnet50") == "+..+.+");
    CHECK(cell_comparisons("a:string", word_cell, "resnet9") == ".+++..");
    CHECK(cell_comparisons("a:string", word_cell, "Resnet50") == ".+..++");
    CHECK(cell_holds("a:string CONTAINS net", word_cell));
    CHECK_FALSE(cell_holds("a:string CONTAINS Net", word_cell));
    CHECK(cell_holds("a:string CONTAINS ''", word_cell));
    CHECK(cell_holds("a:string MATCHES '^res.*\\d+$'", word_cell));
    CHECK(cell_holds("a:string MATCHES net", word_cell));
    CHECK_FALSE(cell_holds("a:string MATCHES '^net'", word_cell));
}

TEST_CASE("table cell: moments are compared to the millisecond", "[tables]") {
    CHECK(cell_comparisons("a:datetime", moment_cell, "2023-11-14T22:13:20.123Z") == "+..+.+");
    CHECK(cell_comparisons("a:datetime", moment_cell, "2023-11-14T22:13:20.122Z") == ".+..++");
    CHECK(cell_comparisons("a:datetime", moment_cell, "2023-11-14T22:13:20.124Z") == ".+++..");
    CHECK(cell_comparisons("a:datetime", moment_cell, "2023-11-15T00:13:20.123+02:00") == "+..+.+");
    CHECK(cell_comparisons("a:datetime", moment_cell, "\"2023-11-14 22:13:20.123456\"") ==
          "+..+.+");
    CHECK(cell_comparisons("a:datetime", moment_cell, "-1h") == ".+..++");
}

TEST_CASE("table cell: truth values, states and artifacts are equal or not", "[tables]") {
    CHECK(cell_holds("a:bool = true", yes_cell));
    CHECK(cell_holds("a:bool != FALSE", yes_cell));
    CHECK_FALSE(cell_holds("a:bool = false", yes_cell));
    CHECK(cell_holds("a:experimentState = idle", idle_cell));
    CHECK(cell_holds("a:experimentState = \"inactive\"", idle_cell));
    CHECK(cell_holds("a:experimentState != running", idle_cell));
    CHECK(cell_holds("a:artifact = abc123", hash_cell));
    CHECK(cell_holds("a:artifact != abc", hash_cell));
    CHECK(cell_comparisons("a", yes_cell, "true") == "+.....");
    CHECK(cell_comparisons("a", idle_cell, "running") == ".+....");
    CHECK(cell_comparisons("a", hash_cell, "abc123") == "+.....");
}

TEST_CASE("table cell: a series is compared by its last value or by an aggregate", "[tables]") {
    CHECK(cell_comparisons("a:floatSeries", curve_cell, "0.5") == "+..+.+");
    CHECK(cell_comparisons("last(a:floatSeries)", curve_cell, "0.5") == "+..+.+");
    CHECK(cell_comparisons("min(a)", curve_cell, "-1") == "+..+.+");
    CHECK(cell_comparisons("max(a)", curve_cell, "4") == "+..+.+");
    CHECK(cell_comparisons("average(a)", curve_cell, "1.5") == "+..+.+");
    CHECK(cell_comparisons("variance(a)", curve_cell, "2.25") == "+..+.+");
    CHECK(cell_comparisons("last(a)", empty_curve_cell, "0") == "......");
    CHECK(cell_holds("a:stringSeries CONTAINS 'epoch 7'", lines_cell));
    CHECK_FALSE(cell_holds("a:stringSeries CONTAINS 'epoch 8'", lines_cell));
}

TEST_CASE("table cell: a set contains its members as they are", "[tables]") {
    CHECK(cell_holds("a:stringSet CONTAINS best", tags_cell));
    CHECK(cell_holds("a:stringSet CONTAINS 'v 2'", tags_cell));
    CHECK_FALSE(cell_holds("a:stringSet CONTAINS bes", tags_cell));
    CHECK_FALSE(cell_holds("a:stringSet CONTAINS BEST", tags_cell));
    CHECK_FALSE(
        cell_holds("a CONTAINS x", Cell{FieldType::string_set, std::vector<std::string>{}}));
}

TEST_CASE("table cell: fields of every type exist", "[tables]") {
    for (const auto* cell :
         {&half_cell, &five_cell, &yes_cell, &word_cell, &moment_cell, &idle_cell, &curve_cell,
          &empty_curve_cell, &lines_cell, &tags_cell, &hash_cell, &file_cell}) {
        const std::string type(neptune::wire_name(*cell->type));
        INFO(type);
        CHECK(cell_holds("a EXISTS", *cell));
        CHECK(cell_holds("a:" + type + " EXISTS", *cell));
        CHECK_FALSE(cell_holds("a:" + std::string(type == "gitRef" ? "file" : "gitRef") + " EXISTS",
                               *cell));
    }
    CHECK(cell_holds("last(a) EXISTS", curve_cell));
    CHECK_FALSE(cell_holds("last(a) EXISTS", empty_curve_cell));
    CHECK_FALSE(cell_holds("a EXISTS", absent_cell));
}

TEST_CASE("table cell: what is absent or of another type satisfies no criterion", "[tables]") {
    for (const char* query :
         {"a:float = 0.5", "a:float != 7", "a:int < 9", "a:bool != true", "a:string != x",
          "a:string CONTAINS r", "a:string MATCHES r", "a:datetime > 2000-01-01",
          "a:experimentState != running", "a:stringSet CONTAINS best", "last(a) < 9",
          "a:stringSeries CONTAINS e", "a:artifact != x", "a != x", "a > 0"}) {
        INFO(query);
        CHECK_FALSE(cell_holds(query, absent_cell));
        CHECK_FALSE(cell_holds(query, file_cell));
    }
    CHECK_FALSE(cell_holds("a:float = 5", five_cell));
    CHECK_FALSE(cell_holds("a:int != 7", half_cell));
    CHECK_FALSE(cell_holds("a:string != x", lines_cell));
    CHECK_FALSE(cell_holds("a:float > 0", curve_cell));
}

TEST_CASE("table cell: without a type in the query, that of the field counts", "[tables]") {
    CHECK(cell_comparisons("a", half_cell, "0.5") == "+..+.+");
    CHECK(cell_comparisons("a", five_cell, "5") == "+..+.+");
    CHECK(cell_comparisons("a", word_cell, "resnet50") == "+..+.+");
    CHECK(cell_comparisons("a", curve_cell, "0.5") == "+..+.+");
    CHECK(cell_comparisons("a", moment_cell, "2023-11-14T22:13:20.123Z") == "+..+.+");
    CHECK(cell_comparisons("a", Cell{FieldType::string, std::string("5")}, "5") == "+..+.+");
    CHECK(cell_comparisons("a", five_cell, "x") == "......");
    CHECK(cell_comparisons("a", lines_cell, "x") == "......");
    CHECK(cell_comparisons("a", tags_cell, "best") == "......");
    CHECK(cell_holds("a CONTAINS best", tags_cell));
    CHECK(cell_holds("a CONTAINS net", word_cell));
    CHECK(cell_holds("a CONTAINS epoch", lines_cell));
    CHECK_FALSE(cell_holds("a CONTAINS 5", five_cell));
    CHECK_FALSE(cell_holds("a MATCHES epoch", lines_cell));
}
