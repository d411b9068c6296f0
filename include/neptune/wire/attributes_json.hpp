#ifndef NEPTUNE_WIRE_ATTRIBUTES_JSON_HPP
#define NEPTUNE_WIRE_ATTRIBUTES_JSON_HPP

// JSON of fields with their values: `{name, type, <type>Properties}` in lists, the properties alone
// in single getters.

#include <neptune/core/time.hpp>
#include <neptune/wire/attributes.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/objects.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace neptune::wire {

template <>
struct Codec<FloatSeriesConfig> {
    static Json encode(const FloatSeriesConfig& config) {
        Json result = Json::object();
        if (config.min) result["min"] = *config.min;
        if (config.max) result["max"] = *config.max;
        if (config.unit) result["unit"] = *config.unit;
        return result;
    }
};

namespace detail {

inline std::optional<double> number_or_nothing(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}
inline std::optional<std::string> text_or_nothing(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}
inline void set_if(Json& json, const char* name, const std::optional<double>& value) {
    if (value) json[name] = *value;
}

inline void encode_value(Json& out, double value) {
    out["value"] = value;
}
inline void encode_value(Json& out, std::int64_t value) {
    out["value"] = value;
}
inline void encode_value(Json& out, bool value) {
    out["value"] = value;
}
inline void encode_value(Json& out, const std::string& value) {
    out["value"] = value;
}
inline void encode_value(Json& out, const DatetimeValue& value) {
    out["value"] = core::to_iso8601(value.ms);
}
inline void encode_value(Json& out, const RunState& value) {
    out["value"] = wire_name(value);
}
inline void encode_value(Json& out, const StringSetValue& value) {
    out["values"] = value.values;
}
inline void encode_value(Json& out, const FloatSeriesValue& value) {
    out["config"] = wire::encode(value.config);
    set_if(out, "last", value.last);
    set_if(out, "lastStep", value.last_step);
    set_if(out, "min", value.min);
    set_if(out, "max", value.max);
    set_if(out, "average", value.average);
    set_if(out, "variance", value.variance);
}
inline void encode_value(Json& out, const StringSeriesValue& value) {
    if (value.last) out["last"] = *value.last;
    set_if(out, "lastStep", value.last_step);
}
inline void encode_value(Json& out, const FileValue& value) {
    out["name"] = value.name;
    out["ext"] = value.extension;
    out["size"] = value.size;
}
inline void encode_value(Json& out, const FileSetValue& value) {
    out["size"] = value.size;
}
inline void encode_value(Json& out, const ImageSeriesValue& value) {
    out["channelId"] = value.channel_id;
    set_if(out, "lastStep", value.last_step);
}
inline GitInfoDto to_dto(const GitRefValue& value) {
    GitInfoDto dto;
    dto.commit = {value.commit_id, value.message, value.author_name, value.author_email,
                  core::to_iso8601(value.commit_date_ms)};
    dto.repository_dirty = value.dirty;
    dto.current_branch = value.branch;
    dto.remotes = value.remotes;
    return dto;
}
inline void encode_value(Json& out, const GitRefValue& value) {
    out.update(wire::encode(to_dto(value)));
}

inline void encode_value(Json& out, const ArtifactValue& value) {
    out["hash"] = value.hash;
}

}  // namespace detail

/// Value of a `commitDate`. Errors: throws DecodeError unless it is ISO 8601.
[[nodiscard]] inline GitRefValue git_ref_from(const GitInfoDto& dto, const std::string& where) {
    const auto date = core::parse_iso8601(dto.commit.commit_date);
    if (!date) throw DecodeError(where + ".commit.commitDate must be an ISO 8601 date-time");
    return {dto.commit.commit_id,
            dto.commit.message,
            dto.commit.author_name,
            dto.commit.author_email,
            *date,
            dto.repository_dirty,
            dto.current_branch,
            dto.remotes.value_or(std::vector<std::string>{})};
}

/// The properties object of a field: `attributeName`, `attributeType`, and what its type has.
[[nodiscard]] inline Json encode_properties(const Attribute& attribute) {
    Json result = Json::object();
    result["attributeName"] = attribute.name;
    result["attributeType"] = wire_name(attribute.type);
    std::visit([&](const auto& value) { detail::encode_value(result, value); }, attribute.value);
    return result;
}

