#ifndef NEPTUNE_WIRE_ENDPOINT_HPP
#define NEPTUNE_WIRE_ENDPOINT_HPP

// What an endpoint is: a structure with name, method, path, who may call it, what goes in and what
// comes out. The endpoints themselves are in endpoints.hpp and endpoints_*.hpp.
//
// A request lists its parameters with their place. Parameters of type std::optional may be absent.
// `raw_body` is a body that has a codec of its own. A parameter in the path stands there as
// `{name}`, a whole part of it.

#include <concepts>
#include <string>
#include <string_view>

namespace neptune::wire {

enum class Place { query, header, path, body, raw_body };

template <class Struct, class Type>
struct Parameter {
    using type = Type;
    Place place;
    std::string_view name;
    Type Struct::*pointer;
    /// raw_body: name of the definition of its elements.
    std::string_view definition;
};

template <class S, class T>
constexpr Parameter<S, T> query(std::string_view name, T S::*pointer) {
    return {Place::query, name, pointer, {}};
}
template <class S, class T>
constexpr Parameter<S, T> header(std::string_view name, T S::*pointer) {
    return {Place::header, name, pointer, {}};
}
template <class S>
constexpr Parameter<S, std::string> in_path(std::string_view name, std::string S::*pointer) {
    return {Place::path, name, pointer, {}};
}
template <class S, class T>
constexpr Parameter<S, T> body(std::string_view name, T S::*pointer) {
    return {Place::body, name, pointer, {}};
}
template <class S>
constexpr Parameter<S, std::string> raw_body(std::string_view name, std::string S::*pointer,
                                             std::string_view definition) {
    return {Place::raw_body, name, pointer, definition};
}

/// What a request must bring. `open`: nothing; `api_token`: the header X-Neptune-Api-Token;
/// `bearer`: an access token.
enum class Access { open, api_token, bearer };

/// An answer without a body.
struct Nothing {};

template <class T>
concept Endpoint = requires {
    { T::operation_id } -> std::convertible_to<std::string_view>;
    { T::method } -> std::convertible_to<std::string_view>;
    { T::path } -> std::convertible_to<std::string_view>;
    { T::access } -> std::convertible_to<Access>;
    typename T::Request;
    typename T::Response;
    T::Request::parameters();
};

}  // namespace neptune::wire

#endif
