#include <neptune/storage/producers.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/storage/fixture.hpp"

using namespace storage_test;
using Outcome = Applied::Outcome;

namespace {

struct Producing : Fixture {
    Applied send(std::int64_t first, std::int64_t last,
                 std::vector<wire::Operation> operations = {}, const std::string& producer = "p") {
        return store->apply(run.id, std::move(operations),
                            wire::ProducerRange{producer, first, last}, start + 1000);
    }
    std::int64_t points() { return store->float_points(run.id, "s", 0, 0).value().total; }
};

}  // namespace

TEST_CASE("producers: ranges follow each other without gaps", "[storage]") {
    Producing f;
    const auto first = f.send(1, 10, {log_floats("s", {1})});
    CHECK(first.outcome == Outcome::applied);
    CHECK(first.last_sequence == 10);
    CHECK(f.send(11, 11, {log_floats("s", {2}, 1)}).outcome == Outcome::applied);
    CHECK(f.send(12, 20, {log_floats("s", {3}, 2)}).last_sequence == 20);
    CHECK(f.points() == 3);
}

TEST_CASE("producers: a repeated range changes nothing and gives the errors of the first time",
          "[storage]") {
    Producing f;
    const std::vector<wire::Operation> operations{log_floats("s", {1, 2}),
                                                  {"bad \xff", wire::Malformed{"NUL \0 and '"}},
                                                  log_floats("s", {5}, 0)};
    const auto first = f.send(1, 3, operations);
    REQUIRE(first.errors.size() == 2);
    CHECK(f.store->attribute(f.run.id, "sys/modification_time", start)->value ==
          wire::AttributeValue(wire::DatetimeValue{start + 1000}));
    f.reopen();
    const auto again = f.send(1, 3, operations);
    CHECK(again.outcome == Outcome::repeated);
    CHECK(again.errors == first.errors);
    CHECK(again.last_sequence == 3);
    CHECK(f.send(2, 2).outcome == Outcome::repeated);
    CHECK(f.points() == 2);

    CHECK(f.send(4, 4).errors.empty());
    CHECK(f.send(4, 4).outcome == Outcome::repeated);
    CHECK(f.send(4, 4).errors.empty());
}

TEST_CASE("producers: a gap or an overlap applies nothing and tells the last number", "[storage]") {
    Producing f;
    CHECK(f.send(2, 5, {assign("a", 1.0)}).outcome == Outcome::sequence_conflict);
    CHECK(f.send(2, 5).last_sequence == 0);
    f.send(1, 5);
    for (const auto& [first, last] :
         {std::pair{3, 8}, std::pair{7, 8}, std::pair{0, 6}, std::pair{6, 5}}) {
        const auto refused = f.send(first, last, {assign("a", 1.0)});
        CHECK(refused.outcome == Outcome::sequence_conflict);
        CHECK(refused.last_sequence == 5);
    }
    CHECK_FALSE(f.value("a"));
}

TEST_CASE("producers: each producer of each object counts for itself", "[storage]") {
    Producing f;
    CHECK(f.send(1, 5, {}, "p").outcome == Outcome::applied);
    CHECK(f.send(1, 2, {}, "q").outcome == Outcome::applied);
    CHECK(f.send(3, 9, {}, "q").outcome == Outcome::applied);
    CHECK(f.send(6, 6, {}, "p").outcome == Outcome::applied);
    f.run = f.create(ObjectKind::run);
    CHECK(f.send(1, 1, {}, "p").outcome == Outcome::applied);
}

TEST_CASE("producers: with a range a stored point is the step error, not a retry", "[storage]") {
    Producing f;
    f.send(1, 1, {log_floats("s", {1})});
    CHECK(f.send(2, 2, {log_floats("s", {1})}).errors.size() == 1);
    CHECK(f.apply({log_floats("s", {1})}).empty());
}

TEST_CASE("producers: a call that meets the field limit can be sent again", "[storage]") {
    Fixture f(1);
    const wire::ProducerRange range{"p", 1, 2};
    const auto send = [&](std::vector<wire::Operation> operations) {
        return f.store->apply(f.run.id, std::move(operations), range, start).outcome;
    };
    CHECK(send({assign("a", 1.0), assign("b", 1.0)}) == Outcome::field_limit);
    CHECK_FALSE(f.value("a"));
    CHECK(send({assign("a", 1.0)}) == Outcome::applied);
    CHECK(f.value("a"));
}

TEST_CASE("producers: an object that does not exist has none", "[storage]") {
    Fixture f;
    CHECK(f.store->apply("nothing", {}, wire::ProducerRange{"p", 1, 1}, start).outcome ==
          Outcome::no_such_object);
}
