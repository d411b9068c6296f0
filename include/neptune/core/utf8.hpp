#ifndef NEPTUNE_CORE_UTF8_HPP
#define NEPTUNE_CORE_UTF8_HPP

// UTF-8 as the Unicode Standard defines it (table 3-7: no surrogates, no overlong forms, nothing
// above U+10FFFF). Invalid input is cut into maximal subparts, each of which counts as one code
// point and is replaced by one U+FFFD, as web browsers do (Unicode §3.9, WHATWG Encoding).

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace neptune::core {

namespace detail {

/// The number of bytes below 0x80 at the front of `text`.
inline std::size_t ascii_prefix(std::string_view text) {
    constexpr std::uint64_t high_bits = 0x8080808080808080U;
    std::size_t length = 0;
    for (std::uint64_t eight = 0; text.size() - length >= sizeof eight; length += sizeof eight) {
        std::memcpy(&eight, text.data() + length, sizeof eight);
        if ((eight & high_bits) != 0) {
            break;
        }
    }
    while (length < text.size() && static_cast<unsigned char>(text[length]) < 0x80) {
        ++length;
    }
    return length;
}

struct Utf8Unit {
    std::size_t
        length;  ///< Bytes, at least one: of the code point, or of the maximal subpart to replace.
    bool valid;
};

/// The first code point of `text`, which must not be empty.
inline Utf8Unit first_unit(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        return {1, true};
    }
    if (lead < 0xC2 || lead > 0xF4) {
        return {1, false};
    }
    const std::size_t wanted = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    // Overlong forms, surrogates and too large values show in the second byte; the others are free.
    unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < wanted; ++i) {
        if (i == text.size() || byte(i) < lowest || byte(i) > highest) {
            return {i, false};
        }
        lowest = 0x80;
        highest = 0xBF;
    }
    return {wanted, true};
}

}  // namespace detail

/// Whether `text` is UTF-8 throughout.
[[nodiscard]] inline bool is_valid(std::string_view text) {
    while (true) {
        text.remove_prefix(detail::ascii_prefix(text));
        if (text.empty()) {
            return true;
        }
        const detail::Utf8Unit unit = detail::first_unit(text);
        if (!unit.valid) {
            return false;
        }
        text.remove_prefix(unit.length);
    }
}

/// `text` with each maximal invalid part replaced by U+FFFD; the result is valid.
[[nodiscard]] inline std::string replace_invalid(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t ascii = detail::ascii_prefix(text);
        result.append(text.substr(0, ascii));
        text.remove_prefix(ascii);
        if (!text.empty()) {
            const detail::Utf8Unit unit = detail::first_unit(text);
            result.append(unit.valid ? text.substr(0, unit.length) : "\xEF\xBF\xBD");
            text.remove_prefix(unit.length);
        }
    }
    return result;
}

/// The first `count` code points of `text`, all of it if there are no more. A code point is never
/// cut.
[[nodiscard]] inline std::string_view truncate_code_points(std::string_view text,
                                                           std::size_t count) {
    if (text.size() <= count) {
        return text;
    }
    std::size_t length = 0;
    while (count > 0 && length < text.size()) {
        const std::string_view rest = text.substr(length);
        const std::size_t ascii = detail::ascii_prefix(rest.substr(0, count));
        length += ascii > 0 ? ascii : detail::first_unit(rest).length;
        count -= ascii > 0 ? ascii : 1;
    }
    return text.substr(0, length);
}

/// The code points of `text`, which are what Neptune's limits on strings count.
[[nodiscard]] inline std::size_t count_code_points(std::string_view text) {
    std::size_t count = 0;
    while (!text.empty()) {
        const std::size_t ascii = detail::ascii_prefix(text);
        count += ascii;
        text.remove_prefix(ascii);
        if (!text.empty()) {
            text.remove_prefix(detail::first_unit(text).length);
            ++count;
        }
    }
    return count;
}

}  // namespace neptune::core

#endif
