#ifndef NEPTUNE_HTTP_S3_HPP
#define NEPTUNE_HTTP_S3_HPP

// As much of S3 as reading needs: lists of objects, and objects in parts. Source: Amazon S3 API
// reference, ListObjectsV2, HeadObject and GetObject.

#include <neptune/core/descriptor.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/sha256.hpp>
#include <neptune/core/time.hpp>
#include <neptune/http/channel.hpp>
#include <neptune/http/error.hpp>
#include <neptune/http/message.hpp>
#include <neptune/http/retry.hpp>
#include <neptune/http/s3_settings.hpp>
#include <neptune/http/sigv4.hpp>
#include <neptune/http/url.hpp>
#include <neptune/http/xml.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>

namespace neptune::http {

/// S3 said no, or could not be asked. `what()` names bucket and key, and says what to do.
struct S3Error : std::runtime_error {
    enum class Kind {
        credentials,  ///< There are none, or they are refused.
        access,  ///< No such bucket or object, no connection, or an answer that makes no sense.
    };
    S3Error(Kind kind_, const std::string& what) : std::runtime_error(what), kind(kind_) {}
    Kind kind;
};

struct S3Object {
    std::string key;
    /// Without the quotes.
    std::string etag;
    core::Millis last_modified = -1;
    std::int64_t size = -1;
};

/// Threads: one at a time.
class S3 {
public:
    /// Makes the channel to an address, scheme://host:port.
    using Connect = std::function<std::unique_ptr<Channel>(const std::string& address)>;
    /// Called between requests; false ends the work with std::runtime_error.
    using GoOn = std::function<bool()>;

    /// Lifetime: `pause` and `clock` outlive this.
    S3(S3Settings settings, Connect connect, Pause& pause,
       std::chrono::milliseconds retry_budget = Retry::default_budget,
       const core::Clock& clock = core::system_clock())
        : settings_(std::move(settings)),
          connect_(std::move(connect)),
          pause_(pause),
          retry_budget_(retry_budget),
          clock_(clock) {}

    /// All objects whose keys begin with `prefix`, in the order in which S3 lists them. Errors:
    /// S3Error, also for more than `most` objects.
    [[nodiscard]] std::vector<S3Object> list(const std::string& bucket, const std::string& prefix,
                                             std::size_t most, const GoOn& go_on) {
        std::vector<S3Object> objects;
        std::optional<std::string> token;
        do {
            demand_time(go_on);
            Query query{{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}};
            if (token) query.emplace_back("continuation-token", *token);
            const auto reply = send("GET", bucket, {}, query, {});
            if (reply.status != 200) fail(reply, bucket, prefix);
            auto page = read_page(reply.body, bucket);
            for (auto& object : page.objects) objects.push_back(std::move(object));
            if (objects.size() > most)
                throw S3Error(S3Error::Kind::access, "s3://" + bucket + "/" + prefix +
                                                         " has more than " + std::to_string(most) +
                                                         " objects; track fewer at a time");
            if (page.next && token == page.next)
                throw nonsense(bucket, "the next page is the one before");
            token = std::move(page.next);
        } while (token);
        return objects;
    }

    /// Writes the object to a file, which is made or emptied. The object is fetched in parts, so
    /// that memory stays flat. Errors: S3Error; std::system_error for the file.
    void read_to_file(const std::string& bucket, const std::string& key, const std::string& path,
                      const GoOn& go_on) {
        const auto head = send("HEAD", bucket, key, {}, {});
        if (head.status != 200) fail(head, bucket, key);
        const auto* length = head.headers.find("Content-Length");
        const auto size = length ? core::parse_int64(*length) : std::nullopt;
        const auto* etag = head.headers.find("ETag");
        if (!size || *size < 0) throw nonsense(bucket, "an object without a length");
        core::Descriptor file = core::open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
        for (std::int64_t done = 0; done < *size;) {
            demand_time(go_on);
            const auto last = (std::min)(*size, done + part_bytes) - 1;
            Headers headers{
                {"Range", "bytes=" + std::to_string(done) + "-" + std::to_string(last)}};
            // Another object of that key must not be mixed in.
            if (etag) headers.add("If-Match", *etag);
            const auto reply = send("GET", bucket, key, {}, headers);
            const bool whole = reply.status == 200 && done == 0;
            if (reply.status != 206 && !whole) fail(reply, bucket, key);
            const auto wanted = whole ? *size : last - done + 1;
            if (reply.body.size() != static_cast<std::uint64_t>(wanted))
                throw nonsense(bucket, "a part of " + key + " with another length than asked for");
            core::write_all(file, reply.body, path);
            done += wanted;
        }
        file.close(path);
    }

private:
    using Kind = S3Error::Kind;
    static constexpr std::int64_t part_bytes = std::int64_t{16} << 20;

