#ifndef NEPTUNE_CORE_BASE64_HPP
#define NEPTUNE_CORE_BASE64_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Base64 (RFC 4648 §4, with padding) and base64url (§5, without padding). Both directions are
/// total and need no locale. Decoding is strict, so that each byte string has one spelling only: no
/// white space, no missing or surplus padding, no set bits behind the last byte.
namespace neptune::core::base64 {

namespace detail {

inline constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
inline constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
inline constexpr std::uint8_t no_digit = 64;

constexpr std::array<std::uint8_t, 256> digit_values(std::string_view alphabet) {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}

inline constexpr std::array<std::uint8_t, 256> standard_values = digit_values(standard_alphabet);
inline constexpr std::array<std::uint8_t, 256> url_values = digit_values(url_alphabet);

inline std::string encode_digits(std::string_view bytes, std::string_view alphabet) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char byte : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(byte);
        for (count += 8; count >= 6; count -= 6) {
            text += alphabet[bits >> (count - 6) & 63U];
        }
    }
    if (count > 0) {
        text += alphabet[bits << (6 - count) & 63U];
    }
    return text;
}

inline std::optional<std::string> decode_digits(std::string_view digits,
                                                const std::array<std::uint8_t, 256>& values) {
    if (digits.size() % 4 == 1) {
        return std::nullopt;
    }
    std::string bytes;
    bytes.reserve(digits.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char digit : digits) {
        const std::uint8_t value = values[static_cast<unsigned char>(digit)];
        if (value == no_digit) {
            return std::nullopt;
        }
        bits = bits << 6 | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(static_cast<unsigned char>(bits >> count));
        }
    }
    if ((bits & ((1U << count) - 1U)) != 0) {
        return std::nullopt;
    }
    return bytes;
}

}  // namespace detail

/// The standard alphabet, padded with '=' to a multiple of four characters.
inline std::string encode(std::string_view bytes) {
    std::string text = detail::encode_digits(bytes, detail::standard_alphabet);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

/// The bytes that `encode` made `text` of, or nothing if it made no such text.
inline std::optional<std::string> decode(std::string_view text) {
    if (text.size() % 4 != 0) {
        return std::nullopt;
    }
    for (int padding = 0; padding < 2 && !text.empty() && text.back() == '='; ++padding) {
        text.remove_suffix(1);
    }
    return detail::decode_digits(text, detail::standard_values);
}

/// The alphabet that is safe in URLs, headers and file names, without padding.
inline std::string encode_url(std::string_view bytes) {
    return detail::encode_digits(bytes, detail::url_alphabet);
}

/// The bytes that `encode_url` made `text` of, or nothing if it made no such text.
inline std::optional<std::string> decode_url(std::string_view text) {
    return detail::decode_digits(text, detail::url_values);
}

}  // namespace neptune::core::base64

#endif
