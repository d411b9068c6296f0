// Training code includes the light door.
#include <neptune/run.hpp>

int main() {
    auto run = neptune::init_run({.mode = neptune::Mode::debug});
    run["params/lr"] = 0.01;
    if (run["params/lr"].fetch<double>() != 0.01) return 1;
    run.stop();
}
