// What a run records by itself about its process, its source and its dependencies.

#include <neptune/run.hpp>

#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <neptune/client/monitoring/program.hpp>
#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

using namespace support;
using Catch::Matchers::ContainsSubstring;

namespace {

using Names = std::vector<std::string>;

/// A world whose runs record what their options say; these options record nothing yet.
struct RecordingWorld : World {
    RecordingWorld() { environment.records = true; }
};
neptune::InitRun nothing() {
    return {.source_files = Names(),
            .capture_stdout = false,
            .capture_stderr = false,
            .capture_hardware_metrics = false,
            .capture_traceback = false,
            .monitoring_namespace = "m",
            .git_ref = false};
}

/// A directory with files, perhaps a repository.
struct Sources {
    TempDirectory directory;
    const std::string& root = directory.path;
    void write(const std::string& name, const std::string& text) const {
        const auto path = root + "/" + name;
        neptune::core::make_directories(path.substr(0, path.rfind('/')));
        const auto file = neptune::core::open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
        neptune::core::write_all(file, text, path);
    }
    std::string git(Names words) const {
        words.insert(words.begin(), {"git", "-C", root, "-c", "user.name=Ada", "-c",
                                     "user.email=ada@example.com"});
        const auto output = neptune::client::run_program(
            words, {"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null"},
            {std::chrono::steady_clock::now() + std::chrono::seconds(60)});
        REQUIRE(output);
        return output->substr(0, output->find('\n'));
    }
    std::string make_repository() const {
        git({"init", "-q", "-b", "main"});
        write("src/train.cpp", "int main() {}\n");
        git({"add", "."});
        git({"commit", "-q", "-m", "first"});
        git({"remote", "add", "origin", "https://example.com/demo.git"});
        return git({"rev-parse", "HEAD"});
    }
};

std::string text_of_file(const neptune::ReadOnly<neptune::Run>& view, const std::string& path) {
    const TempDirectory place;
    view[path].download(place.path + "/file");
    return neptune::core::read_file(place.path + "/file").value();
}

std::size_t thread_count() {
    return neptune::core::list_directory("/proc/self/task").size();
}

}  // namespace

TEST_CASE("monitoring: host, process and thread, and empty series for the output",
          "[integration]") {
    RecordingWorld world;
    auto options = nothing();
    options.capture_stdout = options.capture_stderr = true;
    const auto run = world.run(options);
    CHECK(run.monitoring_namespace() == "m");
    run.wait();
    const auto view = world.look(run);
    CHECK(view["m/hostname"].fetch<std::string>() == neptune::core::host_name());
    CHECK(view["m/pid"].fetch<std::string>() == std::to_string(::getpid()));
    CHECK(view["m/tid"].fetch<std::string>() == std::to_string(neptune::core::thread_id()));
    CHECK(view["m/stdout"].fetch_values<std::string>().empty());
    CHECK(view["m/stderr"].fetch_values<std::string>().empty());
    CHECK_FALSE(view.exists("m/traceback"));
    CHECK_FALSE(view.exists("m/cpu"));
}

TEST_CASE("monitoring: NEPTUNE_MONITORING_NAMESPACE counts where no namespace is given",
          "[integration]") {
    RecordingWorld world;
    auto options = nothing();
    ::setenv("NEPTUNE_MONITORING_NAMESPACE", "from outside", 1);
    const auto given = world.run(options);
    options.monitoring_namespace.reset();
    const auto named = world.run(options);
    ::setenv("NEPTUNE_MONITORING_NAMESPACE", "", 1);
    const auto unnamed = world.run(options);
    ::unsetenv("NEPTUNE_MONITORING_NAMESPACE");
    CHECK(given.monitoring_namespace() == "m");
    CHECK(named.monitoring_namespace() == "from outside");
    CHECK_THAT(unnamed.monitoring_namespace(), Catch::Matchers::StartsWith("monitoring/"));
}

TEST_CASE("monitoring: with everything off there is no namespace and no job", "[integration]") {
    RecordingWorld world;
    const auto before = thread_count();
    auto run = world.run(nothing());
    run.wait();
    const auto threads = thread_count() - before;
    CHECK_FALSE(world.look(run).exists("m"));
    run.stop();
    // As many as a model has, which has no jobs.
    const auto model = world.model({.key = "MOD"});
    model.wait();
    CHECK(thread_count() - before == threads);
}

