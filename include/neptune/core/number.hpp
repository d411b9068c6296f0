#ifndef NEPTUNE_CORE_NUMBER_HPP
#define NEPTUNE_CORE_NUMBER_HPP

// Text of numbers, the same under every locale, and the one test for NaN and infinity that
// -ffast-math keeps.

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace neptune::core {

/// False for NaN and both infinities, also in programs compiled with -ffast-math.
[[nodiscard]] inline bool is_finite(const double& value) {
    // Under -ffast-math a compiler may assume that a double is finite and fold a comparison of its
    // bits, so they are taken from memory and hidden from it.
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
#if defined(__GNUC__)
    __asm__("" : "+r"(bits));
#endif
    constexpr std::uint64_t exponent = 0x7FF0000000000000U;
    return (bits & exponent) != exponent;
}

/// The shortest decimal text that reads back as `value`, always a JSON number and always marked as
/// no integer by a point or an exponent: 1 -> "1.0", 0.1 -> "0.1", 1e300 -> "1e+300". Errors:
/// std::invalid_argument for NaN and infinity, which JSON cannot express.
[[nodiscard]] inline std::string shortest(double value) {
    if (!is_finite(value)) {
        throw std::invalid_argument("neptune: NaN and infinity have no JSON text");
    }
    std::array<char, 32> buffer;  // 24 characters are the longest: -1.2345678901234567e-300
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    std::string text(buffer.data(), written.ptr);
    if (text.find_first_of(".e") == std::string::npos) {
        text += ".0";
    }
    return text;
}

/// The number that the whole of `text` spells in decimal, with or without fraction and exponent.
/// Nothing for surrounding white space, a leading '+', "nan", "inf", and for magnitudes outside the
/// range of double (1e999, 1e-999).
[[nodiscard]] inline std::optional<double> parse_double(std::string_view text) {
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end || !is_finite(value)) {
        return std::nullopt;
    }
    return value;
}

/// The integer that the whole of `text` spells in decimal; nothing for anything else, also if it
/// does not fit.
[[nodiscard]] inline std::optional<std::int64_t> parse_int64(std::string_view text) {
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end) {
        return std::nullopt;
    }
    return value;
}

}  // namespace neptune::core

#endif
