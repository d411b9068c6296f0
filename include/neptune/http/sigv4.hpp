#ifndef NEPTUNE_HTTP_SIGV4_HPP
#define NEPTUNE_HTTP_SIGV4_HPP

// AWS Signature Version 4. Source: "Signature Version 4 signing process", AWS General Reference.

#include <neptune/core/hex.hpp>
#include <neptune/core/hmac.hpp>
#include <neptune/core/sha256.hpp>
#include <neptune/core/time.hpp>
#include <neptune/http/message.hpp>
#include <neptune/http/url.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace neptune::http {

struct AwsCredentials {
    std::string access_key, secret_key;
    /// Of temporary credentials; else empty.
    std::string session_token{};
};

namespace detail {

/// "20150830T123600Z"
[[nodiscard]] inline std::string aws_time(core::Millis now) {
    std::string text = core::to_iso8601(now).substr(0, 19);
    std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
    return text + "Z";
}

/// Without spaces at the ends, and with one for several between words.
[[nodiscard]] inline std::string trimmed(std::string_view value) {
    std::string result;
    for (const char c : value) {
        if (c != ' ' || (!result.empty() && result.back() != ' ')) {
            result += c;
        }
    }
    if (!result.empty() && result.back() == ' ') {
        result.pop_back();
    }
    return result;
}

/// Names and values sorted in their encoded form.
[[nodiscard]] inline std::string canonical_query(const Query& query) {
    std::vector<std::pair<std::string, std::string>> encoded;
    for (const auto& parameter : query) {
        encoded.emplace_back(percent_encode(parameter.first, '~'),
                             percent_encode(parameter.second, '~'));
    }
    std::sort(encoded.begin(), encoded.end());
    std::string text;
    for (const auto& [name, value] : encoded) {
        text += (text.empty() ? "" : "&") + name + "=" + value;
    }
    return text;
}

struct CanonicalHeaders {
    std::string lines, names;
};
[[nodiscard]] inline CanonicalHeaders canonical_headers(const Headers& headers) {
    std::map<std::string, std::string> sorted;
    for (const auto& header : headers) {
        std::string name = header.name;
        for (char& c : name) {
            c = ascii_lower(c);
        }
        std::string& value = sorted[name];
        value += (value.empty() ? "" : ",") + trimmed(header.value);
    }
    CanonicalHeaders result;
    for (const auto& [name, value] : sorted) {
        result.lines += name + ":" + value + "\n";
        result.names += (result.names.empty() ? "" : ";") + name;
    }
    return result;
}

}  // namespace detail

/// Text as S3 wants it in paths (`/` kept) and queries: everything but unreserved characters is
/// encoded.
[[nodiscard]] inline std::string encode_aws_path(std::string_view path) {
    return detail::percent_encode(path, '/');
}
[[nodiscard]] inline std::string build_aws_query(const Query& query) {
    return detail::canonical_query(query);
}

/// Adds `X-Amz-Date`, the session token and `Authorization`. All headers that the request has are
/// signed, among them `Host`, which must be there. The path counts as it is on the wire.
inline void sign_v4(Request& request, const AwsCredentials& credentials, const std::string& region,
                    const std::string& service, core::Millis now) {
    const std::string time = detail::aws_time(now), day = time.substr(0, 8);
    request.headers.set("X-Amz-Date", time);
    if (!credentials.session_token.empty()) {
        request.headers.set("X-Amz-Security-Token", credentials.session_token);
    }
    const Target target = parse_target(request.target);
    const auto headers = detail::canonical_headers(request.headers);
    const std::string canonical = request.method + "\n" + target.raw_path + "\n" +
                                  detail::canonical_query(target.query) + "\n" + headers.lines +
                                  "\n" + headers.names + "\n" + core::sha256_hex(request.body);
    const std::string scope = day + "/" + region + "/" + service + "/aws4_request";
    const std::string to_sign =
        "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + core::sha256_hex(canonical);
    auto key = core::hmac_sha256("AWS4" + credentials.secret_key, day);
    for (const std::string& part : {region, service, std::string("aws4_request")}) {
        key = core::hmac_sha256(key, part);
    }
    request.headers.set("Authorization",
                        "AWS4-HMAC-SHA256 Credential=" + credentials.access_key + "/" + scope +
                            ", SignedHeaders=" + headers.names +
                            ", Signature=" + core::to_hex(core::hmac_sha256(key, to_sign)));
}

}  // namespace neptune::http

#endif
