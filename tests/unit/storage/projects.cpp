#include <neptune/storage/projects.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;

TEST_CASE("projects: one is found by id and by names", "[storage]") {
    Fixture f;
    const auto made = f.store->create_project(
        {f.workspace.id, "segmentation", "SEG", Visibility::workspace, "with 'quotes'", f.user.id},
        start + 7);
    REQUIRE(made.project);
    for (const auto& found :
         {f.store->find_project(made.project->id), f.store->find_project("ml-team", "segmentation"),
          f.store->find_project(f.workspace.id, "segmentation")}) {
        REQUIRE(found);
        CHECK(found->id == made.project->id);
        CHECK(found->workspace_id == f.workspace.id);
        CHECK(found->workspace_name == "ml-team");
        CHECK(found->name == "segmentation");
        CHECK(found->key == "SEG");
        CHECK(found->visibility == Visibility::workspace);
        CHECK(found->description == "with 'quotes'");
        CHECK(found->created == start + 7);
        CHECK(found->last_activity == start + 7);
    }
    CHECK_FALSE(f.store->find_project("ml-team", "SEG"));
    CHECK_FALSE(f.store->find_project("other", "segmentation"));
    CHECK_FALSE(f.store->find_project("no id"));
}

TEST_CASE("projects: a taken name and a taken key are told apart", "[storage]") {
    Fixture f;
    const auto create = [&](std::string name, std::string key) {
        return f.store->create_project(
            {f.workspace.id, name, key, Visibility::priv, std::nullopt, ""}, start);
    };
    CHECK(create("classification", "NEW").conflict == ProjectConflict::name_taken);
    CHECK_FALSE(create("classification", "CLS").project);
    const auto taken = create("other", "CLS");
    CHECK_FALSE(taken.project);
    CHECK(taken.conflict == ProjectConflict::key_taken);
    CHECK_THROWS_AS(create("other", "lower"), StoreError);
    CHECK(f.store->projects().size() == 1);

    const auto elsewhere = *f.store->create_workspace("b-team", start);
    const auto same = f.store->create_project(
        {elsewhere.id, "classification", "CLS", Visibility::priv, std::nullopt, ""}, start);
    CHECK(same.project);
}

TEST_CASE("projects: without a key one is made from the name and is unique", "[storage]") {
    Fixture f;
    std::vector<std::string> keys;
    for (const char* name : {"vision", "vision 2", "VISION", "42"})
        keys.push_back(
            f.store
                ->create_project({f.workspace.id, name, "", Visibility::priv, std::nullopt, ""},
                                 start)
                .project->key);
    CHECK(keys == std::vector<std::string>{"VISI", "VISI2", "VISI3", "P42"});
}

TEST_CASE("projects: newest activity comes first", "[storage]") {
    Fixture f;
    f.store->create_project({f.workspace.id, "b", "", Visibility::priv, std::nullopt, ""},
                            start + 10);
    CHECK(f.store->projects()[0].name == "b");
    f.apply({assign("a", 1.0)});
    CHECK(f.store->projects()[0].name == "classification");
    CHECK(f.store->projects()[0].last_activity == start + 1000);
}

TEST_CASE("projects: membership says the roles in workspace and project", "[storage]") {
    Fixture f;
    CHECK(f.store->membership(f.user.id, f.project).workspace_role == WorkspaceRole::owner);
    CHECK(f.store->membership(f.user.id, f.project).project_role == ProjectRole::manager);
    const auto other_workspace = *f.store->create_workspace("b-team", start);
    const auto guest = *f.store->create_user("guest", UserKind::person, other_workspace.id,
                                             WorkspaceRole::owner, start);
    CHECK_FALSE(f.store->membership(guest.id, f.project).workspace_role);
    CHECK_FALSE(f.store->membership(guest.id, f.project).project_role);
    f.store->set_project_role(f.project.id, guest.id, ProjectRole::viewer);
    CHECK(f.store->membership(guest.id, f.project).project_role == ProjectRole::viewer);
    f.store->set_project_role(f.project.id, guest.id, ProjectRole::member);
    CHECK(f.store->membership(guest.id, f.project).project_role == ProjectRole::member);
    f.store->set_project_role(f.project.id, guest.id, std::nullopt);
    CHECK_FALSE(f.store->membership(guest.id, f.project).project_role);
    CHECK_THROWS_AS(f.store->set_project_role("nowhere", guest.id, ProjectRole::member),
                    StoreError);
    CHECK_THROWS_AS(f.store->set_project_role(f.project.id, "nobody", ProjectRole::member),
                    StoreError);
}

TEST_CASE("projects: names may hold SQL, quotes and bytes that are no UTF-8", "[storage]") {
    Fixture f;
    for (const std::string& name :
         {std::string("'; DROP TABLE projects; --"), std::string("a\"b`c"),
          std::string("\xff\xfe broken"), std::string("nul\0inside", 10)}) {
        REQUIRE(f.store
                    ->create_project({f.workspace.id, name, "", Visibility::priv, std::nullopt, ""},
                                     start)
                    .project);
        CHECK(f.store->find_project("ml-team", name)->name == name);
    }
    CHECK(f.store->projects().size() == 5);
}

TEST_CASE("projects: name, visibility and description change, what is absent stays", "[storage]") {
    Fixture f;
    const auto version = f.store->data_version();
    CHECK(f.store->update_project(f.project.id, {std::nullopt, Visibility::workspace, "about"}));
    auto project = f.store->find_project(f.project.id).value();
    CHECK(project.name == "classification");
    CHECK(project.visibility == Visibility::workspace);
    CHECK(project.description == "about");
    CHECK(f.store->data_version() != version);
    CHECK(f.store->update_project(f.project.id, {"renamed", std::nullopt, std::nullopt}));
    project = f.store->find_project("ml-team", "renamed").value();
    CHECK(project.visibility == Visibility::workspace);
    CHECK(project.description == "about");

    f.store->create_project(
        {f.workspace.id, "other", "OTH", Visibility::priv, std::nullopt, f.user.id}, start);
    CHECK_FALSE(f.store->update_project(f.project.id, {"other", Visibility::priv, std::nullopt}));
    CHECK(f.store->find_project(f.project.id)->visibility == Visibility::workspace);
}

TEST_CASE("projects: a deleted project takes everything in it along, and nothing else",
          "[storage]") {
    Fixture f;
    const auto other =
        f.store
            ->create_project(
                {f.workspace.id, "other", "OTH", Visibility::priv, std::nullopt, f.user.id}, start)
            .project.value();
    f.apply({log_floats("loss", {1, 2, 3})});
    const auto model = f.create(ObjectKind::model, "FOREST");
    f.create(ObjectKind::model_version, {}, model.id);
    CHECK(f.store->delete_project(f.project.id));
    CHECK_FALSE(f.store->delete_project(f.project.id));
    CHECK_FALSE(f.store->delete_project(f.run.id));
    CHECK_FALSE(f.store->find_project(f.project.id));
    CHECK_FALSE(f.store->find_object(f.run.id));
    CHECK(f.store->apply(f.run.id, {assign("x", 1.0)}, std::nullopt, start).outcome ==
          Applied::Outcome::no_such_object);
    Database database(database_file(f.directory.path));
    for (const auto* sql : {"SELECT count(*) - 1 FROM objects", "SELECT count(*) FROM float_points",
                            "SELECT count(*) - 3 FROM fields", "SELECT count(*) FROM series"}) {
        Statement count = database.query(sql);
        count.step();
        INFO(sql);
        CHECK(count.integer(0) == 0);
    }
    CHECK(f.store->find_project(other.id));
}
