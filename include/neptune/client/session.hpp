#ifndef NEPTUNE_CLIENT_SESSION_HPP
#define NEPTUNE_CLIENT_SESSION_HPP

// Calls to one server on behalf of one token: handshake, access token, retries, and the errors that
// replies mean.

#include <neptune/client/credentials.hpp>
#include <neptune/client/environment.hpp>
#include <neptune/client/options.hpp>
#include <neptune/client/remote.hpp>
#include <neptune/client/reply_errors.hpp>
#include <neptune/client/reporter.hpp>
#include <neptune/core/base64.hpp>
#include <neptune/core/time.hpp>
#include <neptune/version.hpp>
#include <neptune/wire/endpoint.hpp>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::client {

/// Threads: all functions from any thread at once; `abort` ends what is under way.
class Session {
public:
    /// Touches no network. Lifetime: `reporter` outlives the session.
    Session(Credentials credentials, Proxies proxies, const Environment& environment,
            Reporter& reporter)
        : credentials_(std::move(credentials)),
          proxies_(std::move(proxies)),
          make_channel_(environment.connect),
          timing_(environment.timing),
          reporter_(reporter),
          pause_(environment.timing.pause_scale) {}

    /// Fetches the client configuration and exchanges the token, the first time that it is called;
    /// every other call that needs the server begins with it. Errors: CannotResolveHostname,
    /// SSLVerificationError, ConnectionLost, InvalidApiToken, ClientUpgradeRequired, ApiError.
    void open() {
        const std::lock_guard guard(open_mutex_);
        if (open_) return;
        connect(credentials_.config_address);
        config_ = unauthorised<wire::GetClientConfig>({credentials_.token, "true"});
        check_version();
        if (config_.api_url != credentials_.config_address && !config_.api_url.empty())
            connect(config_.api_url);
        exchange();
        open_ = true;
    }
    [[nodiscard]] bool is_open() const { return open_; }

    /// Errors: as `open`.
    [[nodiscard]] const wire::ClientConfig& config() {
        open();
        return config_;
    }
    /// True if the server announces the feature (wire protocol §15.1). Errors: as `open`.
    [[nodiscard]] bool has(std::string_view feature) {
        open();
        if (!config_.neptune_cpp) return false;
        const auto& features = config_.neptune_cpp->features;
        return std::find(features.begin(), features.end(), feature) != features.end();
    }

    /// Calls an endpoint and retries while the server is in trouble, as long as
    /// NEPTUNE_RETRIES_TIMEOUT says. Errors: ConnectionLost, and what the reply means
    /// (reply_errors.hpp).
    template <wire::Endpoint E>
    typename E::Response call(const typename E::Request& request) {
        open();
        return decode<E>(send(build_request<E>(request), Kind::patient));
    }
    /// The same, for callers that know more about a refusal than its status says: they see it
    /// first, and may throw. `on_refusal(const wire::ErrorReply&)`.
    template <wire::Endpoint E, class OnRefusal>
    typename E::Response call(const typename E::Request& request, OnRefusal&& on_refusal) {
        open();
        const auto message = build_request<E>(request);
        auto reply = deliver(message, Kind::patient);
        if (reply.status != 200) on_refusal(wire::decode_error(reply.status, reply.body));
        return decode<E>(checked(std::move(reply), message));
    }
    /// The same for an endpoint that takes a file. Errors also: what `content` throws.
    template <wire::Endpoint E>
    requires wire::takes_content<E>
    typename E::Response upload(const typename E::Request& request, http::BodySource content) {
        open();
        auto message = build_request<E>(request);
        message.source = std::move(content);
        return decode<E>(send(std::move(message), Kind::patient));
    }
    /// The same for an endpoint that answers with a file, which goes to `sink`. Errors also: what
    /// `sink` throws.
    template <wire::Endpoint E>
    requires std::same_as<typename E::Response, wire::Content>
    void download(const typename E::Request& request, http::BodySink sink) {
        open();
        auto message = build_request<E>(request);
        message.headers.set("Accept", "application/octet-stream");
        message.sink = std::move(sink);
        static_cast<void>(send(std::move(message), Kind::patient));
    }
    /// A file at an address that the server has given, perhaps of another server, which does not
    /// get the access token. Errors: as `download`.
    void download_from(const std::string& address, http::BodySink sink) {
        open();
        http::Request message;
        message.headers.set("Accept", "application/zip");
        message.sink = std::move(sink);
        const auto url = parse_address(address);
        message.target = url.path;
        if (message.target.empty()) message.target = "/";
        const auto own =
            parse_address(config_.api_url.empty() ? credentials_.config_address : config_.api_url);
        if (url.origin() == own.origin()) {
            static_cast<void>(send(std::move(message), Kind::patient));
            return;
        }
        const auto channel = make_channel_(address, proxies_, timing_);
        static_cast<void>(checked(transmit(*channel, message, Kind::patient), message));
    }
    /// The same without retries and with the short time-out of pings, for what comes again soon.
    template <wire::Endpoint E>
    typename E::Response call_once(const typename E::Request& request) {
        open();
        return decode<E>(send(build_request<E>(request), Kind::brief));
    }

