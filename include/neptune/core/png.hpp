#ifndef NEPTUNE_CORE_PNG_HPP
#define NEPTUNE_CORE_PNG_HPP

// Pixels into a PNG file (ISO 15948): 8 bits a channel; grey, RGB or RGBA.

#include <neptune/core/deflate.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace neptune::core {
namespace detail {

inline void append_png_chunk(std::string& out, const char* type, std::string_view data) {
    append_big_endian(out, static_cast<std::uint32_t>(data.size()));
    const std::size_t start = out.size();
    out.append(type, 4).append(data);
    append_big_endian(out, crc32(std::string_view(out).substr(start)));
}

/// Of left, above and above-left the one that is nearest to left + above - above-left.
[[nodiscard]] constexpr int paeth(int left, int above, int corner) {
    const auto distance = [guess = left + above - corner](int value) {
        return guess > value ? guess - value : value - guess;
    };
    if (distance(left) <= distance(above) && distance(left) <= distance(corner)) return left;
    return distance(above) <= distance(corner) ? above : corner;
}

/// One row behind the filter of that number; `above` is empty for the first row.
[[nodiscard]] inline std::string filtered_row(int filter, std::string_view row,
                                              std::string_view above, std::size_t channels) {
    const auto byte = [](std::string_view from, std::size_t i) {
        return from.empty() ? 0 : static_cast<int>(static_cast<unsigned char>(from[i]));
    };
    std::string result(1, static_cast<char>(filter));
    result.reserve(row.size() + 1);
    for (std::size_t i = 0; i < row.size(); ++i) {
        const int left = i < channels ? 0 : byte(row, i - channels);
        const int up = byte(above, i);
        const int corner = i < channels ? 0 : byte(above, i - channels);
        const std::array<int, 5> guess = {0, left, up, (left + up) / 2, paeth(left, up, corner)};
        result.push_back(static_cast<char>(byte(row, i) - guess[static_cast<std::size_t>(filter)]));
    }
    return result;
}

}  // namespace detail

/// Errors: std::invalid_argument for what is no image.
inline void check_png_shape(std::size_t height, std::size_t width, std::size_t channels) {
    constexpr std::size_t longest_side = 0x7FFF'FFFF;
    if (channels != 1 && channels != 3 && channels != 4)
        throw std::invalid_argument("an image has 1, 3 or 4 channels, not " +
                                    std::to_string(channels));
    if (height == 0 || width == 0 || height > longest_side || width > longest_side)
        throw std::invalid_argument("an image has sides of 1 to 2,147,483,647 pixels, not of " +
                                    std::to_string(height) + " x " + std::to_string(width));
}

/// `pixels`: rows from the top without gaps, `channels` bytes a pixel (1 grey, 3 RGB, 4 RGBA).
/// Errors: std::invalid_argument for another shape, one that does not fit `pixels`, or one without
/// pixels.
[[nodiscard]] inline std::string encode_png(std::string_view pixels, std::size_t height,
                                            std::size_t width, std::size_t channels) {
    check_png_shape(height, width, channels);
    if (pixels.size() / height != width * channels || pixels.size() % height != 0)
        throw std::invalid_argument("an image of " + std::to_string(height) + " x " +
                                    std::to_string(width) + " cannot be made of " +
                                    std::to_string(pixels.size()) + " bytes");
    std::string header;
    detail::append_big_endian(header, static_cast<std::uint32_t>(width));
    detail::append_big_endian(header, static_cast<std::uint32_t>(height));
    const char color = channels == 1 ? '\0' : channels == 3 ? '\2' : '\6';
    header.append({'\x08', color, '\0', '\0', '\0'});

    std::string filtered;
    filtered.reserve(pixels.size() + height);
    std::string_view above;
    for (std::size_t y = 0; y < height; ++y) {
        const auto row = pixels.substr(y * width * channels, width * channels);
        // The usual guess at what compresses best: the row whose bytes are nearest to zero.
        std::string best;
        std::size_t smallest = SIZE_MAX;
        for (const int filter : {0, 1, 2, 4}) {
            auto candidate = detail::filtered_row(filter, row, above, channels);
            std::size_t sum = 0;
            for (std::size_t i = 1; i < candidate.size(); ++i)
                sum += static_cast<std::size_t>(std::abs(static_cast<signed char>(candidate[i])));
            if (sum < smallest) {
                smallest = sum;
                best = std::move(candidate);
            }
        }
        filtered += best;
        above = row;
    }
    std::string result("\x89PNG\r\n\x1A\n", 8);
    detail::append_png_chunk(result, "IHDR", header);
    detail::append_png_chunk(result, "IDAT", zlib_compress(filtered));
    detail::append_png_chunk(result, "IEND", {});
    return result;
}

}  // namespace neptune::core

#endif
