// Tables: the client's queries against the server's rows.
#include "support/catch.hpp"
#include "support/many_runs.hpp"
#include "support/test_server.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace neptune;
using namespace support;
using Catch::Matchers::ContainsSubstring;

namespace {

/// Numbers of the IDs of all rows, in their order: "3 2 1".
std::string ids_of(Table table) {
    std::string result;
    for (const auto& row : table) {
        const auto id = row.get<std::string>("sys/id");
        result += (result.empty() ? "" : " ") + id.substr(id.find('-') + 1);
    }
    return result;
}

/// Checks that a table shows each of the runs of `add_runs` once, in the right order.
void check_all_rows(Table table, std::size_t count, const std::string& by, bool ascending) {
    std::set<std::string> seen;
    std::optional<std::int64_t> before;
    bool missing = false, ordered = true;
    for (const auto& row : table) {
        seen.insert(row.get<std::string>("sys/id"));
        if (!row.exists(by)) {
            missing = true;
            continue;
        }
        const auto value = by == "x" ? row.get<std::int64_t>("x")
                                     : row.get<Datetime>(by).time_since_epoch().count();
        ordered =
            ordered && !missing && (!before || (ascending ? *before <= value : *before >= value));
        before = value;
    }
    CHECK(seen.size() == count);
    CHECK(ordered);
}

}  // namespace

TEST_CASE("tables: every filter of fetch_runs_table") {
    World world;
    const auto project = world.project();
    auto first = world.run({.tags = {"a", "both"}});
    auto second = world.run({.tags = {"b", "both", "say \"x\" \\ y"}});
    const auto third = world.run();
    first.stop();
    second.wait();
    third.wait();
    const auto ids = [&](const RunsQuery& query) {
        return ids_of(project.fetch_runs_table(query));
    };
    CHECK(ids({}) == "3 2 1");
    CHECK(ids({.ascending = true}) == "1 2 3");
    CHECK(ids({.id = {"TEST-2"}}) == "2");
    CHECK(ids({.id = {"TEST-3", "TEST-1", "TEST-9"}}) == "3 1");
    CHECK(ids({.state = {RunState::active}}) == "3 2");
    CHECK(ids({.state = {RunState::inactive}}) == "1");
    CHECK(ids({.state = {RunState::active, RunState::inactive}}) == "3 2 1");
    CHECK(ids({.owner = {"ada"}}) == "3 2 1");
    CHECK(ids({.owner = {"eve"}}) == "");
    CHECK(ids({.tag = {"both"}}) == "2 1");
    CHECK(ids({.tag = {"both", "a"}}) == "1");
    CHECK(ids({.tag = {"a", "b"}}) == "");
    CHECK(ids({.tag = {"say \"x\" \\ y"}}) == "2");
    CHECK(ids({.id = {"TEST-1", "TEST-2"}, .tag = {"b"}}) == "2");
    CHECK(ids({.query = "`sys/tags`:stringSet CONTAINS \"a\" OR `sys/id`:string = \"TEST-3\""}) ==
          "3 1");
    CHECK(ids({.query = ""}) == "3 2 1");
    CHECK_THROWS_AS(ids({.query = "", .tag = {"a"}}), InvalidArgument);
    OwnDatabase(world.server.data())
        .database.execute("UPDATE objects SET trashed = 1 WHERE sys_id = 'TEST-1'");
    CHECK(ids({}) == "3 2");
    CHECK(ids({.trashed = true}) == "1");
    CHECK(ids({.trashed = std::nullopt}) == "3 2 1");
    CHECK(ids({.query = "sys/owner = ada", .trashed = true}) == "1");
}

