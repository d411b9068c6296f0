"""Access tokens that end: the Python client renews them by itself and loses nothing."""

import unittest
from unittest import mock

from neptune.common.oauth import NeptuneAuth

from support import ServerTest


class ShortTokens(ServerTest):
    # Shorter than the 30 s before the end at which the client renews its token.
    server_options = ("--token-lifetime", "20")

    def test_the_client_renews_its_token_for_each_request(self):
        renew = NeptuneAuth._refresh_session_token
        tokens = []

        def watched(auth):
            renew(auth)
            tokens.append(auth.session.token["access_token"])

        with mock.patch.object(NeptuneAuth, "_refresh_session_token", watched):
            run = self.open_run()
            run["x"] = 1
            run.wait()
            run["series"].extend([0.5, 0.25])
            run.wait()
            self.assertEqual(run["x"].fetch(), 1)
            self.assertEqual(run["series"].fetch_last(), 0.25)
        self.assertGreaterEqual(len(tokens), 5)


class LongTokens(ServerTest):
    def test_one_token_serves_for_all_requests(self):
        renew = NeptuneAuth._refresh_session_token
        calls = []

        def watched(auth):
            calls.append(auth)
            renew(auth)

        with mock.patch.object(NeptuneAuth, "_refresh_session_token", watched):
            run = self.open_run()
            run["x"] = 1
            run.wait()
            self.assertEqual(run["x"].fetch(), 1)
        # The first request of a connection takes the place of the exchanged token.
        self.assertEqual(len(calls), 1)


if __name__ == "__main__":
    unittest.main()
