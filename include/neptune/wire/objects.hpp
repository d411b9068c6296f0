#ifndef NEPTUNE_WIRE_OBJECTS_HPP
#define NEPTUNE_WIRE_OBJECTS_HPP

// Structures of the leaderboard document about objects: runs, models, model versions, projects.

#include <neptune/wire/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace neptune::wire {

/// An object as `getExperiment` and `createExperiment` answer it. `created` is ours (wire protocol
/// §15.3).
struct Experiment {
    static constexpr std::string_view definition = "Experiment";
    std::string id, short_id, type, parent_id, project_id, project_name, organization_id,
        organization_name;
    bool trashed = false;
    std::optional<bool> created{};
    static constexpr auto members() {
        using E = Experiment;
        return std::make_tuple(member("id", &E::id, "uuid"), member("shortId", &E::short_id),
                               member("type", &E::type), member("parentId", &E::parent_id, "uuid"),
                               member("projectId", &E::project_id, "uuid"),
                               member("projectName", &E::project_name),
                               member("organizationId", &E::organization_id, "uuid"),
                               member("organizationName", &E::organization_name),
                               member("trashed", &E::trashed), member("created", &E::created));
    }
};

struct GitCommit {
    static constexpr std::string_view definition = "GitCommitDTO";
    std::string commit_id, message, author_name, author_email;
    /// ISO 8601. Must be declared as date-time: the Python client hands its JSON encoder a native
    /// datetime.
    std::string commit_date;
    static constexpr auto members() {
        using G = GitCommit;
        return std::make_tuple(member("commitId", &G::commit_id), member("message", &G::message),
                               member("authorName", &G::author_name),
                               member("authorEmail", &G::author_email),
                               member("commitDate", &G::commit_date, "date-time"));
    }
};

/// `attribute_name` and `attribute_type` are only filled in replies.
struct GitInfoDto {
    static constexpr std::string_view definition = "GitInfoDTO";
    std::optional<std::string> attribute_name{}, attribute_type{};
    GitCommit commit;
    bool repository_dirty = false;
    std::optional<std::string> current_branch{};
    std::optional<std::vector<std::string>> remotes{};
    static constexpr auto members() {
        using G = GitInfoDto;
        return std::make_tuple(
            member("attributeName", &G::attribute_name),
            member("attributeType", &G::attribute_type), member("commit", &G::commit),
            member("repositoryDirty", &G::repository_dirty),
            member("currentBranch", &G::current_branch), member("remotes", &G::remotes));
    }
};

struct ExperimentCreationParams {
    static constexpr std::string_view definition = "ExperimentCreationParams";
    std::string project_identifier;
    /// Absent from clients of the time before 1.0, which mean a run.
    std::optional<std::string> parent_id{}, type{}, custom_id{}, key{}, notebook_id{},
        checkpoint_id{}, cli_version{};
    std::optional<GitInfoDto> git_info{};
    /// Ours, with feature_creation_time: when a run that was logged offline began.
    std::optional<std::string> creation_time{};
    static constexpr auto members() {
        using P = ExperimentCreationParams;
        return std::make_tuple(member("projectIdentifier", &P::project_identifier),
                               member("parentId", &P::parent_id, "uuid"), member("type", &P::type),
                               member("customId", &P::custom_id), member("key", &P::key),
                               member("gitInfo", &P::git_info),
                               member("notebookId", &P::notebook_id, "uuid"),
                               member("checkpointId", &P::checkpoint_id, "uuid"),
                               member("cliVersion", &P::cli_version),
                               member("creationTime", &P::creation_time, "date-time"));
    }
};

/// A notebook's state that a run is to be linked to.
struct NewCheckpoint {
    static constexpr std::string_view definition = "NewCheckpointDTO";
    std::string path;
    std::optional<std::string> name{}, description{};
    static constexpr auto members() {
        using C = NewCheckpoint;
        return std::make_tuple(member("path", &C::path), member("name", &C::name),
                               member("description", &C::description));
    }
};
struct Checkpoint {
    static constexpr std::string_view definition = "CheckpointDTO";
    std::string id;
    static constexpr auto members() {
        return std::make_tuple(member("id", &Checkpoint::id, "uuid"));
    }
};

/// One refused operation. `index` and `path` are ours (wire protocol §15.2).
struct OperationErrorDto {
    static constexpr std::string_view definition = "OperationError";
    std::string error_type, error_description;
    std::optional<std::int64_t> index{};
    std::optional<std::string> path{};
    static constexpr auto members() {
        using E = OperationErrorDto;
        return std::make_tuple(member("errorType", &E::error_type),
                               member("errorDescription", &E::error_description),
                               member("index", &E::index), member("path", &E::path));
    }
};

struct FloatPointDto {
    static constexpr std::string_view definition = "FloatPointValueDTO";
    std::int64_t timestamp_ms = 0;
    double step = 0, value = 0;
    static constexpr auto members() {
        using P = FloatPointDto;
        return std::make_tuple(member("timestampMillis", &P::timestamp_ms),
                               member("step", &P::step), member("value", &P::value));
    }
};
struct FloatSeriesValues {
    static constexpr std::string_view definition = "FloatSeriesValuesDTO";
    std::int64_t total_item_count = 0;
    std::vector<FloatPointDto> values;
    static constexpr auto members() {
        using V = FloatSeriesValues;
        return std::make_tuple(member("totalItemCount", &V::total_item_count),
                               member("values", &V::values));
    }
};
struct StringPointDto {
    static constexpr std::string_view definition = "StringPointValueDTO";
    std::int64_t timestamp_ms = 0;
    double step = 0;
    std::string value;
    static constexpr auto members() {
        using P = StringPointDto;
        return std::make_tuple(member("timestampMillis", &P::timestamp_ms),
                               member("step", &P::step), member("value", &P::value));
    }
};
struct StringSeriesValues {
    static constexpr std::string_view definition = "StringSeriesValuesDTO";
    std::int64_t total_item_count = 0;
    std::vector<StringPointDto> values;
    static constexpr auto members() {
        using V = StringSeriesValues;
        return std::make_tuple(member("totalItemCount", &V::total_item_count),
                               member("values", &V::values));
    }
};

}  // namespace neptune::wire

#endif
