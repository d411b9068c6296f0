#include <neptune/client/preprocess.hpp>

#include <neptune/client/debug_connection.hpp>
#include <neptune/client/value_get.hpp>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "support/catch.hpp"

namespace {

namespace client = neptune::client;
using namespace neptune::wire;
using neptune::FieldType;

LogEntry<double> point(double value, std::int64_t time = 0) {
    return {value, {}, time};
}
LogFloats floats(std::vector<LogEntry<double>> entries) {
    return {std::move(entries)};
}
LogStrings lines(std::vector<std::string> values) {
    LogStrings log;
    for (auto& value : values) log.entries.push_back({std::move(value), {}, 0});
    return log;
}
ConfigFloatSeries unit(std::string name) {
    return {{}, {}, std::move(name)};
}

/// What is sent for operations on one path.
std::vector<Payload> merged(std::vector<Payload> payloads) {
    client::Preprocessor batch;
    for (auto& payload : payloads) batch.add({"a", std::move(payload)});
    CHECK(batch.errors().empty());
    std::vector<Payload> result;
    for (auto& operation : batch.take()) {
        CHECK(operation.path == "a");
        result.push_back(std::move(operation.payload));
    }
    return result;
}
using Payloads = std::vector<Payload>;

/// Everything that can be read from an object in memory, by path.
std::map<std::string, std::string> state_of(client::DebugConnection& object) {
    std::map<std::string, std::string> state;
    for (const auto& [path, type] : object.fields()) {
        if (path.compare(0, 4, "sys/") == 0 && path != "sys/tags") continue;
        std::string text(display_name(type));
        if (type == FieldType::float_series) {
            for (const auto& p : object.fetch_floats(path, {}))
                text += " " + std::to_string(p.step) + ":" + std::to_string(p.value) + "@" +
                        std::to_string(p.timestamp.time_since_epoch().count());
        } else if (type == FieldType::string_series) {
            for (const auto& p : object.fetch_strings(path, {}))
                text += " " + std::to_string(p.step) + ":" + p.value;
        } else if (type == FieldType::string_set) {
            for (const auto& value : object.fetch(path, type).get<neptune::StringSet>().values)
                text += " " + value;
        } else {
            const auto value = object.fetch(path, type);
            if (type == FieldType::integer) text += " " + std::to_string(value.get<int>());
            if (type == FieldType::float_number) text += " " + std::to_string(value.get<double>());
            if (type == FieldType::string) text += " " + value.get<std::string>();
        }
        state[path] = text;
    }
    return state;
}

void apply(client::DebugConnection& object, const Operation& operation) {
    object.put({{operation.path, operation.payload}});
}

/// Operations as an engine queues them: each fits the type that the field has at that moment.
/// Series are the exception to what the oracle can compare: it keeps no configuration.
class RandomOperations {
public:
    explicit RandomOperations(unsigned seed) : random_(seed) {}

    Operation next() {
        if (below(6) == 0) return tags();
        const std::string path(1, static_cast<char>('a' + below(3)));
        const auto known = types_.find(path);
        if (known != types_.end() && below(5) == 0) {
            types_.erase(known);
            return {path, DeleteAttribute{}};
        }
        static constexpr FieldType choice[] = {FieldType::integer, FieldType::float_number,
                                               FieldType::string, FieldType::float_series,
                                               FieldType::string_series};
        const auto type = known != types_.end() ? known->second : choice[below(5)];
        types_[path] = type;
        return {path, payload(type)};
    }

private:
    unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }
    Operation tags() {
        std::vector<std::string> values{std::string(1, static_cast<char>('x' + below(3)))};
        switch (below(4)) {
            case 0:
                return {"sys/tags", RemoveStrings{std::move(values)}};
            case 1:
                return {"sys/tags", ClearStringSet{}};
            default:
                return {"sys/tags", InsertStrings{std::move(values)}};
        }
    }
    Payload payload(FieldType type) {
        const auto number = ++counter_;
        switch (type) {
            case FieldType::integer:
                return AssignInt{number};
            case FieldType::float_number:
                return AssignFloat{number * 0.5};
            case FieldType::string:
                return AssignString{std::to_string(number)};
            case FieldType::string_series:
                if (below(5) == 0) return ClearStringSeries{};
                return lines({std::to_string(number)});
            default:
                if (below(6) == 0) return ClearFloatSeries{};
                if (below(6) == 0) return unit(std::to_string(number));
                // A step that no later one of this test reaches.
                return floats(
                    {{number * 0.5, below(3) == 0 ? std::optional(number * 10.0) : std::nullopt,
                      number}});
        }
    }

    std::mt19937 random_;
    std::map<std::string, FieldType> types_;
    int counter_ = 0;
};

}  // namespace

TEST_CASE("preprocess: the vectors of the protocol", "[client]") {
    const auto log_a = floats({point(1)}), log_b = floats({point(2)}), log_c = floats({point(3)});
    CHECK(merged({AssignInt{1}, AssignInt{2}}) == Payloads{AssignInt{2}});
    CHECK(merged({log_a, log_b}) == Payloads{floats({point(1), point(2)})});
    CHECK(merged({log_a, ClearFloatSeries{}, log_b, log_c}) ==
          Payloads{ClearFloatSeries{}, floats({point(2), point(3)})});
    CHECK(merged({AssignInt{1}, DeleteAttribute{}, AssignInt{2}}) ==
          Payloads{AssignInt{1}, DeleteAttribute{}, AssignInt{2}});
    CHECK(merged({DeleteAttribute{}, AssignInt{1}, DeleteAttribute{}}) ==
          Payloads{DeleteAttribute{}});
    CHECK(merged({InsertStrings{{"x"}}, RemoveStrings{{"y"}}, InsertStrings{{"z"}}}) ==
          Payloads{InsertStrings{{"x"}}, RemoveStrings{{"y"}}, InsertStrings{{"z"}}});
    CHECK(merged({log_a, unit("m")}) == Payloads{log_a, unit("m")});
}