    struct Page {
        std::vector<S3Object> objects;
        std::optional<std::string> next;
    };

    static S3Error nonsense(const std::string& bucket, const std::string& what) {
        return {Kind::access, "the answer of S3 for the bucket " + bucket +
                                  " makes no sense: " + what + "; is the endpoint an S3 storage?"};
    }
    static void demand_time(const GoOn& go_on) {
        if (!go_on()) throw std::runtime_error("reading from S3 was interrupted");
    }

    static Page read_page(const std::string& body, const std::string& bucket) {
        Page page;
        S3Object object;
        std::string token;
        bool truncated = false, encoded = false;
        try {
            read_xml(body, [&](std::string_view path, std::string_view text) {
                if (path == "ListBucketResult/Contents/Key")
                    object.key = text;
                else if (path == "ListBucketResult/Contents/ETag")
                    object.etag = unquoted(text);
                else if (path == "ListBucketResult/Contents/Size")
                    object.size = core::parse_int64(text).value_or(-1);
                else if (path == "ListBucketResult/Contents/LastModified")
                    object.last_modified = core::parse_iso8601(text).value_or(-1);
                else if (path == "ListBucketResult/Contents")
                    page.objects.push_back(std::exchange(object, {}));
                else if (path == "ListBucketResult/EncodingType")
                    encoded = text == "url";
                else if (path == "ListBucketResult/IsTruncated")
                    truncated = text == "true";
                else if (path == "ListBucketResult/NextContinuationToken")
                    token = text;
            });
        } catch (const XmlError& error) {
            throw nonsense(bucket, error.what());
        }
        for (auto& one : page.objects) {
            if (encoded) one.key = decode_form(one.key);
            if (one.key.empty() || one.size < 0 || one.last_modified < 0)
                throw nonsense(bucket, "an object without key, size or time");
        }
        if (truncated && token.empty()) throw nonsense(bucket, "more objects but no next page");
        if (truncated) page.next = std::move(token);
        return page;
    }
    static std::string unquoted(std::string_view text) {
        while (text.starts_with('"')) text.remove_prefix(1);
        while (text.ends_with('"')) text.remove_suffix(1);
        return std::string(text);
    }

    // A name that is a part of a host name: others, with dots above all, go into the path.
    static bool is_host_label(const std::string& bucket) {
        return bucket.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
                   std::string::npos &&
               bucket.front() != '-' && bucket.back() != '-';
    }

    struct Place {
        std::string address, path;
    };
    Place place_of(const std::string& bucket, const std::string& key) const {
        std::string path = "/" + encode_aws_path(key);
        if (settings_.endpoint) {
            const auto url = parse_url(*settings_.endpoint);
            std::string base = url.path;
            while (base.ends_with('/')) base.pop_back();
            return {url.origin(), base + "/" + encode_aws_path(bucket) + (key.empty() ? "" : path)};
        }
        const std::string host = "s3." + settings_.region + ".amazonaws.com" +
                                 (settings_.region.starts_with("cn-") ? ".cn" : "");
        if (is_host_label(bucket)) return {"https://" + bucket + "." + host, path};
        return {"https://" + host, "/" + encode_aws_path(bucket) + (key.empty() ? "" : path)};
    }

