#ifndef NEPTUNE_RUN_HPP
#define NEPTUNE_RUN_HPP

// The light door: objects, fields and series, without HTTP, JSON, threads or SQLite. Include it
// wherever you log; include <neptune/neptune.hpp> in one file of the program, which brings the
// engine behind it.
//
//     auto run = neptune::init_run({.project = "ml-team/classification"});
//     run["params"] = {{"lr", 0.01}, {"batch_size", 64}, {"activation", "ReLU"}};
//     run["train/loss"].append(0.31);
//     run.stop();

#include <neptune/client/management.hpp>
#include <neptune/client/objects.hpp>
#include <neptune/client/read_only.hpp>
#include <neptune/version.hpp>

#endif
