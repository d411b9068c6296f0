#include <neptune/core/png.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

#include <neptune/core/image_type.hpp>

#include "support/catch.hpp"
#include "support/inflate.hpp"

using neptune::core::encode_png;

TEST_CASE("png: every pixel comes back, for all shapes", "[core]") {
    for (const std::size_t channels : {1U, 3U, 4U})
        for (const std::size_t height : {1U, 2U, 37U})
            for (const std::size_t width : {1U, 5U, 300U}) {
                std::string pixels;
                for (std::size_t i = 0; i < height * width * channels; ++i)
                    pixels.push_back(static_cast<char>(i * i / 7 + (i % channels) * 40));
                const auto file = encode_png(pixels, height, width, channels);
                const auto image = support::read_png(file);
                CHECK(image.height == height);
                CHECK(image.width == width);
                CHECK(image.channels == channels);
                CHECK(image.bytes == pixels);
                CHECK(neptune::core::image_type(file) == "png");
            }
}

TEST_CASE("png: a smooth image becomes small", "[core]") {
    std::string pixels;
    for (int y = 0; y < 256; ++y)
        for (int x = 0; x < 256; ++x) pixels.push_back(static_cast<char>((x + y) / 2));
    CHECK(encode_png(pixels, 256, 256, 1).size() < 3'000);
}

TEST_CASE("png: shapes that are no image are refused", "[core]") {
    CHECK_THROWS_AS(encode_png("12", 1, 1, 2), std::invalid_argument);
    CHECK_THROWS_AS(encode_png("", 0, 5, 1), std::invalid_argument);
    CHECK_THROWS_AS(encode_png("", 5, 0, 1), std::invalid_argument);
    CHECK_THROWS_AS(encode_png("12345", 2, 2, 1), std::invalid_argument);
    CHECK_THROWS_AS(encode_png("1234", SIZE_MAX / 2, 4, 4), std::invalid_argument);
}

TEST_CASE("image type: known by the first bytes", "[core]") {
    using namespace std::string_literals;
    using neptune::core::image_type;
    CHECK(image_type("\xFF\xD8\xFF\xE0"s) == "jpeg");
    CHECK(image_type("GIF89a..."s) == "gif");
    CHECK(image_type("RIFF\x10\0\0\0WEBPVP8 "s) == "webp");
    CHECK(image_type("BM"s + std::string(24, '\0')) == "bmp");
    CHECK(image_type("II*\0"s) == "tiff");
    CHECK(image_type("MM\0*"s) == "tiff");
    CHECK(image_type("P6\n2 2\n255\n"s) == "x-portable-pixmap");
    CHECK(image_type("P5 "s) == "x-portable-graymap");
    CHECK(image_type("P4\n"s) == "x-portable-bitmap");
    for (const auto& none : {""s, "BM"s, "PNG"s, "P7\n"s, "a text"s, "RIFF\x10\0\0\0WAVEfmt "s})
        CHECK(image_type(none).empty());
}

TEST_CASE("image type: a PNG whose header is broken is none", "[core]") {
    const auto good = encode_png("1", 1, 1, 1);
    auto no_width = good;
    no_width[19] = '\0';
    auto no_header = good;
    no_header[12] = 'X';
    for (const auto& broken : {good.substr(0, 8), good.substr(0, 32), no_width, no_header})
        CHECK(neptune::core::image_type(broken).empty());
}
