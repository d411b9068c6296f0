#include <neptune/storage/accounts.hpp>

#include <string>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;

TEST_CASE("accounts: workspaces are found by name and by id", "[storage]") {
    Fixture f;
    CHECK(f.store->find_workspace("ml-team")->id == f.workspace.id);
    CHECK(f.store->find_workspace(f.workspace.id)->name == "ml-team");
    CHECK(f.store->find_workspace("ml-team")->created == start);
    CHECK_FALSE(f.store->find_workspace("ML-TEAM"));
    CHECK_FALSE(f.store->create_workspace("ml-team", start));
    CHECK(f.store->create_workspace("a-team", start));
    REQUIRE(f.store->workspaces().size() == 2);
    CHECK(f.store->workspaces()[0].name == "a-team");
}

TEST_CASE("accounts: persons and service accounts share one set of names", "[storage]") {
    Fixture f;
    const auto bot = f.store->create_user("ci@ml-team", UserKind::service_account, f.workspace.id,
                                          WorkspaceRole::member, start + 5);
    REQUIRE(bot);
    CHECK_FALSE(f.store->create_user("jackie", UserKind::service_account, f.workspace.id,
                                     WorkspaceRole::member, start));
    const auto found = f.store->find_user("ci@ml-team");
    REQUIRE(found);
    CHECK(found->id == bot->id);
    CHECK(found->kind == UserKind::service_account);
    CHECK(found->workspace_id == f.workspace.id);
    CHECK(found->workspace_role == WorkspaceRole::member);
    CHECK(found->created == start + 5);
    CHECK(f.store->find_user(bot->id)->name == "ci@ml-team");
    CHECK(f.store->users(f.workspace.id).size() == 2);
    CHECK(f.store->users("elsewhere").empty());
    CHECK_THROWS_AS(f.store->create_user("lost", UserKind::person, "no such workspace",
                                         WorkspaceRole::member, start),
                    StoreError);
    CHECK_FALSE(f.store->find_user("lost"));
}

TEST_CASE("accounts: nobody is found under a name that is somebody else's id", "[storage]") {
    Fixture f;
    REQUIRE(f.store->create_user(f.user.id, UserKind::person, f.workspace.id, WorkspaceRole::member,
                                 start));
    CHECK(f.store->find_user(f.user.id)->name == "jackie");
}

TEST_CASE("accounts: names are values, never SQL", "[storage]") {
    Fixture f;
    const std::string name = "'; DROP TABLE users; --";
    REQUIRE(
        f.store->create_user(name, UserKind::person, f.workspace.id, WorkspaceRole::member, start));
    CHECK(f.store->find_user(name)->name == name);
    CHECK_FALSE(f.store->find_user("' OR '1'='1"));
    CHECK(f.store->users(f.workspace.id).size() == 2);
}

TEST_CASE("accounts: a token is found by its hash until it is revoked", "[storage]") {
    Fixture f;
    const auto first = f.store->create_token(f.user.id, std::string(64, 'a'), start);
    const auto second = f.store->create_token(f.user.id, std::string(64, 'b'), start + 1);
    const auto third = f.store->create_token(f.user.id, std::string(64, 'c'), start + 2);
    CHECK(f.store->find_token(std::string(64, 'a'))->id == first.id);
    CHECK(f.store->find_token(std::string(64, 'a'))->user_id == f.user.id);
    CHECK(f.store->find_token_by_id(second.id)->created == start + 1);
    CHECK_FALSE(f.store->find_token(std::string(64, 'd')));
    CHECK_THROWS_AS(f.store->create_token(f.user.id, std::string(64, 'a'), start), StoreError);

    CHECK(f.store->revoke_token(first.id));
    CHECK_FALSE(f.store->revoke_token(first.id));
    CHECK_FALSE(f.store->find_token(std::string(64, 'a')));
    CHECK_FALSE(f.store->find_token_by_id(first.id));
    CHECK(f.store->revoke_tokens(f.user.id) == 2);
    CHECK(f.store->revoke_tokens(f.user.id) == 0);
    CHECK_FALSE(f.store->find_token_by_id(third.id));
    const auto all = f.store->tokens(f.user.id);
    REQUIRE(all.size() == 3);
    CHECK(all[0].id == first.id);
    CHECK(all[2].revoked);
}

TEST_CASE("accounts: the data version follows what decides about access, and nothing else",
          "[storage]") {
    Fixture f;
    std::int64_t seen = f.store->data_version();
    const auto changed = [&] { return std::exchange(seen, f.store->data_version()) != seen; };
    CHECK_FALSE(changed());
    f.apply({assign("a", 1.0)});
    f.store->ping(f.run.id, "p", false, start);
    f.create(ObjectKind::run);
    CHECK_FALSE(changed());
    const auto token = f.store->create_token(f.user.id, std::string(64, 'a'), start);
    CHECK(changed());
    f.store->revoke_token(token.id);
    CHECK(changed());
    f.store->revoke_token(token.id);
    CHECK_FALSE(changed());
    f.store->create_workspace("other", start);
    CHECK(changed());
    f.store->set_project_role(f.project.id, f.user.id, ProjectRole::viewer);
    CHECK(changed());
    f.store->create_project({f.workspace.id, "second", "", Visibility::priv, std::nullopt, ""},
                            start);
    CHECK(changed());
}

TEST_CASE("accounts: the signing key is made once", "[storage]") {
    Fixture f;
    const std::string key = f.store->signing_key();
    CHECK(key.size() == 32);
    f.reopen();
    CHECK(f.store->signing_key() == key);
    Fixture other;
    CHECK(other.store->signing_key() != key);
}
