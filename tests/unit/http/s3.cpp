#include <neptune/http/s3.hpp>

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <deque>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune;
using namespace neptune::http;
using Catch::Matchers::ContainsSubstring;

struct NoPause final : Pause {
    bool sleep(std::chrono::milliseconds) override { return true; }
};

/// What came to an address, and what it is answered with.
struct Script {
    std::vector<std::pair<std::string, Request>> requests;
    std::deque<Reply> replies;
};

struct ScriptedChannel final : Channel {
    ScriptedChannel(std::string where, Script& shared)
        : address(std::move(where)), script(shared) {}
    Reply send(const Request& request) override {
        script.requests.emplace_back(address, request);
        if (script.replies.empty())
            throw ConnectionError(ConnectionError::Kind::aborted, "no more answers", address);
        auto reply = std::move(script.replies.front());
        script.replies.pop_front();
        return reply;
    }
    std::string address;
    Script& script;
};

struct Storage {
    explicit Storage(std::optional<std::string> endpoint = "http://127.0.0.1:5000",
                     std::optional<AwsCredentials> credentials = AwsCredentials{"K", "S"})
        : s3(
              {std::move(credentials), "eu-west-1", std::move(endpoint)},
              [this](const std::string& address) {
                  return std::make_unique<ScriptedChannel>(address, script);
              },
              pause) {}
    void answer(int status, std::string body, Headers headers = {}) {
        Reply reply;
        reply.status = status;
        reply.body = std::move(body);
        reply.headers = std::move(headers);
        script.replies.push_back(std::move(reply));
    }
    std::vector<S3Object> list(const std::string& bucket, const std::string& prefix,
                               std::size_t most = 1000) {
        return s3.list(bucket, prefix, most, [] { return true; });
    }
    Script script;
    NoPause pause;
    S3 s3;
};

std::string page(const std::string& inside) {
    return "<?xml version=\"1.0\"?><ListBucketResult "
           "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/"
           "\"><Name>b</Name>" +
           inside + "</ListBucketResult>";
}
std::string contents(const std::string& key, const std::string& size = "3") {
    return "<Contents><Key>" + key +
           "</Key><LastModified>2024-05-06T07:08:09.123Z</LastModified><ETag>&quot;e-" + key +
           "&quot;</ETag><Size>" + size + "</Size></Contents>";
}

S3Error error_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const S3Error& error) {
        return error;
    }
    return {S3Error::Kind::access, "no error"};
}

}  // namespace

TEST_CASE("s3: pages are read one after another, keys are decoded, order is kept") {
    Storage storage;
    storage.answer(200, page("<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>"
                             "<NextContinuationToken>t+/=</NextContinuationToken>" +
                             contents("a%2Fb+c")));
    storage.answer(200, page("<IsTruncated>false</IsTruncated>" + contents("d+e&amp;f", "0")));
    const auto objects = storage.list("my.bucket", "a b/");
    REQUIRE(objects.size() == 2);
    CHECK(objects[0].key == "a/b c");
    CHECK(objects[0].etag == "e-a%2Fb+c");
    CHECK(objects[0].size == 3);
    CHECK(core::to_iso8601(objects[0].last_modified) == "2024-05-06T07:08:09.123Z");
    CHECK(objects[1].key == "d+e&f");
    REQUIRE(storage.script.requests.size() == 2);
    const auto& [address, first] = storage.script.requests[0];
    CHECK(address == "http://127.0.0.1:5000");
    CHECK(first.target == "/my.bucket?encoding-type=url&list-type=2&prefix=a%20b%2F");
    CHECK(*first.headers.find("Host") == "127.0.0.1:5000");
    CHECK_THAT(*first.headers.find("Authorization"), ContainsSubstring("/eu-west-1/s3/"));
    CHECK_THAT(storage.script.requests[1].second.target,
               ContainsSubstring("continuation-token=t%2B%2F%3D"));
}

TEST_CASE("s3: without an endpoint buckets are host names, where they can be") {
    Storage storage(std::nullopt);
    storage.answer(200, page(""));
    storage.answer(200, page(""));
    CHECK(storage.list("bucket", "").empty());
    CHECK(storage.list("my.bucket", "").empty());
    CHECK(storage.script.requests[0].first == "https://bucket.s3.eu-west-1.amazonaws.com");
    CHECK(*storage.script.requests[0].second.headers.find("Host") ==
          "bucket.s3.eu-west-1.amazonaws.com");
    CHECK_THAT(storage.script.requests[0].second.target, ContainsSubstring("/?"));
    CHECK(storage.script.requests[1].first == "https://s3.eu-west-1.amazonaws.com");
    CHECK_THAT(storage.script.requests[1].second.target, ContainsSubstring("/my.bucket?"));
}

TEST_CASE("s3: a bucket of another region is asked there") {
    Storage storage(std::nullopt);
    storage.answer(301, "", {{"x-amz-bucket-region", "us-west-2"}});
    storage.answer(200, page(contents("k")));
    CHECK(storage.list("bucket", "").size() == 1);
    CHECK(storage.script.requests[1].first == "https://bucket.s3.us-west-2.amazonaws.com");
    CHECK_THAT(*storage.script.requests[1].second.headers.find("Authorization"),
               ContainsSubstring("/us-west-2/s3/"));
}

