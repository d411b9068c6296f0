// The light door. Linked with support/test_server.cpp, which includes the heavy ones, and with the
// single headers it shows that all is inline, that both forms are the same code, and that two files
// may hold the engine.
#include <neptune/run.hpp>

double value_through_the_headers() {
    auto run = neptune::init_run({.mode = neptune::Mode::debug});
    run["params/lr"] = 0.01;
    const double value = run["params/lr"].fetch<double>();
    run.stop();
    return value;
}
