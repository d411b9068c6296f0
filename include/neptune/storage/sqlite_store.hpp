#ifndef NEPTUNE_STORAGE_SQLITE_STORE_HPP
#define NEPTUNE_STORAGE_SQLITE_STORE_HPP

// The store in one SQLite database. This class only decides who does a piece of work: the writer's
// thread with one transaction for many calls (writer.hpp), or the caller with a snapshot of its own
// (readers.hpp). The work itself is in accounts.hpp, projects.hpp, members.hpp, objects.hpp,
// trash.hpp, activity.hpp, apply.hpp, attributes.hpp, artifacts.hpp, series.hpp, table_search.hpp
// and field_names.hpp.

#include <neptune/storage/accounts.hpp>
#include <neptune/storage/apply.hpp>
#include <neptune/storage/artifacts.hpp>
#include <neptune/storage/attributes.hpp>
#include <neptune/storage/data_directory.hpp>
#include <neptune/storage/disk_usage.hpp>
#include <neptune/storage/field_names.hpp>
#include <neptune/storage/members.hpp>
#include <neptune/storage/objects.hpp>
#include <neptune/storage/projects.hpp>
#include <neptune/storage/readers.hpp>
#include <neptune/storage/series.hpp>
#include <neptune/storage/sqlite_files.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/storage/table_search.hpp>
#include <neptune/storage/trash.hpp>
#include <neptune/storage/writer.hpp>
#include <neptune/wire/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::storage {

/// Lifetime: the destructor finishes the calls that are under way. Several stores, in one process
/// or in many, may share a directory; see DataDirectory for who may serve it.
class SqliteStore final : public Store {
public:
    struct Options {
        /// The data directory; made, readable by its owner only, if it is missing.
        std::string path;
        /// Fields of one object, `sys` not counted.
        std::size_t fields_per_object = wire::limits::fields_per_object;
    };

    /// Errors: StoreError if the directory cannot be used or a newer version wrote it.
    explicit SqliteStore(const Options& options)
        : directory_(options.path),
          file_(database_file(options.path)),
          fields_per_object_(options.fields_per_object),
          writer_(file_),
          readers_(file_),
          files_(options.path, writer_, readers_, catalogues_, options.fields_per_object),
          version_database_(file_) {
        configure(version_database_);
    }

    std::string signing_key() override {
        return readers_.run([](Database& database) { return accounts::signing_key(database); });
    }

    std::int64_t data_version() override {
        const std::lock_guard lock(version_mutex_);
        // SQLite says at little cost whether anything was written since; only then the revision is
        // worth a look.
        Statement version = version_database_.query("PRAGMA data_version");
        version.step();
        if (version.integer(0) != seen_version_) {
            access_revision_ = accounts::access_revision(version_database_);
            seen_version_ = version.integer(0);
        }
        return access_revision_;
    }

    DiskSpace disk_space() override { return measure_disk(directory_); }

    std::vector<Workspace> workspaces() override {
        return readers_.run([](Database& database) { return accounts::workspaces(database); });
    }
    std::optional<Workspace> find_workspace(std::string_view name_or_id) override {
        return readers_.run(
            [&](Database& database) { return accounts::find_workspace(database, name_or_id); });
    }
    std::optional<Workspace> create_workspace(std::string_view name, Millis now) override {
        return writer_.run([&](WriteSession& session) {
            return accounts::create_workspace(session.database, name, now);
        });
    }
    std::optional<User> create_user(std::string_view name, UserKind kind,
                                    std::string_view workspace_id, WorkspaceRole role,
                                    Millis now) override {
        return writer_.run([&](WriteSession& session) {
            auto user =
                accounts::create_user(session.database, name, kind, workspace_id, role, now);
            if (user && kind == UserKind::person)
                members::accept_invitation(session.database, *user);
            return user;
        });
    }
    std::optional<User> find_user(std::string_view name_or_id) override {
        return readers_.run(
            [&](Database& database) { return accounts::find_user(database, name_or_id); });
    }
    std::vector<User> users(std::string_view workspace_id) override {
        return readers_.run(
            [&](Database& database) { return accounts::users(database, workspace_id); });
    }
    ApiToken create_token(std::string_view user_id, std::string_view secret_sha256,
                          Millis now) override {
        return writer_.run([&](WriteSession& session) {
            return accounts::create_token(session.database, user_id, secret_sha256, now);
        });
    }
    std::optional<ApiToken> find_token(std::string_view secret_sha256) override {
        return readers_.run(
            [&](Database& database) { return accounts::find_token(database, secret_sha256); });
    }
    std::optional<ApiToken> find_token_by_id(std::string_view token_id) override {
        return readers_.run(
            [&](Database& database) { return accounts::find_token_by_id(database, token_id); });
    }
    std::vector<ApiToken> tokens(std::string_view user_id) override {
        return readers_.run(
            [&](Database& database) { return accounts::tokens(database, user_id); });
    }
    std::int64_t revoke_tokens(std::string_view user_id) override {
        return writer_.run([&](WriteSession& session) {
            return accounts::revoke_tokens(session.database, user_id);
        });
    }
    bool revoke_token(std::string_view token_id) override {
        return writer_.run([&](WriteSession& session) {
            return accounts::revoke_token(session.database, token_id);
        });
    }

