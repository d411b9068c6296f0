#ifndef NEPTUNE_TESTS_FUZZ_PARSERS_HPP
#define NEPTUNE_TESTS_FUZZ_PARSERS_HPP

#include <array>
#include <string_view>

namespace fuzz {

/// What reads texts of strangers: users, networks, disks and peers. `run` takes any bytes, and
/// throws only if the parser throws what it does not announce, or breaks a promise.
struct Parser {
    std::string_view name;
    void (*run)(std::string_view bytes);
};

extern const std::array<Parser, 14> parsers;

}  // namespace fuzz

#endif
