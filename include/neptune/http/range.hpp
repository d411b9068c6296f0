#ifndef NEPTUNE_HTTP_RANGE_HPP
#define NEPTUNE_HTTP_RANGE_HPP

// Single byte ranges (RFC 9110, part 14). Ours and not the library's, whose older versions loop for
// ever on a range that ends behind the content.

#include <neptune/http/message.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace neptune::http {

/// Bytes [first, first + size) of a content; size 0 says that the request asks for none that exist.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t size = 0;
};

namespace detail {

/// The whole of `text` as decimal digits; the largest number if it is larger.
[[nodiscard]] inline std::optional<std::uint64_t> parse_position(std::string_view text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ptr != end || read.ec == std::errc::invalid_argument) {
        return std::nullopt;
    }
    return read.ec == std::errc::result_out_of_range ? UINT64_MAX : value;
}

}  // namespace detail

/// What the value of a Range header asks for of a content of `total` bytes. Nothing, so that the
/// whole content is sent, if there is more than one range or the text is no byte range.
[[nodiscard]] inline std::optional<ByteRange> parse_range(std::string_view header,
                                                          std::uint64_t total) {
    constexpr std::string_view unit = "bytes=";
    if (header.substr(0, unit.size()) != unit) {
        return std::nullopt;
    }
    header.remove_prefix(unit.size());
    const std::size_t dash = header.find('-');
    if (dash == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view last_text = header.substr(dash + 1);
    const auto first = detail::parse_position(header.substr(0, dash));
    const auto last = detail::parse_position(last_text);
    if (dash == 0 && last) {
        const std::uint64_t size = (std::min)(*last, total);
        return ByteRange{total - size, size};
    }
    if (!first || (!last && !last_text.empty()) || (last && *last < *first)) {
        return std::nullopt;
    }
    if (*first >= total) {
        return ByteRange{0, 0};
    }
    return ByteRange{*first, (std::min)(last.value_or(UINT64_MAX), total - 1) - *first + 1};
}

[[nodiscard]] inline BodySource part_of(BodySource source, ByteRange range) {
    return {range.size, [read = std::move(source.read), first = range.first](
                            std::uint64_t offset, char* buffer, std::size_t size) {
                return read(first + offset, buffer, size);
            }};
}

/// Cuts a reply of status 200 to the range that the request asks for: 206 with Content-Range, 416
/// where no byte of it exists. Other replies, and requests other than GET and HEAD, are left alone.
[[nodiscard]] inline Reply apply_range(const Request& request, Reply reply) {
    if (reply.status != 200 || (request.method != "GET" && request.method != "HEAD")) {
        return reply;
    }
    reply.headers.set("Accept-Ranges", "bytes");
    const std::string* const header = request.headers.find("Range");
    const std::uint64_t size = reply.source ? reply.source->size : reply.body.size();
    const auto range = header ? parse_range(*header, size) : std::nullopt;
    if (!range) {
        return reply;
    }
    const std::string total = std::to_string(size);
    if (range->size == 0) {
        Reply refusal = error_reply(416, "the content has " + total + " bytes");
        refusal.headers.set("Content-Range", "bytes */" + total);
        return refusal;
    }
    const std::uint64_t last = range->first + range->size - 1;
    reply.status = 206;
    reply.headers.set("Content-Range", "bytes " + std::to_string(range->first) + "-" +
                                           std::to_string(last) + "/" + total);
    if (reply.source)
        reply.source = part_of(*std::move(reply.source), *range);
    else
        reply.body = reply.body.substr(static_cast<std::size_t>(range->first),
                                       static_cast<std::size_t>(range->size));
    return reply;
}

}  // namespace neptune::http

#endif
