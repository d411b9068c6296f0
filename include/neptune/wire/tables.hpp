#ifndef NEPTUNE_WIRE_TABLES_HPP
#define NEPTUNE_WIRE_TABLES_HPP

// Structures of tables: what is asked for, and the rows (wire protocol §10.1).

#include <neptune/wire/attributes_json.hpp>
#include <neptune/wire/codec.hpp>
#include <neptune/wire/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace neptune::wire {

struct NqlQueryDto {
    static constexpr std::string_view definition = "NqlQueryParamsDTO";
    std::string query;
    static constexpr auto members() {
        return std::make_tuple(member("query", &NqlQueryDto::query));
    }
};

/// Rows. Absent: see server/tables_api.hpp.
struct PaginationDto {
    static constexpr std::string_view definition = "QueryLeaderboardParamsPaginationDTO";
    std::optional<std::int64_t> limit{}, offset{};
    static constexpr auto members() {
        return std::make_tuple(member("limit", &PaginationDto::limit),
                               member("offset", &PaginationDto::offset));
    }
};

/// `aggregation_mode`: a word of `aggregate_names`, or `auto`.
struct SortFieldDto {
    static constexpr std::string_view definition = "QueryLeaderboardParamsFieldDTO";
    std::string name, type;
    std::optional<std::string> aggregation_mode{};
    static constexpr auto members() {
        using F = SortFieldDto;
        return std::make_tuple(member("name", &F::name), member("type", &F::type),
                               member("aggregationMode", &F::aggregation_mode));
    }
};

/// The Python client sends `aggregationMode: none` here, where it has no meaning.
struct SortingDto {
    static constexpr std::string_view definition = "QueryLeaderboardParamsSortingParamsDTO";
    SortFieldDto sort_by;
    std::optional<std::string> dir{}, aggregation_mode{};
    static constexpr auto members() {
        using S = SortingDto;
        return std::make_tuple(member("sortBy", &S::sort_by), member("dir", &S::dir),
                               member("aggregationMode", &S::aggregation_mode));
    }
};

struct AttributeFilterDto {
    static constexpr std::string_view definition = "QueryLeaderboardParamsAttributeFilterDTO";
    std::string path;
    static constexpr auto members() {
        return std::make_tuple(member("path", &AttributeFilterDto::path));
    }
};

struct SearchEntriesParams {
    static constexpr std::string_view definition = "SearchLeaderboardEntriesParamsDTO";
    std::optional<NqlQueryDto> query{};
    std::optional<PaginationDto> pagination{};
    std::optional<SortingDto> sorting{};
    std::optional<std::vector<AttributeFilterDto>> attribute_filters{};
    static constexpr auto members() {
        using P = SearchEntriesParams;
        return std::make_tuple(member("query", &P::query), member("pagination", &P::pagination),
                               member("sorting", &P::sorting),
                               member("attributeFilters", &P::attribute_filters));
    }
};

/// A body without members that anybody sends.
struct SearchAttributesParams {
    static constexpr std::string_view definition = "SearchLeaderboardParamsDTO";
    std::optional<NqlQueryDto> query{};
    static constexpr auto members() {
        return std::make_tuple(member("query", &SearchAttributesParams::query));
    }
};

struct AttributeDefinitionDto {
    static constexpr std::string_view definition = "AttributeDefinitionDTO";
    std::string name, type;
    static constexpr auto members() {
        return std::make_tuple(member("name", &AttributeDefinitionDto::name),
                               member("type", &AttributeDefinitionDto::type));
    }
};
struct FoundAttributes {
    static constexpr std::string_view definition = "AttributesSearchResultDTO";
    std::vector<AttributeDefinitionDto> entries;
    static constexpr auto members() {
        return std::make_tuple(member("entries", &FoundAttributes::entries));
    }
};

/// One row. The server fills `attributes`, the client reads `received`.
struct TableEntry {
    static constexpr std::string_view definition = "AttributesDTO";
    std::string experiment_id, type, project_id, project_name, organization_id, organization_name;
    std::vector<Attribute> attributes;
    std::vector<ReceivedAttribute> received;
};

template <>
struct Codec<TableEntry> {
    static Json encode(const TableEntry& entry) {
        return {{"experimentId", entry.experiment_id},
                {"type", entry.type},
                {"projectId", entry.project_id},
                {"projectName", entry.project_name},
                {"organizationId", entry.organization_id},
                {"organizationName", entry.organization_name},
                {"attributes", wire::encode(entry.attributes)}};
    }
    static TableEntry decode(const Json& json, const std::string& where) {
        if (!json.is_object()) throw DecodeError(where + " must be an object");
        TableEntry entry;
        entry.experiment_id =
            wire::decode<std::string>(json.value("experimentId", Json()), where + ".experimentId");
        entry.received = wire::decode<std::vector<ReceivedAttribute>>(
            json.value("attributes", Json()), where + ".attributes");
        return entry;
    }
};

struct TableEntries {
    static constexpr std::string_view definition = "LeaderboardEntriesSearchResultDTO";
    std::int64_t matching_item_count = 0;
    std::vector<TableEntry> entries;
    static constexpr auto members() {
        return std::make_tuple(member("matchingItemCount", &TableEntries::matching_item_count),
                               member("entries", &TableEntries::entries));
    }
};

}  // namespace neptune::wire

#endif
