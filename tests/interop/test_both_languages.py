"""What Python writes C++ reads, and the reverse; and both at the same time."""

import datetime
import json
import math
import random
import struct
import subprocess
import unittest

import neptune
from neptune.types import FloatSeries, StringSeries

from support import PEER, ServerTest, peer, unique_id

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)

FLOATS = [
    0.0,
    -0.0,
    0.1,
    -1 / 3,
    1e22,
    1e23,
    5e-324,
    -2.2250738585072014e-308,
    2.225073858507201e-308,
    1.7976931348623157e308,
    math.pi,
    2.0**53 + 2,
    1e-7,
    123456789.12345679,
    4.35,
    9007199254740993.0,
]
INTEGERS = [0, 1, -1, 2**31 - 1, -(2**31)]
TEXTS = [
    "",
    " ",
    "plain",
    "\u017c\u00f3\u0142w \u6f22\u5b57 \u0627\u0644\u0639",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f680",
    "line\nbreak\ttab\r\n",
    'quote " back\\slash / slash',
    "null \x00 and bell \x07",
    "<script>&amp;%s%d{}",
    "e\u0301 is not \u00e9",
    "\ud7ff\ue000\uffff\U0010ffff",
    "'; DROP TABLE runs; --",
]
TIMES = [0, 1, 999, 1_700_000_000_123, 253_402_300_799_999, -1, -2_208_988_800_000, 951_782_400_000]


def bits(value):
    """The 64 bits of a double as 16 hexadecimal digits."""
    return struct.pack(">d", value).hex()


def number(text):
    return struct.unpack(">d", bytes.fromhex(text))[0]


def random_floats(count):
    """Doubles of any bit pattern that is finite."""
    patterns = random.Random(2026)
    while count:
        value = number(f"{patterns.getrandbits(64):016x}")
        if math.isfinite(value):
            count -= 1
            yield value


def every_type():
    """The fields of peer.cpp: {path: {"type", "value"}}."""
    fields = {}
    for name, values, field_type in (
        ("float", [*map(bits, [*FLOATS, *random_floats(200)])], "Float"),
        ("int", INTEGERS, "Integer"),
        ("bool", [True, False], "Boolean"),
        ("text", TEXTS, "String"),
        ("time", TIMES, "Datetime"),
    ):
        for i, value in enumerate(values):
            fields[f"{name}/{i}"] = {"type": field_type, "value": value}
    floats = [*FLOATS, *random_floats(2500)]
    points = [
        [bits(i / 8 - 5), 1_700_000_000_000 + i, bits(value)] for i, value in enumerate(floats)
    ]
    fields["series/floats"] = {"type": "FloatSeries", "value": points}
    points = [[bits(i * i), 1_700_000_000_000 - i, text] for i, text in enumerate(TEXTS * 100)]
    fields["series/texts"] = {"type": "StringSeries", "value": points}
    fields["sys/tags"] = {
        "type": "StringSet",
        "value": sorted(["one", "zwei \U0001f3f7", "\u4e09"]),
    }
    fields["\u540d\u524d/\U0001f600/a b"] = {"type": "String", "value": "a path"}
    return fields


def milliseconds(time):
    return (time - EPOCH) // datetime.timedelta(milliseconds=1)


def write(item, fields):
    """What `peer write` does, in Python."""
    convert = {
        "Float": number,
        "Datetime": lambda ms: EPOCH + datetime.timedelta(milliseconds=ms),
        "FloatSeries": lambda points: FloatSeries(
            [number(value) for _, _, value in points],
            steps=[number(step) for step, _, _ in points],
            timestamps=[seconds(ms) for _, ms, _ in points],
        ),
        "StringSeries": lambda points: StringSeries(
            [value for _, _, value in points],
            steps=[number(step) for step, _, _ in points],
            timestamps=[seconds(ms) for _, ms, _ in points],
        ),
    }
    for path, field in fields.items():
        if field["type"] == "StringSet":
            item[path].add(field["value"])
        else:
            item[path] = convert.get(field["type"], lambda value: value)(field["value"])
    item.wait()


def seconds(ms):
    """A time that the client, which cuts, turns into exactly these milliseconds."""
    return (ms + 0.5) / 1000


def read(item, expected):
    """What `peer read` does, in Python, for the fields that are expected."""
    fields = {}
    for path, field in expected.items():
        if field["type"].endswith("Series"):
            table = item[path].fetch_values(progress_bar=False)
            convert = bits if field["type"] == "FloatSeries" else str
            value = [
                [bits(step), milliseconds(time), convert(value)]
                for step, time, value in zip(
                    table["step"], table["timestamp"].map(in_utc), table["value"]
                )
            ]
        else:
            value = item[path].fetch()
            if isinstance(value, float):
                value = bits(value)
            elif isinstance(value, set):
                value = sorted(value)
            elif isinstance(value, datetime.datetime):
                value = milliseconds(value)
        fields[path] = {"type": type(item.get_attribute(path)).__name__, "value": value}
    return fields


def in_utc(time):
    """Series have local times without a zone."""
    return time.to_pydatetime().astimezone(datetime.timezone.utc)