    bool invite(const std::vector<Invitation>& invitations) override {
        try {
            writer_.run(
                [&](WriteSession& session) { members::invite(session.database, invitations); });
            return true;
        } catch (const members::InvitedAlready&) {
            return false;
        }
    }
    std::vector<Invitation> invitations(std::string_view workspace_id) override {
        return readers_.run(
            [&](Database& database) { return members::invitations(database, workspace_id); });
    }

    CreatedProject create_project(const NewProject& project, Millis now) override {
        return writer_.run([&](WriteSession& session) {
            return projects::create(session.database, project, now);
        });
    }
    std::optional<Project> find_project(std::string_view id) override {
        return readers_.run([&](Database& database) { return projects::find(database, id); });
    }
    std::optional<Project> find_project(std::string_view workspace,
                                        std::string_view name) override {
        return readers_.run(
            [&](Database& database) { return projects::find(database, workspace, name); });
    }
    std::vector<Project> projects() override {
        return readers_.run([](Database& database) { return projects::all(database); });
    }
    Membership membership(std::string_view user_id, const Project& project) override {
        return readers_.run(
            [&](Database& database) { return projects::membership(database, user_id, project); });
    }
    void set_project_role(std::string_view project_id, std::string_view user_id,
                          std::optional<ProjectRole> role) override {
        writer_.run([&](WriteSession& session) {
            projects::set_role(session.database, project_id, user_id, role);
        });
    }

    std::vector<ProjectMember> project_members(const Project& project) override {
        return readers_.run(
            [&](Database& database) { return members::of_project(database, project); });
    }
    bool update_project(std::string_view id, const ProjectChange& change) override {
        return writer_.run(
            [&](WriteSession& session) { return projects::update(session.database, id, change); });
    }
    bool delete_project(std::string_view id) override {
        return writer_.run([&](WriteSession& session) {
            catalogues_.clear();
            return projects::remove(session.database, id);
        });
    }

    CreatedObject create_object(const NewObject& object, Millis now) override {
        return writer_.run(
            [&](WriteSession& session) { return objects::create(session.database, object, now); });
    }
    std::optional<Object> find_object(std::string_view id) override {
        return readers_.run([&](Database& database) { return objects::find(database, id); });
    }
    std::optional<Object> find_object_by_sys_id(std::string_view project_id,
                                                std::string_view sys_id) override {
        return readers_.run([&](Database& database) {
            return objects::find_by_sys_id(database, project_id, sys_id);
        });
    }
    std::optional<Object> find_run_by_custom_id(std::string_view project_id,
                                                std::string_view custom_id) override {
        return readers_.run([&](Database& database) {
            return objects::find_by_custom_id(database, project_id, custom_id);
        });
    }
    std::vector<TrashOutcome> trash(std::string_view project_id,
                                    const std::vector<std::string>& object_ids, std::string_view by,
                                    Millis now) override {
        return writer_.run([&](WriteSession& session) {
            std::vector<TrashOutcome> outcomes;
            for (const auto& id : object_ids)
                outcomes.push_back(trash::put(session.database, project_id, id, by, now));
            return outcomes;
        });
    }
    std::vector<TrashOutcome> restore(std::string_view project_id,
                                      const std::vector<std::string>& object_ids) override {
        return writer_.run([&](WriteSession& session) {
            std::vector<TrashOutcome> outcomes;
            for (const auto& id : object_ids)
                outcomes.push_back(trash::restore(session.database, project_id, id));
            return outcomes;
        });
    }
    std::vector<TrashOutcome> delete_from_trash(
        std::string_view project_id, const std::vector<std::string>& object_ids) override {
        std::vector<TrashOutcome> outcomes;
        // A transaction each: large objects take a while, and others write in between.
        for (const auto& id : object_ids)
            outcomes.push_back(writer_.run([&](WriteSession& session) {
                catalogues_.clear();
                return trash::remove(session.database, project_id, id);
            }));
        return outcomes;
    }
    std::vector<std::string> trashed_objects(std::string_view project_id) override {
        return readers_.run(
            [&](Database& database) { return trash::in_trash(database, project_id); });
    }
    bool ping(std::string_view object_id, std::string_view producer, bool closing,
              Millis now) override {
        return writer_.run([&](WriteSession& session) {
            return activity::ping(session.database, object_id, producer, closing, now);
        });
    }

