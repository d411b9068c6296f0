#include <neptune/http/sigv4.hpp>

#include <string>

#include "support/catch.hpp"

namespace {

using namespace neptune::http;
using neptune::core::parse_iso8601;

std::string signature_of(const Request& request) {
    const auto& text = *request.headers.find("Authorization");
    return text.substr(text.rfind('=') + 1);
}

/// As the published test suite has it: service "service" in us-east-1.
std::string suite(const std::string& method, const std::string& target, Headers headers = {}) {
    Request request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    request.headers.add("Host", "example.amazonaws.com");
    sign_v4(request, {"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, "us-east-1",
            "service", *parse_iso8601("2015-08-30T12:36:00Z"));
    return signature_of(request);
}

Request s3_request(const std::string& host, const std::string& target, Headers headers = {}) {
    Request request;
    request.target = target;
    request.headers = std::move(headers);
    request.headers.add("Host", host);
    request.headers.add("X-Amz-Content-Sha256",
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    return request;
}
const AwsCredentials s3_key{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
const auto s3_time = *parse_iso8601("2013-05-24T00:00:00Z");

}  // namespace

// Source: "Signature Version 4 test suite", AWS General Reference.
TEST_CASE("sigv4: signatures are those of the published test suite") {
    CHECK(suite("GET", "/") == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    CHECK(suite("POST", "/") == "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    // The order of parameters does not matter.
    CHECK(suite("GET", "/?Param2=value2&Param1=value1") ==
          "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
}

// Source: "Examples: Signature calculations", Amazon S3 API reference.
TEST_CASE("sigv4: signatures for S3 are those of its documentation") {
    auto get = s3_request("examplebucket.s3.amazonaws.com", "/test.txt", {{"Range", "bytes=0-9"}});
    sign_v4(get, s3_key, "us-east-1", "s3", s3_time);
    CHECK(*get.headers.find("Authorization") ==
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
          "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
          "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    auto list = s3_request("examplebucket.s3.amazonaws.com", "/?max-keys=2&prefix=J");
    sign_v4(list, s3_key, "us-east-1", "s3", s3_time);
    CHECK(signature_of(list) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

// Source: botocore 1.x, S3SigV4Auth, for the same request.
TEST_CASE("sigv4: paths count as they are on the wire; a session token is signed") {
    auto request =
        s3_request("127.0.0.1:5000", "/my-bucket/" + encode_aws_path("a b/\xC3\xA9+(x).txt"));
    CHECK(request.target == "/my-bucket/a%20b/%C3%A9%2B%28x%29.txt");
    request.target = "/my-bucket/a%20b/%C3%A9+%28x%29.txt";
    sign_v4(request, {s3_key.access_key, s3_key.secret_key, "session/token=="}, "eu-west-1", "s3",
            s3_time);
    CHECK(*request.headers.find("X-Amz-Security-Token") == "session/token==");
    CHECK(signature_of(request) ==
          "7585433d3a1b6188bb65468afa4a2c059ec39f5c14b006ee6c5adee514d1fe42");
}

TEST_CASE("sigv4: spaces around and inside of values do not count") {
    CHECK(suite("GET", "/", {{"My-Header", "  a   b  "}}) ==
          suite("GET", "/", {{"My-Header", "a b"}}));
    CHECK(suite("GET", "/", {{"My-Header", "a b"}}) != suite("GET", "/", {{"My-Header", "ab"}}));
}

TEST_CASE("sigv4: signing again replaces the first signature") {
    auto request = s3_request("h", "/");
    sign_v4(request, s3_key, "us-east-1", "s3", s3_time);
    const auto first = signature_of(request);
    request.headers.erase("Authorization");
    sign_v4(request, s3_key, "us-east-1", "s3", s3_time);
    CHECK(signature_of(request) == first);
    CHECK(build_aws_query({{"prefix", "a b+c/~"}, {"list-type", "2"}}) ==
          "list-type=2&prefix=a%20b%2Bc%2F~");
}
