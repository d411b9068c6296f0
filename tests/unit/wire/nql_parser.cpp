#include <neptune/wire/nql_parser.hpp>

#include "support/catch.hpp"

#include <array>
#include <random>
#include <string>
#include <vector>

namespace nql = neptune::wire::nql;
using neptune::FieldType;

namespace {

constexpr neptune::core::Millis nql_now = 1'700'000'000'000;

/// The tree as text: & for AND, | for OR, ! for NOT.
std::string nql_tree(const nql::Expression& expression) {
    static constexpr std::array<const char*, 9> operators{
        "=", "!=", "<", "<=", ">", ">=", " contains ", " matches ", " exists"};
    using Kind = nql::Expression::Kind;
    const auto& criterion = expression.criterion;
    std::string result;
    switch (expression.kind) {
        case Kind::criterion:
            result = criterion.path;
            if (criterion.aggregate)
                result = std::string(neptune::wire::aggregate_names[static_cast<std::size_t>(
                             *criterion.aggregate)]) +
                         "<" + result + ">";
            if (criterion.type) result += ":" + std::string(neptune::wire_name(*criterion.type));
            return result + operators[static_cast<std::size_t>(criterion.op)] +
                   criterion.value.text;
        case Kind::negation:
            return "!" + nql_tree(expression.parts.at(0));
        case Kind::all_of:
        case Kind::any_of:
            for (const auto& part : expression.parts)
                result += (result.empty()                    ? ""
                           : expression.kind == Kind::all_of ? " & "
                                                             : " | ") +
                          nql_tree(part);
            return "[" + result + "]";
    }
    return "?";
}
std::string nql_read(const std::string& text) {
    return nql_tree(nql::parse(text, nql_now));
}
/// "<place>: <what>", from "Character <place> of the query: <what>".
std::string nql_error(const std::string& text) {
    try {
        static_cast<void>(nql::parse(text, nql_now));
    } catch (const nql::SyntaxError& error) {
        return error.what();
    }
    return "no error";
}
nql::Criterion nql_criterion(const std::string& text) {
    return nql::parse(text, nql_now).criterion;
}

}  // namespace

TEST_CASE("nql: an empty query is true for every object", "[nql]") {
    CHECK(nql_read("") == "[]");
    CHECK(nql_read(" \t\n") == "[]");
}

TEST_CASE("nql: what the Python client writes is read", "[nql]") {
    CHECK(nql_read("(`sys/trashed`:bool = false)") == "sys/trashed:bool=false");
    CHECK(
        nql_read(
            "((`sys/trashed`:bool = false) AND (`sys/state`:experimentState = \"running\") AND "
            "((`sys/tags`:stringSet CONTAINS \"a\") AND (`sys/tags`:stringSet CONTAINS \"b\")))") ==
        "[sys/trashed:bool=false & sys/state:experimentState=running & "
        "[sys/tags:stringSet contains a & sys/tags:stringSet contains b]]");
    CHECK(nql_read("((`sys/id`:string = \"X\") OR (`sys/id`:string = \"Y\"))") ==
          "[sys/id:string=X | sys/id:string=Y]");
    CHECK(nql_read("(`n`:integer > \"5\")") == "n:int>5");
    CHECK(nql_read("(`t`:datetime > \"2025-04-17T13:53:56.123Z\")") ==
          "t:datetime>2025-04-17T13:53:56.123Z");
}

TEST_CASE("nql: AND binds tighter than OR, NOT tighter than AND", "[nql]") {
    CHECK(nql_read("a=1 OR b=2 AND c=3") == "[a=1 | [b=2 & c=3]]");
    CHECK(nql_read("(a=1 OR b=2 AND (`sys/trashed`:bool = false))") ==
          "[a=1 | [b=2 & sys/trashed:bool=false]]");
    CHECK(nql_read("(a=1 OR b=2) AND c=3") == "[[a=1 | b=2] & c=3]");
    CHECK(nql_read("NOT a=1 AND b=2") == "[!a=1 & b=2]");
    CHECK(nql_read("NOT (a=1 AND b=2)") == "![a=1 & b=2]");
    CHECK(nql_read("NOT NOT a=1") == "!!a=1");
    CHECK(nql_read("((((a=1))))") == "a=1");
}

