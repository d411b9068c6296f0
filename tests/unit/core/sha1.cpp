#include <neptune/core/sha1.hpp>

#include <string>
#include <string_view>

#include "support/catch.hpp"

using neptune::core::Sha1;
using neptune::core::sha1_hex;
using neptune::core::to_hex;

TEST_CASE("sha1: the vectors of FIPS 180 come out", "[core]") {
    CHECK(sha1_hex("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK(sha1_hex("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(sha1_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    CHECK(sha1_hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                   "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu") ==
          "a49b2446a02c645bf419f995b67091253a04a259");
    CHECK(sha1_hex(std::string(1000000, 'a')) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST_CASE("sha1: cutting the message into calls does not change the hash", "[core]") {
    const std::string message(200, 'x');
    for (std::size_t cut = 0; cut <= message.size(); ++cut) {
        Sha1 hash;
        hash.update(std::string_view(message).substr(0, cut));
        hash.update(std::string_view(message).substr(cut));
        REQUIRE(to_hex(hash.digest()) == sha1_hex(message));
    }
}

TEST_CASE("sha1: asking for the digest does not finish the object", "[core]") {
    Sha1 hash;
    hash.update("a");
    CHECK(to_hex(hash.digest()) == sha1_hex("a"));
    hash.update("bc");
    CHECK(to_hex(hash.digest()) == sha1_hex("abc"));
}
