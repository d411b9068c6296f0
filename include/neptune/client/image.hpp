#ifndef NEPTUNE_CLIENT_IMAGE_HPP
#define NEPTUNE_CLIENT_IMAGE_HPP

// Arrays of numbers as images: `File::as_image(ImageView{data, height, width, 3})`.

#include <neptune/core/error.hpp>
#include <neptune/core/number.hpp>
#include <neptune/core/png.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace neptune {

/// Which colour a pixel begins with. OpenCV's images are `bgr`.
enum class ChannelOrder { rgb, bgr };

/// Options of `File::as_image`. `autoscale`: values from 0 to 1 are times 255, values up to 255
/// stay; others are told and stay too. Values outside of 0 … 255 become the nearest bound, NaN 0;
/// fractions are cut off.
struct AsImage {
    bool autoscale = true;
};

template <class T>
concept ImageSample =
    std::same_as<T, std::uint8_t> || std::same_as<T, float> || std::same_as<T, double>;

/// Pixels in memory, rows from the top, the channels of a pixel side by side: 1 grey, 3 RGB, 4
/// RGBA. Units: `row_stride` is the bytes from one row to the next, 0 for rows without a gap.
/// Lifetime: the data outlive it.
template <ImageSample T>
struct ImageView {
    constexpr ImageView(const T* data_, std::size_t height_, std::size_t width_,
                        std::size_t channels_ = 1, std::size_t row_stride_ = 0)
        : data(data_),
          height(height_),
          width(width_),
          channels(channels_),
          row_stride(row_stride_) {}
    const T* data;
    std::size_t height, width, channels, row_stride;
};

namespace detail {

template <class T>
concept HasPixelFunction = requires(const T& image) {
    { image.data() } -> std::convertible_to<const void*>;
};
template <class T>
concept HasDepth = requires(const T& image) {
    image.depth();
};
template <class T>
concept HasPixelMember = requires(const T& image) {
    { image.data } -> std::convertible_to<const void*>;
};

}  // namespace detail

/// Images of other libraries, such as cv::Mat: `rows`, `cols`, `channels()`, and the pixels as
/// `data` or `data()`. `step`, where it is, holds the bytes of a row; `depth()`, where it is, one
/// of OpenCV's CV_8U, CV_32F and CV_64F.
template <class T>
concept ImageLike = requires(const T& image) {
    static_cast<std::size_t>(image.rows);
    static_cast<std::size_t>(image.cols);
    static_cast<std::size_t>(image.channels());
}
&&(detail::HasPixelFunction<T> || detail::HasPixelMember<T>);

