// Opening, using and stopping the four objects.
#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;

namespace {

std::set<std::string> names_below(const Structure& structure, const std::string& path) {
    std::set<std::string> names;
    if (const auto* node = structure.find(path))
        for (const auto& [name, child] : node->children()) names.insert(name);
    return names;
}

}  // namespace

TEST_CASE("lifecycle: a new run gets the next counter of its project", "[integration]") {
    World world;
    const auto first = world.run();
    const auto second = world.run();
    CHECK(id_of(first) == "TEST-1");
    CHECK(id_of(second) == "TEST-2");
    CHECK(first["sys/id"].fetch<std::string>() == "TEST-1");
}

TEST_CASE("lifecycle: models and their versions have IDs of their own", "[integration]") {
    World world;
    const auto model = world.model({.key = "FOREST"});
    CHECK(id_of(model) == "TEST-FOREST");
    CHECK(id_of(world.version({.model = "TEST-FOREST"})) == "TEST-FOREST-1");
    CHECK(id_of(world.version({.model = "TEST-FOREST"})) == "TEST-FOREST-2");
    CHECK(id_of(world.project()) == "TEST");
}

TEST_CASE("lifecycle: what cannot be opened says why", "[integration]") {
    World world;
    const auto run = world.run();
    const auto model = world.model({.key = "FOREST"});
    CHECK_THROWS_AS(world.model({}), MissingRequiredInitParameter);
    CHECK_THROWS_AS(world.version({}), MissingRequiredInitParameter);
    CHECK_THROWS_AS(world.version({.model = "TEST-OTHER"}), ModelNotFound);
    CHECK_THROWS_AS(world.model({.with_id = "TEST-OTHER"}), ModelNotFound);
    CHECK_THROWS_AS(world.version({.with_id = "TEST-FOREST-9"}), ModelVersionNotFound);
    CHECK_THROWS_AS(world.run({.with_id = "TEST-99"}), RunNotFound);
    CHECK_THROWS_AS(world.run({.with_id = "TEST-FOREST"}), RunNotFound);
    CHECK_THROWS_AS(world.model({.with_id = "TEST-1"}), ModelNotFound);
    CHECK_THROWS_AS(world.run({.with_id = "TEST-1", .custom_run_id = "x"}),
                    RunResumeAndCustomIdCollision);
    CHECK_THROWS_MATCHES(world.model({.key = "FOREST"}), ModelKeyAlreadyExists,
                         Catch::Matchers::Predicate<ModelKeyAlreadyExists>([](const auto& error) {
                             return std::string(error.what()).find("/team/test/models") !=
                                    std::string::npos;
                         }));
    CHECK_THROWS_AS(world.project({.project = "team/none"}), ProjectNotFound);
    CHECK_THROWS_AS(world.run({.project = "none"}), ProjectNotFound);
}

TEST_CASE("lifecycle: a run is resumed any number of times and knows its fields", "[integration]") {
    World world;
    std::string id;
    {
        const auto run = world.run();
        id = id_of(run);
        run["params/lr"] = 0.5;
    }
    for (int round = 0; round < 5; ++round) {
        const auto run = world.run({.with_id = id});
        CHECK(run.exists("params/lr"));
        CHECK_THROWS_AS(run["params/lr"] = "text", MetadataInconsistency);
        run["loss"].append(round);
    }
    CHECK(values_of(world.look_at(OpenRun{.with_id = id}), "loss") ==
          std::vector<double>{0, 1, 2, 3, 4});
}

TEST_CASE("lifecycle: every object can be resumed", "[integration]") {
    World world;
    world.model({.name = "forest", .key = "FOREST"})["info"] = 1;
    world.version({.name = "first", .model = "TEST-FOREST"})["info"] = 2;
    world.project()["info"] = 3;
    CHECK(world.model({.with_id = "TEST-FOREST"})["info"].fetch<int>() == 1);
    CHECK(world.version({.with_id = "TEST-FOREST-1"})["info"].fetch<int>() == 2);
    CHECK(world.project()["info"].fetch<int>() == 3);
}

