#ifndef NEPTUNE_WIRE_ENDPOINTS_HPP
#define NEPTUNE_WIRE_ENDPOINTS_HPP

// Every endpoint once: name, method, path, who may call it, what goes in and what comes out. The
// client's calls, the server's routes and the Swagger documents all follow from these structures.
// What an endpoint is stands in endpoint.hpp.

#include <neptune/wire/accounts.hpp>
#include <neptune/wire/attributes_json.hpp>
#include <neptune/wire/endpoint.hpp>
#include <neptune/wire/endpoints_artifacts.hpp>
#include <neptune/wire/endpoints_files.hpp>
#include <neptune/wire/endpoints_management.hpp>
#include <neptune/wire/endpoints_search.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/objects.hpp>
#include <neptune/wire/signals.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace neptune::wire {

// --- backend document

struct GetClientConfig {
    static constexpr std::string_view operation_id = "getClientConfig", method = "GET",
                                      path = "/api/backend/v1/clients/config";
    static constexpr Access access = Access::open;
    struct Request {
        std::optional<std::string> api_token{}, alpha{};
        static constexpr auto parameters() {
            return std::make_tuple(header("X-Neptune-Api-Token", &Request::api_token),
                                   query("alpha", &Request::alpha));
        }
    };
    using Response = ClientConfig;
};

struct ExchangeApiToken {
    static constexpr std::string_view operation_id = "exchangeApiToken", method = "GET",
                                      path = "/api/backend/v1/authorization/oauth-token";
    static constexpr Access access = Access::api_token;
    struct Request {
        std::string api_token;
        static constexpr auto parameters() {
            return std::make_tuple(header("X-Neptune-Api-Token", &Request::api_token));
        }
    };
    using Response = OauthToken;
};

struct GetProject {
    static constexpr std::string_view operation_id = "getProject", method = "GET",
                                      path = "/api/backend/v1/projects/get";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string project_identifier;
        static constexpr auto parameters() {
            return std::make_tuple(query("projectIdentifier", &Request::project_identifier));
        }
    };
    using Response = ProjectDto;
};

struct ListProjects {
    static constexpr std::string_view operation_id = "listProjects", method = "GET",
                                      path = "/api/backend/v1/projects";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::optional<std::int64_t> limit{};
        std::optional<std::string> organization_identifier{}, search_term{}, user_relation{};
        std::optional<std::vector<std::string>> sort_by{}, sort_direction{};
        static constexpr auto parameters() {
            return std::make_tuple(
                query("limit", &Request::limit),
                query("organizationIdentifier", &Request::organization_identifier),
                query("searchTerm", &Request::search_term), query("sortBy", &Request::sort_by),
                query("sortDirection", &Request::sort_direction),
                query("userRelation", &Request::user_relation));
        }
    };
    using Response = ProjectList;
};

struct ListOrganizations {
    static constexpr std::string_view operation_id = "listOrganizations", method = "GET",
                                      path = "/api/backend/v1/myOrganizations";
    static constexpr Access access = Access::bearer;
    struct Request {
        static constexpr auto parameters() { return std::make_tuple(); }
    };
    using Response = std::vector<OrganizationWithRole>;
};

// --- leaderboard document

struct GetExperiment {
    static constexpr std::string_view operation_id = "getExperiment", method = "GET",
                                      path = "/api/leaderboard/v1/experiments";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id;
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentId", &Request::experiment_id));
        }
    };
    using Response = Experiment;
};

struct CreateExperiment {
    static constexpr std::string_view operation_id = "createExperiment", method = "POST",
                                      path = "/api/leaderboard/v1/experiments";
    static constexpr Access access = Access::bearer;
    struct Request {
        ExperimentCreationParams params;
        std::optional<std::string> client_version{};
        static constexpr auto parameters() {
            return std::make_tuple(body("experimentCreationParams", &Request::params),
                                   header("X-Neptune-CliVersion", &Request::client_version));
        }
    };
    using Response = Experiment;
};

