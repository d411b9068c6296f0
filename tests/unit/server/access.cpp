#include <neptune/server/access.hpp>

#include "support/catch.hpp"

#include <string>

using namespace neptune::server;
using namespace neptune::storage;

namespace {

/// "-", "s", "sw" or "swm": what may be done.
std::string allowed(const Membership& membership, Visibility visibility) {
    std::string text;
    if (may(Action::see, membership, visibility)) text += 's';
    if (may(Action::write, membership, visibility)) text += 'w';
    if (may(Action::manage, membership, visibility)) text += 'm';
    return text.empty() ? "-" : text;
}

struct Row {
    std::optional<WorkspaceRole> in_workspace;
    std::optional<ProjectRole> in_project;
    std::string priv, workspace, pub;
};

constexpr std::nullopt_t none = std::nullopt;

}  // namespace

TEST_CASE("access: what each pair of roles allows, by the visibility of the project") {
    const auto row = GENERATE(values<Row>({
        {none, none, "-", "-", "s"},
        {none, ProjectRole::viewer, "s", "s", "s"},
        {none, ProjectRole::member, "sw", "sw", "sw"},
        {none, ProjectRole::manager, "swm", "swm", "swm"},
        {WorkspaceRole::member, none, "-", "swm", "s"},
        {WorkspaceRole::member, ProjectRole::viewer, "s", "swm", "s"},
        {WorkspaceRole::member, ProjectRole::member, "sw", "swm", "sw"},
        {WorkspaceRole::member, ProjectRole::manager, "swm", "swm", "swm"},
        {WorkspaceRole::owner, none, "swm", "swm", "swm"},
        {WorkspaceRole::owner, ProjectRole::viewer, "swm", "swm", "swm"},
        {WorkspaceRole::owner, ProjectRole::member, "swm", "swm", "swm"},
        {WorkspaceRole::owner, ProjectRole::manager, "swm", "swm", "swm"},
    }));
    const Membership membership{row.in_workspace, row.in_project};
    CHECK(allowed(membership, Visibility::priv) == row.priv);
    CHECK(allowed(membership, Visibility::workspace) == row.workspace);
    CHECK(allowed(membership, Visibility::pub) == row.pub);
}

TEST_CASE("access: a service account has access to a project only when it is added") {
    for (const auto visibility : {Visibility::priv, Visibility::workspace})
        for (const auto role : {WorkspaceRole::member, WorkspaceRole::owner}) {
            CHECK(allowed({role, none, true}, visibility) == "-");
            CHECK(allowed({role, ProjectRole::viewer, true}, visibility) == "s");
            CHECK(allowed({role, ProjectRole::member, true}, visibility) == "sw");
            CHECK(allowed({role, ProjectRole::manager, true}, visibility) == "swm");
        }
    CHECK(allowed({WorkspaceRole::member, none, true}, Visibility::pub) == "s");
}

TEST_CASE("access: only people who own the workspace delete projects and invite") {
    for (const auto action : {Action::delete_project, Action::manage_workspace}) {
        CHECK(may(action, {WorkspaceRole::owner, none}));
        CHECK_FALSE(may(action, {WorkspaceRole::owner, none, true}));
        CHECK_FALSE(
            may(action, {WorkspaceRole::member, ProjectRole::manager}, Visibility::workspace));
        CHECK_FALSE(may(action, {none, ProjectRole::manager}, Visibility::pub));
    }
}

TEST_CASE("access: all of a workspace know it and make projects there, and nobody else") {
    for (const auto action : {Action::see_workspace, Action::create_project}) {
        CHECK(may(action, {WorkspaceRole::member, none}));
        CHECK(may(action, {WorkspaceRole::member, none, true}));
        CHECK_FALSE(may(action, {none, ProjectRole::manager}, Visibility::pub));
    }
}

TEST_CASE("access: the list of members shows given roles and those of the whole workspace") {
    CHECK_FALSE(member_role({none, none}, Visibility::pub));
    CHECK(member_role({none, ProjectRole::viewer}, Visibility::pub) == ProjectRole::viewer);
    CHECK(member_role({WorkspaceRole::member, ProjectRole::viewer}, Visibility::workspace) ==
          ProjectRole::manager);
    CHECK(is_given_role({WorkspaceRole::member, ProjectRole::viewer}, Visibility::priv));
    CHECK_FALSE(is_given_role({WorkspaceRole::member, ProjectRole::viewer}, Visibility::workspace));
    CHECK_FALSE(is_given_role({WorkspaceRole::owner, ProjectRole::manager}, Visibility::priv));
    CHECK_FALSE(is_given_role({WorkspaceRole::member, none}, Visibility::priv));
    CHECK(is_given_role({WorkspaceRole::member, ProjectRole::viewer, true}, Visibility::workspace));
    CHECK(is_given_role({none, ProjectRole::viewer}, Visibility::workspace));
}
