#include <neptune/client/image.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <neptune/client/file.hpp>
#include <neptune/core/image_type.hpp>

#include "support/catch.hpp"
#include "support/inflate.hpp"

using Catch::Matchers::ContainsSubstring;
using neptune::ChannelOrder;
using neptune::File;
using neptune::ImageView;

namespace {

support::Pixels decoded(const File& file) {
    REQUIRE(file.extension() == "png");
    REQUIRE(neptune::core::image_type(file.content()) == "png");
    return support::read_png(file.content());
}

std::string bytes(std::initializer_list<int> values) {
    std::string result;
    for (const int value : values) result.push_back(static_cast<char>(value));
    return result;
}

// As cv::Mat is: the type of the samples is told by depth(), rows may have gaps.
struct Mat {
    int rows, cols, channel_count, depth_code;
    const unsigned char* data;
    std::size_t step;
    [[nodiscard]] int channels() const { return channel_count; }
    [[nodiscard]] int depth() const { return depth_code; }
};

struct FloatImage {
    int rows = 1, cols = 2;
    std::vector<float> values = {0.0F, 1.0F};
    [[nodiscard]] int channels() const { return 1; }
    [[nodiscard]] const float* data() const { return values.data(); }
};

}  // namespace

TEST_CASE("image: bytes stay as they are, for 1, 3 and 4 channels", "[client]") {
    for (const std::size_t channels : {1U, 3U, 4U}) {
        std::vector<std::uint8_t> pixels(4 * 5 * channels);
        for (std::size_t i = 0; i < pixels.size(); ++i)
            pixels[i] = static_cast<std::uint8_t>(i * 3);
        const auto image = decoded(File::as_image(ImageView{pixels.data(), 4, 5, channels}));
        CHECK(image.height == 4);
        CHECK(image.width == 5);
        CHECK(image.channels == channels);
        CHECK(image.bytes == std::string(pixels.begin(), pixels.end()));
    }
}

TEST_CASE("image: values from 0 to 1 are scaled, of every sample type", "[client]") {
    const std::vector<float> floats = {0.0F, 0.5F, 1.0F, 0.999F};
    CHECK(decoded(File::as_image(ImageView{floats.data(), 2, 2})).bytes ==
          bytes({0, 127, 255, 254}));
    const std::vector<double> doubles = {0.0, 0.25, 1.0};
    CHECK(decoded(File::as_image(ImageView{doubles.data(), 1, 3})).bytes == bytes({0, 63, 255}));
    const std::vector<std::uint8_t> mask = {0, 1, 1};
    CHECK(decoded(File::as_image(ImageView{mask.data(), 1, 3})).bytes == bytes({0, 255, 255}));
    CHECK(decoded(File::as_image(ImageView{mask.data(), 1, 3}, {.autoscale = false})).bytes ==
          bytes({0, 1, 1}));
}

TEST_CASE("image: values up to 255 stay, others stay within and are told", "[client]") {
    const std::vector<double> good = {0, 1.5, 255};
    const auto file = File::as_image(ImageView{good.data(), 1, 3});
    CHECK(decoded(file).bytes == bytes({0, 1, 255}));
    CHECK(file.remark().empty());

    const std::vector<double> wild = {-1, 300, 7.9, std::numeric_limits<double>::quiet_NaN()};
    const auto told = File::as_image(ImageView{wild.data(), 2, 2});
    CHECK(decoded(told).bytes == bytes({0, 255, 7, 0}));
    CHECK_THAT(told.remark(), ContainsSubstring("between -1"));
    CHECK_THAT(told.remark(), ContainsSubstring("not finite"));
    CHECK(File::as_image(ImageView{wild.data(), 2, 2}, {.autoscale = false}).remark().empty());
}

TEST_CASE("image: rows may have gaps", "[client]") {
    const std::vector<std::uint8_t> pixels = {10, 20, 99, 30, 40, 99};
    CHECK(decoded(File::as_image(ImageView{pixels.data(), 2, 2, 1, 3})).bytes ==
          bytes({10, 20, 30, 40}));
}

TEST_CASE("image: images of other libraries, blue first or red first", "[client]") {
    const std::vector<unsigned char> pixels = {1, 2, 3, 0, 4, 5, 6, 0};
    const Mat mat{2, 1, 3, 0, pixels.data(), 4};
    CHECK(decoded(File::as_image(mat, ChannelOrder::bgr)).bytes == bytes({3, 2, 1, 6, 5, 4}));
    CHECK(decoded(File::as_image(mat, ChannelOrder::rgb)).bytes == bytes({1, 2, 3, 4, 5, 6}));
    const std::vector<double> doubles = {0.0, 1.0};
    const Mat depth{1, 2, 1, 6, reinterpret_cast<const unsigned char*>(doubles.data()), 16};
    CHECK(decoded(File::as_image(depth, ChannelOrder::bgr)).bytes == bytes({0, 255}));
    CHECK(decoded(File::as_image(FloatImage{}, ChannelOrder::rgb)).bytes == bytes({0, 255}));
    const Mat shorts{1, 1, 1, 2, pixels.data(), 2};
    CHECK_THROWS_AS(File::as_image(shorts, ChannelOrder::bgr), neptune::InvalidArgument);
}

TEST_CASE("image: other shapes are refused", "[client]") {
    const std::vector<float> values(16);
    CHECK_THROWS_AS(File::as_image(ImageView{values.data(), 2, 2, 2}), neptune::InvalidArgument);
    CHECK_THROWS_AS(File::as_image(ImageView{values.data(), 2, 2, 5}), neptune::InvalidArgument);
    CHECK_THROWS_AS(File::as_image(ImageView{values.data(), 0, 2}), neptune::InvalidArgument);
    CHECK_THROWS_AS(File::as_image(ImageView<float>{nullptr, 2, 2}), neptune::InvalidArgument);
}