TEST_CASE("tables: NQL about every type of field") {
    World world;
    const auto project = world.project();
    const auto time = Datetime(std::chrono::milliseconds(1'700'000'000'123));
    for (int i = 1; i <= 3; ++i) {
        const auto run = world.run();
        run["f"] = i / 2.0;
        run["i"] = i;
        run["b"] = i == 2;
        run["s"] = "model " + std::to_string(i);
        run["d"] = time + std::chrono::milliseconds(i);
        run["m"].extend(std::vector<double>{1.0 * i, 10.0 * i, 2.0 * i});
        run["l"].append("line " + std::to_string(i));
        run.wait();
    }
    const auto ids = [&](const std::string& nql) {
        return ids_of(project.fetch_runs_table({.query = nql, .ascending = true}));
    };
    CHECK(ids("`f`:float >= 1") == "2 3");
    CHECK(ids("`i`:int = 2") == "2");
    CHECK(ids("`b`:bool = true") == "2");
    CHECK(ids("`s`:string = \"model 3\"") == "3");
    CHECK(ids("`s`:string CONTAINS model AND NOT `s`:string MATCHES \"[12]$\"") == "3");
    CHECK(ids("`d`:datetime > \"2023-11-14T22:13:20.124Z\"") == "2 3");
    CHECK(ids("last(`m`:floatSeries) = 4") == "2");
    CHECK(ids("max(`m`:floatSeries) >= 20 AND min(m) < 3") == "2");
    CHECK(ids("average(m) > 10") == "3");
    CHECK(ids("variance(m) > 60") == "2 3");
    CHECK(ids("`l`:stringSeries CONTAINS \"line 1\"") == "1");
    CHECK(ids("`sys/state`:experimentState = \"running\"") == "");
    CHECK(ids("nothing EXISTS") == "");
    CHECK(ids("nothing NOT EXISTS AND i != 2") == "1 3");
    CHECK_THROWS_AS(ids("key: float = (-_-)"), InvalidQuery);
    CHECK_THROWS_WITH(ids("i ="), ContainsSubstring("i =") && ContainsSubstring("Character"));
}

TEST_CASE("tables: columns, order and limit") {
    World world;
    const auto project = world.project();
    for (int i = 1; i <= 4; ++i) {
        const auto run = world.run();
        if (i == 1) run["mixed"] = 2.5;
        if (i == 2) run["mixed"] = 3;
        if (i == 3) run["mixed"] = -1.0;
        if (i == 1) run["odd"] = 1;
        if (i == 2) run["odd"] = "text";
        run["curve"].append(i);
        run["name"] = "run " + std::to_string(i);
        run.stop();
    }
    const auto ids = [&](const RunsQuery& query) {
        return ids_of(project.fetch_runs_table(query));
    };
    CHECK(ids({.limit = 2}) == "4 3");
    CHECK(ids({.sort_by = "name", .ascending = true}) == "1 2 3 4");
    CHECK(ids({.sort_by = "sys/id"}) == "4 3 2 1");
    CHECK(ids({.sort_by = "mixed"}) == "2 1 3 4");
    CHECK(ids({.sort_by = "mixed", .ascending = true}) == "3 1 2 4");
    CHECK(ids({.sort_by = "odd"}) == "2 4 3 1");
    CHECK_THROWS_WITH(ids({.sort_by = "curve"}), ContainsSubstring("FloatSeries"));
    CHECK_THROWS_WITH(ids({.sort_by = "sys/tags"}), ContainsSubstring("StringSet"));
    CHECK_THROWS_WITH(ids({.sort_by = "mixe"}), ContainsSubstring("mixed"));
    CHECK_THROWS_AS(ids({.sort_by = "nothing"}), InvalidArgument);
    CHECK_THROWS_AS(ids({.limit = 0}), InvalidArgument);

    const auto paths = [&](const RunsQuery& query) {
        return project.fetch_runs_table(query).begin()->paths();
    };
    using Paths = std::vector<std::string>;
    CHECK(paths({.columns = Paths{"curve", "nothing"}, .limit = 1}) ==
          Paths{"curve", "sys/creation_time", "sys/id"});
    CHECK(paths({.columns = Paths{}, .sort_by = "name"}) == Paths{"name", "sys/id"});
    CHECK(paths({}).size() > 15);

    auto table = project.fetch_runs_table({.columns = Paths{"name", "curve"}, .limit = 2});
    std::ostringstream csv;
    table.to_csv(csv);
    CHECK_THAT(csv.str(), ContainsSubstring("sys/creation_time,sys/id,curve,name\r\n") &&
                              ContainsSubstring(",TEST-4,4.0,run 4\r\n"));
}

TEST_CASE("tables: an empty project can be sorted by what every run has") {
    World world;
    const auto project = world.project();
    CHECK(ids_of(project.fetch_runs_table()) == "");
    CHECK(ids_of(project.fetch_runs_table({.sort_by = "sys/running_time"})) == "");
    CHECK(ids_of(project.fetch_models_table()) == "");
}

