#include <neptune/storage/objects.hpp>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;
using Names = std::vector<std::string>;

TEST_CASE("objects: runs and versions are counted, models have a key", "[storage]") {
    Fixture f;
    CHECK(f.run.sys_id == "CLS-1");
    CHECK(f.create(ObjectKind::run).sys_id == "CLS-2");
    const Object forest = f.create(ObjectKind::model, "FOREST");
    const Object tree = f.create(ObjectKind::model, "TREE");
    CHECK(forest.sys_id == "CLS-FOREST");
    CHECK(f.create(ObjectKind::model_version, {}, forest.id).sys_id == "CLS-FOREST-1");
    CHECK(f.create(ObjectKind::model_version, {}, tree.id).sys_id == "CLS-TREE-1");
    CHECK(f.create(ObjectKind::model_version, {}, forest.id).sys_id == "CLS-FOREST-2");
    f.reopen();
    CHECK(f.create(ObjectKind::run).sys_id == "CLS-3");
}

TEST_CASE("objects: an object knows what it belongs to", "[storage]") {
    Fixture f;
    const Object model = f.create(ObjectKind::model, "FOREST");
    const Object version = f.create(ObjectKind::model_version, {}, model.id);
    for (const auto& found : {f.store->find_object(version.id),
                              f.store->find_object_by_sys_id(f.project.id, "CLS-FOREST-1")}) {
        REQUIRE(found);
        CHECK(found->id == version.id);
        CHECK(found->kind == ObjectKind::model_version);
        CHECK(found->sys_id == "CLS-FOREST-1");
        CHECK(found->project_id == f.project.id);
        CHECK(found->project_name == "classification");
        CHECK(found->workspace_id == f.workspace.id);
        CHECK(found->workspace_name == "ml-team");
        CHECK(found->parent_id == model.id);
        CHECK_FALSE(found->custom_id);
        CHECK_FALSE(found->trashed);
    }
    CHECK(f.run.parent_id == f.project.id);
    CHECK_FALSE(f.store->find_object("nothing"));
    CHECK_FALSE(f.store->find_object_by_sys_id("nothing", "CLS-1"));

    const auto project = f.store->find_object(f.project.id);
    REQUIRE(project);
    CHECK(project->kind == ObjectKind::project);
    CHECK(project->sys_id == "CLS");
    CHECK(project->project_id == f.project.id);
    CHECK(project->parent_id == f.project.id);
}

TEST_CASE("objects: a model key is taken for ever, in its project", "[storage]") {
    Fixture f;
    NewObject wanted;
    wanted.kind = ObjectKind::model;
    wanted.project_id = f.project.id;
    wanted.model_key = "FOREST";
    CHECK(f.store->create_object(wanted, start).object);
    CHECK_FALSE(f.store->create_object(wanted, start).object);
    const auto other = f.store->create_project(
        {f.workspace.id, "other", "OTH", Visibility::priv, std::nullopt, ""}, start);
    wanted.project_id = other.project->id;
    CHECK(f.store->create_object(wanted, start).object->sys_id == "OTH-FOREST");
    wanted.model_key = "12";
    CHECK_THROWS_AS(f.store->create_object(wanted, start), StoreError);
}

TEST_CASE("objects: parents must exist and be of the right kind", "[storage]") {
    Fixture f;
    NewObject wanted;
    wanted.project_id = f.run.id;
    CHECK_THROWS_AS(f.store->create_object(wanted, start), StoreError);
    wanted.kind = ObjectKind::model_version;
    wanted.parent_id = f.run.id;
    CHECK_THROWS_AS(f.store->create_object(wanted, start), StoreError);
    wanted.kind = ObjectKind::project;
    CHECK_THROWS_AS(f.store->create_object(wanted, start), StoreError);
    CHECK(f.create(ObjectKind::run).sys_id == "CLS-2");
}

TEST_CASE("objects: a custom id gives one run, whoever comes first", "[storage]") {
    Fixture f;
    NewObject wanted;
    wanted.project_id = f.project.id;
    wanted.custom_id = "exp-7";
    std::vector<CreatedObject> created(8);
    std::vector<std::thread> threads;
    for (auto& result : created)
        threads.emplace_back([&] { result = f.store->create_object(wanted, start); });
    for (auto& thread : threads) thread.join();
    int made = 0;
    for (const auto& result : created) {
        made += result.created ? 1 : 0;
        CHECK(result.object->id == created[0].object->id);
        CHECK(result.object->custom_id == "exp-7");
    }
    CHECK(made == 1);
    CHECK(f.store->find_run_by_custom_id(f.project.id, "exp-7")->id == created[0].object->id);
    CHECK_FALSE(f.store->find_run_by_custom_id(f.project.id, "exp-8"));
    CHECK(f.create(ObjectKind::run).sys_id == "CLS-3");

    const auto other = f.store->create_project(
        {f.workspace.id, "other", "OTH", Visibility::priv, std::nullopt, ""}, start);
    wanted.project_id = other.project->id;
    CHECK(f.store->create_object(wanted, start).created);
}

