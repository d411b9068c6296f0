#ifndef NEPTUNE_SERVER_HPP
#define NEPTUNE_SERVER_HPP

// A self-hosted Neptune server inside any program: one process, one directory, no other service.
//
//     #include <neptune/server.hpp>
//
//     neptune::Server server({.data = "neptune-data", .port = 8080});
//     server.start();
//     std::cout << server.url() << '\n' << server.token() << '\n';
//     server.wait();
//
// It speaks the Neptune 1.x protocol, so that this library's client and the unmodified Python
// client both work with it. Needs SQLite and cpp-httplib (compile with their pkg-config flags), and
// includes both: include it in one file.

#include <neptune/server/access.hpp>
#include <neptune/server/accounts_api.hpp>
#include <neptune/server/api.hpp>
#include <neptune/server/api_token.hpp>
#include <neptune/server/attributes_api.hpp>
#include <neptune/server/auth.hpp>
#include <neptune/server/context.hpp>
#include <neptune/server/gate.hpp>
#include <neptune/server/host.hpp>
#include <neptune/server/identifiers.hpp>
#include <neptune/server/installation.hpp>
#include <neptune/server/jwt.hpp>
#include <neptune/server/members_api.hpp>
#include <neptune/server/objects_api.hpp>
#include <neptune/server/operations_api.hpp>
#include <neptune/server/options.hpp>
#include <neptune/server/page.hpp>
#include <neptune/server/parameters.hpp>
#include <neptune/server/path_pattern.hpp>
#include <neptune/server/project_list.hpp>
#include <neptune/server/projects_api.hpp>
#include <neptune/server/rate_limit.hpp>
#include <neptune/server/refusal.hpp>
#include <neptune/server/router.hpp>
#include <neptune/server/swagger.hpp>
#include <neptune/server/swagger_definitions.hpp>
#include <neptune/server/tables_api.hpp>
#include <neptune/server/trash_api.hpp>
#include <neptune/server/workspaces_api.hpp>

#endif
