#include <neptune/client/credentials.hpp>

#include "support/catch.hpp"

using namespace neptune;

TEST_CASE("credentials: a text that is not base64 is refused") {
    CHECK_THROWS_AS(client::read_credentials(std::string("?")), InvalidApiToken);
}