TEST_CASE("monitoring: models, versions, projects and read-only runs record nothing",
          "[integration]") {
    RecordingWorld world;
    const auto records_nothing = [](const auto& object) {
        const auto view = object.structure();
        CHECK(view.find("monitoring") == nullptr);
        CHECK(view.find("source_code") == nullptr);
    };
    const auto model = world.model({.key = "MOD"});
    records_nothing(model);
    records_nothing(world.version({.model = id_of(model)}));
    records_nothing(world.project());
    const auto plain = world.run(nothing());
    plain.wait();
    const auto before = world.look(plain).structure().to_text();
    {
        const auto again =
            world.run({.with_id = id_of(plain), .mode = neptune::Mode::read_only}, __FILE__);
        CHECK(again.structure().to_text() == before);
    }
    CHECK(world.look(plain).structure().to_text() == before);
}

TEST_CASE("monitoring: processor and memory at once, with range and unit", "[integration]") {
    RecordingWorld world;
    auto options = nothing();
    options.capture_hardware_metrics = true;
    auto run = world.run(options);
    run.stop();
    const auto view = world.look_at(neptune::OpenRun{.with_id = id_of(run)});
    const auto cpu = view["m/cpu"].fetch_values<double>();
    REQUIRE(cpu.size() == 1);
    CHECK((cpu[0].value >= 0 && cpu[0].value <= 100));
    const auto memory = view["m/memory"].fetch_last<double>();
    REQUIRE(memory);
    CHECK((*memory > 0 && *memory < 100'000));
}

TEST_CASE("monitoring: figures of the hardware come again and again", "[integration]") {
    RecordingWorld world;
    world.environment.timing.hardware_period = std::chrono::milliseconds(5);
    auto options = nothing();
    options.capture_hardware_metrics = true;
    options.flush_period = std::chrono::milliseconds(5);
    const auto run = world.run(options);
    const auto start = std::chrono::steady_clock::now();
    const auto figures = [&] {
        const auto view = world.look(run);
        return view.exists("m/cpu") ? values_of(view, "m/cpu").size() : 0;
    };
    while (figures() < 3)
        REQUIRE(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
}

TEST_CASE("monitoring: all modes end well with all jobs", "[integration]") {
    RecordingWorld world;
    for (const auto mode : {neptune::Mode::async, neptune::Mode::sync, neptune::Mode::offline,
                            neptune::Mode::debug}) {
        auto run = world.run({.mode = mode, .dependencies = "infer"}, __FILE__);
        run["a"] = 1;
        run.stop();
        CHECK(run.state() == neptune::State::stopped);
    }
    CHECK(world.errors.count(neptune::ErrorCode::monitoring_failed) == 0);
}

TEST_CASE("monitoring: in sync mode what jobs log waits for nobody", "[integration]") {
    RecordingWorld world;
    auto options = nothing();
    options.mode = neptune::Mode::sync;
    options.capture_hardware_metrics = true;
    world.environment.timing.hardware_period = std::chrono::milliseconds(1);
    auto run = world.run(options);
    world.route([](Flight& flight) -> neptune::http::Reply {
        return flight.carries_data() ? break_connection() : flight.deliver();
    });
    world.await_requests("/attributes/operations", 3);
    const auto start = std::chrono::steady_clock::now();
    run.stop(std::chrono::milliseconds(100));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}

TEST_CASE("monitoring: stop says when jobs end", "[integration]") {
    RecordingWorld world;
    world.prints = true;
    auto options = nothing();
    options.capture_hardware_metrics = true;
    CapturedStderr captured;
    world.run(options).stop();
    const auto text = captured.text();
    const auto begin = text.find("[neptune] [info   ] shutting down background jobs");
    const auto end = text.find("[neptune] [info   ] background jobs are done");
    REQUIRE(begin != std::string::npos);
    REQUIRE(end != std::string::npos);
    CHECK(begin < end);
    CHECK(end < text.find("synchronized, thanks for waiting"));
}

TEST_CASE("monitoring: the state of a clean repository, sent at creation", "[integration]") {
    RecordingWorld world;
    const Sources sources;
    const auto id = sources.make_repository();
    auto options = nothing();
    options.git_ref = true;
    auto run = world.run(options, (sources.root + "/src/train.cpp").c_str());
    run.stop();
    const auto view = world.look_at(neptune::OpenRun{.with_id = id_of(run)});
    const auto git = view["source_code/git"].fetch<neptune::GitInfo>();
    CHECK(git.commit_id == id);
    CHECK(git.message == "first\n");
    CHECK(git.author_name == "Ada");
    CHECK(git.author_email == "ada@example.com");
    CHECK(std::chrono::system_clock::now() - git.commit_date < std::chrono::minutes(10));
    CHECK_FALSE(git.dirty);
    CHECK(git.branch == "main");
    CHECK(git.remotes == Names{"https://example.com/demo.git"});
    CHECK_FALSE(view.exists("source_code/diff"));
}

TEST_CASE("monitoring: uncommitted changes are uploaded, also when the run is resumed",
          "[integration]") {
    RecordingWorld world;
    const Sources sources;
    sources.make_repository();
    sources.write("src/train.cpp", "int main() { return 1; }\n");
    auto options = nothing();
    options.git_ref = neptune::GitRef{sources.root};
    auto run = world.run(options);
    run.stop();
    const auto view = world.look_at(neptune::OpenRun{.with_id = id_of(run)});
    CHECK(view["source_code/git"].fetch<neptune::GitInfo>().dirty);
    CHECK_THAT(text_of_file(view, "source_code/diff"),
               ContainsSubstring("+int main() { return 1; }"));
    CHECK(view["source_code/diff"].fetch_extension() == "patch");

    sources.write("src/train.cpp", "int main() { return 2; }\n");
    options.with_id = id_of(run);
    world.run(options).stop();
    CHECK_THAT(text_of_file(view, "source_code/diff"),
               ContainsSubstring("+int main() { return 2; }"));
}

TEST_CASE("monitoring: a detached head, no repository, and switched off", "[integration]") {
    RecordingWorld world;
    const Sources sources;
    sources.make_repository();
    sources.git({"checkout", "-q", "--detach"});
    auto options = nothing();
    options.git_ref = neptune::GitRef{sources.root};
    CHECK(world.look(world.run(options))["source_code/git"].fetch<neptune::GitInfo>().branch ==
          "Detached HEAD");

    const Sources none;
    options.git_ref = neptune::GitRef{none.root};
    CHECK_FALSE(world.look(world.run(options)).exists("source_code/git"));
    options.git_ref = false;
    const auto source = sources.root + "/src/train.cpp";
    CHECK_FALSE(world.look(world.run(options, source.c_str())).exists("source_code/git"));
    CHECK(world.errors.all().empty());
}

TEST_CASE("monitoring: an offline run keeps the state of the repository for later",
          "[integration]") {
    RecordingWorld world;
    const Sources sources;
    const auto id = sources.make_repository();
    auto options = nothing();
    options.mode = neptune::Mode::offline;
    options.git_ref = neptune::GitRef{sources.root};
    world.run(options).stop();
    const auto queues = world.queues("offline");
    REQUIRE(queues.size() == 1);
    const auto metadata = neptune::core::read_file(world.queue_directory("offline") + "/" +
                                                   queues.front() + "/metadata.json");
    CHECK_THAT(metadata.value(), ContainsSubstring("\"gitInfo\""));
    CHECK_THAT(metadata.value(), ContainsSubstring(id));
}

TEST_CASE("monitoring: by default the file that opens the run is its source", "[integration]") {
    RecordingWorld world;
    const Sources sources;
    sources.write("train.cpp", "int main() {}\n");
    auto options = nothing();
    options.source_files.reset();
    auto run = world.run(options, (sources.root + "/train.cpp").c_str());
    run.stop();
    const auto view = world.look_at(neptune::OpenRun{.with_id = id_of(run)});
    CHECK(view["source_code/entrypoint"].fetch<std::string>() == "train.cpp");
    CHECK(view["source_code/executable"].fetch<std::string>() ==
          std::filesystem::read_symlink("/proc/self/exe").string());
    const auto files = view["source_code/files"].list_fileset_files();
    REQUIRE(files.size() == 1);
    CHECK(files.front().name == "train.cpp");

    // A resumed run keeps them.
    options.with_id = id_of(run);
    sources.write("other.cpp", "int main() {}\n");
    world.run(options, (sources.root + "/other.cpp").c_str()).stop();
    CHECK(view["source_code/entrypoint"].fetch<std::string>() == "train.cpp");
    CHECK(view["source_code/files"].list_fileset_files().size() == 1);
}

TEST_CASE("monitoring: given source files, and none", "[integration]") {
    RecordingWorld world;
    const Sources sources;
    sources.write("src/train.cpp", "int main() {}\n");
    sources.write("src/util/a.hpp", "// a\n");
    sources.write("src/util/b.hpp", "// b\n");
    auto options = nothing();
    options.source_files = Names{sources.root + "/src/*.cpp", sources.root + "/src/**/*.hpp"};
    auto run = world.run(options, (sources.root + "/src/train.cpp").c_str());
    run.stop();
    const auto view = world.look_at(neptune::OpenRun{.with_id = id_of(run)});
    CHECK(view["source_code/entrypoint"].fetch<std::string>() == "train.cpp");
    const auto files = view["source_code/files"].list_fileset_files("util");
    REQUIRE(files.size() == 2);
    CHECK(files[0].name == "a.hpp");

    options.source_files = Names();
    auto bare = world.run(options, (sources.root + "/src/train.cpp").c_str());
    bare.stop();
    const auto other = world.look_at(neptune::OpenRun{.with_id = id_of(bare)});
    CHECK(other["source_code/entrypoint"].fetch<std::string>() == "train.cpp");
    CHECK_FALSE(other.exists("source_code/files"));
}

TEST_CASE("monitoring: dependencies, inferred or from a file", "[integration]") {
    RecordingWorld world;
    auto options = nothing();
    options.dependencies = "infer";
    auto run = world.run(options);
    run.stop();
    CHECK_THAT(text_of_file(world.look_at(neptune::OpenRun{.with_id = id_of(run)}),
                            "source_code/requirements"),
               ContainsSubstring("compiler: ") && ContainsSubstring("library: /"));

    const Sources sources;
    sources.write("conanfile.txt", "[requires]\nfmt/10.0.0\n");
    options.dependencies = sources.root + "/conanfile.txt";
    auto with_file = world.run(options);
    with_file.stop();
    CHECK(text_of_file(world.look_at(neptune::OpenRun{.with_id = id_of(with_file)}),
                       "source_code/requirements") == "[requires]\nfmt/10.0.0\n");

    world.prints = true;
    CapturedStderr captured;
    options.dependencies = sources.root + "/missing.txt";
    auto without = world.run(options);
    without.stop();
    CHECK_THAT(captured.text(), ContainsSubstring("missing.txt cannot be read"));
    CHECK_FALSE(world.look_at(neptune::OpenRun{.with_id = id_of(without)})
                    .exists("source_code/requirements"));
}

TEST_CASE("monitoring: a run that is resumed in the same namespace keeps its series",
          "[integration]") {
    RecordingWorld world;
    auto options = nothing();
    options.capture_hardware_metrics = true;
    auto run = world.run(options);
    run.stop();
    options.with_id = id_of(run);
    world.run(options).stop();
    CHECK(values_of(world.look_at(neptune::OpenRun{.with_id = id_of(run)}), "m/cpu").size() == 2);
}

TEST_CASE("monitoring: a namespace that is a field is reported, and the run goes on",
          "[integration]") {
    RecordingWorld world;
    auto first = world.run(nothing());
    first["taken"] = 1;
    first.stop();
    auto options = nothing();
    options.with_id = id_of(first);
    options.monitoring_namespace = "taken";
    options.capture_hardware_metrics = true;
    auto run = world.run(options);
    run["a"] = 2;
    run.stop();
    world.errors.await(neptune::ErrorCode::monitoring_failed);
    CHECK(world.look_at(neptune::OpenRun{.with_id = id_of(run)})["a"].fetch<int>() == 2);
}
