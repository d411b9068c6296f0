#include <neptune/client/monitoring/line_cutter.hpp>

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace {

using Lines = std::vector<std::string>;

struct Cut {
    explicit Cut(std::size_t longest = 1000) : cutter(longest) {}
    neptune::client::LineCutter cutter;
    Lines lines;
    Cut& take(std::string_view bytes) {
        cutter.take(bytes, [this](std::string line) { lines.push_back(std::move(line)); });
        return *this;
    }
    Cut& flush(bool last = false) {
        cutter.flush(last, [this](std::string line) { lines.push_back(std::move(line)); });
        return *this;
    }
};

}  // namespace

TEST_CASE("line_cutter: each line is one piece, without its end", "[monitoring]") {
    CHECK(Cut().take("one\ntwo\n").lines == Lines{"one", "two"});
    CHECK(Cut().take("one\r\ntwo\r\n").lines == Lines{"one", "two"});
    CHECK(Cut().take("on").take("e").take("\ntwo").take("\n").lines == Lines{"one", "two"});
    CHECK(Cut().take("one\r").take("\ntwo\n").lines == Lines{"one", "two"});
}

TEST_CASE("line_cutter: empty lines stay", "[monitoring]") {
    CHECK(Cut().take("\n\na\n\n").lines == Lines{"", "", "a", ""});
    CHECK(Cut().take("\r\n").lines == Lines{""});
}

TEST_CASE("line_cutter: each state of a progress bar is a piece", "[monitoring]") {
    CHECK(Cut().take("\r10 %\r20 %\r30 %\ndone\n").lines == Lines{"10 %", "20 %", "30 %", "done"});
}

TEST_CASE("line_cutter: a long line is cut by code points", "[monitoring]") {
    CHECK(Cut(4).take("abcdefghij\n").lines == Lines{"abcd", "efgh", "ij"});
    CHECK(Cut(2).take("żółw\n").lines == Lines{"żó", "łw"});
    // Without an end too, so that memory stays bounded.
    const auto flood = Cut(4).take(std::string(100, 'x')).lines;
    CHECK(flood.size() >= 20);
    for (const auto& piece : flood) CHECK(piece == "xxxx");
    // Nothing is left for the end of a line that was given out whole.
    CHECK(Cut(4).take("abcd").flush().take("\n").lines == Lines{"abcd"});
}

TEST_CASE("line_cutter: a part of a line is given out when asked for, and its end adds nothing",
          "[monitoring]") {
    Cut cut;
    cut.take("working...");
    CHECK(cut.cutter.has_partial());
    CHECK(cut.lines.empty());
    cut.flush();
    CHECK_FALSE(cut.cutter.has_partial());
    cut.take(" done\n").take("next").flush().take("\n\n");
    CHECK(cut.lines == Lines{"working...", " done", "next", ""});
}

TEST_CASE("line_cutter: no character is cut in two", "[monitoring]") {
    Cut cut;
    cut.take("a\xc5").flush();
    CHECK(cut.lines == Lines{"a"});
    cut.take("\xbc\n");
    CHECK(cut.lines == Lines{"a", "ż"});
    CHECK(Cut().take("a\xc5").flush(true).lines == Lines{"a\uFFFD"});
}

TEST_CASE("line_cutter: binary output becomes valid text of bounded length", "[monitoring]") {
    std::string bytes;
    for (int i = 0; i < 4096; ++i) bytes.push_back(static_cast<char>(i % 7 == 0 ? 0x80 : i));
    Cut cut(10);
    cut.take(bytes).flush(true);
    for (const auto& piece : cut.lines) {
        CHECK(neptune::core::is_valid(piece));
        CHECK(neptune::core::count_code_points(piece) <= 10);
    }
    CHECK(cut.lines.size() > 300);
}
