// One of two files that include every door; the other one takes the single headers. Linked together
// they show that all is inline, that both forms are the same code, and that two files may hold the
// engine.
#include <neptune/neptune.hpp>
#include <neptune/run.hpp>
#include <neptune/server.hpp>

double value_through_the_headers() {
    auto run = neptune::init_run({.mode = neptune::Mode::debug});
    run["params/lr"] = 0.01;
    const double value = run["params/lr"].fetch<double>();
    run.stop();
    return value;
}
