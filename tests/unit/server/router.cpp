#include <neptune/server/router.hpp>

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <vector>

using namespace neptune;
using namespace neptune::server;

namespace {

struct Shape {
    static constexpr std::string_view definition = "Shape";
    std::string name;
    std::int64_t sides = 0;
    static constexpr auto members() {
        return std::make_tuple(wire::member("name", &Shape::name),
                               wire::member("sides", &Shape::sides));
    }
};

/// An endpoint with every kind of parameter.
struct Draw {
    static constexpr std::string_view operation_id = "draw", method = "POST", path = "/api/draw";
    static constexpr wire::Access access = wire::Access::open;
    static constexpr std::size_t body_limit = 200;
    struct Request {
        std::string on;
        std::optional<std::int64_t> times{};
        std::optional<bool> filled{};
        std::optional<std::vector<std::string>> colour{};
        std::optional<std::string> pen{};
        Shape shape;
        static constexpr auto parameters() {
            return std::make_tuple(
                wire::query("on", &Request::on), wire::query("times", &Request::times),
                wire::query("filled", &Request::filled), wire::query("colour", &Request::colour),
                wire::header("X-Pen", &Request::pen), wire::body("shape", &Request::shape));
        }
    };
    using Response = Shape;
};

struct Secret {
    static constexpr std::string_view operation_id = "secret", method = "GET", path = "/api/secret";
    static constexpr wire::Access access = wire::Access::bearer;
    struct Request {
        std::string word;
        static constexpr auto parameters() {
            return std::make_tuple(wire::query("word", &Request::word));
        }
    };
    using Response = wire::Nothing;
};

struct Harness {
    Harness() {
        router.on<Draw>([this](const Draw::Request& request) {
            seen = request;
            if (throws) throws();
            return request.shape;
        });
        router.on<Secret>([](const Caller& caller, const Secret::Request&) {
            if (caller.user.name != "ada") throw std::logic_error("another caller");
            return wire::Nothing{};
        });
        router.otherwise(
            [](const Incoming&) -> http::Reply { throw not_found("Nothing here", "Nothing"); });
    }

    http::Reply draw(const std::string& query,
                     const std::string& body = R"({"name":"cube","sides":6})",
                     const std::string& content_type = "application/json",
                     const std::string& pen = {}) {
        http::Request request{"POST", "/api/draw" + query, {}, body};
        if (!content_type.empty()) request.headers.add("Content-Type", content_type);
        if (!pen.empty()) request.headers.add("X-Pen", pen);
        return router.handle(request);
    }

    /// Status and message of the refusal that a request to draw meets.
    std::string refused(const std::string& query,
                        const std::string& body = R"({"name":"cube","sides":6})",
                        const std::string& content_type = "application/json") {
        const auto reply = draw(query, body, content_type);
        const auto json = wire::Json::parse(reply.body);
        REQUIRE(json.at("code") == reply.status);
        REQUIRE(json.at("title").is_string());
        return std::to_string(reply.status) + " " + json.at("message").get<std::string>();
    }

    std::vector<std::string> log;
    std::optional<Draw::Request> seen;
    std::function<void()> throws;
    Router router{[](const http::Request& request) -> Caller {
                      if (!request.headers.find("Authorization"))
                          throw unauthorized("Who are you?");
                      Caller caller;
                      caller.user.name = "ada";
                      return caller;
                  },
                  [this](const std::string& line) { log.push_back(line); }};
};

}  // namespace

TEST_CASE("router: query, header and body reach the handler, decoded") {
    Harness harness;
    const auto reply = harness.draw(
        "?on=wall+1%2F2&times=3&filled=true&colour=red&colour=blue+green",
        R"({"name":"Würfel","sides":6,"unknown":[]})", "application/json; charset=utf-8", "soft");
    REQUIRE(reply.status == 200);
    CHECK(*reply.headers.find("content-type") == "application/json");
    CHECK(wire::Json::parse(reply.body) == wire::Json{{"name", "Würfel"}, {"sides", 6}});
    REQUIRE(harness.seen);
    CHECK(harness.seen->on == "wall 1/2");
    CHECK(harness.seen->times == 3);
    CHECK(harness.seen->filled == true);
    CHECK(harness.seen->colour == std::vector<std::string>{"red", "blue green"});
    CHECK(harness.seen->pen == "soft");
}

TEST_CASE("router: optional parameters may be absent, and so may the content type") {
    Harness harness;
    REQUIRE(harness.draw("?on=x", R"({"name":"cube","sides":6})", "").status == 200);
    CHECK_FALSE(harness.seen->times);
    CHECK_FALSE(harness.seen->filled);
    CHECK_FALSE(harness.seen->colour);
    CHECK_FALSE(harness.seen->pen);
}

