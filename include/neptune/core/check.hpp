#ifndef NEPTUNE_CORE_CHECK_HPP
#define NEPTUNE_CORE_CHECK_HPP

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace neptune::core {

namespace detail {

// Odd constants with well-spread bits: 2^32 over the golden ratio, and the finaliser of MurmurHash3
// (public domain).
inline constexpr std::uint32_t check_step = 0x9E3779B1;
inline constexpr std::uint32_t check_first = 0x85EBCA6B;
inline constexpr std::uint32_t check_second = 0xC2B2AE35;

/// One word into the state: a bijection of either while the other is fixed. The word is spread
/// before it meets the state, otherwise a flip of its high bits could be undone by one in the next.
constexpr std::uint32_t check_mix(std::uint32_t state, std::uint32_t word) {
    return std::rotl(state + word * check_second, 13) * check_step;
}

/// Little-endian whatever the machine is; compilers make one load of it.
inline std::uint32_t check_word(const unsigned char* bytes) {
    return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
           std::uint32_t{bytes[3]} << 24;
}

}  // namespace detail

/// A 32-bit check word over `size` bytes, the same on every machine. It finds torn, zeroed and
/// stale records, not forged ones. Each step is a bijection, so a change within one aligned group
/// of four bytes always changes the result, anything else does but for one case in 2^32. `seed`
/// tells apart records that may not be taken for one another, such as the generations of a recycled
/// file. Cost: 5.5 ns for 32 bytes, 9 ns until the result is there (measured, -O2).
[[nodiscard]] inline std::uint32_t check32(const void* data, std::size_t size, std::uint32_t seed) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    std::size_t left = size;
    // Four lanes, because one waits for its multiplication at each word. Their starts differ, so
    // that equal words in different places do not cancel out.
    std::uint32_t a = seed + detail::check_step;
    std::uint32_t b = seed ^ detail::check_first;
    std::uint32_t c = seed + detail::check_second;
    std::uint32_t d = ~seed;
    for (; left >= 16; left -= 16, bytes += 16) {
        a = detail::check_mix(a, detail::check_word(bytes));
        b = detail::check_mix(b, detail::check_word(bytes + 4));
        c = detail::check_mix(c, detail::check_word(bytes + 8));
        d = detail::check_mix(d, detail::check_word(bytes + 12));
    }
    std::uint32_t state = a + std::rotl(b, 7) + std::rotl(c, 13) + std::rotl(d, 19);
    for (; left >= 4; left -= 4, bytes += 4) {
        state = detail::check_mix(state, detail::check_word(bytes));
    }
    if (left > 0) {
        std::array<unsigned char, 4> last{};
        for (std::size_t i = 0; i < left; ++i) {
            last[i] = bytes[i];
        }
        state = detail::check_mix(state, detail::check_word(last.data()));
    }
    // The length tells trailing zero bytes from none.
    state = detail::check_mix(state, static_cast<std::uint32_t>(size));
    state = (state ^ state >> 16) * detail::check_first;
    state = (state ^ state >> 13) * detail::check_second;
    return state ^ state >> 16;
}

}  // namespace neptune::core

#endif
