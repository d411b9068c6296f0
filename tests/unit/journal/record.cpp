#include <neptune/journal/record.hpp>

#include "support/catch.hpp"

#include <string>

using namespace neptune::journal;

namespace {
std::string encoded(std::string_view payload) {
    std::string bytes;
    encode_record(bytes, 7, {3, 5, 256, -12345, payload});
    return bytes;
}
}  // namespace

TEST_CASE("record: what is encoded is decoded", "[journal]") {
    const auto size = GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{8},
                               std::size_t{1000}, max_inline_payload);
    const std::string payload(size, 'x');
    const std::string bytes = encoded(payload);
    CHECK(bytes.size() == record_size(size));
    CHECK(bytes.size() % 8 == 0);
    const auto record = decode_record(bytes);
    REQUIRE(record);
    CHECK(record->sequence == 7);
    CHECK(record->field == 3);
    CHECK(record->kind == 5);
    CHECK(record->flags == 256);
    CHECK(record->time_ms == -12345);
    CHECK(record->payload == payload);
}

TEST_CASE("record: a change of any byte but the padding is found", "[journal]") {
    const std::string good = encoded("some payload");
    for (std::size_t i = 0; i < sizeof(RecordHeader) + 12; ++i) {
        for (const char flip : {'\x01', '\x80', '\xff'}) {
            std::string bad = good;
            bad[i] = static_cast<char>(bad[i] ^ flip);
            INFO("byte " << i);
            CHECK_FALSE(decode_record(bad));
        }
    }
}

TEST_CASE("record: one that is cut short at any byte is none", "[journal]") {
    const std::string good = encoded("some payload");
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_FALSE(decode_record(std::string_view(good).substr(0, size)));
}

TEST_CASE("record: zeros, as after a power cut, are no record", "[journal]") {
    CHECK_FALSE(decode_record(std::string(4096, '\0')));
}

TEST_CASE("record: definitions have no number, operations have one", "[journal]") {
    std::string bytes;
    encode_record(bytes, 0, {1, kind_definition, 0, 0, "a/b"});
    CHECK(decode_record(bytes));
    bytes.clear();
    encode_record(bytes, 4, {1, kind_definition, 0, 0, "a/b"});
    CHECK_FALSE(decode_record(bytes));
    bytes.clear();
    encode_record(bytes, 0, {1, 1, 0, 0, "a/b"});
    CHECK_FALSE(decode_record(bytes));
}