TEST_CASE("lifecycle: two processes may log to one run", "[integration]") {
    World world;
    const auto first = world.run();
    const auto second = world.run({.with_id = id_of(first)});
    for (int i = 0; i < 100; ++i) {
        first["first"].append(i);
        second["second"].append(i);
    }
    first.wait();
    second.wait();
    CHECK(values_of(world.look(first), "first").size() == 100);
    CHECK(values_of(world.look(first), "second").size() == 100);
}

TEST_CASE("lifecycle: the sys fields of each object", "[integration]") {
    World world;
    const std::set<std::string> common{"id",           "creation_time",  "modification_time",
                                       "ping_time",    "state",          "size",
                                       "tags",         "group_tags",     "name",
                                       "running_time", "monitoring_time"};
    const auto with = [&common](std::set<std::string> more) {
        more.insert(common.begin(), common.end());
        return more;
    };
    CHECK(names_below(world.run().structure(), "sys") ==
          with({"owner", "description", "failed", "hostname", "trashed"}));
    CHECK(names_below(world.model({.key = "M"}).structure(), "sys") == with({"owner", "trashed"}));
    CHECK(names_below(world.version({.model = "TEST-M"}).structure(), "sys") ==
          with({"owner", "model_id", "stage", "trashed"}));
    CHECK(names_below(world.project().structure(), "sys") == with({"visibility"}));
}

TEST_CASE("lifecycle: a user's field below sys is refused, and the rest goes on", "[integration]") {
    World world;
    const auto run = world.run();
    run["sys/mine"] = 1;
    run["mine"] = 1;
    run.wait();
    world.errors.await(ErrorCode::operation_refused);
    CHECK_THAT(world.errors.text(ErrorCode::operation_refused), ContainsSubstring("sys/mine"));
    CHECK(run["mine"].fetch<int>() == 1);
}

TEST_CASE("lifecycle: an object is started until it is stopped, and stopping twice is harmless",
          "[integration]") {
    World world;
    auto run = world.run();
    CHECK(run.state() == State::started);
    run.stop();
    CHECK(run.state() == State::stopped);
    run.stop();
    run.stop(std::chrono::seconds(1));
    run.detach();
    CHECK(run.state() == State::stopped);

    auto other = world.run();
    auto target = std::move(other);
    CHECK(other.state() == State::stopped);  // NOLINT: the state after a move is what is tested
    CHECK(target.state() == State::started);
    CHECK_THROWS_AS(other["x"], InactiveObjectError);
}

TEST_CASE("lifecycle: the destructor stops, and what was logged is there", "[integration]") {
    World world;
    std::string id;
    {
        auto run = world.run();
        id = id_of(run);
        run["a"] = 1;
        run = world.run();  // the first one is stopped
        run["b"] = 2;
    }
    CHECK(world.look_at(OpenRun{.with_id = id})["a"].fetch<int>() == 1);
    CHECK(world.look_at(OpenRun{.with_id = "TEST-2"})["b"].fetch<int>() == 2);
    CHECK(world.queues().empty());
}

TEST_CASE("lifecycle: wait of one call is honoured, on the first assignment too", "[integration]") {
    World world;
    const auto run = world.run();
    run["new"].assign(1, {.wait = true});
    CHECK(run["new"].fetch<int>() == 1);
    run["loss"].append(0.5, {.wait = true});
    CHECK(run["loss"].fetch_last<double>() == 0.5);
    run["text"].append("a", {.wait = true});
    CHECK(run["text"].fetch_last<std::string>() == "a");
    run["loss"].extend({1.0, 2.0}, {.wait = true});
    CHECK(run["loss"].fetch_last<double>() == 2.0);
    run.assign({{"d", {{"e", 1}}}}, {.wait = true});
    CHECK(run["d/e"].fetch<int>() == 1);
    run["sys/tags"].add("tag", {.wait = true});
    CHECK(run["sys/tags"].fetch<std::set<std::string>>() == std::set<std::string>{"tag"});
    run["new"].erase({.wait = true});
    CHECK_FALSE(world.look(run).exists("new"));
}

