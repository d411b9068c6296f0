#ifndef NEPTUNE_STORAGE_STORE_HPP
#define NEPTUNE_STORAGE_STORE_HPP

// What the server needs of a storage, and nothing of how it is done. SQLite is the first one
// (sqlite_store.hpp).
//
// Rules of the whole interface. Threads: every function may be called from any thread. Durability:
// what a function returned is on disk. Errors: StoreError for trouble of the storage itself, the
// results named below for everything a client can cause. Times are milliseconds since the Unix
// epoch, UTC, and are given by the caller.

#include <neptune/core/field_type.hpp>
#include <neptune/storage/tables.hpp>
#include <neptune/wire/artifacts.hpp>
#include <neptune/wire/attributes.hpp>
#include <neptune/wire/operations.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::storage {

using Millis = std::int64_t;

/// The storage itself failed. `transient`: the same call may succeed later (disk full, busy).
struct StoreError : std::runtime_error {
    StoreError(const std::string& what, bool transient_)
        : std::runtime_error(what), transient(transient_) {}
    bool transient;
};

enum class WorkspaceRole { member, owner };
enum class ProjectRole { viewer, member, manager };
enum class Visibility { priv, workspace, pub };
enum class UserKind { person, service_account };

struct Workspace {
    std::string id, name;
    Millis created = 0;
};

/// A person or a service account; names are unique over both.
struct User {
    std::string id, name;
    UserKind kind = UserKind::person;
    std::string workspace_id;
    WorkspaceRole workspace_role = WorkspaceRole::member;
    Millis created = 0;
};

struct ApiToken {
    std::string id, user_id;
    Millis created = 0;
    bool revoked = false;
};

struct Project {
    std::string id, workspace_id, workspace_name, name, key;
    Visibility visibility = Visibility::priv;
    std::optional<std::string> description;
    Millis created = 0, last_activity = 0;
};

/// Roles of one user in one project, and what else decides about access (server/access.hpp).
struct Membership {
    std::optional<WorkspaceRole> workspace_role{};
    std::optional<ProjectRole> project_role{};
    bool is_service_account = false;
};

struct ProjectMember {
    User user;
    Membership membership;
};

/// An account that does not exist yet. It is made by the keeper of the server, and gets then what
/// the invitation says.
struct Invitation {
    std::string id, workspace_id, invitee;
    bool by_email = false;
    WorkspaceRole role = WorkspaceRole::member;
    bool add_to_all_projects = false;
    /// Name of the user who invited.
    std::string invited_by;
    Millis created = 0;
};

/// Bytes on the disk of the data directory: what the server uses, and what it could use besides.
struct DiskSpace {
    std::int64_t used = 0, available = 0;
};

/// A run, model, model version, or a project seen as an object (then `id` is the project's id and
/// `sys_id` its key).
struct Object {
    std::string id;
    ObjectKind kind = ObjectKind::run;
    std::string sys_id, project_id, project_name, workspace_id, workspace_name;
    /// Project id, or the id of the model for a model version.
    std::string parent_id;
    std::optional<std::string> custom_id;
    bool trashed = false;
};

struct NewProject {
    std::string workspace_id, name;
    /// Empty: made from the name.
    std::string key;
    Visibility visibility = Visibility::priv;
    std::optional<std::string> description;
    /// Becomes manager.
    std::string owner_id;
};
/// What is absent stays as it is.
struct ProjectChange {
    std::optional<std::string> name{};
    std::optional<Visibility> visibility{};
    std::optional<std::string> description{};
};
enum class ProjectConflict { name_taken, key_taken };
struct CreatedProject {
    std::optional<Project> project;
    /// Set when `project` is not.
    ProjectConflict conflict = ProjectConflict::name_taken;
};

struct NewObject {
    ObjectKind kind = ObjectKind::run;
    std::string project_id;
    /// Model version: id of the model.
    std::string parent_id;
    std::optional<std::string> custom_id;
    /// Model: its key.
    std::string model_key;
    std::optional<wire::GitRefValue> git;
    /// Name of the user, for sys/owner.
    std::string owner;
    /// Run: when it began, if that was before now.
    std::optional<Millis> created{};
};
struct CreatedObject {
    /// Empty: the model key is in use, in the trash perhaps.
    std::optional<Object> object;
    /// False: a run with that custom ID was there already and is returned as it is.
    bool created = true;
};

