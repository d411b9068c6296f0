#include <neptune/http/xml.hpp>

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

using neptune::http::read_xml;
using neptune::http::XmlError;
using Elements = std::vector<std::pair<std::string, std::string>>;

Elements elements(const std::string& xml) {
    Elements result;
    read_xml(xml, [&](std::string_view path, std::string_view text) {
        result.emplace_back(path, text);
    });
    return result;
}
std::string problem(const std::string& xml) {
    try {
        static_cast<void>(elements(xml));
    } catch (const XmlError& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("xml: each element ends with its path and the text directly inside") {
    CHECK(elements("<?xml version=\"1.0\"?>\n<A xmlns=\"http://x/\"><B><C>1</C>\n<C/></B><D> d "
                   "</D></A>\n") ==
          Elements{{"A/B/C", "1"}, {"A/B/C", ""}, {"A/B", "\n"}, {"A/D", " d "}, {"A", ""}});
    CHECK(elements("<s3:A a='>' b=\"/>\" ><s3:B /></s3:A >") == Elements{{"A/B", ""}, {"A", ""}});
}

TEST_CASE("xml: entities, CDATA and comments") {
    CHECK(elements("<A>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;&#xe9;&#x1F600;</A>") ==
          Elements{{"A", "<&>\"'AB\xC3\xA9\xF0\x9F\x98\x80"}});
    CHECK(elements("<A>a<!-- <B> -->b<![CDATA[<c>&amp;]]>d</A>") == Elements{{"A", "ab<c>&amp;d"}});
}

TEST_CASE("xml: what is no XML, or is too clever, is refused in words") {
    CHECK(problem("") == "it ends early");
    CHECK(problem("<A>") == "it ends early");
    CHECK(problem("<A") == "it ends early");
    CHECK(problem("<A b=\"></A>") == "it ends early");
    CHECK(problem("<!-- ") == "it ends early");
    CHECK(problem("<A><![CDATA[x</A>") == "it ends early");
    CHECK(problem("hello") == "text outside of the root element");
    CHECK(problem("<A/>x") == "text outside of the root element");
    CHECK(problem("<A/><B/>") == "a second root element");
    CHECK(problem("<A></B>") == "an end without its beginning");
    CHECK(problem("</A>") == "an end without its beginning");
    CHECK(problem("<>") == "an element without a name");
    CHECK(problem("<A>&bomb;</A>") == "an unknown entity");
    CHECK(problem("<A>& </A>") == "an unknown entity");
    CHECK(problem("<A>&#0;</A>") == "a malformed character reference");
    CHECK(problem("<A>&#xD800;</A>") == "a malformed character reference");
    CHECK(problem("<A>&#x110000;</A>") == "a malformed character reference");
    CHECK(problem("<A>&#9999999;</A>") == "a malformed character reference");
    CHECK(problem("<A>&#-1;</A>") == "a malformed character reference");
    CHECK(problem("<!DOCTYPE A [<!ENTITY a \"aaaa\">]><A>&a;</A>") ==
          "a document type is not read");
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<A>";
    CHECK(problem(deep) == "it is nested too deeply");
}

TEST_CASE("xml: a text that is cut anywhere is refused, never half accepted") {
    const std::string whole = "<A x='1'><B>t&amp;</B><!-- c --><![CDATA[d]]></A>";
    for (std::size_t length = 0; length < whole.size(); ++length)
        CHECK(problem(whole.substr(0, length)) != "accepted");
    CHECK(problem(whole) == "accepted");
}
