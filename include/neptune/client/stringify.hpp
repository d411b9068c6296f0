#ifndef NEPTUNE_CLIENT_STRINGIFY_HPP
#define NEPTUNE_CLIENT_STRINGIFY_HPP

// `run["params/layers"] = neptune::stringify(layers)`: a text for what no field can hold, without
// losing the type of what one can. Source: `stringify_unsupported` of the Python client.

#include <neptune/client/value.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/time.hpp>

#include <bit>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace neptune {

/// Result of `stringify`. Storable; as a point of a series it is a number if it is a Float, and a
/// text otherwise.
struct Stringified {
    Value value;
};

template <>
struct FieldTraits<Stringified> {
    static const Value& to_field(const Stringified& stringified) { return stringified.value; }
};

/// `stringify(x, neptune::expand)`: sequences and tuples become namespaces with the keys "0", "1",
/// … instead of one text.
struct Expand {};
inline constexpr Expand expand{};

namespace detail {

template <class T>
concept PathObject = std::is_class_v<T> && requires(const T& path) {
    { path.string() } -> std::convertible_to<std::string>;
    path.lexically_normal();
};
template <class T>
inline constexpr bool is_duration = false;
template <class Count, class Period>
inline constexpr bool is_duration<std::chrono::duration<Count, Period>> = true;
template <class T>
concept OptionalLike = std::is_class_v<T> && requires(const T& maybe) {
    { maybe.has_value() } -> std::same_as<bool>;
    *maybe;
};
template <class T>
concept TupleLike = requires {
    std::tuple_size<T>::value;
};
template <class T>
concept PrintableClass = (std::is_class_v<T> || std::is_enum_v<T>)&&requires(std::ostream& stream,
                                                                             const T& value) {
    stream << value;
};
template <class T>
concept AnyRange = requires(const T& range) {
    range.begin();
    range.end();
};
template <class T>
concept AnyMap = AnyRange<T> && requires {
    typename T::key_type;
    typename T::mapped_type;
};

template <class T>
consteval bool has_text();

template <class Tuple, std::size_t... I>
consteval bool elements_have_text(std::index_sequence<I...>) {
    return (has_text<std::remove_cvref_t<std::tuple_element_t<I, Tuple>>>() && ...);
}
template <class T>
consteval bool has_text() {
    if constexpr (StringLike<T> || std::is_arithmetic_v<T> || is_system_time<T> || is_duration<T> ||
                  PathObject<T> || PrintableClass<T> || std::is_enum_v<T>)
        return !std::same_as<T, wchar_t> && !std::same_as<T, char16_t> &&
               !std::same_as<T, char32_t> && !std::same_as<T, char8_t>;
    else if constexpr (OptionalLike<T>)
        return has_text<std::remove_cvref_t<decltype(*std::declval<const T&>())>>();
    else if constexpr (AnyMap<T>)
        return has_text<typename T::key_type>() && has_text<typename T::mapped_type>();
    else if constexpr (AnyRange<T>)
        return has_text<std::remove_cvref_t<decltype(*std::declval<const T&>().begin())>>();
    else if constexpr (TupleLike<T>)
        return elements_have_text<T>(std::make_index_sequence<std::tuple_size_v<T>>());
    else
        return std::is_array_v<T> && has_text<std::remove_cv_t<std::remove_extent_t<T>>>();
}

/// What `stringify` takes: whatever a field holds or a text can be made of.
template <class T>
concept Stringifiable = Storable<T> || has_text<T>();

template <class Period>
std::string unit_of() {
    if constexpr (std::same_as<Period, std::nano>) return "ns";
    if constexpr (std::same_as<Period, std::micro>) return "us";
    if constexpr (std::same_as<Period, std::milli>) return "ms";
    if constexpr (std::same_as<Period, std::ratio<1>>) return "s";
    if constexpr (std::same_as<Period, std::ratio<60>>) return "min";
    if constexpr (std::same_as<Period, std::ratio<3600>>) return "h";
    if constexpr (std::same_as<Period, std::ratio<86400>>) return "d";
    return "[" + std::to_string(Period::num) + "/" + std::to_string(Period::den) + "]s";
}

template <class T>
std::string text_of_anything(const T& value);

// Calls `function(element)` for every element of a range, tuple or array.
template <class T, class Function>
void for_each_element(const T& value, Function function) {
    if constexpr (AnyRange<T> || std::is_array_v<T>) {
        // A copy of what a proxy such as vector<bool>::reference stands for.
        using Element = std::remove_cvref_t<decltype(*std::begin(value))>;
        for (const Element& element : value) function(element);
    } else {
        std::apply([&](const auto&... elements) { (function(elements), ...); }, value);
    }
}

inline std::string text_of_number(double value) {
    if (core::is_finite(value)) return core::shortest(value);
    // By its bits: users compile with -ffast-math.
    const auto bits = std::bit_cast<std::uint64_t>(value);
    if ((bits << 12) != 0) return "nan";
    return (bits >> 63) != 0 ? "-inf" : "inf";
}

template <class T>
std::string text_of_anything(const T& value) {
    if constexpr (StringLike<T>) {
        return std::string(text_of(value));
    } else if constexpr (std::same_as<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::same_as<T, char>) {
        return std::string(1, value);
    } else if constexpr (std::integral<T>) {
        return std::to_string(value);
    } else if constexpr (std::floating_point<T>) {
        return text_of_number(static_cast<double>(value));
    } else if constexpr (is_system_time<T>) {
        return core::to_iso8601(
            std::chrono::floor<std::chrono::milliseconds>(value).time_since_epoch().count());
    } else if constexpr (is_duration<T>) {
        return text_of_anything(value.count()) + unit_of<typename T::period>();
    } else if constexpr (PathObject<T>) {
        return value.string();
    } else if constexpr (PrintableClass<T>) {
        std::ostringstream stream;
        stream << value;
        return stream.str();
    } else if constexpr (std::is_enum_v<T>) {
        return std::to_string(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (OptionalLike<T>) {
        return value.has_value() ? text_of_anything(*value) : "None";
    } else if constexpr (AnyMap<T>) {
        std::string text;
        for (const auto& [key, element] : value)
            text.append(text.empty() ? "" : ", ")
                .append(text_of_anything(key) + ": " + text_of_anything(element));
        return "{" + text + "}";
    } else {
        std::string text;
        for_each_element(value, [&](const auto& element) {
            text.append(text.empty() ? "" : ", ").append(text_of_anything(element));
        });
        return AnyRange<T> || std::is_array_v<T> ? "[" + text + "]" : "(" + text + ")";
    }
}

// What a field cannot hold of a supported type: integers beyond 32 bits become Floats, numbers that
// are not finite become texts.
inline Value tamed(const Value& value) {
    if (const auto* dict = std::get_if<Dict>(&value.storage())) {
        Dict result;
        for (const auto& [key, element] : dict->items()) result.add(key, tamed(element));
        return Value(result);
    }
    if (const auto* number = std::get_if<double>(&value.storage()))
        return core::is_finite(*number) ? value : Value(text_of_number(*number));
    if (const auto* number = std::get_if<std::uint64_t>(&value.storage()))
        return Value(static_cast<double>(*number));
    if (const auto* number = std::get_if<std::int64_t>(&value.storage()))
        return std::in_range<std::int32_t>(*number) ? value : Value(static_cast<double>(*number));
    return value;
}

// As a point of a series: numbers that are Floats stay numbers, other leaves become texts.
inline Value as_point(const Value& value) {
    return std::visit(
        [](const auto& held) -> Value {
            using Held = std::remove_cvref_t<decltype(held)>;
            if constexpr (std::same_as<Held, double>) {
                return Value(held);
            } else if constexpr (std::same_as<Held, Dict>) {
                Dict points;
                for (const auto& [key, element] : held.items()) points.add(key, as_point(element));
                return Value(points);
            } else if constexpr (has_text<Held>()) {
                return Value(text_of_anything(held));
            } else {
                throw TypeDoesNotSupportMethod(ErrorCode::type_does_not_support_method,
                                               "a point of a series is a number or a text");
            }
        },
        value.storage());
}

template <class T>
Value stringified(const T& value, bool expanded) {
    if constexpr (AnyMap<T>) {
        Dict dict;
        for (const auto& [key, element] : value)
            dict.add(text_of_anything(key), stringified(element, expanded));
        return Value(dict);
    } else if constexpr (Storable<T>) {
        return tamed(Value(value));
    } else if constexpr (OptionalLike<T>) {
        return value.has_value() ? stringified(*value, expanded) : Value("None");
    } else {
        if constexpr (!PrintableClass<T> && !PathObject<T> &&
                      (AnyRange<T> || std::is_array_v<T> || TupleLike<T>)) {
            if (expanded) {
                Dict dict;
                std::size_t index = 0;
                for_each_element(value, [&](const auto& element) {
                    dict.add(std::to_string(index++), stringified(element, true));
                });
                return Value(dict);
            }
        }
        return Value(text_of_anything(value));
    }
}

}  // namespace detail

/// A value for anything that has one or can be printed. What a field can hold stays what it is, but
/// integers beyond 32 bits become Floats, and NaN and infinities the texts "nan", "inf", "-inf".
/// Maps become namespaces, whatever their keys. The rest becomes a String: by `operator<<` where
/// there is one; ranges as "[a, b]", tuples as "(a, b)", an empty optional as "None", durations as
/// "5s", enumerations as their number.
template <detail::Stringifiable T>
[[nodiscard]] Stringified stringify(const T& value) {
    return {detail::stringified(value, false)};
}
/// The same, with ranges and tuples at any depth as namespaces "0", "1", …; an empty one
/// disappears.
template <detail::Stringifiable T>
[[nodiscard]] Stringified stringify(const T& value, Expand) {
    return {detail::stringified(value, true)};
}
template <class neptune_needs_an_output_operator_for_this_type, class... Options>
requires(!detail::Stringifiable<neptune_needs_an_output_operator_for_this_type>)
    NEPTUNE_REFUSE("stringify needs operator<< for this type, or neptune::FieldTraits",
                   Stringified stringify(const neptune_needs_an_output_operator_for_this_type&,
                                         Options...));

}  // namespace neptune

#endif