class BothLanguages(ServerTest):
    def assert_same(self, actual, expected):
        for path, field in expected.items():
            with self.subTest(path):
                self.assertEqual(actual[path]["type"], field["type"])
                ours, theirs = actual[path]["value"], field["value"]
                if field["type"].endswith(
                    "Series"
                ):  # one difference says more than all, and much sooner
                    self.assertEqual(len(ours), len(theirs))
                    ours, theirs = next(
                        ((a, b) for a, b in zip(ours, theirs) if a != b), (None, None)
                    )
                self.assertEqual(ours, theirs)

    def test_cpp_reads_what_python_wrote(self):
        fields = every_type()
        run = self.open_run()
        write(run, fields)
        self.assert_same(json.loads(peer("read", "run", self.project, run._sys_id)), fields)

    def test_python_reads_what_cpp_wrote(self):
        fields = every_type()
        run_id = peer("write", "run", self.project, text=json.dumps(fields))
        run = self.open_run(with_id=run_id, mode="read-only")
        self.assert_same(read(run, fields), fields)

    def test_both_read_the_same_system_fields(self):
        run = self.open_run(name="both", description="d", custom_run_id=unique_id())
        run.wait()
        run.sync()
        ours = json.loads(peer("read", "run", self.project, run._sys_id))
        theirs = run["sys"].fetch()
        self.assertEqual(
            {path for path in ours if path.startswith("sys/")},
            {"sys/" + name for name in run.get_structure()["sys"]},
        )
        for name in "id", "owner", "name", "description", "custom_run_id", "failed", "trashed":
            self.assertEqual(ours["sys/" + name]["value"], theirs[name])
        self.assertEqual(ours["sys/creation_time"]["value"], milliseconds(theirs["creation_time"]))
        self.assertEqual(ours["sys/state"], {"type": "RunState", "value": "Active"})

    def test_each_continues_a_run_of_the_other(self):
        run_id = peer(
            "write",
            "run",
            self.project,
            text=json.dumps(
                {
                    "n": {"type": "Integer", "value": 1},
                    "loss": {"type": "FloatSeries", "value": [[bits(0), 5, bits(1)]]},
                }
            ),
        )
        run = self.open_run(with_id=run_id)
        run["n"] = run["n"].fetch() + 1
        run["loss"].append(0.5)
        run.wait()
        fields = json.loads(peer("read", "run", self.project, run_id))
        self.assertEqual(fields["n"]["value"], 2)
        self.assertEqual(
            [[step, value] for step, _, value in fields["loss"]["value"]],
            [[bits(0), bits(1)], [bits(1), bits(0.5)]],
        )

    def test_both_append_to_one_run_at_the_same_time(self):
        name, count = unique_id(), 2000
        run = self.open_run(custom_run_id=name, flush_period=0.1)
        with subprocess.Popen(
            [PEER, "append", self.project, name, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as other:
            self.assertEqual(other.stdout.readline(), "ready\n")
            other.stdin.write("go\n")
            other.stdin.flush()
            for i in range(count):
                run["shared"].append(count + i)
                run["python"].append(i, step=i)
            run.wait()
            other.communicate(timeout=60)
        self.assertEqual(other.returncode, 0)
        run.sync()
        table = run["shared"].fetch_values(progress_bar=False)
        self.assertEqual(list(table["step"]), list(range(2 * count)))
        self.assertEqual([value for value in table["value"] if value < count], list(range(count)))
        self.assertEqual(
            [value for value in table["value"] if value >= count], list(range(count, 2 * count))
        )
        for name in "cpp", "python":
            self.assertEqual(
                list(run[name].fetch_values(progress_bar=False)["value"]), list(range(count))
            )

    def test_models_versions_and_the_project(self):
        fields = {
            "info/accuracy": {"type": "Float", "value": bits(0.75)},
            "info/name": {"type": "String", "value": "\u00e9"},
        }
        text = json.dumps(fields)
        self.assertEqual(peer("write", "model", self.project, "CPP", text=text), "INT-CPP")
        self.assertEqual(
            peer("write", "model_version", self.project, "INT-CPP", text=text), "INT-CPP-1"
        )
        self.assertEqual(peer("write", "project", self.project, text=text), "INT")
        opened = {
            "model": neptune.init_model(with_id="INT-CPP"),
            "model_version": neptune.init_model_version(with_id="INT-CPP-1"),
            "project": neptune.init_project(),
        }
        for kind, item in opened.items():
            with self.subTest(kind):
                self.addCleanup(item.stop)
                self.assertEqual(read(item, fields), fields)
                item["from/python"] = kind
                item.wait()
                ours = json.loads(peer("read", kind, self.project, item["sys/id"].fetch()))
                self.assertEqual(ours["from/python"], {"type": "String", "value": kind})
        version = opened["model_version"]
        for stage in "staging", "production", "archived", "none":
            peer("stage", self.project, "INT-CPP-1", stage)
            self.assertEqual(version["sys/stage"].fetch(), stage)
        version.change_stage("production")
        ours = json.loads(peer("read", "model_version", self.project, "INT-CPP-1"))
        self.assertEqual(ours["sys/stage"], {"type": "String", "value": "production"})


if __name__ == "__main__":
    unittest.main()
