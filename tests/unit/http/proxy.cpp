#include <neptune/http/proxy.hpp>

#include <stdlib.h>

#include <map>
#include <string>

#include "support/catch.hpp"

using namespace neptune::http;
using Catch::Matchers::ContainsSubstring;

namespace {

/// The proxy variables of this process, gone while it lives and back afterwards.
class ProxyVariables {
public:
    ProxyVariables() {
        for (const char* name : names) {
            before_.emplace_back(neptune::core::environment(name));
            ::unsetenv(name);
        }
    }
    ProxyVariables(const ProxyVariables&) = delete;
    ProxyVariables& operator=(const ProxyVariables&) = delete;
    ~ProxyVariables() {
        for (std::size_t i = 0; i < before_.size(); ++i) {
            before_[i] ? ::setenv(names[i], before_[i]->c_str(), 1) : ::unsetenv(names[i]);
        }
    }

private:
    static constexpr const char* names[] = {"HTTP_PROXY",  "http_proxy", "HTTPS_PROXY",
                                            "https_proxy", "NO_PROXY",   "no_proxy"};
    std::vector<std::optional<std::string>> before_;
};

std::string chosen(const char* url, const std::map<std::string, std::string>& proxies = {}) {
    const auto proxy = proxy_for(parse_url(url), proxies);
    return proxy ? proxy->host_and_port() : "direct";
}

}  // namespace

TEST_CASE("proxy: without settings the way is direct", "[http]") {
    const ProxyVariables variables;
    CHECK(chosen("http://example.org") == "direct");
}

TEST_CASE("proxy: a given map decides alone", "[http]") {
    const ProxyVariables variables;
    ::setenv("HTTPS_PROXY", "http://environment:1", 1);
    ::setenv("NO_PROXY", "*", 1);
    const std::map<std::string, std::string> proxies{{"http", "http://me:secret@given:3128"}};
    CHECK(chosen("http://example.org", proxies) == "given:3128");
    CHECK(chosen("http://localhost", proxies) == "given:3128");
    CHECK(chosen("https://example.org", proxies) == "direct");
    CHECK(proxy_for(parse_url("http://example.org"), proxies)->userinfo == "me:secret");
    CHECK(chosen("http://example.org", {{"http", ""}}) == "direct");
}

TEST_CASE("proxy: the environment names one for each scheme, lower case first", "[http]") {
    const ProxyVariables variables;
    ::setenv("HTTP_PROXY", "http://upper:1", 1);
    ::setenv("HTTPS_PROXY", "secure:2", 1);
    CHECK(chosen("http://example.org") == "upper:1");
    CHECK(chosen("https://example.org") == "secure:2");
    ::setenv("http_proxy", "http://lower", 1);
    CHECK(chosen("http://example.org") == "lower:80");
}

TEST_CASE("proxy: the machine itself is never reached through the environment's", "[http]") {
    const ProxyVariables variables;
    ::setenv("http_proxy", "http://proxy:1", 1);
    CHECK(chosen("http://localhost:8080") == "direct");
    CHECK(chosen("http://127.0.0.1") == "direct");
    CHECK(chosen("http://[::1]") == "direct");
    CHECK(chosen("http://128.0.0.1") == "proxy:1");
}

TEST_CASE("proxy: NO_PROXY excludes hosts, domains and ports", "[http]") {
    const ProxyVariables variables;
    ::setenv("http_proxy", "http://proxy:1", 1);
    ::setenv("NO_PROXY", "Example.org, .internal ,10.0.0.1:8080,,other", 1);
    CHECK(chosen("http://example.org") == "direct");
    CHECK(chosen("http://a.example.ORG") == "direct");
    CHECK(chosen("http://notexample.org") == "proxy:1");
    CHECK(chosen("http://x.internal") == "direct");
    CHECK(chosen("http://internal") == "direct");
    CHECK(chosen("http://10.0.0.1:8080") == "direct");
    CHECK(chosen("http://10.0.0.1:8081") == "proxy:1");
    ::setenv("no_proxy", "*", 1);
    CHECK(chosen("http://notexample.org") == "direct");
}

TEST_CASE("proxy: one that cannot be used is refused", "[http]") {
    CHECK_THROWS_WITH(chosen("http://example.org", {{"http", "https://p"}}),
                      ContainsSubstring("only http:// proxies"));
    CHECK_THROWS_WITH(chosen("http://example.org", {{"http", "socks5://p"}}),
                      ContainsSubstring("socks5://p"));
}
