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
