#ifndef NEPTUNE_WIRE_DESCRIBE_HPP
#define NEPTUNE_WIRE_DESCRIBE_HPP

// One description of each wire structure, from which its JSON codec and its Swagger definition
// follow.
//
//     struct Project {
//         static constexpr std::string_view definition = "ProjectDTO";
//         std::string id;
//         std::optional<std::string> description;
//         static constexpr auto members() {
//             return std::make_tuple(member("id", &Project::id, "uuid"),
//                                    member("description", &Project::description));
//         }
//     };
//
// A member of type std::optional is left out when empty; every other member is required.

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace neptune::wire {

template <class Struct, class Type>
struct Member {
    using type = Type;
    std::string_view name;
    Type Struct::*pointer;
    /// Swagger `format`; empty = the default of the C++ type.
    std::string_view format;
};

template <class Struct, class Type>
constexpr Member<Struct, Type> member(std::string_view name, Type Struct::*pointer,
                                      std::string_view format = {}) {
    return {name, pointer, format};
}

/// A structure with a name in the Swagger document and a list of members.
template <class T>
concept Described = requires {
    { T::definition } -> std::convertible_to<std::string_view>;
    T::members();
};

/// Calls `visit(member)` for each member of a described structure, in order.
template <Described T, class Visit>
constexpr void for_each_member(Visit&& visit) {
    std::apply([&](const auto&... members) { (visit(members), ...); }, T::members());
}

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

}  // namespace neptune::wire

#endif
