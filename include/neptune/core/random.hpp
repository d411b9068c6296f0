#ifndef NEPTUNE_CORE_RANDOM_HPP
#define NEPTUNE_CORE_RANDOM_HPP

// Randomness of the operating system, good for secrets. There is no generator in this process whose
// state a forked child would share.

#include <neptune/core/base64.hpp>
#include <neptune/core/descriptor.hpp>
#include <neptune/core/hex.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#if defined(__linux__)
#include <sys/random.h>
#endif

namespace neptune::core {

namespace detail {

/// For systems and sandboxes without getrandom(2).
inline void random_bytes_from_device(std::span<std::uint8_t> bytes) {
    const std::string path = "/dev/urandom";
    const Descriptor device = open_file(path, O_RDONLY);
    if (read_up_to(device, bytes.data(), bytes.size(), path) != bytes.size()) {
        throw os_error(EIO, "read", path);
    }
}

}  // namespace detail

/// Fills `bytes`. Errors: std::system_error if the system has no source of randomness. Threads:
/// any.
inline void random_bytes(std::span<std::uint8_t> bytes) {
#if defined(__linux__)
    while (!bytes.empty()) {
        const ::ssize_t count = ::getrandom(bytes.data(), bytes.size(), 0);
        if (count >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            break;
        }
    }
#endif
    if (!bytes.empty()) {
        detail::random_bytes_from_device(bytes);
    }
}

/// A random UUID (RFC 4122 version 4): 36 characters, hexadecimal digits in lower case.
[[nodiscard]] inline std::string uuid4() {
    std::array<std::uint8_t, 16> bytes;
    random_bytes(bytes);
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0FU) | 0x40U);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3FU) | 0x80U);
    std::string text = to_hex(bytes);
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
        text.insert(dash, 1, '-');
    }
    return text;
}

/// `size` random bytes as base64url text, for secrets in headers, addresses and files. 32 bytes
/// give 43 characters.
[[nodiscard]] inline std::string random_token(std::size_t size) {
    std::string bytes(size, '\0');
    random_bytes({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    return base64::encode_url(bytes);
}

/// `length` characters of [a-z0-9], each equally likely.
[[nodiscard]] inline std::string random_word(std::size_t length) {
    constexpr std::string_view characters = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::size_t limit = 256 / characters.size() * characters.size();
    std::string word;
    std::array<std::uint8_t, 32> bytes;
    while (word.size() < length) {
        random_bytes(bytes);
        for (std::size_t i = 0; i < bytes.size() && word.size() < length; ++i) {
            // The last few values would favour the first letters.
            if (bytes[i] < limit) {
                word += characters[bytes[i] % characters.size()];
            }
        }
    }
    return word;
}

}  // namespace neptune::core

#endif
