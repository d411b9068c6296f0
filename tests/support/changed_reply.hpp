#ifndef NEPTUNE_TESTS_SUPPORT_CHANGED_REPLY_HPP
#define NEPTUNE_TESTS_SUPPORT_CHANGED_REPLY_HPP

#include "support/test_server.hpp"

#include <nlohmann/json.hpp>

#include <functional>

namespace support {

/// The server's answer with its JSON body changed.
inline neptune::http::Reply changed(Flight& flight,
                                    const std::function<void(nlohmann::json&)>& change) {
    auto reply = flight.deliver();
    auto body = nlohmann::json::parse(reply.body);
    change(body);
    reply.body = body.dump();
    return reply;
}

}  // namespace support

#endif
