#include <neptune/client/environment.hpp>

#include "support/catch.hpp"

#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace neptune::client;

namespace {

Environment with(const std::vector<std::pair<std::string, std::string>>& variables) {
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
    auto result = read_environment();
    for (const auto& [name, value] : variables) ::unsetenv(name.c_str());
    return result;
}

}  // namespace

TEST_CASE("environment: what is not set has the default", "[client]") {
    const auto environment = with({});
    CHECK(environment.data_directory == ".neptune");
    CHECK(environment.timing.retry_budget.count() == 60);
    CHECK(environment.timing.request_timeout.count() == 600);
    CHECK(environment.timing.stop_without_progress.count() == 60);
    CHECK(environment.timing.sync_batch.count() == 3600);
    CHECK(environment.timing.child_patience.count() == 5);
    CHECK(environment.batch_operations == 1000);
    CHECK(environment.batch_bytes == 104'857'600);
    CHECK(environment.max_disk_usage_percent == 0);
    CHECK_FALSE(environment.throw_when_disk_full);
    CHECK_FALSE(environment.default_lag_callback);
    CHECK_FALSE(environment.default_no_progress_callback);
}

TEST_CASE("environment: each variable has its effect", "[client]") {
    const auto environment = with({{"NEPTUNE_DATA_DIRECTORY", "/data"},
                                   {"NEPTUNE_RETRIES_TIMEOUT", "1.5"},
                                   {"NEPTUNE_REQUEST_TIMEOUT", "20"},
                                   {"NEPTUNE_SYNC_AFTER_STOP_TIMEOUT", "30"},
                                   {"NEPTUNE_SYNC_BATCH_TIMEOUT", "40"},
                                   {"NEPTUNE_SUBPROCESS_KILL_TIMEOUT", "2.5"},
                                   {"NEPTUNE_ASYNC_BATCH_SIZE", "10"},
                                   {"NEPTUNE_MAX_BATCH_SIZE_BYTES", "1000"},
                                   {"NEPTUNE_MAX_DISK_USAGE", "90.5"},
                                   {"NEPTUNE_RAISE_ERROR_ON_DISK_USAGE_EXCEEDED", "True"},
                                   {"NEPTUNE_ENABLE_DEFAULT_ASYNC_LAG_CALLBACK", "TRUE"},
                                   {"NEPTUNE_ENABLE_DEFAULT_ASYNC_NO_PROGRESS_CALLBACK", "TRUE"}});
    CHECK(environment.data_directory == "/data");
    CHECK(environment.timing.retry_budget.count() == 1.5);
    CHECK(environment.timing.request_timeout.count() == 20);
    CHECK(environment.timing.stop_without_progress.count() == 30);
    CHECK(environment.timing.sync_batch.count() == 40);
    CHECK(environment.timing.child_patience.count() == 2.5);
    CHECK(environment.batch_operations == 10);
    CHECK(environment.batch_bytes == 1000);
    CHECK(environment.max_disk_usage_percent == 90.5);
    CHECK(environment.throw_when_disk_full);
    CHECK(environment.default_lag_callback);
    CHECK(environment.default_no_progress_callback);
}

TEST_CASE("environment: values that make no sense are the default", "[client]") {
    const auto environment = with({{"NEPTUNE_DATA_DIRECTORY", ""},
                                   {"NEPTUNE_RETRIES_TIMEOUT", "soon"},
                                   {"NEPTUNE_REQUEST_TIMEOUT", "-1"},
                                   {"NEPTUNE_SYNC_AFTER_STOP_TIMEOUT", "nan"},
                                   {"NEPTUNE_ASYNC_BATCH_SIZE", "0"},
                                   {"NEPTUNE_MAX_BATCH_SIZE_BYTES", "many"},
                                   {"NEPTUNE_ENABLE_DEFAULT_ASYNC_LAG_CALLBACK", "true"}});
    CHECK(environment.data_directory == ".neptune");
    CHECK(environment.timing.retry_budget.count() == 60);
    CHECK(environment.timing.request_timeout.count() == 600);
    CHECK(environment.timing.stop_without_progress.count() == 60);
    CHECK(environment.batch_operations == 1000);
    CHECK(environment.batch_bytes == 104'857'600);
    CHECK_FALSE(environment.default_lag_callback);  // exactly TRUE, as the Python client has it
    // Told when an object is opened.
    for (const char* percent : {"0", "101", "-5", "half"})
        CHECK(with({{"NEPTUNE_MAX_DISK_USAGE", percent}}).max_disk_usage_percent < 0);
}

TEST_CASE("environment: a pause ends early when it is aborted, and so do all later ones",
          "[client]") {
    AbortablePause pause(1);
    bool slept = true;
    std::thread sleeper([&] { slept = pause.sleep(std::chrono::minutes(10)); });
    pause.abort();
    sleeper.join();
    CHECK_FALSE(slept);
    CHECK_FALSE(pause.sleep(std::chrono::minutes(10)));
    AbortablePause scaled(1e-6);
    CHECK(scaled.sleep(std::chrono::seconds(60)));
}
