#ifndef NEPTUNE_STORAGE_ACCOUNTS_HPP
#define NEPTUNE_STORAGE_ACCOUNTS_HPP

// Workspaces, users and tokens in SQLite. Functions that write are called inside the writer's
// transaction.

#include <neptune/core/random.hpp>
#include <neptune/storage/sqlite.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace neptune::storage::accounts {

/// Everything that decides about access calls this when it changed something; see
/// Store::data_version.
inline void note_change(Database& database) {
    database.execute("UPDATE facts SET value = value + 1 WHERE name = 'access_revision'");
}

[[nodiscard]] inline std::int64_t access_revision(Database& database) {
    Statement fact = database.query("SELECT value FROM facts WHERE name = 'access_revision'");
    fact.step();
    return fact.integer(0);
}

[[nodiscard]] inline std::string signing_key(Database& database) {
    Statement fact = database.query("SELECT value FROM facts WHERE name = 'signing_key'");
    fact.step();
    return fact.text(0);
}

namespace detail {

inline Workspace read_workspace(const Statement& row) {
    return {row.text(0), row.text(1), row.integer(2)};
}

inline User read_user(const Statement& row) {
    return {row.text(0),
            row.text(1),
            row.enumerator<UserKind>(2),
            row.text(3),
            row.enumerator<WorkspaceRole>(4),
            row.integer(5)};
}

inline ApiToken read_token(const Statement& row) {
    return {row.text(0), row.text(1), row.integer(2), row.boolean(3)};
}

}  // namespace detail

[[nodiscard]] inline std::vector<Workspace> workspaces(Database& database) {
    return read_all(database.query("SELECT id, name, created FROM workspaces ORDER BY name"),
                    detail::read_workspace);
}

/// Where a name and an id are the same text, the id wins: nobody can name something to be taken for
/// another.
[[nodiscard]] inline std::optional<Workspace> find_workspace(Database& database,
                                                             std::string_view name_or_id) {
    return read_first(database.query("SELECT id, name, created FROM workspaces "
                                     "WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC",
                                     name_or_id),
                      detail::read_workspace);
}

[[nodiscard]] inline std::optional<Workspace> create_workspace(Database& database,
                                                               std::string_view name, Millis now) {
    const Workspace workspace{core::uuid4(), std::string(name), now};
    database.execute(
        "INSERT INTO workspaces (id, name, created) VALUES (?, ?, ?) "
        "ON CONFLICT (name) DO NOTHING",
        workspace.id, workspace.name, now);
    if (database.changed_rows() == 0) return std::nullopt;
    note_change(database);
    return workspace;
}

[[nodiscard]] inline std::optional<User> create_user(Database& database, std::string_view name,
                                                     UserKind kind, std::string_view workspace_id,
                                                     WorkspaceRole role, Millis now) {
    const User user{core::uuid4(), std::string(name), kind, std::string(workspace_id), role, now};
    database.execute(
        "INSERT INTO users (id, name, kind, workspace, workspace_role, created) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
        user.id, user.name, kind, user.workspace_id, role, now);
    if (database.changed_rows() == 0) return std::nullopt;
    note_change(database);
    return user;
}

[[nodiscard]] inline std::optional<User> find_user(Database& database,
                                                   std::string_view name_or_id) {
    return read_first(
        database.query("SELECT id, name, kind, workspace, workspace_role, created FROM users "
                       "WHERE id = ?1 OR name = ?1 ORDER BY id = ?1 DESC",
                       name_or_id),
        detail::read_user);
}

[[nodiscard]] inline std::vector<User> users(Database& database, std::string_view workspace_id) {
    return read_all(
        database.query("SELECT id, name, kind, workspace, workspace_role, created FROM users "
                       "WHERE workspace = ? ORDER BY name",
                       workspace_id),
        detail::read_user);
}

[[nodiscard]] inline ApiToken create_token(Database& database, std::string_view user_id,
                                           std::string_view secret_sha256, Millis now) {
    const ApiToken token{core::uuid4(), std::string(user_id), now, false};
    database.execute("INSERT INTO tokens (id, user, secret_sha256, created) VALUES (?, ?, ?, ?)",
                     token.id, user_id, secret_sha256, now);
    note_change(database);
    return token;
}

[[nodiscard]] inline std::optional<ApiToken> find_token(Database& database,
                                                        std::string_view secret_sha256) {
    return read_first(database.query("SELECT id, user, created, revoked FROM tokens "
                                     "WHERE secret_sha256 = ? AND NOT revoked",
                                     secret_sha256),
                      detail::read_token);
}

[[nodiscard]] inline std::optional<ApiToken> find_token_by_id(Database& database,
                                                              std::string_view token_id) {
    return read_first(database.query("SELECT id, user, created, revoked FROM tokens "
                                     "WHERE id = ? AND NOT revoked",
                                     token_id),
                      detail::read_token);
}

/// Oldest first, revoked ones included.
[[nodiscard]] inline std::vector<ApiToken> tokens(Database& database, std::string_view user_id) {
    return read_all(database.query("SELECT id, user, created, revoked FROM tokens "
                                   "WHERE user = ? ORDER BY created, id",
                                   user_id),
                    detail::read_token);
}

[[nodiscard]] inline std::int64_t revoke_tokens(Database& database, std::string_view user_id) {
    database.execute("UPDATE tokens SET revoked = 1 WHERE user = ? AND NOT revoked", user_id);
    const std::int64_t revoked = database.changed_rows();
    if (revoked > 0) note_change(database);
    return revoked;
}

[[nodiscard]] inline bool revoke_token(Database& database, std::string_view token_id) {
    database.execute("UPDATE tokens SET revoked = 1 WHERE id = ? AND NOT revoked", token_id);
    const bool revoked = database.changed_rows() > 0;
    if (revoked) note_change(database);
    return revoked;
}

}  // namespace neptune::storage::accounts

#endif
