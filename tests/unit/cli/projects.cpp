#include <neptune/cli/projects.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <neptune/storage/sqlite_store.hpp>

using namespace neptune;

namespace {

storage::Project project(const cli_test::Fixture& fixture, const std::string& name) {
    return storage::SqliteStore({fixture.data}).find_project("ml", name).value();
}

const std::string get_project = "/api/backend/v1/projects/get?projectIdentifier=ml/";

}  // namespace

TEST_CASE("project create: the project is there at once, beside a running server") {
    cli_test::Fixture fixture;
    fixture.start_server();
    const auto token = fixture.admin_token();
    CHECK(fixture.get(get_project + "digits", token) == 404);
    const auto outcome = fixture.run({"project", "create", "ml/digits"});
    CHECK(outcome.code == 0);
    CHECK(outcome.err.empty());
    CHECK(outcome.says("its key is DIGI"));
    CHECK(outcome.last_line() == "export NEPTUNE_PROJECT=ml/digits");
    CHECK(fixture.get(get_project + "digits", token) == 200);
}

TEST_CASE("project create: visibility decides who else sees the project") {
    cli_test::Fixture fixture;
    fixture.start_server();
    const auto bob = fixture.run({"user", "create", "bob"}).last_line();
    CHECK(fixture.run({"project", "create", "ml/one"}).code == 0);
    CHECK(fixture.run({"project", "create", "ml/two", "--visibility", "workspace"}).code == 0);
    CHECK(fixture.run({"project", "create", "ml/three", "--visibility", "pub"}).code == 0);
    CHECK(fixture.get(get_project + "one", bob) == 404);
    CHECK(fixture.get(get_project + "two", bob) == 200);
    CHECK(fixture.get(get_project + "three", bob) == 200);
    CHECK(project(fixture, "one").visibility == storage::Visibility::priv);
    CHECK(project(fixture, "two").visibility == storage::Visibility::workspace);
    CHECK(project(fixture, "three").visibility == storage::Visibility::pub);
    const auto wrong = fixture.run({"project", "create", "ml/four", "--visibility", "secret"});
    CHECK(wrong.code == 2);
    CHECK(wrong.complains("secret not in {priv,workspace,pub}"));
}

TEST_CASE("project create: names and keys that are taken fail with the reason") {
    cli_test::Fixture fixture;
    fixture.start_server();
    CHECK(fixture.run({"project", "create", "ml/digits", "--key", "NUM"}).code == 0);
    CHECK(project(fixture, "digits").key == "NUM");
    const auto same_name = fixture.run({"project", "create", "ml/digits"});
    CHECK(same_name.code == 1);
    CHECK(same_name.complains("the project 'ml/digits' exists already"));
    const auto same_key = fixture.run({"project", "create", "ml/other", "--key", "NUM"});
    CHECK(same_key.code == 1);
    CHECK(same_key.complains("has the key NUM"));
    const auto elsewhere = fixture.run({"project", "create", "lm/digits"});
    CHECK(elsewhere.code == 1);
    CHECK(elsewhere.complains("there is no workspace 'lm' in " + fixture.data + "; there is 'ml'"));
}

TEST_CASE("project create: malformed names and keys are wrong usage and make nothing") {
    const cli_test::Fixture fixture;
    for (const auto* name : {"digits", "ml/digits/1", "ml/", "/digits"}) {
        const auto outcome = fixture.run({"project", "create", name});
        CHECK(outcome.code == 2);
        CHECK(outcome.complains("name: "));
    }
    const auto key = fixture.run({"project", "create", "ml/digits", "--key", "num"});
    CHECK(key.code == 2);
    CHECK(key.complains("'num' is no key"));
    CHECK_FALSE(storage::holds_data(fixture.data));
}

TEST_CASE(
    "project create: a new directory gets the workspace of the name, and a server takes it over") {
    cli_test::Fixture fixture;
    const auto outcome = fixture.run({"project", "create", "lab/digits"});
    CHECK(outcome.code == 0);
    CHECK(outcome.says("New data directory " + fixture.data + " with workspace 'lab'"));
    const auto server = cli_test::run({"project", "list", "--data", fixture.data});
    CHECK(server.says("lab/digits"));
}

TEST_CASE("project list: one aligned line a project, the latest activity first") {
    cli_test::Fixture fixture;
    fixture.start_server();
    const auto none = fixture.run({"project", "list"});
    CHECK(none.code == 0);
    CHECK(none.out.empty());
    CHECK(none.complains("neptune-cpp project create ml/NAME --data " + fixture.data));
    storage::SqliteStore store({fixture.data});
    storage::NewProject wanted;
    wanted.workspace_id = store.workspaces().front().id;
    wanted.name = "old";
    wanted.key = "OLD";
    CHECK(store.create_project(wanted, 1'600'000'000'000).project);
    wanted.name = "long-name";
    wanted.key = "ABCDEFGHIJ";
    wanted.visibility = storage::Visibility::workspace;
    CHECK(store.create_project(wanted, 1'600'000'001'000).project);
    CHECK(fixture.run({"project", "list"}).out ==
          "PROJECT       KEY         VISIBILITY  LAST ACTIVITY\n"
          "ml/long-name  ABCDEFGHIJ  workspace   2020-09-13T12:26:41.000Z\n"
          "ml/old        OLD         priv        2020-09-13T12:26:40.000Z\n");
}
