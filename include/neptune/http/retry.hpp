#ifndef NEPTUNE_HTTP_RETRY_HPP
#define NEPTUNE_HTTP_RETRY_HPP

// Repeating one API call while the server or the way to it is in trouble.

#include <neptune/core/time.hpp>
#include <neptune/http/channel.hpp>
#include <neptune/http/error.hpp>
#include <neptune/http/url.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace neptune::http {

/// How a retry waits; a test hands in one that does not.
struct Pause {
    virtual ~Pause() = default;
    /// Blocks that long. False if the wait was cut short because the work is to end.
    virtual bool sleep(std::chrono::milliseconds time) = 0;
};

/// True for the statuses that say "later": 408, 429, 500, 502, 503, 504 (wire protocol 13.3).
[[nodiscard]] constexpr bool is_transient(int status) noexcept {
    return status == 408 || status == 429 || status == 500 || (status >= 502 && status <= 504);
}

namespace detail {

/// The seconds of a Retry-After header, at most 120; nothing for a date, 0, and other text.
[[nodiscard]] inline std::optional<std::chrono::seconds> retry_after(const Reply& reply) {
    constexpr std::chrono::seconds longest(120);
    const std::string* const value = reply.headers.find("Retry-After");
    std::string_view text = value ? std::string_view(*value) : std::string_view();
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    unsigned seconds = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, seconds);
    if (read.ptr != end || read.ec == std::errc::invalid_argument) {
        return std::nullopt;
    }
    if (read.ec == std::errc::result_out_of_range || seconds > longest.count()) {
        return longest;
    }
    return seconds > 0 ? std::optional(std::chrono::seconds(seconds)) : std::nullopt;
}

}  // namespace detail

/// The waits between the attempts of one call: 1, 2, 4, 8, 16, then 30 s each, or what Retry-After
/// of a 429 says. Source: wire protocol 13.3 (the Python client takes the first digit of
/// Retry-After only).
class Retry {
public:
    static constexpr std::chrono::seconds default_budget{60};  ///< NEPTUNE_RETRIES_TIMEOUT

    /// Lifetime: `pause` and `clock` outlive this. The budget runs from here.
    Retry(Pause& pause, std::chrono::milliseconds budget, const core::Clock& clock)
        : pause_(pause), clock_(clock), end_(clock.steady() + budget.count()) {}

    /// True while another attempt may begin; a wait may overrun the budget, an attempt is not begun
    /// behind it.
    [[nodiscard]] bool may_try() const { return clock_.steady() < end_; }

    /// Waits after a failed attempt. False if the pause was cut short.
    bool wait(std::optional<std::chrono::seconds> retry_after = std::nullopt) {
        constexpr std::chrono::seconds longest(30);
        const std::chrono::seconds backoff = next_;
        next_ = (std::min)(next_ * 2, longest);
        return pause_.sleep(retry_after.value_or(backoff));
    }

private:
    Pause& pause_;
    const core::Clock& clock_;
    core::Millis end_;
    std::chrono::seconds next_{1};
};

/// Sends until there is a reply that is not transient. At least one attempt is made.
/// Errors: RetriesExhausted with the last cause when `budget` is used up; ConnectionError at once
/// for Kind::aborted (also when `pause` is cut short) and Kind::certificate, which repeating cannot
/// heal.
inline Reply send_with_retry(Channel& channel, const Request& request, Pause& pause,
                             std::chrono::milliseconds budget = Retry::default_budget,
                             const core::Clock& clock = core::system_clock()) {
    using Kind = ConnectionError::Kind;
    Retry retry(pause, budget, clock);
    for (;;) {
        std::optional<std::chrono::seconds> retry_after;
        std::string cause;
        int status = 0;
        Kind kind = Kind::other;
        try {
            Reply reply = channel.send(request);
            if (!is_transient(reply.status)) {
                return reply;
            }
            status = reply.status;
            retry_after = status == 429 ? detail::retry_after(reply) : std::nullopt;
            cause = "the server answers " + std::to_string(status) + " " +
                    std::string(reason_phrase(status)) + " to " + request.method + " " +
                    parse_target(request.target).raw_path;
        } catch (const ConnectionError& error) {
            if (error.kind() == Kind::aborted || error.kind() == Kind::certificate) {
                throw;
            }
            cause = error.what();
            kind = error.kind();
        }
        if (!retry.wait(retry_after)) {
            throw ConnectionError(Kind::aborted, "gave up while waiting after: " + cause,
                                  parse_target(request.target).raw_path);
        }
        if (!retry.may_try()) {
            throw RetriesExhausted(cause, status, kind);
        }
    }
}

}  // namespace neptune::http

#endif