    Reply send(const std::string& method, const std::string& bucket, const std::string& key,
               const Query& query, const Headers& headers) {
        if (!settings_.credentials)
            throw S3Error(Kind::credentials,
                          "there are no credentials for s3://" + bucket +
                              "; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or make a "
                              "profile in ~/.aws/credentials");
        for (int attempt = 0;; ++attempt) {
            auto reply = send_once(method, bucket, key, query, headers);
            // The bucket lives in another region, which S3 names.
            const auto* region = reply.headers.find("x-amz-bucket-region");
            const bool elsewhere =
                reply.status == 301 || reply.status == 307 || reply.status == 400;
            if (attempt > 0 || !elsewhere || !region || settings_.endpoint ||
                *region == settings_.region)
                return reply;
            settings_.region = *region;
        }
    }

    Reply send_once(const std::string& method, const std::string& bucket, const std::string& key,
                    const Query& query, const Headers& headers) {
        try {
            const auto place = place_of(bucket, key);
            const auto url = parse_url(place.address);
            Request request;
            request.method = method;
            request.target = place.path;
            if (!query.empty()) request.target += "?" + build_aws_query(query);
            request.headers = headers;
            const bool usual = url.port == (url.scheme == "https" ? 443 : 80);
            auto host = url.host_and_port();
            request.headers.set("Host", usual ? host.substr(0, host.rfind(':')) : host);
            request.headers.set("X-Amz-Content-Sha256", core::sha256_hex(request.body));
            sign_v4(request, *settings_.credentials, settings_.region, "s3", clock_.now());
            return send_with_retry(channel(place.address), request, pause_, retry_budget_, clock_);
        } catch (const RetriesExhausted& error) {
            throw S3Error(Kind::access, "S3 cannot be reached for the bucket " + bucket + ": " +
                                            error.what() + "; check network, proxy and endpoint");
        } catch (const ConnectionError& error) {
            throw S3Error(Kind::access, "S3 cannot be reached for the bucket " + bucket + ": " +
                                            error.what() + "; check network, proxy and endpoint");
        } catch (const std::invalid_argument& error) {
            throw S3Error(Kind::access, std::string("the address of S3 cannot be used: ") +
                                            error.what() + "; check S3_ENDPOINT_URL");
        }
    }

    Channel& channel(const std::string& address) {
        auto& known = channels_[address];
        if (!known) known = connect_(address);
        return *known;
    }

    [[noreturn]] void fail(const Reply& reply, const std::string& bucket,
                           const std::string& key) const {
        std::string code, message;
        try {
            read_xml(reply.body, [&](std::string_view path, std::string_view text) {
                if (path == "Error/Code") code = text.substr(0, 100);
                if (path == "Error/Message") message = text.substr(0, 300);
            });
        } catch (const XmlError&) {
            // The status has to do, as for every HEAD.
        }
        const std::string where = "s3://" + bucket + (key.empty() ? "" : "/" + key);
        std::string said = "S3 answers " + std::to_string(reply.status);
        if (!code.empty()) said += " " + code;
        if (!message.empty()) said += " (" + message + ")";
        const bool refused = reply.status == 401 || code == "InvalidAccessKeyId" ||
                             code == "SignatureDoesNotMatch" || code == "ExpiredToken" ||
                             code == "InvalidToken";
        if (refused)
            throw S3Error(Kind::credentials,
                          said + " for " + where + "; check the credentials for S3");
        const char* const advice = reply.status == 403   ? "; may these credentials read it?"
                                   : reply.status == 404 ? "; check bucket, key and endpoint"
                                   : reply.status == 412 ? "; the object changed while it was read"
                                                         : "; check bucket, region and endpoint";
        throw S3Error(Kind::access, said + " for " + where + advice);
    }

    S3Settings settings_;
    Connect connect_;
    Pause& pause_;
    std::chrono::milliseconds retry_budget_;
    const core::Clock& clock_;
    std::map<std::string, std::unique_ptr<Channel>> channels_;
};

}  // namespace neptune::http

#endif
