#ifndef NEPTUNE_TESTS_UNIT_HTTP_TLS_FILES_HPP
#define NEPTUNE_TESTS_UNIT_HTTP_TLS_FILES_HPP

// A certificate for localhost and 127.0.0.1, signed by itself, valid until 2120, and its key. They
// protect nothing.

#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>

#include <stdlib.h>
#include <unistd.h>

namespace http_test {

inline constexpr const char* certificate_pem = R"(
-----BEGIN CERTIFICATE-----
MIIBZzCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABH9yM2DmyS9Ef8iG
JwkRGtXaIU+DlYY6YXzh4CvK0CJs1JUT0ED+g08VhZi/IRzfz1D2rSbEHe9m5bgm
8laTVO2jTjBMMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0
hwR/AAABMB0GA1UdDgQWBBRTJq5HWCTIQlRYEnpw6p8iJJWE6zAKBggqhkjOPQQD
AgNIADBFAiB2awbT5AjwZIYxdOEZ7mykCpBYUOPTzfmM9jWY78tVgwIhAP+a+gav
cWd1ZCcXA9AXcn12LSaY5sGRtLCCilZhvxia
-----END CERTIFICATE-----
)";

inline constexpr const char* key_pem = R"(
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbzLVqsfahMvwiJS+
dALZomysJtPIdysNxRCp7lxvsn+hRANCAAR/cjNg5skvRH/IhicJERrV2iFPg5WG
OmF84eArytAibNSVE9BA/oNPFYWYvyEc389Q9q0mxB3vZuW4JvJWk1Tt
-----END PRIVATE KEY-----
)";

/// The two as files, for as long as this lives.
class TlsFiles {
public:
    TlsFiles() {
        std::string name = "/tmp/neptune-tls-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("cannot create " + name);
        }
        directory_ = name;
        std::ofstream(certificate()) << (certificate_pem + 1);
        std::ofstream(key()) << (key_pem + 1);
    }
    TlsFiles(const TlsFiles&) = delete;
    TlsFiles& operator=(const TlsFiles&) = delete;
    ~TlsFiles() {
        std::remove(certificate().c_str());
        std::remove(key().c_str());
        ::rmdir(directory_.c_str());
    }

    [[nodiscard]] std::string certificate() const { return directory_ + "/certificate.pem"; }
    [[nodiscard]] std::string key() const { return directory_ + "/key.pem"; }

private:
    std::string directory_;
};

}  // namespace http_test

#endif
