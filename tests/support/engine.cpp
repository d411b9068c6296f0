// The one file of all tests in which the engine of the client and the server are compiled. Test files include
// <neptune/run.hpp> and the helpers of tests/support, and are linked with this.
#include <neptune/neptune.hpp>
#include <neptune/server.hpp>
