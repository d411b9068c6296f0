"""A synchronous run: what the server refuses is raised by the call, with the server's words."""

import unittest

from neptune.exceptions import MetadataInconsistency

from support import ServerTest


class SynchronousRun(ServerTest):
    def setUp(self):
        self.run_ = self.open_run(mode="sync")
        # Opened before the fields are made, so that their client cannot know the types.
        self.strangers = [self.open_run(mode="sync", with_id=self.run_._sys_id) for _ in range(4)]

    def refused(self, words, write):
        """Expects the server to refuse `write` when a connection does it that knows of no field."""
        with self.assertRaises(MetadataInconsistency) as raised:
            write(self.strangers.pop())
        self.assertIn(words, str(raised.exception))

    def test_values_are_there_when_the_call_returns(self):
        self.run_["n"] = 1
        self.run_["loss"].append(0.5)
        self.assertEqual(self.run_["n"].fetch(), 1)
        self.assertEqual(self.run_["loss"].fetch_last(), 0.5)

    def test_another_type_is_a_conflict(self):
        self.run_["n"] = 1
        self.run_["loss"].append(1)
        self.refused("'n'", lambda run: run["n"].assign("text"))
        self.refused("'n'", lambda run: run["n"].append(1))
        self.refused("'loss'", lambda run: run["loss"].append("text"))
        self.refused("'loss'", lambda run: run["loss"].assign(1.0))
        self.assertEqual(self.run_["n"].fetch(), 1)
        self.assertEqual(self.run_["loss"].fetch_last(), 1)

    def test_a_path_is_a_field_or_a_namespace(self):
        self.run_["a/b"] = 1
        self.refused("a/b/c", lambda run: run["a/b/c"].assign(1))
        self.refused("'a'", lambda run: run["a"].assign(1))

    def test_steps_increase(self):
        self.run_["train/loss"].append(1, step=300)
        message = (
            "X-coordinates (step) must be strictly increasing for series attribute: train/loss. "
            "Invalid point: 299.0"
        )
        self.refused(message, lambda run: run["train/loss"].append(1, step=299))
        self.refused("Invalid point: 300.0", lambda run: run["train/loss"].append(2, step=300))
        self.run_["train/loss"].append(2)
        self.assertEqual(
            list(self.run_["train/loss"].fetch_values(progress_bar=False)["step"]), [300, 301]
        )

    def test_fields_of_the_system(self):
        self.refused("sys/id", lambda run: run["sys/id"].assign("INT-1000"))
        self.refused("sys/mine", lambda run: run["sys/mine"].assign(1))
        self.refused("sys/owner", lambda run: run.pop("sys/owner"))
        self.run_["sys/name"] = "renamed"
        self.run_["sys/description"] = "new"
        self.run_["sys/failed"] = True
        self.assertEqual(self.run_["sys/name"].fetch(), "renamed")
        self.assertIs(self.run_["sys/failed"].fetch(), True)

    def test_string_sets_exist_as_tags_only(self):
        self.refused("my/set", lambda run: run["my/set"].add("x"))

    def test_names_that_look_like_queries(self):
        for name in (
            "x'; DROP TABLE attributes; --",
            "per%cent",
            'quo"te',
            "back\\slash",
            "\u540d\u524d",
            "a b",
        ):
            with self.subTest(name):
                self.run_["odd/" + name] = name
                self.assertEqual(self.run_["odd/" + name].fetch(), name)


if __name__ == "__main__":
    unittest.main()
