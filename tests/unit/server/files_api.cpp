// Uploads and downloads, as requests and replies.

#include <neptune/server/uploads_api.hpp>

#include <neptune/core/base64.hpp>
#include <neptune/core/deflate.hpp>
#include <neptune/core/tar.hpp>
#include <neptune/server/downloads_api.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fixture.hpp"
#include "support/catch.hpp"

using namespace server_test;

namespace {

const std::string file_upload = attributes + "/storage/file/upload";
const std::string set_upload = attributes + "/storage/fileset/upload";

struct Run {
    Fixture server{};
    std::string id = server.new_run();

    [[nodiscard]] Answer raw(const std::string& target, const std::string& body,
                             const http::Headers& headers = {},
                             const std::string& who = "ada") const {
        http::Request request;
        request.method = "POST";
        request.target = target;
        request.headers = headers;
        request.body = body;
        request.headers.add("Authorization", server.authorization(who));
        return server.send(request);
    }
    [[nodiscard]] Answer upload(const std::string& path, const std::string& body,
                                const std::string& extension = "txt") const {
        return raw(file_upload + "?experimentIdentifier=" + id + "&attribute=" + path +
                       "&ext=" + extension,
                   body);
    }
    [[nodiscard]] Answer upload_tar(const std::string& tar, const std::string& reset = "False",
                                    bool packed = true) const {
        return raw(
            attributes + "/uploadFileSetTar?experimentId=" + id + "&attribute=set&reset=" + reset,
            packed ? core::gzip_compress(tar) : tar,
            {{"Content-Type", "application/octet-stream"}});
    }
    [[nodiscard]] Answer part(const std::string& upload_id, const std::string& range,
                              const std::string& body, const std::string& path = "f") const {
        return raw(file_upload + "/part?experimentIdentifier=" + id + "&attribute=" + path +
                       "&uploadPartIdx=0&uploadId=" + upload_id,
                   body, {{"X-Range", range}});
    }
    [[nodiscard]] Answer start(const std::string& size, const std::string& path = "f") const {
        return raw(file_upload + "/start?experimentIdentifier=" + id + "&attribute=" + path +
                       "&ext=bin&totalLength=" + size,
                   "");
    }
    [[nodiscard]] Answer finish(const std::string& upload_id) const {
        return raw(file_upload + "/finish?experimentIdentifier=" + id +
                       "&attribute=f&uploadId=" + upload_id,
                   "");
    }
    [[nodiscard]] Answer download(const std::string& path, const std::string& more = "",
                                  const http::Headers& headers = {}) const {
        http::Request request;
        request.target = attributes + "/download?experimentId=" + id + "&attribute=" + path + more;
        request.headers = headers;
        request.headers.add("Authorization", server.authorization("ada"));
        return server.send(request);
    }
    [[nodiscard]] Answer list(const std::string& folder = "") const {
        return server.get(attributes + "/ls?experimentId=" + id + "&attribute=set&path=" + folder);
    }
};

/// What an upload says: the first of its errors, "stored", or its status.
std::string outcome(const Answer& answer) {
    if (answer.status != 200) return std::to_string(answer.status);
    const auto& errors = answer.json.at("errors");
    return errors.empty() ? "stored" : errors.at(0).at("errorDescription").get<std::string>();
}

std::string tar_of(const std::vector<std::pair<std::string, std::string>>& files) {
    core::TarWriter writer;
    for (const auto& file : files) writer.add(file.first, file.second, 0);
    return writer.take();
}

}  // namespace

TEST_CASE("files_api: a file is uploaded without a content type and downloaded by its name") {
    const Run run;
    CHECK(run.upload("a/model", "weights", "onnx").text == R"({"errors":[]})");
    const auto answer = run.download("a/model");
    CHECK(answer.text == "weights");
    CHECK(answer.header("Content-Disposition") == "attachment; filename=\"model.onnx\"");
    CHECK(answer.header("Content-Type") == "application/octet-stream");
    CHECK(answer.header("X-Content-Type-Options") == "nosniff");
    CHECK(outcome(run.upload("a/model", "", "")) == "stored");
    CHECK(run.download("a/model").text.empty());
    CHECK(run.download("a/model").header("Content-Disposition") ==
          "attachment; filename=\"model\"");
    const auto single =
        run.server.get(attributes + "/files?experimentId=" + run.id + "&attribute=a/model");
    CHECK(single.json == Json{{"attributeName", "a/model"},
                              {"attributeType", "file"},
                              {"name", "model"},
                              {"ext", ""},
                              {"size", 0}});
    CHECK(run.download("a").status == 404);
    CHECK(run.download("a").error_type().empty());
}

