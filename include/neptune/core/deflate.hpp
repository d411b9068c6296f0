#ifndef NEPTUNE_CORE_DEFLATE_HPP
#define NEPTUNE_CORE_DEFLATE_HPP

// A small compressor for PNG images and tar archives, so that neither needs a library: LZ77 over a
// window of 32 KiB, codes of fixed length (RFC 1951, block types 0 and 1). On text it makes about
// a tenth more than zlib's fastest level.

#include <neptune/core/crc32.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::core {
namespace detail {

// Without <algorithm>, which is a sixth of what the light door may cost.
[[nodiscard]] constexpr std::size_t smaller(std::size_t a, std::size_t b) {
    return a < b ? a : b;
}

/// Bits into bytes, the lowest bit first.
class BitWriter {
public:
    void put(std::uint32_t value, int bits) {
        pending_ |= static_cast<std::uint64_t>(value) << count_;
        for (count_ += bits; count_ >= 8; count_ -= 8, pending_ >>= 8)
            bytes.push_back(static_cast<char>(pending_ & 0xFFU));
    }
    /// Huffman codes go in with their highest bit first.
    void put_reversed(std::uint32_t code, int bits) {
        std::uint32_t reversed = 0;
        for (int i = 0; i < bits; ++i) reversed |= ((code >> i) & 1U) << (bits - 1 - i);
        put(reversed, bits);
    }
    /// How far it is; `back_to` forgets what came later.
    struct Mark {
        std::size_t bytes;
        std::uint64_t pending;
        int count;
    };
    [[nodiscard]] Mark mark() const { return {bytes.size(), pending_, count_}; }
    void back_to(const Mark& mark) {
        bytes.resize(mark.bytes);
        pending_ = mark.pending;
        count_ = mark.count;
    }
    void fill_byte() {
        if (count_ > 0) put(0, 8 - count_);
    }
    std::string bytes;

private:
    std::uint64_t pending_ = 0;
    int count_ = 0;
};

/// Where the longest match for a place is likely to begin: places with the same three bytes,
/// newest first.
class MatchFinder {
public:
    struct Match {
        std::size_t length = 0, distance = 0;
    };
    static constexpr std::size_t shortest = 3, longest = 258, window = 32'768;

    explicit MatchFinder(std::string_view data) : data_(data), newest_(buckets, none) {
        before_.resize(smaller(data.size(), window), none);
    }

    [[nodiscard]] Match find(std::size_t at, std::size_t end) const {
        constexpr int tries = 32;
        Match best;
        if (end - at < shortest) return best;
        const std::size_t most = smaller(end - at, longest);
        auto candidate = newest_[bucket(at)];
        for (int i = 0; i < tries && candidate != none && at - candidate <= window; ++i) {
            std::size_t length = 0;
            while (length < most && data_[candidate + length] == data_[at + length]) ++length;
            if (length > best.length) best = {length, at - candidate};
            if (length == most) break;
            const auto next = before_[candidate % window];
            if (next == none || next >= candidate) break;  // its place was reused
            candidate = next;
        }
        return best.length >= shortest ? best : Match{};
    }
    void add(std::size_t at) {
        if (data_.size() - at < shortest) return;
        auto& newest = newest_[bucket(at)];
        before_[at % window] = newest;
        newest = at;
    }

private:
    static constexpr std::size_t none = SIZE_MAX, buckets = std::size_t{1} << 15;

