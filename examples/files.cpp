// Stores files: an image made of an array, a report, a file of the disk, many files at once; lists
// them and downloads them again. You will see the names and the sizes of what came back.
//
// `files [--once]` logs to a server inside this program, or to the one that NEPTUNE_API_TOKEN
// names.

#include <neptune/run.hpp>

#include "support/local_server.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using neptune::File;

// A ring of light that grows from frame to frame; values from 0 to 1.
std::vector<float> frame(int number, int size) {
    std::vector<float> pixels;
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x) {
            const int dx = x - size / 2, dy = y - size / 2;
            const int distance = dx * dx + dy * dy - number * number * 16;
            pixels.push_back(1.0F / (1.0F + static_cast<float>(distance * distance) / 5000.0F));
        }
    return pixels;
}

std::string store() {
    const auto run = neptune::init_run({.name = "files"});

    // A series of images, one for each step.
    constexpr int size = 64;
    for (int step = 0; step < 8; ++step) {
        const auto pixels = frame(step, size);
        run["frames"].append(File::as_image(neptune::ImageView{pixels.data(), size, size}),
                             {.step = step, .name = "frame " + std::to_string(step)});
    }
    // Files of what is in memory.
    run["report"].upload(
        File::as_html(std::vector<std::vector<double>>{{1, 0.5}, {2, 0.25}}, {"epoch", "loss"}));
    run["config"].upload(File::as_json(neptune::Dict{{"lr", 0.01}, {"layers", 3}}));
    run["weights"].upload(File::as_binary(std::vector<float>{0.1F, 0.2F, 0.3F}, "f32"));
    // A file of the disk, and all that match a pattern.
    run["data/digits"].upload(NEPTUNE_EXAMPLES_DATA "/digits.csv");
    run["data/all"].upload_files(NEPTUNE_EXAMPLES_DATA "/**");
    run.wait();
    return run["sys/id"].fetch<std::string>();
}

void fetch(const std::string& id) {
    const auto run = neptune::open_run({.with_id = id});
    std::printf("\nFile set data/all of %s\n", run.url().c_str());
    for (const auto& entry : run["data/all"].list_fileset_files())
        std::printf("  %-16s %8llu bytes\n", entry.name.c_str(),
                    static_cast<unsigned long long>(entry.size.value_or(0)));

    const fs::path directory = "files-downloaded";
    fs::remove_all(directory);
    fs::create_directories(directory);
    for (const auto* field : {"report", "config", "weights", "data/digits", "data/all"})
        run[field].download(directory);
    run["frames"].download(directory / "frames");
    std::printf("\nDownloaded to %s\n", fs::absolute(directory).c_str());
    for (const auto& file : fs::recursive_directory_iterator(directory))
        if (file.is_regular_file())
            std::printf("  %-16s %8llu bytes\n", file.path().lexically_relative(directory).c_str(),
                        static_cast<unsigned long long>(file.file_size()));
    if (fs::file_size(directory / "digits.csv") !=
        fs::file_size(NEPTUNE_EXAMPLES_DATA "/digits.csv"))
        throw std::runtime_error("digits.csv came back with another size");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        LocalServer server("files", "FILES");
        fetch(store());
        server.serve(argc, argv);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
