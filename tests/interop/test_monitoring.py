"""What runs record by themselves, in both languages."""

import os
import socket
import sys
import tempfile
import unittest

import neptune

from support import ServerTest, peer


class Monitoring(ServerTest):
    def test_python_reads_what_a_cpp_run_records(self):
        lines = peer("record", self.project).splitlines()
        run = self.open_run(with_id=lines[-1], mode="read-only")
        output = [*run["m/stdout"].fetch_values(include_timestamp=False)["value"]]
        self.assertEqual(output, ["by printf", "by cout", lines[-1]])
        errors = [*run["m/stderr"].fetch_values(include_timestamp=False)["value"]]
        self.assertEqual(errors, ["an error"])
        self.assertEqual(run["m/hostname"].fetch(), socket.gethostname())
        self.assertGreater(int(run["m/pid"].fetch()), 0)
        self.assertGreaterEqual(run["m/cpu"].fetch_last(), 0)
        self.assertGreater(run["m/memory"].fetch_last(), 0)
        traceback = "\n".join(run["m/traceback"].fetch_values()["value"])
        self.assertIn("std::runtime_error: the training failed", traceback)
        self.assertTrue(run["sys/failed"].fetch())
        self.assertEqual(run["source_code/entrypoint"].fetch(), "peer.cpp")
        self.assertTrue(run["source_code/executable"].fetch().endswith("peer"))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "requirements")
            run["source_code/requirements"].download(path)
            with open(path) as file:
                self.assertIn("compiler: ", file.read())

    def test_a_default_run_of_python_records_all_it_can(self):
        run = neptune.init_run(
            capture_stdout=True,
            capture_stderr=True,
            capture_hardware_metrics=True,
            capture_traceback=True,
            monitoring_namespace="m",
        )
        self.addCleanup(run.stop)
        print("to standard output")
        print("to standard error", file=sys.stderr)
        run["a"] = 1
        run.wait()
        with_id = run["sys/id"].fetch()
        run.stop()
        again = self.open_run(with_id=with_id, mode="read-only")
        self.assertEqual(again["a"].fetch(), 1)
        self.assertEqual(again["source_code/entrypoint"].fetch(), os.path.basename(__file__))
        output = "".join(again["m/stdout"].fetch_values()["value"])
        self.assertIn("to standard output", output)
        self.assertIn("to standard error", "".join(again["m/stderr"].fetch_values()["value"]))
        self.assertEqual(again["m/hostname"].fetch(), socket.gethostname())
        files = [entry.name for entry in again["source_code/files"].list_fileset_files()]
        self.assertEqual(files, [os.path.basename(__file__)])


if __name__ == "__main__":
    unittest.main()
