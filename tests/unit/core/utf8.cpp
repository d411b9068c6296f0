#include <neptune/core/utf8.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "support/catch.hpp"

using namespace neptune::core;
using namespace std::string_view_literals;

namespace {

/// By the bit pattern alone, so surrogates come out too.
std::string encoded(std::uint32_t code_point) {
    const auto byte = [](std::uint32_t bits) {
        return static_cast<char>(static_cast<unsigned char>(bits));
    };
    std::string text;
    if (code_point < 0x80) {
        return {byte(code_point)};
    }
    if (code_point < 0x800) {
        text = {byte(0xC0 | code_point >> 6)};
    } else if (code_point < 0x10000) {
        text = {byte(0xE0 | code_point >> 12), byte(0x80 | (code_point >> 6 & 63))};
    } else {
        text = {byte(0xF0 | code_point >> 18), byte(0x80 | (code_point >> 12 & 63)),
                byte(0x80 | (code_point >> 6 & 63))};
    }
    return text + byte(0x80 | (code_point & 63));
}

}  // namespace

TEST_CASE("utf8: every code point is valid and nothing else is", "[core]") {
    for (std::uint32_t code_point = 0; code_point < 0x120000; ++code_point) {
        const std::string text = encoded(code_point);
        const bool expected =
            code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
        if (is_valid(text) != expected || (replace_invalid(text) == text) != expected ||
            (expected && count_code_points(text) != 1)) {
            CAPTURE(code_point);
            FAIL("judged wrongly");
        }
    }
}

TEST_CASE("utf8: overlong forms, lone bytes and cut sequences are invalid", "[core]") {
    for (const std::string_view text :
         {"\x80"sv, "\xBF"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x9F\xBF"sv, "\xF0\x8F\xBF\xBF"sv,
          "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv, "\xFE"sv, "\xFF"sv, "\xC3"sv, "\xE2\x82"sv,
          "\xF0\x9F\x98"sv, "long enough\xC3 to pass the fast path"sv}) {
        CAPTURE(replace_invalid(text));
        CHECK_FALSE(is_valid(text));
        CHECK(is_valid(replace_invalid(text)));
    }
}

TEST_CASE("utf8: each maximal invalid part becomes one replacement character", "[core]") {
    const std::pair<std::string_view, std::string_view> examples[] = {
        // The examples of tables 3-8 to 3-11 of the Unicode Standard.
        {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"sv, "????????A"},
        {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"sv, "????????A"},
        {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"sv, "?????A??B"},
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"sv, "????A"},
        {"cut \xE2\x82"sv, "cut ?"},
        {"\xC3\xA9 stays"sv, "\xC3\xA9 stays"},
    };
    for (const auto& [text, pattern] : examples) {
        std::string expected;
        for (const char c : pattern) {
            expected += c == '?' ? "\xEF\xBF\xBD" : std::string(1, c);
        }
        CHECK(replace_invalid(text) == expected);
        CHECK(count_code_points(text) == count_code_points(expected));
    }
}

TEST_CASE("utf8: null characters and empty text are valid", "[core]") {
    CHECK(is_valid(""));
    CHECK(is_valid("a\0b"sv));
    CHECK(replace_invalid("a\0b"sv) == "a\0b"sv);
    CHECK(count_code_points("") == 0);
}

TEST_CASE("utf8: an invalid byte is found at every position", "[core]") {
    for (std::size_t size = 1; size < 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, 'a');
            REQUIRE(is_valid(text));
            text[at] = '\xFF';
            REQUIRE_FALSE(is_valid(text));
            REQUIRE(replace_invalid(text).size() == size + 2);
            REQUIRE(count_code_points(text) == size);
        }
    }
}

TEST_CASE("utf8: code points are counted, not bytes", "[core]") {
    CHECK(count_code_points("plain ASCII, longer than eight bytes") == 36);
    CHECK(count_code_points("na\xC3\xAFve \xE2\x82\xAC \xF0\x9F\x98\x80") == 9);
}

TEST_CASE("utf8: text is cut between code points", "[core]") {
    const std::string_view text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
    CHECK(truncate_code_points(text, 0).empty());
    CHECK(truncate_code_points(text, 1) == "a");
    CHECK(truncate_code_points(text, 2) == "a\xC3\xA9");
    CHECK(truncate_code_points(text, 3) == "a\xC3\xA9\xE2\x82\xAC");
    CHECK(truncate_code_points(text, 4) == "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    CHECK(truncate_code_points(text, 5) == text);
    CHECK(truncate_code_points(text, 1000) == text);
    CHECK(truncate_code_points("", 3).empty());
    CHECK(truncate_code_points(std::string_view("0123456789abcdef"), 11) == "0123456789a");
}

TEST_CASE("utf8: cutting and counting agree on any bytes", "[core]") {
    std::uint32_t state = 12345;
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        for (int i = 0; i < 24; ++i) {
            state = state * 1664525 + 1013904223;
            const std::uint32_t choice = state >> 24;
            text += choice < 128 ? std::string(1, static_cast<char>(choice)) : encoded(state >> 11);
            if (choice == 200) {
                text.pop_back();
            }
        }
        const std::size_t total = count_code_points(text);
        REQUIRE(count_code_points(replace_invalid(text)) == total);
        for (std::size_t count = 0; count <= total; ++count) {
            const std::string_view head = truncate_code_points(text, count);
            REQUIRE(count_code_points(head) == count);
            REQUIRE(text.substr(0, head.size()) == head);
        }
        REQUIRE(truncate_code_points(text, total) == text);
    }
}