    /// Whether `listen` makes sense. Errors: as `open`.
    [[nodiscard]] bool can_listen() {
        open();
        return channel_->can_listen();
    }
    /// Hands over what the server pushes on a WebSocket at `target`, until the connection ends.
    /// False if there is nothing to listen to, now and later. Errors: ConnectionLost; as `open`.
    bool listen(const std::string& target, const std::string& producer,
                const std::function<void(const std::string&)>& take) {
        open();
        http::Request request;
        request.target = target;
        request.headers.set("Authorization", "Bearer " + access_token());
        request.headers.set("User-Agent", "neptune-cpp/" + std::string(neptune::version));
        if (!producer.empty()) request.headers.set("X-Neptune-Producer", producer);
        try {
            return channel_->listen(request, take);
        } catch (const http::ConnectionError& error) {
            throw_connection_error(error.kind(), error.what());
        }
    }

    /// Waits until something that the server prepares may be ready. Errors: ConnectionLost if the
    /// object ends meanwhile.
    void pause(std::chrono::milliseconds time) {
        if (!pause_.sleep(time))
            throw_connection_error(http::ConnectionError::Kind::aborted,
                                   "the object was stopped while the server prepared an answer");
    }

    /// Ends requests and pauses under way, and refuses later ones.
    void abort() noexcept {
        pause_.abort();
        const std::lock_guard guard(channel_mutex_);
        aborted_ = true;
        if (channel_) channel_->abort();
        if (brief_channel_) brief_channel_->abort();
    }

private:
    enum class Kind { patient, brief };

    // Needs the open mutex. Later calls find the channels as they are, so only `abort` can meet the
    // change.
    void connect(const std::string& address) {
        Timing brief = timing_;
        brief.request_timeout = timing_.ping_timeout;
        std::unique_ptr<http::Channel> channel, brief_channel;
        try {
            channel = make_channel_(address, proxies_, timing_);
            brief_channel = make_channel_(address, proxies_, brief);
        } catch (const std::invalid_argument& error) {
            throw ConfigError(ErrorCode::invalid_argument,
                              std::string("the server cannot be reached: ") + error.what(),
                              "check the address inside the API token, and the proxies");
        }
        const std::lock_guard guard(channel_mutex_);
        if (aborted_) {
            channel->abort();
            brief_channel->abort();
        }
        channel_.swap(channel);
        brief_channel_.swap(brief_channel);
    }

    template <wire::Endpoint E>
    typename E::Response decode(const http::Reply& reply) {
        try {
            return read_reply<E>(reply);
        } catch (const wire::DecodeError& error) {
            throw ApiError(ErrorCode::invalid_reply,
                           "the server's answer to " + std::string(E::operation_id) +
                               " makes no sense: " + error.what(),
                           "is " + credentials_.config_address + " a Neptune server?", reply.status,
                           reply.body);
        }
    }

    template <wire::Endpoint E>
    typename E::Response unauthorised(const typename E::Request& request) {
        auto message = build_request<E>(request);
        return decode<E>(checked(transmit(message, Kind::patient), message));
    }

