// The four objects of Neptune and what each is for: a run, a model, a version of it with its stage,
// and the project itself. You will see their links and what is read back. Project and token come
// from the environment, see support/local_server.hpp.

#include <neptune/run.hpp>

#include "support/local_server.hpp"

#include <cstdio>
#include <exception>
#include <string>

namespace {

void show() {
    // A run: one execution of a training program.
    auto run = neptune::init_run();
    run["params"] = {{"learning_rate", 0.1}, {"batch_size", 64}, {"activation", "ReLU"}};
    for (int step = 0; step < 5; ++step) run["train/loss"].append(1.0 / (step + 1));
    run["data/sample"].upload(NEPTUNE_EXAMPLES_DATA "/digits.csv");
    const auto run_id = run["sys/id"].fetch<std::string>();
    run.stop();
    std::printf("%s\n", run.url().c_str());

    // A model: what all its versions share. Its key is chosen once; when this program runs again,
    // it resumes the model.
    const auto model_id = run_id.substr(0, run_id.rfind('-')) + "-FOREST";
    const auto open_model = [&] {
        try {
            return neptune::init_model({.key = "FOREST"});
        } catch (const neptune::ModelKeyAlreadyExists&) {
            return neptune::init_model({.with_id = model_id});
        }
    };
    auto model = open_model();
    model["description"] = "random forest of 100 trees";
    model["signature"].upload(
        neptune::File::from_content(R"({"inputs": 64, "outputs": 10})", "json"));
    model.stop();

    // A version of the model: it has a lifecycle stage. change_stage() exists on versions only;
    // elsewhere it does not compile.
    auto version = neptune::init_model_version({.model = model_id});
    version["validation/accuracy"] = 0.97;
    version["model/binary"].upload(neptune::File::from_content(std::string(1000, '\x7f'), "bin"));
    version.change_stage(neptune::Stage::production);
    std::printf("%s is in %s\n", version.url().c_str(),
                version["sys/stage"].fetch<std::string>().c_str());
    version.stop();

    // The project is an object too: metadata that everybody shares.
    auto everybody = neptune::init_project();
    everybody["dataset/version"] = "v0.1";
    everybody["dataset/size"] = 1797;
    // A reference to files that stay where they are; s3://bucket/prefix works too.
    everybody["dataset/v0.1"].track_files(NEPTUNE_EXAMPLES_DATA "/digits.csv");
    everybody.stop();

    // Reading, without a way to write: view["params/activation"] = "tanh" would not compile.
    const auto view = neptune::open_run({.with_id = run_id});
    std::printf("params/activation is %s\n",
                view["params/activation"].fetch<std::string>().c_str());

    // A custom ID names a run in the words of the program that makes it; several processes may
    // share it.
    auto named = neptune::init_run({.custom_run_id = "nightly-2026-11-23"});
    named["result"] = "ok";
    named.stop();
    const auto same = neptune::open_run({.custom_run_id = "nightly-2026-11-23"});
    std::printf("nightly-2026-11-23 says %s\n", same["result"].fetch<std::string>().c_str());
}

}  // namespace

int main(int argc, char** argv) {
    try {
        LocalServer server("classification", "CLS");
        show();
        server.serve(argc, argv);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "objects: %s\n", error.what());
        return 1;
    }
}
