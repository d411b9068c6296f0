// Options of one function that another does not have. The words are the compiler's: it names the member.
#include <neptune/run.hpp>

namespace {

[[maybe_unused]] void open() {
    [[maybe_unused]] const auto run = neptune::init_run({.project = "w/p", .mode = neptune::Mode::offline, .capture_stdout = false});
    [[maybe_unused]] const auto model = neptune::init_model({.key = "K", .mode = neptune::OnlineMode::sync});
    [[maybe_unused]] const auto version = neptune::init_model_version({.model = "P-K"});

#ifdef REJECT_capture_of_a_model  // expect: capture_stdout
    [[maybe_unused]] auto other = neptune::init_model(neptune::InitModel{.capture_stdout = false});
#endif
#ifdef REJECT_key_of_a_run  // expect: [^a-z_]key[^a-z_]
    [[maybe_unused]] auto other = neptune::init_run(neptune::InitRun{.key = "K"});
#endif
#ifdef REJECT_model_of_a_model  // expect: [^a-z_]model[^a-z_]
    [[maybe_unused]] auto other = neptune::init_model(neptune::InitModel{.model = "P-K"});
#endif
#ifdef REJECT_custom_run_id_of_a_model  // expect: [^a-z_]custom_run_id[^a-z_]
    [[maybe_unused]] auto other = neptune::init_model(neptune::InitModel{.custom_run_id = "x"});
#endif
#ifdef REJECT_tags_of_a_project  // expect: [^a-z_]tags[^a-z_]
    [[maybe_unused]] auto other = neptune::init_project(neptune::InitProject{.tags = {"a"}});
#endif
#ifdef REJECT_mode_of_open_run  // expect: [^a-z_]mode[^a-z_]
    [[maybe_unused]] auto other = neptune::open_run(neptune::OpenRun{.mode = neptune::Mode::sync});
#endif
#ifdef REJECT_offline_model  // expect: [^a-z_]offline[^a-z_]
    [[maybe_unused]] auto other = neptune::init_model({.mode = neptune::OnlineMode::offline});
#endif
#ifdef REJECT_mode_of_a_run_for_a_model  // expect: Mode
    [[maybe_unused]] auto other = neptune::init_model(neptune::InitModel{.mode = neptune::Mode::offline});
#endif
#ifdef REJECT_result_that_is_dropped  // expect: nodiscard
#pragma GCC diagnostic error "-Wunused-result"
    neptune::init_run();
#endif
}

}  // namespace
