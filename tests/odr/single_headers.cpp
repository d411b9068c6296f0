// Both single headers in one file, as a program may include them: their guards keep each header
// once.
#include "../../single_include/neptune/neptune.hpp"
#include "../../single_include/neptune/server.hpp"

double value_through_the_headers();

int main() {
    auto run = neptune::init_run({.mode = neptune::Mode::debug});
    run["params/lr"] = 0.01;
    const double value = run["params/lr"].fetch<double>();
    run.stop();
    return value == 0.01 && value_through_the_headers() == 0.01 ? 0 : 1;
}
