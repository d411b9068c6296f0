#ifndef NEPTUNE_HTTP_SERVER_EXCHANGE_HPP
#define NEPTUNE_HTTP_SERVER_EXCHANGE_HPP

// One request and its reply between httplib's types and ours.

#include <neptune/http/framing.hpp>
#include <neptune/http/message.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <httplib.h>

namespace neptune::http::detail {

// httplib takes Content-Type as its own business (multipart, forms); under this name, which no
// client can send, it is none.
inline constexpr const char* hidden_content_type = ":content-type";

/// The body of one request on its way in.
struct IncomingBody {
    const httplib::ContentReader& reader;
    const BodyFraming& framing;
    std::size_t limit;
    bool begun = false, complete = false, too_large = false;
    std::exception_ptr failure{};

    /// A refused body is read and dropped, so that a client that writes all of it before it listens
    /// still sees the refusal; the connection is closed on one that is larger than this.
    static constexpr std::uint64_t drain_limit = std::uint64_t{1} << 30;

    [[nodiscard]] bool whole() const { return complete && !too_large; }

    /// What `take` throws is kept in `failure`, since httplib is no place for it.
    void read(const std::function<void(std::string_view)>& take) {
        begun = true;
        too_large = framing.length > limit;
        std::uint64_t received = 0;
        complete = (!too_large || framing.length <= drain_limit) &&
                   reader([&](const char* bytes, std::size_t size) {
                       received += size;
                       too_large = too_large || received > limit;
                       if (!too_large && !failure) {
                           try {
                               take({bytes, size});
                           } catch (...) {
                               failure = std::current_exception();
                           }
                       }
                       return !too_large || received <= drain_limit;
                   });
    }
};

/// httplib's request as ours, without its body. `method`: it may have been changed on its way.
[[nodiscard]] inline Request request_from(const httplib::Request& arrived,
                                          const std::string& method) {
    Request request;
    request.method = method;
    request.target = arrived.target;
    for (const auto& line : arrived.headers) {
        const std::string& name = line.first;
        // Older versions of httplib put these among the headers.
        if (name != "REMOTE_ADDR" && name != "REMOTE_PORT" && name != "LOCAL_ADDR" &&
            name != "LOCAL_PORT") {
            request.headers.add(name == hidden_content_type ? "Content-Type" : name, line.second);
        }
    }
    return request;
}

inline void write_source(BodySource source, httplib::Response& response) {
    const std::string type = response.get_header_value("Content-Type");
    response.headers.erase("Content-Type");  // httplib adds it
    response.set_content_provider(
        static_cast<std::size_t>(source.size),
        type.empty() ? std::string("application/octet-stream") : type,
        [read = std::move(source.read), buffer = std::make_shared<std::vector<char>>()](
            std::size_t offset, std::size_t length, httplib::DataSink& sink) {
            constexpr std::size_t piece = std::size_t{256} << 10;
            buffer->resize((std::min)(length, piece));
            try {
                const std::size_t size = read(offset, buffer->data(), buffer->size());
                return sink.write(buffer->data(), size);
            } catch (const std::exception& failure) {
                std::fprintf(stderr, "neptune: a reply broke off: %s\n", failure.what());
                return false;
            }
        });
}

/// `arrived`: what httplib looks at again while it writes the reply is changed; `response.reason`
/// has the true method.
inline void write_reply(Reply reply, httplib::Request& arrived, httplib::Response& response) {
    constexpr std::size_t one_packet = 1400;  // below it compressing saves nothing
    if (reply.source || reply.body.size() < one_packet || reply.status == 206 ||
        reply.headers.find("Content-Encoding")) {
        arrived.headers.erase("Accept-Encoding");
    }
    arrived.method = response.reason;  // httplib sends no body in answer to HEAD
    response.status = reply.status;
    for (const Header& line : reply.headers) {
        if (!same_name(line.name, "Content-Length")) {  // httplib adds it
            response.set_header(line.name, line.value);
        }
    }
    if (reply.source && reply.source->size > 0) {
        write_source(*std::move(reply.source), response);
    } else {
        response.body = std::move(reply.body);
    }
}

/// The only way to end a connection that all versions of httplib have: a body that fails behind its
/// last byte.
inline void write_and_close(Reply reply, httplib::Response& response) {
    response.status = reply.status;
    response.set_header("Connection", "close");
    std::string type = "application/octet-stream";
    for (const Header& line : reply.headers) {
        if (same_name(line.name, "Content-Type")) {
            type = line.value;
        } else {
            response.set_header(line.name, line.value);
        }
    }
    const std::size_t size = reply.body.size();
    response.set_content_provider(
        size, type,
        [body = std::move(reply.body)](std::size_t, std::size_t, httplib::DataSink& sink) {
            sink.write(body.data(), body.size());
            return false;
        });
}

}  // namespace neptune::http::detail

#endif
