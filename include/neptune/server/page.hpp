#ifndef NEPTUNE_SERVER_PAGE_HPP
#define NEPTUNE_SERVER_PAGE_HPP

// The page that a server without the web app shows at every address which is no API's. It is the
// same everywhere, so that a link to an object tells nothing about whether the object exists.

#include <neptune/http/message.hpp>
#include <neptune/version.hpp>

#include <string>

namespace neptune::server {

[[nodiscard]] inline http::Reply plain_page() {
    http::Reply reply;
    reply.headers.add("Content-Type", "text/html; charset=utf-8");
    reply.headers.add("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    reply.headers.add("X-Content-Type-Options", "nosniff");
    reply.body = std::string(R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Neptune server</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:4em auto;padding:0 1em}</style>
<h1>The server is running</h1>
<p>This is a neptune-cpp )") +
                 version +
                 R"( server. Programs log to it and read from it through the API.</p>
<p>This build has no web app. The app is built together with the program <code>neptune-cpp</code>
where Node.js is installed, and release archives contain it: start the server with such a program,
on the same data directory, and this link shows what it points to.</p>
</html>
)";
    return reply;
}

}  // namespace neptune::server

#endif