/// Before a run that is opened in a notebook; a 404 means that there is no such notebook, and the
/// run is made without it.
struct CreateEmptyCheckpoint {
    static constexpr std::string_view operation_id = "createEmptyCheckpoint", method = "POST",
                                      path =
                                          "/api/leaderboard/v1/notebooks/{notebookId}/checkpoints2";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string notebook_id;
        NewCheckpoint checkpoint;
        static constexpr auto parameters() {
            return std::make_tuple(in_path("notebookId", &Request::notebook_id),
                                   body("checkpoint", &Request::checkpoint));
        }
    };
    using Response = Checkpoint;
};

/// `closing`, and `signals` in the answer, are ours (wire protocol §15.4).
struct Ping {
    static constexpr std::string_view operation_id = "ping", method = "POST",
                                      path = "/api/leaderboard/v1/attributes/ping";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id;
        std::optional<bool> closing{};
        std::optional<std::string> producer{};
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentId", &Request::experiment_id),
                                   query("closing", &Request::closing),
                                   header("X-Neptune-Producer", &Request::producer));
        }
    };
    using Response = PingReply;
};

/// The body is written by wire/operations_writer.hpp and read by operations_reader.hpp. The two
/// headers are ours (wire protocol §15.2).
struct ExecuteOperations {
    static constexpr std::string_view operation_id = "executeOperations", method = "POST",
                                      path = "/api/leaderboard/v1/attributes/operations";
    static constexpr Access access = Access::bearer;
    /// Bytes; endpoints without this member have `limits::body_bytes`.
    static constexpr std::size_t body_limit = limits::operations_body_bytes;
    struct Request {
        std::string experiment_id;
        std::string operations;
        std::optional<std::string> producer{}, sequence{};
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentId", &Request::experiment_id),
                                   raw_body("operations", &Request::operations, "Operation"),
                                   header("X-Neptune-Producer", &Request::producer),
                                   header("X-Neptune-Sequence", &Request::sequence));
        }
    };
    using Response = std::vector<OperationErrorDto>;
};

struct GetExperimentAttributes {
    static constexpr std::string_view operation_id = "getExperimentAttributes", method = "GET",
                                      path = "/api/leaderboard/v1/attributes";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id;
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentId", &Request::experiment_id));
        }
    };
    using Response = ExperimentAttributes;
};

/// One getter per type; each answers the structure of that type (wire/attributes_json.hpp).
template <FieldType>
struct GetAttribute;

template <>
struct GetAttribute<FieldType::float_number> {
    static constexpr std::string_view operation_id = "getFloatAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/floats";
    static constexpr Access access = Access::bearer;
    using Request = AttributeRequest;
    using Response = SingleAttribute<FieldType::float_number>;
};
template <>
struct GetAttribute<FieldType::integer> {
    static constexpr std::string_view operation_id = "getIntAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/integers";
    static constexpr Access access = Access::bearer;
    using Request = AttributeRequest;
    using Response = SingleAttribute<FieldType::integer>;
};
template <>
struct GetAttribute<FieldType::boolean> {
    static constexpr std::string_view operation_id = "getBoolAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/booleans";
    static constexpr Access access = Access::bearer;
    using Request = AttributeRequest;
    using Response = SingleAttribute<FieldType::boolean>;
};
template <>
struct GetAttribute<FieldType::string> {
    static constexpr std::string_view operation_id = "getStringAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/strings";
    static constexpr Access access = Access::bearer;
    using Request = AttributeRequest;
    using Response = SingleAttribute<FieldType::string>;
};
template <>
struct GetAttribute<FieldType::datetime> {
    static constexpr std::string_view operation_id = "getDatetimeAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/datetimes";
    static constexpr Access access = Access::bearer;
    using Request = AttributeRequest;
    using Response = SingleAttribute<FieldType::datetime>;
};
template <>
struct GetAttribute<FieldType::file> {
    static constexpr std::string_view operation_id = "getFileAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/files";
    static constexpr Access access = Access::bearer;
    using Request = AttributeRequest;
    using Response = SingleAttribute<FieldType::file>;
};
template <>
struct GetAttribute<FieldType::float_series> {
    static constexpr std::string_view operation_id = "getFloatSeriesAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/floatSeries";
    static constexpr Access access = Access::bearer;
    using Request = AttributeRequest;
    using Response = SingleAttribute<FieldType::float_series>;
};
template <>
struct GetAttribute<FieldType::string_series> {
    static constexpr std::string_view operation_id = "getStringSeriesAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/stringSeries";
    static constexpr Access access = Access::bearer;
    using Request = AttributeRequest;
    using Response = SingleAttribute<FieldType::string_series>;
};
template <>
struct GetAttribute<FieldType::string_set> {
    static constexpr std::string_view operation_id = "getStringSetAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/stringSets";
    static constexpr Access access = Access::bearer;
    using Request = AttributeRequest;
    using Response = SingleAttribute<FieldType::string_set>;
};

