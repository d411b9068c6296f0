#ifndef NEPTUNE_CORE_PATTERN_HPP
#define NEPTUNE_CORE_PATTERN_HPP

// Regular expressions for text that strangers send: the time of a search is at most the length of
// the text times the length of the pattern, and its depth does not grow with the text. std::regex
// promises neither; it needs exponential time for (a+)+$ and a stack frame per character.
//
// The syntax is that part of RE2's which has a meaning for "does it match": literals, . [a-z]
// [^a-z] [[:alpha:]] \d \w \s \D \W \S, ^ $ \A \z \b \B, (a) (?:a) (?P<name>a) (?i) (?s)
// (?i:a), a|b, * + ? {n} {n,} {n,m} and their lazy forms, \t \n \r \f \v \a \x41 \x{1F680}
// \Q...\E. Letters are code points; classes and (?i) know those of ASCII.

#include <neptune/core/pattern_compiler.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::core {

/// A compiled pattern. Threads: any number at once.
class Pattern {
public:
    /// Errors: PatternError.
    explicit Pattern(std::string_view text)
        : program_(detail::PatternCompiler(text).compile(sets_)) {}

    /// Whether some part of `text` matches; ^ and $ bind to its ends.
    [[nodiscard]] bool search(std::string_view text) const {
        Places now(program_.size()), next(program_.size());
        std::optional<char32_t> before;
        while (true) {
            auto rest = text;
            const auto code =
                text.empty() ? std::nullopt : std::optional(detail::take_code_point(rest));
            if (add(now, 0, before, code)) return true;
            if (!code) return false;
            // What a step leads to depends on the characters around it, so the places are entered
            // only when the character after this one is known.
            const auto after = rest.empty() ? std::nullopt : std::optional(peek(rest));
            next.clear();
            for (const std::size_t place : now.list)
                if (takes(program_[place], *code) && add(next, place + 1, code, after)) return true;
            std::swap(now, next);
            before = code;
            text = rest;
        }
    }

private:
    using Kind = detail::PatternStep::Kind;

    /// A set of places in the program that is emptied in no time.
    struct Places {
        explicit Places(std::size_t size) : seen(size, 0) {}
        void clear() {
            list.clear();
            ++round;
        }
        bool insert(std::size_t place) {
            if (seen[place] == round) return false;
            seen[place] = round;
            return true;
        }
        std::vector<std::size_t> list{};
        std::vector<std::size_t> waiting{};  ///< room for `add`
        std::vector<std::size_t> seen;
        std::size_t round = 1;
    };

    static char32_t peek(std::string_view text) { return detail::take_code_point(text); }

    [[nodiscard]] bool takes(const detail::PatternStep& step, char32_t code) const {
        return step.kind == Kind::set ? sets_[step.set].contains(code) : step.code == code;
    }

    /// Enters a place and all that are reached from it without a character; true if the end is.
    bool add(Places& places, std::size_t start, std::optional<char32_t> before,
             std::optional<char32_t> after) const {
        const bool edge =
            (before && detail::is_word_code(*before)) != (after && detail::is_word_code(*after));
        auto& waiting = places.waiting;
        waiting.assign(1, start);
        while (!waiting.empty()) {
            const std::size_t place = waiting.back();
            waiting.pop_back();
            if (!places.insert(place)) continue;
            const auto& step = program_[place];
            const auto at = [place](std::ptrdiff_t distance) {
                return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(place) + distance);
            };
            switch (step.kind) {
                case Kind::match:
                    return true;
                case Kind::code:
                case Kind::set:
                    places.list.push_back(place);
                    break;
                case Kind::jump:
                    waiting.push_back(at(step.first));
                    break;
                case Kind::split:
                    waiting.push_back(at(step.second));
                    waiting.push_back(at(step.first));
                    break;
                case Kind::text_begin:
                    if (!before) waiting.push_back(place + 1);
                    break;
                case Kind::text_end:
                    if (!after) waiting.push_back(place + 1);
                    break;
                case Kind::word_edge:
                    if (edge) waiting.push_back(place + 1);
                    break;
                case Kind::no_word_edge:
                    if (!edge) waiting.push_back(place + 1);
                    break;
            }
        }
        return false;
    }

    // Before the program, whose compilation fills them.
    std::vector<detail::CodeSet> sets_{};
    detail::PatternProgram program_;
};

}  // namespace neptune::core

#endif
