"""Files, file sets and image series of the Python client, and a run with all its defaults."""

import io
import os
import subprocess
import sys
import unittest
import zipfile
import zlib
from struct import pack

import requests
from neptune.types import File, FileSet

from support import ServerTest


def png(width, height, color):
    """The bytes of a small image."""

    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(color) * width) * height
    header = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def write(path, content):
    folder = os.path.dirname(path)
    if folder:
        os.makedirs(folder, exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Files(ServerTest):
    def setUp(self):
        self.folder = os.path.join(os.getcwd(), self.id().rsplit(".", 1)[-1])
        os.makedirs(self.folder)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        self.run_ = self.open_run(flush_period=0.5)

    def downloaded(self, path):
        target = os.path.join(self.folder, "downloaded")
        self.run_[path].download(target, progress_bar=False)
        return read(target)

    def raw(self, method, target, **options):
        """A request beside the client, with its access token."""
        session = self.run_._backend._http_client.authenticator
        token = session.auth.session.token["access_token"]
        return requests.request(
            method,
            self.server.url + "/api/leaderboard/v1" + target,
            headers={"Authorization": "Bearer " + token, **options.pop("headers", {})},
            **options,
        )

    def test_path_content_and_stream_come_back_byte_for_byte(self):
        everything = bytes(range(256)) * 40
        write("model.onnx", everything)
        write("no_extension", b"abc")
        self.run_["path"].upload("model.onnx")
        self.run_["bare"].upload("no_extension")
        self.run_["text"] = File.from_content("grüße")
        self.run_["bytes"] = File.from_content(b"\0\1", extension="dat")
        self.run_["stream"].upload(File.from_stream(io.BytesIO(everything)))
        self.run_["empty"] = File.from_content("")
        self.run_.wait()
        self.assertEqual(self.downloaded("path"), everything)
        self.assertEqual(self.downloaded("bare"), b"abc")
        self.assertEqual(self.downloaded("text"), "grüße".encode())
        self.assertEqual(self.downloaded("bytes"), b"\0\1")
        self.assertEqual(self.downloaded("stream"), everything)
        self.assertEqual(self.downloaded("empty"), b"")
        extensions = {"path": "onnx", "bare": "", "text": "txt", "bytes": "dat", "stream": "bin"}
        for name, extension in extensions.items():
            self.assertEqual(self.run_[name].fetch_extension(), extension)
        stored = self.attribute(self.run_, "getFileAttribute", "path")
        self.assertEqual((stored.name, stored.ext, stored.size), ("path.onnx", "onnx", 10240))

    def test_a_file_is_named_after_its_field(self):
        self.run_["a/weights"] = File.from_content("x", extension="h5")
        write("source", b"y")
        self.run_["a/plain"].upload("source")
        self.run_.wait()
        self.run_["a/weights"].download(progress_bar=False)
        self.run_["a/plain"].download(self.folder, progress_bar=False)
        self.assertEqual(read("weights.h5"), b"x")
        self.assertEqual(read("plain"), b"y")

    def test_a_later_upload_replaces_the_file(self):
        self.run_["f"] = File.from_content("old", extension="txt")
        self.run_.wait()
        self.run_["f"].upload(File.from_content(b"newer", extension="bin"))
        self.run_.wait()
        self.assertEqual(self.downloaded("f"), b"newer")
        self.assertEqual(self.run_["f"].fetch_extension(), "bin")

    def test_a_file_of_12_mib_arrives_in_parts(self):
        content = os.urandom(12 << 20)
        write("large.bin", content)
        self.run_["large"].upload("large.bin", wait=True)
        self.assertEqual(self.downloaded("large"), content)
        self.assertGreaterEqual(self.run_["sys/size"].fetch(), 12 << 20)

    def test_what_is_deleted_is_gone_and_its_bytes_are_no_longer_counted(self):
        self.run_["f"] = File.from_content(b"x" * 1000)
        self.run_.wait()
        before = self.run_["sys/size"].fetch()
        del self.run_["f"]
        self.run_.wait()
        self.assertEqual(before - self.run_["sys/size"].fetch(), 1000)
        reply = self.raw(
            "GET",
            "/attributes/download",
            params={"experimentId": self.run_._id, "attribute": "f"},
        )
        self.assertEqual(reply.status_code, 404)

    def test_globs_become_a_set_that_is_listed_downloaded_and_thinned_out(self):
        files = {
            "src/main.py": b"print()",
            "src/util/io.py": b"import os",
            "src/util/deep/a.txt": b"",
            "data/one.csv": b"1,2",
        }
        for path, content in files.items():
            write(path, content)
        self.run_["set"].upload_files(["src/**/*.py", "data/*"])
        self.run_.wait()
        self.run_["set"].upload_files("src/util/deep")
        self.run_.wait()

        top = {entry.name: entry for entry in self.run_["set"].list_fileset_files()}
        self.assertEqual(set(top), {"data", "src"})
        self.assertEqual(top["src"].file_type, "directory")
        below = {entry.name: entry for entry in self.run_["set"].list_fileset_files("src/util")}
        self.assertEqual(set(below), {"io.py", "deep"})
        self.assertEqual((below["io.py"].size, below["io.py"].file_type), (9, "file"))

        self.run_["set"].download(self.folder + "/set.zip", progress_bar=False)
        with zipfile.ZipFile("set.zip") as archive:
            self.assertIsNone(archive.testzip())
            self.assertEqual(
                set(archive.namelist()),
                {"/", "data/", "src/", "src/util/", "src/util/deep/", *files},
            )
            for path, content in files.items():
                self.assertEqual(archive.read(path), content)

        self.run_["set"].delete_files(["data/one.csv", "src/util", "unknown"])
        self.run_.wait()
        left = [entry.name for entry in self.run_["set"].list_fileset_files()]
        self.assertEqual(left, ["src"])
        left = [entry.name for entry in self.run_["set"].list_fileset_files("src")]
        self.assertEqual(left, ["main.py"])
        self.run_["set"].delete_files(["src"])
        self.run_.wait()
        self.assertEqual(self.run_["set"].list_fileset_files(), [])

    def test_assignment_replaces_a_set_and_uploads_add_to_it(self):
        for name in ("a.txt", "b.txt", "c.txt"):
            write(name, name.encode())
        self.run_["set"].upload_files("a.txt")
        self.run_["set"].upload_files("b.txt")
        self.run_.wait()

        def names():
            return [entry.name for entry in self.run_["set"].list_fileset_files()]

        self.assertEqual(names(), ["a.txt", "b.txt"])
        self.run_["set"] = FileSet(["c.txt"])
        self.run_.wait()
        self.assertEqual(names(), ["c.txt"])
        write("c.txt", b"changed")
        self.run_["set"].upload_files("c.txt")
        self.run_.wait()
        self.assertEqual(self.run_["set"].list_fileset_files()[0].size, 7)

    def test_a_set_takes_a_large_file_and_700_small_ones(self):
        large = os.urandom(6 << 20)
        write("many/large.bin", large)
        for i in range(700):
            write(f"many/small/{i:03}.txt", b"%d" % i)
        self.run_["many"].upload_files("many", wait=True)
        self.assertEqual(len(self.run_["many"].list_fileset_files("many/small")), 700)
        self.run_["many"].download(self.folder + "/many.zip", progress_bar=False)
        with zipfile.ZipFile("many.zip") as archive:
            self.assertEqual(archive.read("many/large.bin"), large)
            self.assertEqual(archive.read("many/small/123.txt"), b"123")
            self.assertIsNone(archive.testzip())

    def test_long_and_foreign_names_in_a_set_survive(self):
        names = ["ü/漢字.txt", "x" * 120 + "/" + "y" * 120 + ".txt", "with space/a'b.txt"]
        for name in names:
            write("t/" + name, name.encode())
        self.run_["set"].upload_files("t")
        self.run_.wait()
        self.run_["set"].download(self.folder + "/set.zip", progress_bar=False)
        with zipfile.ZipFile("set.zip") as archive:
            for name in names:
                self.assertEqual(archive.read("t/" + name), name.encode())

    def test_images_of_a_series_come_back_in_their_order(self):
        images = [png(4, 4, (255, 0, 0)), png(5, 5, (0, 255, 0)), png(6, 6, (0, 0, 255))]
        self.run_["img"].append(
            File.from_content(images[0], extension="png"), name="red", description="the first"
        )
        self.run_["img"].append(File.from_content(images[1], extension="png"), step=5)
        self.run_["img"].append(File.from_content(images[2], extension="png"))
        self.run_.wait()
        self.run_["img"].download(self.folder + "/all", progress_bar=False)
        self.assertEqual(sorted(os.listdir("all")), ["0.png", "1.png", "2.png"])
        for i, image in enumerate(images):
            self.assertEqual(read(f"all/{i}.png"), image)
        self.run_["img"].download_last(self.folder + "/last")
        self.assertEqual(read("last/2.png"), images[2])

    def test_an_image_of_pillow_is_a_png(self):
        try:
            from PIL import Image
        except ImportError:
            self.skipTest("Pillow is not installed")
        self.run_["picture"] = File.as_image(Image.new("RGB", (7, 3), (1, 2, 3)))
        self.run_["series"].append(File.as_image(Image.new("L", (2, 2), 9)))
        self.run_.wait()
        with Image.open(io.BytesIO(self.downloaded("picture"))) as image:
            self.assertEqual((image.size, image.getpixel((6, 2))), ((7, 3), (1, 2, 3)))
        self.run_["series"].download_last(self.folder)
        with Image.open("0.png") as image:
            self.assertEqual(image.size, (2, 2))

    def test_a_field_of_another_type_refuses_a_file_and_the_rest_goes_on(self):
        self.run_["number"] = 1
        self.run_.wait()
        reply = self.raw(
            "POST",
            "/attributes/storage/file/upload",
            params={"experimentIdentifier": self.run_._id, "attribute": "number", "ext": "txt"},
            data=b"x",
        )
        self.assertEqual(reply.status_code, 200)
        self.assertIn("is an Integer", reply.json()["errors"][0]["errorDescription"])
        self.run_["file"] = File.from_content("x")
        self.run_.wait()
        self.assertEqual(self.run_["number"].fetch(), 1)
        self.assertEqual(self.downloaded("file"), b"x")

    def test_a_part_of_a_file_can_be_asked_for(self):
        self.run_["f"] = File.from_content(bytes(range(100)))
        self.run_.wait()
        where = {"experimentId": self.run_._id, "attribute": "f"}
        part = self.raw(
            "GET", "/attributes/download", params=where, headers={"Range": "bytes=10-19"}
        )
        self.assertEqual(part.status_code, 206)
        self.assertEqual(part.content, bytes(range(10, 20)))
        self.assertEqual(part.headers["Content-Range"], "bytes 10-19/100")
        head = self.raw("HEAD", "/attributes/download", params=where)
        self.assertEqual((head.content, head.headers["Content-Length"]), (b"", "100"))


DEFAULT_RUN = """
import neptune
run = neptune.init_run(capture_hardware_metrics=False)
run["metric"].append(1.0)
run.wait()
print("RUN", run["sys/id"].fetch())
run.stop()
"""


class DefaultRun(ServerTest):
    def test_a_run_without_any_options_keeps_its_source_and_its_diff(self):
        os.makedirs("project")
        os.chdir("project")
        self.addCleanup(os.chdir, "..")
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
        write("main.py", DEFAULT_RUN.encode())
        subprocess.run(["git", "init", "-q"], check=True)
        subprocess.run(["git", "add", "main.py"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "first"], check=True)
        write("main.py", DEFAULT_RUN.encode() + b"# changed\n")
        done = subprocess.run(
            [sys.executable, "main.py"], capture_output=True, text=True, timeout=120
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("Error", done.stderr)
        self.assertNotIn("Traceback", done.stdout + done.stderr)
        run_id = done.stdout.split("RUN ")[1].split()[0]
        run = self.open_run(with_id=run_id, mode="read-only")
        self.assertEqual(run["source_code/entrypoint"].fetch(), "main.py")
        names = [entry.name for entry in run["source_code/files"].list_fileset_files()]
        self.assertEqual(names, ["main.py"])
        run["source_code/files"].download("files.zip", progress_bar=False)
        with zipfile.ZipFile("files.zip") as archive:
            self.assertEqual(archive.read("main.py"), read("main.py"))
        run["source_code/diff"].download("diff.patch", progress_bar=False)
        self.assertIn(b"+# changed", read("diff.patch"))
        self.assertEqual(run["metric"].fetch_last(), 1.0)


if __name__ == "__main__":
    unittest.main()
