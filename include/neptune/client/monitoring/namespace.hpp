#ifndef NEPTUNE_CLIENT_MONITORING_NAMESPACE_HPP
#define NEPTUNE_CLIENT_MONITORING_NAMESPACE_HPP

#include <neptune/core/sha256.hpp>

#include <string>

namespace neptune::client {

/// Default namespace of what is measured about a process: `monitoring/` and the last 8 hexadecimal
/// digits of SHA-256 over host name, process id and thread id, written one after the other as text.
/// Source: the Python client.
[[nodiscard]] inline std::string default_monitoring_namespace(const std::string& host,
                                                              const std::string& pid,
                                                              const std::string& tid) {
    const auto hash = core::sha256_hex(host + pid + tid);
    return "monitoring/" + hash.substr(hash.size() - 8);
}

}  // namespace neptune::client

#endif
