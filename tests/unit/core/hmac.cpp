#include <neptune/core/hmac.hpp>

#include <string>
#include <string_view>

#include "support/catch.hpp"

using neptune::core::equal_secret;
using neptune::core::hmac_sha256;
using neptune::core::to_hex;

TEST_CASE("hmac: the vectors of RFC 4231 come out", "[core]") {
    CHECK(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(to_hex(hmac_sha256(std::string(20, '\xaa'), std::string(50, '\xdd'))) ==
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    std::string counted;
    for (char byte = 1; byte <= 25; ++byte) {
        counted += byte;
    }
    CHECK(to_hex(hmac_sha256(counted, std::string(50, '\xcd'))) ==
          "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    CHECK(to_hex(hmac_sha256(std::string(20, '\x0c'), "Test With Truncation")).substr(0, 32) ==
          "a3b6167473100ee06e0c796c2955552b");
    CHECK(to_hex(hmac_sha256(std::string(131, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(to_hex(hmac_sha256(
              std::string(131, '\xaa'),
              "This is a test using a larger than block-size key and a larger than block-size "
              "data. The key needs to be hashed before being used by the HMAC algorithm.")) ==
          "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST_CASE("hmac: a digest serves as the next key", "[core]") {
    const auto first = hmac_sha256("AWS4secret", "20150830");
    const std::string same_key(first.begin(), first.end());
    CHECK(hmac_sha256(first, "us-east-1") == hmac_sha256(same_key, "us-east-1"));
}

TEST_CASE("hmac: secrets are equal only if every byte is", "[core]") {
    using namespace std::string_view_literals;
    CHECK(equal_secret("", ""));
    CHECK(equal_secret("s3cret", "s3cret"));
    CHECK_FALSE(equal_secret("s3cret", "S3cret"));
    CHECK_FALSE(equal_secret("s3cret", "s3creT"));
    CHECK_FALSE(equal_secret("s3cret", "s3cre"));
    CHECK_FALSE(equal_secret("a\0b"sv, "a\0c"sv));
    CHECK_FALSE(equal_secret("\x80"sv, "\x00"sv));
}
