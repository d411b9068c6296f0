"""Tables: what the Python client finds, with every filter, and what C++ finds with the same."""

import datetime
import json
import struct
import unittest
import unittest.mock

import neptune
from neptune import management
from neptune.exceptions import MetadataInconsistency, NeptuneInvalidQueryException

from support import ServerTest, peer

NOON = datetime.datetime(2026, 2, 28, 12, 0, 0, 123000, tzinfo=datetime.timezone.utc)
# What changes between two requests.
UNSTEADY = {"sys/ping_time", "sys/modification_time", "sys/running_time", "sys/monitoring_time"}


def in_words_of_peer(kind, value):
    """A value as peer.cpp prints it."""
    if value is None:
        return None
    if kind in ("Float", "FloatSeries"):
        return struct.pack(">d", value).hex()
    if kind == "Datetime":
        # The client leaves the time zone out of a row's times; they are UTC.
        return round(value.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)
    if kind == "StringSet":
        return sorted(value)
    return value


class Finder(ServerTest):
    """Both clients on the same project."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.everything = neptune.init_project(mode="read-only")
        cls.addClassCleanup(cls.everything.stop)

    def python(self, **options):
        options.setdefault("progress_bar", False)
        return self.everything.fetch_runs_table(**options)

    def ids(self, **options):
        """Numbers of the runs found; C++ must find the same."""
        found = [row.get_attribute_value("sys/id") for row in self.python(**options)]
        ours = json.loads(peer("table", "run", self.project, text=json.dumps(options)))
        self.assertEqual([row["sys/id"]["value"] for row in ours], found, options)
        return [int(name.split("-")[1]) for name in found]


class Tables(Finder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # INT-1 to INT-5; all are active, for half a minute after stop() too.
        cls.runs = []
        for i in range(1, 6):
            run = neptune.init_run(
                tags=["all", "even" if i % 2 == 0 else "odd"],
                source_files=[],
                git_ref=False,
                capture_stdout=False,
                capture_stderr=False,
                capture_traceback=False,
                capture_hardware_metrics=False,
            )
            run["params"] = {"lr": i / 10, "layers": i, "deep": i > 3, "net": f"net {i}"}
            run["when"] = NOON + datetime.timedelta(milliseconds=i)
            run["loss"].extend([10.0 / i, 5.0 / i, 7.0 / i])
            run["log"].append(f"epoch {i}")
            run["mixed"] = i if i < 3 else i + 0.5
            if i != 2:
                run["some"] = i
            if i == 3:
                with open("tracked.csv", "w") as file:
                    file.write("1,2")
                run["data"].track_files("tracked.csv")
            run.wait()
            if i < 5:
                run.stop()
            cls.runs.append(run)
        cls.addClassCleanup(cls.runs[-1].stop)

    def test_every_filter(self):
        self.assertEqual(self.ids(), [5, 4, 3, 2, 1])
        self.assertEqual(self.ids(id=["INT-2"]), [2])
        self.assertEqual(self.ids(id=["INT-2", "INT-4", "INT-99"]), [4, 2])
        self.assertEqual(self.ids(owner=["ada"]), [5, 4, 3, 2, 1])
        self.assertEqual(self.ids(owner=["eve"]), [])
        self.assertEqual(self.ids(tag=["even"]), [4, 2])
        self.assertEqual(self.ids(tag=["even", "all"]), [4, 2])
        self.assertEqual(self.ids(tag=["even", "odd"]), [])
        self.assertEqual(self.ids(tag=["odd"], id=["INT-1", "INT-2"]), [1])

    def test_queries_about_every_type(self):
        for query, expected in {
            "`params/lr`:float > 0.25": [5, 4, 3],
            "(params/layers: int = 2) OR (`params/layers`:int >= 5)": [5, 2],
            "`params/deep`:bool = True": [5, 4],
            '`params/net`:string = "net 3"': [3],
            '`params/net`:string CONTAINS "net"': [5, 4, 3, 2, 1],
            '`params/net`:string MATCHES "[1-2]$"': [2, 1],
            '`when`:datetime > "2026-02-28T12:00:00.127Z"': [5],
            "`when`:datetime > -5d AND `when`:datetime < -1h": [],
            "last(`loss`:floatSeries) > 3": [2, 1],
            "min(`loss`:floatSeries) = 1": [5],
            "average(`loss`:floatSeries) < 1.5": [5],
            '`log`:stringSeries CONTAINS "epoch 4"': [4],
            '`sys/tags`:stringSet CONTAINS "even"': [4, 2],
            '`sys/state`:experimentState = "idle"': [],
            "some EXISTS AND NOT (`some`:int = 1)": [5, 4, 3],
            "`nothing`:float > 1": [],
            "": [5, 4, 3, 2, 1],
        }.items():
            with self.subTest(query):
                self.assertEqual(self.ids(query=query), expected)

    def test_a_mistake_in_the_query(self):
        with self.assertRaises(NeptuneInvalidQueryException):
            list(self.python(query="key: float = (-_-)"))
        with self.assertRaises(AssertionError) as caught:
            peer("table", "run", self.project, text=json.dumps({"query": "key: float = (-_-)"}))
        self.assertIn("Character 15", str(caught.exception))

    def test_order_and_limit(self):
        self.assertEqual(self.ids(ascending=True), [1, 2, 3, 4, 5])
        self.assertEqual(self.ids(limit=2), [5, 4])
        self.assertEqual(self.ids(sort_by="params/lr", ascending=True), [1, 2, 3, 4, 5])
        self.assertEqual(self.ids(sort_by="params/net"), [5, 4, 3, 2, 1])
        self.assertEqual(self.ids(sort_by="mixed", ascending=True), [1, 2, 3, 4, 5])
        self.assertEqual(self.ids(sort_by="some"), [5, 4, 3, 1, 2])
        self.assertEqual(self.ids(sort_by="some", ascending=True), [1, 3, 4, 5, 2])
        self.assertEqual(self.ids(sort_by="sys/id", ascending=True, limit=3), [1, 2, 3])
        with self.assertRaises(ValueError):
            self.python(sort_by="nothing")

    def test_pages(self):
        with unittest.mock.patch.dict("os.environ", NEPTUNE_FETCH_TABLE_STEP_SIZE="2"):
            self.assertEqual(self.ids(), [5, 4, 3, 2, 1])
            self.assertEqual(self.ids(limit=3, ascending=True), [1, 2, 3])

    def test_values_of_rows(self):
        for options in ({}, {"columns": ["loss", "params/lr", "nothing"]}, {"columns": []}):
            theirs = self.python(**options).to_rows()
            ours = json.loads(peer("table", "run", self.project, text=json.dumps(options)))
            self.assertEqual(len(ours), len(theirs))
            for row, mine in zip(theirs, ours):
                paths = {attribute.path for attribute in row._attributes}
                self.assertEqual(set(mine), paths)
                for path in paths - UNSTEADY:
                    with self.subTest(path):
                        value = row.get_attribute_value(path)
                        self.assertEqual(
                            in_words_of_peer(mine[path]["type"], value), mine[path]["value"]
                        )
        row = next(iter(self.python(id="INT-3")))
        digest = row["data"].get()
        self.assertEqual(self.ids(query=f'`data`:artifact = "{digest}"'), [3])
        self.assertEqual(self.ids(query=f'`data`:artifact != "{digest}"'), [])
        self.assertEqual(row["params"]["lr"].get(), 0.3)
        self.assertEqual(row["sys/tags"].get(), {"all", "odd"})
        self.assertEqual(
            row["when"].get(), NOON.replace(tzinfo=None) + datetime.timedelta(milliseconds=3)
        )
        with self.assertRaises(MetadataInconsistency):
            row["loss"].download(".")

    def test_data_frame(self):
        frame = self.python(columns=["params/lr", "loss", "some", "sys/tags"]).to_pandas()
        self.assertEqual(
            list(frame.columns),
            ["sys/creation_time", "sys/id", "sys/tags", "loss", "params/lr", "some"],
        )
        self.assertEqual(list(frame["sys/id"]), ["INT-5", "INT-4", "INT-3", "INT-2", "INT-1"])
        self.assertEqual(list(frame["params/lr"]), [0.5, 0.4, 0.3, 0.2, 0.1])
        self.assertTrue(frame["some"].isna()[3])
        self.assertEqual(frame["sys/tags"][4], "all,odd")

    def test_models_and_versions(self):
        models, versions = {}, []
        for key in ("PRE", "OTHER"):
            models[key] = neptune.init_model(key=key)
            self.addCleanup(models[key].stop)
        models["PRE"]["size"] = 5
        models["PRE"].wait()
        for model in ("INT-PRE", "INT-PRE", "INT-OTHER"):
            version = neptune.init_model_version(model=model)
            version["accuracy"] = len(versions) / 2
            version.wait()
            version.stop()
            versions.append(version)

        def ours(kind, model="", **options):
            rows = json.loads(peer("table", kind, self.project, model, text=json.dumps(options)))
            return [row["sys/id"]["value"] for row in rows]

        def theirs(table):
            return [row["sys/id"].get() for row in table]

        fetch = self.everything.fetch_models_table
        self.assertEqual(theirs(fetch()), ["INT-OTHER", "INT-PRE"])
        self.assertEqual(ours("model"), ["INT-OTHER", "INT-PRE"])
        self.assertEqual(theirs(fetch(query="`size`:int = 5")), ["INT-PRE"])
        self.assertEqual(ours("model", query="`size`:int = 5"), ["INT-PRE"])
        fetch = models["PRE"].fetch_model_versions_table
        self.assertEqual(theirs(fetch()), ["INT-PRE-2", "INT-PRE-1"])
        self.assertEqual(ours("model_version", "INT-PRE"), ["INT-PRE-2", "INT-PRE-1"])
        self.assertEqual(theirs(fetch(query="`accuracy`:float > 0")), ["INT-PRE-2"])
        self.assertEqual(
            ours("model_version", "INT-PRE", query="`accuracy`:float > 0"), ["INT-PRE-2"]
        )
        self.assertEqual(
            theirs(fetch(sort_by="accuracy", ascending=True)), ["INT-PRE-1", "INT-PRE-2"]
        )


class States(Finder):
    def test_active_and_inactive_runs(self):
        self.open_run()
        # The C++ client says goodbye, so that its run is inactive at once.
        peer("write", "run", self.project, text='{"x": {"type": "Integer", "value": 1}}')
        self.assertEqual(self.ids(state=["active"]), [1])
        self.assertEqual(self.ids(state=["inactive"]), [2])
        self.assertEqual(self.ids(state=["active", "inactive"]), [2, 1])
        states = [row["sys/state"].get() for row in self.python()]
        self.assertEqual(states, ["Inactive", "Active"])


class Trash(Finder):
    def test_what_is_in_the_trash_is_found_if_it_is_asked_for(self):
        for _ in range(2):
            self.open_run().stop()
        management.trash_objects(self.project, ids="INT-1", api_token=self.token)
        self.assertEqual(self.ids(), [2])
        self.assertEqual(self.ids(query="`sys/failed`:bool = false"), [2])
        self.assertEqual(self.ids(trashed=True), [1])
        self.assertEqual(self.ids(trashed=None), [2, 1])
        self.assertEqual(self.ids(query="", trashed=True), [1])
        management.delete_objects_from_trash(self.project, ids="INT-1", api_token=self.token)
        self.assertEqual(self.ids(trashed=None), [2])


class EmptyProject(ServerTest):
    def test_no_rows_and_no_error(self):
        project = neptune.init_project(mode="read-only")
        self.addCleanup(project.stop)
        self.assertEqual(project.fetch_runs_table().to_rows(), [])
        self.assertEqual(project.fetch_models_table().to_rows(), [])
        self.assertEqual(len(project.fetch_runs_table().to_pandas()), 0)
        self.assertEqual(json.loads(peer("table", "run", self.project, text="{}")), [])


if __name__ == "__main__":
    unittest.main()
