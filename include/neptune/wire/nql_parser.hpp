#ifndef NEPTUNE_WIRE_NQL_PARSER_HPP
#define NEPTUNE_WIRE_NQL_PARSER_HPP

// Reads a query by recursive descent, one function per rule of the grammar in wire/nql.hpp.

#include <neptune/core/utf8.hpp>
#include <neptune/core/words.hpp>
#include <neptune/wire/limits.hpp>
#include <neptune/wire/nql.hpp>
#include <neptune/wire/nql_literal.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace neptune::wire::nql {

namespace detail {

class Parser {
public:
    Parser(std::string_view text, core::Millis now) : text_(text), now_(now) {}

    Expression query() {
        if (text_.size() > limits::query_bytes)
            refuse("The query has " + std::to_string(text_.size()) +
                   " bytes; the limit query_bytes is " + std::to_string(limits::query_bytes));
        skip_blanks();
        if (at_end()) return {};
        auto expression = any(0);
        if (!at_end()) expected("AND, OR or the end of the query");
        return expression;
    }

private:
    // --- rules

    Expression any(std::size_t depth) {
        if (depth > limits::query_depth) refuse_depth();
        return list(Expression::Kind::any_of, "OR", [&] { return all(depth); });
    }
    Expression all(std::size_t depth) {
        return list(Expression::Kind::all_of, "AND", [&] { return unary(depth); });
    }

    /// One part stands for itself.
    template <class Part>
    Expression list(Expression::Kind kind, std::string_view word, Part part) {
        auto first = part();
        if (!take_word(word)) return first;
        Expression result;
        result.kind = kind;
        result.parts.push_back(std::move(first));
        do {
            result.parts.push_back(part());
        } while (take_word(word));
        return result;
    }

    Expression unary(std::size_t depth) {
        if (depth > limits::query_depth) refuse_depth();
        if (take_word("NOT")) {
            Expression result;
            result.kind = Expression::Kind::negation;
            result.parts.push_back(unary(depth + 1));
            return result;
        }
        if (take("(")) {
            auto result = any(depth + 1);
            if (!take(")")) expected("AND, OR or )");
            return result;
        }
        return criterion();
    }

    Expression criterion() {
        if (++criteria_ > limits::query_criteria)
            refuse("The query has too many conditions; the limit query_criteria is " +
                   std::to_string(limits::query_criteria));
        Expression result;
        result.kind = Expression::Kind::criterion;
        Criterion& criterion = result.criterion;
        operand(criterion);
        fields_.insert(criterion.path);
        if (fields_.size() > limits::query_fields)
            refuse("The query asks about too many fields; the limit query_fields is " +
                   std::to_string(limits::query_fields));
        const auto begin = position_;
        const bool negated = take_word("NOT");
        criterion.op = negated ? word_operator() : any_operator();
        check_operator(criterion, begin);
        if (criterion.op != Operator::exists) value(criterion);
        if (!negated) return result;
        Expression negation;
        negation.kind = Expression::Kind::negation;
        negation.parts.push_back(std::move(result));
        return negation;
    }

    void operand(Criterion& criterion) {
        const auto begin = position_;
        if (at_end()) expected("a field");
        if (peek() == '`') return attribute(criterion);
        const auto name = bare_name();
        if (take("(")) {
            criterion.aggregate = aggregate(name, begin);
            attribute(criterion);
            if (!take(")")) expected(")");
            if (criterion.type.value_or(FieldType::float_series) != FieldType::float_series)
                refuse_at(begin, std::string(name) + "(…) needs a field of type floatSeries, not " +
                                     std::string(wire_name(*criterion.type)));
            criterion.type = FieldType::float_series;
            return;
        }
        criterion.path = name;
        type(criterion);
    }

    void attribute(Criterion& criterion) {
        if (at_end()) expected("a field");
        if (peek() == '`') {
            const auto begin = position_++;
            const auto end = text_.find('`', position_);
            if (end == std::string_view::npos) refuse_at(begin, "the ` has no second one");
            criterion.path = text_.substr(position_, end - position_);
            position_ = end + 1;
            if (criterion.path.empty()) refuse_at(begin, "there is no name between the ` `");
            skip_blanks();
        } else {
            criterion.path = bare_name();
        }
        type(criterion);
    }