TEST_CASE("tables: 12,000 rows come once each, in both directions") {
    World world;
    const auto project = world.project();
    add_runs(world.server.data(), 12'000);
    const Variable step("NEPTUNE_FETCH_TABLE_STEP_SIZE", "1000");
    const auto table = [&](const std::string& by, bool ascending) {
        return project.fetch_runs_table(
            {.columns = std::vector<std::string>{}, .sort_by = by, .ascending = ascending});
    };
    for (const bool ascending : {false, true})
        check_all_rows(table("sys/creation_time", ascending), 12'000, "sys/creation_time",
                       ascending);
    // Many rows share a value, and a fifth has none.
    check_all_rows(table("x", false), 12'000, "x", false);
}

TEST_CASE("tables: a server that refuses offsets from 10,000 on is read to the end") {
    World world;
    const auto project = world.project();
    add_runs(world.server.data(), 12'000);
    const Variable step("NEPTUNE_FETCH_TABLE_STEP_SIZE", "1000");
    world.route([](Flight& flight) {
        const auto at = flight.request.body.find("\"offset\":");
        if (at != std::string::npos && std::stoll(flight.request.body.substr(at + 9)) >= 10'000)
            return reply_with(400, R"({"code":400,"title":"Bad request","message":"offset"})");
        return flight.deliver();
    });
    const auto table = [&](const std::string& by, bool ascending) {
        return project.fetch_runs_table(
            {.columns = std::vector<std::string>{}, .sort_by = by, .ascending = ascending});
    };
    for (const bool ascending : {false, true})
        check_all_rows(table("sys/creation_time", ascending), 12'000, "sys/creation_time",
                       ascending);
    // Behind the last value come the runs without one, which no condition can be about.
    CHECK_THROWS_AS(table("x", true).to_rows(), ClientHttpError);
}

TEST_CASE("tables: pages are fetched when they are reached, and progress is told") {
    World world;
    const auto project = world.project();
    add_runs(world.server.data(), 25);
    const Variable step("NEPTUNE_FETCH_TABLE_STEP_SIZE", "10");
    const std::string endpoint = "/leaderboard/entries/search";
    std::vector<std::pair<std::uint64_t, std::uint64_t>> told;
    auto table = project.fetch_runs_table({.progress = [&](const Progress& progress) {
        told.emplace_back(progress.done, progress.total.value_or(0));
    }});
    CHECK(world.requests(endpoint) == 0);
    std::size_t rows = 0;
    for (auto it = table.begin(); it != table.end(); ++it)
        CHECK(world.requests(endpoint) == rows++ / 10 + 1);
    CHECK(rows == 25);
    CHECK(world.requests(endpoint) == 3);
    CHECK(told == std::vector<std::pair<std::uint64_t, std::uint64_t>>{{20, 25}, {25, 25}});
    CHECK(project.fetch_runs_table({.limit = 12}).to_rows().size() == 12);
    CHECK(world.requests(endpoint) == 5);
}

TEST_CASE("tables: models, and the versions of one of them") {
    World world;
    const auto project = world.project();
    const auto forest = world.model({.name = "trees", .key = "FOREST"});
    const auto other = world.model({.key = "OTHER"});
    forest["size"] = 3;
    forest.wait();
    for (int i = 0; i < 2; ++i) {
        const auto made_version = world.version({.model = "TEST-FOREST"});
        made_version["accuracy"] = 0.5 + i;
        made_version.wait();
    }
    const auto stranger = world.version({.model = "TEST-OTHER"});
    CHECK(ids_of(project.fetch_models_table()) == "OTHER FOREST");
    CHECK(ids_of(project.fetch_models_table({.query = "size = 3"})) == "FOREST");
    CHECK(ids_of(project.fetch_models_table(
              {.limit = 1, .sort_by = "sys/id", .ascending = true})) == "FOREST");
    CHECK(ids_of(project.fetch_runs_table()) == "");
    CHECK(ids_of(forest.fetch_model_versions_table()) == "FOREST-2 FOREST-1");
    CHECK(ids_of(forest.fetch_model_versions_table({.query = "accuracy > 1"})) == "FOREST-2");
    CHECK(ids_of(forest.fetch_model_versions_table({.sort_by = "accuracy", .ascending = true})) ==
          "FOREST-1 FOREST-2");
    CHECK(ids_of(other.fetch_model_versions_table()) == "OTHER-1");
    OwnDatabase(world.server.data())
        .database.execute("UPDATE objects SET trashed = 1 WHERE sys_id = 'TEST-FOREST-2'");
    CHECK(ids_of(forest.fetch_model_versions_table()) == "FOREST-1");
    const auto view = world.look_at(OpenModel{.with_id = "TEST-FOREST"});
    CHECK(ids_of(view.fetch_model_versions_table()) == "FOREST-1");
}

TEST_CASE("tables: rows show what a run's own fields show") {
    World world;
    const auto run = world.run({.tags = {"a", "b"}});
    run["f"] = 0.1;
    run["i"] = 5;
    run["when"] = Datetime(std::chrono::milliseconds(1'700'000'000'123));
    run["m"].append(0.25);
    run["l"].append("line");
    const auto file = world.directory.path + "/data.csv";
    std::ofstream(file) << "1,2";
    run["data"].track_files(file);
    run.wait();
    const auto view = world.look_at(OpenProject{});
    const auto row = *view.fetch_runs_table().begin();
    CHECK(row.get<double>("f") == 0.1);
    CHECK(row.get<int>("i") == 5);
    CHECK(row.get<Datetime>("when") == run["when"].fetch<Datetime>());
    CHECK(row.get<double>("m") == 0.25);
    CHECK(row.get<std::string>("l") == "line");
    CHECK(row.get<std::set<std::string>>("sys/tags") == std::set<std::string>{"a", "b"});
    CHECK(row.get<RunState>("sys/state") == RunState::active);
    CHECK(row.get<bool>("sys/trashed") == false);
    CHECK(row["sys"]["owner"].get<std::string>() == "ada");
    CHECK(row.get_attribute_type("m") == FieldType::float_series);
    const auto hash = run["data"].fetch_hash();
    CHECK(row.get<std::string>("data") == hash);
    CHECK(ids_of(view.fetch_runs_table({.query = "`data`:artifact = \"" + hash + "\""})) == "1");
    CHECK(ids_of(view.fetch_runs_table({.query = "`data`:artifact != \"" + hash + "\""})) == "");
}

TEST_CASE("tables: files of a row are downloaded, not shown") {
    World world;
    const auto run = world.run();
    const auto directory = world.directory.path;
    const auto content = [&](const std::string& name) {
        std::ifstream file(directory + "/" + name, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    std::ofstream(directory + "/weights.txt") << "0.1 0.2";
    run["model/weights"].upload(directory + "/weights.txt");
    run["set"].upload_files(directory + "/weights.txt");
    run.wait();
    const auto project = world.project();
    const auto row = *project.fetch_runs_table().begin();
    CHECK_THROWS_AS(row.get("model/weights"), MetadataInconsistency);
    row["model"]["weights"].download(directory + "/copy.txt");
    CHECK(content("copy.txt") == "0.1 0.2");
    row.download("set", directory + "/set.zip");
    CHECK(content("set.zip").substr(0, 2) == "PK");
    CHECK_THROWS_AS(row.download("sys/id", directory + "/x"), MetadataInconsistency);
    CHECK(ids_of(project.fetch_runs_table({.query = "`model/weights`:file EXISTS"})) == "1");
}

TEST_CASE("tables: no more rows after the project was stopped") {
    World world;
    auto project = world.project();
    add_runs(world.server.data(), 3);
    const Variable step("NEPTUNE_FETCH_TABLE_STEP_SIZE", "2");
    auto table = project.fetch_runs_table();
    auto it = table.begin();
    const Row row = *it;
    project.stop();
    ++it;
    CHECK_THROWS_AS(++it, InactiveObjectError);
    CHECK(row.get<std::string>("sys/id") == "TEST-3");
    CHECK_THROWS_AS(project.fetch_runs_table(), InactiveObjectError);
}

TEST_CASE("tables: a table outlives the project object") {
    World world;
    add_runs(world.server.data(), 3);
    auto table = [&] {
        const auto project = world.project();
        return project.fetch_runs_table();
    }();
    CHECK_THROWS_AS(table.to_rows(), InactiveObjectError);
}

TEST_CASE("tables: in debug mode there are no rows") {
    World world;
    const auto project = world.project({.mode = OnlineMode::debug});
    CHECK(ids_of(project.fetch_runs_table()) == "");
    CHECK_THROWS_AS(project.fetch_runs_table({.limit = 0}), InvalidArgument);
}
