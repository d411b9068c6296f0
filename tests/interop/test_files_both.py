"""Files that C++ uploads and Python downloads, and the reverse, byte for byte."""

import os
import random
import unittest
import zipfile

from neptune.types import File

from support import ServerTest, peer
from test_files import png, read, write


class FilesOfBoth(ServerTest):
    def setUp(self):
        self.folder = os.path.join(os.getcwd(), self.id().rsplit(".", 1)[-1])
        self.content = random.Random(7).randbytes(6 * 2**20 + 17)
        write(os.path.join(self.folder, "large.bin"), self.content)
        for name in ("a.txt", "deep/b.txt", "deep/\u00fcber/c.txt"):
            write(os.path.join(self.folder, "set", name), name.encode())
        self.out = os.path.join(self.folder, "out")
        os.makedirs(self.out)

    def path(self, name):
        return os.path.join(self.out, name)

    def check_set(self, archive):
        # Both name files below the working directory by their path from there.
        prefix = os.path.relpath(os.path.join(self.folder, "set")) + "/"
        names = {"a.txt", "deep/b.txt", "deep/\u00fcber/c.txt"}
        with zipfile.ZipFile(archive) as files:
            found = {name for name in files.namelist() if not name.endswith("/")}
            self.assertEqual(found, {prefix + name for name in names})
            for name in names:
                self.assertEqual(files.read(prefix + name), name.encode())

    def test_python_downloads_what_cpp_uploaded(self):
        uploaded = peer("upload_folder", self.project, self.folder)
        run = self.open_run(with_id=uploaded, mode="read-only")
        run["path"].download(self.path("path"), progress_bar=False)
        self.assertEqual(read(self.path("path")), self.content)
        self.assertEqual(run["path"].fetch_extension(), "bin")
        run["content"].download(self.out, progress_bar=False)
        self.assertEqual(read(self.path("content.md")), "gr\u00fc\u00dfe".encode())
        run["image"].download(self.out, progress_bar=False)
        self.assertTrue(read(self.path("image.png")).startswith(b"\x89PNG"))
        run["set"].download(self.path("set.zip"), progress_bar=False)
        self.check_set(self.path("set.zip"))
        folder = os.path.relpath(os.path.join(self.folder, "set"))
        entries = {entry.name: entry.file_type for entry in run["set"].list_fileset_files(folder)}
        self.assertEqual(entries, {"a.txt": "file", "deep": "directory"})
        run["images"].download(self.path("images"), progress_bar=False)
        self.assertEqual(sorted(os.listdir(self.path("images"))), ["0.png", "1.png"])

    def test_cpp_downloads_what_python_uploaded(self):
        run = self.open_run()
        run["path"].upload(os.path.join(self.folder, "large.bin"))
        run["set"].upload_files(os.path.join(self.folder, "set"))
        pictures = [png(2, 3, (value, 0, 0)) for value in (10, 20)]
        for picture in pictures:
            run["images"].append(File.from_content(picture, extension="png"))
        run.wait()
        self.assertEqual(
            peer("download_folder", self.project, run["sys/id"].fetch(), self.out), "bin"
        )
        self.assertEqual(read(self.path("path")), self.content)
        self.check_set(self.path("set.zip"))
        for index, picture in enumerate(pictures):
            self.assertEqual(read(self.path(f"images/{index}.png")), picture)


if __name__ == "__main__":
    unittest.main()
