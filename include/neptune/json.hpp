#ifndef NEPTUNE_JSON_HPP
#define NEPTUNE_JSON_HPP

// Types with nlohmann's `to_json` become namespaces or values, where nothing else (FieldTraits,
// NEPTUNE_DESCRIBE, the table of built-in types) says what they are. JSON null, and arrays, have no
// field type: null is left out, arrays become their text.

#include <neptune/client/value.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <type_traits>

namespace neptune {

/// The value or dictionary of a JSON value.
[[nodiscard]] inline Value value_from_json(const nlohmann::json& json) {
    if (json.is_object()) {
        Dict dict;
        for (const auto& item : json.items())
            if (!item.value().is_null()) dict.add(item.key(), value_from_json(item.value()));
        return Value(dict);
    }
    if (json.is_boolean()) return Value(json.get<bool>());
    if (json.is_number_unsigned()) return Value(json.get<std::uint64_t>());
    if (json.is_number_integer()) return Value(json.get<std::int64_t>());
    if (json.is_number_float()) return Value(json.get<double>());
    if (json.is_string()) return Value(json.get<std::string>());
    return Value(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

namespace detail {

// Finds a `to_json(nlohmann::json&, const T&)` that belongs to T. Asking nlohmann itself would say
// yes to everything that it can convert on its own, such as vectors and enumerations, which a field
// cannot hold.
struct JsonProbe {
    operator nlohmann::json&() const;
};
template <class T>
concept HasOwnToJson = std::is_class_v<T> && requires(const JsonProbe& probe, const T& value) {
    to_json(probe, value);
};

template <class T>
requires(std::is_same_v<T, nlohmann::json> || HasOwnToJson<T>) struct LastResort<T> {
    static constexpr bool storable = true;
    static Value to_field(const T& value) {
        const nlohmann::json json = value;
        return value_from_json(json);
    }
};
}  // namespace detail
}  // namespace neptune

#endif
