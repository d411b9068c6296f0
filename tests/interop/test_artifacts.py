"""Artifacts in both languages: local trees, and S3 with a stand-in for it (moto)."""

import json
import os
import pathlib
import subprocess
import unittest

# The Python client remembers hashes of files below the home directory.
os.environ["HOME"] = os.getcwd()

from neptune.attributes.atoms.artifact import Artifact  # noqa: E402
from neptune.internal.artifacts.file_hasher import FileHasher  # noqa: E402
from neptune.internal.artifacts.types import ArtifactFileData  # noqa: E402

from support import PEER, ServerTest, environment, peer, unique_id  # noqa: E402

try:
    import boto3
    from moto.server import ThreadedMotoServer
except ImportError:
    ThreadedMotoServer = None


def files_of(run_id, field, project="interop/main"):
    """What the C++ client reads."""
    return json.loads(peer("files", project, run_id, field))


def described(files):
    """What the Python client reads, in the same form."""
    return [
        {
            "file_path": file.file_path,
            "file_hash": file.file_hash,
            "type": file.type,
            "size": file.size,
            "metadata": file.metadata,
        }
        for file in files
    ]


def hash_of(files):
    """The Python client's own hash of what the C++ client read."""
    return FileHasher.get_artifact_hash_without_metadata(
        [ArtifactFileData(**{**file, "metadata": {}}) for file in files]
    )


