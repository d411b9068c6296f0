#include <neptune/client/table.hpp>

#include "support/catch.hpp"

#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace neptune;

namespace {

using neptune::detail::RowCell;
using neptune::detail::RowData;

/// Pages that are there already; it counts what is asked of it.
class Pages final : public neptune::detail::TableSource {
public:
    explicit Pages(std::vector<std::vector<RowData>> pages) : pages_(std::move(pages)) {}
    std::vector<RowData> next_page() override {
        ++asked;
        return asked <= pages_.size() ? pages_[asked - 1] : std::vector<RowData>{};
    }
    void download(const std::string& object_id, const std::string& path, FieldType type,
                  const Download& options) override {
        downloads.push_back(object_id + " " + path + " " + std::string(wire_name(type)) + " " +
                            options.destination.text);
    }
    std::size_t asked = 0;
    std::vector<std::string> downloads;

private:
    std::vector<std::vector<RowData>> pages_;
};

RowData row_of(std::vector<RowCell> cells) {
    return {"id", std::move(cells)};
}
RowData row_named(const std::string& id) {
    return row_of({{"sys/id", FieldType::string, id}});
}
Table table_of(std::vector<std::vector<RowData>> pages, Pages** seen = nullptr) {
    auto source = std::make_unique<Pages>(std::move(pages));
    if (seen) *seen = source.get();
    return Table(nullptr, std::move(source));
}
Row only_row(std::vector<RowCell> cells) {
    return table_of({{row_of(std::move(cells))}}).to_rows().at(0);
}
std::string csv_of(Table table) {
    std::ostringstream stream;
    table.to_csv(stream);
    return stream.str();
}

static_assert(std::input_iterator<Table::Iterator>);
static_assert(std::sentinel_for<std::default_sentinel_t, Table::Iterator>);
static_assert(!std::is_copy_constructible_v<Table>);

}  // namespace

TEST_CASE("table: rows are read in one pass, a page when it is reached", "[tables]") {
    Pages* pages = nullptr;
    auto table = table_of({{row_named("A-1"), row_named("A-2")}, {row_named("A-3")}}, &pages);
    CHECK(pages->asked == 0);
    auto it = table.begin();
    CHECK(pages->asked == 1);
    CHECK(it->get<std::string>("sys/id") == "A-1");
    ++it;
    CHECK(pages->asked == 1);
    CHECK((*it).get<std::string>("sys/id") == "A-2");
    it++;
    CHECK(pages->asked == 2);
    CHECK(it != table.end());
    CHECK(table.begin()->get<std::string>("sys/id") == "A-3");
    ++it;
    CHECK(it == table.end());
    CHECK(pages->asked == 3);
    CHECK(table.to_rows().empty());
    for (const auto& row : table) FAIL(row.paths().size());
}

TEST_CASE("table: an empty table has no rows, columns and lines", "[tables]") {
    CHECK(table_of({}).to_rows().empty());
    CHECK(table_of({}).to_columns().empty());
    CHECK(csv_of(table_of({})).empty());
}

TEST_CASE("row: a value of every type", "[tables]") {
    const Datetime time{std::chrono::milliseconds(1'700'000'000'123)};
    const auto row = only_row({{"b", FieldType::boolean, true},
                               {"d", FieldType::datetime, time},
                               {"e", FieldType::float_series, {}},
                               {"f", FieldType::float_number, 0.5},
                               {"g", FieldType::git_ref, "abc"},
                               {"i", FieldType::integer, 7},
                               {"m", FieldType::float_series, 2.5},
                               {"r", FieldType::run_state, Value::from_storage(RunState::inactive)},
                               {"s", FieldType::string, "text"},
                               {"t", FieldType::string_set, StringSet{{"a", "b"}}}});
    CHECK(row.get<bool>("b"));
    CHECK(row.get<Datetime>("d") == time);
    CHECK(row.get<double>("f") == 0.5);
    CHECK(row.get<std::string>("g") == "abc");
    CHECK(row.get<int>("i") == 7);
    CHECK(row.get<double>("m") == 2.5);
    CHECK(row.get<RunState>("r") == RunState::inactive);
    CHECK(row.get<std::string>("s") == "text");
    CHECK(row.get<std::set<std::string>>("t") == std::set<std::string>{"a", "b"});
    CHECK(row.get("i").is<std::int64_t>());
    CHECK(row.get_attribute_type("m") == FieldType::float_series);
    CHECK(row.paths().size() == 10);

    CHECK(row.exists("e"));
    CHECK_FALSE(row.exists("z"));
    CHECK_THROWS_AS(row.get<double>("e"), MissingField);
    CHECK_THROWS_AS(row.get<double>("z"), MissingField);
    CHECK_THROWS_AS(row.get_attribute_type("z"), MissingField);
    CHECK_THROWS_AS(row.get<double>("s"), TypeMismatch);
    CHECK(row.get_as<double>("f", 9) == 0.5);
    CHECK(row.get_as<double>("e", 9) == 9);
    CHECK(row.get_as<double>("z", 9) == 9);
    CHECK_THROWS_AS(row.get_as<double>("s", 9), TypeMismatch);
}

