"""`neptune-cpp sync`, `status` and `clear` with what the Python client left behind."""

import os
import shutil
import signal
import subprocess
import sys
import unittest

from support import PROGRAM, ServerTest, unique_id

# Logs until it is killed, and notes on stdout what it has logged; flushes now and then.
WRITER = """
import sys
import neptune
from support import QUIET
run = neptune.init_run(custom_run_id=sys.argv[1], flush_period=3600, **QUIET)
run["params/lr"] = 0.5
run.wait()
print("ready", flush=True)
input()
for i in range(5000):
    run["loss"].append(i, step=i)
    run["text"].append(str(i))
run["sys/tags"].add(["killed"])
run._op_processor._queue.flush()
for i in range(5000, 5100):
    run["loss"].append(i, step=i)
print("logged", flush=True)
input()
"""


class Sync(ServerTest):
    def setUp(self):
        self.addCleanup(shutil.rmtree, ".neptune", ignore_errors=True)

    def program(self, *words, code=0):
        done = subprocess.run(
            [PROGRAM, *words], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
        )
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def left(self, word):
        folder = os.path.join(".neptune", word)
        return os.listdir(folder) if os.path.exists(folder) else []

    def log_offline(self):
        run = self.open_run(mode="offline", name="on the train", tags=["one"])
        run["params"] = {"lr": 0.1, "n": 3, "nested": {"on": True}}
        for i in range(1500):
            run["loss"].append(i / 4, step=2 * i)
        run["text"].extend(["a", "\u017c \U0001f680", ""])
        run["gone"] = 1
        del run["gone"]
        run.stop()
        return run._id

    def check_offline(self, run):
        self.assertEqual(run["sys/name"].fetch(), "on the train")
        self.assertEqual(run["sys/tags"].fetch(), {"one"})
        self.assertEqual(
            run["params"].fetch(), {"lr": 0.1, "n": 3, "nested": {"on": True}}
        )
        points = run["loss"].fetch_values(progress_bar=False)
        self.assertEqual(list(points["value"]), [i / 4 for i in range(1500)])
        self.assertEqual(list(points["step"]), [2 * i for i in range(1500)])
        self.assertEqual(
            list(run["text"].fetch_values(progress_bar=False)["value"]),
            ["a", "\u017c \U0001f680", ""],
        )
        self.assertFalse(run.exists("gone"))

    def test_an_offline_run_of_python(self):
        uuid = self.log_offline()
        self.assertIn(f"- offline/{uuid}", self.program("status"))
        said = self.program("sync", "--project", self.project)
        self.assertIn(f"Offline run {uuid} registered as {self.project}/INT-", said)
        sys_id = said.split(" registered as ")[1].split()[0].rsplit("/", 1)[1]
        self.check_offline(self.open_run(with_id=sys_id, mode="read-only"))
        self.assertEqual(self.left("offline") + self.left("async") + self.left("cpp/async"), [])
        self.program("status", code=1)

    def test_a_run_of_python_that_was_killed(self):
        name = unique_id()
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(writer.communicate)
        self.addCleanup(writer.kill)
        lines = iter(writer.stdout.readline, "")
        self.assertIn("ready\n", lines)  # reads up to that line
        self.server.process.send_signal(signal.SIGSTOP)  # nothing more arrives
        try:
            writer.stdin.write("go\n")
            writer.stdin.flush()
            self.assertIn("logged\n", lines)
        finally:
            self.server.process.send_signal(signal.SIGCONT)
        # While its process lives, the queue is its own.
        self.program("sync")
        self.assertEqual(len(self.left("async")), 1)
        self.program("clear", "--force")
        self.assertEqual(len(self.left("async")), 1)
        writer.kill()
        writer.wait()

        self.program("sync")
        self.program("sync")
        self.assertEqual(self.left("async") + self.left("cpp/async"), [])
        run = self.open_run(custom_run_id=name, mode="sync")
        points = run["loss"].fetch_values(progress_bar=False)
        steps = [int(step) for step in points["step"]]
        self.assertGreaterEqual(len(steps), 5000)  # what was flushed, and perhaps more
        self.assertEqual(steps, list(range(len(steps))))
        self.assertEqual(list(points["value"]), steps)
        self.assertEqual(
            list(run["text"].fetch_values(progress_bar=False)["value"]),
            [str(i) for i in range(5000)],
        )
        self.assertEqual(run["sys/tags"].fetch(), {"killed"})

    def test_clear_asks(self):
        self.log_offline()
        self.assertIn("[y/N]", self.program("clear"))
        self.assertEqual(len(self.left("offline")), 1)
        self.assertIn("Deleted: ", self.program("clear", "--force"))
        self.assertEqual(self.left("offline"), [])


if __name__ == "__main__":
    unittest.main()
