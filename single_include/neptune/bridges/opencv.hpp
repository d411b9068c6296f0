#ifndef NEPTUNE_BRIDGES_OPENCV_HPP
#define NEPTUNE_BRIDGES_OPENCV_HPP

// OpenCV -> images and series. Inert where OpenCV is not installed.
//
//     run["samples"].append(neptune::image_of(frame));          // a FileSeries; BGR as OpenCV has
//     it run["histogram"].extend(neptune::values_of(histogram));   // a FloatSeries

#include <neptune/neptune.hpp>

#if __has_include(<opencv2/core.hpp>)

#include <opencv2/core.hpp>

#include <vector>

namespace neptune {

/// An image of 1, 3 or 4 channels of any depth; sub-images too. Scaling: see AsImage. Errors:
/// InvalidArgument without pixels or with another number of channels.
[[nodiscard]] inline File image_of(const cv::Mat& image, ChannelOrder order = ChannelOrder::bgr,
                                   const AsImage& options = {}) {
    const int depth = image.depth();
    if (depth == CV_8U || depth == CV_32F || depth == CV_64F)
        return File::as_image(image, order, options);
    cv::Mat converted;
    image.convertTo(converted, CV_64F);
    return File::as_image(converted, order, options);
}

/// All numbers of a matrix, row by row, the channels of an element side by side.
[[nodiscard]] inline std::vector<double> values_of(const cv::Mat& matrix) {
    cv::Mat flat;
    matrix.convertTo(flat, CV_64F);
    if (!flat.isContinuous()) flat = flat.clone();
    const auto* begin = flat.ptr<double>();
    return flat.empty()
               ? std::vector<double>()
               : std::vector<double>(
                     begin, begin + flat.total() * static_cast<std::size_t>(flat.channels()));
}
/// The components of a short vector or a cv::Scalar.
template <class T, int n>
[[nodiscard]] std::vector<double> values_of(const cv::Vec<T, n>& vector) {
    return std::vector<double>(vector.val, vector.val + n);
}

}  // namespace neptune

#endif

#endif
