#ifndef NEPTUNE_CORE_CRC32_HPP
#define NEPTUNE_CORE_CRC32_HPP

// The two check sums of the deflate family: CRC-32 (PNG, gzip, zip) and Adler-32 (zlib).

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace neptune::core {
namespace detail {

inline constexpr std::array<std::uint32_t, 256> crc32_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1U) != 0 ? 0xEDB88320U ^ (value >> 1U) : value >> 1U;
        table[i] = value;
    }
    return table;
}();

}  // namespace detail

/// CRC-32 of ISO 3309 over `bytes`. `before`: the sum of what precedes them, 0 at the beginning.
[[nodiscard]] inline std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0) {
    std::uint32_t value = ~before;
    for (const char byte : bytes)
        value =
            detail::crc32_table[(value ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (value >> 8U);
    return ~value;
}

/// Adler-32 of RFC 1950 over `bytes`.
[[nodiscard]] inline std::uint32_t adler32(std::string_view bytes) {
    constexpr std::uint32_t modulus = 65'521;
    // So many bytes can be added before the second sum needs more than 32 bits.
    constexpr std::size_t run = 5'552;
    std::uint32_t a = 1, b = 0;
    while (!bytes.empty()) {
        for (const char byte : bytes.substr(0, run)) {
            a += static_cast<unsigned char>(byte);
            b += a;
        }
        a %= modulus;
        b %= modulus;
        bytes.remove_prefix(bytes.size() < run ? bytes.size() : run);
    }
    return (b << 16U) | a;
}

}  // namespace neptune::core

#endif
