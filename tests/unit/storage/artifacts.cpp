#include <neptune/storage/artifacts.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

namespace {

using namespace storage_test;

const std::vector<wire::ArtifactFileDto> stored_files{
    {"b", "h2", "S3", std::nullopt, {}},
    {"a", "h1", "Local", 4, {{"z", "1"}, {"file_path", "file:///\"x\""}, {"z", "2"}}},
    {"b", "h3", "Local", 0, {}}};
const std::string stored_hash = wire::artifact_hash(stored_files);

}  // namespace

TEST_CASE("artifacts: a list of files is kept sorted, with all that it says, across a restart",
          "[storage]") {
    Fixture f;
    CHECK_FALSE(f.store->find_artifact(f.project.id, stored_hash));
    CHECK_FALSE(f.store->artifact_files(f.project.id, stored_hash));
    const auto artifact = f.store->store_artifact(f.project.id, stored_hash, stored_files);
    CHECK(artifact.hash == stored_hash);
    CHECK(artifact.complete);
    CHECK_FALSE(artifact.size);
    f.reopen();
    auto sorted = stored_files;
    wire::sort_artifact_files(sorted);
    CHECK(f.store->artifact_files(f.project.id, stored_hash) == sorted);
    CHECK(f.store->find_artifact(f.project.id, stored_hash)->complete);
}

TEST_CASE("artifacts: an announced artifact has no files until they come", "[storage]") {
    Fixture f;
    const std::vector<wire::ArtifactFileDto> files{{"a", "h", "Local", 7, {}}};
    const auto hash = wire::artifact_hash(files);
    CHECK_FALSE(f.store->announce_artifact(f.project.id, hash, 7).complete);
    CHECK(f.store->find_artifact(f.project.id, hash)->size == 7);
    CHECK_FALSE(f.store->artifact_files(f.project.id, hash));
    CHECK_FALSE(f.store->announce_artifact(f.project.id, hash, std::nullopt).complete);
    CHECK(f.store->store_artifact(f.project.id, hash, files).complete);
    CHECK(f.store->announce_artifact(f.project.id, hash, 7).complete);
    // The same list again, as after a lost answer.
    CHECK(f.store->store_artifact(f.project.id, hash, files).size == 7);
    CHECK(f.store->artifact_files(f.project.id, hash) == files);
}

TEST_CASE("artifacts: each project has its own; an unknown project has none", "[storage]") {
    Fixture f;
    const auto other =
        *f.store
             ->create_project(
                 {f.workspace.id, "other", "OTH", Visibility::priv, std::nullopt, f.user.id}, start)
             .project;
    f.store->store_artifact(f.project.id, stored_hash, stored_files);
    CHECK_FALSE(f.store->find_artifact(other.id, stored_hash));
    CHECK_FALSE(f.store->artifact_files(other.id, stored_hash));
    CHECK_THROWS_AS(f.store->announce_artifact("nobody", stored_hash, 1), StoreError);
}

TEST_CASE("artifacts: lists go with their project", "[storage]") {
    Fixture f;
    f.store->store_artifact(f.project.id, stored_hash, stored_files);
    f.store.reset();
    Database database(database_file(f.directory.path));
    configure(database);
    database.execute("DELETE FROM objects WHERE id = ?", f.project.id);
    CHECK_FALSE(database.query("SELECT 1 FROM artifacts").step());
    CHECK_FALSE(database.query("SELECT 1 FROM artifact_files").step());
}

TEST_CASE("artifacts: a field refers to an artifact by its hash, known or not", "[storage]") {
    Fixture f;
    CHECK(f.error_of({"data", wire::AssignArtifact{stored_hash}}).empty());
    CHECK(f.get<wire::ArtifactValue>("data").hash == stored_hash);
    CHECK(f.error_of({"data", wire::ClearArtifact{}}).empty());
    CHECK(f.get<wire::ArtifactValue>("data").hash == wire::empty_artifact_hash);
    CHECK_THAT(f.error_of({"data", wire::AssignFloat{1}}),
               Catch::Matchers::ContainsSubstring("is an Artifact, cannot apply assignFloat"));
    CHECK_FALSE(f.error_of({"short", wire::AssignArtifact{"0964"}}).empty());
    CHECK_FALSE(f.value("short"));
}

TEST_CASE("artifacts: a damaged row is an error in words", "[storage]") {
    Fixture f;
    f.store->store_artifact(f.project.id, stored_hash, stored_files);
    {
        Database database(database_file(f.directory.path));
        configure(database);
        database.execute("UPDATE artifact_files SET metadata = '[[\"key\"]]' WHERE position = 0");
    }
    try {
        static_cast<void>(f.store->artifact_files(f.project.id, stored_hash));
        FAIL("it was read");
    } catch (const StoreError& error) {
        CHECK_THAT(error.what(),
                   Catch::Matchers::ContainsSubstring("a stored artifact is damaged"));
    }
}
