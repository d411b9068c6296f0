#ifndef NEPTUNE_CLIENT_DOOR_HPP
#define NEPTUNE_CLIENT_DOOR_HPP

// Puts the engine behind the light door, with real HTTP below it.

#include <neptune/client/open.hpp>
#include <neptune/client/real_environment.hpp>

#include <memory>

namespace neptune {

template <class Door>
std::shared_ptr<detail::Object>
detail::the_program_must_include_neptune_neptune_hpp_in_one_file<Door>::open(
    const OpenRequest& request) {
    return client::Opener(request, client::real_environment()).open();
}
// A strong reference from every file that opens an object, so the definition must be here, not in
// an inline registration: that one is lost in static libraries, with hidden visibility, or under
// --gc-sections.
template struct detail::the_program_must_include_neptune_neptune_hpp_in_one_file<void>;

}  // namespace neptune

#endif
