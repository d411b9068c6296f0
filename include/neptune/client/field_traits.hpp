#ifndef NEPTUNE_CLIENT_FIELD_TRAITS_HPP
#define NEPTUNE_CLIENT_FIELD_TRAITS_HPP

// The one table that decides what each C++ type becomes in a field.

#include <neptune/client/refuse.hpp>
#include <neptune/core/error.hpp>
#include <neptune/core/field_type.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace neptune {

class Value;
class Dict;
class Field;
class File;
struct StringSet;
struct FileSet;
struct FloatSeries;
struct StringSeries;
struct FileSeries;
struct Artifact;

/// Point in time with the precision that fields keep. Units: milliseconds since the Unix epoch,
/// UTC.
using Datetime = std::chrono::sys_time<std::chrono::milliseconds>;

/// Teaches the library a type. Specialise it with `static auto to_field(const T&)`, which returns
/// anything storable or a Dict, and, for `fetch<T>()`, with `static T from_field(const
/// neptune::Value&)`.
template <class T>
struct FieldTraits {};

namespace detail {

template <class T>
concept Taught = requires(const T& value) {
    FieldTraits<T>::to_field(value);
};

// What NEPTUNE_DESCRIBE leaves in the namespace of the type.
struct DescribeProbe {
    template <class Member>
    void operator()(std::string_view, Member) {}
};
template <class T>
concept DescribedStruct = std::is_class_v<T> && requires(const T* tag, DescribeProbe probe) {
    neptune_describe(tag, probe);
};

template <class T>
inline constexpr bool is_character =
    std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

// signed char and unsigned char are small integers, not characters: int8_t and uint8_t are made of
// them.
template <class T>
concept IntegerLike = std::integral<T> && !std::same_as<T, bool> && !is_character<T>;

// The expression is the very one that Value evaluates; a decayed copy of the type would refuse char
// arrays.
template <class T>
concept StringLike =
    std::convertible_to<const T&, std::string_view> && !std::same_as<T, std::nullptr_t>;

/// The characters of a text; an array ends at its first NUL, as a literal does. Errors:
/// InvalidArgument for a null pointer.
template <StringLike T>
std::string_view text_of(const T& text) {
    if constexpr (std::is_pointer_v<T>)
        if (text == nullptr)
            throw InvalidArgument(ErrorCode::invalid_argument, "a null pointer is no string");
    return std::string_view(text);
}

template <class T>
inline constexpr bool is_system_time = false;
template <class D>
inline constexpr bool is_system_time<std::chrono::sys_time<D>> = true;

template <class T>
concept StringSetLike = std::same_as<T, StringSet> || std::same_as<T, std::set<std::string>>;

template <class T>
concept SeriesObject =
    std::same_as<T, FloatSeries> || std::same_as<T, StringSeries> || std::same_as<T, FileSeries>;

template <class T>
concept FileObject = std::same_as<T, File> || std::same_as<T, FileSet>;

// A range of pairs whose first is a string: std::map, std::unordered_map, vector<pair<string,
// double>>.
template <class T>
concept MapLike = requires(const T& map) {
    { map.begin()->first } -> std::convertible_to<std::string_view>;
    map.begin()->second;
    map.end();
};

// Types that only <neptune/json.hpp> knows how to store.
template <class T>
struct LastResort {
    static constexpr bool storable = false;
};

template <class T>
consteval bool is_storable();

template <class T>
consteval bool is_map_of_storable() {
    if constexpr (MapLike<T>)
        return is_storable<
            std::remove_cvref_t<decltype(std::declval<const T&>().begin()->second)>>();
    else
        return false;
}

template <class T>
consteval bool is_storable() {
    if constexpr (Taught<T> || DescribedStruct<T>)
        return true;
    else if constexpr (std::same_as<T, bool> || IntegerLike<T> || std::floating_point<T>)
        return true;
    else if constexpr (StringLike<T> || is_system_time<T> || StringSetLike<T>)
        return true;
    else if constexpr (SeriesObject<T> || FileObject<T> || std::same_as<T, Dict> ||
                       std::same_as<T, Field> || std::same_as<T, Value> ||
                       std::same_as<T, Artifact>)
        return true;
    else if constexpr (MapLike<T>)
        return is_map_of_storable<T>();
    else
        return LastResort<T>::storable;
}

}  // namespace detail

/// True for exactly the types that a field can be assigned. Generic code asks this.
template <class T>
concept Storable = detail::is_storable<T>();

/// True for the types that one point of a series can have.
template <class T>
concept SeriesValue = std::same_as<T, bool> || detail::IntegerLike<T> || std::floating_point<T> ||
    detail::StringLike<T> || std::same_as<T, File>;

}  // namespace neptune

// NEPTUNE_DESCRIBE(Config, lr, batch_size): one field per member, at global or namespace scope
// right behind the type. Up to 32 members; nested described types become nested namespaces.
#define NEPTUNE_DESCRIBE(Type, ...)                                                  \
    template <class NeptuneVisitor>                                                  \
    constexpr void neptune_describe(const Type*, NeptuneVisitor&& neptune_visitor) { \
        NEPTUNE_DETAIL_EACH(Type, __VA_ARGS__)                                       \
    }
#define NEPTUNE_DETAIL_MEMBER(Type, member) neptune_visitor(#member, &Type::member);
#define NEPTUNE_DETAIL_PARENS ()
#define NEPTUNE_DETAIL_EXPAND(...) \
    NEPTUNE_DETAIL_EXPAND2(NEPTUNE_DETAIL_EXPAND2(NEPTUNE_DETAIL_EXPAND2(__VA_ARGS__)))
#define NEPTUNE_DETAIL_EXPAND2(...) \
    NEPTUNE_DETAIL_EXPAND1(NEPTUNE_DETAIL_EXPAND1(NEPTUNE_DETAIL_EXPAND1(__VA_ARGS__)))
#define NEPTUNE_DETAIL_EXPAND1(...) \
    NEPTUNE_DETAIL_EXPAND0(NEPTUNE_DETAIL_EXPAND0(NEPTUNE_DETAIL_EXPAND0(__VA_ARGS__)))
#define NEPTUNE_DETAIL_EXPAND0(...) __VA_ARGS__
#define NEPTUNE_DETAIL_EACH(Type, ...) \
    __VA_OPT__(NEPTUNE_DETAIL_EXPAND(NEPTUNE_DETAIL_NEXT(Type, __VA_ARGS__)))
#define NEPTUNE_DETAIL_NEXT(Type, member, ...) \
    NEPTUNE_DETAIL_MEMBER(Type, member)        \
    __VA_OPT__(NEPTUNE_DETAIL_AGAIN NEPTUNE_DETAIL_PARENS(Type, __VA_ARGS__))
#define NEPTUNE_DETAIL_AGAIN() NEPTUNE_DETAIL_NEXT

#endif
