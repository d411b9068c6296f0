#include <neptune/cli/program.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

using cli_test::run;

TEST_CASE("program: help and version are no errors and go to stdout") {
    const auto help = run({"--help"});
    CHECK(help.code == 0);
    CHECK(help.err.empty());
    for (const auto* command : {"serve", "project", "user", "service-account", "token"})
        CHECK(help.says(command));
    const auto shown = run({"--version"});
    CHECK(shown.code == 0);
    CHECK(shown.out == std::string("neptune-cpp ") + neptune::version + "\n");
    const auto command = run({"token", "revoke", "--help"});
    CHECK(command.code == 0);
    CHECK(command.says("--id"));
    CHECK(help.says("Start here"));
    CHECK_FALSE(command.says("Start here"));
}

TEST_CASE("program: wrong usage is exit code 2, a reason and the help to look at") {
    const auto unknown = run({"sevre"});
    CHECK(unknown.code == 2);
    CHECK(unknown.out.empty());
    CHECK(unknown.err == "neptune-cpp: there is no command 'sevre'\nSee: neptune-cpp --help\n");
    CHECK(run({"project", "make"}).err ==
          "neptune-cpp: there is no command 'make'\nSee: neptune-cpp project --help\n");
    CHECK(run({}).err == "neptune-cpp: A subcommand is required\nSee: neptune-cpp --help\n");
    const auto missing = run({"token", "create"});
    CHECK(missing.code == 2);
    CHECK(missing.complains("--user is required"));
    CHECK(missing.complains("See: neptune-cpp token create --help"));
    CHECK(run({"project", "list", "extra"}).code == 2);
    CHECK(run({"project", "list", "--data", ""}).code == 2);
    CHECK(run({"project", "list", "--wrong"}).code == 2);
}

TEST_CASE("program: failure is exit code 1 and one line on stderr") {
    const auto outcome = run({"project", "list", "--data", "/nowhere/at/all"});
    CHECK(outcome.code == 1);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.rfind("neptune-cpp: ", 0) == 0);
    CHECK(outcome.err.find('\n') == outcome.err.size() - 1);
}