TEST_CASE("row: brackets go down the path", "[tables]") {
    const auto row = only_row({{"a/b/c", FieldType::integer, 1}});
    CHECK(row["a"]["b"]["c"].get<int>() == 1);
    CHECK(row["a/b"]["c"].get().is<std::int64_t>());
    CHECK(row["/a//b/c/"].get<int>() == 1);
    CHECK(row["a"]["b"].path() == "a/b");
    CHECK_FALSE(row["a"].exists());
    CHECK(row["a"]["b"]["c"].exists());
}

TEST_CASE("row: files are downloaded, not shown", "[tables]") {
    Pages* pages = nullptr;
    auto table = table_of({{row_of({{"a", FieldType::file, {}},
                                    {"b", FieldType::file_set, {}},
                                    {"c", FieldType::image_series, {}},
                                    {"d", FieldType::integer, 1}})}},
                          &pages);
    const auto row = *table.begin();
    for (const char* path : {"a", "b", "c"}) {
        CHECK_THROWS_AS(row.get(path), MetadataInconsistency);
        CHECK_THROWS_AS(row.get_as<int>(path, 1), MetadataInconsistency);
    }
    CHECK_THROWS_WITH(row.get("a"), Catch::Matchers::ContainsSubstring("download()"));
    row.download("a", "here");
    row["b"].download("there");
    CHECK(pages->downloads == std::vector<std::string>{"id a file here", "id b fileSet there"});
    CHECK_THROWS_AS(row.download("c", "x"), MetadataInconsistency);
    CHECK_THROWS_AS(row.download("d", "x"), MetadataInconsistency);
    CHECK_THROWS_AS(row.download("z", "x"), MissingField);
}

TEST_CASE("table: columns are in the order of the data frame", "[tables]") {
    const auto columns = table_of({{row_of({{"a", FieldType::integer, 1},
                                            {"file", FieldType::file, {}},
                                            {"monitoring/cpu", FieldType::float_series, 0.5},
                                            {"sys/id", FieldType::string, "A-1"},
                                            {"z", FieldType::float_series, {}}})},
                                   {row_of({{"b", FieldType::string, "x"},
                                            {"monitor", FieldType::integer, 3},
                                            {"sys/id", FieldType::string, "A-2"},
                                            {"sys/name", FieldType::string, "n"},
                                            {"system", FieldType::integer, 4}})}})
                             .to_columns();
    std::string order;
    for (const auto& column : columns) {
        order += column.path + " ";
        CHECK(column.values.size() == 2);
    }
    CHECK(order == "sys/id sys/name a b monitor system monitoring/cpu ");
    CHECK(columns[0].values[1].get<std::string>() == "A-2");
    CHECK(columns[1].values[0].is<std::monostate>());
    CHECK(columns[1].values[1].get<std::string>() == "n");
    CHECK(columns[2].values[1].is<std::monostate>());
}

TEST_CASE("table: CSV as RFC 4180 has it", "[tables]") {
    const Datetime time{std::chrono::milliseconds(1'700'000'000'123)};
    CHECK(csv_of(table_of(
              {{row_of({{"a", FieldType::float_number, 1.0},
                        {"b", FieldType::boolean, true},
                        {"d", FieldType::datetime, time},
                        {"q", FieldType::string, "say \"x\", then\r\ngo"},
                        {"state", FieldType::run_state, Value::from_storage(RunState::active)},
                        {"sys/id", FieldType::string, "A-1"},
                        {"tags", FieldType::string_set, StringSet{{"u", "v"}}}})},
               {row_of({{"a", FieldType::integer, -3},
                        {"q", FieldType::string, ""},
                        {"sys/id", FieldType::string, "A-2"}})}})) ==
          "sys/id,a,b,d,q,state,tags\r\n"
          "A-1,1.0,true,2023-11-14T22:13:20.123Z,\"say \"\"x\"\", then\r\ngo\",Active,\"u,v\"\r\n"
          "A-2,-3,,,\"\",,\r\n");
}