namespace detail {

/// Any image. `sample_bytes`: 1 for std::uint8_t, 4 for float, 8 for double.
struct AnyImage {
    const void* data = nullptr;
    std::size_t sample_bytes = 1, height = 0, width = 0, channels = 1, row_stride = 0;
    ChannelOrder order = ChannelOrder::rgb;
};

template <ImageSample T>
AnyImage any_image(const ImageView<T>& view) {
    return {view.data,     sizeof(T),       view.height,      view.width,
            view.channels, view.row_stride, ChannelOrder::rgb};
}

template <ImageLike T>
AnyImage any_image(const T& image, ChannelOrder order) {
    AnyImage result;
    result.height = static_cast<std::size_t>(image.rows);
    result.width = static_cast<std::size_t>(image.cols);
    result.channels = static_cast<std::size_t>(image.channels());
    result.order = order;
    const auto take = [&result](const auto* pixels) {
        using Sample = std::remove_cv_t<std::remove_pointer_t<decltype(pixels)>>;
        result.data = pixels;
        if constexpr (ImageSample<Sample>)
            result.sample_bytes = sizeof(Sample);
        else
            // Depends on the samples' type too, or clang looks at it whatever that is.
            static_assert(HasDepth<T> && !std::is_same_v<Sample, T>,
                          "neptune: pixels are std::uint8_t, float or double");
    };
    if constexpr (HasPixelFunction<T>)
        take(image.data());
    else
        take(image.data);
    if constexpr (requires { static_cast<std::size_t>(image.step); })
        result.row_stride = static_cast<std::size_t>(image.step);
    if constexpr (requires { image.depth(); }) {
        // CV_8U, CV_32F, CV_64F.
        const int depth = static_cast<int>(image.depth());
        if (depth != 0 && depth != 5 && depth != 6)
            throw InvalidArgument(
                ErrorCode::invalid_argument,
                "an image of OpenCV's depth " + std::to_string(depth) + " cannot be stored",
                "convert it to CV_8U, CV_32F or CV_64F");
        result.sample_bytes = depth == 0 ? 1 : depth == 5 ? sizeof(float) : sizeof(double);
    }
    return result;
}

struct EncodedImage {
    std::string png;
    std::string remark;
};

/// Walks over all samples, row by row.
template <class Function>
void for_each_sample(const AnyImage& image, Function function) {
    const std::size_t samples = image.width * image.channels;
    const std::size_t stride =
        image.row_stride != 0 ? image.row_stride : samples * image.sample_bytes;
    const char* row = static_cast<const char*>(image.data);
    for (std::size_t y = 0; y < image.height; ++y, row += stride)
        for (std::size_t x = 0; x < samples; ++x) {
            const char* at = row + x * image.sample_bytes;
            if (image.sample_bytes == sizeof(float)) {
                float value = 0;
                std::memcpy(&value, at, sizeof value);
                function(static_cast<double>(value));
            } else if (image.sample_bytes == sizeof(double)) {
                double value = 0;
                std::memcpy(&value, at, sizeof value);
                function(value);
            } else {
                function(static_cast<double>(static_cast<unsigned char>(*at)));
            }
        }
}

/// Errors: InvalidArgument for a shape that is no image.
inline EncodedImage encode_image(const AnyImage& image, const AsImage& options) {
    // Before the samples are looked at: with a wrong shape they end somewhere else.
    try {
        core::check_png_shape(image.height, image.width, image.channels);
    } catch (const std::invalid_argument& error) {
        throw InvalidArgument(ErrorCode::invalid_argument, error.what(),
                              "shapes are height x width with 1 (grey), 3 (RGB) or 4 (RGBA) "
                              "channels");
    }
    if (image.data == nullptr)
        throw InvalidArgument(ErrorCode::invalid_argument, "an image without pixels",
                              "give the data");
    double low = 255, high = 0;
    bool finite = true;
    if (options.autoscale)
        for_each_sample(image, [&](double value) {
            if (!core::is_finite(value)) {
                finite = false;
                return;
            }
            if (value < low) low = value;
            if (value > high) high = value;
        });
    EncodedImage result;
    const double scale = options.autoscale && low >= 0 && high <= 1 ? 255 : 1;
    if (options.autoscale && (low < 0 || high > 255 || !finite))
        result.remark = "the values of an image lie between " + std::to_string(low) + " and " +
                        std::to_string(high) + (finite ? "" : " or are not finite") +
                        " and were not scaled: they should be in 0 ... 1 or 0 ... 255";
    std::string pixels;
    pixels.reserve(image.height * image.width * image.channels);
    for_each_sample(image, [&](double value) {
        const double scaled = value * scale;
        // NaN must be looked for by its bits, since programs are compiled with -ffast-math.
        const bool number = core::is_finite(value);
        const double kept = !number || scaled <= 0 ? 0.0 : scaled >= 255 ? 255.0 : scaled;
        pixels.push_back(static_cast<char>(static_cast<unsigned char>(kept)));
    });
    if (image.order == ChannelOrder::bgr && image.channels >= 3)
        for (std::size_t i = 0; i + 2 < pixels.size(); i += image.channels)
            std::swap(pixels[i], pixels[i + 2]);
    result.png = core::encode_png(pixels, image.height, image.width, image.channels);
    return result;
}

}  // namespace detail
}  // namespace neptune

#endif
