#include <neptune/storage/table_search.hpp>

#include <neptune/wire/nql_parser.hpp>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace {

using storage_test::Fixture;
using storage_test::start;
using namespace neptune;
using namespace neptune::storage;

/// A project with the runs CLS-1 … CLS-6, in the order of their creation, a second apart.
struct TableFixture : Fixture {
    TableFixture() {
        objects.push_back(run);
        for (int i = 1; i < 6; ++i) add(start + i * 1000);
    }
    Object add(Millis moment, ObjectKind kind = ObjectKind::run, std::string model_key = {},
               std::string parent = {}) {
        NewObject wanted;
        wanted.kind = kind;
        wanted.project_id = project.id;
        wanted.parent_id = std::move(parent);
        wanted.model_key = std::move(model_key);
        wanted.owner = user.name;
        objects.push_back(store->create_object(wanted, moment).object.value());
        return objects.back();
    }
    void write(std::size_t index, std::vector<wire::Operation> operations) {
        const auto applied =
            store->apply(objects.at(index).id, std::move(operations), std::nullopt, start + 10'000);
        REQUIRE(applied.outcome == Applied::Outcome::applied);
        REQUIRE(applied.errors.empty());
    }

    [[nodiscard]] TableQuery query(const std::string& nql, SortBy sort = {}) const {
        TableQuery query;
        query.project_id = project.id;
        query.kinds = {ObjectKind::run, ObjectKind::model, ObjectKind::model_version};
        query.filter = wire::nql::parse(nql, now);
        query.sort = std::move(sort);
        query.limit = 100;
        return query;
    }
    /// Numbers of the runs found, in the order of the table: "6 5 4".
    [[nodiscard]] std::string found(const TableQuery& query) const {
        std::string result;
        for (const auto& row : store->table(query, now).rows)
            for (const auto& object : objects)
                if (object.id == row.id)
                    result += (result.empty() ? "" : " ") + object.sys_id.substr(4);
        return result;
    }
    [[nodiscard]] std::string found(const std::string& nql, SortBy sort = {}) const {
        return found(query(nql, std::move(sort)));
    }

    Millis now = start + 20'000;
    std::vector<Object> objects;
};

wire::Operation table_int(const char* path, std::int64_t value) {
    return {path, wire::AssignInt{value}};
}
wire::Operation table_tags(std::vector<std::string> values) {
    return {"sys/tags", wire::InsertStrings{std::move(values)}};
}

}  // namespace

TEST_CASE("tables: an empty query finds all objects, newest first", "[tables]") {
    const TableFixture f;
    CHECK(f.found("") == "6 5 4 3 2 1");
    CHECK(f.store->table(f.query(""), f.now).matching == 6);
}

