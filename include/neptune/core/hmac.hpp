#ifndef NEPTUNE_CORE_HMAC_HPP
#define NEPTUNE_CORE_HMAC_HPP

#include <neptune/core/sha256.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace neptune::core {

/// HMAC with SHA-256 (RFC 2104). Key and message may be of any length and hold any bytes.
inline Sha256::Digest hmac_sha256(std::string_view key, std::string_view message) {
    std::array<std::uint8_t, Sha256::block_size> block{};
    if (key.size() > block.size()) {
        Sha256 hash;
        hash.update(key);
        const Sha256::Digest digest = hash.digest();
        std::copy(digest.begin(), digest.end(), block.begin());
    } else {
        std::copy(key.begin(), key.end(), block.begin());
    }
    const auto keyed = [&block](std::uint8_t pad) {
        std::array<std::uint8_t, Sha256::block_size> padded;
        for (std::size_t i = 0; i < block.size(); ++i) {
            padded[i] = static_cast<std::uint8_t>(block[i] ^ pad);
        }
        Sha256 hash;
        hash.update(padded);
        return hash;
    };
    Sha256 inner = keyed(0x36);
    inner.update(message);
    Sha256 outer = keyed(0x5c);
    outer.update(inner.digest());
    return outer.digest();
}

/// The same with the result of an earlier call as the key, as chains of derived keys need it.
inline Sha256::Digest hmac_sha256(const Sha256::Digest& key, std::string_view message) {
    return hmac_sha256(std::string_view(reinterpret_cast<const char*>(key.data()), key.size()),
                       message);
}

/// Whether two secrets are equal, in a time that depends on their lengths only, not on where they
/// differ.
inline bool equal_secret(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) {
        return false;
    }
    // volatile: an optimiser may otherwise leave the loop as soon as the answer is known.
    volatile unsigned char difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        difference = static_cast<unsigned char>(difference | (left[i] ^ right[i]));
    }
    return difference == 0;
}

}  // namespace neptune::core

#endif
