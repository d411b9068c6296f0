#include <neptune/client/record_codec.hpp>

#include <limits>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "support/catch.hpp"

namespace {

namespace client = neptune::client;
using namespace neptune::wire;
using client::CopyField;
using client::QueuedOperation;
using client::TrackedPath;
using client::UnreadableRecord;
using client::UploadFile;
using client::UploadFileSet;
using neptune::FieldType;

const std::string awkward("\0\xff\n\xe2\x82\xac", 6);

/// At least one of each alternative that a client makes.
std::vector<QueuedOperation> samples() {
    const double inf = std::numeric_limits<double>::infinity();
    const auto least = std::numeric_limits<std::int64_t>::min();
    return {
        {"a", Payload(AssignFloat{-0.0})},
        {"a", Payload(AssignFloat{5e-324})},
        {"a", Payload(AssignInt{least})},
        {"a", Payload(AssignInt{-1})},
        {"a", Payload(AssignBool{true})},
        {"a", Payload(AssignBool{false})},
        {"a", Payload(AssignString{})},
        {"a", Payload(AssignString{awkward})},
        {"a", Payload(AssignDatetime{-62'167'219'200'000})},
        {"a", Payload(LogFloats{{{0.5, 3.25, 7}}})},
        {"a", Payload(LogFloats{{{0.5, {}, -7}, {inf, 0.0, least}}})},
        {"a", Payload(LogStrings{{{"", {}, 1}, {awkward, 2.0, 3}}})},
        {"a", Payload(LogImages{{{{awkward, "n", {}}, {}, 1}, {{"", {}, awkward}, 2.0, 3}}})},
        {"a", Payload(ClearImageSeries{})},
        {"a", Payload(DeleteFiles{{"x/y", ""}})},
        {"a", Payload(ClearFloatSeries{})},
        {"a", Payload(ClearStringSeries{})},
        {"a", Payload(ConfigFloatSeries{})},
        {"a", Payload(ConfigFloatSeries{0.0, -1.0, ""})},
        {"a", Payload(ConfigFloatSeries{{}, 1.0, awkward})},
        {"a", Payload(InsertStrings{{"x", "", awkward}})},
        {"a", Payload(RemoveStrings{{"x"}})},
        {"a", Payload(ClearStringSet{})},
        {"a", Payload(DeleteAttribute{})},
        {"a", CopyField{"3fa85f64-5717-4562-b3fc-2c963f66afa6", "b/c", FieldType::datetime}},
        {"a", CopyField{}},
        {"a", UploadFile{"/data/\xff x", "", ""}},
        {"a", UploadFile{"", awkward, "bin"}},
        {"a", UploadFileSet{{"/data/*", "/b"}, "/here", false}},
        {"a", UploadFileSet{{}, "/", true}},
        {"a", Payload(AssignArtifact{"0964f6210624"})},
        {"a", Payload(ClearArtifact{})},
        {"a", TrackedPath{"/data/" + awkward, "sub"}},
        {"a", TrackedPath{"s3://bucket/prefix", {}}},
    };
}

}  // namespace

TEST_CASE("record_codec: every operation makes the round trip", "[client]") {
    std::set<std::size_t> alternatives;
    for (const auto& operation : samples()) {
        const auto encoded = client::encode_operation(operation);
        CAPTURE(encoded.kind);
        const auto decoded =
            client::decode_operation(operation.path, encoded.kind, encoded.payload);
        REQUIRE(std::holds_alternative<QueuedOperation>(decoded));
        CHECK(std::get<QueuedOperation>(decoded) == operation);
        if (const auto* payload = std::get_if<Payload>(&operation.work))
            alternatives.insert(payload->index());
    }
    CHECK(alternatives.size() == std::variant_size_v<Payload> - 1);  // all but Malformed
}