TEST_CASE("nql: operators", "[nql]") {
    CHECK(nql_read("a = 1") == "a=1");
    CHECK(nql_read("a == 1") == "a=1");
    CHECK(nql_read("a!=1") == "a!=1");
    CHECK(nql_read("a<1 AND a<=1 AND a>1 AND a>=1") == "[a<1 & a<=1 & a>1 & a>=1]");
    CHECK(nql_read("a CONTAINS x") == "a contains x");
    CHECK(nql_read("a NOT CONTAINS x") == "!a contains x");
    CHECK(nql_read("a MATCHES 'x+'") == "a matches x+");
    CHECK(nql_read("a NOT MATCHES x") == "!a matches x");
    CHECK(nql_read("a EXISTS") == "a exists");
    CHECK(nql_read("a NOT EXISTS") == "!a exists");
}

TEST_CASE("nql: words are read in any case", "[nql]") {
    CHECK(nql_read("not a:FLOAT > 1 and b contains x or c exists") ==
          "[[!a:float>1 & b contains x] | c exists]");
    CHECK(nql_criterion("a:bool = TRUE").value.boolean == true);
    CHECK(nql_criterion("a:experimentstate = Active").value.state == neptune::RunState::active);
    CHECK(nql_read("MAX(a) > 1") == "max<a>:floatSeries>1");
}

TEST_CASE("nql: fields", "[nql]") {
    CHECK(nql_read("`a b/(c)`:string = x") == "a b/(c):string=x");
    CHECK(nql_read("sys/creation_time:datetime > -2h") == "sys/creation_time:datetime>-2h");
    CHECK(nql_read("`a` : int = 1") == "a:int=1");
    CHECK(nql_read("a=1 AND`b`=2") == "[a=1 & b=2]");
    CHECK(nql_read("not:bool = true") == "not:bool=true");
    CHECK(nql_read("android = 1") == "android=1");
    CHECK(nql_read("last = 1") == "last=1");
    for (const auto& names : neptune::core::field_type_names)
        CHECK(nql_criterion("a:" + std::string(names.first) + " EXISTS").type ==
              neptune::field_type_from_wire(names.first));
}

TEST_CASE("nql: aggregates", "[nql]") {
    CHECK(nql_read("last(`m/loss`:floatSeries) < 0.5") == "last<m/loss>:floatSeries<0.5");
    CHECK(nql_read("average(a)>1 AND min(a)>1 AND max(a)>1 AND variance ( a ) > 1") ==
          "[average<a>:floatSeries>1 & min<a>:floatSeries>1 & max<a>:floatSeries>1 & "
          "variance<a>:floatSeries>1]");
}

TEST_CASE("nql: values", "[nql]") {
    CHECK(nql_criterion("a = \"x \\\" \\\\ y\"").value.text == "x \" \\ y");
    CHECK(nql_criterion("a = 'it\\'s'").value.text == "it's");
    CHECK(nql_criterion("a = 'say \"x\"'").value.text == "say \"x\"");
    CHECK(nql_criterion("a MATCHES \"\\d+\"").value.text == "\\d+");
    CHECK(nql_criterion("a = \"\"").value.text.empty());
    CHECK(nql_criterion("a=b/c:d").value.text == "b/c:d");
    CHECK(nql_criterion("a = \"\xC3\xA9\"").value.text == "\xC3\xA9");
    CHECK(nql_criterion("a MATCHES x").value.pattern->search("axb"));
}

