#ifndef NEPTUNE_CORE_INFLATE_HPP
#define NEPTUNE_CORE_INFLATE_HPP

// Unpacks gzip (RFC 1952, RFC 1951) in pieces, so that neither the packed nor the unpacked bytes
// need to be in memory. Any input is safe: what is no gzip is an error.

#include <neptune/core/crc32.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::core {

/// An archive that is damaged, cut off, or of another format.
struct ArchiveError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

namespace detail {

/// Bits of a stream of bytes, the lowest bit of a byte first.
class BitReader {
public:
    explicit BitReader(std::function<std::string_view()> source) : source_(std::move(source)) {}

    /// The next `count` (at most 16) bits without taking them; zeros behind the end.
    [[nodiscard]] std::uint32_t peek(int count) {
        while (available_ < count && fill()) {
        }
        return static_cast<std::uint32_t>(bits_ & ((std::uint64_t{1} << count) - 1));
    }
    void drop(int count) {
        if (available_ < count) throw ArchiveError("the gzip data is cut off");
        bits_ >>= count;
        available_ -= count;
    }
    std::uint32_t take(int count) {
        const std::uint32_t value = peek(count);
        drop(count);
        return value;
    }
    void align() { drop(available_ % 8); }
    [[nodiscard]] bool at_end() { return available_ == 0 && !fill(); }

    /// `count` bytes of the stream, which is aligned, given to `take_piece` as they come.
    template <class Take>
    void bytes(std::size_t count, Take take_piece) {
        while (count > 0 && available_ > 0) {
            const char byte = static_cast<char>(take(8));
            take_piece(std::string_view(&byte, 1));
            --count;
        }
        while (count > 0) {
            if (piece_.empty()) piece_ = source_();
            if (piece_.empty()) throw ArchiveError("the gzip data is cut off");
            const auto part = piece_.substr(0, count);
            take_piece(part);
            piece_.remove_prefix(part.size());
            count -= part.size();
        }
    }

private:
    bool fill() {
        if (piece_.empty()) piece_ = source_();
        if (piece_.empty()) return false;
        bits_ |= std::uint64_t{static_cast<unsigned char>(piece_.front())} << available_;
        piece_.remove_prefix(1);
        available_ += 8;
        return true;
    }

    std::function<std::string_view()> source_;
    std::string_view piece_;
    std::uint64_t bits_ = 0;
    int available_ = 0;
};

/// A canonical Huffman code of at most 15 bits, as one table over all 15-bit beginnings: symbol *
/// 16
/// + length, 0 where no code begins so.
class HuffmanCode {
public:
    HuffmanCode(const std::uint8_t* lengths, std::size_t symbols) : table_(std::size_t{1} << 15) {
        std::array<std::uint32_t, 16> count{}, next{};
        for (std::size_t i = 0; i < symbols; ++i) ++count[lengths[i]];
        count[0] = 0;
        std::uint32_t code = 0;
        for (std::size_t length = 1; length < 16; ++length) {
            code = (code + count[length - 1]) << 1;
            next[length] = code;
            if (code + count[length] > std::uint32_t{1} << length)
                throw ArchiveError("the gzip data holds an impossible code");
        }
        for (std::size_t symbol = 0; symbol < symbols; ++symbol) {
            const std::uint8_t length = lengths[symbol];
            if (length == 0) continue;
            const std::uint32_t first = reversed(next[length]++, length);
            const auto entry = static_cast<std::uint16_t>(symbol * 16 + length);
            for (std::size_t at = first; at < table_.size(); at += std::size_t{1} << length)
                table_[at] = entry;
        }
    }

    std::uint32_t next(BitReader& in) const {
        const std::uint16_t entry = table_[in.peek(15)];
        if (entry == 0) throw ArchiveError("the gzip data is damaged");
        in.drop(entry % 16);
        return entry / 16;
    }

private:
    static std::uint32_t reversed(std::uint32_t code, int length) {
        std::uint32_t result = 0;
        for (int i = 0; i < length; ++i) result |= ((code >> i) & 1) << (length - 1 - i);
        return result;
    }
    std::vector<std::uint16_t> table_;
};

/// The last 32 KiB of the unpacked bytes, which later ones repeat, and their way out.
class Window {
public:
    using Sink = std::function<void(std::string_view)>;
    explicit Window(const Sink& sink) : sink_(sink), bytes_(size) {}

