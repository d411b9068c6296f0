#include <neptune/storage/field_names.hpp>

#include <neptune/wire/nql_parser.hpp>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace {

using storage_test::Fixture;
using storage_test::start;
using namespace neptune;
using namespace neptune::storage;

/// "a:float b:int" of the fields outside `sys`.
std::string user_names(const Fixture& f, const std::vector<ObjectKind>& kinds = {ObjectKind::run}) {
    std::string result;
    for (const auto& name : f.store->field_names(f.project.id, kinds))
        if (!core::is_sys_path(name.name))
            result +=
                (result.empty() ? "" : " ") + name.name + ":" + std::string(wire_name(name.type));
    return result;
}

}  // namespace

TEST_CASE("field names: a name stands there once per type that it has", "[tables]") {
    Fixture f;
    const auto second = f.create(ObjectKind::run);
    const auto model = f.create(ObjectKind::model, "PRE");
    CHECK(user_names(f) == "");
    f.apply({storage_test::assign("b", 1.0), storage_test::assign("a", "x")});
    static_cast<void>(f.store->apply(second.id, {{"b", wire::AssignInt{1}}}, std::nullopt, start));
    static_cast<void>(f.store->apply(model.id, {{"c", wire::AssignInt{1}}}, std::nullopt, start));
    CHECK(user_names(f) == "a:string b:float b:int");
    CHECK(user_names(f, {ObjectKind::model}) == "c:int");
    CHECK(user_names(f, {ObjectKind::model, ObjectKind::run}) == "a:string b:float b:int c:int");
}

TEST_CASE("field names: a name goes with the last object that has it", "[tables]") {
    Fixture f;
    const auto second = f.create(ObjectKind::run);
    f.apply({storage_test::assign("a", 1.0), storage_test::assign("b", 1.0)});
    static_cast<void>(
        f.store->apply(second.id, {storage_test::assign("a", 1.0)}, std::nullopt, start));
    f.apply({{"a", wire::DeleteAttribute{}}, {"b", wire::DeleteAttribute{}}});
    CHECK(user_names(f) == "a:float");
    Database database(database_file(f.options.path));
    configure(database);
    database.execute("DELETE FROM objects WHERE id = ?", second.id);
    CHECK(user_names(f) == "");
    f.apply({storage_test::assign("a", 1.0)});
    CHECK(user_names(f) == "a:float");
}

TEST_CASE("field names: what every object has is there without objects", "[tables]") {
    Fixture f;
    const auto empty =
        *f.store
             ->create_project(
                 {f.workspace.id, "empty", "EMP", Visibility::priv, std::nullopt, f.user.id}, start)
             .project;
    const auto model = f.create(ObjectKind::model, "PRE");
    const auto version = f.create(ObjectKind::model_version, {}, model.id);
    for (const auto kind : {ObjectKind::run, ObjectKind::model, ObjectKind::model_version}) {
        const auto before = f.store->field_names(empty.id, {kind});
        for (const auto& object : {f.run, model, version}) {
            if (object.kind != kind) continue;
            for (const auto& attribute : f.store->attributes(object.id, start)) {
                INFO(attribute.name);
                CHECK(std::count(before.begin(), before.end(),
                                 wire::AttributeDefinition{attribute.name, attribute.type}) == 1);
            }
        }
    }
    CHECK(f.store->field_names(empty.id, {ObjectKind::model}).size() <
          f.store->field_names(empty.id, {ObjectKind::run}).size());
}

TEST_CASE("field names: a database that was made before there were tables has them", "[tables]") {
    const storage_test::TempDirectory directory;
    {
        Database database(database_file(directory.path));
        configure(database);
        database.run_script(migrations[0]);
        database.run_script(R"sql(
            PRAGMA user_version = 1;
            INSERT INTO workspaces VALUES ('w', 'team', 1);
            INSERT INTO objects (number, id, kind, project, sys_id, created, modified, pinged, active_since, active_until)
                VALUES (1, 'p', 3, 1, 'OLD', 1, 1, 1, 1, 1), (2, 'r1', 0, 1, 'OLD-1', 1, 1, 1, 1, 1),
                       (3, 'r2', 0, 1, 'OLD-2', 2, 1, 1, 1, 1);
            INSERT INTO projects VALUES (1, 'w', 'old', 'OLD', 0, NULL, 1);
            INSERT INTO fields (object, path, type, value) VALUES (2, 'x', 1, 5), (3, 'x', 1, 6), (3, 'y', 3, 'text');
        )sql");
    }
    SqliteStore store({directory.path});
    const auto names = store.field_names("p", {ObjectKind::run});
    CHECK(std::count(names.begin(), names.end(),
                     wire::AttributeDefinition{"x", FieldType::integer}) == 1);
    TableQuery query;
    query.project_id = "p";
    query.kinds = {ObjectKind::run};
    query.filter = wire::nql::parse("x >= 5", 0);
    query.limit = 10;
    const auto page = store.table(query, start);
    REQUIRE(page.rows.size() == 2);
    CHECK(page.rows[0].id == "r2");
    static_cast<void>(store.apply("r1", {{"x", wire::DeleteAttribute{}}}, std::nullopt, start));
    static_cast<void>(store.apply("r2", {{"x", wire::DeleteAttribute{}}}, std::nullopt, start));
    CHECK(store.table(query, start).matching == 0);
    const auto fewer = store.field_names("p", {ObjectKind::run});
    CHECK(fewer.size() == names.size() - 1);
}
