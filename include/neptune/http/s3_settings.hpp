#ifndef NEPTUNE_HTTP_S3_SETTINGS_HPP
#define NEPTUNE_HTTP_S3_SETTINGS_HPP

// Where S3 is and who we are to it, from the environment and the files of the AWS tools. Source:
// "Configuration and credential file settings", AWS CLI user guide.

#include <neptune/core/descriptor.hpp>
#include <neptune/core/environment.hpp>
#include <neptune/http/sigv4.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace neptune::http {

struct S3Settings {
    /// Nothing: there are none.
    std::optional<AwsCredentials> credentials{};
    std::string region = "us-east-1";
    /// Address of a storage that is not Amazon's; buckets are then part of the path.
    std::optional<std::string> endpoint{};
};

namespace detail {

using Profile = std::map<std::string, std::string>;

/// The settings of one section of an ini file; `[name]` and `[profile name]` are the same. Lines
/// that are no `name = value` are skipped.
[[nodiscard]] inline Profile read_profile(std::string_view text, std::string_view wanted) {
    const auto strip = [](std::string_view word) {
        const auto first = word.find_first_not_of(" \t\r");
        if (first == std::string_view::npos) {
            return std::string_view();
        }
        return word.substr(first, word.find_last_not_of(" \t\r") - first + 1);
    };
    Profile profile;
    bool inside = false;
    while (!text.empty()) {
        const std::string_view raw = text.substr(0, text.find('\n'));
        text.remove_prefix((std::min)(text.size(), raw.size() + 1));
        const std::string_view line = strip(raw);
        if (line.empty() || line.front() == '#' || line.front() == ';') {
            continue;
        }
        if (line.front() == '[') {
            std::string_view name = strip(line.substr(1, line.find(']') - 1));
            if (name.starts_with("profile ")) {
                name = strip(name.substr(8));
            }
            inside = name == wanted;
            continue;
        }
        const std::size_t equals = line.find('=');
        // Lines that begin with a space belong to a setting with parts of its own.
        const bool nested = raw.front() == ' ' || raw.front() == '\t';
        if (inside && !nested && equals != std::string_view::npos) {
            profile[std::string(strip(line.substr(0, equals)))] = strip(line.substr(equals + 1));
        }
    }
    return profile;
}

/// The file's text; empty if there is no such file. Errors: std::system_error if it cannot be read.
[[nodiscard]] inline std::string read_settings_file(const std::string& path) {
    constexpr std::size_t largest = std::size_t{1} << 20;
    const core::Descriptor file = core::try_open(path, O_RDONLY);
    if (!file) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return {};
        }
        throw core::os_error(errno, "open", path);
    }
    std::string text(largest, '\0');
    text.resize(core::read_up_to(file, text.data(), text.size(), path));
    return text;
}

[[nodiscard]] inline std::string aws_file(const char* variable, const char* name) {
    if (auto path = core::environment(variable); path && !path->empty()) {
        return *path;
    }
    return core::environment("HOME").value_or("") + "/.aws/" + name;
}

[[nodiscard]] inline std::optional<std::string> first_set(
    std::initializer_list<const char*> variables) {
    for (const char* variable : variables) {
        if (auto value = core::environment(variable); value && !value->empty()) {
            return value;
        }
    }
    return std::nullopt;
}

[[nodiscard]] inline std::optional<AwsCredentials> credentials_of(const Profile& profile) {
    const auto key = profile.find("aws_access_key_id");
    const auto secret = profile.find("aws_secret_access_key");
    if (key == profile.end() || secret == profile.end()) {
        return std::nullopt;
    }
    const auto token = profile.find("aws_session_token");
    return AwsCredentials{key->second, secret->second,
                          token != profile.end() ? token->second : std::string()};
}

}  // namespace detail

/// Credentials: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, else the profile
/// AWS_PROFILE (`default`) of AWS_SHARED_CREDENTIALS_FILE (`~/.aws/credentials`), else that of
/// AWS_CONFIG_FILE (`~/.aws/config`). Region: AWS_REGION, AWS_DEFAULT_REGION, the profile's, else
/// us-east-1. Endpoint: S3_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL. Errors:
/// std::system_error for a file that cannot be read.
[[nodiscard]] inline S3Settings read_s3_settings() {
    S3Settings settings;
    settings.endpoint =
        detail::first_set({"S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
    const auto name = detail::first_set({"AWS_PROFILE", "AWS_DEFAULT_PROFILE"}).value_or("default");
    const auto config = detail::read_profile(
        detail::read_settings_file(detail::aws_file("AWS_CONFIG_FILE", "config")), name);
    if (const auto region = detail::first_set({"AWS_REGION", "AWS_DEFAULT_REGION"})) {
        settings.region = *region;
    } else if (const auto found = config.find("region"); found != config.end()) {
        settings.region = found->second;
    }
    const auto key = detail::first_set({"AWS_ACCESS_KEY_ID"});
    const auto secret = detail::first_set({"AWS_SECRET_ACCESS_KEY"});
    if (key && secret) {
        settings.credentials =
            AwsCredentials{*key, *secret, detail::first_set({"AWS_SESSION_TOKEN"}).value_or("")};
        return settings;
    }
    settings.credentials = detail::credentials_of(detail::read_profile(
        detail::read_settings_file(detail::aws_file("AWS_SHARED_CREDENTIALS_FILE", "credentials")),
        name));
    if (!settings.credentials) {
        settings.credentials = detail::credentials_of(config);
    }
    return settings;
}

}  // namespace neptune::http

#endif
