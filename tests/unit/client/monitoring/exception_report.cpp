#include <neptune/client/monitoring/exception_report.hpp>

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <vector>

using Lines = std::vector<std::string>;

namespace training {
struct DataError : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct Odd {};
}  // namespace training

namespace {

template <class Throw>
Lines described(Throw thrower) {
    try {
        thrower();
    } catch (...) {
        return neptune::client::describe_exception(std::current_exception());
    }
    return {};
}

}  // namespace

TEST_CASE("exception_report: type and text", "[monitoring]") {
    CHECK(described([] { throw training::DataError("no column"); }) ==
          Lines{"training::DataError: no column"});
    CHECK(described([] { throw std::string("text"); }) == Lines{"std::string: text"});
    CHECK(described([] { throw "literal"; }) == Lines{"const char*: literal"});
    CHECK(described([] { throw training::Odd(); }) ==
          Lines{"training::Odd (it is no std::exception and has no text)"});
    CHECK(described([] { throw 42; }) == Lines{"int (it is no std::exception and has no text)"});
    CHECK(described([] { throw training::DataError("two\nlines"); }) ==
          Lines{"training::DataError: two", "lines"});
    CHECK(neptune::client::describe_exception(nullptr).empty());
}

TEST_CASE("exception_report: nested exceptions, outermost first", "[monitoring]") {
    const auto lines = described([] {
        try {
            try {
                throw training::Odd();
            } catch (...) {
                std::throw_with_nested(std::logic_error("inner"));
            }
        } catch (...) {
            std::throw_with_nested(training::DataError("outer"));
        }
    });
    CHECK(lines ==
          Lines{"training::DataError: outer", "caused by:", "  std::logic_error: inner",
                "  caused by:", "    training::Odd (it is no std::exception and has no text)"});
}

TEST_CASE("exception_report: the stack names the places where the system can", "[monitoring]") {
    const auto stack = neptune::client::current_stack(0);
#if defined(__GLIBC__)
    REQUIRE(stack.size() > 2);
    CHECK_THAT(stack[0], Catch::Matchers::ContainsSubstring("+0x"));
#endif
}
