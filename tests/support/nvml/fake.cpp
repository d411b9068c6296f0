// A library with the names of NVML: two cards, of which the first is idle. NEPTUNE_FAKE_CARDS gives
// another number; with 0 there is no driver.

#include <cstdlib>

namespace {

constexpr int success = 0, not_found = 6, driver_not_loaded = 9;

unsigned count() {
    const char* const text = std::getenv("NEPTUNE_FAKE_CARDS");
    return text != nullptr ? static_cast<unsigned>(std::atoi(text)) : 2;
}

char devices[8];

unsigned index_of(void* device) {
    return static_cast<unsigned>(static_cast<char*>(device) - devices);
}

}  // namespace

extern "C" {

struct Utilization {
    unsigned gpu, memory;
};
struct Memory {
    unsigned long long total, free, used;
};

int nvmlInit_v2() {
    return count() == 0 ? driver_not_loaded : success;
}
int nvmlShutdown() {
    return success;
}
int nvmlDeviceGetCount_v2(unsigned* result) {
    *result = count();
    return success;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
    if (index >= count()) return not_found;
    *device = devices + index;
    return success;
}
int nvmlDeviceGetUtilizationRates(void* device, Utilization* result) {
    *result = {index_of(device) * 75, 5};
    return success;
}
int nvmlDeviceGetMemoryInfo(void* device, Memory* result) {
    constexpr unsigned long long gigabyte = 1ULL << 30;
    const auto used = (1 + index_of(device)) * gigabyte;
    *result = {(8 + 8 * index_of(device)) * gigabyte, 0, used};
    return success;
}
int nvmlDeviceGetPowerUsage(void* device, unsigned* milliwatts) {
    *milliwatts = 30'500 + 1000 * index_of(device);
    return success;
}
int nvmlDeviceGetEnforcedPowerLimit(void* device, unsigned* milliwatts) {
    *milliwatts = 250'000 + 50'000 * index_of(device);
    return success;
}

}  // extern "C"
