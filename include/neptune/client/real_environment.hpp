#ifndef NEPTUNE_CLIENT_REAL_ENVIRONMENT_HPP
#define NEPTUNE_CLIENT_REAL_ENVIRONMENT_HPP

// What the client takes from outside when it is not tested.

#include <neptune/client/environment.hpp>
#include <neptune/client/options.hpp>
#include <neptune/core/environment.hpp>
#include <neptune/http/client.hpp>
#include <neptune/version.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace neptune::client {

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

}  // namespace neptune::client

#endif
