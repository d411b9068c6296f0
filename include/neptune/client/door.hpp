#ifndef NEPTUNE_CLIENT_DOOR_HPP
#define NEPTUNE_CLIENT_DOOR_HPP

// Puts the engine behind the light door, with real HTTP below it.

#include <neptune/client/open.hpp>
#include <neptune/http/client.hpp>

#include <memory>
#include <string>

namespace neptune {
namespace client {

/// Channels over sockets; the variables of the environment.
[[nodiscard]] inline Environment real_environment() {
    Environment environment = read_environment();
    environment.connect = [](const std::string& address, const Proxies& proxies,
                             const Timing& timing) {
        http::ClientOptions options;
        options.base_url = address;
        options.read_timeout =
            std::chrono::duration_cast<std::chrono::milliseconds>(timing.request_timeout);
        options.verify_certificates =
            !core::environment_flag("NEPTUNE_ALLOW_SELF_SIGNED_CERTIFICATE", false);
        options.proxies = proxies;
        options.user_agent = "neptune-cpp/" + std::string(neptune::version);
        return std::unique_ptr<http::Channel>(std::make_unique<http::Client>(std::move(options)));
    };
    return environment;
}

}  // namespace client

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
