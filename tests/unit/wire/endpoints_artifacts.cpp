#include <neptune/wire/endpoints_artifacts.hpp>

#include <string_view>
#include <tuple>
#include <vector>

#include "support/catch.hpp"

TEST_CASE("endpoints_artifacts: names, methods and paths are those of the protocol", "[wire]") {
    using namespace neptune::wire;
    std::vector<std::tuple<std::string_view, std::string_view, std::string_view>> found;
    std::apply(
        [&]<class... E>(const E&...) {
            (found.emplace_back(E::operation_id, E::method, E::path), ...);
            CHECK(((E::access == Access::bearer) && ...));
        },
        ArtifactEndpoints{});
    // Source: wire protocol §4.5.
    CHECK(found == decltype(found){
                       {"getArtifact", "GET", "/api/artifacts/v1/artifact"},
                       {"createNewArtifact", "PUT", "/api/artifacts/v1/artifact"},
                       {"createArtifactVersion", "POST", "/api/artifacts/v1/artifact"},
                       {"listArtifactFiles", "GET", "/api/artifacts/v1/artifact/files"},
                       {"uploadArtifactFilesMetadata", "PUT", "/api/artifacts/v1/artifact/files"}});
    CHECK(CreateNewArtifact::Request{}.version == "2");
}
