#include <neptune/cli/tokens.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <neptune/storage/sqlite_store.hpp>

#include <algorithm>

using namespace neptune;

namespace {

std::string newest_id(const cli_test::Fixture& fixture, const std::string& user) {
    storage::SqliteStore store({fixture.data});
    return store.tokens(store.find_user(user).value().id).back().id;
}

}  // namespace

TEST_CASE("token create, token revoke: both count at once, beside a running server") {
    cli_test::Fixture fixture;
    fixture.start_server();
    const auto first = fixture.run({"user", "create", "bob"}).last_line();
    const auto created = fixture.run({"token", "create", "--user", "bob"});
    CHECK(created.code == 0);
    const auto second = created.last_line();
    CHECK(second != first);
    CHECK(fixture.exchange(first) == 200);
    CHECK(fixture.exchange(second) == 200);

    const auto revoked = fixture.run({"token", "revoke", "--user", "bob"});
    CHECK(revoked.code == 0);
    CHECK(revoked.out == "2 tokens of 'bob' ended.\n");
    CHECK(revoked.err.empty());
    CHECK(fixture.exchange(first) == 401);
    CHECK(fixture.exchange(second) == 401);
    CHECK(fixture.exchange(fixture.admin_token()) == 200);
    CHECK(fixture.run({"token", "revoke", "--user", "bob"}).out == "0 tokens of 'bob' ended.\n");
}

TEST_CASE("token revoke: one token by its ID leaves the others") {
    cli_test::Fixture fixture;
    fixture.start_server();
    const auto first = fixture.run({"user", "create", "bob"}).last_line();
    const auto id = newest_id(fixture, "bob");
    const auto second = fixture.run({"token", "create", "--user", "bob"}).last_line();
    CHECK(fixture.run({"token", "revoke", "--user", "bob", "--id", id}).out ==
          "1 token of 'bob' ended.\n");
    CHECK(fixture.exchange(first) == 401);
    CHECK(fixture.exchange(second) == 200);
    CHECK(fixture.run({"token", "revoke", "--user", "bob", "--id", id}).out ==
          "0 tokens of 'bob' ended.\n");
}

TEST_CASE("token revoke: the token of another user is not one's own") {
    cli_test::Fixture fixture;
    fixture.start_server();
    CHECK(fixture.run({"user", "create", "bob"}).code == 0);
    const auto outcome =
        fixture.run({"token", "revoke", "--user", "bob", "--id", newest_id(fixture, "ada")});
    CHECK(outcome.code == 1);
    CHECK(outcome.complains("'bob' has no token with the ID"));
    CHECK(fixture.exchange(fixture.admin_token()) == 200);
}

TEST_CASE("token revoke: ending the server's own token is said, and its next start makes another") {
    cli_test::Fixture fixture;
    fixture.start_server();
    const auto before = fixture.admin_token();
    const auto outcome = fixture.run({"token", "revoke", "--user", "ada"});
    CHECK(outcome.code == 0);
    CHECK(outcome.complains(fixture.data +
                            "/admin.token; the next start of the server writes a new one"));
    CHECK(fixture.exchange(before) == 401);
    fixture.stop_server();
    fixture.start_server();
    CHECK(fixture.admin_token() != before);
    CHECK(fixture.exchange(fixture.admin_token()) == 200);
}

TEST_CASE("token list: ID, time of creation and state of each") {
    cli_test::Fixture fixture;
    fixture.start_server();
    CHECK(fixture.run({"user", "create", "bob"}).code == 0);
    const auto id = newest_id(fixture, "bob");
    CHECK(fixture.run({"token", "revoke", "--user", "bob"}).code == 0);
    CHECK(fixture.run({"token", "create", "--user", "bob"}).code == 0);
    const auto outcome = fixture.run({"token", "list", "--user", "bob"});
    CHECK(outcome.code == 0);
    CHECK(outcome.out.rfind("ID ", 0) == 0);
    CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 3);
    storage::SqliteStore store({fixture.data});
    for (const auto& token : store.tokens(store.find_user("bob")->id))
        CHECK(outcome.says(token.id + "  " + core::to_iso8601(token.created) + "  " +
                           (token.id == id ? "revoked" : "active") + "\n"));
}

TEST_CASE(
    "token commands: an unknown user fails, a missing one is wrong usage, a wrong directory makes "
    "nothing") {
    cli_test::Fixture fixture;
    const auto command = GENERATE("create", "list", "revoke");
    const auto nowhere = fixture.run({"token", command, "--user", "bob"});
    CHECK(nowhere.code == 1);
    CHECK(nowhere.complains("there is no server's data in " + fixture.data));
    CHECK_FALSE(storage::holds_data(fixture.data));
    fixture.start_server();
    const auto unknown = fixture.run({"token", command, "--user", "bob"});
    CHECK(unknown.code == 1);
    CHECK(unknown.out.empty());
    CHECK(unknown.complains("there is no user 'bob'"));
    CHECK(unknown.complains("there are: ada"));
    CHECK(fixture.run({"token", command}).code == 2);
}