TEST_CASE("tables: fields of every type filter the rows", "[tables]") {
    TableFixture f;
    for (std::size_t i = 0; i < 5; ++i) {  // the last run has none of them
        const auto n = static_cast<double>(i);
        f.write(i, {{"f", wire::AssignFloat{n / 2}},
                    table_int("i", static_cast<std::int64_t>(i)),
                    {"b", wire::AssignBool{i % 2 == 0}},
                    {"s", wire::AssignString{"name " + std::to_string(i)}},
                    {"d", wire::AssignDatetime{start + static_cast<Millis>(i)}},
                    storage_test::log_floats("m", {n, -n, 1}),
                    {"l", wire::LogStrings{{{"line " + std::to_string(i), 0.0, start}}}}});
        if (i > 2) f.write(i, {table_tags({"best", "n" + std::to_string(i)})});
    }
    const SortBy by_id{"sys/creation_time", FieldType::datetime, wire::Aggregate::last, false};
    const auto found = [&](const std::string& nql) { return f.found(nql, by_id); };
    CHECK(found("`f`:float >= 1") == "3 4 5");
    CHECK(found("`f`:float = 1") == "3");
    CHECK(found("`i`:int < 2") == "1 2");
    CHECK(found("`i`:int != 2") == "1 2 4 5");
    CHECK(found("NOT `i`:int = 2") == "1 2 4 5 6");
    CHECK(found("`b`:bool = true") == "1 3 5");
    CHECK(found("`s`:string = \"name 3\"") == "4");
    CHECK(found("`s`:string CONTAINS name") == "1 2 3 4 5");
    CHECK(found("`s`:string MATCHES '[1-2]$'") == "2 3");
    CHECK(found("`d`:datetime > \"2023-11-14T22:13:20.002Z\"") == "4 5");
    CHECK(found("`d`:datetime < -1h") == "");
    CHECK(found("`m`:floatSeries = 1") == "1 2 3 4 5");
    CHECK(found("min(`m`:floatSeries) <= -3") == "4 5");
    CHECK(found("max(m) > 3") == "5");
    CHECK(found("average(m) = 0.3333333333333333") == "1 2 3 4 5");
    CHECK(found("variance(m) < 0.25") == "1");
    CHECK(found("`l`:stringSeries CONTAINS \"line 2\"") == "3");
    CHECK(found("`sys/tags`:stringSet CONTAINS best") == "4 5");
    CHECK(found("`sys/tags`:stringSet NOT CONTAINS best") == "1 2 3 6");
    CHECK(found("`sys/tags`:stringSet CONTAINS n3 AND `sys/tags`:stringSet CONTAINS best") == "4");
    CHECK(found("f NOT EXISTS") == "6");
    CHECK(found("nothing EXISTS OR i = 4") == "5");
    CHECK(found("`nothing`:float > 1") == "");
    CHECK(found("`f`:int = 1") == "");
    CHECK(found("(f >= 1 OR b = true) AND NOT s CONTAINS 4") == "1 3 4");
}

TEST_CASE("tables: the fields of sys filter the rows", "[tables]") {
    TableFixture f;
    const auto model = f.add(start + 6000, ObjectKind::model, "PRE");
    const auto version = f.add(start + 7000, ObjectKind::model_version, {}, model.id);
    f.now = start + 100'000;
    static_cast<void>(f.store->ping(f.objects[2].id, "", false, f.now - 1000));
    CHECK(f.found("`sys/id`:string = \"CLS-2\" OR `sys/id`:string = \"CLS-5\"") == "5 2");
    CHECK(f.found("`sys/state`:experimentState = \"running\"") == "3");
    CHECK(f.found("sys/owner = jackie AND sys/state = running") == "3");
    CHECK(f.found("sys/owner = nobody") == "");
    CHECK(f.found("`sys/creation_time`:datetime > \"2023-11-14T22:13:23Z\"") == "PRE-1 PRE 6 5");
    CHECK(f.found("sys/ping_time > -2s") == "");
    CHECK(f.found("sys/ping_time:datetime > -1m") == "3");
    CHECK(f.found("`sys/model_id`:string = \"CLS-PRE\"") == "PRE-1");
    CHECK(f.found("sys/name = Untitled AND sys/failed = false") == "6 5 4 3 2 1");
    CHECK(f.found("`sys/trashed`:bool = true") == "");
    CHECK(f.found("`sys/stage`:string = none") == "PRE-1");
    auto query = f.query("");
    query.kinds = {ObjectKind::model};
    CHECK(f.found(query) == "PRE");
    query.kinds = {ObjectKind::model_version, ObjectKind::model};
    CHECK(f.found(query) == "PRE-1 PRE");
}

TEST_CASE("tables: the fields of sys are those that a single object shows", "[tables]") {
    TableFixture f;
    const auto model = f.add(start, ObjectKind::model, "PRE");
    f.add(start, ObjectKind::model_version, {}, model.id);
    NewObject custom;
    custom.project_id = f.project.id;
    custom.custom_id = "nightly";
    f.objects.push_back(f.store->create_object(custom, start).object.value());
    f.write(0, {storage_test::log_floats("m", {1, 2, 3})});
    f.now = start + 12'345;
    std::size_t compared = 0;
    for (const auto& object : f.objects)
        for (const auto& attribute : f.store->attributes(object.id, f.now)) {
            if (!find_sys_cell(attribute.name)) continue;
            ++compared;
            INFO(object.sys_id << " " << attribute.name);
            std::string value;
            if (const auto* text = std::get_if<std::string>(&attribute.value))
                value = "\"" + *text + "\"";
            if (const auto* real = std::get_if<double>(&attribute.value))
                value = std::to_string(*real);
            if (const auto* whole = std::get_if<std::int64_t>(&attribute.value))
                value = std::to_string(*whole);
            if (const auto* truth = std::get_if<bool>(&attribute.value))
                value = *truth ? "true" : "false";
            if (const auto* time = std::get_if<wire::DatetimeValue>(&attribute.value))
                value = core::to_iso8601(time->ms);
            if (const auto* state = std::get_if<RunState>(&attribute.value))
                value = wire_name(*state);
            const auto page = f.store->table(
                f.query("`" + attribute.name + "`:" + std::string(wire_name(attribute.type)) +
                        " = " + value),
                f.now);
            CHECK(std::any_of(page.rows.begin(), page.rows.end(),
                              [&](const auto& row) { return row.id == object.id; }));
        }
    CHECK(compared == 9 * 10 + 2);
}