TEST_CASE("s3: what S3 refuses is told with its code, and what to do") {
    const auto refusal = [](int status, const std::string& code) {
        Storage storage;
        storage.answer(status, "<Error><Code>" + code + "</Code><Message>m</Message></Error>");
        return error_of([&] { static_cast<void>(storage.list("bucket", "p")); });
    };
    const auto missing = refusal(404, "NoSuchBucket");
    CHECK(missing.kind == S3Error::Kind::access);
    CHECK_THAT(missing.what(),
               ContainsSubstring("NoSuchBucket") && ContainsSubstring("s3://bucket/p"));
    CHECK(refusal(403, "AccessDenied").kind == S3Error::Kind::access);
    CHECK(refusal(403, "InvalidAccessKeyId").kind == S3Error::Kind::credentials);
    CHECK(refusal(403, "SignatureDoesNotMatch").kind == S3Error::Kind::credentials);
    Storage nobody("http://h", std::nullopt);
    const auto none = error_of([&] { static_cast<void>(nobody.list("bucket", "")); });
    CHECK(none.kind == S3Error::Kind::credentials);
    CHECK_THAT(none.what(), ContainsSubstring("AWS_ACCESS_KEY_ID"));
    CHECK(nobody.script.requests.empty());
    Storage broken("ftp://h");
    CHECK_THAT(error_of([&] { static_cast<void>(broken.list("bucket", "")); }).what(),
               ContainsSubstring("S3_ENDPOINT_URL"));
    Storage away;
    CHECK_THAT(error_of([&] { static_cast<void>(away.list("bucket", "")); }).what(),
               ContainsSubstring("cannot be reached"));
}

TEST_CASE("s3: answers that make no sense are errors, never loops or crashes") {
    for (const std::string& body :
         {std::string("<html>"), std::string("{}"), std::string(),
          page("<IsTruncated>true</IsTruncated>"), page(contents("")), page(contents("k", "-1")),
          page(contents("k", "x")), page("<Contents/>")}) {
        Storage storage;
        storage.answer(200, body);
        CHECK_THAT(error_of([&] { static_cast<void>(storage.list("bucket", "")); }).what(),
                   ContainsSubstring("makes no sense"));
    }
    Storage endless;
    for (int i = 0; i < 3; ++i)
        endless.answer(200, page("<IsTruncated>true</IsTruncated><NextContinuationToken>t</"
                                 "NextContinuationToken>"));
    CHECK_THAT(error_of([&] { static_cast<void>(endless.list("bucket", "")); }).what(),
               ContainsSubstring("the next page is the one before"));
    Storage many;
    many.answer(200, page(contents("a") + contents("b")));
    CHECK_THAT(error_of([&] { static_cast<void>(many.list("bucket", "", 1)); }).what(),
               ContainsSubstring("more than 1 objects"));
}

TEST_CASE("s3: an object comes in parts of one version; an empty one makes an empty file") {
    const auto directory = core::make_temp_directory("neptune-s3-");
    const auto path = directory + "/file";
    const auto content = [&] {
        std::ifstream file(path, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    const auto for_ever = [] { return true; };
    const std::string first(std::size_t{16} << 20, 'a'), second = "b";
    Storage storage("http://h/base/");
    storage.answer(200, "", {{"Content-Length", "16777217"}, {"ETag", "\"v\""}});
    storage.answer(206, first);
    storage.answer(206, second);
    storage.s3.read_to_file("bucket", "dir/k", path, for_ever);
    CHECK(content() == first + second);
    CHECK(storage.script.requests[0].second.method == "HEAD");
    CHECK(storage.script.requests[0].second.target == "/base/bucket/dir/k");
    CHECK(*storage.script.requests[1].second.headers.find("Range") == "bytes=0-16777215");
    CHECK(*storage.script.requests[2].second.headers.find("Range") == "bytes=16777216-16777216");
    CHECK(*storage.script.requests[2].second.headers.find("If-Match") == "\"v\"");

    storage.answer(200, "", {{"Content-Length", "0"}});
    storage.s3.read_to_file("bucket", "k", path, for_ever);
    CHECK(content().empty());
    // A storage that knows no parts sends the whole.
    storage.answer(200, "", {{"Content-Length", "3"}});
    storage.answer(200, "abc");
    storage.s3.read_to_file("bucket", "k", path, for_ever);
    CHECK(content() == "abc");

    storage.answer(200, "", {{"Content-Length", "3"}});
    storage.answer(206, "ab");
    CHECK_THAT(error_of([&] { storage.s3.read_to_file("bucket", "k", path, for_ever); }).what(),
               ContainsSubstring("another length"));
    storage.answer(200, "", {{"Content-Length", "3"}});
    storage.answer(412, "");
    CHECK_THAT(error_of([&] { storage.s3.read_to_file("bucket", "k", path, for_ever); }).what(),
               ContainsSubstring("changed while it was read"));
    storage.answer(404, "");
    CHECK_THAT(error_of([&] { storage.s3.read_to_file("bucket", "k", path, for_ever); }).what(),
               ContainsSubstring("s3://bucket/k"));
    core::remove_tree(directory);
}

TEST_CASE("s3: work that is to end ends") {
    Storage storage;
    CHECK_THROWS_AS(storage.s3.list("bucket", "", 10, [] { return false; }), std::runtime_error);
    CHECK(storage.script.requests.empty());
}