    std::string_view bare_name() {
        const auto begin = position_;
        const auto name = text_.substr(begin, run_until(" \t\r\n()\"'`:=!<>") - begin);
        const auto is_this = [&](std::string_view word) { return same_word(name, word); };
        const bool is_keyword = std::any_of(keywords.begin(), keywords.end(), is_this) &&
                                text_.substr(begin + name.size(), 1) != ":";
        if (name.empty() || is_keyword) expected("a field");
        position_ = begin + name.size();
        skip_blanks();
        return name;
    }

    Aggregate aggregate(std::string_view name, std::size_t begin) {
        for (std::size_t i = 0; i < aggregate_names.size(); ++i)
            if (same_word(name, aggregate_names[i])) return static_cast<Aggregate>(i);
        refuse_at(begin, "there is no aggregate " + quoted(name) +
                             "; known are average, last, max, min and variance");
    }

    void type(Criterion& criterion) {
        if (!take(":")) return;
        const auto begin = position_;
        const auto word = text_.substr(begin, run_until(" \t\r\n()\"'`:=!<>") - begin);
        if (word.empty()) expected("a type");
        for (const auto& names : core::field_type_names)
            if (same_word(word, names.first)) criterion.type = field_type_from_wire(names.first);
        if (same_word(word, "integer")) criterion.type = FieldType::integer;
        if (!criterion.type) {
            std::string known;
            for (const auto& names : core::field_type_names)
                known.append(known.empty() ? "" : ", ").append(names.first);
            refuse_at(begin, "there is no type " + quoted(word) + "; known are " + known);
        }
        position_ = begin + word.size();
        skip_blanks();
    }

    Operator any_operator() {
        // The longer ones first.
        static constexpr std::array<std::pair<std::string_view, Operator>, 7> symbols{
            {{"==", Operator::equal},
             {"!=", Operator::not_equal},
             {"<=", Operator::less_equal},
             {">=", Operator::greater_equal},
             {"=", Operator::equal},
             {"<", Operator::less},
             {">", Operator::greater}}};
        for (const auto& [symbol, op] : symbols)
            if (take(symbol)) return op;
        return word_operator();
    }
    Operator word_operator() {
        if (take_word("CONTAINS")) return Operator::contains;
        if (take_word("MATCHES")) return Operator::matches;
        if (take_word("EXISTS")) return Operator::exists;
        expected("an operator (=, !=, <, <=, >, >=, CONTAINS, MATCHES, EXISTS)");
    }

    /// Which operators a type has: the table of wire protocol §10.4.
    static bool has_operator(FieldType type, Operator op) {
        const bool ordered = type == FieldType::integer || type == FieldType::float_number ||
                             type == FieldType::datetime || type == FieldType::string ||
                             type == FieldType::float_series;
        switch (op) {
            case Operator::exists:
                return true;
            case Operator::equal:
            case Operator::not_equal:
                return ordered || type == FieldType::boolean || type == FieldType::run_state ||
                       type == FieldType::artifact;
            case Operator::contains:
                return type == FieldType::string || type == FieldType::string_series ||
                       type == FieldType::string_set;
            case Operator::matches:
                return type == FieldType::string;
            case Operator::less:
            case Operator::less_equal:
            case Operator::greater:
            case Operator::greater_equal:
                return ordered;
        }
        return false;
    }
    void check_operator(const Criterion& criterion, std::size_t begin) const {
        if (!criterion.type || has_operator(*criterion.type, criterion.op)) return;
        refuse_at(begin, "a field of type " + std::string(wire_name(*criterion.type)) +
                             " cannot be compared in this way");
    }

    void value(Criterion& criterion) {
        const auto begin = position_;
        if (at_end()) expected("a value");
        const char first = peek();
        auto text = first == '"' || first == '\'' ? quoted_value() : bare_value();
        criterion.value = read_literal(std::move(text), now_);
        if (criterion.op == Operator::matches)
            compile(criterion.value, begin);
        else if (criterion.type)
            check_value(*criterion.type, criterion.value, begin);
    }

    std::string quoted_value() {
        const auto begin = position_;
        const char quote = text_[position_++];
        std::string result;
        for (; position_ < text_.size(); ++position_) {
            char c = text_[position_];
            if (c == quote) {
                ++position_;
                skip_blanks();
                return result;
            }
            const char next = position_ + 1 < text_.size() ? text_[position_ + 1] : '\0';
            if (c == '\\' && (next == '"' || next == '\'' || next == '\\')) {
                c = next;
                ++position_;
            }
            result += c;
        }
        refuse_at(begin, "the quote has no second one");
    }
    std::string bare_value() {
        const auto begin = position_;
        position_ = run_until(" \t\r\n()\"'`");
        if (position_ == begin) expected("a value");
        std::string result(text_.substr(begin, position_ - begin));
        skip_blanks();
        return result;
    }