TEST_CASE("preprocess: clears take the place of what was pending", "[client]") {
    CHECK(merged({lines({"a"}), lines({"b"}), ClearStringSeries{}}) ==
          Payloads{ClearStringSeries{}});
    CHECK(merged({InsertStrings{{"x"}}, ClearStringSet{}, InsertStrings{{"y"}}}) ==
          Payloads{ClearStringSet{}, InsertStrings{{"y"}}});
    CHECK(merged({lines({"a"}), lines({"b", "c"})}) == Payloads{lines({"a", "b", "c"})});
}

TEST_CASE("preprocess: the last configuration is sent behind the points, and survives a clear",
          "[client]") {
    const auto log = floats({point(1)});
    CHECK(merged({unit("m"), log, unit("s"), log}) ==
          Payloads{floats({point(1), point(1)}), unit("s")});
    CHECK(merged({unit("m"), ClearFloatSeries{}}) == Payloads{ClearFloatSeries{}, unit("m")});
    CHECK(merged({unit("m"), DeleteAttribute{}}) == Payloads{unit("m"), DeleteAttribute{}});
}

TEST_CASE("preprocess: one write is kept in front of a deletion, whatever the types were",
          "[client]") {
    CHECK(merged({AssignInt{1}, DeleteAttribute{}, AssignString{"x"}, DeleteAttribute{},
                  lines({"y"})}) == Payloads{AssignInt{1}, DeleteAttribute{}, lines({"y"})});
    CHECK(merged({DeleteAttribute{}, DeleteAttribute{}}) == Payloads{DeleteAttribute{}});
    CHECK(merged({}).empty());
}

TEST_CASE("preprocess: an operation of another type is an error, and the others are sent",
          "[client]") {
    client::Preprocessor batch;
    batch.add({"a", AssignInt{1}});
    batch.add({"a", AssignString{"x"}});
    batch.add({"a", AssignInt{2}});
    batch.add({"b", AssignInt{3}});
    CHECK(batch.take() == std::vector<Operation>{{"a", AssignInt{2}}, {"b", AssignInt{3}}});
    REQUIRE(batch.errors().size() == 1);
    CHECK(batch.errors()[0].path == "a");
    CHECK(batch.errors()[0].description ==
          "Attribute 'a' is an Integer, cannot apply assignString");
}

TEST_CASE("preprocess: fields are sent in the order of their paths", "[client]") {
    client::Preprocessor batch;
    for (const auto* path : {"b", "a/c", "a", "\xc3\xa9", "B"}) batch.add({path, AssignInt{1}});
    std::vector<std::string> paths;
    for (const auto& operation : batch.take()) paths.push_back(operation.path);
    CHECK(paths == std::vector<std::string>{"B", "a", "a/c", "b", "\xc3\xa9"});
    CHECK(batch.take().empty());
}

TEST_CASE("preprocess: a field at a path that a deletion frees is sent behind the deletion",
          "[client]") {
    client::Preprocessor below;  // sorted by path, "a" would come in front of the deletion of "a/b"
    below.add({"a/b", DeleteAttribute{}});
    below.add({"a", AssignInt{1}});
    below.add({"A", AssignInt{2}});
    CHECK(below.take() == std::vector<Operation>{{"a/b", DeleteAttribute{}},
                                                 {"A", AssignInt{2}},
                                                 {"a", AssignInt{1}}});
    client::Preprocessor above;
    above.add({"a", DeleteAttribute{}});
    above.add({"a/b/c", AssignInt{1}});
    above.add({"a/b/c", DeleteAttribute{}});
    above.add({"a/b", AssignInt{2}});
    CHECK(above.take() == std::vector<Operation>{{"a", DeleteAttribute{}},
                                                 {"a/b/c", AssignInt{1}},
                                                 {"a/b/c", DeleteAttribute{}},
                                                 {"a/b", AssignInt{2}}});
    client::Preprocessor beside;
    beside.add({"ab", DeleteAttribute{}});
    beside.add({"a", AssignInt{1}});
    CHECK(beside.take() == std::vector<Operation>{{"a", AssignInt{1}}, {"ab", DeleteAttribute{}}});
}

TEST_CASE("preprocess: merged or one by one, any operations leave the same behind", "[client]") {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        CAPTURE(seed);
        RandomOperations source(seed);
        client::DebugConnection one_by_one(neptune::ObjectKind::run, "A-1"),
            in_batches(neptune::ObjectKind::run, "A-1");
        for (int batch = 0; batch < 4; ++batch) {
            client::Preprocessor preprocessor;
            const auto length = seed % 25;
            for (unsigned i = 0; i < length; ++i) {
                const auto operation = source.next();
                apply(one_by_one, operation);
                preprocessor.add(operation);
            }
            const auto sent = preprocessor.take();
            CHECK(preprocessor.errors().empty());
            CHECK(sent.size() <= length);
            for (const auto& operation : sent) apply(in_batches, operation);
            REQUIRE(state_of(in_batches) == state_of(one_by_one));
        }
    }
}
