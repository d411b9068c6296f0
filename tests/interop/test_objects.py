"""Models, model versions with their stages, and projects."""

import unittest

import neptune
from neptune.exceptions import (
    ModelNotFound,
    ModelVersionNotFound,
    NeptuneCannotChangeStageManually,
    NeptuneModelKeyAlreadyExistsError,
    RunNotFound,
)

from support import ServerTest

# What the server makes with each object.
SYSTEM = {
    "creation_time",
    "id",
    "modification_time",
    "monitoring_time",
    "name",
    "ping_time",
    "running_time",
    "size",
    "state",
    "tags",
}


class Objects(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forest = neptune.init_model(key="FOREST", name="trees")
        cls.addClassCleanup(cls.forest.stop)

    def new_version(self, **options):
        version = neptune.init_model_version(model="INT-FOREST", **options)
        self.addCleanup(version.stop)
        return version

    def test_a_model_keeps_its_fields(self):
        model = self.forest
        self.assertEqual(model["sys/id"].fetch(), "INT-FOREST")
        self.assertEqual(model["sys/name"].fetch(), "trees")
        model["info"] = {"size": 100, "depth": 2.5}
        model["sys/tags"].add("wood")
        model["history"].extend([1, 2, 3])
        model.wait()
        again = neptune.init_model(with_id="INT-FOREST", mode="read-only")
        self.addCleanup(again.stop)
        self.assertEqual(again["info"].fetch(), {"size": 100, "depth": 2.5})
        self.assertEqual(again["sys/tags"].fetch(), {"wood"})
        self.assertEqual(again["history"].fetch_last(), 3)

    def test_a_key_is_used_once(self):
        with self.assertRaises(NeptuneModelKeyAlreadyExistsError):
            neptune.init_model(key="FOREST")

    def test_versions_are_counted_per_model(self):
        other = neptune.init_model(key="OTHER")
        self.addCleanup(other.stop)
        first = neptune.init_model_version(model="INT-OTHER")
        self.addCleanup(first.stop)
        second = neptune.init_model_version(model="INT-OTHER", name="second")
        self.addCleanup(second.stop)
        self.assertEqual(first["sys/id"].fetch(), "INT-OTHER-1")
        self.assertEqual(second["sys/id"].fetch(), "INT-OTHER-2")
        self.assertEqual(second["sys/model_id"].fetch(), "INT-OTHER")
        second.wait()
        self.assertEqual(second["sys/name"].fetch(), "second")
        self.assertTrue(second.get_url().endswith("/interop/main/m/INT-OTHER/v/INT-OTHER-2"))

    def test_a_version_goes_through_all_stages(self):
        version = self.new_version()
        self.assertEqual(version["sys/stage"].fetch(), "none")
        for stage in "staging", "production", "archived", "none", "production", "production":
            version["seen"].append(stage)
            version.change_stage(stage)
            self.assertEqual(version["sys/stage"].fetch(), stage)
        self.assertEqual(version["seen"].fetch_last(), "production")

    def test_another_word_is_no_stage(self):
        version = self.new_version()
        with self.assertRaises(ValueError):
            version.change_stage("retired")
        with self.assertRaises(NeptuneCannotChangeStageManually):
            version["sys/stage"] = "staging"
        self.assertEqual(version["sys/stage"].fetch(), "none")

    def test_a_project_keeps_shared_metadata(self):
        project = neptune.init_project()
        self.addCleanup(project.stop)
        project["dataset"] = {"version": "v0.1", "size": 1797}
        project["sys/tags"].add("digits")
        project.wait()
        again = neptune.init_project(project="interop/main", mode="read-only")
        self.addCleanup(again.stop)
        self.assertEqual(again["dataset"].fetch(), {"version": "v0.1", "size": 1797})
        self.assertEqual(again["sys/tags"].fetch(), {"digits"})
        self.assertEqual(again["sys/id"].fetch(), "INT")
        self.assertEqual(again["sys/name"].fetch(), "main")

    def test_the_system_fields_of_each_object(self):
        self.server.command("project", "create", "interop/bare", "--key", "BARE")
        project = neptune.init_project(project="interop/bare", mode="read-only")
        run = self.open_run(project="interop/bare")
        model = neptune.init_model(project="interop/bare", key="M")
        version = neptune.init_model_version(project="interop/bare", model="BARE-M")
        for item in project, model, version:
            self.addCleanup(item.stop)
        expected = {
            project: SYSTEM | {"visibility", "group_tags"},
            model: SYSTEM | {"owner", "trashed", "group_tags"},
            version: SYSTEM | {"owner", "trashed", "group_tags", "model_id", "stage"},
            run: SYSTEM | {"owner", "trashed", "group_tags", "failed", "description"},
        }
        for item, names in expected.items():
            with self.subTest(type(item).__name__):
                item.wait()
                item.sync()
                self.assertEqual(set(item.get_structure()["sys"]), names)

    def test_ids_of_other_kinds_are_not_found(self):
        run = self.open_run()
        with self.assertRaises(RunNotFound):
            self.open_run(with_id="INT-FOREST")
        with self.assertRaises(RunNotFound):
            self.open_run(with_id="INT-4711")
        with self.assertRaises(ModelNotFound):
            neptune.init_model(with_id=run._sys_id)
        with self.assertRaises(ModelVersionNotFound):
            neptune.init_model_version(with_id="INT-FOREST-4711")
        with self.assertRaises(ModelNotFound):
            neptune.init_model_version(model="INT-NONE")


if __name__ == "__main__":
    unittest.main()
