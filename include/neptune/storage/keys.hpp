#ifndef NEPTUNE_STORAGE_KEYS_HPP
#define NEPTUNE_STORAGE_KEYS_HPP

// Keys of projects and models: 1 to 10 upper-case letters or digits, at least one letter (wire
// protocol §11.3).

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace neptune::storage {

inline constexpr std::size_t max_key_characters = 10;

[[nodiscard]] inline bool is_valid_key(std::string_view key) {
    // Not <cctype>: the locale must not decide about keys.
    const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return key.size() <= max_key_characters && std::any_of(key.begin(), key.end(), is_letter) &&
           std::all_of(key.begin(), key.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

/// The first letters and digits of a project's name, such as "CLAS" for "classification". Always a
/// valid key.
[[nodiscard]] inline std::string key_from_name(std::string_view name) {
    constexpr std::size_t length = 4;
    std::string key;
    for (char c : name) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (key.size() < length && is_valid_key(std::string{'A', c})) key += c;
    }
    return is_valid_key(key) ? key : "P" + key;
}

/// `key`, `key`2, `key`3, … : the first one for which `is_taken` is false.
template <class IsTaken>
[[nodiscard]] std::string make_unique_key(const std::string& key, IsTaken&& is_taken) {
    std::string candidate = key;
    for (std::size_t number = 2; is_taken(candidate); ++number) {
        const std::string digits = std::to_string(number);
        candidate = key.substr(0, max_key_characters - digits.size()) + digits;
    }
    return candidate;
}

}  // namespace neptune::storage

#endif
