#include <neptune/http/url.hpp>

#include <stdexcept>
#include <string>

#include "support/catch.hpp"

using namespace neptune::http;
using Catch::Matchers::ContainsSubstring;

TEST_CASE("url: a path parameter keeps only unreserved characters and the comma", "[http]") {
    CHECK(encode_path_parameter("a/b c,d+e%f?g") == "a%2Fb%20c,d%2Be%25f%3Fg");
    CHECK(encode_path_parameter("A-z_0.9~") == "A-z_0.9~");
    CHECK(encode_path_parameter("\xC3\xA9\n") == "%C3%A9%0A");
    CHECK(encode_path_parameter("") == "");
}

TEST_CASE("url: form style writes a space as plus and a slash encoded", "[http]") {
    CHECK(encode_form("a b/c+d&e=f,g") == "a+b%2Fc%2Bd%26e%3Df%2Cg");
    CHECK(build_query({{"projectIdentifier", "ws/my project"}, {"limit", "10"}, {"empty", ""}}) ==
          "projectIdentifier=ws%2Fmy+project&limit=10&empty=");
    CHECK(build_target("/api/x", {}) == "/api/x");
    CHECK(build_target("/api/x", {{"a", "1"}}) == "/api/x?a=1");
}

TEST_CASE("url: decoding leaves a percent sign without two digits as it is", "[http]") {
    CHECK(decode_percent("a%2fb%2Fc+d") == "a/b/c+d");
    CHECK(decode_percent("100%") == "100%");
    CHECK(decode_percent("%4") == "%4");
    CHECK(decode_percent("%zz%41") == "%zzA");
    CHECK(decode_form("a+b%2Bc") == "a b+c");
}

TEST_CASE("url: what is encoded decodes to the same bytes", "[http]") {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
    }
    CHECK(decode_percent(encode_path_parameter(all)) == all);
    CHECK(decode_form(encode_form(all)) == all);
    const Query query{{all, "x"}, {"y", all}, {"y", ""}};
    CHECK(parse_query(build_query(query)) == query);
}

TEST_CASE("url: a target keeps its raw path and decodes path and query", "[http]") {
    const Target target = parse_target("/api/items/a%2Fb?p=x%2By+z&flag&&q=1=2&p=second#fragment");
    CHECK(target.raw_path == "/api/items/a%2Fb");
    CHECK(target.path == "/api/items/a/b");
    CHECK(target.query == Query{{"p", "x+y z"}, {"flag", ""}, {"q", "1=2"}, {"p", "second"}});
    REQUIRE(target.find("p") != nullptr);
    CHECK(*target.find("p") == "x+y z");
    CHECK(target.find("P") == nullptr);
}

TEST_CASE("url: targets at the edge of the grammar are accepted", "[http]") {
    CHECK(parse_target("").path == "");
    CHECK(parse_target("/?").query.empty());
    CHECK(parse_target("*").raw_path == "*");
    CHECK(parse_target("http://host:80/a/b?c=d").raw_path == "/a/b");
    CHECK(parse_target("http://host:80/a/b?c=d").query == Query{{"c", "d"}});
    CHECK(parse_target("http://host").raw_path == "/");
    CHECK(parse_target("/redirect?to=http://x/y").raw_path == "/redirect");
    CHECK(parse_target("/a://b/c").raw_path == "/a://b/c");
}

TEST_CASE("url: an address without scheme gets https and the default ports", "[http]") {
    const Url plain = parse_url("neptune.example.org");
    CHECK(plain.scheme == "https");
    CHECK(plain.host == "neptune.example.org");
    CHECK(plain.port == 443);
    CHECK(plain.path == "");
    CHECK(parse_url("localhost:8080").port == 8080);
    CHECK(parse_url("HTTP://Host").scheme == "http");
    CHECK(parse_url("http://Host").port == 80);
    CHECK(parse_url("http://Host").origin() == "http://Host:80");
}

TEST_CASE("url: user, port, IPv6 address and path are told apart", "[http]") {
    const Url url = parse_url("https://me:p%40ss@[::1]:8443/base/path?x=y");
    CHECK(url.userinfo == "me:p%40ss");
    CHECK(url.host == "::1");
    CHECK(url.port == 8443);
    CHECK(url.path == "/base/path?x=y");
    CHECK(url.host_and_port() == "[::1]:8443");
    CHECK(parse_url("http://h?x=y").path == "/?x=y");
}

TEST_CASE("url: an address that cannot be used is refused with the reason", "[http]") {
    const auto refused = [](const char* text, const char* reason) {
        INFO(text);
        CHECK_THROWS_WITH(parse_url(text), ContainsSubstring(text) && ContainsSubstring(reason));
    };
    refused("ftp://host", "http:// or https://");
    refused("://host", "http:// or https://");
    refused("https://", "no host name");
    refused("", "no host name");
    refused("http://a b", "no host name");
    refused("http://host:", "1 to 65535");
    refused("http://host:0", "1 to 65535");
    refused("http://host:65536", "1 to 65535");
    refused("http://host:80x", "1 to 65535");
    refused("http://[::1", "not closed");
    refused("http://[::1]80", "1 to 65535");
}
