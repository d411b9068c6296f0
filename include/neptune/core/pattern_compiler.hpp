#ifndef NEPTUNE_CORE_PATTERN_COMPILER_HPP
#define NEPTUNE_CORE_PATTERN_COMPILER_HPP

// From the text of a regular expression (its syntax stands in pattern.hpp) to a program.

#include <neptune/core/pattern_program.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::core::detail {

/// Reads a pattern by recursive descent and writes its program.
class PatternCompiler {
public:
    explicit PatternCompiler(std::string_view text) : text_(text), rest_(text) {}

    PatternProgram compile(std::vector<CodeSet>& sets) {
        auto program = alternatives(0);
        if (!rest_.empty()) fail("there is no ( for this )");
        program.push_back({Kind::match});
        sets = std::move(sets_);
        return program;
    }

private:
    using Kind = PatternStep::Kind;
    struct Flags {
        bool ignore_case = false, dot_takes_newline = false;
    };

    [[noreturn]] void fail(const std::string& what) const {
        throw PatternError(what, text_.size() - rest_.size());
    }
    [[nodiscard]] bool next_is(std::string_view word) const {
        return rest_.substr(0, word.size()) == word;
    }
    bool take(std::string_view word) {
        if (!next_is(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    void append(PatternProgram& program, const PatternProgram& part) const {
        if (program.size() + part.size() > max_pattern_instructions)
            fail("the pattern is too large (limit max_pattern_instructions: " +
                 std::to_string(max_pattern_instructions) + ")");
        program.insert(program.end(), part.begin(), part.end());
    }
    static PatternStep split(std::size_t first, std::size_t second) {
        PatternStep step{Kind::split};
        step.first = static_cast<std::ptrdiff_t>(first);
        step.second = static_cast<std::ptrdiff_t>(second);
        return step;
    }
    static PatternStep jump(std::ptrdiff_t distance) {
        PatternStep step{Kind::jump};
        step.first = distance;
        return step;
    }

    PatternProgram alternatives(std::size_t depth) {
        if (depth > max_pattern_depth)
            fail("too many nested groups (limit max_pattern_depth: " +
                 std::to_string(max_pattern_depth) + ")");
        const Flags outside = flags_;
        std::vector<PatternProgram> choices;
        do {
            choices.push_back(sequence(depth));
        } while (take("|"));
        flags_ = outside;
        PatternProgram result = std::move(choices.back());
        for (std::size_t i = choices.size() - 1; i-- > 0;) {
            PatternProgram both{split(1, choices[i].size() + 2)};
            append(both, choices[i]);
            append(both, {jump(static_cast<std::ptrdiff_t>(result.size()) + 1)});
            append(both, result);
            result = std::move(both);
        }
        return result;
    }

    PatternProgram sequence(std::size_t depth) {
        PatternProgram result;
        while (!rest_.empty() && !next_is("|") && !next_is(")")) {
            if (take("\\Q")) {
                while (!rest_.empty() && !take("\\E")) append(result, literal());
                continue;
            }
            append(result, repeated(atom(depth)));
        }
        return result;
    }

    PatternProgram literal() { return {one(take_code_point(rest_))}; }

    PatternStep one(char32_t c) {
        const auto lower = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
        if (flags_.ignore_case && lower >= 'a' && lower <= 'z') {
            CodeSet both;
            both.add(lower, lower);
            both.add(lower - ('a' - 'A'), lower - ('a' - 'A'));
            return any_of(std::move(both));
        }
        PatternStep step{Kind::code};
        step.code = c;
        return step;
    }
    PatternStep any_of(CodeSet set) {
        // Each range is looked at for each character.
        if ((ranges_ += set.ranges.size()) > max_pattern_instructions)
            fail("the classes of the pattern are too large (limit max_pattern_instructions: " +
                 std::to_string(max_pattern_instructions) + " ranges)");
        PatternStep step{Kind::set};
        step.set = sets_.size();
        sets_.push_back(std::move(set));
        return step;
    }

    PatternProgram atom(std::size_t depth) {
        if (take("(")) return group(depth);
        if (take("[")) return {any_of(bracket())};
        if (take(".")) {
            CodeSet set;
            set.negated = true;
            if (!flags_.dot_takes_newline) set.add('\n', '\n');
            return {any_of(std::move(set))};
        }
        if (take("^") || take("\\A")) return {{Kind::text_begin}};
        if (take("$") || take("\\z")) return {{Kind::text_end}};
        if (take("\\b")) return {{Kind::word_edge}};
        if (take("\\B")) return {{Kind::no_word_edge}};
        if (next_is("*") || next_is("+") || next_is("?")) fail("there is nothing to repeat");
        if (next_is("\\")) {
            if (auto set = class_escape()) return {any_of(*std::move(set))};
            return {one(escaped())};
        }
        return literal();
    }

    PatternProgram group(std::size_t depth) {
        if (take("?")) {
            if (take("P<")) {
                const auto end = rest_.find('>');
                if (end == std::string_view::npos || end == 0)
                    fail("a name and > must follow (?P<");
                rest_.remove_prefix(end + 1);
            } else if (!read_flags()) {
                return {};  // (?i) holds until the end of the group around it
            }
        }
        const Flags outside = std::exchange(flags_, inner_.value_or(flags_));
        inner_.reset();
        auto result = alternatives(depth + 1);
        flags_ = outside;
        if (!take(")")) fail("the group has no )");
        return result;
    }

    // Behind "(?". True for "(?i:", which opens a group with flags of its own.
    bool read_flags() {
        Flags flags = flags_;
        for (bool value = true;;) {
            if (take("-"))
                value = false;
            else if (take("i"))
                flags.ignore_case = value;
            else if (take("s"))
                flags.dot_takes_newline = value;
            else
                break;
        }
        if (take(")")) {
            flags_ = flags;
            return false;
        }
        if (!take(":")) fail("after (? one of : i s - P< is known");
        inner_ = flags;
        return true;
    }

    PatternProgram repeated(PatternProgram part) {
        for (std::size_t times = 0;; ++times) {
            if (times == max_pattern_depth) fail("too many repetitions of repetitions");
            if (take("*"))
                part = many(part);
            else if (take("+"))
                part = at_least(part, 1);
            else if (take("?"))
                part = at_most(part, 1);
            else if (const auto range = counts())
                part = counted(part, *range);
            else
                return part;
            take("?");  // lazy forms match the same texts
        }
    }

    PatternProgram many(const PatternProgram& part) const {
        PatternProgram result{split(1, part.size() + 2)};
        append(result, part);
        append(result, {jump(-static_cast<std::ptrdiff_t>(part.size()) - 1)});
        return result;
    }
    PatternProgram at_least(const PatternProgram& part, int count) const {
        PatternProgram result;
        for (int i = 0; i < count; ++i) append(result, part);
        append(result, many(part));
        return result;
    }
    PatternProgram at_most(const PatternProgram& part, int count) const {
        PatternProgram result;
        for (int i = 0; i < count; ++i) {
            PatternProgram longer{split(1, part.size() + result.size() + 1)};
            append(longer, part);
            append(longer, result);
            result = std::move(longer);
        }
        return result;
    }
    struct Counts {
        int least = 0;
        std::optional<int> most{};
    };
    PatternProgram counted(const PatternProgram& part, const Counts& counts) const {
        if (!counts.most) return at_least(part, counts.least);
        PatternProgram result;
        for (int i = 0; i < counts.least; ++i) append(result, part);
        append(result, at_most(part, *counts.most - counts.least));
        return result;
    }

    /// {n}, {n,} or {n,m}; everything else in braces is text, as in RE2.
    std::optional<Counts> counts() {
        const auto before = rest_;
        const auto give_up = [&]() -> std::optional<Counts> {
            rest_ = before;
            return std::nullopt;
        };
        if (!take("{")) return std::nullopt;
        const auto least = number();
        if (!least) return give_up();
        Counts result{*least, least};
        if (take(",")) {
            result.most = number();
            if (!result.most && !next_is("}")) return give_up();
        }
        if (!take("}")) return give_up();
        if (*least > max_pattern_repeats || result.most.value_or(0) > max_pattern_repeats)
            fail("a repetition is larger than " + std::to_string(max_pattern_repeats) +
                 " (limit max_pattern_repeats)");
        if (result.most && *result.most < *least) fail("a repetition ends before it begins");
        return result;
    }
    std::optional<int> number() {
        std::optional<int> value;
        while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
            const int digit = rest_[0] - '0';
            // Larger ones are refused anyway, and must not overflow here.
            value = (std::min)(value.value_or(0), max_pattern_repeats) * 10 + digit;
            rest_.remove_prefix(1);
        }
        return value;
    }

    // --- classes

    static void add_named(CodeSet& set, char name) {
        switch (name) {
            case 'd':
                set.add('0', '9');
                break;
            case 'w':
                set.add('0', '9');
                set.add('A', 'Z');
                set.add('_', '_');
                set.add('a', 'z');
                break;
            default:
                set.add('\t', '\n');
                set.add('\f', '\r');
                set.add(' ', ' ');
                break;
        }
    }
    /// \d \w \s and their opposites.
    std::optional<CodeSet> class_escape() {
        if (rest_.size() < 2) return std::nullopt;
        const char letter = rest_[1];
        const char lower = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
        if (lower != 'd' && lower != 'w' && lower != 's') return std::nullopt;
        rest_.remove_prefix(2);
        CodeSet set;
        add_named(set, lower);
        set.negated = letter != lower;
        return set;
    }

    /// [:alpha:] and the like, inside of brackets.
    std::optional<CodeSet> posix_class() {
        struct Named {
            std::string_view name, ranges;  // pairs of ends
        };
        static constexpr std::array<Named, 13> classes{
            {{"alnum", "09AZaz"},
             {"alpha", "AZaz"},
             {"ascii", std::string_view("\0\x7f", 2)},
             {"blank", "\t\t  "},
             {"cntrl", std::string_view("\0\x1f\x7f\x7f", 4)},
             {"digit", "09"},
             {"graph", "!~"},
             {"lower", "az"},
             {"print", " ~"},
             {"punct", "!/:@[`{~"},
             {"space", "\t\r  "},
             {"upper", "AZ"},
             {"xdigit", "09AFaf"}}};
        if (!next_is("[:")) return std::nullopt;
        const auto end = rest_.find(":]");
        if (end == std::string_view::npos) return std::nullopt;
        auto name = rest_.substr(2, end - 2);
        const bool negated = !name.empty() && name.front() == '^';
        if (negated) name.remove_prefix(1);
        for (const auto& known : classes) {
            if (known.name != name) continue;
            CodeSet set;
            for (std::size_t i = 0; i < known.ranges.size(); i += 2)
                set.add(static_cast<unsigned char>(known.ranges[i]),
                        static_cast<unsigned char>(known.ranges[i + 1]));
            set.negated = negated;
            rest_.remove_prefix(end + 2);
            return set;
        }
        fail("there is no class [:" + std::string(name) + ":]");
    }

    CodeSet bracket() {
        CodeSet set;
        set.negated = take("^");
        for (bool first = true; first || !next_is("]"); first = false) {
            if (rest_.empty()) fail("the class has no ]");
            if (auto inner = posix_class()) {
                set.add(*inner);
                continue;
            }
            if (next_is("\\"))
                if (auto inner = class_escape()) {
                    set.add(*inner);
                    continue;
                }
            const char32_t from = member();
            char32_t to = from;
            if (next_is("-") && rest_.size() > 1 && rest_[1] != ']') {
                take("-");
                to = member();
                if (to < from) fail("a range ends before it begins");
            }
            set.add(from, to);
        }
        take("]");
        if (flags_.ignore_case) add_other_case(set);
        return set;
    }
    char32_t member() {
        if (rest_.empty()) fail("the class has no ]");
        return next_is("\\") ? escaped() : take_code_point(rest_);
    }
    static void add_other_case(CodeSet& set) {
        const auto ranges = set.ranges;
        for (char32_t c = 'a'; c <= 'z'; ++c) {
            const char32_t upper = c - ('a' - 'A');
            for (const auto& [first, last] : ranges) {
                if (c >= first && c <= last) set.add(upper, upper);
                if (upper >= first && upper <= last) set.add(c, c);
            }
        }
    }

    /// The one character that a backslash and what follows it mean.
    char32_t escaped() {
        take("\\");
        if (rest_.empty()) fail("nothing follows the backslash");
        const char32_t c = take_code_point(rest_);
        static constexpr std::string_view letters = "tnrfva", meanings = "\t\n\r\f\v\a";
        if (c < 128)
            if (const auto found = letters.find(static_cast<char>(c)); found != letters.npos)
                return static_cast<unsigned char>(meanings[found]);
        if (c == 'x') return hexadecimal();
        if (is_word_code(c) && c != '_') fail("this letter has no meaning after a backslash");
        return c;
    }
    char32_t hexadecimal() {
        const bool braces = take("{");
        char32_t value = 0;
        std::size_t digits = 0;
        for (; !rest_.empty() && digits < (braces ? 6U : 2U); ++digits) {
            const char c = rest_[0];
            const int digit = c >= '0' && c <= '9'   ? c - '0'
                              : c >= 'a' && c <= 'f' ? c - 'a' + 10
                              : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                     : -1;
            if (digit < 0) break;
            value = value * 16 + static_cast<char32_t>(digit);
            rest_.remove_prefix(1);
        }
        const bool complete = braces ? digits > 0 && take("}") : digits == 2;
        if (!complete || value > 0x10FFFF)
            fail("\\x needs two hexadecimal digits, or some in braces");
        return value;
    }

    std::string_view text_, rest_;
    Flags flags_{};
    std::optional<Flags> inner_{};
    std::vector<CodeSet> sets_{};
    std::size_t ranges_ = 0;  // of all sets
};

}  // namespace neptune::core::detail

#endif
