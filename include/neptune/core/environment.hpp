#ifndef NEPTUNE_CORE_ENVIRONMENT_HPP
#define NEPTUNE_CORE_ENVIRONMENT_HPP

// Environment variables, read when asked for and never at load time.
// Threads: any, as long as no thread changes the environment meanwhile (the rule of getenv).

#include <neptune/core/number.hpp>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

namespace neptune::core {

/// The variable's text, which may be empty; nothing if it is not set.
[[nodiscard]] inline std::optional<std::string> environment(const std::string& name) {
    const char* const text = std::getenv(name.c_str());
    return text != nullptr ? std::optional<std::string>(text) : std::nullopt;
}

/// True for `true`, `1`, `yes` and `t` in any case, false for any other text; `fallback` if the
/// variable is not set or empty.
[[nodiscard]] inline bool environment_flag(const std::string& name, bool fallback) {
    std::optional<std::string> text = environment(name);
    if (!text || text->empty()) {
        return fallback;
    }
    for (char& c : *text) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return *text == "true" || *text == "1" || *text == "yes" || *text == "t";
}

/// The variable's text as a decimal integer; `fallback` if it is not set or no integer.
[[nodiscard]] inline std::int64_t environment_number(const std::string& name,
                                                     std::int64_t fallback) {
    const std::optional<std::string> text = environment(name);
    return text ? parse_int64(*text).value_or(fallback) : fallback;
}

}  // namespace neptune::core

#endif