TEST_CASE("router: a parameter that is missing or mistyped is named") {
    Harness harness;
    CHECK(harness.refused("") == "400 Query parameter 'on' is missing");
    CHECK(harness.refused("?on=a&on=b") == "400 Query parameter 'on' must be given once only");
    CHECK(harness.refused("?on=a&times=x") ==
          "400 Query parameter 'times' must be an integer, not 'x'");
    CHECK(harness.refused("?on=a&times=9223372036854775808") ==
          "400 Query parameter 'times' must be an integer, not '9223372036854775808'");
    CHECK(harness.refused("?on=a&filled=yes") ==
          "400 Query parameter 'filled' must be true or false, not 'yes'");
    CHECK(harness.refused("?on=a", "{}") == "400 shape.name is missing");
    CHECK(harness.refused("?on=a", R"({"name":"x","sides":"six"})") ==
          "400 shape.sides must be an integer");
    CHECK(harness.refused("?on=a", "[]") == "400 shape must be an object");
    CHECK_FALSE(harness.seen);
}

TEST_CASE("router: a body that is no JSON is refused with the position") {
    Harness harness;
    CHECK(harness.refused("?on=a", "{\"name\":") == "400 shape is not valid JSON (at byte 9)");
    CHECK(harness.refused("?on=a", "") == "400 shape is not valid JSON (at byte 1)");
    CHECK(harness.refused("?on=a", "{\"name\":1e999}") ==
          "400 shape holds a number that is too large");
    CHECK(harness.refused("?on=a", "{\"name\":\"\xff\"}").substr(0, 27) ==
          "400 shape is not valid JSON");
}

TEST_CASE("router: a body of another type is refused") {
    Harness harness;
    CHECK(harness.refused("?on=a", "name=cube", "application/x-www-form-urlencoded") ==
          "415 The body must be application/json, not 'application/x-www-form-urlencoded'");
}

TEST_CASE("router: the limit of the body is named with its value") {
    Harness harness;
    CHECK(harness.refused("?on=a", std::string(201, ' ')) ==
          "413 The body has 201 bytes; the limit body_bytes of this address is 200");
    CHECK(harness.router.body_limit({"POST", "/api/draw?on=a", {}, ""}) == 200);
    CHECK(harness.router.body_limit({"POST", "/api/other", {}, ""}) == wire::limits::body_bytes);
}

TEST_CASE("router: another method is refused and the right ones are told") {
    const Harness harness;
    const auto reply = harness.router.handle({"PUT", "/api/draw", {}, ""});
    CHECK(reply.status == 405);
    CHECK(*reply.headers.find("Allow") == "POST");
}

TEST_CASE("router: HEAD is answered as GET") {
    const Harness harness;
    http::Request request{"HEAD", "/api/secret?word=x", {}, ""};
    request.headers.add("Authorization", "x");
    CHECK(harness.router.handle(request).status == 200);
}

TEST_CASE("router: paths are exact") {
    const Harness harness;
    for (const char* path :
         {"/api/draw/", "/api/Draw", "//api/draw", "/api/dra%77", "/api", "", "*"}) {
        INFO(path);
        CHECK(harness.router.handle({"POST", path, {}, ""}).status == 404);
    }
}

TEST_CASE("router: an endpoint that needs a token asks for it before it looks at anything else") {
    const Harness harness;
    http::Request request{"GET", "/api/secret", {}, ""};
    CHECK(harness.router.handle(request).status == 401);
    request.headers.add("Authorization", "x");
    CHECK(harness.router.handle(request).status == 400);
    request.target += "?word=x";
    const auto reply = harness.router.handle(request);
    CHECK(reply.status == 200);
    CHECK(reply.body.empty());
}

TEST_CASE("router: what handlers throw becomes an answer, and what should not happen is logged") {
    Harness harness;
    harness.throws = [] { throw conflict("Taken", "Somebody has it"); };
    CHECK(harness.refused("?on=a") == "409 Somebody has it");
    CHECK(harness.log.empty());

    const auto transient = GENERATE(true, false);
    harness.throws = [transient] { throw storage::StoreError("the disk is full", transient); };
    const auto reply = harness.draw("?on=a");
    CHECK(reply.status == 503);
    CHECK(*reply.headers.find("Retry-After") == "5");
    CHECK(reply.body.find("disk") == std::string::npos);
    CHECK(harness.log == std::vector<std::string>{"/api/draw failed: the disk is full"});

    harness.throws = [] { throw std::out_of_range("at"); };
    CHECK(harness.draw("?on=a").status == 503);
    CHECK(harness.log.back() == "/api/draw failed: at");
}

TEST_CASE("router: parameters stand in the path, and exact paths win over them") {
    Router router([](const http::Request&) { return Caller(); }, [](const std::string&) {});
    router.on_plain("GET", "/a/{name}", wire::Access::open, [](const Incoming& incoming) {
        return json_reply(200, incoming.path_parameters.at(0).second);
    });
    router.on_plain("GET", "/a/exact", wire::Access::open,
                    [](const Incoming&) { return json_reply(200, "the other"); });
    router.otherwise([](const Incoming&) -> http::Reply { throw not_found("Nothing", "Nothing"); });
    const auto get = [&](const std::string& target) {
        return router.handle({"GET", target, {}, {}});
    };
    CHECK(get("/a/x%2Fy?q=1").body == "\"x/y\"");
    CHECK(get("/a/exact").body == "\"the other\"");
    CHECK(get("/a/").status == 404);
    CHECK(router.handle({"POST", "/a/x", {}, {}}).status == 405);
    CHECK(router.endpoints().size() == 2);
}
