#ifndef NEPTUNE_WIRE_NQL_LITERAL_HPP
#define NEPTUNE_WIRE_NQL_LITERAL_HPP

// Values of queries: what a text means as a number, a truth value, a state or a moment.

#include <neptune/core/number.hpp>
#include <neptune/wire/nql.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::wire::nql {

namespace detail {

inline bool same_word(std::string_view a, std::string_view b) {
    // Not <cctype>: the locale must not decide about queries.
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

/// 50MB = 50,000,000; 1KiB = 1,024.
inline double take_unit(std::string_view& text) {
    static constexpr std::array<std::pair<std::string_view, double>, 8> units{
        {{"KiB", 1024.0},
         {"MiB", 1048576.0},
         {"GiB", 1073741824.0},
         {"TiB", 1099511627776.0},
         {"kB", 1e3},
         {"MB", 1e6},
         {"GB", 1e9},
         {"TB", 1e12}}};
    for (const auto& [word, factor] : units) {
        if (text.size() <= word.size()) continue;
        const auto end = text.substr(text.size() - word.size());
        if (!same_word(end, word)) continue;
        text.remove_suffix(word.size());
        return factor;
    }
    return 1;
}

/// A calendar month (or year) before: the same day at the same time, or the month's last day.
inline std::optional<core::Millis> months_before(core::Millis now, std::int64_t months) {
    namespace chrono = std::chrono;
    const chrono::sys_time<chrono::milliseconds> moment{chrono::milliseconds(now)};
    const auto day = chrono::floor<chrono::days>(moment);
    const chrono::year_month_day date(day);
    constexpr std::int64_t most = 12 * 9999;
    if (months > most) return std::nullopt;
    const auto month =
        chrono::year_month(date.year(), date.month()) - chrono::months(static_cast<int>(months));
    const chrono::year_month_day_last last(month.year(), chrono::month_day_last(month.month()));
    const auto then = chrono::sys_days(month / (std::min)(date.day(), last.day()));
    return chrono::milliseconds((then + (moment - day)).time_since_epoch()).count();
}

/// -2h, -5d, -1M (calendar month), -30m, -1w, -1y before `now`.
inline std::optional<core::Millis> relative_moment(std::string_view text, core::Millis now) {
    if (text.size() < 3 || text.front() != '-') return std::nullopt;
    const auto digits = text.substr(1, text.size() - 2);
    if (digits.front() == '-' || digits.size() > 9) return std::nullopt;
    const auto amount = core::parse_int64(digits);
    if (!amount) return std::nullopt;
    constexpr core::Millis minute = 60'000, hour = 60 * minute, day = 24 * hour;
    const auto before = [&](core::Millis span) { return std::optional(now - *amount * span); };
    std::optional<core::Millis> moment;
    switch (text.back()) {
        case 'm':
            moment = before(minute);
            break;
        case 'h':
            moment = before(hour);
            break;
        case 'd':
            moment = before(day);
            break;
        case 'w':
            moment = before(7 * day);
            break;
        case 'M':
            moment = months_before(now, *amount);
            break;
        case 'y':
            moment = months_before(now, *amount * 12);
            break;
        default:
            break;
    }
    return moment && *moment >= core::earliest_time ? moment : std::nullopt;
}

}  // namespace detail

/// `now`: what relative moments count from. Source of the forms: wire protocol §10.4.
[[nodiscard]] inline Literal read_literal(std::string text, core::Millis now) {
    Literal literal;
    std::string_view digits = text;
    if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
    const double unit = detail::take_unit(digits);
    if (const auto number = core::parse_double(digits)) {
        literal.number = *number * unit;
        if (unit == 1) literal.integer = core::parse_int64(digits);
    }
    for (const bool truth : {false, true})
        if (detail::same_word(text, truth ? "true" : "false")) literal.boolean = truth;
    for (const auto state : {RunState::active, RunState::inactive})
        if (detail::same_word(text, wire_name(state)) ||
            detail::same_word(text, state == RunState::active ? "active" : "inactive"))
            literal.state = state;
    literal.moment = core::parse_iso8601(text);
    if (!literal.moment) literal.moment = detail::relative_moment(text, now);
    literal.text = std::move(text);
    return literal;
}

}  // namespace neptune::wire::nql

#endif
