#include <neptune/core/base64.hpp>

#include <string>
#include <string_view>
#include <utility>

#include "support/catch.hpp"

namespace base64 = neptune::core::base64;

namespace {

std::string all_bytes(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) {
        bytes += static_cast<char>(static_cast<unsigned char>(i * 7 + size));
    }
    return bytes;
}

}  // namespace

TEST_CASE("base64: the test vectors of RFC 4648 are encoded and decoded", "[core]") {
    const std::pair<std::string_view, std::string_view> vectors[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : vectors) {
        CHECK(base64::encode(bytes) == text);
        CHECK(base64::decode(text) == std::string(bytes));
    }
}

TEST_CASE("base64: the two alphabets differ in their last two digits only", "[core]") {
    const std::string_view bytes = "\xfb\xef\xff";
    CHECK(base64::encode(bytes) == "++//");
    CHECK(base64::encode_url(bytes) == "--__");
    CHECK_FALSE(base64::decode("--__"));
    CHECK_FALSE(base64::decode_url("++//"));
}

TEST_CASE("base64: every length and every byte survives the round trip", "[core]") {
    for (std::size_t size = 0; size < 300; ++size) {
        const std::string bytes = all_bytes(size);
        const std::string padded = base64::encode(bytes);
        const std::string url = base64::encode_url(bytes);
        REQUIRE(padded.size() % 4 == 0);
        REQUIRE(url.find('=') == std::string::npos);
        REQUIRE(base64::decode(padded) == bytes);
        REQUIRE(base64::decode_url(url) == bytes);
    }
}

TEST_CASE("base64: standard text without its padding is refused", "[core]") {
    CHECK_FALSE(base64::decode("Zg"));
    CHECK_FALSE(base64::decode("Zg="));
    CHECK_FALSE(base64::decode("Zm8"));
}

TEST_CASE("base64: misplaced and surplus padding is refused", "[core]") {
    for (const std::string_view text :
         {"=", "====", "Z===", "Zg==Zg==", "Zm9v====", "Z=g=", "=Zg="}) {
        CAPTURE(text);
        CHECK_FALSE(base64::decode(text));
    }
    CHECK_FALSE(base64::decode_url("Zg=="));
}

TEST_CASE("base64: foreign characters and a lone digit are refused", "[core]") {
    using namespace std::string_view_literals;
    for (const std::string_view text :
         {"Zm9v\n"sv, "Zm 9vYg="sv, "Zm9\0"sv, "Zm9\xff"sv, "Zm9v Zg="sv}) {
        CHECK_FALSE(base64::decode(text));
        CHECK_FALSE(base64::decode_url(text));
    }
    CHECK_FALSE(base64::decode_url("Z"));
    CHECK_FALSE(base64::decode_url("Zm9vZ"));
}

TEST_CASE("base64: set bits behind the last byte are refused", "[core]") {
    CHECK_FALSE(base64::decode("Zh=="));
    CHECK_FALSE(base64::decode("Zm9="));
    CHECK_FALSE(base64::decode_url("Zh"));
}