TEST_CASE("objects: each kind has exactly its sys namespace", "[storage]") {
    Fixture f;
    const Object model = f.create(ObjectKind::model, "FOREST");
    const Object version = f.create(ObjectKind::model_version, {}, model.id);
    NewObject wanted;
    wanted.project_id = f.project.id;
    wanted.custom_id = "mine";
    const Object custom = *f.store->create_object(wanted, start).object;

    const Names of_model{
        "sys/creation_time",   "sys/group_tags", "sys/id",    "sys/modification_time",
        "sys/monitoring_time", "sys/name",       "sys/owner", "sys/ping_time",
        "sys/running_time",    "sys/size",       "sys/state", "sys/tags",
        "sys/trashed"};
    const auto with = [&](std::vector<std::string> more) {
        std::set<std::string> all(of_model.begin(), of_model.end());
        all.insert(more.begin(), more.end());
        return Names(all.begin(), all.end());
    };
    const auto fields = [&](const std::string& id) {
        return names(f.store->attributes(id, start));
    };
    CHECK(fields(f.run.id) == with({"sys/failed"}));
    CHECK(fields(custom.id) == with({"sys/failed", "sys/custom_run_id"}));
    CHECK(fields(model.id) == of_model);
    CHECK(fields(version.id) == with({"sys/model_id", "sys/stage"}));
    CHECK(fields(f.project.id) == Names{"sys/creation_time", "sys/group_tags", "sys/id",
                                        "sys/modification_time", "sys/monitoring_time", "sys/name",
                                        "sys/ping_time", "sys/running_time", "sys/size",
                                        "sys/state", "sys/tags", "sys/visibility"});
    CHECK(fields("nothing").empty());

    CHECK(f.value(custom, "sys/custom_run_id") == wire::AttributeValue(std::string("mine")));
    CHECK(f.value(version, "sys/model_id") == wire::AttributeValue(std::string("CLS-FOREST")));
    CHECK(f.value(version, "sys/stage") == wire::AttributeValue(std::string("none")));
    CHECK(f.value(version, "sys/owner") == wire::AttributeValue(std::string("jackie")));
}

TEST_CASE("objects: the values of a fresh run and a fresh project", "[storage]") {
    Fixture f;
    using wire::Attribute;
    const wire::DatetimeValue made{start};
    const std::vector<Attribute> expected{
        {"sys/creation_time", FieldType::datetime, made},
        {"sys/failed", FieldType::boolean, false},
        {"sys/group_tags", FieldType::string_set, wire::StringSetValue{}},
        {"sys/id", FieldType::string, std::string("CLS-1")},
        {"sys/modification_time", FieldType::datetime, made},
        {"sys/monitoring_time", FieldType::integer, std::int64_t{0}},
        {"sys/name", FieldType::string, std::string("Untitled")},
        {"sys/owner", FieldType::string, std::string("jackie")},
        {"sys/ping_time", FieldType::datetime, made},
        {"sys/running_time", FieldType::float_number, 0.0},
        {"sys/size", FieldType::float_number, 0.0},
        {"sys/state", FieldType::run_state, RunState::active},
        {"sys/tags", FieldType::string_set, wire::StringSetValue{}},
        {"sys/trashed", FieldType::boolean, false},
    };
    const auto fields = f.store->attributes(f.run.id, start);
    CHECK(fields == expected);
    for (const auto& field : fields)
        CHECK(f.store->attribute(f.run.id, field.name, start) == field);

    const auto project = f.store->attributes(f.project.id, start);
    const auto has = [&](const Attribute& attribute) {
        return std::find(project.begin(), project.end(), attribute) != project.end();
    };
    CHECK(has({"sys/id", FieldType::string, std::string("CLS")}));
    CHECK(has({"sys/name", FieldType::string, std::string("classification")}));
    CHECK(has({"sys/visibility", FieldType::string, std::string("priv")}));
    CHECK(has({"sys/state", FieldType::run_state, RunState::inactive}));
}

TEST_CASE("objects: git information becomes a field of the run", "[storage]") {
    Fixture f;
    NewObject wanted;
    wanted.project_id = f.project.id;
    wanted.git = wire::GitRefValue{"9b2", "tune\n\"it\"", "A",    "a@x",
                                   start, true,           "main", {"git@host:r.git"}};
    const auto id = f.store->create_object(wanted, start).object->id;
    const auto field = f.store->attribute(id, "source_code/git", start);
    REQUIRE(field);
    CHECK(field->type == FieldType::git_ref);
    CHECK(std::get<wire::GitRefValue>(field->value) == *wanted.git);
    wanted.git->branch.reset();
    wanted.git->remotes.clear();
    const auto other = f.store->create_object(wanted, start).object->id;
    CHECK(std::get<wire::GitRefValue>(f.store->attribute(other, "source_code/git", start)->value) ==
          *wanted.git);
}
