// A hyper-parameter sweep that looks into its own table to choose the next trial: it starts with a
// few random learning rates and then tries ever closer around the best run so far. You will see
// every trial and the best three. Project and token come from the environment, see
// support/local_server.hpp.

#include <neptune/run.hpp>

#include "support/local_server.hpp"

#include <cmath>
#include <cstdio>
#include <exception>
#include <random>
#include <string>

namespace {

/// Stands for a training: the loss is lowest at a learning rate of 0.003.
double train(const neptune::Run& run, double learning_rate) {
    const double distance = std::log10(learning_rate / 0.003);
    double loss = 0;
    for (int epoch = 1; epoch <= 5; ++epoch) {
        loss = distance * distance + 1.0 / epoch;
        run["train/loss"].append(loss);
    }
    return loss;
}

void sweep(const neptune::Project& project, const std::string& name) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> anywhere(-5, 0);  // powers of ten
    for (int trial = 0; trial < 12; ++trial) {
        double learning_rate = std::pow(10, anywhere(random));
        // From the fifth trial on: near the best one, whichever process it ran in.
        if (trial >= 4) {
            for (const auto& best : project.fetch_runs_table({.tag = {name},
                                    .columns = {{"params/learning_rate"}},
                                    .limit = 1,
                                    .sort_by = "result/loss",
                                    .ascending = true})) {
                std::normal_distribution<double> near(0, 1.0 / trial);
                learning_rate =
                    best.get<double>("params/learning_rate") * std::pow(10, near(random));
            }
        }
        const auto run = neptune::init_run({.tags = {name}});
        run["params/learning_rate"] = learning_rate;
        run["result/loss"] = train(run, learning_rate);
        std::printf("trial %2d: learning rate %.5f\n", trial + 1, learning_rate);
    }
}

void show_best(const neptune::Project& project, const std::string& name) {
    std::printf("\nthe best three:\n");
    for (const auto& row :
         project.fetch_runs_table({.query = "last(`train/loss`:floatSeries) < 1 "
                                            "AND `sys/tags`:stringSet CONTAINS \"" +
                                            name + "\"",
         .limit = 3,
         .sort_by = "result/loss",
         .ascending = true}))
        std::printf("%s: loss %.4f at learning rate %.5f\n", row.get<std::string>("sys/id").c_str(),
                    row.get<double>("result/loss"), row.get<double>("params/learning_rate"));
}

}  // namespace

int main(int argc, char** argv) {
    try {
        LocalServer server("sweeps", "SWE");
        const auto project = neptune::init_project();
        const auto name = "sweep-" + std::to_string(std::random_device()() % 10000);
        sweep(project, name);
        show_best(project, name);
        server.serve(argc, argv);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "sweep: %s\n", error.what());
        return 1;
    }
}
