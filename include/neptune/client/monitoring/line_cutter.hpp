#ifndef NEPTUNE_CLIENT_MONITORING_LINE_CUTTER_HPP
#define NEPTUNE_CLIENT_MONITORING_LINE_CUTTER_HPP

#include <neptune/core/utf8.hpp>
#include <neptune/wire/limits.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::client {

/// Cuts the output of a program into the points of a string series: one a line, more for lines of
/// more than `longest` code points. A line ends with "\n", "\r\n", or "\r" as in progress bars; the
/// ends are left out. Invalid UTF-8 becomes U+FFFD. An empty line is an empty point; nothing is
/// added for the end of a line of which all has been given out.
class LineCutter {
public:
    explicit LineCutter(std::size_t longest = wire::limits::string_point_code_points)
        : longest_(longest) {}

    /// Hands each piece that is complete to `out(std::string)`.
    template <class Out>
    void take(std::string_view bytes, Out&& out) {
        while (!bytes.empty()) {
            const auto end = bytes.find_first_of("\r\n");
            add(bytes.substr(0, end), out);
            if (end == std::string_view::npos) return;
            if (bytes[end] == '\n') {
                if (!line_.empty() || !given_out_) give_out(line_.size(), out);
                given_out_ = false;
            } else if (!line_.empty()) {
                give_out(line_.size(), out);
            }
            bytes.remove_prefix(end + 1);
        }
    }

    /// True if a line has begun of which not all has been given out.
    [[nodiscard]] bool has_partial() const { return !line_.empty(); }

    /// Gives out the line that has begun; `last`: nothing follows. Otherwise the beginning of a
    /// character stays for the bytes that complete it.
    template <class Out>
    void flush(bool last, Out&& out) {
        const auto size = last ? line_.size() : line_.size() - incomplete_tail();
        if (size != 0) give_out(size, out);
    }

private:
    template <class Out>
    void add(std::string_view bytes, Out&& out) {
        // At most four bytes make a code point, so a longer line has more of them than one point.
        while (line_.size() + bytes.size() > 4 * longest_) {
            const auto taken = 4 * longest_ - line_.size();
            line_.append(bytes.substr(0, taken));
            bytes.remove_prefix(taken);
            give_out(line_.size() - incomplete_tail(), out);
        }
        line_.append(bytes);
    }

    template <class Out>
    void give_out(std::size_t size, Out&& out) {
        const std::string text = core::replace_invalid(std::string_view(line_).substr(0, size));
        line_.erase(0, size);
        given_out_ = true;
        std::string_view rest = text;
        do {
            const auto piece = core::truncate_code_points(rest, longest_);
            out(std::string(piece));
            rest.remove_prefix(piece.size());
        } while (!rest.empty());
    }

    // Bytes at the end of the line that begin a code point without completing it.
    [[nodiscard]] std::size_t incomplete_tail() const {
        for (std::size_t back = 1; back <= 3 && back <= line_.size(); ++back) {
            const auto byte = static_cast<unsigned char>(line_[line_.size() - back]);
            if ((byte & 0xC0) == 0x80) continue;
            const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
            return length > back ? back : 0;
        }
        return 0;
    }

    std::size_t longest_;
    std::string line_;
    bool given_out_ = false;
};

}  // namespace neptune::client

#endif
