#ifndef NEPTUNE_CLIENT_REMOTE_FIELDS_HPP
#define NEPTUNE_CLIENT_REMOTE_FIELDS_HPP

// Reading the fields of one object from the server.

#include <neptune/client/object.hpp>
#include <neptune/client/progress_bar.hpp>
#include <neptune/client/record_codec.hpp>
#include <neptune/client/session.hpp>
#include <neptune/core/words.hpp>
#include <neptune/wire/limits.hpp>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace neptune::client {

/// A value as users fetch it.
[[nodiscard]] inline Value to_value(const wire::AttributeValue& value) {
    struct Converter {
        Value operator()(double v) const { return v; }
        Value operator()(std::int64_t v) const { return v; }
        Value operator()(bool v) const { return v; }
        Value operator()(const std::string& v) const { return v; }
        Value operator()(const wire::DatetimeValue& v) const {
            return Datetime(std::chrono::milliseconds(v.ms));
        }
        Value operator()(const wire::StringSetValue& v) const { return StringSet{v.values}; }
        Value operator()(RunState v) const { return Value::from_storage(v); }
        Value operator()(const wire::GitRefValue& v) const {
            return Value::from_storage(
                GitInfo{v.commit_id, v.message, v.author_name, v.author_email,
                        Datetime(std::chrono::milliseconds(v.commit_date_ms)), v.dirty, v.branch,
                        v.remotes});
        }
        Value operator()(const wire::ArtifactValue& v) const { return Artifact{v.hash}; }
        // Series and files have no single value.
        Value operator()(const wire::FloatSeriesValue&) const { return {}; }
        Value operator()(const wire::StringSeriesValue&) const { return {}; }
        Value operator()(const wire::ImageSeriesValue&) const { return {}; }
        Value operator()(const wire::FileValue&) const { return {}; }
        Value operator()(const wire::FileSetValue&) const { return {}; }
    };
    return std::visit(Converter{}, value);
}

/// "the server has no field params/lr": the first sentence of most reading errors.
[[nodiscard]] inline FetchAttributeNotFound not_on_server(const std::string& path) {
    return FetchAttributeNotFound(ErrorCode::fetch_attribute_not_found,
                                  "the server has no field " + path + " of the type asked for",
                                  "call wait() before fetching what was just logged");
}

/// The field of one type. Errors: FetchAttributeNotFound, and those of Session::call.
template <FieldType Type>
[[nodiscard]] wire::AttributeValue read_field(Session& session, const std::string& object_id,
                                              const std::string& path) {
    try {
        return session.call<wire::GetAttribute<Type>>({object_id, path}).attribute.value;
    } catch (const RemoteNotFound&) {
        throw not_on_server(path);
    }
}

/// All fields of an object. Types that this client does not know come without a type.
[[nodiscard]] inline std::vector<wire::ReceivedAttribute> read_fields(
    Session& session, const std::string& object_id) {
    return session.call<wire::GetExperimentAttributes>({object_id}).received;
}

/// A field of any type that can be fetched as one value. Errors: as read_field;
/// TypeDoesNotSupportMethod.
[[nodiscard]] inline Value read_value(Session& session, const std::string& object_id,
                                      const std::string& path, FieldType type) {
    switch (type) {
        case FieldType::float_number:
            return to_value(read_field<FieldType::float_number>(session, object_id, path));
        case FieldType::integer:
            return to_value(read_field<FieldType::integer>(session, object_id, path));
        case FieldType::boolean:
            return to_value(read_field<FieldType::boolean>(session, object_id, path));
        case FieldType::string:
            return to_value(read_field<FieldType::string>(session, object_id, path));
        case FieldType::datetime:
            return to_value(read_field<FieldType::datetime>(session, object_id, path));
        case FieldType::string_set:
            return to_value(read_field<FieldType::string_set>(session, object_id, path));
        case FieldType::artifact:
            return to_value(read_field<FieldType::artifact>(session, object_id, path));
        case FieldType::run_state:
        case FieldType::git_ref:
            // These have no getter of their own on the wire.
            for (const auto& attribute : read_fields(session, object_id))
                if (attribute.name == path && attribute.value) return to_value(*attribute.value);
            throw not_on_server(path);
        default:
            break;
    }
    throw TypeDoesNotSupportMethod(
        ErrorCode::type_does_not_support_method,
        "fetch() does not fit " + path + ": it is " + core::with_article(display_name(type)),
        is_series(type) ? "use fetch_last<T>() or fetch_values<T>()" : "");
}

/// The assignment that a copy becomes. Errors: MetadataInconsistency if the source cannot be read.
[[nodiscard]] inline wire::Payload read_for_copy(Session& session, const CopyField& copy) {
    const Value value = read_value(session, copy.object_id, copy.path, copy.type);
    if (const auto* v = std::get_if<double>(&value.storage())) return wire::AssignFloat{*v};
    if (const auto* v = std::get_if<std::int64_t>(&value.storage())) return wire::AssignInt{*v};
    if (const auto* v = std::get_if<bool>(&value.storage())) return wire::AssignBool{*v};
    if (const auto* v = std::get_if<std::string>(&value.storage())) return wire::AssignString{*v};
    if (const auto* v = std::get_if<Datetime>(&value.storage()))
        return wire::AssignDatetime{v->time_since_epoch().count()};
    if (const auto* v = std::get_if<Artifact>(&value.storage()))
        return wire::AssignArtifact{v->hash};
    throw MetadataInconsistency(ErrorCode::copy_source_unreadable,
                                "only single values can be copied");
}

/// Pages of 1,000 points until the server has no more; E is GetFloatSeriesValues or
/// GetStringSeriesValues.
template <class E, class T>
[[nodiscard]] std::vector<Point<T>> read_points(Session& session, const std::string& object_id,
                                                const std::string& path,
                                                const FetchValues& options) {
    std::vector<Point<T>> points;
    constexpr std::int64_t page = wire::limits::default_points_per_page;
    ProgressTeller progress(options.progress, "fetching " + path, page);
    for (std::int64_t offset = 0;; offset += page) {
        typename E::Response reply;
        try {
            reply = session.call<E>({object_id, path, page, offset});
        } catch (const RemoteNotFound&) {
            throw not_on_server(path);
        }
        for (auto& point : reply.values) {
            const auto time = options.include_timestamp ? point.timestamp_ms : 0;
            points.push_back(
                {point.step, std::move(point.value), Datetime(std::chrono::milliseconds(time))});
        }
        if (offset == 0) progress.begin(static_cast<std::uint64_t>(reply.total_item_count));
        progress.advance(reply.values.size());
        if (offset + page >= reply.total_item_count || reply.values.empty()) return points;
    }
}

}  // namespace neptune::client

#endif