/// What became of one object that was to be trashed, restored or deleted.
enum class TrashOutcome {
    done,
    /// There is no such object in the project.
    not_exists,
    is_project,
    already_trashed,
    not_in_trash,
    /// A version can come back only with or after its model.
    model_in_trash,
};

/// Result of `apply`.
struct Applied {
    enum class Outcome {
        applied,
        /// The range was applied before; `errors` are those of the first time.
        repeated,
        /// Gap or overlap of the producer's numbers: nothing was applied, see `last_sequence`.
        sequence_conflict,
        /// The object would hold more fields than allowed: nothing was applied.
        field_limit,
        /// The object does not exist any more.
        no_such_object,
    };
    Outcome outcome = Outcome::applied;
    std::vector<wire::OperationError> errors;
    std::int64_t last_sequence = 0;
};

/// An artifact as the server knows it. `complete`: its list of files is stored. `size`: bytes of
/// all files, unknown perhaps.
struct Artifact {
    std::string hash;
    bool complete = false;
    std::optional<std::int64_t> size;
};

class FileStore;

class Store {
public:
    Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    virtual ~Store() = default;

    // --- the server's own facts
    /// Random key that signs access tokens, made once per data directory. 32 bytes.
    virtual std::string signing_key() = 0;
    /// Changes whenever another process (a CLI command beside a running server) changed the data:
    /// caches of users, tokens and projects are valid only while it stays the same. Cheap: called
    /// before each authorisation.
    virtual std::int64_t data_version() = 0;
    virtual DiskSpace disk_space() = 0;

    // --- accounts
    virtual std::vector<Workspace> workspaces() = 0;
    virtual std::optional<Workspace> find_workspace(std::string_view name_or_id) = 0;
    /// Empty: the name is taken.
    virtual std::optional<Workspace> create_workspace(std::string_view name, Millis now) = 0;
    /// Empty: the name is taken.
    virtual std::optional<User> create_user(std::string_view name, UserKind kind,
                                            std::string_view workspace_id, WorkspaceRole role,
                                            Millis now) = 0;
    virtual std::optional<User> find_user(std::string_view name_or_id) = 0;
    virtual std::vector<User> users(std::string_view workspace_id) = 0;
    /// Stores the SHA-256 of a secret (64 hex digits), never the secret.
    virtual ApiToken create_token(std::string_view user_id, std::string_view secret_sha256,
                                  Millis now) = 0;
    /// Revoked ones are not found.
    virtual std::optional<ApiToken> find_token(std::string_view secret_sha256) = 0;
    virtual std::optional<ApiToken> find_token_by_id(std::string_view token_id) = 0;
    virtual std::vector<ApiToken> tokens(std::string_view user_id) = 0;
    /// Number of tokens that were active before.
    virtual std::int64_t revoke_tokens(std::string_view user_id) = 0;
    /// False: no active token of that id.
    virtual bool revoke_token(std::string_view token_id) = 0;

    /// Stores all of them, or none: false if one is invited to that workspace already. `id` is
    /// chosen here.
    virtual bool invite(const std::vector<Invitation>& invitations) = 0;
    /// Those that wait for their account, oldest first.
    virtual std::vector<Invitation> invitations(std::string_view workspace_id) = 0;

    // --- projects
    virtual CreatedProject create_project(const NewProject& project, Millis now) = 0;
    virtual std::optional<Project> find_project(std::string_view id) = 0;
    virtual std::optional<Project> find_project(std::string_view workspace,
                                                std::string_view name) = 0;
    /// All projects, newest activity first.
    virtual std::vector<Project> projects() = 0;
    virtual Membership membership(std::string_view user_id, const Project& project) = 0;
    virtual void set_project_role(std::string_view project_id, std::string_view user_id,
                                  std::optional<ProjectRole> role) = 0;
    /// All of the workspace, and all with a role in the project, by name.
    virtual std::vector<ProjectMember> project_members(const Project& project) = 0;
    /// False: another project of the workspace has the name, nothing was changed.
    virtual bool update_project(std::string_view id, const ProjectChange& change) = 0;
    /// With everything that is in it. False: there is no such project.
    virtual bool delete_project(std::string_view id) = 0;