/// Reads the properties object of a field of that type. Errors: throws DecodeError. Types whose
/// values have no alternative in AttributeValue give nothing.
[[nodiscard]] inline std::optional<AttributeValue> decode_properties(FieldType type,
                                                                     const Json& json,
                                                                     const std::string& where) {
    const auto required = [&](const char* name) -> const Json& {
        const auto found = json.find(name);
        if (found == json.end()) throw DecodeError(where + "." + name + " is missing");
        return *found;
    };
    const auto value = [&]() -> const Json& { return required("value"); };
    const std::string value_name = where + ".value";
    switch (type) {
        case FieldType::float_number:
            return decode<double>(value(), value_name);
        case FieldType::integer:
            return decode<std::int64_t>(value(), value_name);
        case FieldType::boolean:
            return decode<bool>(value(), value_name);
        case FieldType::string:
            return decode<std::string>(value(), value_name);
        case FieldType::datetime: {
            const auto ms = core::parse_iso8601(decode<std::string>(value(), value_name));
            if (!ms) throw DecodeError(value_name + " must be an ISO 8601 date-time");
            return DatetimeValue{*ms};
        }
        case FieldType::run_state:
            return decode<std::string>(value(), value_name) == "running" ? RunState::active
                                                                         : RunState::inactive;
        case FieldType::string_set:
            return StringSetValue{
                decode<std::vector<std::string>>(required("values"), where + ".values")};
        case FieldType::float_series: {
            FloatSeriesValue series;
            if (const auto config = json.find("config"); config != json.end()) {
                series.config.min = detail::number_or_nothing(*config, "min");
                series.config.max = detail::number_or_nothing(*config, "max");
                series.config.unit = detail::text_or_nothing(*config, "unit");
            }
            series.last = detail::number_or_nothing(json, "last");
            series.last_step = detail::number_or_nothing(json, "lastStep");
            series.min = detail::number_or_nothing(json, "min");
            series.max = detail::number_or_nothing(json, "max");
            series.average = detail::number_or_nothing(json, "average");
            series.variance = detail::number_or_nothing(json, "variance");
            return series;
        }
        case FieldType::string_series:
            return StringSeriesValue{detail::text_or_nothing(json, "last"),
                                     detail::number_or_nothing(json, "lastStep")};
        case FieldType::git_ref:
            return git_ref_from(decode<GitInfoDto>(json, where), where);
        case FieldType::file:
            return FileValue{decode<std::string>(required("name"), where + ".name"),
                             decode<std::string>(required("ext"), where + ".ext"),
                             decode<std::int64_t>(required("size"), where + ".size")};
        case FieldType::file_set:
            return FileSetValue{decode<std::int64_t>(required("size"), where + ".size")};
        case FieldType::image_series:
            return ImageSeriesValue{detail::text_or_nothing(json, "channelId").value_or(""),
                                    detail::number_or_nothing(json, "lastStep")};
        case FieldType::notebook_ref:
            return std::nullopt;
        case FieldType::artifact: {
            const auto found = json.find("hash");
            if (found == json.end()) throw DecodeError(where + ".hash is missing");
            return ArtifactValue{decode<std::string>(*found, where + ".hash")};
        }
    }
    return std::nullopt;
}

/// Element of a list of fields as it was received: of a type that has no value here, or that this
/// client does not know (`type` is then empty).
struct ReceivedAttribute {
    std::string name;
    std::optional<FieldType> type{};
    std::optional<AttributeValue> value{};
};

template <>
struct Codec<Attribute> {
    static Json encode(const Attribute& attribute) {
        Json result = Json::object();
        result["name"] = attribute.name;
        result["type"] = wire_name(attribute.type);
        result[std::string(wire_name(attribute.type)) + "Properties"] =
            encode_properties(attribute);
        return result;
    }
};

template <>
struct Codec<ReceivedAttribute> {
    static ReceivedAttribute decode(const Json& json, const std::string& where) {
        if (!json.is_object()) throw DecodeError(where + " must be an object");
        ReceivedAttribute result;
        result.name = wire::decode<std::string>(json.value("name", Json()), where + ".name");
        const auto word = wire::decode<std::string>(json.value("type", Json()), where + ".type");
        result.type = field_type_from_wire(word);
        const auto properties = json.find(word + "Properties");
        if (result.type && properties != json.end())
            result.value = decode_properties(*result.type, *properties, where);
        return result;
    }
};

