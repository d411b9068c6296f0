// What a program prints through spdlog, as a string series of its run.
#include <neptune/bridges/spdlog.hpp>

#include <spdlog/spdlog.h>

#include <memory>

int main() {
    auto run = neptune::init_run();
    const auto sink = std::make_shared<neptune::SpdlogSinkMt>(run["monitoring/log"]);
    spdlog::default_logger()->sinks().push_back(sink);

    spdlog::info("training on {} images", 1797);
    spdlog::warn("loss went up to {:.2f}", 0.37);
    run.wait();

    const auto points = run["monitoring/log"].fetch_values<std::string>();
    const bool good = points.size() == 2 && points[0].value == "[info] training on 1797 images" &&
                      points[1].value == "[warning] loss went up to 0.37";
    run.stop();
    spdlog::info("a logger may outlive its run");
    return good ? 0 : 1;
}
