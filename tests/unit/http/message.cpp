#include <neptune/http/message.hpp>

#include <string>

#include "support/catch.hpp"

using namespace neptune::http;

namespace {

std::string joined(const Headers& headers) {
    std::string text;
    for (const Header& line : headers) {
        text += line.name + "=" + line.value + ";";
    }
    return text;
}

}  // namespace

TEST_CASE("headers: a name is found in any case, the first of several lines", "[http]") {
    Headers headers{{"Content-Type", "text/plain"}, {"Set-Cookie", "a"}};
    headers.add("set-cookie", "b");
    REQUIRE(headers.find("CONTENT-TYPE") != nullptr);
    CHECK(*headers.find("CONTENT-TYPE") == "text/plain");
    CHECK(*headers.find("SET-Cookie") == "a");
    CHECK(headers.find("Content-Typ") == nullptr);
    CHECK(headers.find("") == nullptr);
    CHECK(headers.size() == 3);
}

TEST_CASE("headers: set replaces every line of a name and add none", "[http]") {
    Headers headers{{"A", "1"}, {"b", "2"}, {"a", "3"}};
    headers.set("a", "4");
    CHECK(joined(headers) == "b=2;a=4;");
    headers.add("B", "5");
    CHECK(joined(headers) == "b=2;a=4;B=5;");
    headers.erase("B");
    CHECK(joined(headers) == "a=4;");
}

TEST_CASE("headers: letters outside of ASCII have no other case", "[http]") {
    const Headers headers{{"\xC9", "1"}};
    CHECK(headers.find("\xE9") == nullptr);
    CHECK(headers.find("\xC9") != nullptr);
}

TEST_CASE("message: an error reply is the JSON of the wire protocol", "[http]") {
    const Reply reply = error_reply(413, "the body is longer than 16 bytes");
    CHECK(reply.status == 413);
    CHECK(*reply.headers.find("content-type") == "application/json");
    CHECK(reply.body == R"({"code":413,"title":"Payload Too Large",)"
                        R"("message":"the body is longer than 16 bytes"})");
}
