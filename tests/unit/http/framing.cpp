#include <neptune/http/framing.hpp>

#include "support/catch.hpp"

using neptune::http::Headers;
using neptune::http::detail::body_framing;

TEST_CASE("framing: without length and chunks there is no body", "[http]") {
    CHECK(body_framing({}).valid);
    CHECK_FALSE(body_framing({}).present);
    CHECK_FALSE(body_framing({{"Content-Length", "0"}}).present);
}

TEST_CASE("framing: a length or chunks announce a body", "[http]") {
    CHECK(body_framing({{"content-length", "17"}}).present);
    CHECK(body_framing({{"Content-Length", "17"}}).length == 17);
    CHECK(body_framing({{"Content-Length", "17"}, {"content-length", "17"}}).valid);
    CHECK(body_framing({{"Transfer-Encoding", "Chunked"}}).present);
    CHECK(body_framing({{"Transfer-Encoding", "chunked"}}).length == 0);
}

TEST_CASE("framing: contradictions and unknown words are invalid", "[http]") {
    for (const Headers& headers :
         {Headers{{"Content-Length", "-1"}}, Headers{{"Content-Length", ""}},
          Headers{{"Content-Length", "5, 5"}}, Headers{{"Content-Length", "0x10"}},
          Headers{{"Content-Length", "5"}, {"Content-Length", "6"}},
          Headers{{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}},
          Headers{{"Transfer-Encoding", "gzip, chunked"}},
          Headers{{"Transfer-Encoding", "identity"}},
          Headers{{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}}) {
        CHECK_FALSE(body_framing(headers).valid);
    }
}
