// Artifacts: a versioned reference to files that stay where they are. You will see the hash of a
// small dataset, its files, how the hash changes with one of them, and the files fetched back.
// A location may also be s3://bucket/prefix; credentials are those of the AWS tools. Project and
// token come from the environment, see support/local_server.hpp.

#include <neptune/run.hpp>

#include "support/local_server.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

void write(const std::string& path, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
}

void show() {
    write("neptune-dataset/train.csv", "1,2\n3,4\n");
    write("neptune-dataset/labels/names.txt", "cat\ndog\n");

    // The project is where data sets belong that all runs share.
    auto project = neptune::init_project();
    auto dataset = project["dataset/latest"];
    if (dataset.exists()) dataset.erase();  // of the program's run before
    dataset.track_files("neptune-dataset", {.wait = true});
    const auto before = dataset.fetch_hash();
    for (const auto& file : dataset.fetch_files_list())
        std::printf("%s %s\n", file.file_hash.c_str(), file.file_path.c_str());

    // What a run was trained on, as it was then, whatever becomes of dataset/latest.
    auto run = neptune::init_run();
    run["train/dataset"] = dataset.fetch<neptune::Artifact>();

    // A file that changed takes the place of the old one: the artifact has a new version.
    write("neptune-dataset/train.csv", "1,2\n3,4\n5,6\n");
    dataset.track_files("neptune-dataset/train.csv", {.wait = true});
    std::printf("the hash has changed: %s\n", dataset.fetch_hash() != before ? "yes" : "no");
    run.wait();
    std::printf("the run keeps the old one: %s\n",
                run["train/dataset"].fetch_hash() == before ? "yes" : "no");

    // Links to local files, copies of those in S3.
    dataset.download("neptune-dataset-copy");
    std::ifstream copy("neptune-dataset-copy/labels/names.txt");
    std::string line;
    std::getline(copy, line);
    std::printf("labels begin with %s\n", line.c_str());
    run.stop();
    project.stop();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        LocalServer server("datasets", "DATA");
        show();
        server.serve(argc, argv);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "artifacts: %s\n", error.what());
        return 1;
    }
}