TEST_CASE("lifecycle: sync makes fields of another process known", "[integration]") {
    World world;
    const auto run = world.run();
    const auto other = world.run({.with_id = id_of(run)});
    other["theirs"] = 1;
    other.wait();
    CHECK_FALSE(run.exists("theirs"));
    CHECK_THROWS_AS(run["theirs"].fetch(), MissingField);
    run.sync();
    CHECK(run.exists("theirs"));
    CHECK(run["theirs"].fetch<int>() == 1);
    CHECK_THROWS_AS(run["theirs"] = "text", MetadataInconsistency);

    run["mine"] = 1;
    run.sync();  // waits first
    CHECK(world.look(run)["mine"].fetch<int>() == 1);
}

TEST_CASE("lifecycle: links have the forms of the app", "[integration]") {
    World world;
    const auto run = world.run();
    const auto model = world.model({.key = "M"});
    const auto made_version = world.version({.model = "TEST-M"});
    const auto project = world.project();
    const std::string base = world.server.url() + "/team/test/";
    CHECK(run.url() == base + "e/TEST-1");
    CHECK(model.url() == base + "m/TEST-M");
    CHECK(made_version.url() == base + "m/TEST-M/v/TEST-M-1");
    CHECK(project.url() == base);
}

TEST_CASE("lifecycle: opening and stopping print the link", "[integration]") {
    World world;
    world.prints = true;
    CapturedStderr captured;
    {
        auto run = world.run();
        run["a"] = 1;
        run.stop();
        world.project().stop();
        world.run({.mode = Mode::debug}).stop();
        world.look(run).stop();
    }
    const auto text = captured.text();
    const auto url = world.server.url() + "/team/test/";
    INFO(text);
    CHECK_THAT(text, ContainsSubstring("[neptune] [info   ] the run TEST-1 is ready: " + url +
                                       "e/TEST-1\n"));
    CHECK_THAT(text, ContainsSubstring("synchronized, thanks for waiting\n"));
    CHECK_THAT(text, ContainsSubstring("[neptune] [info   ] explore the metadata at " + url +
                                       "e/TEST-1/metadata\n"));
    CHECK_THAT(text, ContainsSubstring("[neptune] [info   ] explore the metadata at " + url +
                                       "metadata\n"));
    CHECK_THAT(text, !ContainsSubstring("debug/"));
    CHECK(text.find("TEST-1 is ready") ==
          text.rfind("TEST-1 is ready"));  // not when it is only looked at
}

TEST_CASE("lifecycle: a stopped object is inactive at once, an open one active", "[integration]") {
    World world;
    auto run = world.run();
    run.wait();
    const auto view = world.look(run);
    CHECK(view["sys/state"].fetch<RunState>() == RunState::active);
    run.stop();
    CHECK(view["sys/state"].fetch<RunState>() == RunState::inactive);
}

TEST_CASE("lifecycle: a run that another one still has open stays active", "[integration]") {
    World world;
    auto first = world.run();
    const auto second = world.run({.with_id = id_of(first)});
    world.await_requests("/attributes/ping", 2);
    second.wait();
    first.stop();
    CHECK(second["sys/state"].fetch<RunState>() == RunState::active);
}

TEST_CASE("lifecycle: an exception that leaves the scope marks the run as failed",
          "[integration]") {
    World world;
    const auto leave = [&world](const InitRun& options) {
        std::string id;
        try {
            const auto run = world.run(options);
            id = id_of(run);
            throw std::runtime_error("training went wrong");
        } catch (const std::runtime_error&) {
            return id;
        }
    };
    CHECK(world.look_at(OpenRun{.with_id = leave({})})["sys/failed"].fetch<bool>());
    CHECK_FALSE(world.look_at(OpenRun{.with_id = leave({.fail_on_exception = false})})["sys/failed"]
                    .fetch<bool>());
}

