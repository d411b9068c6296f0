#ifndef NEPTUNE_CORE_HEX_HPP
#define NEPTUNE_CORE_HEX_HPP

#include <cstdint>
#include <span>
#include <string>

namespace neptune::core {

/// Two lower-case hexadecimal digits per byte, the first byte first.
inline std::string to_hex(std::span<const std::uint8_t> bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15U];
    }
    return text;
}

}  // namespace neptune::core

#endif