TEST_CASE("nql: an operator that its type does not have is an error", "[nql]") {
    struct Row {
        const char* type;
        bool equal, order, contains, matches;
    };
    for (const auto& row :
         {Row{"float", true, true, false, false}, Row{"int", true, true, false, false},
          Row{"bool", true, false, false, false}, Row{"string", true, true, true, true},
          Row{"datetime", true, true, false, false}, Row{"stringSet", false, false, true, false},
          Row{"experimentState", true, false, false, false},
          Row{"floatSeries", true, true, false, false},
          Row{"stringSeries", false, false, true, false},
          Row{"imageSeries", false, false, false, false}, Row{"file", false, false, false, false},
          Row{"fileSet", false, false, false, false}, Row{"artifact", true, false, false, false},
          Row{"gitRef", false, false, false, false},
          Row{"notebookRef", false, false, false, false}}) {
        const std::string type = row.type;
        const std::string field = "a:" + type;
        const std::string value = type == "bool"              ? "true"
                                  : type == "experimentState" ? "idle"
                                  : type == "datetime"        ? "2026-01-01"
                                                              : "1";
        const auto fits = [&](const std::string& op) {
            return nql_error(field + " " + op + " " + value) == "no error";
        };
        INFO(type);
        CHECK(fits("=") == row.equal);
        CHECK(fits("!=") == row.equal);
        for (const char* op : {"<", "<=", ">", ">="}) CHECK(fits(op) == row.order);
        CHECK(fits("CONTAINS") == row.contains);
        CHECK(fits("MATCHES") == row.matches);
        CHECK(nql_error(field + " EXISTS") == "no error");
        CHECK(nql_error(field + " NOT EXISTS") == "no error");
    }
}

TEST_CASE("nql: an error says where it is and what was expected there", "[nql]") {
    using Catch::Matchers::ContainsSubstring;
    const auto place = [](int character, const std::string& what) {
        return "Character " + std::to_string(character) + " of the query: " + what;
    };
    CHECK(nql_error("key: float = (-_-)") == place(14, "expected a value, found '(-_-)'"));
    CHECK(nql_error("a = 1 b") == place(7, "expected AND, OR or the end of the query, found 'b'"));
    CHECK(nql_error("a = 1)") == place(6, "expected AND, OR or the end of the query, found ')'"));
    CHECK(nql_error("()") == place(2, "expected a field, found ')'"));
    CHECK(nql_error("(a = 1") == place(7, "expected AND, OR or ), found the end"));
    CHECK(nql_error("a") ==
          place(2,
                "expected an operator (=, !=, <, <=, >, >=, CONTAINS, MATCHES, EXISTS), found "
                "the end"));
    CHECK(nql_error("a =") == place(4, "expected a value, found the end"));
    CHECK(nql_error("a = 1 AND") == place(10, "expected a field, found the end"));
    CHECK(nql_error("a = 1 AND AND b = 2") == place(11, "expected a field, found 'AND'"));
    CHECK(nql_error("\"a\" = 1") == place(1, "expected a field, found '\"a\"'"));
    CHECK(nql_error("`a = 1") == place(1, "the ` has no second one"));
    CHECK(nql_error("`` = 1") == place(1, "there is no name between the ` `"));
    CHECK(nql_error("a = \"x") == place(5, "the quote has no second one"));
    CHECK(nql_error("\xC3\xA9 = 'x") == place(5, "the quote has no second one"));
    CHECK_THAT(
        nql_error("a:number = 1"),
        ContainsSubstring("Character 3 of the query: there is no type 'number'; known are float"));
    CHECK_THAT(nql_error("median(a) > 1"), ContainsSubstring("there is no aggregate 'median'"));
    CHECK(nql_error("max(a:float) > 1") ==
          place(1, "max(…) needs a field of type floatSeries, not float"));
    CHECK(nql_error("a:stringSet = x") ==
          place(13, "a field of type stringSet cannot be compared in this way"));
    CHECK(nql_error("a NOT = 1").find("expected an operator") != std::string::npos);
    CHECK(nql_error("a:float = x") == place(11, "expected a number, found 'x'"));
    CHECK(nql_error("a:bool = 1") == place(10, "expected true or false, found '1'"));
    CHECK(nql_error("a:experimentState = on") == place(21, "expected running or idle, found 'on'"));
    CHECK_THAT(nql_error("a:datetime = x"), ContainsSubstring("expected a moment"));
    CHECK_THAT(nql_error("a MATCHES 'x('"),
               ContainsSubstring("Character 11 of the query: the pattern"));
}