TEST_CASE("lifecycle: an exception beside a run that lives on does not mark it", "[integration]") {
    World world;
    std::string id;
    {
        const auto run = world.run();
        id = id_of(run);
        try {
            throw std::runtime_error("caught");
        } catch (const std::runtime_error&) {
            const auto inner = world.run();  // made while an exception is handled
            inner["a"] = 1;
        }
    }
    CHECK_FALSE(world.look_at(OpenRun{.with_id = id})["sys/failed"].fetch<bool>());
    CHECK_FALSE(world.look_at(OpenRun{.with_id = "TEST-2"})["sys/failed"].fetch<bool>());
}

TEST_CASE("lifecycle: guard marks, stops and rethrows, and gives back what the function returns",
          "[integration]") {
    World world;
    auto run = world.run();
    CHECK(run.guard([] { return 7; }) == 7);
    CHECK(run.state() == State::started);
    CHECK_THROWS_WITH(run.guard([]() -> int { throw std::runtime_error("no luck"); }), "no luck");
    CHECK(run.state() == State::stopped);
    CHECK(world.look(run)["sys/failed"].fetch<bool>());
}

TEST_CASE("lifecycle: several objects of one process are independent", "[integration]") {
    World world;
    auto first = world.run();
    const auto second = world.run();
    const auto model = world.model({.key = "M"});
    CHECK(world.queues().size() == 3);
    first["a"] = 1;
    second["a"] = 2;
    model["a"] = "three";
    first.stop();
    CHECK(world.queues().size() == 2);
    second["b"] = 2;
    second.wait();
    model.wait();
    CHECK(world.look(first)["a"].fetch<int>() == 1);
    CHECK(world.look(second)["a"].fetch<int>() == 2);
    CHECK_FALSE(world.look(first).exists("b"));
}

TEST_CASE("lifecycle: a version goes from any stage to any other", "[integration]") {
    World world;
    world.model({.key = "M"}).stop();
    const auto made_version = world.version({.model = "TEST-M"});
    const auto view = world.look_at(OpenModelVersion{.with_id = "TEST-M-1"});
    CHECK(view["sys/stage"].fetch<std::string>() == "none");
    for (const auto from : {Stage::none, Stage::staging, Stage::production, Stage::archived})
        for (const auto to : {Stage::none, Stage::staging, Stage::production, Stage::archived}) {
            made_version.change_stage(from);
            made_version.change_stage(to);
            CHECK(view["sys/stage"].fetch<std::string>() == to_string(to));
        }
}

namespace {

template <class Object>
void check_stage_is_protected(const Object& object) {
    INFO(id_of(object));
    CHECK_THROWS_AS(object["sys/stage"] = "production", ProtectedPathError);
    CHECK_THROWS_AS(object["sys/stage"].assign("production"), ProtectedPathError);
    CHECK_THROWS_AS(object["sys"].assign({{"stage", "production"}}), ProtectedPathError);
    CHECK_THROWS_AS(object.assign({{"sys", {{"stage", "production"}}}}), ProtectedPathError);
    CHECK_THROWS_AS(object["sys/stage"].append("production"), ProtectedPathError);
    CHECK_THROWS_AS(object["sys"]["stage"].extend({"production"}), ProtectedPathError);
}

}  // namespace

TEST_CASE("lifecycle: the stage is written by change_stage only", "[integration]") {
    World world;
    check_stage_is_protected(world.run());
    check_stage_is_protected(world.model({.key = "M"}));
    const auto made_version = world.version({.model = "TEST-M"});
    check_stage_is_protected(made_version);
    check_stage_is_protected(world.project());
    CHECK_THROWS_AS(made_version["sys/stage"].erase(), ProtectedPathError);
    CHECK_THROWS_AS(made_version.pop("sys/stage"), ProtectedPathError);
    CHECK_THROWS_AS(made_version.erase("sys"), ProtectedPathError);
    made_version.wait();
    CHECK(made_version["sys/stage"].fetch<std::string>() == "none");
    CHECK(world.errors.all().empty());
}

TEST_CASE("lifecycle: detach leaves everything on disk", "[integration]") {
    World world;
    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.hang() : flight.deliver(); });
    auto run = world.run();
    run["a"] = 1;
    run.detach();
    CHECK(run.state() == State::stopped);
    CHECK(world.queues().size() == 1);
    CHECK_FALSE(world.look(run).exists("a"));
}
