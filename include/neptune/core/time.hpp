#ifndef NEPTUNE_CORE_TIME_HPP
#define NEPTUNE_CORE_TIME_HPP

// Moments, their ISO 8601 text, and the clocks they come from. Everything is UTC; the time zone and
// the locale of the machine play no part.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace neptune::core {

/// A moment in milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted; or a span in
/// milliseconds.
using Millis = std::int64_t;

inline constexpr Millis earliest_time = -62'167'219'200'000;  ///< 0000-01-01T00:00:00.000Z
inline constexpr Millis latest_time = 253'402'300'799'999;    ///< 9999-12-31T23:59:59.999Z

/// Where code takes the time from, so that a test can hand it another. Threads: any.
struct Clock {
    virtual ~Clock() = default;
    [[nodiscard]] virtual Millis now() const = 0;  ///< The moment, as people set it; it may jump.
    [[nodiscard]] virtual Millis steady()
        const = 0;  ///< Since an unknown beginning; it never goes back.
};

namespace detail {

template <class StdClock>
Millis millis_of() {
    const auto since = StdClock::now().time_since_epoch();
    return std::chrono::floor<std::chrono::milliseconds>(since).count();
}

struct SystemClock final : Clock {
    Millis now() const override { return millis_of<std::chrono::system_clock>(); }
    Millis steady() const override { return millis_of<std::chrono::steady_clock>(); }
};

/// Reads text from its front; each member function takes what it names or leaves the rest as it is.
struct TimeReader {
    std::string_view rest;

    std::optional<int> digits(std::size_t count) {
        if (rest.size() < count) {
            return std::nullopt;
        }
        int value = 0;
        for (const char c : rest.substr(0, count)) {
            if (c < '0' || c > '9') {
                return std::nullopt;
            }
            value = value * 10 + (c - '0');
        }
        rest.remove_prefix(count);
        return value;
    }

    std::optional<char> any_of(std::string_view characters) {
        if (rest.empty() || characters.find(rest.front()) == std::string_view::npos) {
            return std::nullopt;
        }
        const char taken = rest.front();
        rest.remove_prefix(1);
        return taken;
    }

    /// YYYY-MM-DD, a day that exists.
    std::optional<std::chrono::sys_days> date() {
        const auto year = digits(4);
        const bool first_dash = any_of("-").has_value();
        const auto month = digits(2);
        const bool second_dash = any_of("-").has_value();
        const auto day = digits(2);
        if (!year || !first_dash || !month || !second_dash || !day) {
            return std::nullopt;
        }
        const auto date = std::chrono::year(*year) / *month / *day;
        return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
    }

    /// hh:mm, hh:mm:ss or hh:mm:ss.f… as milliseconds.
    std::optional<Millis> time_of_day() {
        const auto hour = digits(2);
        const bool colon = any_of(":").has_value();
        const auto minute = digits(2);
        const bool with_seconds = minute && any_of(":");
        const auto second = with_seconds ? digits(2) : std::optional(0);
        if (!hour || !colon || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) {
            return std::nullopt;
        }
        Millis fraction = 0;
        if (with_seconds && any_of(".,")) {
            int unit = 100;
            auto digit = digits(1);
            if (!digit) {
                return std::nullopt;
            }
            for (; digit; digit = digits(1), unit /= 10) {
                fraction += Millis{*digit} * unit;
            }
        }
        return ((*hour * Millis{60} + *minute) * 60 + *second) * 1000 + fraction;
    }

    /// Z, +hh, +hhmm or +hh:mm as milliseconds east of UTC; nothing written is UTC.
    std::optional<Millis> offset() {
        if (rest.empty() || any_of("Zz")) {
            return 0;
        }
        const auto sign = any_of("+-");
        const auto hour = digits(2);
        const bool with_minute = any_of(":") || !rest.empty();
        const auto minute = with_minute ? digits(2) : std::optional(0);
        if (!sign || !hour || !minute || *hour > 23 || *minute > 59) {
            return std::nullopt;
        }
        return (*hour * Millis{60} + *minute) * 60'000 * (*sign == '-' ? -1 : 1);
    }
};

}  // namespace detail

/// The clocks of the machine, to the millisecond. It lives as long as the process, static
/// destruction included.
[[nodiscard]] inline const Clock& system_clock() {
    static const Clock* const clock = new detail::SystemClock;
    return *clock;
}

/// The present moment of `system_clock()`.
[[nodiscard]] inline Millis now_ms() {
    return detail::millis_of<std::chrono::system_clock>();
}

/// YYYY-MM-DDThh:mm:ss.SSSZ. Errors: std::out_of_range outside of `earliest_time` … `latest_time`,
/// where four digits do not hold the year.
[[nodiscard]] inline std::string to_iso8601(Millis moment) {
    if (moment < earliest_time || moment > latest_time) {
        throw std::out_of_range("neptune: the time " + std::to_string(moment) +
                                " ms lies outside of the years 0000 to 9999");
    }
    namespace chrono = std::chrono;
    const chrono::sys_time<chrono::milliseconds> time{chrono::milliseconds(moment)};
    const auto day = chrono::floor<chrono::days>(time);
    const chrono::year_month_day date(day);
    const chrono::hh_mm_ss clock(time - day);
    std::string text = "0000-00-00T00:00:00.000Z";
    const auto put = [&text](std::size_t last, std::int64_t value) {
        for (; value > 0; value /= 10) {
            text[last--] = static_cast<char>('0' + value % 10);
        }
    };
    put(3, static_cast<int>(date.year()));
    put(6, static_cast<unsigned>(date.month()));
    put(9, static_cast<unsigned>(date.day()));
    put(12, clock.hours().count());
    put(15, clock.minutes().count());
    put(18, clock.seconds().count());
    put(22, clock.subseconds().count());
    return text;
}

/// Seconds since the Unix epoch as a file or a peer gives them, cut to milliseconds. Nothing for
/// what no double holds to the millisecond (some 285,000 years).
[[nodiscard]] inline std::optional<Millis> millis_from_seconds(double seconds) {
    constexpr double end = 9.0e15;
    const double millis = seconds * 1000;
    if (!(millis > -end && millis < end)) return std::nullopt;
    return static_cast<Millis>(millis);
}

/// Reads a date, or a date and a time with `T` or a space between them. Accepted: seconds and a
/// fraction of any length (cut to milliseconds) may be missing; `Z`, +09, +0900, +09:00; without
/// offset it is UTC. Nothing for everything else, for days and times that do not exist, and where
/// UTC falls outside of the years 0000 to 9999.
[[nodiscard]] inline std::optional<Millis> parse_iso8601(std::string_view text) {
    detail::TimeReader reader{text};
    const auto date = reader.date();
    if (!date) {
        return std::nullopt;
    }
    const Millis midnight = std::chrono::milliseconds(date->time_since_epoch()).count();
    if (reader.rest.empty()) {
        return midnight;
    }
    if (!reader.any_of("Tt ")) {
        return std::nullopt;
    }
    const auto time = reader.time_of_day();
    const auto offset = time ? reader.offset() : std::nullopt;
    if (!offset || !reader.rest.empty()) {
        return std::nullopt;
    }
    const Millis moment = midnight + *time - *offset;
    return moment < earliest_time || moment > latest_time ? std::nullopt : std::optional(moment);
}

}  // namespace neptune::core

#endif
