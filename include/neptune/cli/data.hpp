#ifndef NEPTUNE_CLI_DATA_HPP
#define NEPTUNE_CLI_DATA_HPP

// The data directory of a server, opened beside the server that may be running on it: commands take
// no lock, and the server sees what they change with its next request.

#include <neptune/cli/console.hpp>
#include <neptune/cli/names.hpp>
#include <neptune/client/credentials.hpp>
#include <neptune/core/error.hpp>
#include <neptune/core/os.hpp>
#include <neptune/core/time.hpp>
#include <neptune/server/api_token.hpp>
#include <neptune/server/installation.hpp>
#include <neptune/storage/data_directory.hpp>
#include <neptune/storage/sqlite_store.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace neptune::cli {

inline constexpr const char* default_data = "neptune-data";

/// Address of a server that was started without options.
inline constexpr const char* default_address = "http://127.0.0.1:8080";

/// `--data DIR` of every command that has it.
inline void add_data_option(CLI::App& command, std::string& data) {
    data = default_data;
    command.add_option("--data", data, "Directory in which the server keeps everything")
        ->type_name("DIR")
        ->capture_default_str()
        ->check(empty_problem);
}

/// The directory such that it can be typed anywhere.
[[nodiscard]] inline std::string absolute_path(const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
}

/// The command line that starts a server on the directory.
[[nodiscard]] inline std::string serve_command(const std::string& data, const Console& console) {
    return shell_word(console.program) + " serve --data " + shell_word(data);
}

/// Threads: one.
class Data {
public:
    /// Errors: Failure, and nothing is made, if no server ever used the directory.
    static Data open(const std::string& directory, const Console& console) {
        if (!storage::holds_data(directory))
            throw Failure("there is no server's data in " + directory +
                          "; give the right --data, or start a server there: " +
                          serve_command(directory, console));
        return Data(directory, console);
    }

    /// The same, but a directory that no server ever used gets what the first start makes, with a
    /// workspace of this name.
    static Data open_or_make(const std::string& directory, const std::string& workspace,
                             const Console& console) {
        if (!storage::holds_data(directory)) {
            server::Installation first({.data = directory, .workspace = workspace});
            first.write_token(default_address);
            console.out << "New data directory " << directory << " with workspace '" << workspace
                        << "' and its owner '" << first.owner().name
                        << "'. No server has run on it yet: tokens carry\n"
                        << "the address " << default_address << ", where this command starts one:\n"
                        << "    " << serve_command(directory, console) << '\n';
        }
        return Data(directory, console);
    }

    [[nodiscard]] storage::Store& store() { return *store_; }
    [[nodiscard]] const storage::Workspace& workspace() const { return workspace_; }
    [[nodiscard]] const std::string& directory() const { return directory_; }

    /// Errors: Failure that names those who are there.
    [[nodiscard]] storage::User user(const std::string& name) {
        const auto users = store_->users(workspace_.id);
        const auto found = std::find_if(users.begin(), users.end(), [&](const storage::User& user) {
            return user.name == name;
        });
        if (found != users.end()) return *found;
        std::string present;
        for (const auto& user : users) present += (present.empty() ? "" : ", ") + user.name;
        throw Failure("there is no user '" + name + "' in " + directory_ +
                      "; there are: " + present);
    }

    /// Makes a token for the user. It carries the address that the server gave itself when it last
    /// started.
    [[nodiscard]] std::string new_token(const storage::User& user) {
        auto address = server_address();
        if (!address) {
            console_.err << "The server's address is not known, since there is no token in "
                         << server::Installation::token_file(directory_) << ": this token carries "
                         << default_address << ".\n";
            address = default_address;
        }
        const auto secret = server::new_secret();
        store_->create_token(user.id, server::secret_hash(secret), core::now_ms());
        return server::make_api_token(*address, secret);
    }

    /// Whether the token in the server's own token file is good.
    [[nodiscard]] bool admin_token_is_good() {
        const auto text = core::read_file(server::Installation::token_file(directory_));
        const auto secret = text ? server::secret_of(*text) : std::nullopt;
        return secret && store_->find_token(server::secret_hash(*secret));
    }

private:
    Data(std::string directory, const Console& console)
        : directory_(std::move(directory)),
          console_(console),
          store_(std::make_unique<storage::SqliteStore>(storage::SqliteStore::Options{directory_})),
          workspace_(only_workspace()) {}

    [[nodiscard]] storage::Workspace only_workspace() {
        const auto workspaces = store_->workspaces();
        if (workspaces.empty())
            throw Failure(
                "the server in " + directory_ +
                " was never started to the end; start it: " + serve_command(directory_, console_));
        return workspaces.front();
    }

    [[nodiscard]] std::optional<std::string> server_address() const {
        const auto text = core::read_file(server::Installation::token_file(directory_));
        if (!text) return std::nullopt;
        try {
            return client::read_credentials(*text).config_address;
        } catch (const ConfigError&) {
            return std::nullopt;
        }
    }

    std::string directory_;
    Console console_;
    std::unique_ptr<storage::SqliteStore> store_;
    storage::Workspace workspace_;
};

}  // namespace neptune::cli

#endif
