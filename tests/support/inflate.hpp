#ifndef NEPTUNE_TESTS_SUPPORT_INFLATE_HPP
#define NEPTUNE_TESTS_SUPPORT_INFLATE_HPP

// Unpacks raw deflate data, and reads PNG images, written for the tests alone: what the library
// packs is checked by code that shares nothing with it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace support {

/// Blocks of type 0 and 1, which are all that the library writes.
inline std::string inflate(std::string_view data) {
    std::size_t bit = 0;
    const auto take = [&](int count) {
        std::uint32_t value = 0;
        for (int i = 0; i < count; ++i, ++bit) {
            if (bit / 8 >= data.size()) throw std::runtime_error("deflate data cut short");
            value |= ((static_cast<unsigned char>(data[bit / 8]) >> (bit % 8)) & 1U) << i;
        }
        return value;
    };
    const auto symbol = [&] {
        std::uint32_t code = 0;
        for (int i = 0; i < 7; ++i) code = code << 1 | take(1);
        if (code <= 0x17) return 256 + code;
        code = code << 1 | take(1);
        if (code >= 0x30 && code <= 0xBF) return code - 0x30;
        if (code >= 0xC0 && code <= 0xC7) return 280 + code - 0xC0;
        code = code << 1 | take(1);
        return 144 + code - 0x190;
    };
    static constexpr std::array<int, 29> length_base = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                                        15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                                        67, 83, 99, 115, 131, 163, 195, 227, 258};
    static constexpr std::array<int, 29> length_bits = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                        2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
    static constexpr std::array<int, 30> distance_base = {
        1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
        193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
    std::string out;
    for (bool last = false; !last;) {
        last = take(1) == 1;
        const auto type = take(2);
        if (type == 0) {
            bit = (bit + 7) / 8 * 8;
            const auto length = take(16);
            if ((length ^ 0xFFFFU) != take(16)) throw std::runtime_error("damaged stored block");
            for (std::uint32_t i = 0; i < length; ++i) out.push_back(static_cast<char>(take(8)));
            continue;
        }
        if (type != 1) throw std::runtime_error("unexpected block");
        for (auto code = symbol(); code != 256; code = symbol()) {
            if (code < 256) {
                out.push_back(static_cast<char>(code));
                continue;
            }
            const auto length = static_cast<std::size_t>(length_base.at(code - 257)) +
                                take(length_bits.at(code - 257));
            std::uint32_t number = 0;
            for (int i = 0; i < 5; ++i) number = number << 1 | take(1);
            const auto distance = static_cast<std::size_t>(distance_base.at(number)) +
                                  take(number < 2 ? 0 : static_cast<int>(number) / 2 - 1);
            if (distance > out.size()) throw std::runtime_error("match before the beginning");
            for (std::size_t i = 0; i < length; ++i) out.push_back(out[out.size() - distance]);
        }
    }
    if ((bit + 7) / 8 != data.size()) throw std::runtime_error("bytes behind the end");
    return out;
}

struct Pixels {
    std::size_t height = 0, width = 0, channels = 0;
    std::string bytes;
};

/// An image of 8 bits a channel, without interlacing.
inline Pixels read_png(std::string_view file) {
    const auto number = [&](std::size_t at) {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; ++i)
            value = value << 8 | static_cast<unsigned char>(file.at(at + i));
        return value;
    };
    if (file.substr(0, 8) != std::string_view("\x89PNG\r\n\x1A\n", 8))
        throw std::runtime_error("no PNG");
    Pixels image;
    std::string packed;
    for (std::size_t at = 8; at < file.size(); at += 12 + number(at)) {
        const auto type = file.substr(at + 4, 4);
        if (type == "IHDR") {
            image.width = number(at + 8);
            image.height = number(at + 12);
            const char color = file.at(at + 17);
            image.channels = color == 0 ? 1 : color == 2 ? 3 : color == 6 ? 4 : 0;
        } else if (type == "IDAT") {
            packed += file.substr(at + 8, number(at));
        }
    }
    const auto rows = inflate(packed.substr(2, packed.size() - 6));
    const std::size_t stride = image.width * image.channels;
    if (rows.size() != image.height * (stride + 1)) throw std::runtime_error("wrong length");
    const auto at = [&](std::size_t y, std::size_t x) {
        return static_cast<int>(static_cast<unsigned char>(image.bytes[y * stride + x]));
    };
    for (std::size_t y = 0; y < image.height; ++y) {
        for (std::size_t x = 0; x < stride; ++x) {
            const int left = x < image.channels ? 0 : at(y, x - image.channels);
            const int above = y == 0 ? 0 : at(y - 1, x);
            const int corner = x < image.channels || y == 0 ? 0 : at(y - 1, x - image.channels);
            const int p = left + above - corner;
            const int a = std::abs(p - left), b = std::abs(p - above), c = std::abs(p - corner);
            int guess = 0;
            switch (rows[y * (stride + 1)]) {
                case 0:
                    break;
                case 1:
                    guess = left;
                    break;
                case 2:
                    guess = above;
                    break;
                case 3:
                    guess = (left + above) / 2;
                    break;
                case 4:
                    guess = a <= b && a <= c ? left : b <= c ? above : corner;
                    break;
                default:
                    throw std::runtime_error("unknown filter");
            }
            image.bytes.push_back(static_cast<char>(rows[y * (stride + 1) + 1 + x] + guess));
        }
    }
    return image;
}

}  // namespace support

#endif  // NEPTUNE_TESTS_SUPPORT_INFLATE_HPP
