#ifndef NEPTUNE_HTTP_FRAMING_HPP
#define NEPTUNE_HTTP_FRAMING_HPP

// Where the body of a request ends (RFC 9112, part 6). Checked here, because older versions of
// httplib take bodies that they do not understand for the next request.

#include <neptune/http/message.hpp>
#include <neptune/http/range.hpp>

#include <cstdint>
#include <optional>

namespace neptune::http::detail {

struct BodyFraming {
    bool valid = true;         ///< False: nobody can say where the body ends.
    bool present = false;      ///< There is a body to read.
    std::uint64_t length = 0;  ///< As declared, in bytes; 0 if it comes in chunks.
};

/// Valid are: no body; one Content-Length of digits, or several that are equal; Transfer-Encoding
/// "chunked" alone.
[[nodiscard]] inline BodyFraming body_framing(const Headers& headers) {
    BodyFraming framing;
    std::optional<std::uint64_t> length;
    bool chunked = false;
    for (const Header& line : headers) {
        if (same_name(line.name, "Content-Length")) {
            const auto value = parse_position(line.value);
            framing.valid = framing.valid && value && (!length || length == value);
            length = value;
        } else if (same_name(line.name, "Transfer-Encoding")) {
            framing.valid = framing.valid && !chunked && same_name(line.value, "chunked");
            chunked = true;
        }
    }
    framing.valid = framing.valid && !(chunked && length);
    framing.length = length.value_or(0);
    framing.present = chunked || framing.length > 0;
    return framing;
}

}  // namespace neptune::http::detail

#endif
