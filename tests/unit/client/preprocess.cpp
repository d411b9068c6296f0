#include <neptune/client/preprocess.hpp>

#include "support/catch.hpp"

using namespace neptune;

TEST_CASE("preprocess: the last assignment wins") {
    client::Preprocessor batch;
    batch.add({"a", wire::AssignInt{1}});
    batch.add({"a", wire::AssignInt{2}});
    CHECK(batch.take() == std::vector<wire::Operation>{{"a", wire::AssignInt{2}}});
}