    // --- objects
    /// Makes the object with its complete `sys` namespace, or finds the run of that custom ID.
    virtual CreatedObject create_object(const NewObject& object, Millis now) = 0;
    /// By UUID; a project's UUID finds the project.
    virtual std::optional<Object> find_object(std::string_view id) = 0;
    virtual std::optional<Object> find_object_by_sys_id(std::string_view project_id,
                                                        std::string_view sys_id) = 0;
    virtual std::optional<Object> find_run_by_custom_id(std::string_view project_id,
                                                        std::string_view custom_id) = 0;
    /// One outcome for each id, in their order; a model takes its versions along. `by` is the name
    /// of the user.
    virtual std::vector<TrashOutcome> trash(std::string_view project_id,
                                            const std::vector<std::string>& object_ids,
                                            std::string_view by, Millis now) = 0;
    /// A model brings those versions back that it took along.
    virtual std::vector<TrashOutcome> restore(std::string_view project_id,
                                              const std::vector<std::string>& object_ids) = 0;
    /// Deletes objects of the trash with all their data, and a model with its versions.
    virtual std::vector<TrashOutcome> delete_from_trash(
        std::string_view project_id, const std::vector<std::string>& object_ids) = 0;
    /// Ids of what is in the trash, models before their versions.
    virtual std::vector<std::string> trashed_objects(std::string_view project_id) = 0;
    /// Sign of life. `closing`: the object becomes idle at once, unless another producer, or a
    /// client that names none, pinged within `idle_after_ms`. False: no such object.
    virtual bool ping(std::string_view object_id, std::string_view producer, bool closing,
                      Millis now) = 0;

    /// Files, file sets and images: file_store.hpp. Lifetime: that of the store.
    virtual FileStore& files() = 0;

    // --- fields
    /// Applies the operations in their order, all good ones of them, in one durable transaction.
    /// Several calls that wait at the same time share one. A range makes it happen exactly once
    /// (wire protocol §15.2).
    virtual Applied apply(std::string_view object_id, std::vector<wire::Operation> operations,
                          const std::optional<wire::ProducerRange>& range, Millis now) = 0;
    /// All fields with their values, sys included, in code-point order of their paths. `now`
    /// decides about sys/state.
    virtual std::vector<wire::Attribute> attributes(std::string_view object_id, Millis now) = 0;
    virtual std::optional<wire::Attribute> attribute(std::string_view object_id,
                                                     std::string_view path, Millis now) = 0;
    /// Empty: there is no series of that type.
    virtual std::optional<wire::SeriesPage<double>> float_points(std::string_view object_id,
                                                                 std::string_view path,
                                                                 std::int64_t offset,
                                                                 std::int64_t limit) = 0;
    virtual std::optional<wire::SeriesPage<std::string>> string_points(std::string_view object_id,
                                                                       std::string_view path,
                                                                       std::int64_t offset,
                                                                       std::int64_t limit) = 0;

    // --- tables
    /// A page of a table. Projects are never among its rows. No such project: an empty page. `now`
    /// decides about sys/state and the like. Wanted fields in code-point order, each once; offset
    /// and limit not negative.
    virtual TablePage table(const TableQuery& query, Millis now) = 0;
    /// Names and types of the fields that objects of these kinds have, those that every new one has
    /// included. Shape: code-point order; a name once per type.
    virtual std::vector<wire::AttributeDefinition> field_names(
        std::string_view project_id, const std::vector<ObjectKind>& kinds) = 0;

    // --- artifacts: lists of files of a project, named by the hash over them; never changed
    virtual std::optional<Artifact> find_artifact(std::string_view project_id,
                                                  std::string_view hash) = 0;
    /// The artifact of that hash, made without a list of files if the project does not have it.
    virtual Artifact announce_artifact(std::string_view project_id, std::string_view hash,
                                       std::optional<std::int64_t> size) = 0;
    /// Stores the list of files behind a hash, unless there is one. `hash` is that of the files.
    virtual Artifact store_artifact(std::string_view project_id, std::string_view hash,
                                    const std::vector<wire::ArtifactFileDto>& files) = 0;
    /// Sorted by path. Empty: no list was stored for this hash.
    virtual std::optional<std::vector<wire::ArtifactFileDto>> artifact_files(
        std::string_view project_id, std::string_view hash) = 0;
};

/// An object is idle when neither ping nor write came for this long: three missed pings of 10 s.
inline constexpr Millis idle_after_ms = 30'000;

/// Words of the wire protocol, in the order of the enumerations.
inline constexpr std::array<std::string_view, 2> workspace_role_names{"member", "owner"};
inline constexpr std::array<std::string_view, 3> project_role_names{"viewer", "member", "manager"};
inline constexpr std::array<std::string_view, 3> visibility_names{"priv", "workspace", "pub"};

}  // namespace neptune::storage

#endif
