// Notes the names of the test cases that passed in the file that NEPTUNE_TEST_RECORD names, one a
// line, for tests/conformance.py. Nothing is noted without that variable.
#define CATCH_CONFIG_EXTERNAL_INTERFACES
#include "support/catch.hpp"

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_case_info.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#endif

#include <cstdlib>
#include <fstream>
#include <string>

namespace {

#if __has_include(<catch2/catch_test_macros.hpp>)
using Listener = Catch::EventListenerBase;
const std::string& name_of(const Catch::TestCaseStats& stats) {
    return stats.testInfo->name;
}
#else
using Listener = Catch::TestEventListenerBase;
const std::string& name_of(const Catch::TestCaseStats& stats) {
    return stats.testInfo.name;
}
#endif

/// Opened anew for each line: a test may fork, and no child may write lines of its parent.
void note(std::ios::openmode mode, const std::string& text) {
    if (const char* file = std::getenv("NEPTUNE_TEST_RECORD")) std::ofstream(file, mode) << text;
}

class Recorder : public Listener {
public:
    using Listener::Listener;

    void testRunStarting(const Catch::TestRunInfo& info) override {
        Listener::testRunStarting(info);
        note(std::ios::trunc, "");
    }
    void testCaseEnded(const Catch::TestCaseStats& stats) override {
        Listener::testCaseEnded(stats);
        if (stats.totals.testCases.passed > 0) note(std::ios::app, name_of(stats) + "\n");
    }
};

}  // namespace

CATCH_REGISTER_LISTENER(Recorder)
