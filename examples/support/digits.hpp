#ifndef NEPTUNE_EXAMPLES_DIGITS_HPP
#define NEPTUNE_EXAMPLES_DIGITS_HPP

// Plain C++ that the quickstart trains with; nothing here needs neptune but the macro that
// describes one struct. The data set is described in data/README.md.

#include <neptune/run.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace digits {

constexpr std::size_t pixels = 64, classes = 10;

struct Sample {
    std::array<double, pixels> image{};  // 8 x 8 pixels, 0 ... 1
    std::size_t label = 0;
};

/// All samples, shuffled with a fixed seed.
inline std::vector<Sample> load(const std::string& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot open " + file);
    std::vector<Sample> samples;
    for (std::string line; std::getline(in, line);) {
        std::istringstream row(line);
        Sample sample;
        char comma = ',';
        for (double& pixel : sample.image) {
            row >> pixel >> comma;
            pixel /= 16;
        }
        row >> sample.label;
        if (!row || sample.label >= classes)
            throw std::runtime_error("broken line in " + file + ": " + line);
        samples.push_back(sample);
    }
    std::shuffle(samples.begin(), samples.end(), std::mt19937(2026));
    return samples;
}

struct Score {
    double loss = 0, accuracy = 0;
};

/// The two digits that are taken for each other most often.
struct Confusion {
    int digit = 0, taken_for = 0, times = 0;
};
NEPTUNE_DESCRIBE(Confusion, digit, taken_for, times)

/// Softmax regression, trained by stochastic gradient descent.
class Classifier {
public:
    explicit Classifier(double learning_rate) : learning_rate_(learning_rate) {}

    /// One pass over the samples; loss and accuracy are those met on the way.
    Score train(const std::vector<Sample>& samples) {
        Score score;
        for (const auto& sample : samples) {
            const auto probability = predict(sample);
            note(score, probability, sample);
            for (std::size_t c = 0; c < classes; ++c) {
                const double gradient = probability[c] - (c == sample.label ? 1.0 : 0.0);
                bias_[c] -= learning_rate_ * gradient;
                for (std::size_t i = 0; i < pixels; ++i)
                    weights_[c][i] -= learning_rate_ * gradient * sample.image[i];
            }
        }
        return mean(score, samples.size());
    }

    Score evaluate(const std::vector<Sample>& samples) const {
        Score score;
        for (const auto& sample : samples) note(score, predict(sample), sample);
        return mean(score, samples.size());
    }

    Confusion worst_confusion(const std::vector<Sample>& samples) const {
        std::array<std::array<int, classes>, classes> count{};
        Confusion worst;
        for (const auto& sample : samples) {
            const std::size_t guess = best(predict(sample));
            if (guess != sample.label && ++count[sample.label][guess] > worst.times)
                worst = {static_cast<int>(sample.label), static_cast<int>(guess),
                         count[sample.label][guess]};
        }
        return worst;
    }

private:
    using Probabilities = std::array<double, classes>;

    Probabilities predict(const Sample& sample) const {
        Probabilities result = bias_;
        for (std::size_t c = 0; c < classes; ++c)
            for (std::size_t i = 0; i < pixels; ++i) result[c] += weights_[c][i] * sample.image[i];
        const double highest = *std::max_element(result.begin(), result.end());
        double sum = 0;
        for (double& value : result) sum += value = std::exp(value - highest);
        for (double& value : result) value /= sum;
        return result;
    }
    static std::size_t best(const Probabilities& probability) {
        return static_cast<std::size_t>(std::max_element(probability.begin(), probability.end()) -
                                        probability.begin());
    }
    static void note(Score& score, const Probabilities& probability, const Sample& sample) {
        score.loss -= std::log((std::max)(probability[sample.label], 1e-12));
        score.accuracy += best(probability) == sample.label ? 1 : 0;
    }
    static Score mean(Score score, std::size_t samples) {
        return {score.loss / static_cast<double>(samples),
                score.accuracy / static_cast<double>(samples)};
    }

    double learning_rate_;
    std::array<std::array<double, pixels>, classes> weights_{};
    std::array<double, classes> bias_{};
};

}  // namespace digits

#endif
