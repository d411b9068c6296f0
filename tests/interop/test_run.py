"""An asynchronous run of the Python client: every type of field is logged and read back."""

import datetime
import unittest
import uuid

import neptune
from neptune.exceptions import InactiveRunException, MissingFieldException
from neptune.types import Float, FloatSeries, StringSeries

from support import ServerTest


class AsynchronousRun(ServerTest):
    def setUp(self):
        self.run_ = self.open_run(flush_period=0.5)

    def test_single_values_come_back_as_they_were(self):
        values = {
            "int": 5,
            "float": 0.1,
            "bool": True,
            "false": False,
            "string": "text",
            "empty": "",
            "when": datetime.datetime(
                2026, 2, 28, 23, 59, 59, 999000, tzinfo=datetime.timezone.utc
            ),
        }
        for name, value in values.items():
            self.run_["atoms/" + name] = value
        self.run_.wait()
        for name, value in values.items():
            with self.subTest(name):
                fetched = self.run_["atoms/" + name].fetch()
                self.assertEqual(fetched, value)
                self.assertIs(type(fetched), type(value))
        self.assertEqual(self.run_["atoms"].fetch(), values)

    def test_a_notebook_is_no_obstacle(self):
        # What the client asks for before it opens a run in a notebook; none: it does without.
        notebook = str(uuid.uuid4())
        self.assertIsNone(self.run_._backend.create_checkpoint(notebook, "a.ipynb"))

    def test_a_second_assignment_replaces_the_first(self):
        self.run_["x"] = 1
        self.run_["x"] = 2
        self.run_.wait()
        self.run_["x"] = 3
        self.run_.wait()
        self.assertEqual(self.run_["x"].fetch(), 3)

    def test_a_dictionary_becomes_one_field_per_leaf(self):
        self.run_["p"] = {
            "lr": 0.01,
            "net": {"layers": 3, "act": "ReLU"},
            "a/b": "slash",
            7: "number",
        }
        self.run_["p"] = {"net": {"dropout": Float(0.5)}}
        self.run_.wait()
        self.assertEqual(self.run_["p/net/layers"].fetch(), 3)
        self.assertEqual(
            self.run_["p"].fetch(),
            {
                "lr": 0.01,
                "net": {"layers": 3, "act": "ReLU", "dropout": 0.5},
                "a": {"b": "slash"},
                "7": "number",
            },
        )

    def test_a_float_series_longer_than_a_page(self):
        start = 1_700_000_000.0
        for i in range(2600):
            self.run_["loss"].append(i / 7, step=i * 0.5, timestamp=start + i * 0.25)
        self.run_.wait()
        table = self.run_["loss"].fetch_values(progress_bar=False)
        self.assertEqual(list(table["value"]), [i / 7 for i in range(2600)])
        self.assertEqual(list(table["step"]), [i * 0.5 for i in range(2600)])
        stamps = [time.timestamp() for time in table["timestamp"]]
        self.assertEqual(stamps, [start + i * 0.25 for i in range(2600)])
        self.assertEqual(self.run_["loss"].fetch_last(), 2599 / 7)

    def test_a_series_without_steps_is_numbered_from_zero(self):
        self.run_["acc"].append(0.5)
        self.run_["acc"].append(0.6, step=10)
        self.run_["acc"].extend([0.7, 0.8])
        self.run_.wait()
        table = self.run_["acc"].fetch_values(include_timestamp=False, progress_bar=False)
        self.assertEqual(list(table["step"]), [0.0, 10.0, 11.0, 12.0])
        self.assertEqual(list(table["value"]), [0.5, 0.6, 0.7, 0.8])

    def test_a_string_series_longer_than_a_page(self):
        lines = [f"line {i} \u00e9 \U0001f680" for i in range(1100)]
        self.run_["log"].extend(lines)
        self.run_["log"].append("the end", step=5000)
        self.run_.wait()
        table = self.run_["log"].fetch_values(progress_bar=False)
        self.assertEqual(list(table["value"]), lines + ["the end"])
        self.assertEqual(self.run_["log"].fetch_last(), "the end")

    def test_dictionaries_are_appended_and_extended(self):
        self.run_["m"].append({"train": 1.0, "test": {"top1": 0.5}}, step=3)
        self.run_["m"].extend({"train": [2.0, 3.0], "test": {"top1": [0.6, 0.7]}}, steps=[4, 5])
        self.run_.wait()
        self.assertEqual(
            list(self.run_["m/train"].fetch_values(progress_bar=False)["value"]), [1.0, 2.0, 3.0]
        )
        self.assertEqual(
            list(self.run_["m/test/top1"].fetch_values(progress_bar=False)["step"]), [3.0, 4.0, 5.0]
        )

    def test_series_are_assigned_configured_and_cleared(self):
        self.run_["f"].append(99)
        self.run_["f"] = FloatSeries(
            [1, 2, 3],
            min=0,
            max=4.5,
            unit="mm",
            steps=[10, 20, 30],
            timestamps=[1_700_000_000, 1_700_000_001, 1_700_000_002],
        )
        self.run_["s"] = StringSeries(["a", "b"])
        self.run_["cleared"].append(1)
        self.run_["cleared"].clear()
        self.run_.wait()
        self.assertEqual(
            list(self.run_["f"].fetch_values(progress_bar=False)["step"]), [10, 20, 30]
        )
        self.assertEqual(list(self.run_["s"].fetch_values(progress_bar=False)["value"]), ["a", "b"])
        self.assertIsNone(self.run_["cleared"].fetch_last())
        self.assertTrue(self.run_["cleared"].fetch_values(progress_bar=False).empty)
        config = self.attribute(self.run_, "getFloatSeriesAttribute", "f").config
        self.assertEqual((config.min, config.max, config.unit), (0, 4.5, "mm"))

    def test_tags(self):
        tags = self.run_["sys/tags"]
        tags.add("one")
        tags.add(["two", "three"])
        tags.remove("two")
        self.run_["sys/group_tags"].add("group")
        self.run_.wait()
        self.assertEqual(tags.fetch(), {"one", "three"})
        self.assertEqual(self.run_["sys/group_tags"].fetch(), {"group"})
        tags.clear()
        tags.add("\u30bf\u30b0 \U0001f3f7")
        self.run_.wait()
        self.assertEqual(tags.fetch(), {"\u30bf\u30b0 \U0001f3f7"})

    def test_fields_and_namespaces_are_deleted(self):
        self.run_["d"] = {"a": 1, "b": {"c": 2, "e": 3}, "f": 4}
        self.run_["d/series"].append(1)
        self.run_.wait()
        del self.run_["d/a"]
        self.run_.pop("d/b")
        self.run_["d"].pop("series")
        self.run_.wait()
        self.run_.sync()
        self.assertEqual(self.run_.get_structure()["d"].keys(), {"f"})
        self.run_["d/a"] = "another type now"
        self.run_.wait()
        self.assertEqual(self.run_["d"].fetch(), {"a": "another type now", "f": 4})

    def test_fields_are_copied(self):
        self.run_["from"] = {
            "i": 1,
            "f": 2.5,
            "b": True,
            "s": "x",
            "d": datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc),
        }
        self.run_.wait()
        for name in "ifbsd":
            self.run_["to/" + name] = self.run_["from/" + name]
        self.run_.wait()
        self.assertEqual(self.run_["to"].fetch(), self.run_["from"].fetch())
        other = self.open_run()
        other["i"] = self.run_["from/i"]
        other.wait()
        self.assertEqual(other["i"].fetch(), 1)

    def test_the_structure_shows_what_another_connection_made(self):
        other = self.open_run(with_id=self.run_["sys/id"].fetch())
        other["theirs"] = 1
        other.wait()
        self.assertFalse(self.run_.exists("theirs"))
        self.run_.sync()
        self.assertTrue(self.run_.exists("theirs"))
        self.assertEqual(self.run_["theirs"].fetch(), 1)

    def test_one_bad_operation_does_not_stop_the_others(self):
        other = self.open_run(with_id=self.run_["sys/id"].fetch())
        self.run_["typed"] = 1
        self.run_.wait()
        other["a"] = 1
        other["typed"] = "text"  # other does not know the field yet, so only the server can refuse
        other["z"] = 2
        other["steps"].extend([1, 2, 3], steps=[1, 2, 3])
        other["steps"].append(4, step=2)
        other.wait()
        self.assertEqual((other["a"].fetch(), other["z"].fetch()), (1, 2))
        self.run_.sync()
        self.assertEqual(self.run_["typed"].fetch(), 1)
        self.assertEqual(
            list(self.run_["steps"].fetch_values(progress_bar=False)["step"]), [1, 2, 3]
        )

    def test_what_the_client_skips_or_cuts_does_no_harm(self):
        self.run_["big"] = 2**31  # more than 32 bits
        self.run_["nan"] = float("nan")
        self.run_["points"].extend([1.0, float("nan"), float("inf"), 2.0])
        self.run_["long"] = "\U0001f600" * 20000
        self.run_["lines"].append("y" * 1500)
        self.run_.wait()
        self.run_.sync()
        self.assertEqual(self.run_["long"].fetch(), "\U0001f600" * 16384)
        self.assertEqual(self.run_["lines"].fetch_last(), "y" * 1000)
        self.assertEqual(
            list(self.run_["points"].fetch_values(progress_bar=False)["value"]), [1.0, 2.0]
        )
        self.assertFalse(self.run_.exists("big") or self.run_.exists("nan"))

    def test_name_description_tags_and_initial_fields(self):
        run = self.open_run(name="first", description="about", tags=["a", "b"])
        run.wait()
        self.assertEqual(run["sys/name"].fetch(), "first")
        self.assertEqual(run["sys/description"].fetch(), "about")
        self.assertEqual(run["sys/tags"].fetch(), {"a", "b"})
        self.assertEqual(run["sys/owner"].fetch(), "ada")
        self.assertIs(run["sys/failed"].fetch(), False)
        self.assertIs(run["sys/trashed"].fetch(), False)
        self.assertRegex(run["sys/id"].fetch(), "^INT-[0-9]+$")
        self.assertEqual(run["sys"].fetch()["state"], "running")
        self.assertEqual(self.run_["sys/name"].fetch(), "Untitled")
        age = datetime.datetime.now(datetime.timezone.utc) - run["sys/creation_time"].fetch()
        self.assertLess(abs(age), datetime.timedelta(minutes=1))

    def test_captures_and_hardware_metrics(self):
        run = neptune.init_run(source_files=[], git_ref=False, monitoring_namespace="watch")
        self.addCleanup(run.stop)
        print("this line is captured")
        run.stop()
        again = self.open_run(with_id=run._sys_id, mode="read-only")
        self.assertIn(
            "this line is captured",
            "".join(again["watch/stdout"].fetch_values(progress_bar=False)["value"]),
        )
        self.assertTrue(again.exists("watch/cpu"))
        self.assertTrue(again.exists("watch/memory"))
        self.assertTrue(again.exists("watch/stderr"))

    def test_a_stopped_run_is_inactive_and_a_missing_field_is_missing(self):
        with self.assertRaises(MissingFieldException):
            self.run_["never/written"].fetch()
        self.run_["last"] = 1
        self.run_.stop()
        with self.assertRaises(InactiveRunException):
            self.run_["last"] = 2
        again = self.open_run(with_id=self.run_._sys_id, mode="read-only")
        self.assertEqual(again["last"].fetch(), 1)


if __name__ == "__main__":
    unittest.main()
