#ifndef NEPTUNE_SERVER_PARAMETERS_HPP
#define NEPTUNE_SERVER_PARAMETERS_HPP

// Reads what an endpoint's request structure lists (wire/endpoints.hpp) out of a request. Whatever
// is missing or has the wrong form is an error that names the parameter.

#include <neptune/core/number.hpp>
#include <neptune/http/message.hpp>
#include <neptune/http/url.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/endpoints.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace neptune::server {

/// A request and its target in parts.
struct Incoming {
    const http::Request& request;
    http::Target target;
    /// What stands at the `{name}` parts of the endpoint's path.
    http::Query path_parameters{};
};

/// Errors: throws Refusal (415) if the request says that its body is something else than JSON.
/// Saying nothing is fine.
inline void demand_json(const http::Request& request) {
    const auto* type = request.headers.find("Content-Type");
    if (!type) return;
    const auto end = type->find_first_of("; \t");
    if (http::detail::same_name(std::string_view(*type).substr(0, end), "application/json")) return;
    throw Refusal({415, "Unsupported media type",
                   "The body must be application/json, not " + in_quotes(*type)});
}

namespace detail {

template <class T>
T parse_parameter(const std::string& text, const std::string& where) {
    if constexpr (std::is_same_v<T, std::string>) {
        return text;
    } else if constexpr (std::is_same_v<T, bool>) {
        // Python writes its own words into raw requests.
        if (text == "true" || text == "True") return true;
        if (text == "false" || text == "False") return false;
        throw bad_request(where + " must be true or false, not " + in_quotes(text));
    } else {
        static_assert(std::is_same_v<T, std::int64_t>);
        const auto number = core::parse_int64(text);
        if (!number) throw bad_request(where + " must be an integer, not " + in_quotes(text));
        return *number;
    }
}

/// `texts`: all that was given under the name.
template <class T>
T read_values(const std::vector<std::string>& texts, const std::string& where) {
    if constexpr (wire::IsOptional<T>::value) {
        if (texts.empty()) return std::nullopt;
        return read_values<typename T::value_type>(texts, where);
    } else if constexpr (wire::IsVector<T>::value) {
        T values;
        for (const auto& text : texts)
            values.push_back(parse_parameter<typename T::value_type>(text, where));
        return values;
    } else {
        if (texts.empty()) throw bad_request(where + " is missing");
        if (texts.size() > 1) throw bad_request(where + " must be given once only");
        return parse_parameter<T>(texts.front(), where);
    }
}

inline std::vector<std::string> values_of(const http::Query& parameters, std::string_view name) {
    std::vector<std::string> values;
    for (const auto& parameter : parameters)
        if (parameter.first == name) values.push_back(parameter.second);
    return values;
}

inline std::vector<std::string> header_values(const Incoming& incoming, std::string_view name) {
    const auto* value = incoming.request.headers.find(name);
    return value ? std::vector<std::string>{*value} : std::vector<std::string>{};
}

template <class T>
T read_parameter(const Incoming& incoming, wire::Place place, std::string_view name) {
    const std::string word(name);
    if constexpr (wire::Described<T>) {
        demand_json(incoming.request);
        return wire::decode_text<T>(incoming.request.body, word);
    } else {
        if (place == wire::Place::query)
            return read_values<T>(values_of(incoming.target.query, name),
                                  "Query parameter '" + word + "'");
        if (place == wire::Place::path)
            return read_values<T>(values_of(incoming.path_parameters, name),
                                  "Path parameter '" + word + "'");
        if (place == wire::Place::header)
            return read_values<T>(header_values(incoming, name), "Header '" + word + "'");
        if constexpr (std::is_same_v<T, std::string>) {
            demand_json(incoming.request);
            return incoming.request.body;
        }
        if constexpr (wire::IsVector<T>::value) {
            demand_json(incoming.request);
            return wire::decode_text<T>(incoming.request.body, word);
        }
        throw std::logic_error("neptune: parameter '" + word +
                               "' has a place that its type cannot have");
    }
}

}  // namespace detail

/// The request structure of an endpoint. Errors: throws Refusal or wire::DecodeError, both for the
/// caller to hear.
template <class Parameters>
[[nodiscard]] Parameters read_parameters(const Incoming& incoming) {
    Parameters result;
    const auto read = [&](const auto& parameter) {
        using Type = typename std::remove_cvref_t<decltype(parameter)>::type;
        result.*(parameter.pointer) =
            detail::read_parameter<Type>(incoming, parameter.place, parameter.name);
    };
    std::apply([&](const auto&... parameters) { (read(parameters), ...); },
               Parameters::parameters());
    return result;
}

}  // namespace neptune::server

#endif
