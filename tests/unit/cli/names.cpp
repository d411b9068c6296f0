#include <neptune/cli/names.hpp>

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace neptune::cli;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("names: letters of all languages, spaces inside, dots and at signs are fine") {
    const std::vector<std::string> names{"a",    "ml-team",         "José Müller",
                                         "東京", "ada@example.org", std::string(128, 'x')};
    for (const auto& name : names) CHECK(name_problem(name).empty());
}

TEST_CASE("names: what is wrong with a name is said") {
    CHECK_THAT(name_problem(""), ContainsSubstring("may not be empty"));
    CHECK_THAT(name_problem("a/b"), ContainsSubstring("'a/b' contains a slash"));
    CHECK_THAT(name_problem("a\nb"), ContainsSubstring("control characters"));
    CHECK_THAT(name_problem("a\x7F"), ContainsSubstring("control characters"));
    CHECK_THAT(name_problem("a\xFF"), ContainsSubstring("UTF-8"));
    CHECK_THAT(name_problem(" a"), ContainsSubstring("space"));
    CHECK_THAT(name_problem("a "), ContainsSubstring("space"));
    CHECK_THAT(name_problem(std::string(129, 'x')), ContainsSubstring("129 bytes, more than 128"));
}

TEST_CASE("names: a project is named by its workspace and its own name") {
    CHECK(project_name_problem("ml/digits").empty());
    CHECK(split_project_name("ml/digits").workspace == "ml");
    CHECK(split_project_name("ml/digits").project == "digits");
    for (const auto* wrong : {"", "digits", "ml/digits/1"})
        CHECK_THAT(project_name_problem(wrong), ContainsSubstring("WORKSPACE/NAME"));
    CHECK_THAT(project_name_problem("ml/"), ContainsSubstring("empty"));
    CHECK_THAT(project_name_problem("/digits"), ContainsSubstring("empty"));
    CHECK_THAT(project_name_problem("ml/a\tb"), ContainsSubstring("control"));
}

TEST_CASE("names: keys of projects have 1 to 10 capital letters and digits, one letter at least") {
    for (const auto* key : {"A", "CLS", "GPT2", "7B", "ABCDEFGHIJ"})
        CHECK(project_key_problem(key).empty());
    for (const auto* key : {"", "cls", "12", "A-B", "ABCDEFGHIJK", "É"})
        CHECK_THAT(project_key_problem(key),
                   ContainsSubstring("is no key: 1 to 10 capital letters"));
}

TEST_CASE("names: ports and rates are numbers in their ranges") {
    for (const auto* port : {"0", "8080", "65535"}) CHECK(port_problem(port).empty());
    for (const auto* port : {"", "-1", "65536", "99999999999999999999", "80a", " 80", "8.0"})
        CHECK_THAT(port_problem(port), ContainsSubstring("is no port"));
    for (const auto* rate : {"0", "0.5", "1e3"}) CHECK(rate_problem(rate).empty());
    for (const auto* rate : {"", "-1", "nan", "inf", "fast"})
        CHECK_THAT(rate_problem(rate), ContainsSubstring("is no number of requests"));
}

TEST_CASE("names: a shell reads a quoted word back as it was") {
    CHECK(shell_word("/data/run-1_a.b") == "/data/run-1_a.b");
    CHECK(shell_word("my data") == "'my data'");
    CHECK(shell_word("it's") == "'it'\\''s'");
    CHECK(shell_word("$(rm)") == "'$(rm)'");
    CHECK(shell_word("") == "''");
}