TEST_CASE("files_api: a range of a file is served, one outside of it is refused") {
    const Run run;
    CHECK(outcome(run.upload("f", "0123456789")) == "stored");
    const auto part = run.download("f", "", {{"Range", "bytes=2-4"}});
    CHECK(part.status == 206);
    CHECK(part.text == "234");
    CHECK(part.header("Content-Range") == "bytes 2-4/10");
    CHECK(run.download("f", "", {{"Range", "bytes=-3"}}).text == "789");
    CHECK(run.download("f", "", {{"Range", "bytes=10-"}}).status == 416);
}

TEST_CASE("files_api: what is wrong with one file is an entry of errors") {
    const Run run;
    static_cast<void>(run.server.execute(
        run.id, Json::array({{{"path", "number"}, {"assignFloat", {{"value", 1.0}}}}})));
    CHECK(outcome(run.upload("number", "x")) ==
          "Attribute 'number' is a Float, cannot apply a file upload");
    CHECK(outcome(run.upload("sys/id", "x")) ==
          "Field 'sys/id' belongs to the read-only part of the sys namespace");
    CHECK(outcome(run.upload("f", "x", "a/b")) ==
          "Field 'f': the extension 'a/b' contains a slash or a control character");
    CHECK(outcome(run.upload("f", "x", std::string(256, 'e'))).find("limit file_extension_bytes") !=
          std::string::npos);
    CHECK(outcome(run.upload("", "x")) == "An empty path names the object itself, not a field");
    CHECK(run.server.log->empty());
}

TEST_CASE("files_api: an upload needs its parameters, and the right to write") {
    const Run run;
    CHECK(run.raw(file_upload + "?experimentIdentifier=" + run.id + "&attribute=f", "x").status ==
          400);
    CHECK(run.raw(file_upload + "?experimentId=" + run.id + "&attribute=f&ext=", "x").status ==
          400);
    CHECK(run.raw(file_upload + "?experimentIdentifier=" + run.id + "&attribute=f&ext=", "x", {},
                  "eve")
              .status == 404);
}

TEST_CASE("files_api: parts are put together, in whatever order they came") {
    const Run run;
    const auto id = run.start("10").json.at("uploadId").get<std::string>();
    CHECK(outcome(run.part(id, "bytes=5-9/10", "56789")) == "stored");
    CHECK(outcome(run.finish(id)) ==
          "Field 'f': the upload is not complete: bytes 0 to 4 are missing");
    CHECK(outcome(run.part(id, "bytes=0-4/10", "xxxxx")) == "stored");
    CHECK(outcome(run.part(id, "bytes=0-4/10", "01234")) == "stored");
    CHECK(outcome(run.finish(id)) == "stored");
    CHECK(run.download("f").text == "0123456789");
    CHECK(run.download("f").header("Content-Disposition") == "attachment; filename=\"f.bin\"");
    // Answers were lost.
    CHECK(outcome(run.part(id, "bytes=0-4/10", "01234")) == "stored");
    CHECK(outcome(run.finish(id)) == "stored");
}

TEST_CASE("files_api: a part that is not what it says is refused") {
    const Run run;
    const auto id = run.start("10").json.at("uploadId").get<std::string>();
    for (const char* range : {"", "bytes=0-4", "bytes=4-0/10", "bytes=0-10/10", "0-4/10"}) {
        INFO(range);
        CHECK(run.part(id, range, "01234").status == 400);
    }
    const auto shrunk = run.part(id, "bytes=0-4/10", "012");
    CHECK(shrunk.status == 400);
    CHECK(shrunk.text.find("Length of stream does not match given range") != std::string::npos);
    const auto other = run.part(id, "bytes=0-4/11", "01234");
    CHECK(other.status == 400);
    CHECK(other.text.find("Length of stream") == std::string::npos);
    CHECK(run.part("unknown", "bytes=0-4/10", "01234").status == 404);
    CHECK(run.part("../../blobs", "bytes=0-4/10", "01234").status == 404);
    CHECK(run.part(id, "bytes=0-4/10", "01234", "another").status == 404);
    CHECK(run.finish("unknown").status == 404);
}

