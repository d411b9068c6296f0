#include <neptune/http/range.hpp>

#include <string>

#include "support/catch.hpp"

using namespace neptune::http;

namespace {

Reply thousand_bytes(const char* range, const char* method = "GET") {
    Request request;
    request.method = method;
    if (range != nullptr) {
        request.headers.add("Range", range);
    }
    Reply reply;
    for (int i = 0; i < 1000; ++i) {
        reply.body += static_cast<char>('a' + i % 26);
    }
    return apply_range(request, reply);
}

}  // namespace

TEST_CASE("range: a range inside the content is cut out", "[http]") {
    const Reply reply = thousand_bytes("bytes=10-19");
    CHECK(reply.status == 206);
    CHECK(reply.body == "klmnopqrst");
    CHECK(*reply.headers.find("Content-Range") == "bytes 10-19/1000");
    CHECK(*reply.headers.find("Accept-Ranges") == "bytes");
}

TEST_CASE("range: one that ends behind the content ends with it", "[http]") {
    CHECK(thousand_bytes("bytes=990-5000").body.size() == 10);
    CHECK(*thousand_bytes("bytes=990-").headers.find("Content-Range") == "bytes 990-999/1000");
    CHECK(*thousand_bytes("bytes=0-18446744073709551615").headers.find("Content-Range") ==
          "bytes 0-999/1000");
    CHECK(thousand_bytes("bytes=999-99999999999999999999999").body.size() == 1);
}

TEST_CASE("range: the last bytes are counted from the end", "[http]") {
    CHECK(*thousand_bytes("bytes=-5").headers.find("Content-Range") == "bytes 995-999/1000");
    CHECK(*thousand_bytes("bytes=-5000").headers.find("Content-Range") == "bytes 0-999/1000");
}

TEST_CASE("range: no byte of the content is 416 with its size", "[http]") {
    for (const char* range : {"bytes=1000-", "bytes=5000-", "bytes=5000-6000", "bytes=-0",
                              "bytes=18446744073709551615-", "bytes=99999999999999999999999-"}) {
        INFO(range);
        const Reply reply = thousand_bytes(range);
        CHECK(reply.status == 416);
        CHECK(*reply.headers.find("Content-Range") == "bytes */1000");
        CHECK(*reply.headers.find("Content-Type") == "application/json");
    }
}

TEST_CASE("range: several ranges and text that is none give the whole content", "[http]") {
    for (const char* range : {"bytes=0-0,1-1", "bytes=5-2", "bytes=abc", "bytes=", "bytes=-",
                              "bytes=1-2-3", "bytes=1 -2", "bytes=--1", "items=0-1", ""}) {
        INFO(range);
        CHECK(thousand_bytes(range).status == 200);
        CHECK(thousand_bytes(range).body.size() == 1000);
    }
    CHECK(thousand_bytes(nullptr).body.size() == 1000);
}

TEST_CASE("range: only 200 replies to GET and HEAD are cut", "[http]") {
    CHECK(thousand_bytes("bytes=0-1", "POST").status == 200);
    CHECK(thousand_bytes("bytes=0-1", "HEAD").status == 206);
    Request request;
    request.headers.add("Range", "bytes=0-1");
    CHECK(apply_range(request, error_reply(404, "gone")).status == 404);
    CHECK(apply_range(request, Reply{}).status == 416);
}
