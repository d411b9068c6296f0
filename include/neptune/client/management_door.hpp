#ifndef NEPTUNE_CLIENT_MANAGEMENT_DOOR_HPP
#define NEPTUNE_CLIENT_MANAGEMENT_DOOR_HPP

// Puts the calls behind neptune::management, with real HTTP below them.

#include <neptune/client/door.hpp>
#include <neptune/client/remote_manager.hpp>

#include <memory>
#include <optional>
#include <string>

namespace neptune::management {

template <class Door>
std::unique_ptr<detail::Manager>
detail::the_program_must_include_neptune_neptune_hpp_in_one_file<Door>::open(
    const std::optional<std::string>& api_token) {
    return std::make_unique<client::RemoteManager>(api_token, client::real_environment());
}
// Here for the reason that door.hpp gives.
template struct detail::the_program_must_include_neptune_neptune_hpp_in_one_file<void>;

}  // namespace neptune::management

#endif
