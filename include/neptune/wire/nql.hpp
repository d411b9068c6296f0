#ifndef NEPTUNE_WIRE_NQL_HPP
#define NEPTUNE_WIRE_NQL_HPP

// The query language of tables: what a query means once it is read. The reader is
// wire/nql_parser.hpp, the writer for generated conditions wire/nql_text.hpp. The language:
//
//     query      = [ any ] ;
//     any        = all { "OR" all } ;
//     all        = unary { "AND" unary } ;
//     unary      = "NOT" unary | "(" any ")" | criterion ;
//     criterion  = operand [ "NOT" ] "EXISTS"
//                | operand [ "NOT" ] ( "CONTAINS" | "MATCHES" ) value
//                | operand ( "=" | "==" | "!=" | "<" | "<=" | ">" | ">=" ) value ;
//     operand    = attribute | aggregate "(" attribute ")" ;
//     aggregate  = "average" | "last" | "max" | "min" | "variance" ;
//     attribute  = ( "`" characters "`" | bareName ) [ ":" type ] ;
//     value      = '"' characters '"' | "'" characters "'" | bareValue ;
//
// Words in capitals, aggregates, types and the words of values are read in any case. A bareName
// ends before a blank, parenthesis, quote, colon, or one of = ! < >; a bareValue before a blank,
// parenthesis or quote. In quotes, \" \' and \\ stand for the second character. A type is a word of
// the wire protocol, or `integer`; without one, the type is what the field has in each object.
//
// Meaning. A criterion about a field that an object lacks, or has with another type, is false, also
// with !=; NOT turns any answer round. A floatSeries without aggregate means its last value.

#include <neptune/core/field_type.hpp>
#include <neptune/core/pattern.hpp>
#include <neptune/core/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace neptune::wire {

/// One number for all points of a float series.
enum class Aggregate { last, min, max, average, variance };

/// Words of NQL, and of `aggregationMode`, in the order of the enumeration.
inline constexpr std::array<std::string_view, 5> aggregate_names{"last", "min", "max", "average",
                                                                 "variance"};

namespace nql {

enum class Operator {
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    contains,
    matches,
    exists
};

/// A value as each type understands it; nothing where it cannot be one.
struct Literal {
    std::string text{};
    std::optional<double> number{};
    /// Set beside `number` for whole numbers of 64 bits, which a double may not hold.
    std::optional<std::int64_t> integer{};
    std::optional<bool> boolean{};
    std::optional<RunState> state{};
    std::optional<core::Millis> moment{};
    /// MATCHES only. Shared, since expressions are copied.
    std::shared_ptr<const core::Pattern> pattern{};
};

struct Criterion {
    std::string path{};
    std::optional<FieldType> type{};
    std::optional<Aggregate> aggregate{};
    Operator op = Operator::exists;
    Literal value{};
};

/// A node of the tree. Shape: `all_of` without parts is true for every object; `negation` has one
/// part; only a criterion has none and looks at `criterion`. No deeper than `limits::query_depth`.
struct Expression {
    enum class Kind { all_of, any_of, negation, criterion };
    Kind kind = Kind::all_of;
    std::vector<Expression> parts{};
    Criterion criterion{};
};

/// Text that is no query. `what()` names the place and what was expected there.
struct SyntaxError : std::runtime_error {
    SyntaxError(const std::string& what, std::size_t position_)
        : std::runtime_error(what), position(position_) {}
    /// Code points before the place.
    std::size_t position;
};

}  // namespace nql
}  // namespace neptune::wire

#endif
