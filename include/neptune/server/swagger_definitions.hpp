#ifndef NEPTUNE_SERVER_SWAGGER_DEFINITIONS_HPP
#define NEPTUNE_SERVER_SWAGGER_DEFINITIONS_HPP

// `definitions` of a Swagger 2.0 document: those of described structures follow from their members,
// the few structures with a shape of their own (wire/attributes_json.hpp,
// wire/operations_writer.hpp) are spelled here. All are named objects, because the Python client
// can use no others. Names are those of the hosted service (wire protocol, appendix A).

#include <neptune/core/field_type.hpp>
#include <neptune/wire/attributes_json.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/describe.hpp>
#include <neptune/wire/objects.hpp>
#include <neptune/wire/operations.hpp>
#include <neptune/wire/tables.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace neptune::server::swagger {

using wire::Json;

[[nodiscard]] inline Json reference(std::string_view definition) {
    return {{"$ref", "#/definitions/" + std::string(definition)}};
}
[[nodiscard]] inline Json array_of(Json items) {
    return {{"type", "array"}, {"items", std::move(items)}};
}
/// `{"type": ..., "format": ...}`, without the format if there is none.
[[nodiscard]] inline Json simple(std::string_view type, std::string_view format = {}) {
    Json schema = {{"type", type}};
    if (!format.empty()) schema["format"] = format;
    return schema;
}

/// The definitions of one document; asking for the schema of a structure adds its definition.
class Definitions {
public:
    /// Schema of a C++ type. `format`: what a member says about itself.
    template <class T>
    Json schema(std::string_view format = {}) {
        if constexpr (wire::IsOptional<T>::value) {
            return schema<typename T::value_type>(format);
        } else if constexpr (wire::IsVector<T>::value) {
            return array_of(schema<typename T::value_type>(format));
        } else if constexpr (std::is_same_v<T, std::string>) {
            return simple("string", format);
        } else if constexpr (std::is_same_v<T, bool>) {
            return simple("boolean");
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
            return simple("integer", "int64");
        } else if constexpr (std::is_same_v<T, double>) {
            return simple("number", "double");
        } else if constexpr (std::is_same_v<T, Json>) {
            return simple("object");
        } else if constexpr (std::is_same_v<T, wire::ExperimentAttributes>) {
            add_experiment_attributes();
            return reference(T::definition);
        } else if constexpr (std::is_same_v<T, wire::TableEntry>) {
            add_table_entry();
            return reference(T::definition);
        } else if constexpr (requires { T::field_type; }) {
            add_properties(T::field_type);
            return reference(wire::properties_definition(T::field_type));
        } else {
            add<T>();
            return reference(T::definition);
        }
    }

    /// `Operation` and the definitions of everything that it may hold.
    void add_operation() {
        add_entry("LogFloatEntry", simple("number", "double"));
        add_entry("LogStringEntry", simple("string"));
        add_entry("LogImageEntry", reference("Image"));
        put("Image",
            {{"data", simple("string")},
             {"name", simple("string")},
             {"description", simple("string")}},
            {"data"});
        Json members = {{"path", simple("string")}};
        add_operations(members, std::make_index_sequence<std::variant_size_v<wire::Payload> - 1>());
        put("Operation", std::move(members), {});
    }

    /// What every refused request is answered with.
    void add_error() {
        put("Error",
            {{"code", simple("integer", "int32")},
             {"title", simple("string")},
             {"message", simple("string")},
             {"errorType", simple("string")}},
            {"code", "message"});
    }

    [[nodiscard]] const Json& json() const { return json_; }

private:
    void put(std::string_view name, Json properties, Json required) {
        Json definition = {{"type", "object"}, {"properties", std::move(properties)}};
        if (!required.empty()) definition["required"] = std::move(required);
        json_[std::string(name)] = std::move(definition);
    }
    [[nodiscard]] bool has(std::string_view name) const {
        return json_.contains(std::string(name));
    }

    template <wire::Described T>
    void add() {
        if (has(T::definition)) return;
        Json properties = Json::object(), required = Json::array();
        wire::for_each_member<T>([&](const auto& member) {
            using Type = typename std::remove_cvref_t<decltype(member)>::type;
            properties[std::string(member.name)] = schema<Type>(member.format);
            if constexpr (!wire::IsOptional<Type>::value) required.push_back(member.name);
        });
        put(T::definition, std::move(properties), std::move(required));
    }

