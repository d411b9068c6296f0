#include <neptune/storage/trash.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;

namespace {

using Outcomes = std::vector<TrashOutcome>;

bool is_trashed(Fixture& f, const Object& object) {
    return f.store->find_object(object.id).value().trashed;
}

std::int64_t rows_of(Fixture& f, std::string_view sql) {
    Database database(database_file(f.directory.path));
    Statement count = database.query(sql);
    count.step();
    return count.integer(0);
}

}  // namespace

TEST_CASE("trash: an object goes there once, keeps its data, and comes back once", "[storage]") {
    Fixture f;
    f.apply({assign("x", 1.5)});
    CHECK(f.store->trash(f.project.id, {f.run.id, f.run.id, "no id", f.project.id}, "jackie",
                         start) == Outcomes{TrashOutcome::done, TrashOutcome::already_trashed,
                                            TrashOutcome::not_exists, TrashOutcome::is_project});
    CHECK(is_trashed(f, f.run));
    CHECK(f.get<bool>("sys/trashed"));
    CHECK(f.get<double>("x") == 1.5);
    CHECK(f.store->trashed_objects(f.project.id) == std::vector<std::string>{f.run.id});

    CHECK(f.store->restore(f.project.id, {f.run.id, f.run.id, "no id", f.project.id}) ==
          Outcomes{TrashOutcome::done, TrashOutcome::not_in_trash, TrashOutcome::not_exists,
                   TrashOutcome::is_project});
    CHECK_FALSE(is_trashed(f, f.run));
    CHECK(f.get<double>("x") == 1.5);
    CHECK(f.store->trashed_objects(f.project.id).empty());
}

TEST_CASE("trash: a model takes its versions along and brings back those that it took",
          "[storage]") {
    Fixture f;
    const auto model = f.create(ObjectKind::model, "FOREST");
    const auto first = f.create(ObjectKind::model_version, {}, model.id);
    const auto second = f.create(ObjectKind::model_version, {}, model.id);
    f.store->trash(f.project.id, {first.id}, "jackie", start);
    f.store->trash(f.project.id, {model.id}, "jackie", start + 1);
    CHECK(is_trashed(f, second));
    CHECK(f.store->trashed_objects(f.project.id) ==
          std::vector<std::string>{model.id, first.id, second.id});

    CHECK(f.store->restore(f.project.id, {second.id}) == Outcomes{TrashOutcome::model_in_trash});
    CHECK(f.store->restore(f.project.id, {model.id}) == Outcomes{TrashOutcome::done});
    CHECK_FALSE(is_trashed(f, model));
    CHECK_FALSE(is_trashed(f, second));
    CHECK(is_trashed(f, first));
    CHECK(f.store->restore(f.project.id, {first.id}) == Outcomes{TrashOutcome::done});
}

TEST_CASE("trash: what is deleted leaves nothing behind, and its model's versions go with it",
          "[storage]") {
    Fixture f;
    const auto model = f.create(ObjectKind::model, "FOREST");
    const auto version = f.create(ObjectKind::model_version, {}, model.id);
    f.apply({log_floats("loss", {1, 2, 3}), assign("note", "text")});
    CHECK(f.store->delete_from_trash(f.project.id, {f.run.id, "no id", f.project.id}) ==
          Outcomes{TrashOutcome::not_in_trash, TrashOutcome::not_exists, TrashOutcome::is_project});
    f.store->trash(f.project.id, {f.run.id, model.id}, "jackie", start);
    CHECK(f.store->delete_from_trash(f.project.id, {f.run.id, model.id, version.id}) ==
          Outcomes{TrashOutcome::done, TrashOutcome::done, TrashOutcome::not_exists});
    CHECK_FALSE(f.store->find_object(f.run.id));
    CHECK_FALSE(f.store->find_object(version.id));
    CHECK(rows_of(f, "SELECT count(*) FROM float_points") == 0);
    CHECK(rows_of(f, "SELECT count(*) FROM objects") == 1);
    CHECK(rows_of(f, "SELECT count(*) FROM fields WHERE path NOT LIKE 'sys/%'") == 0);
}

TEST_CASE("trash: a writer that knew a deleted object does not write into another one",
          "[storage]") {
    Fixture f;
    f.apply({assign("x", 1.0)});
    f.store->trash(f.project.id, {f.run.id}, "jackie", start);
    f.store->delete_from_trash(f.project.id, {f.run.id});
    // Gets the row number of the deleted one.
    const auto other = f.create(ObjectKind::run);
    CHECK(f.store->apply(f.run.id, {assign("y", 2.0)}, std::nullopt, start).outcome ==
          Applied::Outcome::no_such_object);
    CHECK_FALSE(f.value(other, "y"));
    CHECK(other.sys_id == "CLS-2");
}

TEST_CASE("trash: objects of other projects are not touched", "[storage]") {
    Fixture f;
    const auto other =
        f.store
            ->create_project(
                {f.workspace.id, "other", "OTH", Visibility::priv, std::nullopt, f.user.id}, start)
            .project.value();
    CHECK(f.store->trash(other.id, {f.run.id}, "jackie", start) ==
          Outcomes{TrashOutcome::not_exists});
    f.store->trash(f.project.id, {f.run.id}, "jackie", start);
    CHECK(f.store->restore(other.id, {f.run.id}) == Outcomes{TrashOutcome::not_exists});
    CHECK(f.store->delete_from_trash(other.id, {f.run.id}) == Outcomes{TrashOutcome::not_exists});
    CHECK(f.store->trashed_objects(other.id).empty());
}

TEST_CASE("trash: the key of a model stays taken until the model is deleted", "[storage]") {
    Fixture f;
    const auto model = f.create(ObjectKind::model, "FOREST");
    NewObject again;
    again.kind = ObjectKind::model;
    again.project_id = f.project.id;
    again.model_key = "FOREST";
    f.store->trash(f.project.id, {model.id}, "jackie", start);
    CHECK_FALSE(f.store->create_object(again, start).object);
    f.store->delete_from_trash(f.project.id, {model.id});
    CHECK(f.store->create_object(again, start).object);
}
