#ifndef NEPTUNE_WIRE_ENDPOINT_HPP
#define NEPTUNE_WIRE_ENDPOINT_HPP

// What an endpoint is: a structure with name, method, path, who may call it, what goes in and what
// comes out. The endpoints themselves are in endpoints.hpp and endpoints_*.hpp; the requests that
// several of them share are here.
//
// A request lists its parameters with their place. Parameters of type std::optional may be absent.
// `raw_body` is a body that has a codec of its own. A parameter in the path stands there as
// `{name}`, a whole part of it.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

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

/// One tuple of the endpoints of several.
template <class... Tuples>
using Joined = decltype(std::tuple_cat(std::declval<Tuples>()...));

/// An answer without a body.
struct Nothing {};

/// An answer that is a file and no JSON.
struct Content {};

/// Whether the body of the request is a file, which travels beside the request structure. Such
/// endpoints say `static constexpr bool takes_content = true`.
template <class E>
inline constexpr bool takes_content = false;
template <class E>
requires requires {
    E::takes_content;
}
inline constexpr bool takes_content<E> = E::takes_content;

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

/// Request of all getters of one attribute.
struct AttributeRequest {
    std::string experiment_id, attribute;
    static constexpr auto parameters() {
        return std::make_tuple(query("experimentId", &AttributeRequest::experiment_id),
                               query("attribute", &AttributeRequest::attribute));
    }
};

/// Page of a series: points ordered by step, `offset` and `limit` count points.
struct SeriesRequest {
    std::string experiment_id, attribute;
    std::optional<std::int64_t> limit{}, offset{};
    static constexpr auto parameters() {
        return std::make_tuple(query("experimentId", &SeriesRequest::experiment_id),
                               query("attribute", &SeriesRequest::attribute),
                               query("limit", &SeriesRequest::limit),
                               query("offset", &SeriesRequest::offset));
    }
};

}  // namespace neptune::wire

#endif