TEST_CASE("record_codec: kinds are those of the format on disk", "[client]") {
    const auto kind = [](auto work) { return client::encode_operation({"a", Payload(work)}).kind; };
    CHECK(kind(AssignFloat{}) == 1);
    CHECK(kind(AssignInt{}) == 2);
    CHECK(kind(AssignBool{}) == 3);
    CHECK(kind(AssignString{}) == 4);
    CHECK(kind(AssignDatetime{}) == 5);
    CHECK(kind(LogFloats{}) == 6);
    CHECK(kind(LogStrings{}) == 7);
    CHECK(kind(ClearFloatSeries{}) == 8);
    CHECK(kind(ClearStringSeries{}) == 9);
    CHECK(kind(ConfigFloatSeries{}) == 10);
    CHECK(kind(InsertStrings{}) == 11);
    CHECK(kind(RemoveStrings{}) == 12);
    CHECK(kind(ClearStringSet{}) == 13);
    CHECK(kind(DeleteAttribute{}) == 14);
    CHECK(kind(LogImages{}) == 18);
    CHECK(kind(ClearImageSeries{}) == 19);
    CHECK(kind(DeleteFiles{}) == 20);
    CHECK(kind(AssignArtifact{}) == 22);
    CHECK(kind(ClearArtifact{}) == 23);
    CHECK(client::encode_operation({"a", CopyField{}}).kind == 15);
    CHECK(client::encode_operation({"a", UploadFile{}}).kind == 16);
    CHECK(client::encode_operation({"a", UploadFileSet{}}).kind == 17);
    CHECK(client::encode_operation({"a", TrackedPath{}}).kind == 21);
}

TEST_CASE("record_codec: points are marked, so that a full queue may drop them", "[client]") {
    for (const auto& operation : samples()) {
        const auto* payload = std::get_if<Payload>(&operation.work);
        const bool is_point = payload && (std::holds_alternative<LogFloats>(*payload) ||
                                          std::holds_alternative<LogStrings>(*payload) ||
                                          std::holds_alternative<LogImages>(*payload));
        const auto flags = client::encode_operation(operation).flags;
        CHECK(((flags & neptune::journal::flag::point) != 0) == is_point);
    }
}

TEST_CASE("record_codec: a point of the hot path has the same bytes", "[client]") {
    for (const auto& entry : {LogEntry<double>{0.5, 3.0, 7}, LogEntry<double>{-1, {}, -7}})
        CHECK(client::EncodedPoint(entry).view() ==
              client::encode_operation({"a", Payload(LogFloats{{entry}})}).payload);
}

TEST_CASE("record_codec: payloads that end early never crash; numbers that are cut short are told",
          "[client]") {
    for (const auto& operation : samples()) {
        const auto encoded = client::encode_operation(operation);
        CAPTURE(encoded.kind);
        for (std::size_t length = 0; length < encoded.payload.size(); ++length) {
            // A copy of exactly these bytes, so that a sanitizer sees what is read behind them.
            const std::vector<char> bytes(
                encoded.payload.begin(),
                encoded.payload.begin() + static_cast<std::ptrdiff_t>(length));
            const auto decoded =
                client::decode_operation("a", encoded.kind, {bytes.data(), bytes.size()});
            const auto* whole = std::get_if<QueuedOperation>(&decoded);
            if (whole) CHECK_FALSE(*whole == operation);
        }
        const auto is_text = encoded.kind == client::record_kind::assign_string;
        if (!encoded.payload.empty() && !is_text) {
            const auto cut = client::decode_operation(
                "a", encoded.kind, encoded.payload.substr(0, encoded.payload.size() - 1));
            REQUIRE(std::holds_alternative<UnreadableRecord>(cut));
            CHECK(std::get<UnreadableRecord>(cut).why == "its payload is cut short");
        }
    }
}

TEST_CASE("record_codec: payloads of other bytes never crash", "[client]") {
    std::mt19937 random(7);
    for (int round = 0; round < 20'000; ++round) {
        std::vector<char> bytes(random() % 60);
        for (auto& byte : bytes) byte = static_cast<char>(random() % 3 == 0 ? random() : 0);
        const auto kind = static_cast<std::uint16_t>(random() % 30);
        const auto decoded = client::decode_operation("a", kind, {bytes.data(), bytes.size()});
        if (kind == 0 || kind > 24) CHECK(std::holds_alternative<UnreadableRecord>(decoded));
    }
}

TEST_CASE("record_codec: an unknown kind and an unknown type of field are unreadable", "[client]") {
    const auto unknown = client::decode_operation("a", 999, "");
    REQUIRE(std::holds_alternative<UnreadableRecord>(unknown));
    CHECK(std::get<UnreadableRecord>(unknown).why == "it has the unknown kind 999");
    auto copy = client::encode_operation({"a", CopyField{"id", "b", FieldType::integer}});
    copy.payload.back() = '\x7f';
    CHECK(std::holds_alternative<UnreadableRecord>(
        client::decode_operation("a", copy.kind, copy.payload)));
}
