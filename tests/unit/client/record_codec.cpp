#include <neptune/client/record_codec.hpp>

#include "support/catch.hpp"

using namespace neptune;

TEST_CASE("record_codec: an unknown kind is unreadable") {
    CHECK(std::holds_alternative<client::UnreadableRecord>(client::decode_operation("a", 999, "")));
}