TEST_CASE("files_api: an upload that cannot end well is refused at its start") {
    const Run run;
    static_cast<void>(run.server.execute(
        run.id, Json::array({{{"path", "f"}, {"assignFloat", {{"value", 1.0}}}}})));
    CHECK(outcome(run.start("5")) == "Attribute 'f' is a Float, cannot apply a file upload");
    CHECK_FALSE(run.start("5").json.contains("uploadId"));
    CHECK(outcome(run.start("1073741824001", "g")).find("limit file_bytes") != std::string::npos);
    // 10 GB are announced; nothing is set aside for them.
    CHECK(outcome(run.start("10737418240", "g")) == "stored");
    CHECK(run.start("-1", "g").status == 400);
    CHECK(run.start("x", "g").status == 400);
}

TEST_CASE("files_api: an archive fills a set, which is listed and read file by file") {
    const Run run;
    CHECK(outcome(run.upload_tar(tar_of({{"./src/main.py", "print()"}, {"data.csv", "1,2"}}))) ==
          "stored");
    CHECK(outcome(run.upload_tar(tar_of({{"src/util.py", ""}}))) == "stored");
    const auto top = run.list();
    REQUIRE(top.json.size() == 2);
    CHECK(top.json[0].at("name") == "data.csv");
    CHECK(top.json[0].at("fileType") == "file");
    CHECK(top.json[0].at("size") == 3);
    CHECK(top.json[0].at("mtime") == "2023-11-14T22:13:20.000Z");
    CHECK(top.json[1].at("name") == "src");
    CHECK(top.json[1].at("fileType") == "directory");
    CHECK_FALSE(top.json[1].contains("size"));
    CHECK(run.list("src").json.size() == 2);
    CHECK(run.list("/src/").json.size() == 2);
    CHECK(run.list("unknown").status == 404);
    CHECK(run.download("set", "&path=src/main.py").text == "print()");
    CHECK(run.download("set", "&path=src").status == 404);
    CHECK(run.download("set").status == 404);
    CHECK(outcome(run.upload_tar(tar_of({{"new", "x"}}), "True")) == "stored");
    CHECK(run.list().json.size() == 1);
    CHECK(outcome(run.upload_tar(tar_of({}), "true")) == "stored");
    CHECK(run.list().json == Json::array());
}

TEST_CASE("files_api: a hostile or damaged archive is refused and leaves nothing") {
    const Run run;
    std::string deep;
    for (int i = 0; i < 300; ++i) deep += "d/";
    const std::vector<std::pair<std::string, std::string>> rows{
        {"../etc/passwd", "goes up by '..'"},
        {"a/../../b", "goes up by '..'"},
        {"/etc/passwd", "is absolute"},
        {std::string("a\0b", 3) + std::string(150, 'x'), "contains a control character"},
        {"a\nb", "contains a control character"},
        {deep + "f", "has more than 64 parts (limit file_path_parts)"},
        {std::string(256, 'n'), "has a part longer than 255 bytes (limit file_path_part_bytes)"},
        {"./", "is empty"},
    };
    for (const auto& [name, words] : rows) {
        INFO(words);
        const auto said = outcome(run.upload_tar(tar_of({{"good", "x"}, {name, "y"}})));
        CHECK(said.find("Field 'set': the archive is refused: the path ") == 0);
        CHECK(said.find(words) != std::string::npos);
    }
    CHECK(run.list().status == 404);
    const auto good = tar_of({{"a", "content"}});
    CHECK(outcome(run.upload_tar(good, "False", false)) ==
          "Field 'set': the archive is refused: it is no gzip data");
    CHECK(outcome(run.upload_tar(good.substr(0, 515))) ==
          "Field 'set': the archive is refused: the tar archive is cut off");
    CHECK(outcome(run.upload_tar("x" + good)) ==
          "Field 'set': the archive is refused: it is no tar archive, or a damaged one");
    const auto packed = core::gzip_compress(good);
    CHECK(outcome(run.upload_tar(packed.substr(0, packed.size() / 2), "False", false)) ==
          "Field 'set': the archive is refused: the gzip data is cut off");
    CHECK(outcome(run.upload_tar("", "False", false)) ==
          "Field 'set': the archive is refused: the gzip data is cut off");
    CHECK(run.list().status == 404);
    const auto path_in_query = run.raw(
        set_upload + "?experimentIdentifier=" + run.id + "&attribute=set&subPath=../x", "y");
    CHECK(outcome(path_in_query) == "Field 'set': the path '../x' goes up by '..'");
    CHECK(run.server.log->empty());
}

