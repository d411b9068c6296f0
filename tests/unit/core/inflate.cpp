#include <neptune/core/inflate.hpp>

#include <neptune/core/deflate.hpp>

#include <cstddef>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>

#include "support/catch.hpp"

namespace {

using namespace neptune;
using namespace std::string_literals;

/// Unpacks a text that comes in pieces of `piece` bytes.
std::string unpacked(std::string_view packed, std::size_t piece = 7) {
    std::string result;
    core::gunzip(
        [&] {
            const auto part = packed.substr(0, piece);
            packed.remove_prefix(part.size());
            return part;
        },
        [&result](std::string_view bytes) { result.append(bytes); });
    return result;
}

std::string from_hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes.push_back(
            static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
    return bytes;
}

}  // namespace

TEST_CASE("inflate: what zlib packed is unpacked, with codes fixed and made for the data") {
    // gzip.compress(..., 9, mtime=0) of Python.
    CHECK(
        unpacked(from_hex("1f8b0800000000000203cb48cdc9c957c84027b932481407004a0ece1148000000")) ==
        "hello hello hello hello\nhello hello hello hello\nhello hello hello hello\n");
    std::string steps;
    for (int i = 0; i < 12; ++i) {
        char line[40];
        std::snprintf(line, sizeof line, "step %d loss %.3f\n", i, 1.0 / (i + 1));
        steps += line;
    }
    CHECK(unpacked(from_hex(
              "1f8b08000000000002033dcecb09c0300c03d07ba6c804418ee37c06eaad9082bb3fa538f6f52109e97b"
              "3d19f9deaa990a80a4bf90098ab85417663661972a27d342bc252ed487490f69676784543199214426"
              "2b241ec209eb84285e6372fa0075d25713da000000")) == steps);
}

TEST_CASE("inflate: what was packed comes back, however the packed bytes are cut") {
    std::mt19937 random(7);
    for (const std::size_t size : {0U, 1U, 100U, 32'767U, 32'768U, 32'769U, 300'000U}) {
        std::string noise(size, '\0'), text;
        for (char& c : noise) c = static_cast<char>(random());
        while (text.size() < size) text += "step " + std::to_string(random() % 1000) + "\n";
        for (const auto& content : {noise, text, std::string(size, 'x')}) {
            const auto packed = core::gzip_compress(content);
            for (const std::size_t piece : {std::size_t{1}, std::size_t{4096}, packed.size()})
                REQUIRE(unpacked(packed, piece) == content);
        }
    }
}

TEST_CASE("inflate: several members follow each other") {
    CHECK(unpacked(core::gzip_compress("one ") + core::gzip_compress("two")) == "one two");
}

TEST_CASE("inflate: names and comments in the header are skipped") {
    auto packed = core::gzip_compress("text");
    packed[3] = 4 | 8 | 16;
    packed.insert(10, "\x03\0abcname\0comment\0"s);
    CHECK(unpacked(packed) == "text");
}

TEST_CASE("inflate: damaged, cut off and foreign bytes are errors, never more") {
    const auto packed = core::gzip_compress("a text that is long enough to be worth it, is it not");
    for (std::size_t size = 0; size < packed.size(); ++size)
        CHECK_THROWS_AS(unpacked(packed.substr(0, size)), core::ArchiveError);
    CHECK_THROWS_AS(unpacked(packed + "x"), core::ArchiveError);
    CHECK_THROWS_AS(unpacked("PK\x03\x04 no gzip"), core::ArchiveError);
    std::mt19937 random(8);
    for (int round = 0; round < 3000; ++round) {
        auto damaged = packed;
        damaged[random() % damaged.size()] = static_cast<char>(random());
        try {
            static_cast<void>(unpacked(damaged));
        } catch (const core::ArchiveError&) {
        }
    }
    for (int round = 0; round < 3000; ++round) {
        std::string noise(10 + random() % 200, '\0');
        for (char& c : noise) c = static_cast<char>(random());
        noise.replace(0, 10, "\x1f\x8b\x08\0\0\0\0\0\0\0"s);
        CHECK_THROWS_AS(unpacked(noise), core::ArchiveError);
    }
}
