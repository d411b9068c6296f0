#ifndef NEPTUNE_HTTP_SYSTEM_HPP
#define NEPTUNE_HTTP_SYSTEM_HPP

// The system calls of this layer: signals, host names, sockets. POSIX.

#include <neptune/core/descriptor.hpp>
#include <neptune/http/error.hpp>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

namespace neptune::http::detail {

/// Blocks every signal in this thread until the end of the scope. Threads that are started
/// meanwhile keep them blocked, so that the program's handlers run on the program's own threads.
class SignalsBlocked {
public:
    SignalsBlocked() {
        ::sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    ::sigset_t before_{};
};

/// Keeps writing to a closed connection from killing the program, whatever it does with SIGPIPE.
class BrokenPipeMuted {
public:
    BrokenPipeMuted() {
        ::sigemptyset(&pipe_);
        ::sigaddset(&pipe_, SIGPIPE);
        was_pending_ = pending();
        ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    }
    BrokenPipeMuted(const BrokenPipeMuted&) = delete;
    BrokenPipeMuted& operator=(const BrokenPipeMuted&) = delete;
    ~BrokenPipeMuted() {
        // The signal is sent to the thread that writes, so what is pending now is ours to take.
        int taken = 0;
        if (!was_pending_ && pending()) {
            ::sigwait(&pipe_, &taken);
        }
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }

private:
    static bool pending() {
        ::sigset_t set;
        ::sigemptyset(&set);
        ::sigpending(&set);
        return ::sigismember(&set, SIGPIPE) == 1;
    }

    ::sigset_t pipe_{};
    ::sigset_t before_{};
    bool was_pending_ = false;
};

/// Puts the program's treatment of SIGPIPE back at the end of the scope: httplib's server changes
/// it.
class SigpipeTreatmentKept {
public:
    SigpipeTreatmentKept() { ::sigaction(SIGPIPE, nullptr, &before_); }
    SigpipeTreatmentKept(const SigpipeTreatmentKept&) = delete;
    SigpipeTreatmentKept& operator=(const SigpipeTreatmentKept&) = delete;
    ~SigpipeTreatmentKept() { ::sigaction(SIGPIPE, &before_, nullptr); }

private:
    struct ::sigaction before_ {};
};

/// A second descriptor of the same socket, so that it can be shut down from another thread without
/// the risk that its number belongs to something else by then. None if the system has no more.
[[nodiscard]] inline core::Descriptor duplicate(int socket) noexcept {
    return core::Descriptor(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
}

[[nodiscard]] inline bool is_numeric_address(const std::string& host) {
    ::in6_addr address{};
    return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace neptune::http::detail

namespace neptune::http {

/// The addresses of a host as numbers, in the system's order, at least one. Blocks as long as the
/// system's resolver does. Errors: ConnectionError::Kind::resolve with the system's words and
/// `where`.
[[nodiscard]] inline std::vector<std::string> resolve(const std::string& host,
                                                      const std::string& where) {
    ::addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    ::addrinfo* list = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    std::vector<std::string> addresses;
    if (error == 0) {
        char text[NI_MAXHOST];
        for (const ::addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
            if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof text, nullptr, 0,
                              NI_NUMERICHOST) == 0) {
                addresses.emplace_back(text);
            }
        }
        ::freeaddrinfo(list);
    }
    if (addresses.empty()) {
        const std::string words = error == EAI_SYSTEM ? std::generic_category().message(errno)
                                  : error != 0        ? ::gai_strerror(error)
                                                      : "it has no address";
        throw ConnectionError(ConnectionError::Kind::resolve,
                              "cannot find the address of the host: " + words, where);
    }
    return addresses;
}

}  // namespace neptune::http

#endif