    http::Reply send(const http::Request& request, Kind kind) {
        return checked(deliver(request, kind), request);
    }

    // Whatever the status.
    http::Reply deliver(http::Request request, Kind kind) {
        for (int attempt = 0;; ++attempt) {
            request.headers.set("Authorization", "Bearer " + access_token());
            auto reply = transmit(request, kind);
            // Clocks may differ: whatever ours says, the token is renewed once.
            if (attempt == 0 && reply.status == 401 &&
                wire::decode_error(401, reply.body).type ==
                    wire::ErrorType::authorization_token_expired) {
                const std::lock_guard guard(token_mutex_);
                refresh();
                continue;
            }
            return reply;
        }
    }

    http::Url parse_address(const std::string& address) const {
        try {
            return http::parse_url(address);
        } catch (const std::invalid_argument& error) {
            throw ApiError(ErrorCode::invalid_reply,
                           "the server gave the address '" + address + "': " + error.what(),
                           "check the public address of the server", 200, {});
        }
    }

    http::Reply transmit(const http::Request& request, Kind kind) {
        return transmit(kind == Kind::patient ? *channel_ : *brief_channel_, request, kind);
    }
    http::Reply transmit(http::Channel& channel, http::Request request, Kind kind) {
        request.headers.set("User-Agent", "neptune-cpp/" + std::string(neptune::version));
        request.headers.set("X-Neptune-LegacyClient", "false");
        try {
            const auto budget = std::chrono::duration_cast<std::chrono::milliseconds>(
                timing_.retry_budget * timing_.pause_scale);
            auto reply = kind == Kind::patient
                             ? http::send_with_retry(channel, request, pause_, budget)
                             : channel.send(request);
            relay_messages(reply);
            return reply;
        } catch (const http::RetriesExhausted& error) {
            throw_connection_error(error.kind(), error.what());
        } catch (const http::ConnectionError& error) {
            throw_connection_error(error.kind(), error.what());
        }
    }

    http::Reply checked(http::Reply reply, const http::Request& request) {
        if (reply.status != 200) throw_for_reply(reply, request);
        return reply;
    }

    // The server's own notices, on any reply.
    void relay_messages(const http::Reply& reply) {
        if (const auto* text = reply.headers.find("X-Server-Info")) reporter_.info(*text);
        if (const auto* text = reply.headers.find("X-Server-Warning")) reporter_.warning(*text);
        if (const auto* text = reply.headers.find("X-Server-Error")) reporter_.error(*text);
    }

