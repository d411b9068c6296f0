// What belongs to one kind of object only, and what objects opened for reading do not have.
#include <neptune/run.hpp>

#include <string>
#include <vector>

namespace {

[[maybe_unused]] void use(neptune::Run& run, neptune::Model& model, neptune::ModelVersion& version,
                          neptune::Project& project, neptune::ReadOnly<neptune::Run>& view) {
    version.change_stage(neptune::Stage::staging);
    run["control"] = 1;
    [[maybe_unused]] const auto place = run.monitoring_namespace();
    [[maybe_unused]] const auto value = view["x"].fetch<double>();
    static_cast<void>(model);
    static_cast<void>(project);

    // --- members of one kind of object
#ifdef REJECT_stage_of_a_run  // expect: no member named .*change_stage
    run.change_stage(neptune::Stage::staging);
#endif
#ifdef REJECT_stage_of_a_model  // expect: no member named .*change_stage
    model.change_stage(neptune::Stage::staging);
#endif
#ifdef REJECT_stage_of_a_project  // expect: no member named .*change_stage
    project.change_stage(neptune::Stage::staging);
#endif
#ifdef REJECT_stage_as_text  // expect: for text use neptune::stage_from_string|a_stage_is_neptune_Stage_or_stage_from_string
    version.change_stage("production");
#endif
#ifdef REJECT_stage_that_does_not_exist  // expect: retired
    version.change_stage(neptune::Stage::retired);
#endif
#ifdef REJECT_monitoring_namespace_of_a_model  // expect: monitoring_namespace
    model.monitoring_namespace();
#endif
#ifdef REJECT_copy_of_a_run  // expect: use of deleted function|call to (implicitly-)?deleted
    neptune::Run second(run);
#endif

    // --- objects opened for reading
#ifdef REJECT_read_only_assignment  // expect: object was opened read-only|object_was_opened_read_only
    view["x"] = 1;
#endif
#ifdef REJECT_read_only_literal  // expect: object was opened read-only|object_was_opened_read_only
    view["x"] = "text";
#endif
#ifdef REJECT_read_only_dictionary  // expect: object was opened read-only|object_was_opened_read_only
    view["x"] = {{"a", 1}, {"b", 2}};
#endif
#ifdef REJECT_read_only_copy  // expect: object was opened read-only|object_was_opened_read_only
    view["x"] = run["y"];
#endif
#ifdef REJECT_read_only_copy_within  // expect: object was opened read-only|object_was_opened_read_only
    view["x"] = view["y"];
#endif
#ifdef REJECT_read_only_assign  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].assign(1);
#endif
#ifdef REJECT_read_only_append  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].append(0.5, {.step = 1});
#endif
#ifdef REJECT_read_only_append_of_a_dictionary  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].append({{"a", 1}, {"b", 2}});
#endif
#ifdef REJECT_read_only_extend  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].extend(std::vector<double>{1});
#endif
#ifdef REJECT_read_only_extend_in_braces  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].extend({1.0, 2.0});
#endif
#ifdef REJECT_read_only_add  // expect: object was opened read-only|object_was_opened_read_only
    view["sys/tags"].add("a");
#endif
#ifdef REJECT_read_only_add_in_braces  // expect: object was opened read-only|object_was_opened_read_only
    view["sys/tags"].add({"a", "b"});
#endif
#ifdef REJECT_read_only_remove  // expect: object was opened read-only|object_was_opened_read_only
    view["sys/tags"].remove("a");
#endif
#ifdef REJECT_read_only_clear  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].clear();
#endif
#ifdef REJECT_read_only_configure  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].configure({.unit = "%"});
#endif
#ifdef REJECT_read_only_erase  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].erase();
#endif
#ifdef REJECT_read_only_pop  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].pop();
#endif
#ifdef REJECT_read_only_upload  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].upload("model.pt");
#endif
#ifdef REJECT_read_only_upload_files  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].upload_files("*.csv");
#endif
#ifdef REJECT_read_only_track_files  // expect: object was opened read-only|object_was_opened_read_only
    view["x"].track_files("data");
#endif
#ifdef REJECT_read_only_path_zero  // expect: paths are strings|paths_are_strings = int
    [[maybe_unused]] auto field = view[0];
#endif
}

}  // namespace
