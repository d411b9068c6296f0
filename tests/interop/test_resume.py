"""Opening a run again: by ID, by custom ID, from two processes, for reading only; or never sent."""

import os
import signal
import subprocess
import sys
import unittest

from neptune.exceptions import NeedExistingRunForReadOnlyMode, NeptuneRunResumeAndCustomIdCollision

from support import ServerTest, environment, unique_id

# Another process appends 300 points to the run that NEPTUNE_CUSTOM_RUN_ID names.
WRITER = """
import neptune
from support import QUIET
run = neptune.init_run(**QUIET)
run.wait()
print("ready", flush=True)
input()
for i in range(300):
    run["shared"].append(i)
    run["theirs"].append(i, step=i)
run.stop()
print(run._sys_id)
"""


class Resume(ServerTest):
    def test_by_id_any_number_of_times(self):
        run = self.open_run(name="kept", tags=["first"])
        run["n"] = 0
        run["loss"].append(0)
        run.stop()
        for i in range(1, 6):
            run = self.open_run(with_id=run._sys_id, tags=[f"t{i}"])
            self.assertEqual(run["n"].fetch(), i - 1)
            run["n"] = i
            run["loss"].append(i)
            run.wait()
            self.assertEqual(run["sys/name"].fetch(), "kept")
            run.stop()
        run = self.open_run(with_id=run._sys_id, mode="read-only")
        self.assertEqual(
            list(run["loss"].fetch_values(progress_bar=False)["step"]), [0, 1, 2, 3, 4, 5]
        )
        self.assertEqual(run["sys/tags"].fetch(), {"first", "t1", "t2", "t3", "t4", "t5"})
        self.assertEqual(run["n"].fetch(), 5)

    def test_by_custom_id(self):
        name = unique_id()
        first = self.open_run(custom_run_id=name)
        first["a"] = 1
        first.stop()
        second = self.open_run(custom_run_id=name)
        self.assertEqual(second._id, first._id)
        self.assertEqual(second["a"].fetch(), 1)
        self.assertEqual(second["sys/custom_run_id"].fetch(), name)
        self.assertNotEqual(self.open_run(custom_run_id=unique_id())._id, first._id)

    def test_two_processes_append_to_one_run(self):
        name = unique_id()
        with environment(NEPTUNE_CUSTOM_RUN_ID=name):
            run = self.open_run()
            writer = subprocess.Popen(
                [sys.executable, "-c", WRITER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=dict(os.environ),
            )
        self.addCleanup(writer.wait)
        self.addCleanup(writer.kill)
        lines = iter(writer.stdout.readline, "")
        self.assertIn("ready\n", lines)  # reads up to that line
        writer.stdin.write("go\n")
        writer.stdin.flush()
        for i in range(300):
            run["shared"].append(i)
            run["ours"].append(i, step=i)
        run.wait()
        out, _ = writer.communicate(timeout=60)
        self.assertEqual(out.split()[-1], run._sys_id)
        run.sync()
        shared = run["shared"].fetch_values(progress_bar=False)
        self.assertEqual(sorted(shared["value"]), sorted([*range(300), *range(300)]))
        self.assertEqual(list(shared["step"]), list(range(600)))
        for name in "theirs", "ours":
            self.assertEqual(
                list(run[name].fetch_values(progress_bar=False)["value"]), list(range(300))
            )

    def test_reading_only_changes_nothing(self):
        run = self.open_run()
        run["n"] = 1
        run["s"].append("x")
        run.stop()
        reader = self.open_run(with_id=run._sys_id, mode="read-only")
        before = reader["sys/modification_time"].fetch()
        reader["n"] = 2
        reader["new"] = 3
        del reader["s"]
        reader.wait()
        reader.stop()
        reader = self.open_run(with_id=run._sys_id, mode="read-only")
        self.assertEqual(reader["n"].fetch(), 1)
        self.assertEqual(reader["s"].fetch_last(), "x")
        self.assertFalse(reader.exists("new"))
        self.assertEqual(reader["sys/modification_time"].fetch(), before)
        with self.assertRaises(NeedExistingRunForReadOnlyMode):
            self.open_run(mode="read-only")

    def test_an_id_and_a_custom_id_exclude_each_other(self):
        with self.assertRaises(NeptuneRunResumeAndCustomIdCollision):
            self.open_run(with_id="INT-1", custom_run_id="x")

    def test_a_custom_id_longer_than_36_characters_is_ignored(self):
        run = self.open_run(custom_run_id="x" * 37)
        self.assertFalse(run.exists("sys/custom_run_id"))
        self.assertEqual(
            self.open_run(custom_run_id="x" * 36)["sys/custom_run_id"].fetch(), "x" * 36
        )


class WithoutServer(ServerTest):
    def test_offline_and_debug_runs_send_nothing(self):
        self.server.process.send_signal(signal.SIGSTOP)  # a request would never be answered
        try:
            for mode in "offline", "debug":
                run = self.open_run(mode=mode)
                run["n"] = 1
                run["loss"].extend([1, 2, 3])
                run.stop()
        finally:
            self.server.process.send_signal(signal.SIGCONT)
        self.assertEqual(self.open_run()._sys_id, "INT-1")


if __name__ == "__main__":
    unittest.main()
