#ifndef NEPTUNE_CLI_TOKENS_HPP
#define NEPTUNE_CLI_TOKENS_HPP

// neptune-cpp token create, list and revoke

#include <neptune/cli/console.hpp>
#include <neptune/cli/data.hpp>
#include <neptune/core/time.hpp>
#include <neptune/storage/store.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

namespace neptune::cli {

struct TokenOptions {
    std::string data, user;
    /// `revoke` only. Empty: all tokens of the user.
    std::string id{};
};

/// Prints a new token, the last line of stdout. Errors: Failure if there is no such user.
inline void create_token(const TokenOptions& options, const Console& console) {
    auto data = Data::open(options.data, console);
    const auto user = data.user(options.user);
    const auto token = data.new_token(user);
    console.out << "A further token of '" << user.name
                << "' for NEPTUNE_API_TOKEN, shown this once:\n"
                << token << std::endl;
}

/// Prints id, creation time and state of each token, oldest first. Errors: Failure if there is no
/// such user.
inline void list_tokens(const TokenOptions& options, const Console& console) {
    auto data = Data::open(options.data, console);
    const auto user = data.user(options.user);
    // Ids have 36 characters, times 24.
    console.out << "ID                                    CREATED                   STATE\n";
    for (const auto& token : data.store().tokens(user.id))
        console.out << token.id << "  " << core::to_iso8601(token.created) << "  "
                    << (token.revoked ? "revoked" : "active") << '\n';
}

/// Ends one token of the user, or all, and says how many. Errors: Failure if there is no such user
/// or token.
inline void revoke_tokens(const TokenOptions& options, const Console& console) {
    auto data = Data::open(options.data, console);
    auto& store = data.store();
    const auto user = data.user(options.user);
    const bool had_admin_token = data.admin_token_is_good();
    std::int64_t ended = 0;
    if (options.id.empty()) {
        ended = store.revoke_tokens(user.id);
    } else {
        const auto tokens = store.tokens(user.id);
        if (std::none_of(tokens.begin(), tokens.end(),
                         [&](const storage::ApiToken& token) { return token.id == options.id; }))
            throw Failure("'" + user.name + "' has no token with the ID '" + options.id +
                          "'; see: " + shell_word(console.program) + " token list --user " +
                          shell_word(user.name) + " --data " + shell_word(options.data));
        ended = store.revoke_token(options.id) ? 1 : 0;
    }
    console.out << ended << (ended == 1 ? " token" : " tokens") << " of '" << user.name
                << "' ended.\n";
    if (had_admin_token && !data.admin_token_is_good())
        console.err << "One of them was the token in "
                    << server::Installation::token_file(options.data)
                    << "; the next start of the server writes a new one there.\n";
}

inline void add_token_commands(CLI::App& program, const Console& console) {
    auto* tokens =
        program.add_subcommand("token", "Make, list and end the API tokens of an account");
    tokens->require_subcommand(1);
    const auto add = [&](const char* name, const char* description, auto* run) {
        auto* command = tokens->add_subcommand(name, description);
        const auto options = std::make_shared<TokenOptions>();
        command->add_option("--user", options->user, "Name of the user or service account")
            ->type_name("NAME")
            ->required();
        add_data_option(*command, options->data);
        command->callback([options, console, run] { run(*options, console); });
        return std::pair(command, options);
    };
    add("create", "Make one more token; it is the last line", create_token);
    add("list", "List the tokens: ID, time of creation, state", list_tokens);
    const auto [revoke, options] =
        add("revoke", "End all tokens of the account, or one", revoke_tokens);
    revoke->add_option("--id", options->id, "The one to end, as `token list` shows it")
        ->type_name("ID")
        ->check(empty_problem);
}

}  // namespace neptune::cli

#endif
