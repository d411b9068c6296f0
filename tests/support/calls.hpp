#ifndef NEPTUNE_TESTS_SUPPORT_CALLS_HPP
#define NEPTUNE_TESTS_SUPPORT_CALLS_HPP

// What calls of a test say, and how long they take.

#include <chrono>
#include <functional>
#include <string>

namespace support {

/// What an error says, or nothing.
template <class Expected, class Function>
std::string words_of(Function function) {
    try {
        function();
    } catch (const Expected& error) {
        return error.what();
    }
    return {};
}

inline double seconds_of(const std::function<void()>& function) {
    const auto start = std::chrono::steady_clock::now();
    function();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace support

#endif
