#ifndef NEPTUNE_CORE_PATTERN_PROGRAM_HPP
#define NEPTUNE_CORE_PATTERN_PROGRAM_HPP

// What a regular expression is compiled to (pattern_compiler.hpp), and what a search runs
// (pattern.hpp): steps that each take one code point, or lead on to others without taking any.

#include <neptune/core/utf8.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::core {

/// What is wrong with a pattern, and at which of its bytes, from 0.
struct PatternError : std::runtime_error {
    PatternError(const std::string& what, std::size_t position_)
        : std::runtime_error(what), position(position_) {}
    std::size_t position;
};

inline constexpr std::size_t max_pattern_instructions = 2'000;
inline constexpr std::size_t max_pattern_depth = 100;
/// Largest number inside {n,m}; RE2's.
inline constexpr int max_pattern_repeats = 1'000;

namespace detail {

/// A code point at the front of `text`, taken off it; U+FFFD for what is no UTF-8.
inline char32_t take_code_point(std::string_view& text) {
    const Utf8Unit unit = first_unit(text);
    const auto byte = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(text[i]));
    };
    char32_t value = byte(0);
    if (!unit.valid) {
        value = 0xFFFD;
    } else if (unit.length > 1) {
        value &= 0xFFU >> (unit.length + 1);
        for (std::size_t i = 1; i < unit.length; ++i) value = value << 6 | (byte(i) & 0x3F);
    }
    text.remove_prefix(unit.length);
    return value;
}

/// A set of code points.
struct CodeSet {
    std::vector<std::pair<char32_t, char32_t>> ranges{};  ///< both ends inside
    bool negated = false;

    void add(char32_t first, char32_t last) { ranges.emplace_back(first, last); }
    void add(const CodeSet& other) {
        if (!other.negated) {
            ranges.insert(ranges.end(), other.ranges.begin(), other.ranges.end());
            return;
        }
        // The ranges of a negated set are in order: it is one of \D \W \S [:^alpha:].
        char32_t next = 0;
        for (const auto& [first, last] : other.ranges) {
            if (first > next) add(next, first - 1);
            next = last + 1;
        }
        add(next, 0x10FFFF);
    }
    [[nodiscard]] bool contains(char32_t c) const {
        for (const auto& range : ranges)
            if (c >= range.first && c <= range.second) return !negated;
        return negated;
    }
};

/// One step of the machine. Jumps are relative, so that a part of a program can be copied.
struct PatternStep {
    enum class Kind {
        code,
        set,
        split,
        jump,
        text_begin,
        text_end,
        word_edge,
        no_word_edge,
        match
    };
    Kind kind = Kind::match;
    char32_t code = 0;
    std::size_t set = 0;
    std::ptrdiff_t first = 0, second = 0;
};

using PatternProgram = std::vector<PatternStep>;

[[nodiscard]] inline bool is_word_code(char32_t c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

}  // namespace detail
}  // namespace neptune::core

#endif
