#ifndef NEPTUNE_CLIENT_PROGRESS_HPP
#define NEPTUNE_CLIENT_PROGRESS_HPP

// How far a long call is: `.progress = false`, `true` or a function.

#include <neptune/core/callback.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace neptune {

/// State of a long call. Units: bytes for downloads, rows for tables and series.
struct Progress {
    std::string description;
    std::uint64_t done = 0;
    /// Nothing if the server does not say how much there is.
    std::optional<std::uint64_t> total{};
};

/// `true`: a text bar on stderr if that is a terminal; `false`: nothing; or a function. Threads:
/// the function runs in the thread of the call, which ends with what it throws.
struct ProgressOption {
    ProgressOption() = default;
    ProgressOption(bool on) : bar(on) {}
    template <class Function>
    requires(!std::same_as<std::remove_cvref_t<Function>, ProgressOption> &&
             std::is_invocable_v<std::decay_t<Function>&, const Progress&>)
        ProgressOption(Function&& function)
        : bar(false), callback(std::forward<Function>(function)) {}

    bool bar = true;
    Callback<void(const Progress&)> callback{};
};

}  // namespace neptune

#endif
