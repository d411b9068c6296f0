#include <neptune/storage/keys.hpp>

#include <set>
#include <string>

#include "support/catch.hpp"

using namespace neptune::storage;

TEST_CASE("keys: 1 to 10 upper-case letters or digits with at least one letter", "[storage]") {
    for (const char* key : {"A", "CLS", "A1", "1A", "ABCDEFGHIJ", "123456789Z"})
        CHECK(is_valid_key(key));
    for (const char* key : {"", "1", "1234567890", "abc", "A-B", "A B", "ABCDEFGHIJK", "\xc3\x84"})
        CHECK_FALSE(is_valid_key(key));
}

TEST_CASE("keys: a name gives the first of its letters and digits", "[storage]") {
    CHECK(key_from_name("classification") == "CLAS");
    CHECK(key_from_name("a-b c") == "ABC");
    CHECK(key_from_name("2024") == "P2024");
    CHECK(key_from_name("\xd0\xbf\xd1\x80\xd0\xbe") == "P");
    CHECK(key_from_name("").size() == 1);
}

TEST_CASE("keys: a taken key gets a number and stays within ten characters", "[storage]") {
    CHECK(make_unique_key("CLAS", [](const std::string&) { return false; }) == "CLAS");
    CHECK(make_unique_key("CLAS", [](const std::string& key) { return key == "CLAS"; }) == "CLAS2");
    std::set<std::string> taken;
    const auto is_taken = [&](const std::string& key) { return taken.count(key) > 0; };
    for (int i = 0; i < 200; ++i) taken.insert(make_unique_key("ABCDEFGHIJ", is_taken));
    CHECK(taken.size() == 200);
    for (const auto& key : taken) CHECK(is_valid_key(key));
}