TEST_CASE("tables: rows are ordered by any field, those without it last", "[tables]") {
    TableFixture f;
    f.write(0, {{"x", wire::AssignFloat{2.5}},
                storage_test::log_floats("m", {1, 9, 2}),
                storage_test::assign("s", "b"),
                table_tags({"z"})});
    f.write(1, {table_int("x", 2), storage_test::log_floats("m", {5, 3, 3}),
                storage_test::assign("s", "a"), table_tags({"a", "b"})});
    f.write(2, {{"x", wire::AssignFloat{-1}},
                storage_test::log_floats("m", {0, 0, 1}),
                storage_test::assign("s", "B"),
                table_tags({"a"})});
    f.write(3, {storage_test::assign("x", "text"), {"b", wire::AssignBool{true}}});
    f.write(4, {{"b", wire::AssignBool{false}}});
    const auto sorted = [&](const char* path, FieldType type, bool descending,
                            wire::Aggregate aggregate = wire::Aggregate::last) {
        return f.found("", {path, type, aggregate, descending});
    };
    CHECK(sorted("x", FieldType::float_number, false) == "3 2 1 6 5 4");
    CHECK(sorted("x", FieldType::float_number, true) == "1 2 3 6 5 4");
    CHECK(sorted("x", FieldType::integer, true) == "2 6 5 4 3 1");
    CHECK(sorted("x", FieldType::string, true) == "4 6 5 3 2 1");
    CHECK(sorted("s", FieldType::string, false) == "3 2 1 6 5 4");
    CHECK(sorted("s", FieldType::string, true) == "1 2 3 6 5 4");
    CHECK(sorted("m", FieldType::float_series, false) == "3 1 2 6 5 4");
    CHECK(sorted("m", FieldType::float_series, false, wire::Aggregate::max) == "3 2 1 6 5 4");
    CHECK(sorted("m", FieldType::float_series, true, wire::Aggregate::min) == "2 1 3 6 5 4");
    CHECK(sorted("sys/tags", FieldType::string_set, false) == "6 5 4 3 2 1");
    CHECK(sorted("b", FieldType::boolean, false) == "5 4 6 3 2 1");
    CHECK(sorted("sys/id", FieldType::string, false) == "1 2 3 4 5 6");
    CHECK(sorted("sys/creation_time", FieldType::datetime, false) == "1 2 3 4 5 6");
    CHECK(sorted("name", FieldType::string, true) == "6 5 4 3 2 1");
    CHECK(sorted("sys/owner", FieldType::string, true) == "6 5 4 3 2 1");
}

TEST_CASE("tables: pages cover every row once, whatever the order", "[tables]") {
    TableFixture f;
    for (int i = 0; i < 40; ++i) f.add(start);  // all at the same moment
    for (std::size_t i = 0; i < f.objects.size(); i += 3)
        f.write(i, {table_int("x", static_cast<std::int64_t>(i % 5))});
    for (const bool descending : {false, true})
        for (const auto& [path, type] : {std::pair("x", FieldType::integer),
                                         std::pair("sys/creation_time", FieldType::datetime),
                                         std::pair("none", FieldType::string)}) {
            auto query = f.query("", {path, type, wire::Aggregate::last, descending});
            query.limit = 1000;
            const auto whole = f.found(query);
            std::string pages;
            query.limit = 7;
            for (query.offset = 0;; query.offset += 7) {
                const auto page = f.found(query);
                if (page.empty()) break;
                pages += (pages.empty() ? "" : " ") + page;
            }
            CHECK(pages == whole);
            CHECK(std::count(whole.begin(), whole.end(), ' ') == 45);
        }
    auto query = f.query("");
    query.offset = INT64_MAX;
    CHECK(f.found(query).empty());
    query.offset = 0;
    query.limit = 0;
    const auto page = f.store->table(query, f.now);
    CHECK(page.rows.empty());
    CHECK(page.matching == 46);
}