TEST_CASE("nql: limits are errors that say their name", "[nql]") {
    using Catch::Matchers::ContainsSubstring;
    const auto repeat = [](const std::string& text, std::size_t count) {
        std::string result;
        for (std::size_t i = 0; i < count; ++i) result += text;
        return result;
    };
    CHECK(nql_error(repeat("(", 99) + "a=1" + repeat(")", 99)) == "no error");
    CHECK_THAT(nql_error(repeat("(", 1'000'000)), ContainsSubstring("query_depth"));
    CHECK_THAT(nql_error(repeat("NOT ", 200'000)), ContainsSubstring("query_depth"));
    CHECK(nql_error(repeat("a=1 OR ", 9'999) + "a=1") == "no error");
    CHECK_THAT(nql_error(repeat("a=1 OR ", 10'000) + "a=1"), ContainsSubstring("query_criteria"));
    CHECK(nql_error(repeat("a MATCHES x OR ", 9) + "a MATCHES x") == "no error");
    CHECK_THAT(nql_error(repeat("a MATCHES x OR ", 10) + "a MATCHES x"),
               ContainsSubstring("query_patterns"));
    const auto fields = [](int count) {
        std::string query = "f0=1";
        for (int i = 1; i < count; ++i) query += " OR f" + std::to_string(i) + "=1";
        return query;
    };
    CHECK(nql_error(fields(100)) == "no error");
    CHECK_THAT(nql_error(fields(101)), ContainsSubstring("query_fields"));
    CHECK_THAT(nql_error(repeat(" ", neptune::wire::limits::query_bytes + 1)),
               ContainsSubstring("query_bytes"));
}

TEST_CASE("nql: no query crashes the parser", "[nql]") {
    std::mt19937 random(3);
    const auto pick = [&random](std::size_t size) { return random() % size; };
    const std::vector<std::string> words{
        "AND",  "OR",       "NOT",        "CONTAINS", "MATCHES",    "EXISTS",
        "=",    "!=",       "<",          ">=",       "(",          ")",
        "`",    "\"",       "'",          ":",        "int",        "float",
        "last", "variance", "a/b",        "`x`",      "1.5",        "-2h",
        "\\",   "*",        "[",          "5MB",      "\t",         "\xC3\xA9",
        "\xFF", "1e999",    "2026-01-01", "\"x\"",    "-99999999M", std::string(1, '\0')};
    const std::string good =
        "((`sys/trashed`:bool = false) AND NOT (last(`m`:floatSeries) > 0.5 OR a MATCHES \"x+\"))";
    std::size_t accepted = 0;
    for (int round = 0; round < 100'000; ++round) {
        std::string text;
        if (round % 2 == 0) {
            for (std::size_t i = pick(12); i > 0; --i)
                text += words[pick(words.size())] + (pick(3) ? " " : "");
        } else {
            text = good;
            for (std::size_t i = pick(4) + 1; i > 0; --i) {
                const auto at = pick(text.size());
                if (pick(2))
                    text.erase(at, pick(5));
                else
                    text.insert(at, words[pick(words.size())]);
                if (text.empty()) text = "a";
            }
        }
        try {
            static_cast<void>(nql::parse(text, nql_now));
            ++accepted;
        } catch (const nql::SyntaxError& error) {
            REQUIRE(error.position <= text.size());
        }
    }
    CHECK(accepted > 5'000);
    CHECK(accepted < 95'000);
}
