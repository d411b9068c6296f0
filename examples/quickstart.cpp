// Trains a classifier of handwritten digits and logs it: parameters, losses, messages, a summary.
// Then reads back what the server has. You will see the link of the run and a table.
//
// `quickstart [--once]` logs to a server inside this program, or to the one that NEPTUNE_API_TOKEN
// names.

#include <neptune/neptune.hpp>

#include "support/digits.hpp"
#include "support/local_server.hpp"

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Config {
    double learning_rate = 0;
    int epochs = 0;
};
NEPTUNE_DESCRIBE(Config, learning_rate, epochs)

std::string train(const std::vector<digits::Sample>& train_set,
                  const std::vector<digits::Sample>& test_set) {
    auto run = neptune::init_run({.name = "softmax", .tags = {"digits", "quickstart"}});
    run["params"] = {
        {"learning_rate", 0.05}, {"epochs", 30}, {"optimizer", {{"name", "sgd"}, {"batch", 1}}}};
    digits::Classifier model(0.05);
    for (int epoch = 0; epoch < 30; ++epoch) {
        const auto train = model.train(train_set);
        const auto test = model.evaluate(test_set);
        run["train"].append({{"loss", train.loss}, {"accuracy", train.accuracy}}, {.step = epoch});
        run["test"].append({{"loss", test.loss}, {"accuracy", test.accuracy}}, {.step = epoch});
        run["messages"].append("epoch " + std::to_string(epoch) + " done");
    }
    run["confusion/worst"] = model.worst_confusion(test_set);
    run.wait();
    const auto id = run["sys/id"].fetch<std::string>();
    run.stop();
    return id;
}

void read_back(const std::string& id) {
    const auto run = neptune::open_run({.with_id = id});
    const auto config = run["params"].fetch<Config>();
    const auto optimizer = run["params/optimizer/name"].fetch<std::string>();
    const auto accuracy = run["test/accuracy"].fetch_last<double>().value_or(0);
    const auto losses = run["train/loss"].fetch_values<double>();
    const auto message = run["messages"].fetch_last<std::string>().value_or("");
    const auto confusion = run["confusion/worst"].fetch<digits::Confusion>();

    std::printf("\nFetched back from %s\n", run.url().c_str());
    std::printf("  %-24s %g\n", "params/learning_rate", config.learning_rate);
    std::printf("  %-24s %d\n", "params/epochs", config.epochs);
    std::printf("  %-24s %s\n", "params/optimizer/name", optimizer.c_str());
    std::printf("  %-24s %zu points, %.4f ... %.4f\n", "train/loss", losses.size(),
                losses.front().value, losses.back().value);
    std::printf("  %-24s %.4f\n", "test/accuracy", accuracy);
    std::printf("  %-24s %s\n", "messages", message.c_str());
    std::printf("  %-24s %d taken for %d, %d times\n", "confusion/worst", confusion.digit,
                confusion.taken_for, confusion.times);

    if (config.learning_rate != 0.05 || config.epochs != 30 || losses.size() != 30)
        throw std::runtime_error("what was fetched is not what was logged");
    if (accuracy < 0.95) throw std::runtime_error("the classifier is worse than 95 %");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        auto samples = digits::load(NEPTUNE_EXAMPLES_DATA "/digits.csv");
        const std::vector<digits::Sample> test_set(samples.end() - 360, samples.end());
        samples.resize(samples.size() - test_set.size());

        LocalServer server("quickstart", "QS");
        read_back(train(samples, test_set));
        server.serve(argc, argv);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "quickstart: %s\n", error.what());
        return 1;
    }
}