template <>
struct GetAttribute<FieldType::artifact> {
    static constexpr std::string_view operation_id = "getArtifactAttribute", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/artifacts";
    static constexpr Access access = Access::bearer;
    struct Request {
        std::string experiment_id, attribute;
        std::optional<std::string> version{artifact_version};
        static constexpr auto parameters() {
            return std::make_tuple(query("experimentId", &Request::experiment_id),
                                   query("attribute", &Request::attribute),
                                   header(artifact_version_header, &Request::version));
        }
    };
    using Response = SingleAttribute<FieldType::artifact>;
};

struct GetFloatSeriesValues {
    static constexpr std::string_view operation_id = "getFloatSeriesValues", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/series/float";
    static constexpr Access access = Access::bearer;
    using Request = SeriesRequest;
    using Response = FloatSeriesValues;
};

struct GetStringSeriesValues {
    static constexpr std::string_view operation_id = "getStringSeriesValues", method = "GET",
                                      path = "/api/leaderboard/v1/attributes/series/string";
    static constexpr Access access = Access::bearer;
    using Request = SeriesRequest;
    using Response = StringSeriesValues;
};

/// The endpoints of each Swagger document, in the order in which it lists them.
using BackendEndpoints = Joined<
    std::tuple<GetClientConfig, ExchangeApiToken, GetProject, ListProjects, ListOrganizations>,
    ManagementEndpoints>;
using LeaderboardEndpoints = Joined<
    std::tuple<GetExperiment, CreateExperiment, CreateEmptyCheckpoint, Ping, ExecuteOperations,
               GetExperimentAttributes, GetAttribute<FieldType::float_number>,
               GetAttribute<FieldType::integer>, GetAttribute<FieldType::boolean>,
               GetAttribute<FieldType::string>, GetAttribute<FieldType::datetime>,
               GetAttribute<FieldType::float_series>, GetAttribute<FieldType::string_series>,
               GetAttribute<FieldType::string_set>, GetAttribute<FieldType::artifact>,
               GetFloatSeriesValues, GetStringSeriesValues, GetAttribute<FieldType::file>,
               UploadFile, StartFileUpload, UploadFilePart, FinishFileUpload, UploadFileSetFile,
               StartFileSetFileUpload, UploadFileSetFilePart, FinishFileSetFileUpload,
               UploadFileSetTar, DownloadAttribute, PrepareFileSetZip, GetDownloadRequest,
               DownloadFile, ListFileSet, GetImageSeriesValues, GetImage, SearchAttributes,
               SearchEntries, SignalRuns>,
    TrashEndpoints>;

/// Path suffix of the token endpoint below the issuer; hard-coded in the Python client.
inline constexpr std::string_view token_path_suffix = "/protocol/openid-connect/token";
/// Path of our issuer below the server's address.
inline constexpr std::string_view issuer_path = "/auth/realms/neptune";

/// Features announced in the client configuration (wire protocol §15.1).
inline constexpr std::string_view feature_producer = "producer",
                                  feature_closing_ping = "closingPing", feature_created = "created",
                                  feature_error_index = "errorIndex",
                                  feature_creation_time = "creationTime",
                                  feature_ping_signals = "pingSignals";

}  // namespace neptune::wire

#endif
