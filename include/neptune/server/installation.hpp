#ifndef NEPTUNE_SERVER_INSTALLATION_HPP
#define NEPTUNE_SERVER_INSTALLATION_HPP

// What a data directory holds for a server: the storage, the owner, and the owner's token. The
// first start makes them.

#include <neptune/core/error.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/time.hpp>
#include <neptune/server/api_token.hpp>
#include <neptune/server/options.hpp>
#include <neptune/storage/data_directory.hpp>
#include <neptune/storage/sqlite_store.hpp>
#include <neptune/storage/store.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace neptune::server {

/// Threads: `store()` any, everything else one at a time.
class Installation {
public:
    /// Errors: throws storage::DirectoryInUse if another server has the directory,
    /// storage::StoreError for trouble with it, ConfigError if workspace or user are not those that
    /// are there.
    explicit Installation(const ServerOptions& options)
        : directory_(options.data),
          store_({.path = options.data, .fields_per_object = options.fields_per_object}),
          recovered_(recover()),
          workspace_(find_or_make_workspace(options)),
          owner_(find_or_make_owner(options)),
          secret_(find_or_make_secret()) {}

    [[nodiscard]] storage::Store& store() { return store_; }
    [[nodiscard]] const storage::User& owner() const { return owner_; }

    /// Where the owner's token stands in a data directory.
    [[nodiscard]] static std::string token_file(const std::string& data) {
        return data + "/admin.token";
    }

    /// Writes the owner's token, with this address in it, to DIR/admin.token for the owner of the
    /// process only, and returns it. Errors: throws std::system_error.
    std::string write_token(const std::string& url) {
        auto token = make_api_token(url, secret_);
        core::write_file_atomically(token_file(directory_.path()), token + "\n", 0600);
        return token;
    }

private:
    bool recover() {
        store_.files().recover(core::now_ms());
        return true;
    }

    storage::Workspace find_or_make_workspace(const ServerOptions& options) {
        const auto present = store_.workspaces();
        if (present.empty()) {
            const auto name = options.workspace.empty() ? "default" : options.workspace;
            return store_.create_workspace(name, core::now_ms()).value();
        }
        const auto& workspace = present.front();
        if (!options.workspace.empty() && options.workspace != workspace.name)
            throw ConfigError(ErrorCode::invalid_argument,
                              "The data directory " + options.data + " holds the workspace '" +
                                  workspace.name + "', not '" + options.workspace + "'",
                              "leave the workspace out, or use another directory");
        return workspace;
    }

    storage::User find_or_make_owner(const ServerOptions& options) {
        const auto users = store_.users(workspace_.id);
        const auto owner = std::find_if(users.begin(), users.end(), [&](const storage::User& user) {
            return user.workspace_role == storage::WorkspaceRole::owner &&
                   (options.user.empty() || options.user == user.name);
        });
        if (owner != users.end()) return *owner;
        if (!users.empty())
            throw ConfigError(ErrorCode::invalid_argument,
                              "The workspace '" + workspace_.name + "' in " + options.data +
                                  " has no owner '" + options.user + "'",
                              "leave the user out, or make it with the command 'user create'");
        const auto name = options.user.empty() ? core::user_name() : options.user;
        return store_
            .create_user(name, storage::UserKind::person, workspace_.id,
                         storage::WorkspaceRole::owner, core::now_ms())
            .value();
    }

    /// The secret lives in the token file only; without the file there is a new one.
    std::string find_or_make_secret() {
        if (const auto text = core::read_file(token_file(directory_.path()))) {
            const auto secret = secret_of(*text);
            const auto token = secret ? store_.find_token(secret_hash(*secret)) : std::nullopt;
            if (token && token->user_id == owner_.id) return *secret;
        }
        auto secret = new_secret();
        store_.create_token(owner_.id, secret_hash(secret), core::now_ms());
        return secret;
    }

    storage::DataDirectory directory_;
    storage::SqliteStore store_;
    bool recovered_;
    storage::Workspace workspace_;
    storage::User owner_;
    std::string secret_;
};

}  // namespace neptune::server

#endif
