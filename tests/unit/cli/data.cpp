#include <neptune/cli/data.hpp>

#include "fixture.hpp"
#include "support/catch.hpp"

#include <sstream>

#include <sys/stat.h>

using namespace neptune;
using Catch::Matchers::ContainsSubstring;

namespace {

bool exists(const std::string& path) {
    struct ::stat status {};
    return ::stat(path.c_str(), &status) == 0;
}

}  // namespace

TEST_CASE("data: a directory without a server's data is refused, and stays as it was") {
    const cli_test::Fixture fixture;
    std::ostringstream out, err;
    CHECK_THROWS_WITH(cli::Data::open(fixture.data, {out, err, "./neptune-cpp"}),
                      ContainsSubstring(fixture.data) &&
                          ContainsSubstring("./neptune-cpp serve --data " + fixture.data));
    CHECK_FALSE(exists(fixture.data));
    core::make_directories(fixture.data);
    CHECK_THROWS_AS(cli::Data::open(fixture.data, {out, err}), cli::Failure);
    CHECK(core::list_directory(fixture.data).empty());
}

TEST_CASE("data: a directory that cannot be looked into is named") {
    std::ostringstream out, err;
    CHECK_THROWS_WITH(cli::Data::open("/dev/null/x", {out, err}), ContainsSubstring("/dev/null/x"));
}

TEST_CASE("data: a first start that was cut short is told from a finished one") {
    const cli_test::Fixture fixture;
    std::ostringstream out, err;
    static_cast<void>(storage::SqliteStore({fixture.data}));
    CHECK_THROWS_WITH(cli::Data::open(fixture.data, {out, err}),
                      ContainsSubstring("never started to the end"));
}

TEST_CASE("data: what the first start makes is made where no server ran, and said") {
    const cli_test::Fixture fixture;
    std::ostringstream out, err;
    {
        auto data = cli::Data::open_or_make(fixture.data, "ml", {out, err});
        CHECK(data.workspace().name == "ml");
        CHECK(data.store().users(data.workspace().id).front().name == core::user_name());
        CHECK(data.admin_token_is_good());
    }
    CHECK_THAT(out.str(), ContainsSubstring("New data directory " + fixture.data) &&
                              ContainsSubstring("http://127.0.0.1:8080") &&
                              ContainsSubstring("neptune-cpp serve --data " + fixture.data));
    out.str("");
    CHECK(cli::Data::open_or_make(fixture.data, "other", {out, err}).workspace().name == "ml");
    CHECK(out.str().empty());
    CHECK(err.str().empty());
}

TEST_CASE("data: tokens carry the server's last address, and the usual one where it is not known") {
    cli_test::Fixture fixture;
    fixture.start_server("https://neptune.example.org");
    std::ostringstream out, err;
    auto data = cli::Data::open(fixture.data, {out, err});
    const auto ada = data.user("ada");
    CHECK(cli_test::address_in(data.new_token(ada)) == "https://neptune.example.org");
    CHECK(err.str().empty());
    CHECK_THROWS_WITH(data.user("adam"),
                      ContainsSubstring("no user 'adam'") && ContainsSubstring("there are: ada"));

    const bool is_rubbish = GENERATE(false, true);
    if (is_rubbish)
        core::write_file_atomically(fixture.data + "/admin.token", "rubbish");
    else
        core::remove_tree(fixture.data + "/admin.token");
    const auto token = data.new_token(ada);
    CHECK(cli_test::address_in(token) == "http://127.0.0.1:8080");
    CHECK(fixture.exchange(token) == 200);
    CHECK_THAT(err.str(), ContainsSubstring("address is not known") &&
                              ContainsSubstring(fixture.data + "/admin.token"));
    CHECK_FALSE(data.admin_token_is_good());
}