class Both(ServerTest):
    def setUp(self):
        self.custom_id = unique_id()
        self.run_python = self.open_run(custom_run_id=self.custom_id)

    def track_python(self, field, location, destination=None):
        self.run_python[field].track_files(str(location), destination=destination, wait=True)
        return self.run_python[field].fetch_hash()

    def track_cpp(self, field, location, destination=""):
        return peer("track", self.project, self.custom_id, field, str(location), destination)

    def both(self, location, destination=None):
        """Tracks with both clients; the artifacts must be the same to the byte."""
        python = self.track_python("python", location, destination)
        cpp = self.track_cpp("cpp", location, destination or "")
        files = files_of(self.custom_id, "python")
        self.assertEqual(python, cpp)
        self.assertEqual(files, files_of(self.custom_id, "cpp"))
        self.run_python.sync()
        self.assertEqual(files, described(self.run_python["cpp"].fetch_files_list()))
        self.assertEqual(cpp, hash_of(files))
        return [file["file_path"] for file in files]

    def refused(self, location):
        """What the C++ client says about a location that it cannot track."""
        done = subprocess.run(
            [PEER, "track", self.project, self.custom_id, "refused", location],
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.assertEqual(done.returncode, 1)
        return done.stderr


class Local(Both):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tree = pathlib.Path("tree").resolve()
        (cls.tree / "sub" / "deep").mkdir(parents=True)
        (cls.tree / "a.csv").write_bytes(b"1,2\n")
        (cls.tree / "empty").write_bytes(b"")
        (cls.tree / "sub" / ".hidden").write_bytes(b"hidden")
        (cls.tree / "sub" / "deep" / "größe 漢.bin").write_bytes(bytes(range(256)) * 9000)
        (cls.tree / "sub.csv").write_bytes(b"sorts between sub and sub/")
        (cls.tree / "link").symlink_to("a.csv")
        (cls.tree / "broken").symlink_to("nothing")
        (cls.tree / "linked").symlink_to("sub", target_is_directory=True)
        os.utime(cls.tree / "a.csv", (1_700_000_000, 1_700_000_000))

    def test_a_tree_has_one_hash_in_both_languages(self):
        self.assertEqual(
            self.both(self.tree),
            ["a.csv", "empty", "link", "sub.csv", "sub/.hidden", "sub/deep/größe 漢.bin"],
        )

    def test_one_file_and_a_destination(self):
        self.assertEqual(self.both(self.tree / "a.csv", "some//where/./"), ["some/where/a.csv"])
        self.assertIn("empty", self.both("file://" + str(self.tree / "empty")))

    def test_each_adds_to_what_the_other_tracked(self):
        whole = self.track_python("whole", self.tree / "sub")
        self.assertNotEqual(whole, self.track_python("first", self.tree / "sub" / ".hidden"))
        self.assertEqual(self.track_cpp("first", self.tree / "sub" / "deep", "deep"), whole)
        self.track_cpp("second", self.tree / "sub" / "deep", "deep")
        self.run_python.sync()
        self.assertEqual(self.track_python("second", self.tree / "sub" / ".hidden"), whole)

    def test_a_fetched_artifact_is_assigned(self):
        expected = self.track_cpp("cpp", self.tree)
        self.run_python.sync()
        self.run_python["assigned"] = self.run_python["cpp"].fetch()
        self.run_python.wait()
        self.assertIsInstance(self.run_python["assigned"]._get_attribute(), Artifact)
        self.assertEqual(self.run_python["assigned"].fetch_hash(), expected)
        self.assertEqual(files_of(self.custom_id, "assigned"), files_of(self.custom_id, "cpp"))

    def test_each_downloads_what_the_other_tracked(self):
        self.track_cpp("cpp", self.tree)
        self.track_python("python", self.tree)
        self.run_python.sync()
        self.run_python["cpp"].download("by_python")
        peer("download", self.project, self.custom_id, "python", os.path.abspath("by_cpp"))
        for folder in ("by_python", "by_cpp"):
            for name in ("a.csv", "link", "sub/deep/größe 漢.bin"):
                copy = pathlib.Path(folder) / name
                self.assertTrue(copy.is_symlink(), copy)
                self.assertEqual(copy.read_bytes(), (self.tree / name).read_bytes())

    def test_errors(self):
        self.assertIn("there are no files", self.refused(str(self.tree / "nothing")))
        self.assertIn("wildcard", self.refused(str(self.tree / "*.csv")))
        self.assertIn("scheme is unknown", self.refused("gs://bucket/x"))


@unittest.skipIf(ThreadedMotoServer is None, "moto is not installed")
class S3(Both):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storage = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        cls.storage.start()
        cls.addClassCleanup(cls.storage.stop)
        host, port = cls.storage.get_host_and_port()
        settings = environment(
            S3_ENDPOINT_URL=f"http://{host}:{port}",
            AWS_ACCESS_KEY_ID="key",
            AWS_SECRET_ACCESS_KEY="secret",
            AWS_DEFAULT_REGION="us-east-1",
        )
        settings.__enter__()
        cls.addClassCleanup(settings.__exit__, None, None, None)
        cls.client = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT_URL"])
        cls.client.create_bucket(Bucket="bucket")
        for key, content in {
            "data/a.csv": b"1,2\n",
            "data/sub/b c+d.csv": b"3,4\n",
            "data/größe&<漢>.bin": bytes(range(256)),
            "data2/x": b"x",
            "top": b"top",
            "top.old": b"old",
        }.items():
            cls.client.put_object(Bucket="bucket", Key=key, Body=content)

    def test_a_prefix_has_one_hash_in_both_languages(self):
        self.assertEqual(
            self.both("s3://bucket/data/"), ["a.csv", "größe&<漢>.bin", "sub/b c+d.csv"]
        )

    def test_matching_is_by_plain_prefix(self):
        self.assertIn("2/x", self.both("s3://bucket/data"))

    def test_a_key_keeps_its_name(self):
        self.assertEqual(self.both("s3://bucket/top", "d"), ["d/top", "d/top.old"])

    def test_a_key_that_marks_the_directory_gives_way_too(self):
        self.client.create_bucket(Bucket="marked")
        for key in ("data/", "data/a", "data/b/", "data/b/c"):
            content = b"" if key.endswith("/") else b"content"
            self.client.put_object(Bucket="marked", Key=key, Body=content)
        self.assertEqual(self.both("s3://marked/data/"), ["data/a", "data/b/c"])

    def test_a_whole_bucket(self):
        self.assertEqual(len(self.both("s3://bucket")), 6)

    def test_more_than_a_page_of_keys(self):
        self.client.create_bucket(Bucket="many")
        for number in range(1003):
            self.client.put_object(Bucket="many", Key=f"k/{number:04}", Body=b"x")
        self.assertEqual(len(self.both("s3://many/k")), 1003)

    def test_each_downloads_what_the_other_tracked_in_s3(self):
        self.track_cpp("cpp", "s3://bucket/data/")
        self.track_python("python", "s3://bucket/data/")
        self.run_python.sync()
        self.run_python["cpp"].download("s3_by_python")
        peer("download", self.project, self.custom_id, "python", os.path.abspath("s3_by_cpp"))
        for folder in ("s3_by_python", "s3_by_cpp"):
            self.assertEqual(pathlib.Path(folder, "a.csv").read_bytes(), b"1,2\n")
            self.assertEqual(pathlib.Path(folder, "sub/b c+d.csv").read_bytes(), b"3,4\n")
            self.assertEqual(
                pathlib.Path(folder, "größe&<漢>.bin").read_bytes(), bytes(range(256))
            )

    def test_an_object_is_uploaded_as_a_file(self):
        peer("upload", self.project, self.custom_id, "file", "s3://bucket/data/a.csv")
        self.run_python.sync()
        self.run_python["file"].download("uploaded.csv")
        self.assertEqual(pathlib.Path("uploaded.csv").read_bytes(), b"1,2\n")
        self.assertEqual(self.run_python["file"].fetch_extension(), "csv")

    def test_errors_of_s3(self):
        self.assertIn("NoSuchBucket", self.refused("s3://nobodys-bucket/x"))
        self.assertIn("there are no files", self.refused("s3://bucket/nothing/"))
        self.client.create_bucket(Bucket="markers")
        self.client.put_object(Bucket="markers", Key="data/", Body=b"")
        self.assertIn("without files", self.refused("s3://markers/data/"))
        with environment(AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None):
            self.assertIn("there are no credentials", self.refused("s3://bucket/data"))


del Both

if __name__ == "__main__":
    unittest.main()
