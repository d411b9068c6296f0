#ifndef NEPTUNE_WIRE_CODEC_HPP
#define NEPTUNE_WIRE_CODEC_HPP

// JSON codec of the described structures (wire/describe.hpp). Unknown members are ignored, missing
// or mistyped ones are errors that name the member. Structures with a shape of their own specialise
// `Codec`.

#include <neptune/wire/describe.hpp>
#include <neptune/wire/limits.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace neptune::wire {

using Json = nlohmann::json;

/// JSON that does not have the shape that was expected; `what()` names the member and what was
/// expected there.
struct DecodeError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class T>
struct Codec;

/// JSON value of `value`.
template <class T>
[[nodiscard]] Json encode(const T& value) {
    return Codec<T>::encode(value);
}

/// Reads a T. Errors: throws DecodeError; `where` is the name of the value in its text.
template <class T>
[[nodiscard]] T decode(const Json& json, const std::string& where) {
    return Codec<T>::decode(json, where);
}

/// Text of a JSON value; invalid UTF-8 inside is replaced, never thrown about.
[[nodiscard]] inline std::string to_text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Whether arrays and objects lie deeper in each other than any message has them.
[[nodiscard]] inline bool is_nested_too_deeply(std::string_view text) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > limits::json_depth) return true;
        } else if ((c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

/// Parses a whole text. Errors: throws DecodeError with the position, or beyond the limit
/// json_depth: copying a value goes as deep on the stack as the value is nested.
[[nodiscard]] inline Json parse_json(std::string_view text, const std::string& what) {
    if (is_nested_too_deeply(text))
        throw DecodeError(what + " is nested deeper than " + std::to_string(limits::json_depth) +
                          " levels (limit json_depth)");
    try {
        return Json::parse(text.begin(), text.end());
    } catch (const Json::parse_error& error) {
        throw DecodeError(what + " is not valid JSON (at byte " + std::to_string(error.byte) + ")");
    } catch (const Json::out_of_range&) {
        throw DecodeError(what + " holds a number that is too large");
    }
}

template <>
struct Codec<std::string> {
    static Json encode(const std::string& value) { return value; }
    static std::string decode(const Json& json, const std::string& where) {
        if (!json.is_string()) throw DecodeError(where + " must be a string");
        return json.get<std::string>();
    }
};

template <>
struct Codec<bool> {
    static Json encode(bool value) { return value; }
    static bool decode(const Json& json, const std::string& where) {
        if (!json.is_boolean()) throw DecodeError(where + " must be true or false");
        return json.get<bool>();
    }
};

template <>
struct Codec<double> {
    static Json encode(double value) { return value; }
    static double decode(const Json& json, const std::string& where) {
        if (!json.is_number()) throw DecodeError(where + " must be a number");
        return json.get<double>();
    }
};

template <>
struct Codec<std::int64_t> {
    static Json encode(std::int64_t value) { return value; }
    static std::int64_t decode(const Json& json, const std::string& where) {
        if (!json.is_number_integer()) throw DecodeError(where + " must be an integer");
        if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX)
            throw DecodeError(where + " is larger than 64 bits");
        return json.get<std::int64_t>();
    }
};

/// A member whose content is free.
template <>
struct Codec<Json> {
    static Json encode(const Json& value) { return value; }
    static Json decode(const Json& json, const std::string&) { return json; }
};

template <class T>
struct Codec<std::vector<T>> {
    static Json encode(const std::vector<T>& values) {
        Json result = Json::array();
        for (const auto& value : values) result.push_back(wire::encode<T>(value));
        return result;
    }
    static std::vector<T> decode(const Json& json, const std::string& where) {
        if (!json.is_array()) throw DecodeError(where + " must be an array");
        std::vector<T> result;
        result.reserve(json.size());
        for (std::size_t i = 0; i < json.size(); ++i)
            result.push_back(wire::decode<T>(json[i], where + "[" + std::to_string(i) + "]"));
        return result;
    }
};

template <Described T>
struct Codec<T> {
    static Json encode(const T& value) {
        Json result = Json::object();
        for_each_member<T>([&](const auto& member) {
            using Type = typename std::remove_cvref_t<decltype(member)>::type;
            const Type& part = value.*(member.pointer);
            if constexpr (IsOptional<Type>::value) {
                if (part)
                    result[std::string(member.name)] =
                        wire::encode<typename Type::value_type>(*part);
            } else {
                result[std::string(member.name)] = wire::encode<Type>(part);
            }
        });
        return result;
    }
    static T decode(const Json& json, const std::string& where) {
        if (!json.is_object()) throw DecodeError(where + " must be an object");
        T result{};
        for_each_member<T>([&](const auto& member) {
            using Type = typename std::remove_cvref_t<decltype(member)>::type;
            const auto found = json.find(std::string(member.name));
            const bool absent = found == json.end() || found->is_null();
            const std::string here = where + "." + std::string(member.name);
            if constexpr (IsOptional<Type>::value) {
                if (!absent)
                    result.*(member.pointer) =
                        wire::decode<typename Type::value_type>(*found, here);
            } else {
                if (absent) throw DecodeError(here + " is missing");
                result.*(member.pointer) = wire::decode<Type>(*found, here);
            }
        });
        return result;
    }
};

namespace detail {

// A tree of JSON takes ten times the memory of its text, so the lists of a structure become trees
// one element at a time.
template <class T>
void append_text(std::string& out, const T& value) {
    if constexpr (IsVector<T>::value) {
        char before = '[';
        for (const auto& element : value) {
            (out += before) += to_text(wire::encode(element));
            before = ',';
        }
        out += value.empty() ? "[]" : "]";
    } else {
        out += to_text(wire::encode(value));
    }
}

template <Described T>
[[nodiscard]] std::string text_of_members(const T& value) {
    std::string out = "{";
    for_each_member<T>([&](const auto& member) {
        const auto& part = value.*(member.pointer);
        const auto add = [&](const auto& content) {
            ((out += out.size() > 1 ? ",\"" : "\"") += member.name) += "\":";
            append_text(out, content);
        };
        if constexpr (!IsOptional<std::remove_cvref_t<decltype(part)>>::value)
            add(part);
        else if (part)
            add(*part);
    });
    return out += '}';
}

}  // namespace detail

/// Text of a value, as compact JSON. Structures may have a writer of their own.
template <class T>
[[nodiscard]] std::string encode_text(const T& value) {
    if constexpr (requires { Codec<T>::encode_text(value); })
        return Codec<T>::encode_text(value);
    else if constexpr (Described<T>)
        return detail::text_of_members(value);
    else
        return to_text(encode(value));
}

/// Reads a T from its whole text. Errors: throws DecodeError; `where` is the name of the value.
template <class T>
[[nodiscard]] T decode_text(std::string_view text, const std::string& where) {
    if constexpr (requires { Codec<T>::decode_text(text, where); })
        return Codec<T>::decode_text(text, where);
    else
        return decode<T>(parse_json(text, where), where);
}

}  // namespace neptune::wire

#endif
