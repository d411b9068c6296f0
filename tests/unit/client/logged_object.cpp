#include <neptune/client/logged_object.hpp>

#include <neptune/client/objects.hpp>
#include <neptune/client/read_only.hpp>

#include <chrono>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/recording_object.hpp"

namespace {

using namespace std::chrono_literals;
using neptune::Field;
using neptune::Loggable;
using neptune::LogTarget;
using neptune::Model;
using neptune::ModelVersion;
using neptune::Project;
using neptune::Run;
using support::RecordingObject;

static_assert(Loggable<Run> && Loggable<Model> && Loggable<ModelVersion> && Loggable<Project> &&
              Loggable<Field>);
static_assert(Loggable<LogTarget>);
static_assert(!Loggable<std::string> && !Loggable<int> && !Loggable<neptune::ReadOnly<Run>>);

template <class T>
concept HasStage = requires(const T& object) {
    object.change_stage(neptune::Stage::staging);
};
static_assert(HasStage<ModelVersion> && !HasStage<Run> && !HasStage<Model> && !HasStage<Project> &&
              !HasStage<Field>);
template <class T>
concept HasMonitoringNamespace = requires(const T& object) {
    object.monitoring_namespace();
};
static_assert(HasMonitoringNamespace<Run> && !HasMonitoringNamespace<Model>);
static_assert(!HasMonitoringNamespace<ModelVersion> && !HasMonitoringNamespace<Project>);

template <class T>
constexpr bool move_only =
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T>;
static_assert(move_only<Run> && move_only<Model> && move_only<ModelVersion> && move_only<Project>);

static_assert(!std::is_assignable_v<neptune::ReadOnlyField, int>);
static_assert(!std::is_assignable_v<neptune::ReadOnlyField, neptune::ReadOnlyField>);
static_assert(!std::is_assignable_v<neptune::ReadOnlyField&, const neptune::ReadOnlyField&>);
static_assert(std::is_copy_constructible_v<neptune::ReadOnlyField>);

void log_loss(const Loggable auto& place) {
    place["loss"].append(0.5);
}

std::vector<std::string> functions(const RecordingObject& object) {
    std::vector<std::string> result;
    for (const auto& call : object.calls) result.push_back(call.function);
    return result;
}
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("objects: code for a Loggable takes runs, models, versions, projects and fields",
          "[client]") {
    const auto object = std::make_shared<RecordingObject>();
    const auto path = [&] { return object->calls.back().path; };
    log_loss(Run(object, false));
    CHECK(path() == "loss");
    log_loss(Model(object, false));
    log_loss(ModelVersion(object, false));
    log_loss(Project(object, false));
    CHECK(object->calls.size() == 4);
    log_loss(Run(object, false)["train"]);
    CHECK(path() == "train/loss");

    std::vector<LogTarget> targets;
    {
        Run run(object, false);
        targets.emplace_back(run);
        targets.emplace_back(run["a"]);
        targets.emplace_back(Project(object, false));
    }
    for (const auto& target : targets) log_loss(target);
    CHECK(object->calls.size() == 8);
    targets[1]["b"]["c"] = 1;
    CHECK(path() == "a/b/c");
}

TEST_CASE("objects: a moved-from object is stopped, and its members throw InactiveObjectError",
          "[client]") {
    const auto object = std::make_shared<RecordingObject>();
    Run first(object);
    CHECK(first.state() == neptune::State::started);
    Run second(std::move(first));
    CHECK(first.state() ==
          neptune::State::stopped);  // NOLINT(bugprone-use-after-move): its state is specified
    CHECK(second.state() == neptune::State::started);
    try {
        first["x"] = 1;
        FAIL("written");
    } catch (const neptune::InactiveObjectError& error) {
        CHECK(error.code() == neptune::ErrorCode::inactive_object);
    }
    CHECK_THROWS_AS(first.stop(), neptune::InactiveObjectError);
    CHECK_THROWS_AS(first.wait(), neptune::InactiveObjectError);
    CHECK_THROWS_AS(first.structure(), neptune::InactiveObjectError);
    CHECK_THROWS_AS(first.exists("x"), neptune::InactiveObjectError);
    CHECK(object->calls.empty());
}

TEST_CASE("objects: the owner stops the object when it goes, once, and a moved-from one does not",
          "[client]") {
    const auto object = std::make_shared<RecordingObject>();
    {
        Run first(object);
        Run second(std::move(first));
        const Run third(std::move(second));
    }
    CHECK(functions(*object) == Names{"stop"});
    { const Run view(object, false); }
    CHECK(functions(*object) == Names{"stop"});
}

TEST_CASE("objects: assigning to an object stops what it held", "[client]") {
    const auto old = std::make_shared<RecordingObject>();
    const auto young = std::make_shared<RecordingObject>();
    Run run(old);
    run = Run(young);
    CHECK(functions(*old) == Names{"stop"});
    CHECK(young->calls.empty());
    auto& same = run;
    run = std::move(same);
    CHECK(young->calls.empty());
    CHECK(run.state() == neptune::State::started);
}

TEST_CASE("objects: a destructor reports an exception that passes, and never throws itself",
          "[client]") {
    const auto object = std::make_shared<RecordingObject>();
    object->stopping_fails = true;
    try {
        const Run run(object);
        throw std::runtime_error("training failed");
    } catch (const std::runtime_error& error) {
        CHECK(std::string(error.what()) == "training failed");
    }
    CHECK(functions(*object) == Names{"exception", "stop"});

    // An object that is made and destroyed during unwinding saw no exception of its own.
    const auto inner = std::make_shared<RecordingObject>();
    struct Cleanup {
        std::shared_ptr<RecordingObject> object;
        ~Cleanup() { const Run run(object); }
    };
    try {
        const Cleanup cleanup{inner};
        throw std::runtime_error("outer");
    } catch (const std::runtime_error&) {
        CHECK(functions(*inner) == Names{"stop"});
    }
}

TEST_CASE("objects: guard marks the run as failed, stops it and rethrows", "[client]") {
    const auto object = std::make_shared<RecordingObject>();
    const Run run(object, false);
    CHECK(run.guard([] { return 7; }) == 7);
    CHECK(object->calls.empty());
    CHECK_THROWS_AS(run.guard([]() -> int { throw std::runtime_error("no"); }), std::runtime_error);
    CHECK(functions(*object) == Names{"exception", "stop"});
}

TEST_CASE("objects: stop, wait, sync, detach pass on what they were given", "[client]") {
    const auto object = std::make_shared<RecordingObject>();
    const Run run(object, false);
    run.stop(5s);
    CHECK(object->calls.back().value.get<double>() == 5.0);
    run.stop(250ms);
    CHECK(object->calls.back().value.get<double>() == 0.25);
    run.stop();
    CHECK(object->calls.back().value.type_name() == "nothing");
    run.wait();
    CHECK(object->calls.back().function == "wait server");
    run.wait(neptune::WaitFor::disk);
    CHECK(object->calls.back().function == "wait disk");
    run.sync();
    CHECK(object->calls.back().wait);
    run.sync({.wait = false});
    CHECK_FALSE(object->calls.back().wait);
    run.detach();
    CHECK(object->calls.back().function == "detach");
    CHECK(run.url() == "http://127.0.0.1/run");
    CHECK(run.monitoring_namespace() == "monitoring/0badcafe");
    CHECK(&run.root() == &run);
}

TEST_CASE("objects: change_stage passes on the stage", "[client]") {
    const auto object = std::make_shared<RecordingObject>();
    const ModelVersion version(object, false);
    for (const auto stage : {neptune::Stage::none, neptune::Stage::staging,
                             neptune::Stage::production, neptune::Stage::archived}) {
        version.change_stage(stage);
        CHECK(object->calls.back().value.get<std::string>() == neptune::to_string(stage));
    }
}

TEST_CASE("objects: exists is false for a path that no field can have", "[client]") {
    const auto object = std::make_shared<RecordingObject>();
    object->stored["a/b"] = 1;
    const Run run(object, false);
    CHECK(run.exists("/a//b/"));
    CHECK_FALSE(run.exists("a"));
    CHECK_FALSE(run.exists("tab\there"));
}

TEST_CASE("objects: print_structure writes plain text on a stream", "[client]") {
    const auto object = std::make_shared<RecordingObject>();
    object->stored["a/b"] = "x";
    const Run run(object, false);
    std::ostringstream out;
    run.print_structure(out);
    CHECK(out.str() == "'a':\n    'b': String\n");
    CHECK(run.structure().find("a/b")->type() == neptune::FieldType::string);
}

TEST_CASE("read-only objects: reading members reach the object", "[client]") {
    const auto object = std::make_shared<RecordingObject>();
    object->stored["a/b"] = 5;
    const neptune::ReadOnly<Run> view{Run(object)};
    CHECK(view["a"]["b"].fetch<int>() == 5);
    CHECK(view["a/b"].fetch().get<int>() == 5);
    CHECK(view["no"].fetch_as(7) == 7);
    CHECK(view["s"].fetch_last<double>() == 1.5);
    CHECK(view["s"].fetch_values<std::string>().size() == 1);
    CHECK(view["a/b"].path() == "a/b");
    CHECK(view["a/b"].to_string() == "<field at \"a/b\">");
    CHECK(view["a/b"].exists());
    CHECK(view.exists("a/b"));
    CHECK(view.structure().find("a") != nullptr);
    CHECK(view.state() == neptune::State::started);
    CHECK(view.url() == "http://127.0.0.1/run");
    view.sync();
    CHECK(object->calls.back().function == "sync");
    CHECK_FALSE(object->calls.back().wait);
    view.stop();
    CHECK(view.state() == neptune::State::stopped);
}
