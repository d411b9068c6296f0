#include <neptune/client/field_table.hpp>

#include "support/catch.hpp"

using namespace neptune;

TEST_CASE("field_table: a path has one entry however it is spelled") {
    client::FieldTable table;
    CHECK(table.intern("a/b") == table.intern("//a//b/"));
}
