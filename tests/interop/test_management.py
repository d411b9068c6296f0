"""neptune.management: every function of the Python client, with what the server refuses."""

import unittest

import neptune
from neptune import management
from neptune.common.exceptions import Forbidden
from neptune.exceptions import RunNotFound
from neptune.management.exceptions import (
    AccessRevokedOnDeletion,
    AccessRevokedOnMemberRemoval,
    AccessRevokedOnServiceAccountRemoval,
    BadRequestException,
    ConflictingWorkspaceName,
    InvalidProjectName,
    MissingWorkspaceName,
    ProjectAlreadyExists,
    ProjectKeyCollision,
    ProjectKeyInvalid,
    ProjectNotFound,
    ProjectPrivacyRestrictedException,
    ServiceAccountAlreadyHasAccess,
    ServiceAccountNotExistsOrWithoutAccess,
    ServiceAccountNotFound,
    UnsupportedValue,
    UserAlreadyHasAccess,
    UserAlreadyInvited,
    UserNotExistsOrWithoutAccess,
    WorkspaceNotFound,
    WorkspaceOrUserNotFound,
)

from support import QUIET, ServerTest


class Management(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mia = cls.server.command("user", "create", "mia")
        cls.bot = cls.server.command("service-account", "create", "ci@interop")

    def project_of_this_test(self, **options):
        """A project that is deleted at the end of the test."""
        name = "interop/" + self.id().rpartition(".")[2]
        self.assertEqual(management.create_project(name, **options), name)
        self.addCleanup(management.delete_project, name)
        return name

    def refused(self, exception, function, *arguments, **options):
        with self.assertRaises(exception) as raised:
            function(*arguments, **options)
        # Some of the client's exceptions cannot be printed; ours must never meet those.
        self.assertTrue(str(raised.exception))
        return raised.exception

    # --- projects

    def test_projects_are_listed_made_and_deleted(self):
        name = management.create_project("made", workspace="interop", key="MADE", description="x")
        self.assertEqual(name, "interop/made")
        self.assertIn(name, management.get_project_list())
        self.assertNotIn(name, management.get_project_list(api_token=self.mia))
        with neptune.init_run(project=name, **QUIET) as run:
            self.assertEqual(run["sys/id"].fetch(), "MADE-1")
        management.delete_project(name)
        self.assertNotIn(name, management.get_project_list())
        self.refused(ProjectNotFound, management.delete_project, name)
        self.refused(ProjectNotFound, management.delete_project, "made", workspace="interop")

    def test_a_member_of_the_workspace_makes_projects_but_deletes_none(self):
        name = management.create_project("interop/mias", api_token=self.mia)
        self.addCleanup(management.delete_project, name)
        members = management.get_project_member_list(name, api_token=self.mia)
        self.assertEqual(members, {"ada": "owner", "mia": "owner"})
        self.refused(
            AccessRevokedOnDeletion, management.delete_project, name, api_token=self.mia
        )
        self.refused(
            ProjectNotFound, management.delete_project, self.project, api_token=self.mia
        )

    def test_names_and_keys_of_projects(self):
        create = management.create_project
        self.refused(ProjectAlreadyExists, create, self.project)
        self.refused(ProjectKeyCollision, create, "interop/other", key="INT")
        self.refused(ProjectKeyInvalid, create, "interop/other", key="lower")
        problem = self.refused(BadRequestException, create, "interop/x")
        self.assertIn("ERR_WRONG_LENGTH", str(problem))
        self.refused(WorkspaceNotFound, create, "nobody/other")
        self.refused(MissingWorkspaceName, create, "other")
        self.refused(ConflictingWorkspaceName, create, "interop/other", workspace="nobody")
        self.refused(InvalidProjectName, create, "a/b/c")
        self.refused(UnsupportedValue, create, "interop/other", visibility="secret")
        problem = self.refused(
            ProjectPrivacyRestrictedException, create, "interop/other", visibility="pub"
        )
        self.assertIn('"priv", "workspace"', str(problem))

    # --- people and service accounts

    def test_people_of_a_project(self):
        name = self.project_of_this_test()
        self.assertEqual(management.get_project_member_list(name), {"ada": "owner"})
        self.refused(
            ProjectNotFound, management.get_project_member_list, name, api_token=self.mia
        )
        management.add_project_member(name, "mia", "contributor")
        self.assertEqual(
            management.get_project_member_list(name, api_token=self.mia),
            {"ada": "owner", "mia": "contributor"},
        )
        self.assertIn(name, management.get_project_list(api_token=self.mia))
        with neptune.init_run(project=name, api_token=self.mia, **QUIET) as run:
            self.assertEqual(run["sys/owner"].fetch(), "mia")

        again = self.refused(
            UserAlreadyHasAccess, management.add_project_member, name, "mia", "owner"
        )
        self.assertIn("contributor", str(again))
        self.refused(ProjectNotFound, management.add_project_member, name, "nobody", "viewer")
        self.refused(UnsupportedValue, management.add_project_member, name, "mia", "boss")
        remove = management.remove_project_member
        self.refused(AccessRevokedOnMemberRemoval, remove, name, "ada", api_token=self.mia)
        self.refused(AccessRevokedOnMemberRemoval, remove, name, "ada")
        remove(name, "mia")
        self.assertNotIn(name, management.get_project_list(api_token=self.mia))
        self.refused(UserNotExistsOrWithoutAccess, remove, name, "mia")
        self.refused(ProjectNotFound, remove, "interop/nothing", "mia")

    def test_a_project_of_the_whole_workspace(self):
        name = self.project_of_this_test(visibility="workspace")
        self.assertEqual(
            management.get_project_member_list(name, api_token=self.mia),
            {"ada": "owner", "mia": "owner"},
        )
        self.refused(
            UserNotExistsOrWithoutAccess, management.remove_project_member, name, "mia"
        )
        self.assertEqual(management.get_project_service_account_list(name), {})
        self.assertNotIn(name, management.get_project_list(api_token=self.bot))

    def test_service_accounts(self):
        name = self.project_of_this_test()
        self.assertEqual(
            management.get_workspace_service_account_list("interop", api_token=self.mia),
            {"ci@interop": "member"},
        )
        add, remove = (
            management.add_project_service_account,
            management.remove_project_service_account,
        )
        self.assertEqual(management.get_project_service_account_list(name), {})
        add(name, "ci@interop", "contributor")
        self.assertEqual(
            management.get_project_service_account_list(name), {"ci@interop": "contributor"}
        )
        self.assertNotIn("ci@interop", management.get_project_member_list(name))
        with neptune.init_run(project=name, api_token=self.bot, **QUIET) as run:
            self.assertEqual(run["sys/owner"].fetch(), "ci@interop")
        again = self.refused(ServiceAccountAlreadyHasAccess, add, name, "ci@interop", "owner")
        self.assertIn("contributor", str(again))
        self.refused(
            AccessRevokedOnServiceAccountRemoval, remove, name, "ci@interop", api_token=self.bot
        )
        remove(name, "ci@interop")
        self.refused(ServiceAccountNotExistsOrWithoutAccess, remove, name, "ci@interop")
        self.refused(ServiceAccountNotFound, add, name, "nobody@interop", "viewer")
        self.refused(ServiceAccountNotFound, remove, name, "nobody@interop")
        self.refused(ProjectNotFound, add, "interop/nothing", "ci@interop", "viewer")
        self.refused(ProjectNotFound, remove, "interop/nothing", "ci@interop")
        self.refused(
            WorkspaceNotFound, management.get_workspace_service_account_list, "nothing"
        )

    # --- the workspace

    def test_people_of_the_workspace(self):
        expected = {"ada": "admin", "mia": "member"}
        for token in (self.token, self.mia, self.bot):
            members = management.get_workspace_member_list("interop", api_token=token)
            self.assertLessEqual(expected.items(), members.items())
        self.refused(WorkspaceNotFound, management.get_workspace_member_list, "nothing")

    def test_invitations(self):
        invite = management.invite_to_workspace
        self.refused(UserAlreadyInvited, invite, username="mia", workspace="interop")
        self.refused(UserAlreadyInvited, invite, username="mia", workspace="interop", role="admin")
        self.refused(WorkspaceOrUserNotFound, invite, username="nobody", workspace="interop")
        self.refused(WorkspaceOrUserNotFound, invite, username="mia", workspace="nothing")
        new = dict(email="new@example.com", workspace="interop")
        self.refused(Forbidden, invite, **new, api_token=self.mia)
        invite(**new, add_to_all_projects=True)
        self.refused(UserAlreadyInvited, invite, **new)
        self.assertNotIn("new@example.com", management.get_workspace_member_list("interop"))
        self.server.command("user", "create", "new@example.com")
        self.assertEqual(
            management.get_workspace_member_list("interop")["new@example.com"], "member"
        )
        self.assertEqual(
            management.get_project_member_list(self.project)["new@example.com"], "contributor"
        )
        for wrong in (dict(), dict(username="a", email="a@example.com")):
            with self.assertRaises(ValueError):
                invite(**wrong, workspace="interop")

    def test_the_state_of_the_workspace(self):
        status = management.get_workspace_status("interop", api_token=self.mia)
        self.assertEqual(
            status["storageBytesUsed"],
            status["storageBytesLimit"] - status["storageBytesAvailable"],
        )
        self.assertGreater(status["storageBytesUsed"], 0)
        self.assertGreaterEqual(status["activeProjectsUsage"], 1)
        self.assertEqual(status["activeProjectsLimit"], 10_000)
        self.assertGreaterEqual(status["membersCount"], 2)
        self.refused(WorkspaceNotFound, management.get_workspace_status, "nothing")

    # --- the trash

    def test_objects_go_to_the_trash_and_are_deleted(self):
        name = self.project_of_this_test(key="TR")
        for _ in range(3):
            neptune.init_run(project=name, **QUIET).stop()
        neptune.init_model(project=name, key="MOD").stop()
        neptune.init_model_version(project=name, model="TR-MOD").stop()

        with self.assertLogs("neptune") as log:
            management.trash_objects(name, ["TR-1", "TR-2", "TR-MOD", "TR-99"])
        text = "\n".join(log.output)
        self.assertIn("Successfully trashed objects: 3. Number of failures: 1", text)
        self.assertIn("NOT_EXISTS", text)
        with neptune.init_project(project=name, mode="read-only") as project:
            self.assertEqual(self.ids(project.fetch_runs_table()), {"TR-3"})
            self.assertEqual(self.ids(project.fetch_runs_table(trashed=True)), {"TR-1", "TR-2"})
            self.assertEqual(self.ids(project.fetch_models_table()), set())
        for kind, identifier in (("run", "TR-1"), ("model_version", "TR-MOD-1")):
            open_object = getattr(neptune, "init_" + kind)
            with open_object(project=name, with_id=identifier, mode="read-only") as trashed:
                self.assertTrue(trashed["sys/trashed"].fetch())

        with self.assertLogs("neptune") as log:
            management.delete_objects_from_trash(name, ["TR-1", "TR-3"])
        self.assertIn("NOT_IN_TRASH", "\n".join(log.output))
        management.clear_trash(name)
        with neptune.init_project(project=name, mode="read-only") as project:
            self.assertEqual(self.ids(project.fetch_runs_table(trashed=None)), {"TR-3"})
        self.refused(RunNotFound, neptune.init_run, project=name, with_id="TR-1", **QUIET)
        self.refused(ProjectNotFound, management.trash_objects, "interop/nothing", "NO-1")
        self.refused(
            ProjectNotFound, management.trash_objects, name, "TR-3", api_token=self.mia
        )

    @staticmethod
    def ids(table):
        return {row.get_attribute_value("sys/id") for row in table.to_rows()}


if __name__ == "__main__":
    unittest.main()