    void put(char byte) {
        bytes_[filled_++] = byte;
        if (filled_ == size) flush();
    }
    void repeat(std::size_t distance, std::size_t length) {
        if (distance > size || distance > total_ + filled_)
            throw ArchiveError("the gzip data repeats what was never there");
        for (; length > 0; --length) put(bytes_[(filled_ + size - distance) % size]);
    }
    void flush() {
        const std::string_view fresh(bytes_.data(), filled_);
        crc_ = crc32(fresh, crc_);
        total_ += filled_;
        filled_ = 0;
        if (!fresh.empty()) sink_(fresh);
    }
    void check(std::uint32_t crc, std::uint32_t length) const {
        if (crc != crc_ || length != static_cast<std::uint32_t>(total_))
            throw ArchiveError("the check sum of the gzip data is wrong");
    }

private:
    static constexpr std::size_t size = 32'768;
    const Sink& sink_;
    std::vector<char> bytes_;
    std::size_t filled_ = 0;
    std::uint64_t total_ = 0;
    std::uint32_t crc_ = 0;
};

inline void inflate_codes(BitReader& in, Window& out, const HuffmanCode& literals,
                          const HuffmanCode& distances) {
    // RFC 1951 §3.2.5: the smallest length or distance of each code; the bits that follow it grow
    // with its number.
    static constexpr std::array<std::uint16_t, 29> length_base{
        3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
        31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
    static constexpr std::array<std::uint16_t, 30> distance_base{
        1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
        193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    while (true) {
        const std::uint32_t symbol = literals.next(in);
        if (symbol == 256) return;
        if (symbol < 256) {
            out.put(static_cast<char>(symbol));
            continue;
        }
        const std::uint32_t code = symbol - 257;
        if (code >= length_base.size()) throw ArchiveError("the gzip data is damaged");
        const int more = code < 8 || code == 28 ? 0 : static_cast<int>(code / 4 - 1);
        const std::size_t length = length_base[code] + in.take(more);
        const std::uint32_t far = distances.next(in);
        if (far >= distance_base.size()) throw ArchiveError("the gzip data is damaged");
        const int further = far < 4 ? 0 : static_cast<int>(far / 2 - 1);
        out.repeat(distance_base[far] + in.take(further), length);
    }
}

inline void inflate_fixed(BitReader& in, Window& out) {
    std::array<std::uint8_t, 288> lengths{};
    std::fill(lengths.begin(), lengths.begin() + 144, std::uint8_t{8});
    std::fill(lengths.begin() + 144, lengths.begin() + 256, std::uint8_t{9});
    std::fill(lengths.begin() + 256, lengths.begin() + 280, std::uint8_t{7});
    std::fill(lengths.begin() + 280, lengths.end(), std::uint8_t{8});
    std::array<std::uint8_t, 30> distances{};
    distances.fill(5);
    inflate_codes(in, out, HuffmanCode(lengths.data(), lengths.size()),
                  HuffmanCode(distances.data(), distances.size()));
}

inline void inflate_dynamic(BitReader& in, Window& out) {
    static constexpr std::array<std::uint8_t, 19> order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                        11, 4,  12, 3, 13, 2, 14, 1, 15};
    const std::size_t literals = in.take(5) + 257, distances = in.take(5) + 1;
    const std::size_t codes = in.take(4) + 4;
    std::array<std::uint8_t, 19> code_lengths{};
    for (std::size_t i = 0; i < codes; ++i)
        code_lengths[order[i]] = static_cast<std::uint8_t>(in.take(3));
    const HuffmanCode code(code_lengths.data(), code_lengths.size());
    std::array<std::uint8_t, 320> lengths{};
    for (std::size_t i = 0; i < literals + distances;) {
        const std::uint32_t symbol = code.next(in);
        if (symbol < 16) {
            lengths[i++] = static_cast<std::uint8_t>(symbol);
            continue;
        }
        if (symbol == 16 && i == 0) throw ArchiveError("the gzip data is damaged");
        const std::uint8_t repeated = symbol == 16 ? lengths[i - 1] : std::uint8_t{0};
        const std::size_t times = symbol == 16   ? 3 + in.take(2)
                                  : symbol == 17 ? 3 + in.take(3)
                                                 : 11 + in.take(7);
        if (i + times > literals + distances) throw ArchiveError("the gzip data is damaged");
        for (std::size_t n = 0; n < times; ++n) lengths[i++] = repeated;
    }
    inflate_codes(in, out, HuffmanCode(lengths.data(), literals),
                  HuffmanCode(lengths.data() + literals, distances));
}

inline void inflate(BitReader& in, Window& out) {
    for (bool last = false; !last;) {
        last = in.take(1) != 0;
        switch (in.take(2)) {
            case 0: {
                in.align();
                const std::uint32_t length = in.take(16);
                if ((in.take(16) ^ length) != 0xFFFF)
                    throw ArchiveError("the gzip data is damaged");
                in.bytes(length, [&out](std::string_view piece) {
                    for (const char byte : piece) out.put(byte);
                });
                break;
            }
            case 1:
                inflate_fixed(in, out);
                break;
            case 2:
                inflate_dynamic(in, out);
                break;
            default:
                throw ArchiveError("the gzip data is damaged");
        }
    }
    out.flush();
}

inline void skip_gzip_header(BitReader& in) {
    enum Flag : std::uint32_t { header_crc = 2, extra = 4, name = 8, comment = 16 };
    if (in.take(16) != 0x8B1F || in.take(8) != 8) throw ArchiveError("it is no gzip data");
    const std::uint32_t flags = in.take(8);
    for (int i = 0; i < 6; ++i) in.take(8);
    if ((flags & extra) != 0) in.bytes(in.take(16), [](std::string_view) {});
    const auto skip_text = [&in] {
        while (in.take(8) != 0) {
        }
    };
    if ((flags & name) != 0) skip_text();
    if ((flags & comment) != 0) skip_text();
    if ((flags & header_crc) != 0) in.take(16);
}

}  // namespace detail

/// Unpacks all members of a gzip stream. `source` gives the next packed bytes, valid until its next
/// call, and none at the end; `sink` gets the unpacked ones, at most 32 KiB at a time. Errors:
/// ArchiveError, and what the two throw.
inline void gunzip(std::function<std::string_view()> source,
                   const std::function<void(std::string_view)>& sink) {
    detail::BitReader in(std::move(source));
    do {
        detail::skip_gzip_header(in);
        detail::Window window(sink);
        detail::inflate(in, window);
        in.align();
        std::uint32_t crc = in.take(16);
        crc |= in.take(16) << 16;
        std::uint32_t length = in.take(16);
        length |= in.take(16) << 16;
        window.check(crc, length);
    } while (!in.at_end());
}

}  // namespace neptune::core

#endif
