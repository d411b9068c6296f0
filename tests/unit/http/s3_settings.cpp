#include <neptune/http/s3_settings.hpp>

#include <neptune/core/files.hpp>
#include <neptune/core/os.hpp>

#include <cstdlib>
#include <fstream>
#include <string>

#include "support/catch.hpp"

namespace {

using namespace neptune;
using namespace neptune::http;

/// A home of its own, without any of the variables.
struct Home {
    Home() : path(core::make_temp_directory("neptune-aws-")) {
        for (const char* name :
             {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION",
              "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CONFIG_FILE",
              "AWS_SHARED_CREDENTIALS_FILE", "S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3",
              "AWS_ENDPOINT_URL"})
            ::unsetenv(name);
        before = core::environment("HOME").value_or("");
        ::setenv("HOME", path.c_str(), 1);
        core::make_directories(path + "/.aws");
    }
    ~Home() {
        ::setenv("HOME", before.c_str(), 1);
        for (const char* name :
             {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION",
              "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_CONFIG_FILE", "S3_ENDPOINT_URL",
              "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"})
            ::unsetenv(name);
        core::remove_tree(path);
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path + "/.aws/" + name) << text;
    }
    std::string path, before;
};

}  // namespace

TEST_CASE("s3_settings: without anything there are no credentials, and the region is us-east-1") {
    const Home home;
    const auto settings = read_s3_settings();
    CHECK_FALSE(settings.credentials);
    CHECK(settings.region == "us-east-1");
    CHECK_FALSE(settings.endpoint);
}

TEST_CASE("s3_settings: variables win over profiles, and Neptune's endpoint over Amazon's") {
    const Home home;
    home.write("credentials", "[default]\naws_access_key_id=F\naws_secret_access_key=S\n");
    home.write("config", "[default]\nregion = eu-north-1\n");
    CHECK(read_s3_settings().credentials->access_key == "F");
    CHECK(read_s3_settings().region == "eu-north-1");
    ::setenv("AWS_ACCESS_KEY_ID", "K", 1);
    CHECK(read_s3_settings().credentials->access_key == "F");
    ::setenv("AWS_SECRET_ACCESS_KEY", "V", 1);
    ::setenv("AWS_SESSION_TOKEN", "T", 1);
    const auto given = *read_s3_settings().credentials;
    CHECK(given.access_key == "K");
    CHECK(given.secret_key == "V");
    CHECK(given.session_token == "T");
    ::setenv("AWS_DEFAULT_REGION", "eu-west-1", 1);
    CHECK(read_s3_settings().region == "eu-west-1");
    ::setenv("AWS_REGION", "eu-west-2", 1);
    CHECK(read_s3_settings().region == "eu-west-2");
    ::setenv("AWS_ENDPOINT_URL", "http://c", 1);
    CHECK(read_s3_settings().endpoint == "http://c");
    ::setenv("AWS_ENDPOINT_URL_S3", "http://b", 1);
    CHECK(read_s3_settings().endpoint == "http://b");
    ::setenv("S3_ENDPOINT_URL", "http://a", 1);
    CHECK(read_s3_settings().endpoint == "http://a");
}

TEST_CASE("s3_settings: a profile by name, in both files, with comments and odd spacing") {
    const Home home;
    home.write("credentials",
               "# mine\n[default]\naws_access_key_id = no\naws_secret_access_key = no\n"
               "\n[ work ]\r\naws_access_key_id=AK\r\n aws_secret_access_key = nested\n"
               "aws_secret_access_key  =  S=K+/  \r\naws_session_token = T\n[other]\n"
               "aws_access_key_id = other\n");
    home.write("config",
               "[profile work]\nregion=ap-south-1\ns3 =\n  addressing_style = path\n"
               "[profile late]\naws_access_key_id = L\naws_secret_access_key = M");
    ::setenv("AWS_PROFILE", "work", 1);
    const auto settings = read_s3_settings();
    REQUIRE(settings.credentials);
    CHECK(settings.credentials->access_key == "AK");
    CHECK(settings.credentials->secret_key == "S=K+/");
    CHECK(settings.credentials->session_token == "T");
    CHECK(settings.region == "ap-south-1");
    ::setenv("AWS_PROFILE", "late", 1);
    CHECK(read_s3_settings().credentials->secret_key == "M");
    ::setenv("AWS_PROFILE", "nobody", 1);
    CHECK_FALSE(read_s3_settings().credentials);
}

TEST_CASE("s3_settings: files that are odd in every way do no harm") {
    const Home home;
    for (const std::string& text : std::vector<std::string>{"[", "[]", "=", "[default", "\0\0\n",
                                                            "[default]\n=\n==\naws_access_key_id",
                                                            "]x[", std::string(2'000'000, '[')}) {
        home.write("credentials", text);
        CHECK_FALSE(read_s3_settings().credentials);
    }
    ::setenv("AWS_CONFIG_FILE", home.path.c_str(), 1);
    CHECK_THROWS_AS(read_s3_settings(), std::system_error);  // a directory
}
