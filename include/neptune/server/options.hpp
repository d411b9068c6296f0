#ifndef NEPTUNE_SERVER_OPTIONS_HPP
#define NEPTUNE_SERVER_OPTIONS_HPP

#include <neptune/wire/limits.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace neptune {

/// Settings of a Server, for designated initialisers.
struct ServerOptions {
    /// Directory that holds everything; made if it is missing. One server at a time.
    std::string data = "neptune-data";
    /// Address to listen on; only this machine can reach the default.
    std::string host = "127.0.0.1";
    /// 0: any free one, see Server::url().
    int port = 0;
    /// Name of the workspace that the first start makes. Empty: `default`; later starts take what
    /// is there.
    std::string workspace{};
    /// Name of its owner. Empty: the login name of the process; later starts take the owner that is
    /// there.
    std::string user{};
    /// For a machine with one user: whoever can connect is the owner, whatever his token. Needs a
    /// loopback `host`.
    bool open = false;
    /// PEM files; both or none. With them the server speaks https only.
    std::string tls_certificate{}, tls_key{};
    /// Address under which clients reach the server, if it is not the one it listens on (proxy,
    /// tunnel, 0.0.0.0).
    std::string public_url{};
    /// Requests per second of one API token; 0 = no limit.
    double rate_limit = 0;
    /// Life of an access token, for which clients exchange their API token again and again by
    /// themselves. Revoking an API token ends its access tokens at once, however long they live.
    std::chrono::seconds access_token_lifetime = std::chrono::hours(24);
    /// Fields of one object, `sys/` not counted.
    std::size_t fields_per_object = wire::limits::fields_per_object;
    /// Projects of one workspace.
    std::size_t projects_per_workspace = wire::limits::projects_per_workspace;
    /// Whether clients may make projects that everybody with a token can read.
    bool public_projects = false;
    /// Connections that are served at the same time: so many threads are kept, and so many there
    /// can be. Further connections wait.
    std::size_t min_workers = 8, max_workers = 1024;
};

}  // namespace neptune

#endif
