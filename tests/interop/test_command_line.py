"""The Python client's commands in a folder where both clients have their queues."""

import os
import shutil
import subprocess
import sys
import unittest

from support import PEER, ServerTest, unique_id

NEPTUNE = os.path.join(os.path.dirname(sys.executable), "neptune")


class CommandLine(ServerTest):
    def setUp(self):
        self.name = unique_id()
        # A C++ process that dies while the server is away leaves what it logged.
        process = subprocess.Popen(
            [PEER, "append", self.project, self.name, "500"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.assertEqual(process.stdout.readline(), "ready\n")
        self.server.kill()
        process.stdin.write("go\n")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), "logged\n")
        process.kill()
        process.communicate()
        self.server.start(port=self.server.url.rsplit(":", 1)[1])
        self.addCleanup(shutil.rmtree, ".neptune")

    def ours(self):
        """Name and size of all files of the C++ client."""
        found = {}
        for folder, _, names in os.walk(".neptune/cpp"):
            found.update(
                {
                    path: os.path.getsize(path)
                    for path in (os.path.join(folder, name) for name in names)
                }
            )
        return found

    def log_offline(self):
        run = self.open_run(mode="offline")
        run["n"] = 1
        run.stop()

    def neptune(self, *words):
        done = subprocess.run(
            [NEPTUNE, *words], input="y\n", capture_output=True, text=True, timeout=60
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout + done.stderr

    def test_python_leaves_the_queues_of_cpp_alone(self):
        before = self.ours()
        self.assertTrue(before)
        self.log_offline()
        self.assertIn("offline/", self.neptune("status"))
        self.assertIn("registered as interop/main/INT-2", self.neptune("sync"))
        self.assertEqual(self.open_run(with_id="INT-2", mode="read-only")["n"].fetch(), 1)
        self.log_offline()
        self.neptune("clear")
        self.assertFalse(os.path.exists(".neptune/offline") and os.listdir(".neptune/offline"))
        self.assertEqual(self.ours(), before)
        # Nothing is lost: the next C++ process that opens the run sends what the dead one left.
        subprocess.run(
            [PEER, "append", self.project, self.name, "0"],
            input="go\n",
            capture_output=True,
            check=True,
            text=True,
            timeout=60,
        )
        again = self.open_run(custom_run_id=self.name)
        self.assertEqual(
            list(again["cpp"].fetch_values(progress_bar=False)["value"]), list(range(500))
        )
        self.assertEqual(
            list(again["shared"].fetch_values(progress_bar=False)["step"]), list(range(500))
        )


if __name__ == "__main__":
    unittest.main()
