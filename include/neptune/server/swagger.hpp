#ifndef NEPTUNE_SERVER_SWAGGER_HPP
#define NEPTUNE_SERVER_SWAGGER_HPP

// The three Swagger 2.0 documents from which the Python client builds its calls, made from the
// endpoint structures. What that client asks of them is in wire protocol §4.1: no host, full paths,
// no tags, statuses of exactly 200.

#include <neptune/server/swagger_definitions.hpp>
#include <neptune/version.hpp>
#include <neptune/wire/endpoints.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace neptune::server::swagger {

/// Where clients look for the documents; the first one is served to everybody.
inline constexpr std::string_view backend_path = "/api/backend/swagger.json",
                                  leaderboard_path = "/api/leaderboard/swagger.json",
                                  artifacts_path = "/api/artifacts/swagger.json";

namespace detail {

template <class Parameter>
Json describe_parameter(const Parameter& parameter, Definitions& definitions) {
    using Type = typename Parameter::type;
    constexpr bool optional = wire::IsOptional<Type>::value;
    Json result = {{"name", parameter.name}, {"required", !optional}};
    switch (parameter.place) {
        case wire::Place::body:
            result["in"] = "body";
            result["schema"] = definitions.schema<Type>();
            break;
        case wire::Place::raw_body:
            result["in"] = "body";
            definitions.add_operation();
            result["schema"] = array_of(reference(parameter.definition));
            break;
        case wire::Place::query:
        case wire::Place::header:
        case wire::Place::path:
            result["in"] = parameter.place == wire::Place::query    ? "query"
                           : parameter.place == wire::Place::header ? "header"
                                                                    : "path";
            result.update(definitions.schema<Type>());
            if (result["type"] == "array") result["collectionFormat"] = "multi";
            break;
    }
    return result;
}

template <class Endpoint>
Json describe_responses(Definitions& definitions) {
    Json success = {{"description", "OK"}};
    if constexpr (std::is_same_v<typename Endpoint::Response, wire::Content>)
        success["schema"] = simple("file");
    else if constexpr (!std::is_same_v<typename Endpoint::Response, wire::Nothing> &&
                       !requires { Endpoint::Response::undeclared; })
        success["schema"] = definitions.schema<typename Endpoint::Response>();
    Json responses = {{"200", std::move(success)}};
    definitions.add_error();
    for (const auto& [status, words] :
         {std::pair("400", "Bad Request"), std::pair("401", "Unauthorized"),
          std::pair("403", "Forbidden"), std::pair("404", "Not Found"),
          std::pair("409", "Conflict"), std::pair("422", "Unprocessable Entity"),
          std::pair("429", "Too Many Requests")})
        responses[status] = {{"description", words}, {"schema", reference("Error")}};
    return responses;
}

template <class Endpoint>
void describe(Json& paths, Definitions& definitions) {
    Json parameters = Json::array();
    std::apply(
        [&](const auto&... each) {
            (parameters.push_back(describe_parameter(each, definitions)), ...);
        },
        Endpoint::Request::parameters());
    std::string method(Endpoint::method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    paths[std::string(Endpoint::path)][method] = {
        {"operationId", Endpoint::operation_id},
        {"consumes",
         {wire::takes_content<Endpoint> ? "application/octet-stream" : "application/json"}},
        {"produces", {"application/json"}},
        {"parameters", std::move(parameters)},
        {"responses", describe_responses<Endpoint>(definitions)}};
}

}  // namespace detail

/// The document of these endpoints, a std::tuple of them.
template <class Endpoints>
[[nodiscard]] Json document(std::string_view title) {
    Json paths = Json::object();
    Definitions definitions;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (detail::describe<std::tuple_element_t<I, Endpoints>>(paths, definitions), ...);
    }
    (std::make_index_sequence<std::tuple_size_v<Endpoints>>());
    return {{"swagger", "2.0"},
            {"info", {{"title", title}, {"version", version}}},
            {"basePath", "/"},
            {"paths", std::move(paths)},
            {"definitions", definitions.json()}};
}

}  // namespace neptune::server::swagger

#endif