    // --- operations

    void add_entry(std::string_view name, Json value) {
        put(name,
            {{"value", std::move(value)},
             {"step", simple("number", "double")},
             {"timestampMilliseconds", simple("integer", "int64")}},
            {"value", "timestampMilliseconds"});
    }
    template <std::size_t... I>
    void add_operations(Json& members, std::index_sequence<I...>) {
        (add_operation_member<std::variant_alternative_t<I, wire::Payload>>(members), ...);
    }
    template <class Payload>
    void add_operation_member(Json& members) {
        const std::string definition = operation_definition(Payload::name);
        members[std::string(Payload::name)] = reference(definition);
        auto [properties, required] = operation_properties(Payload{});
        put(definition, std::move(properties), std::move(required));
    }
    static std::string operation_definition(std::string_view name) {
        if (name == wire::ConfigFloatSeries::name) return "ConfigFloatSeries";
        if (name == wire::LogImages::name) return "LogImages";
        if (name == wire::ClearImageSeries::name) return "ClearImageSeries";
        if (name == wire::DeleteAttribute::name) return "DeleteVariableOperation";
        std::string definition(name);
        definition[0] = static_cast<char>(definition[0] - 'a' + 'A');
        return definition + "Operation";
    }

    using PropertiesAndRequired = std::pair<Json, Json>;
    static PropertiesAndRequired one(const char* name, Json schema) {
        return {{{name, std::move(schema)}}, Json::array({name})};
    }
    static PropertiesAndRequired operation_properties(const wire::AssignFloat&) {
        return one("value", simple("number", "double"));
    }
    static PropertiesAndRequired operation_properties(const wire::AssignInt&) {
        return one("value", simple("integer", "int64"));
    }
    static PropertiesAndRequired operation_properties(const wire::AssignBool&) {
        return one("value", simple("boolean"));
    }
    static PropertiesAndRequired operation_properties(const wire::AssignString&) {
        return one("value", simple("string"));
    }
    static PropertiesAndRequired operation_properties(const wire::AssignDatetime&) {
        return one("valueMilliseconds", simple("integer", "int64"));
    }
    static PropertiesAndRequired operation_properties(const wire::LogFloats&) {
        return one("entries", array_of(reference("LogFloatEntry")));
    }
    static PropertiesAndRequired operation_properties(const wire::LogStrings&) {
        return one("entries", array_of(reference("LogStringEntry")));
    }
    static PropertiesAndRequired operation_properties(const wire::InsertStrings&) {
        return one("values", array_of(simple("string")));
    }
    static PropertiesAndRequired operation_properties(const wire::RemoveStrings&) {
        return one("values", array_of(simple("string")));
    }
    static PropertiesAndRequired operation_properties(const wire::ConfigFloatSeries&) {
        return {series_config(), Json::array()};
    }
    static PropertiesAndRequired operation_properties(const wire::LogImages&) {
        return one("entries", array_of(reference("LogImageEntry")));
    }
    static PropertiesAndRequired operation_properties(const wire::DeleteFiles&) {
        return one("filePaths", array_of(simple("string")));
    }
    static PropertiesAndRequired no_properties() { return {Json::object(), Json::array()}; }
    static PropertiesAndRequired operation_properties(const wire::ClearFloatSeries&) {
        return no_properties();
    }
    static PropertiesAndRequired operation_properties(const wire::ClearStringSeries&) {
        return no_properties();
    }
    static PropertiesAndRequired operation_properties(const wire::ClearImageSeries&) {
        return no_properties();
    }
    static PropertiesAndRequired operation_properties(const wire::ClearStringSet&) {
        return no_properties();
    }
    static PropertiesAndRequired operation_properties(const wire::AssignArtifact&) {
        return one("hash", simple("string"));
    }
    static PropertiesAndRequired operation_properties(const wire::ClearArtifact&) {
        return no_properties();
    }
    static PropertiesAndRequired operation_properties(const wire::DeleteAttribute&) {
        return no_properties();
    }

    // --- fields with their values

    /// Types of fields that have a value in this server.
    static constexpr std::array<FieldType, 14> value_types{
        FieldType::float_number, FieldType::integer,      FieldType::boolean,
        FieldType::string,       FieldType::datetime,     FieldType::file,
        FieldType::file_set,     FieldType::float_series, FieldType::string_series,
        FieldType::image_series, FieldType::string_set,   FieldType::git_ref,
        FieldType::run_state,    FieldType::artifact};

