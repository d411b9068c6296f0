#include <neptune/cli/accounts.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <neptune/storage/sqlite_store.hpp>

using namespace neptune;

namespace {

storage::User user(const cli_test::Fixture& fixture, const std::string& name) {
    return storage::SqliteStore({fixture.data}).find_user(name).value();
}

}  // namespace

TEST_CASE("user create: the token on the last line is good at once, beside a running server") {
    cli_test::Fixture fixture;
    fixture.start_server();
    const auto outcome = fixture.run({"user", "create", "bob"});
    CHECK(outcome.code == 0);
    CHECK(outcome.err.empty());
    CHECK(outcome.says("User 'bob' is a member of workspace 'ml'"));
    CHECK(fixture.exchange(outcome.last_line()) == 200);
    CHECK(cli_test::address_in(outcome.last_line()) == "http://neptune.test:1234");
    CHECK(user(fixture, "bob").kind == storage::UserKind::person);
}

TEST_CASE("user create: the role is member unless another is given, and admin is an owner") {
    const cli_test::Fixture fixture;
    CHECK(fixture.run({"user", "create", "mia"}).code == 0);
    CHECK(fixture.run({"user", "create", "max", "--role", "member"}).code == 0);
    const auto owner = fixture.run({"user", "create", "olga", "--role", "owner"});
    CHECK(owner.says("'olga' is an owner of"));
    CHECK(fixture.run({"user", "create", "amy", "--role", "admin"}).code == 0);
    const auto role = [&](const char* name) { return user(fixture, name).workspace_role; };
    CHECK(role("mia") == storage::WorkspaceRole::member);
    CHECK(role("max") == storage::WorkspaceRole::member);
    CHECK(role("olga") == storage::WorkspaceRole::owner);
    CHECK(role("amy") == storage::WorkspaceRole::owner);
    const auto wrong = fixture.run({"user", "create", "bob", "--role", "boss"});
    CHECK(wrong.code == 2);
    CHECK(wrong.complains("boss not in {member,owner,admin}"));
}

TEST_CASE("user create: a name that is taken fails and makes no token") {
    const cli_test::Fixture fixture;
    CHECK(fixture.run({"user", "create", "bob"}).code == 0);
    const auto again = fixture.run({"user", "create", "bob"});
    CHECK(again.code == 1);
    CHECK(again.out.empty());
    CHECK(again.complains("the name 'bob' is taken"));
    CHECK(again.complains("neptune-cpp token create --user bob --data " + fixture.data));
    CHECK(storage::SqliteStore({fixture.data}).tokens(user(fixture, "bob").id).size() == 1);
}

TEST_CASE("user create: a bad name is wrong usage and makes nothing") {
    const cli_test::Fixture fixture;
    for (const auto* name : {"", "a/b", "a\nb"}) {
        const auto outcome = fixture.run({"user", "create", name});
        CHECK(outcome.code == 2);
        CHECK(outcome.complains("name"));
    }
    CHECK_FALSE(storage::holds_data(fixture.data));
}

TEST_CASE("service-account create: its name carries the workspace, given or not") {
    cli_test::Fixture fixture;
    fixture.start_server();
    const auto outcome = fixture.run({"service-account", "create", "ci"});
    CHECK(outcome.code == 0);
    CHECK(outcome.says("Service account 'ci@ml'"));
    CHECK(fixture.exchange(outcome.last_line()) == 200);
    CHECK(user(fixture, "ci@ml").kind == storage::UserKind::service_account);
    CHECK(fixture.run({"service-account", "create", "cd@ml"}).says("'cd@ml'"));
    const auto taken = fixture.run({"service-account", "create", "ci@ml"});
    CHECK(taken.code == 1);
    CHECK(taken.complains("'ci@ml' is taken"));
    const auto elsewhere = fixture.run({"service-account", "create", "ci@other"});
    CHECK(elsewhere.code == 1);
    CHECK(elsewhere.complains("no workspace 'other' in " + fixture.data + "; there is 'ml'"));
}

TEST_CASE("service-account create: a new directory gets the workspace of the name") {
    const cli_test::Fixture fixture;
    CHECK(fixture.run({"service-account", "create", "ci@lab"}).says("workspace 'lab'"));
    CHECK(storage::SqliteStore({fixture.data}).find_workspace("lab"));
}

TEST_CASE("service-account create: both parts of the name are checked") {
    for (const auto* name : {"", "@ml", "ci@", "a/b", "ci@m/l"})
        CHECK_FALSE(cli::service_account_name_problem(name).empty());
    CHECK_FALSE(
        cli::service_account_name_problem(std::string(100, 'a') + "@" + std::string(100, 'b'))
            .empty());
    CHECK(cli::service_account_name_problem("a@b@ml").empty());
}
