// Images of OpenCV as a series of images, its vectors as series of numbers.
#include <neptune/bridges/opencv.hpp>

void log_frame(neptune::Run& run, const cv::Mat& frame, double step) {
    run["frames"].append(neptune::image_of(frame), {.step = step});
    run["mean"].append({{"blue", cv::mean(frame)[0]}, {"red", cv::mean(frame)[2]}}, {.step = step});
}

int main() {
    auto run = neptune::init_run();
    log_frame(run, cv::Mat(48, 64, CV_8UC3, cv::Scalar(255, 128, 0)), 0);
    run["kernel"].extend(neptune::values_of(cv::Vec3d(0.25, 0.5, 0.25)));
    run["depth"].append(neptune::image_of(cv::Mat(48, 64, CV_16UC1, cv::Scalar(100))));
}
