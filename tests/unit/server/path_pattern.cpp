#include <neptune/server/path_pattern.hpp>

#include "support/catch.hpp"

#include <string>

using namespace neptune;
using namespace neptune::server;

TEST_CASE("path_pattern: parameters are whole parts, decoded") {
    const auto found = match_path("/orgs/{org}/members/{user}", "/orgs/ml-team/members/a%2Fb%20c");
    REQUIRE(found);
    CHECK(*found == http::Query{{"org", "ml-team"}, {"user", "a/b c"}});
    CHECK(match_path("/x", "/x") == http::Query{});
}

TEST_CASE("path_pattern: a path that is longer, shorter, or has an empty part does not fit") {
    for (const std::string path :
         {"/orgs", "/orgs/", "/orgs/a", "/orgs/a/", "/orgs//members", "/orgs/a/members/",
          "/orgs/a/others", "orgs/a/members", "/orgs/a/b/members", ""})
        CHECK_FALSE(match_path("/orgs/{org}/members", path));
    CHECK(match_path("/orgs/{org}/members", "/orgs/a/members"));
    CHECK_FALSE(is_path_pattern("/orgs/a"));
    CHECK(is_path_pattern("/orgs/{org}"));
}
