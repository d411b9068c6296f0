#include <neptune/core/environment.hpp>

#include <stdlib.h>

#include <string>

#include "support/catch.hpp"

using namespace neptune::core;

namespace {

/// A variable of this test alone, gone at the end of the scope.
class Variable {
public:
    Variable() { unset(); }
    ~Variable() { unset(); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

    static constexpr const char* name = "NEPTUNE_CORE_ENVIRONMENT_TEST";
    void set(const char* text) { ::setenv(name, text, 1); }
    void unset() { ::unsetenv(name); }
};

}  // namespace

TEST_CASE("environment: a variable that is not set differs from an empty one", "[core]") {
    Variable variable;
    CHECK_FALSE(environment(variable.name));
    variable.set("");
    CHECK(environment(variable.name) == "");
    variable.set("ws/project");
    CHECK(environment(variable.name) == "ws/project");
}

TEST_CASE("environment: four words switch a flag on, in any case", "[core]") {
    Variable variable;
    for (const char* text : {"true", "TRUE", "True", "1", "yes", "YES", "t", "T"}) {
        variable.set(text);
        CHECK(environment_flag(variable.name, false));
    }
    for (const char* text : {"false", "0", "no", "off", "2", "truely", " true", "y"}) {
        variable.set(text);
        CHECK_FALSE(environment_flag(variable.name, true));
    }
}

TEST_CASE("environment: a flag that is not set or empty has its default", "[core]") {
    Variable variable;
    for (const bool fallback : {true, false}) {
        variable.unset();
        CHECK(environment_flag(variable.name, fallback) == fallback);
        variable.set("");
        CHECK(environment_flag(variable.name, fallback) == fallback);
    }
}

TEST_CASE("environment: a number that does not parse has its default", "[core]") {
    Variable variable;
    CHECK(environment_number(variable.name, 60) == 60);
    variable.set("600");
    CHECK(environment_number(variable.name, 60) == 600);
    variable.set("-1");
    CHECK(environment_number(variable.name, 60) == -1);
    for (const char* text : {"", "ten", "10s", "1.5", "99999999999999999999"}) {
        variable.set(text);
        CHECK(environment_number(variable.name, 60) == 60);
    }
}
