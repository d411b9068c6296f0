"""Wrong tokens, projects and IDs give the exceptions that the Python client has for them."""

import unittest

from neptune import management
from neptune.common.exceptions import NeptuneInvalidApiTokenException
from neptune.exceptions import (
    NeptuneMissingApiTokenException,
    NeptuneMissingProjectNameException,
    ProjectNotFoundWithSuggestions,
    RunNotFound,
)

from support import ServerTest, environment, token_with


class Refusals(ServerTest):
    def refused(self, exception, **options):
        with self.assertRaises(exception) as raised:
            self.open_run(**options)
        return str(raised.exception)

    def test_a_token_that_nobody_made(self):
        self.refused(
            NeptuneInvalidApiTokenException, api_token=token_with(self.token, api_key="wrong")
        )
        self.refused(NeptuneInvalidApiTokenException, api_token="no base64 at all")

    def test_no_token(self):
        with environment(NEPTUNE_API_TOKEN=None):
            self.refused(NeptuneMissingApiTokenException)

    def test_a_revoked_token(self):
        self.server.command("user", "create", "brief", "--role", "member")
        token = self.server.command("token", "create", "--user", "brief")
        self.server.command("token", "revoke", "--user", "brief")
        self.refused(NeptuneInvalidApiTokenException, api_token=token)

    def test_an_unknown_project_lists_those_that_there_are(self):
        self.assertIn(
            "interop/main", self.refused(ProjectNotFoundWithSuggestions, project="interop/nothing")
        )
        self.assertIn(
            "interop", self.refused(ProjectNotFoundWithSuggestions, project="nobody/main")
        )

    def test_a_bare_project_name(self):
        run = self.open_run(project="main")
        self.assertIn("/interop/main/e/", run.get_url())
        self.refused(ProjectNotFoundWithSuggestions, project="nothing")

    def test_no_project_lists_those_that_there_are(self):
        with environment(NEPTUNE_PROJECT=None):
            self.assertIn("interop/main", self.refused(NeptuneMissingProjectNameException))

    def test_an_unknown_run(self):
        self.refused(RunNotFound, with_id="INT-4711")
        self.refused(RunNotFound, with_id="OTHER-1")
        self.refused(RunNotFound, with_id="no id' OR 1=1")
        self.refused(RunNotFound, with_id="INT-4711", mode="read-only")

    def test_a_project_of_others_is_not_there(self):
        self.server.command("user", "create", "guest", "--role", "member")
        token = self.server.command("token", "create", "--user", "guest")
        self.refused(ProjectNotFoundWithSuggestions, api_token=token)
        self.assertNotIn("interop/main", management.get_project_list(api_token=token))

    def test_the_list_of_projects(self):
        self.server.command("project", "create", "interop/listed", "--visibility", "workspace")
        self.assertLessEqual({"interop/main", "interop/listed"}, set(management.get_project_list()))
        self.server.command("user", "create", "reader", "--role", "member")
        token = self.server.command("token", "create", "--user", "reader")
        self.assertEqual(management.get_project_list(api_token=token), ["interop/listed"])


if __name__ == "__main__":
    unittest.main()
