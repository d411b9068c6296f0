#ifndef NEPTUNE_CLI_REMOTE_OBJECTS_HPP
#define NEPTUNE_CLI_REMOTE_OBJECTS_HPP

// What the server knows of the objects whose queues lie here.

#include <neptune/cli/queues.hpp>
#include <neptune/client/credentials.hpp>
#include <neptune/client/environment.hpp>
#include <neptune/client/lookup.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/client/session.hpp>
#include <neptune/wire/error_reply.hpp>

#include <optional>
#include <string>

namespace neptune::cli {

/// `workspace/project/SYS-ID`
[[nodiscard]] inline std::string qualified_name(const wire::Experiment& object) {
    return object.organization_name + "/" + object.project_name + "/" + object.short_id;
}

/// The server of NEPTUNE_API_TOKEN. Nothing is sent before the first question. Threads: one.
class RemoteObjects {
public:
    /// Errors: MissingApiToken, InvalidApiToken.
    explicit RemoteObjects(const client::Environment& environment)
        : reporter_(ErrorHandler()),
          session_(client::read_credentials(std::nullopt), {}, environment, reporter_) {}

    /// By UUID or qualified name; nothing if the server says that there is none. A 404 that does
    /// not say so, such as a proxy's, is an error: what is taken for gone may be deleted here.
    /// Errors: those of Session::call.
    [[nodiscard]] std::optional<wire::Experiment> find(const std::string& identifier) {
        try {
            return session_.call<wire::GetExperiment>({identifier});
        } catch (const client::RemoteNotFound& error) {
            const auto type = wire::decode_error(error.status(), error.body()).type;
            if (type != wire::ErrorType::experiment_not_found &&
                type != wire::ErrorType::incorrect_identifier)
                throw;
            return std::nullopt;
        }
    }

    [[nodiscard]] client::Session& session() { return session_; }

private:
    client::Reporter reporter_;
    client::Session session_;
};

/// An object with queues here, as the server sees it.
struct KnownObject {
    const LocalObject* local = nullptr;
    wire::Experiment remote;
};

/// The objects with queues here, by what the server says of them.
struct Overview {
    std::vector<KnownObject> known;
    /// They do not exist any more.
    std::vector<const LocalObject*> gone;
    /// The server does not say, for example because the user may not see them; with its words.
    std::vector<std::pair<const LocalObject*, std::string>> hidden;
};

/// Asks for every object. Lifetime: `data` outlives the result. Errors: ConnectionLost and the
/// others that concern all objects alike.
[[nodiscard]] inline Overview look_up(RemoteObjects& remote, const LocalData& data) {
    Overview result;
    for (const auto& local : data.online()) {
        try {
            if (auto object = remote.find(local.id))
                result.known.push_back({&local, *std::move(object)});
            else
                result.gone.push_back(&local);
        } catch (const Unauthorized&) {
            throw;
        } catch (const ApiError& error) {
            result.hidden.emplace_back(&local, error.what());
        }
    }
    return result;
}

}  // namespace neptune::cli

#endif
