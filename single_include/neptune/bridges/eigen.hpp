#ifndef NEPTUNE_BRIDGES_EIGEN_HPP
#define NEPTUNE_BRIDGES_EIGEN_HPP

// Eigen -> images and series. Inert where Eigen is not installed.
//
//     run["weights"].append(neptune::image_of(weights));        // a FileSeries
//     run["spectrum"].extend(neptune::values_of(spectrum));     // a FloatSeries
//     run["rotation"] = neptune::stringify(rotation);           // a String, as Eigen prints it

#include <neptune/neptune.hpp>

#if __has_include(<Eigen/Core>)

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace neptune {
namespace detail {

/// The coefficients row by row, whatever their order in memory, and whether or not there is any:
/// expressions are evaluated.
template <class Sample, class Derived>
std::vector<Sample> rows_of(const Eigen::DenseBase<Derived>& expression) {
    const auto matrix = expression.derived().eval();
    std::vector<Sample> samples;
    samples.reserve(static_cast<std::size_t>(matrix.size()));
    for (Eigen::Index row = 0; row < matrix.rows(); ++row)
        for (Eigen::Index column = 0; column < matrix.cols(); ++column)
            samples.push_back(static_cast<Sample>(matrix.coeff(row, column)));
    return samples;
}

}  // namespace detail

/// All coefficients of a vector, matrix or array of real numbers, row by row.
template <class Derived>
[[nodiscard]] std::vector<double> values_of(const Eigen::DenseBase<Derived>& expression) {
    return detail::rows_of<double>(expression);
}

/// A grey image; row 0 is its top. Scaling: see AsImage. Errors: InvalidArgument without pixels.
template <class Derived>
[[nodiscard]] File image_of(const Eigen::DenseBase<Derived>& grey, const AsImage& options = {}) {
    using Scalar = typename Derived::Scalar;
    using Sample = std::conditional_t<std::is_same_v<Scalar, std::uint8_t>, std::uint8_t, double>;
    const auto pixels = detail::rows_of<Sample>(grey);
    return File::as_image(ImageView<Sample>(pixels.data(), static_cast<std::size_t>(grey.rows()),
                                            static_cast<std::size_t>(grey.cols())),
                          options);
}

/// A colour image of three planes of one size. Errors also: InvalidArgument if their sizes differ.
template <class Red, class Green, class Blue>
[[nodiscard]] File image_of(const Eigen::DenseBase<Red>& red, const Eigen::DenseBase<Green>& green,
                            const Eigen::DenseBase<Blue>& blue, const AsImage& options = {}) {
    if (red.rows() != green.rows() || red.rows() != blue.rows() || red.cols() != green.cols() ||
        red.cols() != blue.cols())
        throw InvalidArgument(ErrorCode::invalid_argument,
                              "the planes of an image have different sizes");
    const std::vector<double> planes[] = {values_of(red), values_of(green), values_of(blue)};
    std::vector<double> pixels;
    pixels.reserve(planes[0].size() * 3);
    for (std::size_t i = 0; i < planes[0].size(); ++i)
        for (const auto& plane : planes) pixels.push_back(plane[i]);
    return File::as_image(ImageView<double>(pixels.data(), static_cast<std::size_t>(red.rows()),
                                            static_cast<std::size_t>(red.cols()), 3),
                          options);
}

}  // namespace neptune

#endif

#endif
