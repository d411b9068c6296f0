#ifndef NEPTUNE_CORE_WORDS_HPP
#define NEPTUNE_CORE_WORDS_HPP

#include <string>
#include <string_view>

namespace neptune::core {

/// "an Integer", "a Float": the indefinite article by the first letter, which is right for all
/// names of types.
[[nodiscard]] inline std::string with_article(std::string_view word) {
    const bool vowel = !word.empty() &&
                       std::string_view("AEIOUaeiou").find(word.front()) != std::string_view::npos;
    return std::string(vowel ? "an " : "a ").append(word);
}

}  // namespace neptune::core

#endif
