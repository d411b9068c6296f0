#ifndef NEPTUNE_WIRE_ENDPOINTS_SEARCH_HPP
#define NEPTUNE_WIRE_ENDPOINTS_SEARCH_HPP

// Endpoints of tables (wire protocol §10.1).

#include <neptune/wire/endpoint.hpp>
#include <neptune/wire/tables.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace neptune::wire {

/// Which fields the objects of a project have, and of which types. `search`: part of a name or a
/// regular expression; `types`: kinds of objects, absent = all.
struct SearchAttributes {
    static constexpr std::string_view operation_id = "searchLeaderboardAttributes", method = "POST",
                                      path = "/api/leaderboard/v1/leaderboard/attributes/search";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        std::optional<std::string> search{};
        std::optional<std::vector<std::string>> types{};
        std::optional<std::int64_t> limit{};
        SearchAttributesParams params{};
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   query("search", &Request::search),
                                   query("type", &Request::types), query("limit", &Request::limit),
                                   body("params", &Request::params));
        }
    };
    using Response = FoundAttributes;
};

/// A page of a table: filtered, sorted, cut.
struct SearchEntries {
    static constexpr std::string_view operation_id = "searchLeaderboardEntries", method = "POST",
                                      path = "/api/leaderboard/v1/leaderboard/entries/search";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        std::optional<std::vector<std::string>> types{};
        SearchEntriesParams params{};
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier),
                                   query("type", &Request::types),
                                   body("params", &Request::params));
        }
    };
    using Response = TableEntries;
};

}  // namespace neptune::wire

#endif
