#ifndef NEPTUNE_CLIENT_VALUE_RULES_HPP
#define NEPTUNE_CLIENT_VALUE_RULES_HPP

// From a value that the user gave to the operation that stores it: type locks, ranges, lengths.
// Everything that is refused silently by Python is an error or a report here.

#include <neptune/client/object.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/utf8.hpp>
#include <neptune/core/words.hpp>
#include <neptune/wire/artifacts.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/operations.hpp>

#include <bit>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace neptune::client {

class ValueRules {
public:
    ValueRules(OnIntOverflow on_int_overflow, OnNonfinite on_nonfinite, Reporter& reporter)
        : on_int_overflow_(on_int_overflow), on_nonfinite_(on_nonfinite), reporter_(reporter) {}

    /// The operation that assigns a single value to a field whose type is `existing` (nothing = a
    /// new field); nothing if the value is skipped, which was reported. Errors:
    /// MetadataInconsistency for a value of another type, InvalidArgument by policy.
    [[nodiscard]] std::optional<wire::Payload> assignment(const std::string& path,
                                                          const Value& value,
                                                          std::optional<FieldType> existing) const {
        if (const auto* number = std::get_if<double>(&value.storage()))
            return assign_float(path, *number, existing);
        if (const auto* number = std::get_if<std::int64_t>(&value.storage()))
            return assign_integer(path, *number, static_cast<double>(*number), existing);
        if (const auto* number = std::get_if<std::uint64_t>(&value.storage()))
            return assign_integer(path, std::nullopt, static_cast<double>(*number), existing);
        if (const auto* flag = std::get_if<bool>(&value.storage())) {
            expect(path, value.type_name(), existing, FieldType::boolean);
            return wire::AssignBool{*flag};
        }
        if (const auto* text = std::get_if<std::string>(&value.storage())) {
            expect(path, value.type_name(), existing, FieldType::string);
            return wire::AssignString{
                shorten(path, *text, wire::limits::string_code_points, "a String")};
        }
        if (const auto* time = std::get_if<Datetime>(&value.storage())) {
            expect(path, value.type_name(), existing, FieldType::datetime);
            return wire::AssignDatetime{time->time_since_epoch().count()};
        }
        if (const auto* artifact = std::get_if<Artifact>(&value.storage())) {
            expect(path, value.type_name(), existing, FieldType::artifact);
            if (!wire::is_artifact_hash(artifact->hash))
                throw InvalidArgument(ErrorCode::invalid_argument,
                                      "the hash of the Artifact for " + path +
                                          " is not 64 lower-case hexadecimal digits",
                                      "assign an Artifact as fetch<Artifact>() gives it");
            return wire::AssignArtifact{artifact->hash};
        }
        throw InvalidArgument(ErrorCode::invalid_argument, core::with_article(value.type_name()) +
                                                               " cannot be assigned to " + path);
    }

    /// Throws unless the field is new or has that type. `what` is the word for the value.
    static void expect(const std::string& path, std::string_view what,
                       std::optional<FieldType> existing, FieldType wanted) {
        if (!existing || *existing == wanted) return;
        throw MetadataInconsistency(ErrorCode::type_conflict,
                                    "cannot assign " + core::with_article(what) + " to " + path +
                                        ": it is " + core::with_article(display_name(*existing)),
                                    "use another field, or erase this one first");
    }

