// What an object still does once it is stopped.
#include "support/catch.hpp"
#include "support/test_server.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

using namespace neptune;
using namespace support;

namespace {

// Everything that must be refused after stop(), on any of the four objects.
template <class Object>
void check_use_after_stop(const Object& object) {
    INFO(id_of(object));
    object["a"] = 1;
    object["s"].append(1.0);
    object["t"].append("text");
    const Field integer = object["a"], floats = object["s"], texts = object["t"];
    object.stop();

    const std::vector<std::pair<std::string, std::function<void()>>> calls{
        {"[]", [&] { static_cast<void>(object["a"]); }},
        {"[][]", [&] { static_cast<void>(integer["below"]); }},
        {"assign",
         [&] {
             object.assign({{"a", 1}});
         }},
        {"fetch", [&] { static_cast<void>(object.fetch()); }},
        {"erase", [&] { object.erase("a"); }},
        {"pop", [&] { object.pop("a"); }},
        {"sync", [&] { object.sync(); }},
        {"handle: assign", [&] { integer.assign(2); }},
        {"handle: assign dictionary",
         [&] {
             integer.assign(Dict{{"x", 1}});
         }},
        {"handle: append", [&] { floats.append(1.0); }},
        {"handle: append text", [&] { texts.append("text"); }},
        {"handle: append dictionary",
         [&] {
             floats.append({{"x", 1.0}});
         }},
        {"handle: extend", [&] { floats.extend({1.0}); }},
        {"handle: extend texts", [&] { texts.extend({"text"}); }},
        {"handle: configure", [&] { floats.configure({.min = 0}); }},
        {"handle: clear", [&] { floats.clear(); }},
        {"handle: add", [&] { floats.add("tag"); }},
        {"handle: remove", [&] { floats.remove("tag"); }},
        {"handle: erase", [&] { integer.erase(); }},
        {"handle: pop", [&] { integer.pop(); }},
        {"handle: fetch", [&] { static_cast<void>(integer.fetch()); }},
        {"handle: fetch_last", [&] { static_cast<void>(floats.fetch_last<double>()); }},
        {"handle: fetch_last text", [&] { static_cast<void>(texts.fetch_last<std::string>()); }},
        {"handle: fetch_values", [&] { static_cast<void>(floats.fetch_values<double>()); }},
        {"handle: fetch_values text",
         [&] { static_cast<void>(texts.fetch_values<std::string>()); }},
        {"handle: copy", [&] { integer.assign(integer); }},
        {"handle: upload", [&] { integer.upload(neptune::File::from_content("x")); }},
        {"handle: upload_files", [&] { integer.upload_files("*.none"); }},
        {"handle: delete_files", [&] { integer.delete_files("none"); }},
        {"handle: append image", [&] { floats.append(neptune::File::from_content("x")); }},
        {"handle: download", [&] { integer.download(); }},
        {"handle: download_last", [&] { floats.download_last(); }},
        {"handle: fetch_extension", [&] { static_cast<void>(integer.fetch_extension()); }},
        {"handle: list_fileset_files", [&] { static_cast<void>(integer.list_fileset_files()); }},
        {"handle: track_files", [&] { integer.track_files("/none"); }},
        {"handle: fetch_hash", [&] { static_cast<void>(integer.fetch_hash()); }},
        {"handle: fetch_files_list", [&] { static_cast<void>(integer.fetch_files_list()); }},
        {"tables",
         [&] {
             if constexpr (requires { object.fetch_runs_table(); })
                 static_cast<void>(object.fetch_runs_table());
             else if constexpr (requires { object.fetch_model_versions_table(); })
                 static_cast<void>(object.fetch_model_versions_table());
             else
                 static_cast<void>(object.fetch());  // has none
         }},
    };
    for (const auto& [name, call] : calls) {
        INFO(name);
        CHECK_THROWS_AS(call(), InactiveObjectError);
    }
    CHECK(object.exists("a"));
    CHECK(integer.exists());
    CHECK_FALSE(object.exists("none"));
    CHECK(object.structure().find("a") != nullptr);
    CHECK(integer.to_string() == "<Integer field at \"a\">");
    CHECK_NOTHROW(object.wait());
    CHECK_NOTHROW(object.wait(WaitFor::disk));
    CHECK_NOTHROW(object.stop());
    CHECK_FALSE(object.url().empty());
}

}  // namespace

TEST_CASE(
    "after stop: nothing but questions works after stop, on any object and through any handle",
    "[integration]") {
    World world;
    check_use_after_stop(world.run());
    check_use_after_stop(world.model({.key = "M"}));
    const auto made_version = world.version({.model = "TEST-M"});
    check_use_after_stop(made_version);
    CHECK_THROWS_AS(made_version.change_stage(Stage::production), InactiveObjectError);
    check_use_after_stop(world.project());
    check_use_after_stop(world.run({.mode = Mode::debug}));
}

TEST_CASE(
    "after stop: wait returns when the server has it, wait for the disk does not need the server",
    "[integration]") {
    World world;
    const auto run = world.run();
    run["a"] = 1;
    run.wait();
    CHECK(world.look(run)["a"].fetch<int>() == 1);

    world.route(
        [](Flight& flight) { return flight.carries_data() ? flight.hang() : flight.deliver(); });
    run["b"] = 2;
    run.wait(WaitFor::disk);
    CHECK_FALSE(world.look(run).exists("b"));
    run.detach();
}
