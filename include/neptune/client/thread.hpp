#ifndef NEPTUNE_CLIENT_THREAD_HPP
#define NEPTUNE_CLIENT_THREAD_HPP

#include <neptune/http/system.hpp>

#include <thread>
#include <utility>

namespace neptune::client {

/// Starts a thread of the library. No signal is delivered to it, so that the program's handlers run
/// on the program's own threads.
template <class Function>
[[nodiscard]] std::thread start_thread(Function function) {
    const http::detail::SignalsBlocked blocked;
    return std::thread(std::move(function));
}

}  // namespace neptune::client

#endif
