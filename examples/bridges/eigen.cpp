// Matrices of Eigen as images, vectors as series, small ones as text.
#include <neptune/bridges/eigen.hpp>

#include <Eigen/Dense>

int main() {
    auto run = neptune::init_run();
    const Eigen::MatrixXf weights = Eigen::MatrixXf::Identity(8, 8) * 0.5F;
    run["weights"].append(neptune::image_of(weights), {.step = 0, .name = "first layer"});
    run["weights"].append(neptune::image_of(weights.transpose() * 2), {.step = 1});
    run["spectrum"].extend(neptune::values_of(Eigen::VectorXd::LinSpaced(5, 0, 1)));
    run["rotation"] = neptune::stringify(Eigen::Matrix2i::Identity());
    run.wait();

    const auto spectrum = run["spectrum"].fetch_values<double>();
    const bool good = spectrum.size() == 5 && spectrum[1].value == 0.25 &&
                      run["rotation"].fetch<std::string>() == "1 0\n0 1";
    return good ? 0 : 1;
}
