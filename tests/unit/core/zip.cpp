#include <neptune/core/zip.hpp>

#include <neptune/core/crc32.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune;

struct File {
    std::string name, content;
};

core::ZipLayout layout_of(const std::vector<File>& files) {
    std::vector<core::ZipEntry> entries;
    for (const auto& file : files)
        entries.push_back(
            {file.name, file.content.size(), core::crc32(file.content), 1'700'000'000'000});
    return core::ZipLayout(std::move(entries));
}

/// The bytes [from, to) of the archive, read `piece` at a time.
std::string read(const core::ZipLayout& layout, const std::vector<File>& files, std::uint64_t from,
                 std::uint64_t to, std::size_t piece) {
    std::string bytes;
    std::vector<char> buffer(piece);
    while (from < to) {
        const auto most = static_cast<std::size_t>((std::min)(std::uint64_t{piece}, to - from));
        const std::size_t size =
            layout.read(from, buffer.data(), most,
                        [&](std::size_t entry, std::uint64_t offset, char* out, std::size_t count) {
                            const auto part = std::string_view(files[entry].content)
                                                  .substr(static_cast<std::size_t>(offset), count);
                            std::memcpy(out, part.data(), part.size());
                            return part.size();
                        });
        REQUIRE(size > 0);
        REQUIRE(size <= most);
        bytes.append(buffer.data(), size);
        from += size;
    }
    return bytes;
}

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = size; i > 0; --i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
    return value;
}

}  // namespace

TEST_CASE("zip: any part of the archive is the same as in the whole") {
    const std::vector<File> files{{"/", ""},
                                  {"src/", ""},
                                  {"src/main.cpp", "int main() {}"},
                                  {"src/ü.bin", std::string(1000, 'x')},
                                  {"empty", ""}};
    const auto layout = layout_of(files);
    const auto whole = read(layout, files, 0, layout.size(), 1 << 20);
    REQUIRE(whole.size() == layout.size());
    for (const std::size_t piece : {1U, 3U, 100U})
        CHECK(read(layout, files, 0, layout.size(), piece) == whole);
    for (std::size_t from = 0; from < whole.size(); from += 13)
        CHECK(read(layout, files, from, (std::min)(from + 29, whole.size()), 10) ==
              whole.substr(from, 29));
}

TEST_CASE("zip: the directory at the end leads to each entry") {
    const std::vector<File> files{{"a.txt", "one"}, {"b/c.txt", "three"}};
    const auto layout = layout_of(files);
    const auto bytes = read(layout, files, 0, layout.size(), 1 << 20);
    const std::size_t end = bytes.size() - 22;
    REQUIRE(number(bytes, end, 4) == 0x06054b50);
    CHECK(number(bytes, end + 10, 2) == 2);
    std::size_t at = static_cast<std::size_t>(number(bytes, end + 16, 4));
    CHECK(at + number(bytes, end + 12, 4) == end);
    for (const auto& file : files) {
        REQUIRE(number(bytes, at, 4) == 0x02014b50);
        CHECK(number(bytes, at + 8, 2) == 0x800);
        CHECK(number(bytes, at + 10, 2) == 0);
        CHECK(number(bytes, at + 16, 4) == core::crc32(file.content));
        CHECK(number(bytes, at + 20, 4) == file.content.size());
        CHECK(number(bytes, at + 24, 4) == file.content.size());
        const auto name_size = static_cast<std::size_t>(number(bytes, at + 28, 2));
        CHECK(bytes.substr(at + 46, name_size) == file.name);
        // 2023-11-14 22:13:20
        CHECK(number(bytes, at + 12, 2) == (22U << 11 | 13U << 5 | 10U));
        CHECK(number(bytes, at + 14, 2) == (43U << 9 | 11U << 5 | 14U));
        const auto local = static_cast<std::size_t>(number(bytes, at + 42, 4));
        CHECK(number(bytes, local, 4) == 0x04034b50);
        CHECK(bytes.substr(local + 30 + name_size, file.content.size()) == file.content);
        at += 46 + name_size;
    }
    CHECK(at == end);
}

TEST_CASE("zip: an archive without entries is an end alone") {
    const core::ZipLayout empty({});
    CHECK(empty.size() == 22);
}

TEST_CASE("zip: what is larger than 4 GiB has zip64 numbers") {
    const std::uint64_t huge = std::uint64_t{5} << 30;
    const core::ZipLayout layout({{"huge", huge, 1, 0}, {"after", 4, 2, 0}});
    std::uint64_t asked = 0;
    const auto content = [&](std::size_t entry, std::uint64_t offset, char* out, std::size_t size) {
        asked = entry * huge + offset;
        std::memset(out, 'z', size);
        return size;
    };
    char byte = 0;
    // Local header, name, and an extra field of 20 bytes come before the content.
    CHECK(layout.read(30 + 4 + 20 + huge - 1, &byte, 1, content) == 1);
    CHECK(asked == huge - 1);
    std::string tail(static_cast<std::size_t>(layout.size() - (54 + huge)), '\0');
    for (std::size_t at = 0; at < tail.size();)
        at += layout.read(54 + huge + at, tail.data() + at, tail.size() - at, content);
    const std::size_t end = tail.size() - 22, locator = end - 20, end64 = locator - 56;
    REQUIRE(number(tail, end, 4) == 0x06054b50);
    CHECK(number(tail, end + 16, 4) == 0xFFFFFFFF);
    REQUIRE(number(tail, locator, 4) == 0x07064b50);
    REQUIRE(number(tail, end64, 4) == 0x06064b50);
    CHECK(number(tail, locator + 8, 8) == 54 + huge + end64);
    CHECK(number(tail, end64 + 32, 8) == 2);
    const auto directory = static_cast<std::size_t>(number(tail, end64 + 48, 8) - 54 - huge);
    REQUIRE(number(tail, directory, 4) == 0x02014b50);
    CHECK(number(tail, directory + 24, 4) == 0xFFFFFFFF);
    CHECK(number(tail, directory + 46 + 4 + 4, 8) == huge);
    // The second entry is small, but its place is not.
    const std::size_t second = directory + 46 + 4 + 20;
    REQUIRE(number(tail, second, 4) == 0x02014b50);
    CHECK(number(tail, second + 42, 4) == 0xFFFFFFFF);
    CHECK(number(tail, second + 46 + 5 + 4, 8) == 54 + huge);
}
