// Trains a classifier of handwritten digits and logs it: parameters, losses, messages, a summary. Then reads back what the
// server has. You will see the link of the run and a table.
//
//     quickstart [--once]     logs to a server inside this program, or to the one that NEPTUNE_API_TOKEN names

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
    double learning_rate = 0.05;
    int epochs = 30;
    std::string optimizer = "sgd";
};
NEPTUNE_DESCRIBE(Config, learning_rate, epochs, optimizer)

std::string train(const std::string& project, const std::string& token, const std::vector<digits::Sample>& train_set,
                  const std::vector<digits::Sample>& test_set) {
    auto run = neptune::init_run({.project = project, .api_token = token, .name = "softmax", .tags = {"digits", "quickstart"}});
    Config config;
    run["params"] = config;
    run["data"] = {{"train", train_set.size()}, {"test", test_set.size()}, {"image", {{"width", 8}, {"height", 8}}}};

    digits::Classifier model(config.learning_rate);
    for (int epoch = 0; epoch < config.epochs; ++epoch) {
        const auto train = model.train(train_set);
        const auto test = model.evaluate(test_set);
        run["train"].append({{"loss", train.loss}, {"accuracy", train.accuracy}}, {.step = epoch});
        run["test"].append({{"loss", test.loss}, {"accuracy", test.accuracy}}, {.step = epoch});
        run["messages"].append("epoch " + std::to_string(epoch) + " done");
    }

    const auto [digit, taken_for, times] = model.worst_confusion(test_set);
    run["confusion/worst"] = {{"digit", digit}, {"taken_for", taken_for}, {"times", times}};
    const auto id = run["sys/id"].fetch<std::string>();
    run.stop();
    return id;
}

void read_back(const std::string& project, const std::string& token, const std::string& id) {
    const auto run = neptune::open_run({.with_id = id, .project = project, .api_token = token});
    const auto config = run["params"].fetch<Config>();
    const auto accuracy = run["test/accuracy"].fetch_last<double>();
    const auto losses = run["train/loss"].fetch_values<double>();
    const auto message = run["messages"].fetch_last<std::string>();

    std::printf("\nFetched back from %s\n", run.url().c_str());
    std::printf("  %-22s %g\n", "params/learning_rate", config.learning_rate);
    std::printf("  %-22s %d\n", "params/epochs", config.epochs);
    std::printf("  %-22s %s\n", "params/optimizer", config.optimizer.c_str());
    std::printf("  %-22s %zu points, %.4f ... %.4f\n", "train/loss", losses.size(), losses.front().value, losses.back().value);
    std::printf("  %-22s %.4f\n", "test/accuracy", accuracy.value_or(0));
    std::printf("  %-22s %s\n", "messages", message.value_or("").c_str());

    if (config.learning_rate != Config{}.learning_rate || losses.size() != static_cast<std::size_t>(config.epochs))
        throw std::runtime_error("what was fetched is not what was logged");
    if (accuracy.value_or(0) < 0.95) throw std::runtime_error("the classifier is worse than 95 %");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        auto samples = digits::load(NEPTUNE_EXAMPLES_DATA "/digits.csv");
        const std::vector<digits::Sample> test_set(samples.end() - 360, samples.end());
        samples.resize(samples.size() - 360);

        LocalServer server("quickstart", "QS");
        const auto id = train(server.project, server.token, samples, test_set);
        read_back(server.project, server.token, id);
        server.serve(argc, argv);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "quickstart: %s\n", error.what());
        return 1;
    }
}