    void check_version() {
        const auto& versions = config_.py_lib_versions;
        // The numbers are those of the Python client whose protocol we speak.
        if (versions.min_compatible && is_newer(*versions.min_compatible, protocol_version))
            throw ClientUpgradeRequired(
                ErrorCode::client_upgrade_required,
                "the server needs a client of protocol version " + *versions.min_compatible +
                    " or later; this one speaks " + std::string(protocol_version),
                "use a newer neptune-cpp");
        if (versions.max_compatible &&
            is_newer(protocol_version_without_patch, *versions.max_compatible))
            throw ClientUpgradeRequired(ErrorCode::client_upgrade_required,
                                        "the server takes clients up to protocol version " +
                                            *versions.max_compatible + "; this one speaks " +
                                            std::string(protocol_version),
                                        "use an older neptune-cpp, or a newer server");
        if (versions.min_recommended && is_newer(*versions.min_recommended, protocol_version))
            reporter_.warning("the server recommends a client of protocol version " +
                              *versions.min_recommended + " or later; this one speaks " +
                              std::string(protocol_version));
    }
    static constexpr std::string_view protocol_version = "1.14.1",
                                      protocol_version_without_patch = "1.14.0";
    // Numbers between dots; anything else ends the comparison.
    static bool is_newer(std::string_view a, std::string_view b) {
        const auto next = [](std::string_view& text) {
            std::int64_t number = 0;
            while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
                number = number * 10 + (text.front() - '0');
                text.remove_prefix(1);
            }
            if (!text.empty() && text.front() == '.')
                text.remove_prefix(1);
            else
                text = {};
            return number;
        };
        while (!a.empty() || !b.empty()) {
            const auto x = next(a);
            const auto y = next(b);
            if (x != y) return x > y;
        }
        return false;
    }

    std::string access_token() {
        const std::lock_guard guard(token_mutex_);
        constexpr core::Millis margin = 30'000;  // as the Python client
        if (expires_ - core::now_ms() < margin) refresh();
        return access_token_;
    }

    void exchange() {
        http::Request request = build_request<wire::ExchangeApiToken>({credentials_.token});
        auto reply = transmit(request, Kind::patient);
        if (reply.status == 401)
            throw InvalidApiToken(
                ErrorCode::invalid_api_token,
                "the server at " + credentials_.config_address + " refuses the API token",
                "check that it was copied whole and was not revoked; `neptune-cpp token create` "
                "makes a new one");
        const auto token = decode<wire::ExchangeApiToken>(checked(std::move(reply), request));
        refresh_token_ = token.refresh_token;
        take_access_token(token.access_token);
    }

    // Needs the token mutex, or open().
    void refresh() {
        if (!try_refresh()) {
            exchange();
            if (expires_ <= core::now_ms()) try_refresh();
        }
    }
    bool try_refresh() {
        http::Request request;
        request.method = "POST";
        request.target = issuer_path_ + std::string(wire::token_path_suffix);
        request.headers.set("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8");
        request.body = http::build_query({{"grant_type", "refresh_token"},
                                          {"client_id", client_id_},
                                          {"refresh_token", refresh_token_}});
        const auto reply = transmit(request, Kind::patient);
        const auto json = wire::Json::parse(reply.body, nullptr, false);
        wire::RefreshedToken token;
        try {
            token = wire::decode<wire::RefreshedToken>(json, "reply");
        } catch (const wire::DecodeError&) {
            return false;  // an OAuth error, or nothing that makes sense: the token is exchanged
                           // anew
        }
        if (token.refresh_token) refresh_token_ = *token.refresh_token;
        take_access_token(token.access_token);
        return true;
    }

    // The claims are read, not verified: that is the server's business.
    void take_access_token(const std::string& token) {
        access_token_ = token;
        const auto first = token.find('.');
        const auto second = first == std::string::npos ? first : token.find('.', first + 1);
        const auto payload =
            second == std::string::npos
                ? std::nullopt
                : core::base64::decode_url(token.substr(first + 1, second - first - 1));
        const auto claims = payload ? wire::Json::parse(*payload, nullptr, false) : wire::Json();
        if (!claims.is_object() || !claims.contains("exp") || !claims["exp"].is_number() ||
            !claims.contains("iss") || !claims["iss"].is_string())
            throw ApiError(ErrorCode::invalid_reply,
                           "the server's access token holds no exp and iss",
                           "is " + credentials_.config_address + " a Neptune server?", 200, {});
        expires_ = static_cast<core::Millis>(claims["exp"].get<double>() * 1000);
        try {
            issuer_path_ = http::parse_url(claims["iss"].get<std::string>()).path;
        } catch (const std::invalid_argument& error) {
            throw ApiError(ErrorCode::invalid_reply,
                           std::string("the issuer in the server's access token: ") + error.what(),
                           "check the public address of the server", 200, {});
        }
        const auto azp = claims.find("azp");
        client_id_ =
            azp != claims.end() && azp->is_string() ? azp->get<std::string>() : "neptune-cli";
    }

    const Credentials credentials_;
    const Proxies proxies_;
    const std::function<std::unique_ptr<http::Channel>(const std::string&, const Proxies&,
                                                       const Timing&)>
        make_channel_;
    const Timing timing_;
    Reporter& reporter_;
    AbortablePause pause_;

    std::mutex open_mutex_;
    std::atomic<bool> open_{false};
    wire::ClientConfig config_;
    std::mutex channel_mutex_;
    std::unique_ptr<http::Channel> channel_, brief_channel_;
    bool aborted_ = false;

    std::mutex token_mutex_;
    std::string access_token_, refresh_token_, issuer_path_, client_id_;
    core::Millis expires_ = 0;
};

}  // namespace neptune::client

#endif