TEST_CASE("tables: a row has the fields that were asked for", "[tables]") {
    TableFixture f;
    f.write(0, {storage_test::assign("a", 1.5), storage_test::assign("b", "x")});
    auto query = f.query("sys/id = CLS-1");
    const auto all = f.store->table(query, f.now).rows.at(0).attributes;
    CHECK(all == f.store->attributes(f.run.id, f.now));
    query.fields = {"b", "nothing", "sys/id", "sys/tags"};
    const auto some = f.store->table(query, f.now).rows.at(0).attributes;
    CHECK(storage_test::names(some) == std::vector<std::string>{"b", "sys/id", "sys/tags"});
    CHECK(some.at(0) == wire::Attribute{"b", FieldType::string, std::string("x")});
    query.fields.emplace();
    CHECK(f.store->table(query, f.now).rows.at(0).attributes.empty());
}

TEST_CASE("tables: a page of too many fields is given up, the number of rows is not", "[tables]") {
    TableFixture f;
    auto query = f.query("");
    query.fields = {"sys/id", "sys/name"};
    query.most_fields = 12;
    CHECK(f.store->table(query, f.now).rows.size() == 6);
    query.most_fields = 11;
    const auto page = f.store->table(query, f.now);
    CHECK(page.end == TableEnd::too_many_fields);
    CHECK(page.rows.empty());
    CHECK(page.matching == 6);
}

TEST_CASE("tables: a query without time left is given up, and the next one has its columns",
          "[tables]") {
    TableFixture f;
    auto query = f.query("");
    query.most_time = std::chrono::milliseconds(0);
    const auto page = f.store->table(query, f.now);
    CHECK(page.end == TableEnd::out_of_time);
    CHECK(page.rows.empty());
    query.most_time = std::chrono::minutes(10);
    CHECK(f.store->table(query, f.now).rows.size() == 6);
}

