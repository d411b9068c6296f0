#ifndef NEPTUNE_CORE_SHA1_HPP
#define NEPTUNE_CORE_SHA1_HPP

#include <neptune/core/block_hash.hpp>
#include <neptune/core/hex.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace neptune::core {

namespace detail {

/// FIPS 180-4 §5.3.1 and §6.1.2.
struct Sha1Rounds {
    using State = std::array<std::uint32_t, 5>;
    static constexpr State initial = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};

    static void compress(State& state, const std::array<std::uint32_t, 16>& block) {
        std::array<std::uint32_t, 80> w;
        for (std::size_t t = 0; t < 16; ++t) {
            w[t] = block[t];
        }
        for (std::size_t t = 16; t < 80; ++t) {
            w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        }
        std::uint32_t a = state[0];
        std::uint32_t b = state[1];
        std::uint32_t c = state[2];
        std::uint32_t d = state[3];
        std::uint32_t e = state[4];
        const auto round = [&](std::uint32_t mixed, std::uint32_t constant, std::uint32_t word) {
            const std::uint32_t next = std::rotl(a, 5) + mixed + e + constant + word;
            e = d;
            d = c;
            c = std::rotl(b, 30);
            b = a;
            a = next;
        };
        for (std::size_t t = 0; t < 20; ++t) {
            round((b & c) | (~b & d), 0x5a827999, w[t]);
        }
        for (std::size_t t = 20; t < 40; ++t) {
            round(b ^ c ^ d, 0x6ed9eba1, w[t]);
        }
        for (std::size_t t = 40; t < 60; ++t) {
            round((b & c) | (b & d) | (c & d), 0x8f1bbcdc, w[t]);
        }
        for (std::size_t t = 60; t < 80; ++t) {
            round(b ^ c ^ d, 0xca62c1d6, w[t]);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }
};

}  // namespace detail

/// SHA-1 (FIPS 180-4), 20 bytes. For names of contents that Neptune defines by it (artifacts, git),
/// not for secrets.
using Sha1 = BlockHash<detail::Sha1Rounds>;

/// The hash of `bytes` as 40 lower-case hexadecimal digits.
inline std::string sha1_hex(std::string_view bytes) {
    Sha1 hash;
    hash.update(bytes);
    return to_hex(hash.digest());
}

}  // namespace neptune::core

#endif