    FileStore& files() override { return files_; }

    Applied apply(std::string_view object_id, std::vector<wire::Operation> operations,
                  const std::optional<wire::ProducerRange>& range, Millis now) override {
        auto images = files_.publish_images(operations);
        try {
            auto applied = writer_.run([&](WriteSession& session) {
                return apply_operations(session, catalogues_, object_id, operations, images.blobs(),
                                        range, fields_per_object_, now);
            });
            // Of refused images the marks stay, by which the garbage is found.
            if (applied.outcome == Applied::Outcome::applied && applied.errors.empty())
                images.stored();
            files_.collect_now_and_then(now);
            return applied;
        } catch (const FieldLimitExceeded&) {
            return {Applied::Outcome::field_limit, {}, 0};
        }
    }
    std::vector<wire::Attribute> attributes(std::string_view object_id, Millis now) override {
        return readers_.run(
            [&](Database& database) { return attributes::all(database, object_id, now); });
    }
    std::optional<wire::Attribute> attribute(std::string_view object_id, std::string_view path,
                                             Millis now) override {
        return readers_.run(
            [&](Database& database) { return attributes::find(database, object_id, path, now); });
    }
    std::optional<wire::SeriesPage<double>> float_points(std::string_view object_id,
                                                         std::string_view path, std::int64_t offset,
                                                         std::int64_t limit) override {
        return readers_.run([&](Database& database) {
            return read_points<double>(database, object_id, path, offset, limit);
        });
    }
    std::optional<wire::SeriesPage<std::string>> string_points(std::string_view object_id,
                                                               std::string_view path,
                                                               std::int64_t offset,
                                                               std::int64_t limit) override {
        return readers_.run([&](Database& database) {
            return read_points<std::string>(database, object_id, path, offset, limit);
        });
    }

    TablePage table(const TableQuery& query, Millis now) override {
        return tables_.run(readers_, query, now);
    }
    std::vector<wire::AttributeDefinition> field_names(
        std::string_view project_id, const std::vector<ObjectKind>& kinds) override {
        return readers_.run(
            [&](Database& database) { return find_field_names(database, project_id, kinds); });
    }
    std::optional<Artifact> find_artifact(std::string_view project_id,
                                          std::string_view hash) override {
        return readers_.run(
            [&](Database& database) { return artifacts::find(database, project_id, hash); });
    }
    Artifact announce_artifact(std::string_view project_id, std::string_view hash,
                               std::optional<std::int64_t> size) override {
        return writer_.run([&](WriteSession& session) {
            return artifacts::announce(session.database, project_id, hash, size);
        });
    }
    Artifact store_artifact(std::string_view project_id, std::string_view hash,
                            const std::vector<wire::ArtifactFileDto>& files) override {
        return writer_.run([&](WriteSession& session) {
            return artifacts::store(session.database, project_id, hash, files);
        });
    }
    std::optional<std::vector<wire::ArtifactFileDto>> artifact_files(
        std::string_view project_id, std::string_view hash) override {
        return readers_.run(
            [&](Database& database) { return artifacts::files(database, project_id, hash); });
    }

private:
    std::string directory_, file_;
    std::size_t fields_per_object_;
    // Before the writer, whose thread uses it until it is joined.
    CatalogueCache catalogues_;
    Writer writer_;
    Readers readers_;
    TableSearch tables_;
    SqliteFileStore files_;

    std::mutex version_mutex_;
    Database version_database_;
    std::int64_t seen_version_ = -1;
    std::int64_t access_revision_ = 0;
};

}  // namespace neptune::storage

#endif
