#include <neptune/client/structure.hpp>

#include "support/catch.hpp"

namespace {

using neptune::FieldType;

neptune::Structure sample() {
    neptune::Structure structure;
    structure.add("sys/id", FieldType::string);
    structure.add("train/loss", FieldType::float_series);
    structure.add("train/acc/top1", FieldType::float_number);
    structure.add("lr", FieldType::float_number);
    return structure;
}

}  // namespace

TEST_CASE("structure: find gives namespaces and fields, and null elsewhere", "[client]") {
    const auto structure = sample();
    REQUIRE(structure.find("train/acc/top1") != nullptr);
    CHECK(structure.find("train/acc/top1")->type() == FieldType::float_number);
    CHECK(structure.find("train/acc/top1")->children().empty());
    REQUIRE(structure.find("train") != nullptr);
    CHECK_FALSE(structure.find("train")->type());
    CHECK(structure.find("train")->children().size() == 2);
    CHECK(structure.find("") == &structure);
    CHECK(structure.find("train/los") == nullptr);
    CHECK(structure.find("train/loss/x") == nullptr);
    CHECK(structure.find("rt") == nullptr);
}

TEST_CASE("structure: adding a field again changes its type only", "[client]") {
    auto structure = sample();
    structure.add("lr", FieldType::string);
    CHECK(structure.find("lr")->type() == FieldType::string);
    CHECK(structure.children().size() == 3);
}

TEST_CASE("structure: a copy shares nothing", "[client]") {
    auto structure = sample();
    const auto copy = structure;
    structure.add("new", FieldType::integer);
    CHECK(copy.find("new") == nullptr);
}

TEST_CASE("structure: text has one line a node, sorted by name, four spaces a level", "[client]") {
    CHECK(sample().to_text() ==
          "'lr': Float\n"
          "'sys':\n"
          "    'id': String\n"
          "'train':\n"
          "    'acc':\n"
          "        'top1': Float\n"
          "    'loss': FloatSeries\n");
    CHECK(neptune::Structure().to_text().empty());
}

TEST_CASE("structure: names are blue if colour is asked for", "[client]") {
    neptune::Structure structure;
    structure.add("a/b", FieldType::boolean);
    CHECK(structure.to_text(true) == "'\x1b[94ma\x1b[0m':\n    '\x1b[94mb\x1b[0m': Boolean\n");
}
