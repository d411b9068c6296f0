#ifndef NEPTUNE_CLIENT_VALUE_GET_HPP
#define NEPTUNE_CLIENT_VALUE_GET_HPP

// Reading: from a Value to the C++ type that the caller named.

#include <neptune/client/value.hpp>
#include <neptune/core/words.hpp>

#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <utility>

namespace neptune {
namespace detail {

template <class T>
concept Untaught = requires(const Value& value) {
    { FieldTraits<T>::from_field(value) } -> std::convertible_to<T>;
};

template <class T>
inline constexpr bool is_map_of_string = false;
template <class T, class C, class A>
inline constexpr bool is_map_of_string<std::map<std::string, T, C, A>> = true;

template <class T>
inline constexpr bool is_fetchable =
    Untaught<T> || DescribedStruct<T> || std::same_as<T, Value> || std::same_as<T, bool> ||
    IntegerLike<T> || std::floating_point<T> || std::same_as<T, std::string> || is_system_time<T> ||
    StringSetLike<T> || std::same_as<T, RunState> || std::same_as<T, GitInfo> ||
    std::same_as<T, Artifact> || std::same_as<T, Dict> || is_map_of_string<T>;

/// "the field is a String, not a Float".
[[noreturn]] inline void throw_mismatch(const Value& value, std::string_view wanted) {
    throw TypeMismatch(ErrorCode::type_mismatch,
                       "the value is " + core::with_article(value.type_name()) + ", not " +
                           core::with_article(wanted),
                       "fetch it as the type that the field has");
}

template <class Alternative>
const Alternative& expect(const Value& value, std::string_view wanted) {
    const auto* held = std::get_if<Alternative>(&value.storage());
    if (!held) throw_mismatch(value, wanted);
    return *held;
}

}  // namespace detail

template <class T>
T Value::get() const {
    static_assert(
        detail::is_fetchable<T>,
        "neptune: a field is fetched as bool, an integer, a floating-point number, std::string, "
        "std::chrono::sys_time, std::set<std::string>, RunState, GitInfo, Artifact, Dict, a "
        "described struct, "
        "or a type whose FieldTraits has from_field");
    if constexpr (detail::Untaught<T>) {
        return FieldTraits<T>::from_field(*this);
    } else if constexpr (std::same_as<T, Value>) {
        return *this;
    } else if constexpr (detail::DescribedStruct<T>) {
        const Dict& dict = detail::expect<Dict>(*this, "Namespace");
        T result{};
        neptune_describe(static_cast<const T*>(nullptr), [&](std::string_view name, auto member) {
            using Part = std::remove_cvref_t<decltype(result.*member)>;
            result.*member = dict.at(name).template get<Part>();
        });
        return result;
    } else if constexpr (std::same_as<T, bool>) {
        return detail::expect<bool>(*this, "Boolean");
    } else if constexpr (detail::IntegerLike<T>) {
        const auto number = detail::expect<std::int64_t>(*this, "Integer");
        if (!std::in_range<T>(number))
            throw TypeMismatch(
                ErrorCode::type_mismatch,
                "the value " + std::to_string(number) + " does not fit the integer type asked for",
                "fetch it as std::int64_t");
        return static_cast<T>(number);
    } else if constexpr (std::floating_point<T>) {
        return static_cast<T>(detail::expect<double>(*this, "Float"));
    } else if constexpr (std::same_as<T, std::string>) {
        return detail::expect<std::string>(*this, "String");
    } else if constexpr (detail::is_system_time<T>) {
        return std::chrono::time_point_cast<typename T::duration>(
            detail::expect<Datetime>(*this, "Datetime"));
    } else if constexpr (std::same_as<T, StringSet>) {
        return detail::expect<StringSet>(*this, "StringSet");
    } else if constexpr (std::same_as<T, std::set<std::string>>) {
        const auto& values = detail::expect<StringSet>(*this, "StringSet").values;
        return {values.begin(), values.end()};
    } else if constexpr (std::same_as<T, RunState>) {
        return detail::expect<RunState>(*this, "RunState");
    } else if constexpr (std::same_as<T, GitInfo>) {
        return detail::expect<GitInfo>(*this, "GitRef");
    } else if constexpr (std::same_as<T, Artifact>) {
        return detail::expect<Artifact>(*this, "Artifact");
    } else if constexpr (std::same_as<T, Dict>) {
        return detail::expect<Dict>(*this, "Namespace");
    } else if constexpr (detail::is_map_of_string<T>) {
        T result;
        for (const auto& [key, part] : detail::expect<Dict>(*this, "Namespace").items())
            result.emplace(key, part.template get<typename T::mapped_type>());
        return result;
    }
}

}  // namespace neptune

#endif
