#include <neptune/client/project_name.hpp>

#include "support/catch.hpp"

#include <optional>
#include <string>

using namespace neptune;
using client::read_project_name;

TEST_CASE("project_name: the workspace stands before the name or beside it") {
    CHECK(read_project_name("ml/cls", std::nullopt).full() == "ml/cls");
    CHECK(read_project_name("cls", "ml").full() == "ml/cls");
    CHECK(read_project_name("ml/cls", "ml").full() == "ml/cls");
    CHECK(read_project_name("ml/cls", "").full() == "ml/cls");
}

TEST_CASE("project_name: no workspace, two of them, and nonsense are three failures") {
    CHECK_THROWS_AS(read_project_name("cls", std::nullopt), management::MissingWorkspaceName);
    CHECK_THROWS_AS(read_project_name("cls", ""), management::MissingWorkspaceName);
    CHECK_THROWS_AS(read_project_name("ml/cls", "other"), management::ConflictingWorkspaceName);
    for (const std::string name : {"", "/", "ml/", "/cls", "a/b/c", "a//c"}) {
        INFO(name);
        CHECK_THROWS_AS(read_project_name(name, "ml"), management::InvalidProjectName);
    }
    try {
        static_cast<void>(read_project_name("ml/cls", "other"));
    } catch (const management::Failure& failure) {
        CHECK(failure.details() ==
              management::Failure::Details{{"name", "ml/cls"}, {"workspace", "other"}});
    }
}
