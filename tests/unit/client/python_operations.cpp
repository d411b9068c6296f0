#include <neptune/client/python_operations.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace neptune;
using namespace neptune::client;
using Catch::Matchers::ContainsSubstring;

namespace {

QueuedOperation read(const std::string& members) {
    return read_python_operation(wire::Json::parse(R"({"path": ["a", "b c"], )" + members + "}"),
                                 "/none");
}
std::string problem(const std::string& json) {
    try {
        static_cast<void>(read_python_operation(wire::Json::parse(json), "/none"));
    } catch (const PythonOperationError& error) {
        return error.what();
    }
    return "(it can be read)";
}

}  // namespace

TEST_CASE("python_operations: every operation becomes the one of the same meaning", "[client]") {
    const std::vector<std::pair<std::string, QueuedOperation>> table{
        {R"("type": "AssignFloat", "value": 0.5)", {"a/b c", wire::AssignFloat{0.5}}},
        {R"("type": "AssignFloat", "value": 3)", {"a/b c", wire::AssignFloat{3}}},
        {R"("type": "AssignInt", "value": -9223372036854775808)",
         {"a/b c", wire::AssignInt{INT64_MIN}}},
        {R"("type": "AssignBool", "value": true)", {"a/b c", wire::AssignBool{true}}},
        {R"("type": "AssignString", "value": "\u017c \ud83d\ude80")",
         {"a/b c", wire::AssignString{"\u017c \U0001F680"}}},
        {R"("type": "AssignDatetime", "value": 1790000000123)",
         {"a/b c", wire::AssignDatetime{1'790'000'000'123}}},
        {R"("type": "LogFloats", "values": [{"value": 1.5, "step": null, "ts": 1.0019},)"
         R"( {"value": 2, "step": 3.5, "ts": 2}])",
         {"a/b c", wire::LogFloats{{{1.5, std::nullopt, 1001}, {2.0, 3.5, 2000}}}}},
        {R"("type": "LogStrings", "values": [{"value": "x", "ts": 1}])",
         {"a/b c", wire::LogStrings{{{"x", std::nullopt, 1000}}}}},
        {R"("type": "LogImages", "values": [)"
         R"({"value": {"data": "UE5H", "name": "n", "description": null}, "step": 1, "ts": 2},)"
         R"( {"value": "UE5H", "ts": 2}, {"value": null, "ts": 2}])",
         {"a/b c", wire::LogImages{{{{"PNG", "n", std::nullopt}, 1.0, 2000},
                                    {{"PNG"}, std::nullopt, 2000},
                                    {{}, std::nullopt, 2000}}}}},
        {R"("type": "ClearImageLog")", {"a/b c", wire::ClearImageSeries{}}},
        {R"("type": "DeleteFiles", "file_paths": ["x/y"])", {"a/b c", wire::DeleteFiles{{"x/y"}}}},
        {R"("type": "UploadFile", "ext": "txt", "file_path": "/d/x.txt", "tmp_file_name": null,)"
         R"( "clean_after_upload": false)",
         {"a/b c", UploadFile{"/d/x.txt", "", "txt"}}},
        {R"("type": "UploadFileContent", "ext": "", "file_content": "AAE=")",
         {"a/b c", UploadFile{"", std::string("\0\1", 2), ""}}},
        {R"("type": "UploadFileSet", "file_globs": ["/d/*"], "reset": "False")",
         {"a/b c", UploadFileSet{{"/d/*"}, std::filesystem::current_path().string(), false}}},
        {R"("type": "UploadFileSet", "file_globs": ["/d/*"], "reset": "True")",
         {"a/b c", UploadFileSet{{"/d/*"}, std::filesystem::current_path().string(), true}}},
        {R"("type": "AssignArtifact", "hash": "0964")", {"a/b c", wire::AssignArtifact{"0964"}}},
        {R"("type": "ClearArtifact")", {"a/b c", wire::ClearArtifact{}}},
        {R"("type": "TrackFilesToArtifact", "project_id": "p", "entries": [["/d", null]])",
         {"a/b c", TrackedPath{"/d", {}}}},
        {R"("type": "TrackFilesToArtifact", "project_id": "p", "entries": [["s3://b/p", "x"]])",
         {"a/b c", TrackedPath{"s3://b/p", "x"}}},
        {R"("type": "ClearFloatLog")", {"a/b c", wire::ClearFloatSeries{}}},
        {R"("type": "ClearStringLog")", {"a/b c", wire::ClearStringSeries{}}},
        {R"("type": "ConfigFloatSeries", "min": null, "max": 2, "unit": "m")",
         {"a/b c", wire::ConfigFloatSeries{std::nullopt, 2.0, "m"}}},
        {R"("type": "AddStrings", "values": ["x", "y"])",
         {"a/b c", wire::InsertStrings{{"x", "y"}}}},
        {R"("type": "RemoveStrings", "values": ["x"])", {"a/b c", wire::RemoveStrings{{"x"}}}},
        {R"("type": "ClearStringSet")", {"a/b c", wire::ClearStringSet{}}},
        {R"("type": "DeleteAttribute")", {"a/b c", wire::DeleteAttribute{}}},
        {R"("type": "CopyAttribute", "container_id": "u", "container_type": "run",)"
         R"( "source_path": ["c", "d"], "source_attr_name": "Integer")",
         {"a/b c", CopyField{"u", "c/d", FieldType::integer}}},
    };
    for (const auto& [members, expected] : table) {
        CAPTURE(members);
        CHECK(read(members) == expected);
    }
}

TEST_CASE("python_operations: what cannot be read says which member is wrong", "[client]") {
    const std::map<std::string, std::string> table{
        {"[]", "it is no JSON object"},
        {"{}", "its member 'type' is missing"},
        {R"({"type": "AssignInt"})", "its member 'path' is missing"},
        {R"({"type": "AssignInt", "path": []})", "its member 'path' is empty"},
        {R"({"type": "TrackFilesToArtifact", "path": ["a"], "entries": [["x"]]})",
         "its member 'entries' is no list of one location"},
        {R"({"type": "AssignInt", "path": ["a", 1]})", "its member 'path' is no text"},
        {R"({"type": "AssignInt", "path": ["a"], "value": 1.5})",
         "its member 'value' is no integer of 64 bits"},
        {R"({"type": "AssignInt", "path": ["a"], "value": 9223372036854775808})",
         "its member 'value' is no integer of 64 bits"},
        {R"({"type": "AssignBool", "path": ["a"], "value": 1})",
         "its member 'value' is neither true nor false"},
        {R"({"type": "LogFloats", "path": ["a"], "values": {}})", "its member 'values' is no list"},
        {R"({"type": "LogFloats", "path": ["a"], "values": [{"value": "x", "ts": 1}]})",
         "its member 'value' is no number"},
        {R"({"type": "UploadFile", "path": ["a"], "ext": "x", "tmp_file_name": "x-1.x"})",
         "the content to be uploaded is missing: x-1.x"},
        {R"({"type": "UploadFile", "path": ["a"], "ext": "x", "tmp_file_name": "../x"})",
         "the content to be uploaded is missing: ../x"},
        {R"({"type": "UploadFileContent", "path": ["a"], "ext": "x", "file_content": "?"})",
         "its member 'file_content' is no base64"},
        {R"({"type": "CopyAttribute", "path": ["a"], "source_attr_name": "FloatSeries"})",
         "it copies the type FloatSeries, which cannot be copied"},
        {R"({"type": "AssignTensor", "path": ["a"]})",
         "this version cannot send operations of the type AssignTensor"},
    };
    for (const auto& [json, expected] : table) {
        CAPTURE(json);
        CHECK(problem(json) == expected);
    }
}
