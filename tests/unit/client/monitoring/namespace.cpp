#include <neptune/client/monitoring/namespace.hpp>

#include "support/catch.hpp"

// hashlib.sha256(("host-1" + "21879" + "140346926617280").encode()).hexdigest()[-8:]
TEST_CASE("namespace: the hash is that of the Python client", "[monitoring]") {
    CHECK(neptune::client::default_monitoring_namespace("host-1", "21879", "140346926617280") ==
          "monitoring/2e43e8c8");
    CHECK(neptune::client::default_monitoring_namespace("ab", "1", "2") == "monitoring/b18d645e");
}
