#include <neptune/core/deflate.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"
#include "support/inflate.hpp"

using neptune::core::deflate;
using support::inflate;

namespace {

std::string pseudo_random_bytes(std::size_t size) {
    std::string bytes;
    std::uint32_t state = 1;
    while (bytes.size() < size) {
        state = state * 1'664'525U + 1'013'904'223U;
        bytes.push_back(static_cast<char>(state >> 24U));
    }
    return bytes;
}

}  // namespace

TEST_CASE("deflate: what is unpacked again is what was packed", "[core]") {
    std::vector<std::string> samples = {
        "", "a", "ab", "abc", std::string(1'000'000, 'x'), pseudo_random_bytes(200'000)};
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i % 977) + " of a log\n";
    samples.push_back(text);
    std::string ramps;
    for (int i = 0; i < 300'000; ++i) ramps.push_back(static_cast<char>(i / 7));
    samples.push_back(ramps);
    // Matches at the very edge of the window, and of every length.
    std::string far = pseudo_random_bytes(32'768);
    far += far;
    for (std::size_t length = 3; length < 300; ++length)
        far += far.substr(far.size() - 20'000, length) + "#";
    samples.push_back(far);
    for (const auto& sample : samples) {
        const auto packed = deflate(sample);
        CHECK(inflate(packed) == sample);
        CHECK(packed.size() <= sample.size() + 8 + 5 * (sample.size() / 65'535 + 1));
    }
    CHECK(deflate(std::string(1'000'000, 'x')).size() < 10'000);
    CHECK(deflate(text).size() < text.size() / 5);
}

TEST_CASE("deflate: the two wrappers hold their headers and check sums", "[core]") {
    const std::string text = "Neptune, Neptune, Neptune";
    const auto zlib = neptune::core::zlib_compress(text);
    CHECK((static_cast<unsigned char>(zlib[0]) * 256 + static_cast<unsigned char>(zlib[1])) % 31 ==
          0);
    CHECK(inflate(zlib.substr(2, zlib.size() - 6)) == text);
    const auto gzip = neptune::core::gzip_compress(text);
    CHECK(gzip.substr(0, 3) == "\x1F\x8B\x08");
    CHECK(inflate(gzip.substr(10, gzip.size() - 18)) == text);
    // The vectors that the checks' definitions give.
    CHECK(neptune::core::crc32("123456789") == 0xCBF43926U);
    CHECK(neptune::core::crc32("456789", neptune::core::crc32("123")) == 0xCBF43926U);
    CHECK(neptune::core::adler32("Wikipedia") == 0x11E60398U);
    CHECK(neptune::core::adler32(std::string(100'000, '\xFF')) == 0x149A302CU);
}
