#include <neptune/core/tar_reader.hpp>

#include <neptune/core/tar.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace neptune;
using Type = core::TarMember::Type;

struct Member {
    std::string name, content;
    Type type = Type::file;
    std::int64_t mtime = 0;
    bool operator==(const Member&) const = default;
};

std::vector<Member> members_of(std::string_view archive, std::size_t piece = 1000) {
    std::vector<Member> members;
    core::TarReader reader({[&](const core::TarMember& member) {
                                members.push_back({member.name, "", member.type, member.mtime});
                            },
                            [&](std::string_view bytes) { members.back().content += bytes; },
                            [] {}});
    while (!archive.empty()) {
        reader.feed(archive.substr(0, piece));
        archive.remove_prefix((std::min)(piece, archive.size()));
    }
    reader.finish();
    return members;
}

/// A header block; `size_field` and `type` as they stand in it.
std::string header(std::string name, std::string size_field, char type) {
    std::string block(512, '\0');
    block.replace(0, name.size(), name);
    block.replace(124, size_field.size(), size_field);
    block.replace(136, 11, "00000000012");
    block.replace(148, 8, "        ");
    block[156] = type;
    block.replace(257, 6, std::string("ustar\0", 6));
    unsigned sum = 0;
    for (const char c : block) sum += static_cast<unsigned char>(c);
    char text[8];
    std::snprintf(text, sizeof text, "%06o", sum);
    block.replace(148, 7, std::string(text, 7));
    return block;
}
std::string padded(std::string content) {
    content.resize((content.size() + 511) / 512 * 512);
    return content;
}
std::string octal(std::size_t size) {
    char text[12];
    std::snprintf(text, sizeof text, "%011zo", size);
    return text;
}
const std::string archive_end(1024, '\0');

}  // namespace

TEST_CASE("tar reader: what the writer wrote is read, however it is cut") {
    core::TarWriter writer;
    const std::string long_name = std::string(200, 'd') + "/" + std::string(120, 'f');
    writer.add("a.txt", "one", 5);
    writer.add("empty", "", 6);
    writer.add(long_name, std::string(1000, 'x'), 7);
    writer.add("ü/漢", std::string(512, 'y'), 8);
    const auto archive = writer.take();
    const std::vector<Member> expected{{"a.txt", "one", Type::file, 5},
                                       {"empty", "", Type::file, 6},
                                       {long_name, std::string(1000, 'x'), Type::file, 7},
                                       {"ü/漢", std::string(512, 'y'), Type::file, 8}};
    for (const std::size_t piece : {std::size_t{1}, std::size_t{511}, archive.size()})
        CHECK(members_of(archive, piece) == expected);
}

TEST_CASE("tar reader: directories, links and devices have their types") {
    const auto archive = header("d/", octal(0), '5') + header("l", octal(0), '2') +
                         header("h", octal(0), '1') + header("c", octal(0), '3') +
                         header("f", octal(1), '0') + padded("x") + archive_end;
    const auto members = members_of(archive);
    REQUIRE(members.size() == 5);
    CHECK(members[0].type == Type::directory);
    for (const std::size_t i : {1U, 2U, 3U}) CHECK(members[i].type == Type::other);
    CHECK(members[4] == Member{"f", "x", Type::file, 10});
}

TEST_CASE("tar reader: pax and GNU extensions belong to the next member only") {
    const std::string pax = "19 path=other/name\n10 size=4\n20 mtime=1234.56789\n";
    const std::string global = "19 comment=nothing\n";
    const auto archive =
        header("g", octal(global.size()), 'g') + padded(global) +
        header("x", octal(pax.size()), 'x') + padded(pax) + header("short", octal(0), '0') +
        padded("abcd") + header("././@LongLink", octal(6), 'L') + padded("longer") +
        header("s", octal(2), '0') + padded("ef") + header("last", octal(0), '0') + archive_end;
    const auto members = members_of(archive);
    REQUIRE(members.size() == 3);
    CHECK(members[0] == Member{"other/name", "abcd", Type::file, 1234});
    CHECK(members[1] == Member{"longer", "ef", Type::file, 10});
    CHECK(members[2] == Member{"last", "", Type::file, 10});
}

TEST_CASE("tar reader: sizes beyond octal digits are understood") {
    std::string size(12, '\0');
    size[0] = static_cast<char>(0x80);
    size[11] = 3;
    CHECK(members_of(header("a", size, '0') + padded("xyz") + archive_end).at(0).content == "xyz");
}

TEST_CASE("tar reader: damaged and cut off archives are errors, never more") {
    const auto good = header("a", octal(3), '0') + padded("xyz");
    CHECK(members_of(good).size() == 1);
    CHECK_THROWS_AS(members_of(good.substr(0, 513)), core::ArchiveError);
    CHECK_THROWS_AS(members_of(good.substr(0, 100)), core::ArchiveError);
    CHECK_THROWS_AS(members_of(header("a", "12345678901x", '0')), core::ArchiveError);
    CHECK_THROWS_AS(members_of(std::string(512, 'z')), core::ArchiveError);
    for (const std::string pax : {"19 path", "x path=a\n", "5 a=b\n", "999 path=a\n", "6 ab c\n",
                                  "9 size=x\n", "18446744073709551615 a=b\n"}) {
        INFO(pax);
        CHECK_THROWS_AS(members_of(header("x", octal(pax.size()), 'x') + padded(pax) + good),
                        core::ArchiveError);
    }
    CHECK_THROWS_AS(members_of(header("x", octal(2 << 20), 'x')), core::ArchiveError);
    std::mt19937 random(9);
    for (int round = 0; round < 3000; ++round) {
        auto damaged = good;
        for (int i = 0; i < 3; ++i)
            damaged[random() % damaged.size()] = static_cast<char>(random());
        try {
            static_cast<void>(members_of(damaged));
        } catch (const core::ArchiveError&) {
        }
    }
}