    static Json series_config() {
        return {{"min", simple("number", "double")},
                {"max", simple("number", "double")},
                {"unit", simple("string")}};
    }

    void add_properties(FieldType type) {
        if (type == FieldType::git_ref) {
            add<wire::GitInfoDto>();
            return;
        }
        Json properties = {{"attributeName", simple("string")},
                           {"attributeType", simple("string")}};
        Json required = {"attributeName", "attributeType"};
        const auto member = [&](const char* name, Json schema, bool needed) {
            properties[name] = std::move(schema);
            if (needed) required.push_back(name);
        };
        const Json number = simple("number", "double");
        switch (type) {
            case FieldType::float_number:
                member("value", number, true);
                break;
            case FieldType::integer:
                member("value", simple("integer", "int64"), true);
                break;
            case FieldType::boolean:
                member("value", simple("boolean"), true);
                break;
            case FieldType::datetime:
                member("value", simple("string", "date-time"), true);
                break;
            case FieldType::string_set:
                member("values", array_of(simple("string")), true);
                break;
            case FieldType::float_series:
                put("FloatSeriesAttributeConfigDTO", series_config(), {});
                member("config", reference("FloatSeriesAttributeConfigDTO"), true);
                for (const char* name : {"last", "lastStep", "min", "max", "average", "variance"})
                    member(name, number, false);
                break;
            case FieldType::string_series:
                member("last", simple("string"), false);
                member("lastStep", number, false);
                break;
            case FieldType::string:
            case FieldType::run_state:
                member("value", simple("string"), true);
                break;
            case FieldType::file:
                member("name", simple("string"), true);
                member("ext", simple("string"), true);
                member("size", simple("integer", "int64"), true);
                break;
            case FieldType::file_set:
                member("size", simple("integer", "int64"), true);
                break;
            case FieldType::image_series:
                member("channelId", simple("string", "uuid"), true);
                member("lastStep", number, false);
                break;
            case FieldType::git_ref:
            case FieldType::notebook_ref:
                break;
            case FieldType::artifact:
                member("hash", simple("string"), true);
                break;
        }
        put(wire::properties_definition(type), std::move(properties), std::move(required));
    }

    void add_attribute() {
        if (has("AttributeDTO")) return;
        Json attribute = {{"name", simple("string")}, {"type", simple("string")}};
        for (const FieldType type : value_types) {
            add_properties(type);
            attribute[std::string(wire_name(type)) + "Properties"] =
                reference(wire::properties_definition(type));
        }
        put("AttributeDTO", std::move(attribute), {"name", "type"});
    }

    void add_table_entry() {
        add_attribute();
        const Json uuid = simple("string", "uuid"), text = simple("string");
        put(wire::TableEntry::definition,
            {{"experimentId", uuid},
             {"type", text},
             {"projectId", uuid},
             {"projectName", text},
             {"organizationId", uuid},
             {"organizationName", text},
             {"attributes", array_of(reference("AttributeDTO"))}},
            {"experimentId", "type", "projectId", "projectName", "organizationId",
             "organizationName", "attributes"});
    }

    void add_experiment_attributes() {
        add_attribute();
        Json system = Json::object(), system_required = Json::array();
        for (const auto& member : wire::detail::system_attributes) {
            const std::string name(member.name);
            system[name] = reference(wire::properties_definition(member.type));
            if (member.required) system_required.push_back(name);
        }
        put("SystemAttributesDTO", std::move(system), std::move(system_required));

        const Json uuid = simple("string", "uuid");
        put(wire::ExperimentAttributes::definition,
            {{"id", uuid},
             {"projectId", uuid},
             {"projectName", simple("string")},
             {"organizationId", uuid},
             {"organizationName", simple("string")},
             {"trashed", simple("boolean")},
             {"attributes", array_of(reference("AttributeDTO"))},
             {"systemAttributes", reference("SystemAttributesDTO")}},
            {"id", "projectId", "projectName", "organizationId", "organizationName", "trashed",
             "attributes", "systemAttributes"});
    }

    Json json_ = Json::object();
};

}  // namespace neptune::server::swagger

#endif
