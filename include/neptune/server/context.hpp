#ifndef NEPTUNE_SERVER_CONTEXT_HPP
#define NEPTUNE_SERVER_CONTEXT_HPP

#include <neptune/core/time.hpp>
#include <neptune/server/gate.hpp>
#include <neptune/server/signal_board.hpp>
#include <neptune/storage/store.hpp>
#include <neptune/wire/limits.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace neptune::server {

/// What all handlers share. Threads: any.
struct Context {
    storage::Store& store;
    const core::Clock& clock;
    /// Public address of the server, scheme included, without a slash at the end.
    std::string url;
    /// The storage's own limit, for the words of its error.
    std::size_t fields_per_object = wire::limits::fields_per_object;
    std::size_t projects_per_workspace = wire::limits::projects_per_workspace;
    std::size_t table_fields_per_page = wire::limits::table_fields_per_page;
    std::int64_t table_query_ms = wire::limits::table_query_ms;
    /// Whether projects may be made that everybody with a token can read.
    bool public_projects = false;
    Gate gate{store};
    std::shared_ptr<SignalBoard> signals;
};

}  // namespace neptune::server

#endif