/// All fields of one object. The server fills `attributes` and `system_attributes`, the client
/// reads `received`.
struct ExperimentAttributes {
    static constexpr std::string_view definition = "ExperimentAttributesDTO";
    std::string id, project_id, project_name, organization_id, organization_name;
    bool trashed = false;
    std::vector<Attribute> attributes;
    std::vector<ReceivedAttribute> received;
};

namespace detail {
// Member of `systemAttributes`, which only clients of the time before 1.0 read, and the field that
// fills it.
struct SystemAttribute {
    std::string_view name, path;
    FieldType type;
    bool required = true;
};
inline constexpr std::array<SystemAttribute, 15> system_attributes{{
    {"shortId", "sys/id", FieldType::string},
    {"name", "sys/name", FieldType::string},
    {"description", "sys/description", FieldType::string},
    {"creationTime", "sys/creation_time", FieldType::datetime},
    {"modificationTime", "sys/modification_time", FieldType::datetime},
    {"pingTime", "sys/ping_time", FieldType::datetime},
    {"runningTime", "sys/running_time", FieldType::float_number},
    {"size", "sys/size", FieldType::float_number},
    {"monitoringTime", "sys/monitoring_time", FieldType::integer},
    {"failed", "sys/failed", FieldType::boolean},
    {"trashed", "sys/trashed", FieldType::boolean},
    {"tags", "sys/tags", FieldType::string_set},
    {"state", "sys/state", FieldType::run_state},
    {"owner", "sys/owner", FieldType::string, false},
    {"hostname", "sys/hostname", FieldType::string, false},
}};
}  // namespace detail

template <>
struct Codec<ExperimentAttributes> {
    static Json encode(const ExperimentAttributes& value) {
        Json result = Json::object();
        result["id"] = value.id;
        result["projectId"] = value.project_id;
        result["projectName"] = value.project_name;
        result["organizationId"] = value.organization_id;
        result["organizationName"] = value.organization_name;
        result["trashed"] = value.trashed;
        // Required members that the object has no field for keep a neutral value.
        Json system = {
            {"description", encode_properties({"sys/description", FieldType::string, ""})},
            {"failed", encode_properties({"sys/failed", FieldType::boolean, false})},
            {"trashed", encode_properties({"sys/trashed", FieldType::boolean, false})}};
        Json list = Json::array();
        for (const auto& attribute : value.attributes) {
            for (const auto& member : detail::system_attributes)
                if (attribute.name == member.path)
                    system[std::string(member.name)] = encode_properties(attribute);
            list.push_back(wire::encode(attribute));
        }
        result["attributes"] = std::move(list);
        result["systemAttributes"] = std::move(system);
        return result;
    }
    static ExperimentAttributes decode(const Json& json, const std::string& where) {
        if (!json.is_object()) throw DecodeError(where + " must be an object");
        ExperimentAttributes result;
        result.id = wire::decode<std::string>(json.value("id", Json("")), where + ".id");
        result.received = wire::decode<std::vector<ReceivedAttribute>>(
            json.value("attributes", Json()), where + ".attributes");
        return result;
    }
};

/// Answer of a getter of one field.
template <FieldType Type>
struct SingleAttribute {
    static constexpr FieldType field_type = Type;
    Attribute attribute;
};

template <FieldType Type>
struct Codec<SingleAttribute<Type>> {
    static Json encode(const SingleAttribute<Type>& value) {
        return encode_properties(value.attribute);
    }
    static SingleAttribute<Type> decode(const Json& json, const std::string& where) {
        if (!json.is_object()) throw DecodeError(where + " must be an object");
        auto value = decode_properties(Type, json, where);
        if (!value) throw DecodeError(where + " has no value");
        return {
            {detail::text_or_nothing(json, "attributeName").value_or(""), Type, std::move(*value)}};
    }
};

/// Name of the definition of a type's properties in the Swagger document.
[[nodiscard]] inline std::string properties_definition(FieldType type) {
    if (type == FieldType::git_ref) return "GitInfoDTO";
    std::string name(wire_name(type));
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name + "AttributeDTO";
}

}  // namespace neptune::wire

#endif