    /// False if the number cannot be a point; that was reported. Errors: InvalidArgument by policy.
    [[nodiscard]] bool accepts_point(const std::string& path, double value) const {
        if (core::is_finite(value)) return true;
        nonfinite(path, "a point of");
        return false;
    }
    /// Errors: InvalidArgument.
    static void check_step(const std::string& path, double step) {
        if (!core::is_finite(step))
            throw InvalidArgument(ErrorCode::invalid_argument,
                                  "a step of " + path + " is NaN or infinite",
                                  "give a finite number, or none");
    }
    [[nodiscard]] std::string point_text(const std::string& path, std::string_view text) const {
        return shorten(path, text, wire::limits::string_point_code_points,
                       "a point of a StringSeries");
    }
    [[nodiscard]] std::string valid_text(const std::string& path, std::string_view text) const {
        if (core::is_valid(text)) return std::string(text);
        reporter_.report(Error(ErrorCode::invalid_utf8, "a text for " + path + " is not UTF-8",
                               "invalid bytes are stored as U+FFFD; convert the text to UTF-8"),
                         path, Level::warning);
        return core::replace_invalid(text);
    }

private:
    [[nodiscard]] std::optional<wire::Payload> assign_float(
        const std::string& path, double number, std::optional<FieldType> existing) const {
        if (!core::is_finite(number)) {
            if (on_nonfinite_ == OnNonfinite::as_string &&
                (!existing || *existing == FieldType::string))
                return wire::AssignString{nonfinite_text(number)};
            nonfinite(path, "the value for");
            return std::nullopt;
        }
        // 5.0 into an Integer field loses nothing.
        if (existing == FieldType::integer && std::nearbyint(number) == number &&
            number >= static_cast<double>(wire::limits::client_integer_min) &&
            number <= static_cast<double>(wire::limits::client_integer_max))
            return wire::AssignInt{static_cast<std::int64_t>(number)};
        expect(path, "Float", existing, FieldType::float_number);
        return wire::AssignFloat{number};
    }

    // `number` is empty above INT64_MAX; `approximate` always holds.
    [[nodiscard]] std::optional<wire::Payload> assign_integer(
        const std::string& path, std::optional<std::int64_t> number, double approximate,
        std::optional<FieldType> existing) const {
        if (existing == FieldType::float_number) return wire::AssignFloat{approximate};
        const bool fits = number && *number >= wire::limits::client_integer_min &&
                          *number <= wire::limits::client_integer_max;
        if (!fits && on_int_overflow_ == OnIntOverflow::as_float) {
            expect(path, "Float", existing, FieldType::float_number);
            return wire::AssignFloat{approximate};
        }
        expect(path, "Integer", existing, FieldType::integer);
        if (fits) return wire::AssignInt{*number};
        const std::string what =
            "an integer for " + path + " is outside -2147483648 ... 2147483647";
        if (on_int_overflow_ == OnIntOverflow::throw_error)
            throw InvalidArgument(ErrorCode::integer_out_of_range, what, "log it as a double");
        reporter_.report(Error(ErrorCode::integer_out_of_range, what + " and was skipped",
                               "log it as a double, or set on_int_overflow"),
                         path, Level::warning);
        return std::nullopt;
    }

    void nonfinite(const std::string& path, const std::string& what) const {
        if (on_nonfinite_ == OnNonfinite::throw_error)
            throw InvalidArgument(ErrorCode::nonfinite_value,
                                  what + " " + path + " is NaN or infinite", "log a finite number");
        reporter_.report(Error(ErrorCode::nonfinite_value,
                               what + " " + path + " is NaN or infinite and was skipped",
                               "log a finite number, or set on_nonfinite"),
                         path, Level::warning);
    }
    static std::string nonfinite_text(double number) {
        // By the bit pattern: comparisons are optimised away under -ffast-math.
        const auto bits = std::bit_cast<std::uint64_t>(number);
        if ((bits & 0x000f'ffff'ffff'ffffULL) != 0) return "nan";
        return (bits >> 63) != 0 ? "-inf" : "inf";
    }

    [[nodiscard]] std::string shorten(const std::string& path, std::string_view text,
                                      std::size_t limit, const char* what) const {
        std::string result = valid_text(path, text);
        if (result.size() <= limit || core::count_code_points(result) <= limit) return result;
        reporter_.report(
            Error(ErrorCode::string_truncated,
                  "a text for " + path + " is longer than the " + std::to_string(limit) +
                      " characters of " + what + " and was cut",
                  "log long texts in parts"),
            path, Level::warning);
        return std::string(core::truncate_code_points(result, limit));
    }

    OnIntOverflow on_int_overflow_;
    OnNonfinite on_nonfinite_;
    Reporter& reporter_;
};

}  // namespace neptune::client

#endif