    void compile(Literal& literal, std::size_t begin) {
        if (++patterns_ > limits::query_patterns)
            refuse("The query has too many MATCHES; the limit query_patterns is " +
                   std::to_string(limits::query_patterns));
        try {
            literal.pattern = std::make_shared<const core::Pattern>(literal.text);
        } catch (const core::PatternError& error) {
            refuse_at(begin, "the pattern is wrong behind its first " +
                                 std::to_string(error.position) + " bytes: " + error.what());
        }
    }
    void check_value(FieldType type, const Literal& literal, std::size_t begin) const {
        const auto demand = [&](bool fits, const char* what) {
            if (!fits)
                refuse_at(begin,
                          "expected " + std::string(what) + ", found " + quoted(literal.text));
        };
        switch (type) {
            case FieldType::integer:
            case FieldType::float_number:
            case FieldType::float_series:
                demand(literal.number.has_value(), "a number");
                break;
            case FieldType::boolean:
                demand(literal.boolean.has_value(), "true or false");
                break;
            case FieldType::run_state:
                demand(literal.state.has_value(), "running or idle");
                break;
            case FieldType::datetime:
                demand(literal.moment.has_value(),
                       "a moment such as \"2026-02-28T12:00:00Z\" or -2h");
                break;
            default:
                break;
        }
    }

    // --- characters. Tokens take the blanks behind them.

    [[nodiscard]] bool at_end() const { return position_ == text_.size(); }
    [[nodiscard]] char peek() const { return text_[position_]; }
    static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
    void skip_blanks() {
        while (!at_end() && is_blank(peek())) ++position_;
    }
    [[nodiscard]] std::size_t run_until(std::string_view characters) const {
        return (std::min)(text_.find_first_of(characters, position_), text_.size());
    }
    bool take(std::string_view symbol) {
        if (text_.substr(position_, symbol.size()) != symbol) return false;
        position_ += symbol.size();
        skip_blanks();
        return true;
    }
    /// A keyword, which ends where a bare name would, but for a colon: `not:bool` is a field.
    bool take_word(std::string_view word) {
        const auto found = text_.substr(position_, run_until(" \t\r\n()\"'`=!<>") - position_);
        if (!same_word(found, word)) return false;
        position_ += word.size();
        skip_blanks();
        return true;
    }

    // --- errors

    static std::string quoted(std::string_view text) {
        const auto shown = core::truncate_code_points(text, 40);
        return "'" + core::replace_invalid(shown) + (shown.size() < text.size() ? "…'" : "'");
    }
    [[noreturn]] void refuse(const std::string& what) const { throw SyntaxError(what, 0); }
    [[noreturn]] void refuse_depth() const {
        refuse("The query is nested too deeply; the limit query_depth is " +
               std::to_string(limits::query_depth));
    }
    [[noreturn]] void refuse_at(std::size_t position, const std::string& what) const {
        const auto before = core::count_code_points(text_.substr(0, position));
        throw SyntaxError("Character " + std::to_string(before + 1) + " of the query: " + what,
                          before);
    }
    [[noreturn]] void expected(const std::string& what) const {
        if (at_end()) refuse_at(position_, "expected " + what + ", found the end");
        auto end = run_until(" \t\r\n");
        if (end == position_) end = text_.size();
        refuse_at(position_, "expected " + what + ", found " +
                                 quoted(text_.substr(position_, end - position_)));
    }

    static constexpr std::array<std::string_view, 6> keywords{"AND",      "OR",      "NOT",
                                                              "CONTAINS", "MATCHES", "EXISTS"};
    std::string_view text_;
    core::Millis now_;
    std::size_t position_ = 0;
    std::size_t criteria_ = 0, patterns_ = 0;
    std::set<std::string> fields_{};
};

}  // namespace detail

/// Reads a query; a text of blanks is the one that every object satisfies. `now`: what relative
/// moments such as -2h count from. Errors: SyntaxError.
[[nodiscard]] inline Expression parse(std::string_view text, core::Millis now) {
    return detail::Parser(text, now).query();
}

}  // namespace neptune::wire::nql

#endif
