#include <neptune/storage/git_ref.hpp>

#include "support/catch.hpp"

using namespace neptune;

TEST_CASE("git ref: its text gives it back", "[storage]") {
    wire::GitRefValue git{"9b2", "tune\n", "\xe2\x82\xac", "a@x", -5, true, "main", {"a", "b"}};
    CHECK(storage::git_ref_from_text(storage::git_ref_to_text(git)) == git);
    git.branch.reset();
    CHECK(storage::git_ref_from_text(storage::git_ref_to_text(git)) == git);
}

TEST_CASE("git ref: bytes that are no UTF-8 are replaced", "[storage]") {
    wire::GitRefValue git;
    git.message = "caf\xe9";
    CHECK(storage::git_ref_from_text(storage::git_ref_to_text(git)).message == "caf\xef\xbf\xbd");
}

TEST_CASE("git ref: a damaged text is an error", "[storage]") {
    CHECK_THROWS_AS(storage::git_ref_from_text("{"), storage::StoreError);
    CHECK_THROWS_AS(storage::git_ref_from_text("{}"), storage::StoreError);
    CHECK_THROWS_AS(storage::git_ref_from_text("[]"), storage::StoreError);
}