    [[nodiscard]] std::size_t bucket(std::size_t at) const {
        const auto byte = [&](std::size_t i) {
            return static_cast<std::uint32_t>(static_cast<unsigned char>(data_[at + i]));
        };
        return ((byte(0) << 16U | byte(1) << 8U | byte(2)) * 2'654'435'761U) >> 17U;
    }

    std::string_view data_;
    std::vector<std::size_t> newest_, before_;
};

/// Code of a length or a distance: its number, its smallest value, and how many bits more follow.
struct RangeCode {
    std::uint32_t number, base;
    int extra_bits;
};

/// `per_octave`: codes for each number of extra bits, 4 for lengths and 2 for distances.
[[nodiscard]] constexpr RangeCode range_code(std::uint32_t offset, std::uint32_t per_octave) {
    std::uint32_t number = 0, base = 0;
    for (int extra = 0;; ++extra) {
        const std::uint32_t codes = extra == 0 ? 2 * per_octave : per_octave;
        const std::uint32_t span = codes << extra;
        if (offset - base < span) {
            const std::uint32_t step = (offset - base) >> extra;
            return {number + step, base + (step << extra), extra};
        }
        number += codes;
        base += span;
    }
}

inline void put_literal(BitWriter& out, std::uint32_t symbol) {
    if (symbol < 144)
        out.put_reversed(0x30 + symbol, 8);
    else if (symbol < 256)
        out.put_reversed(0x190 + symbol - 144, 9);
    else if (symbol < 280)
        out.put_reversed(symbol - 256, 7);
    else
        out.put_reversed(0xC0 + symbol - 280, 8);
}

inline void put_match(BitWriter& out, MatchFinder::Match match) {
    if (match.length == MatchFinder::longest) {
        put_literal(out, 285);
    } else {
        const auto offset = static_cast<std::uint32_t>(match.length - MatchFinder::shortest);
        const auto length = range_code(offset, 4);
        put_literal(out, 257 + length.number);
        out.put(offset - length.base, length.extra_bits);
    }
    const auto offset = static_cast<std::uint32_t>(match.distance - 1);
    const auto distance = range_code(offset, 2);
    out.put_reversed(distance.number, 5);
    out.put(offset - distance.base, distance.extra_bits);
}

inline void append_big_endian(std::string& out, std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0})
        out.push_back(static_cast<char>((value >> shift) & 0xFFU));
}
inline void append_little_endian(std::string& out, std::uint32_t value) {
    for (const int shift : {0, 8, 16, 24})
        out.push_back(static_cast<char>((value >> shift) & 0xFFU));
}

}  // namespace detail

/// The data as a raw deflate stream (RFC 1951); never more than 5 bytes in 64 KiB larger.
[[nodiscard]] inline std::string deflate(std::string_view data) {
    constexpr std::size_t block = 65'535;  // the largest that can be stored as it is
    detail::BitWriter out;
    detail::MatchFinder finder(data);
    std::size_t begin = 0;
    do {
        const std::size_t end = detail::smaller(begin + block, data.size());
        const bool last = end == data.size();
        const auto start = out.mark();
        out.put(last ? 1 : 0, 1);
        out.put(1, 2);
        for (std::size_t at = begin; at < end;) {
            const auto match = finder.find(at, end);
            if (match.length == 0)
                detail::put_literal(out, static_cast<unsigned char>(data[at]));
            else
                detail::put_match(out, match);
            const std::size_t next = at + (match.length == 0 ? 1 : match.length);
            while (at < next) finder.add(at++);
        }
        detail::put_literal(out, 256);
        if (out.bytes.size() > start.bytes + (end - begin) + 4) {
            out.back_to(start);
            const auto length = static_cast<std::uint32_t>(end - begin);
            out.put(last ? 1 : 0, 1);
            out.put(0, 2);
            out.fill_byte();
            out.put(length, 16);
            out.put(length ^ 0xFFFFU, 16);
            out.bytes.append(data.substr(begin, length));
        }
        begin = end;
    } while (begin < data.size());
    out.fill_byte();
    return std::move(out.bytes);
}

/// The data in the zlib format (RFC 1950), as PNG holds it.
[[nodiscard]] inline std::string zlib_compress(std::string_view data) {
    std::string result("\x78\x01", 2);
    result += deflate(data);
    detail::append_big_endian(result, adler32(data));
    return result;
}

/// The data as a gzip file (RFC 1952) without name and time.
[[nodiscard]] inline std::string gzip_compress(std::string_view data) {
    std::string result("\x1F\x8B\x08\0\0\0\0\0\0\xFF", 10);
    result += deflate(data);
    detail::append_little_endian(result, crc32(data));
    detail::append_little_endian(result, static_cast<std::uint32_t>(data.size()));
    return result;
}

}  // namespace neptune::core

#endif