TEST_CASE("files_api: a set is downloaded as one archive, by an address that is complete") {
    const Run run;
    CHECK(outcome(run.upload_tar(tar_of({{"src/a/x.txt", "one"}, {"y", "two"}}))) == "stored");
    const auto prepared =
        run.server.call("POST", attributes + "/downloadFileSetZipRequest?experimentId=" + run.id +
                                    "&attribute=set");
    const auto id = prepared.json.at("id").get<std::string>();
    const auto ready = run.server.get("/api/leaderboard/v1/download/downloadRequest?id=" + id);
    const auto url = ready.json.at("downloadUrl").get<std::string>();
    REQUIRE(url.find("http") == 0);
    const auto archive = run.server.get(url.substr(url.find("/api/")));
    CHECK(archive.status == 200);
    CHECK(archive.header("Content-Type") == "application/zip");
    CHECK(archive.header("Content-Disposition") == "attachment; filename=\"set.zip\"");
    CHECK(archive.text.substr(0, 4) == "PK\x03\x04");
    std::vector<std::string> names;
    for (std::size_t at = archive.text.find("PK\x01\x02"); at != std::string::npos;
         at = archive.text.find("PK\x01\x02", at + 4))
        names.push_back(
            archive.text.substr(at + 46, static_cast<unsigned char>(archive.text[at + 28])));
    CHECK(names == std::vector<std::string>{"/", "src/", "src/a/", "src/a/x.txt", "y"});
    CHECK(run.server.get(url.substr(url.find("/api/")), "eve").status == 404);
    CHECK(run.server.get("/api/leaderboard/v1/download/downloadRequest?id=nonsense").status == 404);
    const auto none = run.server.call(
        "POST", attributes + "/downloadFileSetZipRequest?experimentId=" + run.id + "&attribute=x");
    CHECK(none.status == 404);
    CHECK(none.error_type().empty());
}

TEST_CASE("files_api: images have the bare type of their bytes, whatever these are") {
    const Run run;
    const std::string png("\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0????", 33);
    const auto entry = [](const std::string& bytes) {
        return Json{{"value", {{"data", core::base64::encode(bytes)}}},
                    {"timestampMilliseconds", 1}};
    };
    const auto logged =
        run.server.execute(run.id, Json::array({{{"path", "img"},
                                                 {"logImages",
                                                  {{"entries",
                                                    {entry(png), entry("\xFF\xD8\xFF\xE0 jpeg"),
                                                     entry(""), entry("\x89PNG broken")}}}}}}));
    CHECK(logged.json == Json::array());
    const auto image = [&](int index) {
        return run.server.get(attributes + "/series/image/single?experimentId=" + run.id +
                              "&attribute=img&index=" + std::to_string(index));
    };
    CHECK(image(0).header("Content-Type") == "image/png");
    CHECK(image(0).text == png);
    CHECK(image(1).header("Content-Type") == "image/jpeg");
    CHECK(image(2).header("Content-Type") == "application/octet-stream");
    CHECK(image(2).text.empty());
    CHECK(image(3).text == "\x89PNG broken");
    CHECK(image(4).status == 404);
    CHECK(image(-1).status == 404);
    const auto count = run.server.get(attributes + "/series/image?experimentId=" + run.id +
                                      "&attribute=img&limit=1&offset=0");
    CHECK(count.json == Json{{"totalItemCount", 4}});
}

TEST_CASE("files_api: names outside of ASCII are given in both forms, the plain one last") {
    CHECK(server::content_disposition("a b.txt") == "attachment; filename=\"a b.txt\"");
    CHECK(server::content_disposition("ü\"/\n.bin") ==
          "attachment; filename*=UTF-8''%C3%BC%22%2F%0A.bin; filename=\"____.bin\"");
}
