#ifndef NEPTUNE_CLIENT_MONITORING_NVML_HPP
#define NEPTUNE_CLIENT_MONITORING_NVML_HPP

// Figures of NVIDIA cards by the library that comes with their driver, loaded when it is there.

#include <neptune/core/number.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dlfcn.h>

namespace neptune::client {

/// Threads: one at a time.
class Nvml {
public:
    /// Nothing if there is no such library, or it finds no driver.
    [[nodiscard]] static std::unique_ptr<Nvml> load(const char* library = "libnvidia-ml.so.1") {
        void* const handle = ::dlopen(library, RTLD_NOW | RTLD_LOCAL);
        if (handle == nullptr) return nullptr;
        std::unique_ptr<Nvml> result(new Nvml(handle));
        return result->begin() ? std::move(result) : nullptr;
    }
    Nvml(const Nvml&) = delete;
    Nvml& operator=(const Nvml&) = delete;
    ~Nvml() {
        if (begun_) shutdown_();
        ::dlclose(handle_);
    }

    /// Indices of the cards that this process may use: those of CUDA_VISIBLE_DEVICES up to the
    /// first that does not exist, if it is a list of integers, else all. Source: the Python client.
    [[nodiscard]] std::vector<unsigned> cards(const std::optional<std::string>& visible) const {
        unsigned count = 0;
        if (count_(&count) != success) return {};
        std::vector<unsigned> result;
        if (visible && !visible->empty()) {
            for (std::string_view rest = *visible;;) {
                const auto comma = rest.find(',');
                auto word = rest.substr(0, comma);
                while (word.starts_with(' ')) word.remove_prefix(1);
                while (word.ends_with(' ')) word.remove_suffix(1);
                const auto index = core::parse_int64(word);
                if (!index) break;
                if (*index < 0 || *index >= static_cast<std::int64_t>(count)) return result;
                result.push_back(static_cast<unsigned>(*index));
                if (comma == std::string_view::npos) return result;
                rest.remove_prefix(comma + 1);
            }
            result.clear();
        }
        for (unsigned index = 0; index < count; ++index) result.push_back(index);
        return result;
    }

    // Of one card; nothing for what it does not tell.
    /// Percent of the last sample period in which it computed.
    [[nodiscard]] std::optional<double> utilization(unsigned card) const {
        Utilization value{};
        return ask(card, utilization_, &value) ? std::optional<double>(value.gpu) : std::nullopt;
    }
    /// Bytes.
    [[nodiscard]] std::optional<double> memory_used(unsigned card) const {
        Memory value{};
        return ask(card, memory_, &value) ? std::optional(static_cast<double>(value.used))
                                          : std::nullopt;
    }
    [[nodiscard]] std::optional<double> memory_total(unsigned card) const {
        Memory value{};
        return ask(card, memory_, &value) ? std::optional(static_cast<double>(value.total))
                                          : std::nullopt;
    }
    /// Watts.
    [[nodiscard]] std::optional<double> power(unsigned card) const { return watts(card, power_); }
    [[nodiscard]] std::optional<double> power_limit(unsigned card) const {
        return watts(card, power_limit_);
    }

private:
    // Types and names of nvml.h, whose binary interface is stable.
    static constexpr int success = 0;
    struct Utilization {
        unsigned gpu, memory;
    };
    struct Memory {
        unsigned long long total, free, used;
    };
    using Device = void*;
    template <class Value>
    using Question = int (*)(Device, Value*);

    explicit Nvml(void* handle) : handle_(handle) {}

    template <class Function>
    bool find(const char* name, Function& function) const {
        function = reinterpret_cast<Function>(::dlsym(handle_, name));
        return function != nullptr;
    }
    bool begin() {
        int (*init)() = nullptr;
        const bool complete = find("nvmlInit_v2", init) && find("nvmlShutdown", shutdown_) &&
                              find("nvmlDeviceGetCount_v2", count_) &&
                              find("nvmlDeviceGetHandleByIndex_v2", device_);
        // Each of these may be missing.
        find("nvmlDeviceGetUtilizationRates", utilization_);
        find("nvmlDeviceGetMemoryInfo", memory_);
        find("nvmlDeviceGetPowerUsage", power_);
        find("nvmlDeviceGetEnforcedPowerLimit", power_limit_);
        begun_ = complete && init() == success;
        return begun_;
    }

    template <class Value>
    bool ask(unsigned card, Question<Value> question, Value* value) const {
        Device device = nullptr;
        return question != nullptr && device_(card, &device) == success &&
               question(device, value) == success;
    }
    [[nodiscard]] std::optional<double> watts(unsigned card, Question<unsigned> question) const {
        unsigned milliwatts = 0;
        return ask(card, question, &milliwatts) ? std::optional(milliwatts / 1000.0) : std::nullopt;
    }

    void* handle_;
    bool begun_ = false;
    int (*shutdown_)() = nullptr;
    int (*count_)(unsigned*) = nullptr;
    int (*device_)(unsigned, Device*) = nullptr;
    Question<Utilization> utilization_ = nullptr;
    Question<Memory> memory_ = nullptr;
    Question<unsigned> power_ = nullptr, power_limit_ = nullptr;
};

}  // namespace neptune::client

#endif
