#ifndef NEPTUNE_CLIENT_REMOTE_HPP
#define NEPTUNE_CLIENT_REMOTE_HPP

// From an endpoint structure to an HTTP request, and from the reply back.

#include <neptune/http/message.hpp>
#include <neptune/http/url.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/endpoints.hpp>

#include <string>
#include <type_traits>

namespace neptune::client {

namespace detail {

inline std::string parameter_text(const std::string& value) {
    return value;
}
inline std::string parameter_text(std::int64_t value) {
    return std::to_string(value);
}
inline std::string parameter_text(bool value) {
    return value ? "true" : "false";
}

template <class Type>
void add_parameter(http::Query& query, std::string_view name, const Type& value) {
    if constexpr (wire::IsOptional<Type>::value) {
        if (value) add_parameter(query, name, *value);
    } else if constexpr (wire::IsVector<Type>::value) {
        for (const auto& element : value) add_parameter(query, name, element);
    } else {
        query.emplace_back(std::string(name), parameter_text(value));
    }
}

/// Puts the value in the place of `{name}`.
inline void fill_path(std::string& path, std::string_view name, const std::string& value) {
    const auto place = "{" + std::string(name) + "}";
    path.replace(path.find(place), place.size(), http::encode_path_parameter(value));
}

template <class Type>
inline constexpr bool is_header_text =
    std::is_same_v<Type, std::string> || std::is_same_v<Type, std::optional<std::string>>;

template <class Type>
void add_header(http::Headers& headers, std::string_view name, const Type& value) {
    if constexpr (wire::IsOptional<Type>::value) {
        if (value) add_header(headers, name, *value);
    } else {
        headers.set(std::string(name), parameter_text(value));
    }
}

}  // namespace detail

/// The request of an endpoint, complete but for what all requests carry (Authorization,
/// User-Agent).
template <wire::Endpoint E>
[[nodiscard]] http::Request build_request(const typename E::Request& request) {
    http::Request result;
    result.method = E::method;
    http::Query query;
    std::string path(E::path);
    std::apply(
        [&](const auto&... parameters) {
            [[maybe_unused]] const auto add = [&](const auto& parameter) {
                using Type = typename std::remove_cvref_t<decltype(parameter)>::type;
                const Type& value = request.*(parameter.pointer);
                switch (parameter.place) {
                    case wire::Place::query:
                        if constexpr (!wire::Described<Type>)
                            detail::add_parameter(query, parameter.name, value);
                        break;
                    case wire::Place::header:
                        if constexpr (detail::is_header_text<Type>)
                            detail::add_header(result.headers, parameter.name, value);
                        break;
                    case wire::Place::path:
                        if constexpr (std::is_same_v<Type, std::string>)
                            detail::fill_path(path, parameter.name, value);
                        break;
                    case wire::Place::raw_body:
                        if constexpr (std::is_same_v<Type, std::string>) result.body = value;
                        result.headers.set("Content-Type", "application/json");
                        break;
                    case wire::Place::body:
                        if constexpr (wire::Described<Type> || wire::IsVector<Type>::value)
                            result.body = wire::encode_text(value);
                        result.headers.set("Content-Type", "application/json");
                        break;
                }
            };
            (add(parameters), ...);
        },
        E::Request::parameters());
    result.target = http::build_target(path, query);
    return result;
}

/// Reads a successful reply. Errors: wire::DecodeError.
template <wire::Endpoint E>
[[nodiscard]] typename E::Response read_reply(const http::Reply& reply) {
    using Response = typename E::Response;
    if constexpr (std::is_same_v<Response, wire::Nothing>)
        return {};
    else if constexpr (requires { Response::undeclared; })
        // Only our server answers so.
        return reply.body.empty()
                   ? Response()
                   : wire::decode<Response>(wire::parse_json(reply.body, "the reply"), "reply");
    else
        return wire::decode_text<Response>(reply.body, "the reply");
}

}  // namespace neptune::client

#endif
