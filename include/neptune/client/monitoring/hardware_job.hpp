#ifndef NEPTUNE_CLIENT_MONITORING_HARDWARE_JOB_HPP
#define NEPTUNE_CLIENT_MONITORING_HARDWARE_JOB_HPP

// CPU, memory and graphics cards as float series of a run.

#include <neptune/client/monitoring/job.hpp>
#include <neptune/client/monitoring/machine.hpp>
#include <neptune/client/monitoring/nvml.hpp>
#include <neptune/client/object.hpp>
#include <neptune/client/periodic.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/core/environment.hpp>
#include <neptune/core/time.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace neptune::client {

/// One figure that is measured again and again.
struct Gauge {
    std::string name;  ///< of the field in the monitoring namespace
    std::string unit;
    double max = 0;  ///< of its range; 0: not known
    /// Nothing: there is no figure this time.
    std::function<std::optional<double>()> read;
};

/// Units: %, GB of 2^30 bytes, W. Names and ranges are those of the Python client.
class Gauges {
public:
    /// `root` stands before every path of the system. Cards are left out if `nvml` is null.
    Gauges(const std::string& root, std::unique_ptr<Nvml> nvml,
           const std::optional<std::string>& visible_cards)
        : machine_(root, seconds()), nvml_(std::move(nvml)) {
        constexpr double gigabyte = 1024.0 * 1024.0 * 1024.0;
        const auto in_gigabytes = [](std::optional<double> bytes) {
            return bytes ? std::optional(*bytes / gigabyte) : std::nullopt;
        };
        all_.push_back({"cpu", "%", 100, [this] { return machine_.cpu_percent(seconds()); }});
        all_.push_back({"memory", "GB", machine_.memory_total() / gigabyte,
                        [=, this] { return in_gigabytes(machine_.memory_used()); }});
        if (!nvml_) return;
        const auto cards = nvml_->cards(visible_cards);
        double most_memory = 0, most_power = 0;
        for (const auto card : cards) {
            most_memory = (std::max)(most_memory, nvml_->memory_total(card).value_or(0));
            most_power = (std::max)(most_power, nvml_->power_limit(card).value_or(0));
        }
        for (const auto card : cards) {
            const auto suffix = cards.size() > 1 ? "_" + std::to_string(card) : std::string();
            all_.push_back(
                {"gpu" + suffix, "%", 100, [=, this] { return nvml_->utilization(card); }});
            all_.push_back({"gpu_memory" + suffix, "GB", most_memory / gigabyte,
                            [=, this] { return in_gigabytes(nvml_->memory_used(card)); }});
            if (nvml_->power(card))
                all_.push_back({"gpu_power" + suffix, "W", most_power,
                                [=, this] { return nvml_->power(card); }});
        }
    }
    Gauges(const Gauges&) = delete;
    Gauges& operator=(const Gauges&) = delete;

    [[nodiscard]] const std::vector<Gauge>& all() const { return all_; }

private:
    static double seconds() {
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
    }

    Machine machine_;
    std::unique_ptr<Nvml> nvml_;
    std::vector<Gauge> all_;
};

/// Reads all gauges at once, one time at least, and then every `period`. Zeros are figures like
/// others. Lifetime: `object` and `reporter` outlive it.
class HardwareJob final : public Job {
public:
    HardwareJob(neptune::detail::Object& object, Reporter& reporter, std::string prefix,
                std::unique_ptr<Gauges> gauges, std::chrono::duration<double> period)
        : object_(object),
          reporter_(reporter),
          prefix_(std::move(prefix)),
          gauges_(std::move(gauges)),
          period_(period) {}

    void start() override {
        periodic_ = std::make_unique<Periodic>(period_, [this] { return log(); });
    }
    void stop(std::chrono::steady_clock::time_point) override {
        if (!periodic_) return;
        periodic_.reset();
        // A run that was shorter than it takes to start a thread has a reading too.
        if (is_first_) log();
    }

private:
    // False when there is nobody left to log to.
    bool log() noexcept {
        const JobScope scope;
        try {
            if (std::exchange(is_first_, false)) make_fields();
            Append point;
            point.timestamp.emplace().ms = core::now_ms();
            for (const auto& gauge : gauges_->all())
                if (const auto figure = gauge.read())
                    object_.append(object_.intern(path_of(gauge)), *figure, point);
        } catch (const InactiveObjectError&) {
            return false;
        } catch (const std::exception& error) {
            reporter_.report(
                Error(ErrorCode::monitoring_failed,
                      "hardware figures could not be logged to " + prefix_ + ": " + error.what()),
                prefix_, Level::warning);
        }
        return true;
    }
    void make_fields() {
        for (const auto& gauge : gauges_->all()) {
            // A run that is resumed under the same namespace keeps what it has.
            if (object_.exists(path_of(gauge))) continue;
            FloatSeries series;
            series.min = 0;
            if (gauge.max > 0) series.max = gauge.max;
            series.unit = gauge.unit;
            object_.assign(object_.intern(path_of(gauge)), series, {});
        }
    }
    [[nodiscard]] std::string path_of(const Gauge& gauge) const {
        return prefix_ + "/" + gauge.name;
    }

    neptune::detail::Object& object_;
    Reporter& reporter_;
    const std::string prefix_;
    const std::unique_ptr<Gauges> gauges_;
    const std::chrono::duration<double> period_;
    bool is_first_ = true;
    std::unique_ptr<Periodic> periodic_;
};

}  // namespace neptune::client

#endif
