#ifndef NEPTUNE_NEPTUNE_HPP
#define NEPTUNE_NEPTUNE_HPP

// The heavy door: the whole engine behind <neptune/run.hpp>, with threads, journal, JSON and HTTP.
// Include it in at least one file of the program; cpp-httplib makes that file slow to compile. A
// program that includes it everywhere works too.
//
// Layers: client (objects, engine, uploader) on wire (protocol), http (cpp-httplib), journal
// (disk), core.

#include <neptune/client/door.hpp>
#include <neptune/client/management_door.hpp>
#include <neptune/fwd.hpp>
#include <neptune/json.hpp>
#include <neptune/log_sink.hpp>
#include <neptune/run.hpp>

#endif
