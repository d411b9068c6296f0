#ifndef NEPTUNE_TESTS_UNIT_WIRE_RANDOM_OPERATIONS_HPP
#define NEPTUNE_TESTS_UNIT_WIRE_RANDOM_OPERATIONS_HPP

#include <neptune/core/number.hpp>
#include <neptune/core/path.hpp>
#include <neptune/wire/operations.hpp>

#include <cstdint>
#include <cstring>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace wire_test {

using namespace neptune::wire;
using namespace std::string_literals;

/// Random operations of every kind; seeded, so that a failure can be repeated.
class RandomOperations {
public:
    explicit RandomOperations(std::uint32_t seed) : random_(seed) {}

    Operation operator()() { return {neptune::core::normalize_path(text()), payload()}; }

private:
    std::uint32_t below(std::uint32_t limit) {
        return static_cast<std::uint32_t>(random_() % limit);
    }

    /// Any finite double: special values, small integers, or random bits.
    double number() {
        static constexpr double special[] = {0.0,
                                             -0.0,
                                             1.0,
                                             0.1,
                                             1e22,
                                             1e-7,
                                             4.9e-324,
                                             2.2250738585072014e-308,
                                             1.7976931348623157e308,
                                             -1.7976931348623157e308,
                                             9007199254740993.0};
        if (below(4) == 0) return special[below(static_cast<std::uint32_t>(std::size(special)))];
        if (below(4) == 0) return static_cast<double>(below(2000)) - 1000;
        while (true) {
            const auto bits = (std::uint64_t{random_()} << 32) | random_();
            double value = 0;
            std::memcpy(&value, &bits, sizeof value);
            if (neptune::core::is_finite(value)) return value;
        }
    }
    std::int64_t integer() {
        static constexpr std::int64_t special[] = {0,         -1,        INT32_MAX,
                                                   INT32_MIN, INT64_MAX, INT64_MIN};
        if (below(3) == 0) return special[below(static_cast<std::uint32_t>(std::size(special)))];
        return static_cast<std::int64_t>((std::uint64_t{random_()} << 32) | random_());
    }
    /// Valid UTF-8 with all that JSON escapes, of all lengths of encoding, NUL included.
    std::string text() {
        static const std::vector<std::string> pieces{
            "a",    "/", "\"", "\\", "\n",           "\t",     "\0"s,    "\x1f",
            "\x7f", "é", "漢", "😀",  "\xEF\xBF\xBF", "\u2028", "{[,:]}", "u00e9"};
        std::string result;
        for (auto count = below(12); count > 0; --count)
            result += pieces[below(static_cast<std::uint32_t>(pieces.size()))];
        return result;
    }
    template <class T, class Make>
    std::vector<T> list(Make make) {
        std::vector<T> result;
        for (auto count = below(5); count > 0; --count) result.push_back(make());
        return result;
    }
    template <class T, class Make>
    std::optional<T> maybe(Make make) {
        return below(2) == 0 ? std::optional<T>(make()) : std::nullopt;
    }

    Payload payload() {
        const auto number = [this] { return this->number(); };
        const auto text = [this] { return this->text(); };
        switch (below(19)) {
            case 0:
                return AssignFloat{number()};
            case 1:
                return AssignInt{integer()};
            case 2:
                return AssignBool{below(2) == 0};
            case 3:
                return AssignString{text()};
            case 4:
                return AssignDatetime{integer()};
            case 5:
                return LogFloats{list<LogEntry<double>>([&] {
                    return LogEntry<double>{number(), maybe<double>(number), integer()};
                })};
            case 6:
                return LogStrings{list<LogEntry<std::string>>([&] {
                    return LogEntry<std::string>{text(), maybe<double>(number), integer()};
                })};
            case 7:
                return ClearFloatSeries{};
            case 8:
                return ClearStringSeries{};
            case 9:
                return ConfigFloatSeries{maybe<double>(number), maybe<double>(number),
                                         maybe<std::string>(text)};
            case 10:
                return InsertStrings{list<std::string>(text)};
            case 11:
                return RemoveStrings{list<std::string>(text)};
            case 12:
                return ClearStringSet{};
            case 13:
                return LogImages{list<LogEntry<Image>>([&] {
                    return LogEntry<Image>{
                        {this->text(), maybe<std::string>(text), maybe<std::string>(text)},
                        maybe<double>(number),
                        integer()};
                })};
            case 14:
                return ClearImageSeries{};
            case 15:
                return DeleteFiles{list<std::string>(text)};
            case 16:
                return AssignArtifact{text()};
            case 17:
                return ClearArtifact{};
            default:
                return DeleteAttribute{};
        }
    }

    std::mt19937 random_;
};

}  // namespace wire_test

#endif