TEST_CASE("tables: columns stay in memory as long as their cells and texts fit", "[tables]") {
    TableFixture f;
    const std::string long_text(10'000, 'x');
    f.write(0, {table_int("a", 1), table_int("b", 1),
                storage_test::assign("text", long_text.c_str()), storage_test::assign("c", "y")});
    Database database(database_file(f.options.path));
    TableColumns columns(20);
    REQUIRE(columns.refresh(database, f.project.id));
    const auto use = [&](const char* path) {
        REQUIRE(columns.column(database, f.project.id, path) != nullptr);
        columns.make_room();
        return columns.size();
    };
    CHECK(use("a") == 1);
    CHECK(use("b") == 2);
    CHECK(use("c") == 3);
    CHECK(use("a") == 3);
    CHECK(columns.column(database, f.project.id, "nothing") == nullptr);
    // Six cells, and a text as large as 178 of them.
    CHECK(use("text") == 0);
    CHECK(use("a") == 1);
    f.write(0, {storage_test::assign("text", "short")});
    REQUIRE(columns.refresh(database, f.project.id));
    CHECK(use("text") == 2);
}

TEST_CASE("tables: what is written after a query is in the next one", "[tables]") {
    TableFixture f;
    const SortBy by_x{"x", FieldType::integer, wire::Aggregate::last, false};
    CHECK(f.found("x EXISTS", by_x) == "");
    f.write(3, {table_int("x", 4), table_tags({"t"})});
    f.write(1, {table_int("x", 7)});
    CHECK(f.found("x EXISTS", by_x) == "4 2");
    CHECK(f.found("sys/tags CONTAINS t", by_x) == "4");
    f.write(3, {table_int("x", 9), {"sys/tags", wire::RemoveStrings{{"t"}}}});
    CHECK(f.found("x EXISTS", by_x) == "2 4");
    CHECK(f.found("sys/tags CONTAINS t", by_x) == "");
    f.write(1, {{"x", wire::DeleteAttribute{}}});
    CHECK(f.found("x EXISTS", by_x) == "4");
    f.write(1, {storage_test::assign("x", "text")});
    CHECK(f.found("x EXISTS", by_x) == "4 2");
    CHECK(f.found("x:string EXISTS", by_x) == "2");
    f.add(start + 30'000);
    f.write(6, {table_int("x", 1), storage_test::log_floats("m", {1})});
    CHECK(f.found("x EXISTS", by_x) == "7 4 2");
    CHECK(f.found("last(m) = 1") == "7");
    f.write(6, {storage_test::log_floats("m", {2}, 1)});
    CHECK(f.found("last(m) = 1") == "");
    CHECK(f.found("last(m) = 2") == "7");
}

TEST_CASE("tables: another process's writes and deletions are seen", "[tables]") {
    TableFixture f;
    f.write(0, {table_int("x", 1)});
    f.write(5, {table_int("x", 1)});
    CHECK(f.found("x = 1") == "6 1");
    {
        SqliteStore other(f.options);
        static_cast<void>(
            other.apply(f.objects[2].id, {table_int("x", 1)}, std::nullopt, start + 11'000));
        CHECK(f.found("x = 1") == "6 3 1");
    }
    Database database(database_file(f.options.path));
    configure(database);
    database.execute("UPDATE objects SET trashed = 1 WHERE id = ?", f.objects[0].id);
    CHECK(f.found("x = 1 AND sys/trashed = false") == "6 3");
    database.execute("DELETE FROM objects WHERE id = ?", f.objects[5].id);
    CHECK(f.found("x = 1") == "3 1");
    f.objects.pop_back();
    // SQLite gives the number of the deleted one again.
    f.add(start + 12'000);
    CHECK(f.found("") == "7 5 4 3 2 1");
    CHECK(f.found("x = 1") == "3 1");
}

TEST_CASE("tables: a project that does not exist has no rows", "[tables]") {
    const TableFixture f;
    auto query = f.query("");
    query.project_id = "00000000-0000-0000-0000-000000000000";
    CHECK(f.store->table(query, f.now).rows.empty());
}

TEST_CASE("tables: objects of other projects are not found", "[tables]") {
    TableFixture f;
    const auto other =
        *f.store
             ->create_project(
                 {f.workspace.id, "other", "OTH", Visibility::priv, std::nullopt, f.user.id}, start)
             .project;
    NewObject wanted;
    wanted.project_id = other.id;
    const auto stranger = f.store->create_object(wanted, start).object.value();
    static_cast<void>(f.store->apply(stranger.id, {table_int("x", 1)}, std::nullopt, start));
    CHECK(f.found("x EXISTS") == "");
    auto query = f.query("x EXISTS");
    query.project_id = other.id;
    CHECK(f.store->table(query, f.now).matching == 1);
}

TEST_CASE("tables: a page is of one moment, whatever is written meanwhile", "[tables]") {
    TableFixture f;
    std::atomic<bool> done = false;
    std::thread writer([&] {
        for (int i = 0; i < 60; ++i)
            static_cast<void>(f.store->apply(f.objects[static_cast<std::size_t>(i) % 6].id,
                                             {table_int("x", i), table_int("y", i)}, std::nullopt,
                                             start + i));
        done = true;
    });
    std::atomic<int> torn = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            auto query = f.query("x >= 0", {"y", FieldType::integer, wire::Aggregate::last, true});
            query.fields = {"x", "y"};
            while (!done)
                for (const auto& row : f.store->table(query, f.now).rows)
                    if (row.attributes.size() != 2 ||
                        row.attributes[0].value != row.attributes[1].value)
                        ++torn;
        });
    writer.join();
    for (auto& reader : readers) reader.join();
    CHECK(torn == 0);
    CHECK(f.found("x >= 54 AND y >= 54") == "6 5 4 3 2 1");
}
