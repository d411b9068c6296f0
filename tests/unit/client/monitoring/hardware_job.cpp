#include <neptune/client/monitoring/hardware_job.hpp>
#include <neptune/client/value_get.hpp>

#include "support/catch.hpp"
#include "support/recording_object.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace neptune::client;

namespace {

std::map<std::string, std::pair<std::string, double>> names_units_limits(const Gauges& gauges) {
    std::map<std::string, std::pair<std::string, double>> result;
    for (const auto& gauge : gauges.all()) result[gauge.name] = {gauge.unit, gauge.max};
    return result;
}

}  // namespace

TEST_CASE("hardware: without a card there are cpu and memory", "[monitoring]") {
    const Gauges gauges("", nullptr, {});
    const auto all = names_units_limits(gauges);
    REQUIRE(all.size() == 2);
    CHECK(all.at("cpu") == std::pair<std::string, double>("%", 100));
    CHECK(all.at("memory").first == "GB");
    CHECK(all.at("memory").second > 0);
}

TEST_CASE("hardware: several cards have numbers, and the range of the largest", "[monitoring]") {
    using Range = std::pair<std::string, double>;
    const Gauges two("", Nvml::load(NEPTUNE_FAKE_NVML), {});
    const auto all = names_units_limits(two);
    CHECK(all.size() == 8);
    for (const std::string card : {"_0", "_1"}) {
        CHECK(all.at("gpu" + card) == Range("%", 100));
        CHECK(all.at("gpu_memory" + card) == Range("GB", 16));
        CHECK(all.at("gpu_power" + card) == Range("W", 300));
    }
    const Gauges one("", Nvml::load(NEPTUNE_FAKE_NVML), "1");
    CHECK(names_units_limits(one).at("gpu_memory") == Range("GB", 16));
    CHECK(names_units_limits(one).count("gpu_1") == 0);
}

TEST_CASE("hardware: the first reading comes at once, zeros included", "[monitoring]") {
    support::RecordingObject object;
    Reporter reporter({});
    HardwareJob job(object, reporter, "monitoring/a",
                    std::make_unique<Gauges>("", Nvml::load(NEPTUNE_FAKE_NVML), "0"),
                    std::chrono::hours(1));
    job.start();
    job.stop({});
    const auto find = [&](const std::string& function, const std::string& path) {
        return std::find_if(object.calls.begin(), object.calls.end(), [&](const auto& call) {
            return call.function == function && call.path == path;
        });
    };
    const auto none = object.calls.end();
    for (const std::string name : {"cpu", "memory", "gpu", "gpu_memory", "gpu_power"}) {
        const auto field = find("assign", "monitoring/a/" + name);
        const auto point = find("append", "monitoring/a/" + name);
        REQUIRE(field != none);
        REQUIRE(point != none);
        CHECK(field < point);
        CHECK(point->append.timestamp.has_value());
        CHECK_FALSE(point->append.step.has_value());
    }
    CHECK(find("append", "monitoring/a/gpu")->value.get<double>() == 0.0);
    CHECK(find("append", "monitoring/a/gpu_memory")->value.get<double>() == 1.0);
    CHECK(find("append", "monitoring/a/gpu_power")->value.get<double>() == 30.5);
}

TEST_CASE("hardware: a series that a resumed run has already is not made anew", "[monitoring]") {
    support::RecordingObject object;
    object.stored["monitoring/a/cpu"] = 1;
    Reporter reporter({});
    HardwareJob job(object, reporter, "monitoring/a", std::make_unique<Gauges>("", nullptr, ""),
                    std::chrono::hours(1));
    job.start();
    job.stop({});
    for (const auto& call : object.calls)
        CHECK((call.function != "assign" || call.path != "monitoring/a/cpu"));
}
