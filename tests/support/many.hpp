#ifndef NEPTUNE_TESTS_SUPPORT_MANY_HPP
#define NEPTUNE_TESTS_SUPPORT_MANY_HPP

// Much of something.

#include <neptune/run.hpp>

#include <string>
#include <vector>

namespace support {

/// 0, 1, 2 … number - 1.
inline std::vector<double> counted(int number) {
    std::vector<double> values;
    for (int i = 0; i < number; ++i) values.push_back(i);
    return values;
}

/// Appends these to the series "loss", one by one.
inline void log_some(const neptune::Run& run, int number) {
    for (int i = 0; i < number; ++i) run["loss"].append(i);
}

inline std::string repeated(int count, const std::string& text) {
    std::string result;
    for (int i = 0; i < count; ++i) result += text;
    return result;
}

}  // namespace support

#endif
